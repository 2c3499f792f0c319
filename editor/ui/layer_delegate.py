"""How a row of the layer tree is drawn, and which part of it a point is in."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from editor.document.blend import BlendMode
from editor.document.geometry import Size
from editor.document.layer import Layer, LayerGroup, Node
from editor.ui.icons import icon
from editor.ui.layer_model import NODE, Column, LayerModel
from editor.ui.theme import SPACE
from editor.ui.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex
Zone = Literal["pixels", "mask", "badge", "text"]

BOX = Size(38, 30)
"""What a thumbnail fits into."""

ROW, ICON, BADGE, SWITCH = 40, 16, 12, 24
"""Height of a row, side of an icon and of a badge, width of the eye's and the lock's column."""


class LayerDelegate(QStyledItemDelegate):
    """Draws a row: an eye, thumbnails of pixels and mask, name and mode, a badge, a lock."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._icons = {
            name: icon(f"mdi6.{name}")
            for name in (
                "eye",
                "eye-off",
                "lock",
                "lock-open-variant",
                "folder",
                "circle-half-full",
                "creation",
            )
        }

    def zone(self, node: Node, at: QPoint) -> Zone:
        """Which part of the name's cell a point of it is in."""
        pixels, mask, text = self._places(node, QRect(0, 0, 10000, ROW))
        if pixels.contains(at):
            return "pixels"
        if mask.contains(at):
            return "mask"
        return "badge" if node.recipe is not None and at.y() > text.center().y() else "text"

    def _places(self, node: Node, cell: QRect) -> tuple[QRect, QRect, QRect]:
        """Where the pixels, the mask (empty if there is none) and the text are."""
        x, y = cell.left() + SPACE, cell.top() + (cell.height() - BOX.h) // 2
        pixels = QRect(x, y, BOX.w, BOX.h)
        if not isinstance(node, Layer):
            pixels.setWidth(24)
        mask, last = QRect(), pixels
        if node.mask is not None:
            mask = last = pixels.translated(pixels.width() + SPACE, 0)
            mask.setWidth(BOX.w)
        text = QRect(cell)
        text.setLeft(last.right() + 1 + 2 * SPACE)
        return pixels, mask, text

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(SWITCH, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node = index.data(NODE)
        style = option.widget.style()
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        style.drawPrimitive(panel, option, painter, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell: QRect = option.rect
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        match Column(index.column()):
            case Column.EYE:
                inherited = node.visible and not node.is_shown
                painter.setOpacity(0.35 if inherited or not node.visible else 0.9)
                self._draw_icon(painter, "eye" if node.visible else "eye-off", cell)
            case Column.LOCK:
                if node.is_locked or hovered:
                    painter.setOpacity(0.9 if node.locked else 0.35)
                    locked = node.is_locked
                    self._draw_icon(painter, "lock" if locked else "lock-open-variant", cell)
            case Column.NAME:
                palette: QPalette = option.palette
                self._draw_node(painter, node, cell, palette, index)
        painter.restore()

    def _draw_icon(self, painter: QPainter, name: str, cell: QRect) -> None:
        place = QRect(0, 0, ICON, ICON)
        place.moveCenter(cell.center())
        self._icons[name].paint(painter, place)

    def _draw_node(
        self, painter: QPainter, node: Node, cell: QRect, palette: QPalette, index: Index
    ) -> None:
        painter.setOpacity(1.0 if node.is_shown else 0.5)
        pixels, mask, text = self._places(node, cell)
        model = index.model()
        assert isinstance(model, LayerModel)
        document = model.document
        active = document is not None and document.active is node
        edits_mask = document is not None and document.edits_mask
        both = node.mask is not None and active
        if isinstance(node, Layer):
            self._draw_thumbnail(painter, pixels, node, palette, both and not edits_mask)
        else:
            name = "folder" if isinstance(node, LayerGroup) else "circle-half-full"
            self._icons[name].paint(painter, pixels.adjusted(2, 6, -2, -6))
        if node.mask is not None:
            self._draw_mask(painter, mask, node, palette, both and edits_mask)
        painter.setPen(palette.text().color())
        below = _described(node)
        if not below:
            _draw_line(painter, text, node.name)
            return
        half = cell.height() // 2
        _draw_line(painter, text.adjusted(0, 3, 0, -half + 1), node.name)
        lower = text.adjusted(0, half - 1, 0, -3)
        painter.setPen(palette.placeholderText().color())
        if node.recipe is not None:
            painter.setOpacity(painter.opacity() * 0.7)
            top = lower.center().y() - BADGE // 2 + 1
            self._icons["creation"].paint(painter, QRect(lower.left(), top, BADGE, BADGE))
            lower.setLeft(lower.left() + BADGE + SPACE)
            painter.setPen(palette.text().color())
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        _draw_line(painter, lower, below)

    def _draw_thumbnail(
        self, painter: QPainter, box: QRect, node: Layer, palette: QPalette, chosen: bool
    ) -> None:
        place = self._frame(painter, box, palette, chosen)
        ratio = painter.device().devicePixelRatioF()
        picture = self._thumbnails.picture(node.pixels, ratio)
        if picture is not None:
            painter.drawPixmap(place, picture)

    def _draw_mask(
        self, painter: QPainter, box: QRect, node: Node, palette: QPalette, chosen: bool
    ) -> None:
        assert node.mask is not None
        place = self._frame(painter, box, palette, chosen)
        picture = self._thumbnails.picture(node.mask.grid, painter.device().devicePixelRatioF())
        if picture is not None:
            painter.drawPixmap(place, picture)
        if not node.mask.enabled:
            painter.setPen(QPen(QColor(220, 60, 60), 2))
            painter.drawLine(place.topLeft(), place.bottomRight())
            painter.drawLine(place.topRight(), place.bottomLeft())

    def _frame(self, painter: QPainter, box: QRect, palette: QPalette, chosen: bool) -> QRect:
        """Draw the edge of a thumbnail; returns where its picture goes."""
        place = QRect(QPoint(0, 0), QSize(*self._thumbnails.size()))
        place.moveCenter(box.center())
        color = palette.highlight().color() if chosen else palette.mid().color()
        edge = 2 if chosen else 1
        painter.fillRect(place.adjusted(-edge, -edge, edge, edge), color)
        return place

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName("Layer name")
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        _, _, place = self._places(index.data(NODE), option.rect)
        height = editor.sizeHint().height()
        editor.setGeometry(
            place.left() - 2 * SPACE,
            place.center().y() - height // 2,
            place.width() + 2 * SPACE,
            height,
        )


def mode_name(mode: BlendMode) -> str:
    """Like "Soft light"."""
    if mode is BlendMode.ATOP:
        return "Clipped to below"
    return mode.value.replace("-", " ").capitalize()


def _described(node: Node) -> str:
    """The network it comes from; mode and opacity, where they are not the usual ones."""
    parts = [str(node.recipe.get("model", "neural"))] if node.recipe is not None else []
    parts += [] if node.mode == BlendMode.NORMAL else [mode_name(node.mode)]
    if round(node.opacity * 100) != 100:
        parts.append(f"{node.opacity * 100:.0f} %")
    return " · ".join(parts)


def _draw_line(painter: QPainter, place: QRect, text: str) -> None:
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)
