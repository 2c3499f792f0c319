"""A contact sheet: variants of a result as thumbnails over the canvas, to choose from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.ui.theme import SPACE

THUMBNAIL = QSize(112, 84)
"""In logical pixels."""

KEEPS = "Point to see one in place, click to keep it"
WAITS = "Making variants…"

Key, Modifier = Qt.Key, Qt.KeyboardModifier


class ContactSheet(QFrame):
    """Floats at the lower edge of ``over``, or at the upper one if that hides less.

    Signals, with the number of a variant: ``pointed(number)``, -1 for none; ``chosen(number)``;
    ``mixed(number)``: all are to be kept, with this one on show. ``closed()``: by its user.
    """

    pointed = Signal(int)
    chosen = Signal(int)
    mixed = Signal(int)
    closed = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._hidden_part = QRect()
        self._pointed = -1
        self.setObjectName("contact-sheet")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Variants")
        self.buttons: list[QToolButton] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(SPACE)
        self._said = QLabel(WAITS)
        self.mix = QPushButton("Keep all")
        self.mix.setToolTip(
            "In a group, to be mixed by painting on their masks (or Shift and a click on one)"
        )
        self.dismiss = QToolButton()
        self.dismiss.setText("✕")
        self.dismiss.setToolTip("Keep none (Esc)")
        self.dismiss.setAccessibleName("Keep none")
        for button in (self.mix, self.dismiss):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = QHBoxLayout()
        head.addWidget(self._said, 1)
        head.addWidget(self.mix)
        head.addWidget(self.dismiss)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * SPACE] * 4)
        column.setSpacing(2 * SPACE)
        column.addLayout(head)
        column.addLayout(self._grid)
        self.mix.clicked.connect(lambda: self.mixed.emit(max(self._pointed, 0)))
        self.dismiss.clicked.connect(self.closed)
        over.installEventFilter(self)
        self.hide()

    def begin(self, titles: list[str], hides: QRect) -> None:
        """Show empty places with these titles. hides: what had better be seen, in ``over``."""
        for button in self.buttons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._button(number, title) for number, title in enumerate(titles)]
        self._hidden_part, self._pointed = hides, -1
        self._said.setText(WAITS)
        self.mix.setEnabled(False)
        self._place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def fill(self, number: int, image: QImage) -> None:
        """The thumbnail of one is there: of any size, in device pixels."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(
            image.scaled(
                THUMBNAIL * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        pixmap.setDevicePixelRatio(ratio)
        self.buttons[number].setIcon(QIcon(pixmap))
        self.buttons[number].setEnabled(True)
        self._said.setText(KEEPS)
        self.mix.setEnabled(all(button.isEnabled() for button in self.buttons))

    def _button(self, number: int, title: str) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setText(title)
        button.setAccessibleName(title)
        button.setIconSize(THUMBNAIL)
        button.setFixedWidth(THUMBNAIL.width() + 2 * SPACE)
        button.setFixedHeight(THUMBNAIL.height() + button.fontMetrics().height() + 4 * SPACE)
        button.setEnabled(False)
        button.installEventFilter(self)
        button.clicked.connect(lambda: self.chosen.emit(number))
        return button

    # What happens to it.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._over:
            if kind == QEvent.Type.Resize and self.isVisible():
                self._place()
        elif watched in self.buttons:
            number = self.buttons.index(watched)
            if kind in (QEvent.Type.Enter, QEvent.Type.FocusIn):
                self._point(number)
            elif kind in (QEvent.Type.Leave, QEvent.Type.FocusOut):
                self._point(-1)
            elif kind == QEvent.Type.MouseButtonRelease and self._shift(event):
                self._mix(number)
                return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Take numbers and Escape before the shortcuts of the window do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            number = event.key() - Key.Key_1
            if event.key() == Key.Key_Escape or 0 <= number < len(self.buttons):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - Key.Key_1
        if event.key() == Key.Key_Escape:
            self.closed.emit()
        elif 0 <= number < len(self.buttons):
            self.buttons[number].setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.key() in (Key.Key_Return, Key.Key_Enter) and self._pointed >= 0:
            self.chosen.emit(self._pointed)
        else:
            super().keyPressEvent(event)

    def _shift(self, event: QEvent) -> bool:
        return bool(event.modifiers() & Modifier.ShiftModifier)  # type: ignore[attr-defined]

    def _mix(self, number: int) -> None:
        if self.mix.isEnabled():
            self.mixed.emit(number)

    def _point(self, number: int) -> None:
        if number >= 0 and not self.buttons[number].isEnabled():
            number = -1
        if number != self._pointed:
            self._pointed = number
            self.pointed.emit(number)

    def _place(self) -> None:
        """As many in a row as there is room for, where the least is hidden."""
        if not self.buttons:
            return
        margin = 4 * SPACE
        room = self._over.width() - 2 * margin
        each = self.buttons[0].width() + SPACE
        columns = next((n for n in (6, 3, 2) if n * each + 4 * SPACE <= room), 1)
        for number, button in enumerate(self.buttons):
            self._grid.addWidget(button, *divmod(number, columns))
        column = self.layout()
        assert column is not None
        column.invalidate()
        column.activate()  # the size for fewer columns is not known before
        self.resize(column.minimumSize())
        x = (self._over.width() - self.width()) // 2
        low = self._over.height() - self.height() - margin
        below, above = (
            QRect(x, y, self.width(), self.height()).intersected(self._hidden_part)
            for y in (low, margin)
        )
        area = [part.width() * part.height() if part.isValid() else 0 for part in (below, above)]
        self.move(x, margin if area[1] < area[0] else low)
