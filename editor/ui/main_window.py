"""The window: puts the parts in their places and answers what actions ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

from editor import actions, inference
from editor.actions import file
from editor.autosave import Autosave
from editor.extend import Margins
from editor.filters import Filter
from editor.healing import Healer
from editor.jobs import Job, JobRunner
from editor.looks import Looks
from editor.points import Points
from editor.settings import Settings
from editor.tools.base import Tool
from editor.ui import dialogs, theme
from editor.ui.about import AboutDialog
from editor.ui.asking import AskingWindow
from editor.ui.canvas import CanvasView
from editor.ui.color_panel import ColorPanel
from editor.ui.disk import Disk
from editor.ui.drops import refusal
from editor.ui.explorer_editor import ExplorerEditor
from editor.ui.filter_dialog import Filters
from editor.ui.hint import Hint
from editor.ui.history_panel import HistoryPanel
from editor.ui.incoming import Incoming
from editor.ui.jobs_panel import JobsPanel
from editor.ui.layer_panel import LayerPanel
from editor.ui.layout import Layout
from editor.ui.menus import Menus, RecentMenu
from editor.ui.neural_panel import NeuralPanel
from editor.ui.preferred import Preferred
from editor.ui.preview_bar import PreviewBar
from editor.ui.previewer import Previewer
from editor.ui.safekeeping import Safekeeping
from editor.ui.stage import Stage
from editor.ui.start_page import StartPage
from editor.ui.status import StatusBar
from editor.ui.style_editor import StyleEditor
from editor.ui.tabs import DocumentTabs, title_of
from editor.ui.toolbox import OptionsBar, Toolbox, ToolOptions
from editor.ui.variants import Variants
from editor.workspace import View, Workspace
from neural.engine import Engine
from neural.operations.base import Operation, Retouching
from neural.operations.inpaint import Inpaint
from neural.progress import Progress

T = TypeVar("T")


class MainWindow(AskingWindow):
    """Implements ``actions.base.Shell``."""

    def __init__(
        self,
        workspace: Workspace,
        tools: Mapping[str, Tool],
        settings: Settings,
        engine: Engine,
        runner: JobRunner,
        disk: JobRunner,
        previews: JobRunner,
        idle: JobRunner,
        sketching: JobRunner,
        looks: Looks,
        points: Points,
        autosave: Autosave,
    ) -> None:
        """runner: for networks. disk: for reading and writing files, so that saving never waits for
        a network. previews, idle, sketching: beside ``runner``; idle for pictures of looks,
        sketching for those of points."""
        super().__init__(settings)
        self.workspace, self.tools = workspace, tools
        self.engine, self.runner, self._disk = engine, runner, disk
        self.incoming = Incoming(self)
        self._files = Disk(disk, self.report, self)
        self._quits = False
        self.safekeeping = Safekeeping(workspace, disk, autosave, self)
        theme.apply(settings.preferences.theme)
        self.setWindowTitle("Pentimento")
        self.setAcceptDrops(True)

        self.canvas = CanvasView(workspace, tools)
        self.start_page = StartPage(
            lambda: file.new(self), lambda: file.open_files(self), lambda p: self.open([p])
        )
        self.tabs = DocumentTabs(workspace)
        self.setCentralWidget(Stage(workspace, self.tabs, self.canvas, self.start_page))
        self.toolbox = Toolbox(workspace, tools)
        self.tool_options = ToolOptions(workspace, tools)
        options_bar = OptionsBar(self.tool_options)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, options_bar)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.toolbox)
        self.status = StatusBar(workspace, engine, runner, self.report)
        self.setStatusBar(self.status)
        self.previewer = Previewer(workspace, previews, runner, lambda: self.canvas.seen, self)
        self.filters = Filters(workspace, runner, self.previewer, self.canvas)
        preview_bar = PreviewBar(self.previewer, settings.previews)
        style = StyleEditor(self, looks, runner, idle)
        explorer = ExplorerEditor(self, points, runner, sketching)
        self.neural_panel = NeuralPanel(workspace, engine, self.run, preview_bar, style, explorer)
        layers = LayerPanel(workspace)
        self._layout = Layout(self)
        self._layout.add_bars(self.tabs, options_bar, self.toolbox, self.status)
        self._layout.add_docks(
            (
                ("color", "Color", ColorPanel(workspace), 240),
                ("neural", "Neural", self.neural_panel, 480),
                ("layers", "Layers", layers, 230),
                ("history", "History", HistoryPanel(workspace), 0),
                ("jobs", "Jobs", JobsPanel(runner), 0),
            )
        )
        self.menus = Menus(self, self.menuBar(), self, actions.MENUS)
        self.menus.running.connect(self.canvas.finish)

        for action in actions.KEYS:
            self.menus.add(action)
        self.menus.insert_menu(
            RecentMenu(self._recent, lambda path: self.open([path])), after="file.open"
        )

        layers.asked.connect(self.menus.run)
        self.tabs.close_asked.connect(lambda view: file.close_view(self, view))
        self.canvas.takes_looks = lambda: self.neural_panel.takes_looks
        self.canvas.look_dropped.connect(style.styling.drop)
        self.canvas.files_dropped.connect(self.incoming.files)
        self.canvas.image_dropped.connect(self.incoming.image)
        self.canvas.options_changed.connect(self.tool_options.refresh)
        self.canvas.hovered.connect(self.status.show_position)
        self.previewer.changed.connect(self._show_preview)
        preview_bar.toggled.connect(
            lambda on: self.apply_settings(replace(self.settings, previews=on))
        )
        Healer(workspace, runner, engine, self.canvas.when_free)
        self.variants = Variants(workspace, runner, engine, self.canvas)
        self.neural_panel.variants_asked.connect(self._make_variants)
        runner.finished.connect(lambda job: self.canvas.uncover())
        runner.cancelled.connect(self._on_cancelled)
        runner.failed.connect(lambda job, sentence: self.report(sentence))
        workspace.active_changed.connect(self._show_title)
        workspace.opened.connect(self._on_opened)
        workspace.closed.connect(lambda view: runner.cancel_for(view.document))
        self.start_page.show_recent(self._recent())
        self._preferred = Preferred(
            settings.preferences, workspace, self.canvas, engine, self.safekeeping, self
        )
        self._layout.restore()
        if not settings.recent:
            Hint(workspace, runner, self.neural_panel, self.canvas)
        self._show_title()

    def open(self, paths: Sequence[Path]) -> None:
        """Open files, as if chosen in the dialog."""
        file.open_paths(self, paths)

    def _recent(self) -> list[Path]:
        """The files that were open lately and are still there."""
        return [path for path in map(Path, self.settings.recent) if path.exists()]

    def offer_recovery(self) -> None:
        """Ask about what an earlier run left behind, if it did (R46)."""
        found = self.safekeeping.found
        if found and dialogs.ask_to_recover(self, found):
            self.safekeeping.recover()
        elif found:
            self.safekeeping.forget()

    # What actions ask: see Shell.

    def background(
        self, title: str, work: Callable[[Progress], T], apply: Callable[[T], None]
    ) -> None:
        self._files.submit(title, work, apply)

    def run(self, operation: Operation, model: str | None, *, again: bool = False) -> None:
        self.safekeeping.save_now()
        self.previewer.rest()
        inference.submit(self.workspace, self.runner, self.engine, operation, model, again=again)

    def run_current(self) -> None:
        self.neural_panel.run_current()

    def extend_canvas(self, margins: Margins) -> None:
        self.safekeeping.save_now()
        inference.submit_extension(self.workspace, self.runner, self.engine, Inpaint(), margins)

    def run_variants(self) -> None:
        self.neural_panel.ask_for_variants()

    def show_operation(self, task: str) -> None:
        self._layout.show("neural")
        self.neural_panel.show_operation(task)

    def show_filter(self, kind: type[Filter]) -> None:
        self.filters.ask(kind)

    def cancel_jobs(self) -> None:
        if self.variants.is_open:
            self.variants.close()
        elif self.runner.jobs:
            self.runner.cancel_all()
        elif self.previewer.is_busy:
            self.previewer.rest()
        else:
            self.canvas.compare(False)

    def is_busy(self) -> bool:
        return bool(self.runner.jobs)

    def view_size(self) -> tuple[float, float]:
        return self.canvas.view_size

    def options_changed(self) -> None:
        self.tool_options.refresh()
        self.canvas.refresh()

    def apply_settings(self, settings: Settings) -> None:
        before, self.settings = self.settings, settings
        if settings.preferences != before.preferences:
            self._preferred.put(settings.preferences)
        self.start_page.show_recent(self._recent())
        try:
            settings.save()
        except OSError as problem:
            self.workspace.say(f"The settings could not be saved: {problem.strerror}.")

    def toggle(self, part: str) -> None:
        if part == "compare":
            self.canvas.compare(not self.canvas.compares)
        else:
            self._layout.toggle(part)

    def is_on(self, part: str) -> bool:
        return self.canvas.compares if part == "compare" else self._layout.is_on(part)

    def find_action(self) -> None:
        self.menus.palette().open()

    def about(self) -> None:
        AboutDialog(self).exec()

    def quit(self) -> None:
        self._files.when_done(self._leave)

    def _leave(self) -> None:
        self._quits = True
        self.close()

    # What happens to the window.

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._quits:
            file.quit_program(self)  # may have to wait for a save, and close the window then
        event.setAccepted(self._quits)
        if self._quits:
            self.filters.close()  # while there is still something to tell
            self._layout.save()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        reason = refusal(event.mimeData())
        if reason is None:
            event.acceptProposedAction()
        elif reason:
            self.workspace.say(reason)

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped beside the canvas: open it."""
        self.incoming.open(event.mimeData())
        event.acceptProposedAction()

    def _on_opened(self, view: View) -> None:
        view.document.selection_changed.connect(lambda rect: self.canvas.show_mask())
        view.document.history.changed.connect(self._show_title)
        view.document.saved_as.connect(self._show_title)

    def _show_preview(self) -> None:
        preview = self.previewer.preview
        if self.canvas.show_preview(preview) and preview is not None:
            self.canvas.uncover()

    def _make_variants(
        self, operations: Sequence[Retouching], titles: list[str], model: str | None
    ) -> None:
        self.safekeeping.save_now()
        self.previewer.rest()
        self.variants.begin(operations, titles, model)

    def _on_cancelled(self, job: Job) -> None:
        if not job.quiet:
            self.workspace.say(f"{job.title} was cancelled.")

    def _show_title(self) -> None:
        view = self.workspace.active
        self.setWindowTitle("Pentimento" if view is None else f"{title_of(view)} – Pentimento")
