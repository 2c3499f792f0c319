"""What a network shall do, which network, and how."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from editor.document.document import Document
from editor.preview import OperationPreview
from editor.ui.explorer_editor import ExplorerEditor
from editor.ui.facts import Facts
from editor.ui.form import Form
from editor.ui.look_area import LookArea
from editor.ui.missing import NO_LOOK, NO_MASK, missing
from editor.ui.model_box import ModelBox
from editor.ui.operation_box import OperationBox
from editor.ui.preview_bar import PreviewBar
from editor.ui.prose import Prose
from editor.ui.run_buttons import RunButtons
from editor.ui.style_editor import StyleEditor
from editor.ui.theme import SPACE
from editor.workspace import Workspace
from neural.card import ModelCard
from neural.engine import Engine
from neural.looks import Look
from neural.operations import OPERATIONS
from neural.operations.base import Generating, Operation
from neural.operations.parameters import most_records, parameters

Run = Callable[[Operation, str | None], None]

MASK_TOOL = "mask"
NO_VARIANTS = "Generate shows its variants in the panel: click a picture for its neighbors."
VARIANTS = 6


class NeuralPanel(LookArea):
    """Chooses an operation, a model and parameters; ``run`` is called only when asked to (R34).

    What it would do is offered to ``preview``, which changes nothing and has a switch.

    Each operation keeps its parameters while another one is shown. ``variants_asked(operations,
    titles, model)``: they are to be run and offered to choose from. ``followed()``: what is shown
    may be another thing.
    """

    variants_asked = Signal(list, list, object)
    followed = Signal()

    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        run: Run,
        preview: PreviewBar,
        style: StyleEditor,
        explorer: ExplorerEditor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._engine, self._run = workspace, engine, run
        self.preview, self.style_editor, self.explorer = preview, style, explorer
        self._offered: tuple[Operation, str | None] | None = None
        self._document: Document | None = None
        self._values = {kind.task: kind() for kind in OPERATIONS}
        self.operation = OperationBox()
        self.model = ModelBox(engine)
        self.facts = Facts()
        self.why = Prose()
        self.buttons = RunButtons()
        self.paint = QPushButton("Take the mask brush")
        self._form_place = QVBoxLayout()
        self._form = Form(self.value)
        self._lay_out()
        self.operation.currentIndexChanged.connect(self._show_operation)
        self.model.currentIndexChanged.connect(self._follow)
        self.buttons.run.clicked.connect(self.run_current)
        self.buttons.another.clicked.connect(self._run_another)
        self.buttons.several.clicked.connect(self.ask_for_variants)
        self.paint.clicked.connect(lambda: self._workspace.choose_tool(MASK_TOOL))
        workspace.tool_changed.connect(self._follow)
        workspace.active_changed.connect(self._show_document)
        for editor in (style, explorer):
            editor.changed.connect(self._take_records)
        style.styling.chosen.connect(self._show_chosen)
        self.look_dropped.connect(style.styling.drop)
        explorer.chosen.connect(self._show_chosen)
        self._show_operation()
        self._show_document()

    @property
    def value(self) -> Operation:
        """The operation with its parameters as they are shown."""
        return self._values[self.operation.task]

    @property
    def takes_looks(self) -> bool:
        """Whether an operation is shown that pictures can be dropped on."""
        return self.isVisible() and most_records(self.value, Look) > 0

    def refusal(self) -> str:
        """Why nothing can be run right now, in a sentence; empty if it can."""
        value = self.value
        why = missing(value, self.model.model_id, self._document, self._engine)
        return why or self.explorer.problem(value)

    def run_current(self) -> None:
        """Run what is shown, or say why not."""
        self._follow()
        refusal = self.refusal()
        if refusal:
            self._workspace.say(refusal)
        else:
            self._run(self.value, self.model.model_id)

    def ask_for_variants(self) -> None:
        """Ask for what is shown with six seeds in a row, or say why not."""
        self._follow()
        value: Any = self.value
        refusal = self.refusal()
        if not refusal and isinstance(value, Generating):
            refusal = NO_VARIANTS
        elif not refusal and not hasattr(value, "seed"):
            refusal = f"{value.title} gives the same result every time: it has no variants."
        if refusal:
            self._workspace.say(refusal)
            return
        seeds = range(value.seed, value.seed + VARIANTS)
        operations = [dataclasses.replace(value, seed=seed) for seed in seeds]
        titles = [f"Seed {seed}" for seed in seeds]
        self.variants_asked.emit(operations, titles, self.model.model_id)

    def show_operation(self, task: str) -> None:
        """Show the operation with this task; if it needs a mask, with the brush for it (R35)."""
        self.operation.choose(task)
        if self.value.needs_mask:
            self._workspace.choose_tool(MASK_TOOL)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _lay_out(self) -> None:
        self._choices = choices = QFormLayout()
        choices.setContentsMargins(0, 0, 0, 0)
        choices.setHorizontalSpacing(3 * SPACE)
        choices.setVerticalSpacing(2 * SPACE)
        choices.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._labels = [QLabel("Task"), QLabel("Model")]
        for label, box in zip(self._labels, (self.operation, self.model), strict=True):
            label.setBuddy(box)
            choices.addRow(label, box)
        self.preview.row.addSpacing(2 * SPACE)
        self.preview.row.addWidget(self.buttons, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(*[2 * SPACE] * 4)
        column.setSpacing(2 * SPACE)
        column.addLayout(choices)
        column.addWidget(self.explorer.view)
        column.addWidget(self.style_editor.wells)
        column.addWidget(self.style_editor.gallery, 1)
        column.addWidget(self.style_editor.pad)
        column.addLayout(self._form_place)
        column.addWidget(self.style_editor.regions_row)
        column.addWidget(self.facts)
        column.addStretch(0)
        below = QVBoxLayout()  # never scrolled out of sight
        below.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, 2 * SPACE)
        below.setSpacing(SPACE)
        below.addWidget(self.why)
        below.addWidget(self.paint, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self.preview)  # last: its row stays where it is, whatever is said above it
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addLayout(below)

    # Showing.

    def _show_document(self) -> None:
        if self._document is not None:
            self._document.selection_changed.disconnect(self._on_selection_changed)
            self._document.active_changed.disconnect(self._follow)
            self._document.layers_changed.disconnect(self._follow)
            self._document.resized.disconnect(self._follow)
        view = self._workspace.active
        self._document = view.document if view is not None else None
        if self._document is not None:
            self._document.selection_changed.connect(self._on_selection_changed)
            self._document.active_changed.connect(self._follow)
            self._document.layers_changed.connect(self._follow)
            self._document.resized.connect(self._follow)
        self._follow()

    def _show_operation(self) -> None:
        before = self.style_editor.regions_row.previousInFocusChain()
        assert before is not None
        self._form_place.removeWidget(self._form)
        self._form.hide()  # it may take a while to go
        self._form.deleteLater()
        self._form = Form(self.value)
        self._form.changed.connect(self._keep)
        self._form_place.addWidget(self._form)
        for child in self._form.findChildren(QWidget):
            is_inside = child.window() is before.window()  # and no popup
            if is_inside and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
                QWidget.setTabOrder(before, child)
                before = child
        labels = [
            *self._labels,
            *self._form.findChildren(QLabel),
            self.style_editor.regions_row.label,
        ]
        width = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(width)
        makes = isinstance(self.value, Generating)
        self.buttons.show_variants(hasattr(self.value, "seed") and not makes)
        self.style_editor.show_for(self.value)
        self._follow()

    def _take_records(self) -> None:
        """Other looks or points, or other regions of theirs; operations that take some share
        them.
        """
        value = self.explorer.filled_in(self.style_editor.filled_in(self.value))
        if value != self.value:
            self._values[value.task] = value
            self._form.set_value(value)
        self._follow()

    def _show_chosen(self) -> None:
        """The user chose looks or points: show at once what becomes of the picture."""
        if most_records(self.value, Look) or isinstance(self.value, Generating):
            self.preview.switch_on()

    def _keep(self, value: Operation) -> None:
        self._values[value.task] = value
        self._follow()

    def _on_selection_changed(self, rect: object) -> None:
        self._follow()

    def _follow(self) -> None:
        self.model.list_for(self.value)
        self._choices.setRowVisible(self.model, not self.model.is_settled)
        drawing = self._engine.availability(self.value.task, self.model.model_id).card
        self.explorer.show_for(self.value, drawing)
        refusal = self.refusal()
        self.why.say(refusal)
        self.why.setVisible(refusal not in ("", NO_LOOK))  # the empty well says the latter
        self.buttons.allow(not refusal)
        self.paint.setVisible(refusal == NO_MASK and self._workspace.tool_id != MASK_TOOL)
        size = self._document.size if self._document is not None else None
        cards = self.model.cards(self.value, size)
        self.facts.show_of(self.value, cards, self.model.model_id is not None, self._document)
        self._show_unused(cards)
        self._offer()
        self.followed.emit()

    def _show_unused(self, cards: list[ModelCard]) -> None:
        """Switch off the parameters that the networks take no notice of, and say why."""
        if isinstance(self.value, Generating):
            self._form.editor("pattern").setVisible(any(card.wraps for card in cards))
        for each in parameters(self.value):
            if each.input:
                without = [card.name for card in cards if not card.has(each.input)]
                why = f"{without[0]} has no {each.label.lower()} weights." if without else each.help
                editor = self._form.editor(each.name)
                editor.setEnabled(not without)
                editor.setToolTip(why)

    def _offer(self) -> None:
        """Offer to show what a run would give, whenever that is another thing."""
        offered = None if self.refusal() else (self.value, self.model.model_id)
        if offered != self._offered:
            self._offered = offered
            maker = OperationPreview(offered[0], self._engine, offered[1]) if offered else None
            self.preview.offer(maker)

    def _run_another(self) -> None:
        value: Any = self.value
        following = dataclasses.replace(value, seed=value.seed + 1)
        self._form.set_value(following)
        self._keep(following)
        self.run_current()
