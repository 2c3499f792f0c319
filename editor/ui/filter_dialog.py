"""The parameters of a filter, with a preview on the canvas, which stays free to be used."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from editor import filtering
from editor.filtering import FilterPreview
from editor.filters import Filter
from editor.jobs import JobRunner
from editor.tools.target import cannot_paint
from editor.ui.form import Form
from editor.ui.preview_bar import PreviewBar
from editor.ui.previewer import Previewer
from editor.ui.theme import SPACE
from editor.workspace import Workspace


class FilterDialog(QDialog):
    """A form with OK and Cancel that stays above the window; ``run`` is called once, at OK."""

    def __init__(
        self, parent: QWidget, value: Filter, preview: PreviewBar, run: Callable[[Filter], None]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(value.title)
        self.setMinimumWidth(340)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form, self.preview = Form(value), preview
        self._run = run
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[4 * SPACE] * 4)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.form)
        layout.addWidget(preview)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.form.changed.connect(self._offer)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._offer(value)

    def accept(self) -> None:
        super().accept()
        self._run(self.form.value)

    def _offer(self, value: Filter) -> None:
        self.preview.offer(FilterPreview(value))


class Filters:
    """Asks for one filter at a time, and remembers how each was used last."""

    def __init__(
        self, workspace: Workspace, runner: JobRunner, previewer: Previewer, canvas: QWidget
    ) -> None:
        """canvas: in whose corner the dialog opens, so as not to lie on the middle."""
        self.dialog: FilterDialog | None = None
        self._workspace, self._runner, self._previewer = workspace, runner, previewer
        self._canvas = canvas
        self._last: dict[type[Filter], Filter] = {}

    def ask(self, kind: type[Filter]) -> None:
        """Open the dialog for a filter, in place of the one that is open."""
        self.close()
        value, bar = self._last.get(kind, kind()), PreviewBar(self._previewer, on=True)
        self.dialog = FilterDialog(self._canvas.window(), value, bar, self._run)
        self.dialog.finished.connect(self._forget)
        self.dialog.adjustSize()
        corner = QPoint(self._canvas.width() - self.dialog.width() - 4 * SPACE, 4 * SPACE)
        self.dialog.move(self._canvas.mapToGlobal(corner))
        self.dialog.show()

    def close(self) -> None:
        """Close the dialog that is open; nothing is run."""
        if self.dialog is not None:
            self.dialog.reject()

    def _run(self, value: Filter) -> None:
        """Start a filter on the active layer, or say why not."""
        self._last[type(value)] = value
        refusal = cannot_paint(self._workspace)
        if refusal:
            self._workspace.say(refusal)
        else:
            filtering.submit(self._workspace, self._runner, value)

    def _forget(self) -> None:
        self.dialog = None
