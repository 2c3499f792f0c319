"""A strip that is scrolled sideways."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, QSize, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QToolButton, QWidget

from editor.ui.icons import icon

ARROW = QSize(20, 44)
"""In logical pixels."""

PAGE = 0.8  # of the width, that an arrow goes on by
GLIDE_MS = 180


class Strip(QScrollArea):
    """Shows a widget that may be wider, with an arrow at each side where there is more of it.

    A wheel belongs to what the strip lies in, unless it is turned sideways, or with Shift.
    """

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        bar = self.horizontalScrollBar()
        self._glide = QPropertyAnimation(bar, b"value", self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.back = self._arrow("mdi6.chevron-left", "Back", -1)
        self.on = self._arrow("mdi6.chevron-right", "More", 1)
        bar.valueChanged.connect(self._follow)
        bar.rangeChanged.connect(self._follow)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        y = (self.height() - ARROW.height()) // 2
        self.back.move(0, y)
        self.on.move(self.width() - ARROW.width(), y)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        sideways = turned.x() if abs(turned.x()) > abs(turned.y()) else 0
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            sideways = turned.x() or turned.y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - sideways)
        event.setAccepted(bool(sideways))

    def _arrow(self, name: str, said: str, side: int) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("arrow")
        button.setIcon(icon(name))
        button.setToolTip(said)
        button.setAccessibleName(said)
        button.setFixedSize(ARROW)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what has the focus is scrolled to
        button.clicked.connect(lambda: self._go(side))
        return button

    def _go(self, side: int) -> None:
        bar = self.horizontalScrollBar()
        self._glide.stop()
        self._glide.setEndValue(bar.value() + round(side * PAGE * self.width()))
        self._glide.start()

    def _follow(self) -> None:
        bar = self.horizontalScrollBar()
        self.back.setVisible(bar.value() > bar.minimum())
        self.on.setVisible(bar.value() < bar.maximum())
