"""The switch for previews, and how the one that is coming is getting on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from editor.preview import Maker, Preview
from editor.ui.previewer import Previewer
from editor.ui.prose import Prose
from editor.ui.theme import SPACE

STEPS = 1000  # of the progress bar


class PreviewBar(QWidget):
    """Shows what is offered to it while it is on, and to be seen. ``toggled(on)``: by its user.

    ``row``, its lowest part, has the switch and room for what else belongs there.
    """

    toggled = Signal(bool)

    def __init__(self, previewer: Previewer, on: bool = False) -> None:
        super().__init__()
        self._previewer = previewer
        self._offered: Maker | None = None
        self.switch = QCheckBox("Preview")
        self.switch.setToolTip("Show what it would do to the part that is looked at")
        self.switch.setChecked(on)
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(3)
        self.bar.setAccessibleName("Progress of the preview")
        kept = self.bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # nothing jumps when it comes and goes
        self.bar.setSizePolicy(kept)
        self.text = Prose(dim=True)
        self.row = QHBoxLayout()
        self.row.setSpacing(SPACE)
        self.row.addWidget(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.bar)
        column.addWidget(self.text)
        column.addLayout(self.row)
        self.switch.clicked.connect(self._on_clicked)
        previewer.changed.connect(self._show_state)
        self._show_state()

    def offer(self, maker: Maker | None) -> None:
        """What would be shown; ``None`` if that is nothing."""
        self._offered = maker
        if self.isVisible():
            self._follow()

    def switch_on(self) -> None:
        """Show previews, because of what was just done; how it is left is not remembered."""
        self.switch.setChecked(True)
        if self.isVisible():
            self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        self._previewer.show(self, None)

    def _follow(self) -> None:
        self._previewer.show(self, self._offered if self.switch.isChecked() else None)

    def _on_clicked(self, on: bool) -> None:
        self._follow()
        self.toggled.emit(on)

    def _show_state(self) -> None:
        now, said = self._previewer, ""
        fraction = now.fraction if now.served is self else None
        self.bar.setVisible(bool(fraction))
        self.bar.setValue(round((fraction or 0) * STEPS))
        if now.served is self and now.preview is None:
            said = now.sentence
        elif now.served is self and now.preview is not None:
            said = " ".join((*_told(now.preview), *now.preview.notes))
        self.text.say(said)
        self.text.setVisible(bool(said))


def _told(preview: Preview) -> list[str]:
    """How much of what is looked at it shows."""
    if not preview.is_partial:
        return []
    w, h = preview.rect.size
    return [f"Shows the middle {w} × {h} px; zoom in to see other parts."]
