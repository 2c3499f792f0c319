"""The line at the bottom: what was said, what runs, what is shown and how large it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar, QToolButton

from editor.color import describe
from editor.jobs import Job, JobRunner
from editor.ui import icons
from editor.ui.elided import Elided
from editor.workspace import View, Workspace
from neural.engine import Engine

SAID_MS = 12000
"""How long a sentence stays: long enough to look up from the picture and read it."""

JOB_PX = 320
"""At most, in logical pixels: the rest is for what is said."""


class StatusBar(QStatusBar):
    """Tells; the only things to press are "cancel" and "why?"."""

    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        runner: JobRunner,
        explain: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._workspace, self._engine, self._explain = workspace, engine, explain
        self._runner = runner
        self.setSizeGripEnabled(False)
        self._message = Elided()
        self._message.setObjectName("message")
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._fade = QTimer(self, singleShot=True, interval=SAID_MS)
        self._fade.timeout.connect(lambda: self._message.say(""))
        self._job = Elided()
        self._job.setMaximumWidth(JOB_PX)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._cancel = QToolButton()
        self._cancel.setIcon(icons.icon("mdi6.close"))
        self._cancel.setToolTip("Cancel (Esc)")
        self._cancel.clicked.connect(runner.cancel_all)
        self._provider = QLabel()
        self._provider.linkActivated.connect(self._why)
        self._size, self._position, self._zoom = Elided(), QLabel(), QLabel()
        self._position.setMinimumWidth(88)
        self._zoom.setMinimumWidth(48)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addWidget(self._message, 1)
        for widget in (self._job, self._bar, self._cancel, self._provider):
            self.addPermanentWidget(widget)
        for widget in (self._position, self._size, self._zoom):
            self.addPermanentWidget(widget)
        workspace.said.connect(self.say)
        workspace.active_changed.connect(self._show_document)
        workspace.viewport_changed.connect(self._show_zoom)
        workspace.opened.connect(self._on_opened)
        runner.started.connect(self._on_job)
        runner.progressed.connect(lambda job, fraction, text: self._on_job(job))
        for ended in (runner.finished, runner.failed, runner.cancelled):
            ended.connect(self._on_end)
        self._on_end()
        self._show_document()

    def say(self, text: str) -> None:
        """Show a sentence for a while."""
        self._message.say(text)
        self._fade.start()

    def show_position(self, position: tuple[float, float] | None) -> None:
        """Where the pointer is, in document pixels."""
        if position is None:
            self._position.clear()
        else:
            self._position.setText(f"{int(position[0] // 1)}, {int(position[1] // 1)}")

    def _on_opened(self, view: View) -> None:
        view.document.resized.connect(self._show_document)

    def _show_document(self) -> None:
        view = self._workspace.active
        if view is None:
            self._size.say("")
        else:
            document = view.document
            bits = 16 if document.dtype == np.uint16 else 8
            profile = describe(document.metadata.profile)
            w, h = document.size
            self._size.say(f"{w} × {h} px  ·  {bits} bit  ·  {profile}")
        self._show_zoom()

    def _show_zoom(self) -> None:
        view = self._workspace.active
        self._zoom.setText("" if view is None else f"{view.viewport.zoom * 100:.4g} %")

    def _on_job(self, job: Job) -> None:
        text = f"{job.title}  ·  {job.text}" if job.text else job.title
        self._job.say(f"{text}  ·  {job.seconds:.0f} s")
        self._bar.setValue(round(job.fraction * 1000))
        for widget in (self._job, self._bar, self._cancel):
            widget.show()

    def _on_end(self, *_: object) -> None:
        if not self._runner.jobs:
            for widget in (self._job, self._bar, self._cancel):
                widget.hide()
        status = self._engine.status
        if status is None:
            self._provider.clear()
            return
        name = status.provider.removesuffix("ExecutionProvider")
        why = ' <a href="why">why?</a>' if status.why_not_cuda else ""
        self._provider.setText(f"{name}  ·  {status.ms_per_megapixel:.0f} ms/MP{why}")

    def _why(self) -> None:
        status = self._engine.status
        assert status is not None
        self._explain(status.why_not_cuda)
