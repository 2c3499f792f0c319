"""A form for any dataclass whose fields describe themselves.

The metadata of a field, all optional: ``label``; ``help``, its tooltip; ``min``, ``max``, ``step``,
``decimals`` and ``unit`` of a number; ``choices``, the values to choose from; ``hidden`` and
``apart``, which leave a field out. The unit "%" shows a fraction as percent. Types: bool, int,
float, str, an ``Enum``, ``Color``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any, get_type_hints

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from editor.ui.number import NumberEditor
from editor.ui.theme import SPACE
from editor.workspace import Color


class Form(QWidget):
    """Editors for the fields of ``value``, which is replaced by a changed copy at every edit.

    Changes act at once, also while a number is being typed (R41).
    """

    changed = Signal(object)

    def __init__(
        self, value: Any, parent: QWidget | None = None, *, horizontal: bool = False
    ) -> None:
        super().__init__(parent)
        self._value = value
        self._editors: dict[str, QWidget] = {}
        hints = get_type_hints(type(value))
        layout = _Row(self) if horizontal else _Rows(self)
        for field in dataclasses.fields(value):
            if field.metadata.get("hidden") or field.metadata.get("apart"):
                continue
            now = getattr(value, field.name)
            label = field.metadata.get("label", field.name.replace("_", " ").capitalize())
            editor = _editor(hints[field.name], now, field.metadata, label)
            editor.setAccessibleName(label)
            editor.setToolTip(field.metadata.get("help", ""))
            editor.edited.connect(lambda new, name=field.name: self._edit(name, new))
            self._editors[field.name] = editor
            layout.add("" if isinstance(editor, CheckEditor) else label, editor)
        layout.finish()

    @property
    def value(self) -> Any:
        """The dataclass as edited so far."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show another value of the same class; ``changed`` is not emitted."""
        self._value = value
        for name, editor in self._editors.items():
            editor.show_value(getattr(value, name))  # type: ignore[attr-defined]

    def editor(self, name: str) -> QWidget:
        """The widget for the field called ``name``."""
        return self._editors[name]

    def _edit(self, name: str, new: Any) -> None:
        self._value = dataclasses.replace(self._value, **{name: new})
        self.changed.emit(self._value)


class _Rows:
    """One field below the other, labels to the left."""

    def __init__(self, form: QWidget) -> None:
        self._layout = QFormLayout(form)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(3 * SPACE)
        self._layout.setVerticalSpacing(2 * SPACE)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def add(self, label: str, editor: QWidget) -> None:
        self._layout.addRow(QLabel(label), editor)

    def finish(self) -> None:
        pass


class _Row:
    """All fields in one line."""

    def __init__(self, form: QWidget) -> None:
        self._layout = QHBoxLayout(form)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2 * SPACE)

    def add(self, label: str, editor: QWidget) -> None:
        if self._layout.count():
            self._layout.addSpacing(2 * SPACE)
        if label:
            self._layout.addWidget(QLabel(label))
        self._layout.addWidget(editor)

    def finish(self) -> None:
        self._layout.addStretch(1)


def _editor(kind: Any, value: Any, metadata: Mapping[str, Any], label: str) -> Any:
    """A widget with ``edited``, a signal with the new value, and ``show_value``."""
    choices = metadata.get("choices")
    if choices is None and isinstance(kind, type) and issubclass(kind, Enum):
        choices = tuple(kind)
    if choices is not None:
        return ChoiceEditor(value, tuple(choices))
    if kind is bool:
        return CheckEditor(value, label)
    if kind in (int, float):
        return NumberEditor(value, kind, metadata)
    if kind is str:
        return TextEditor(value)
    if kind == Color:
        return ColorEditor(value)
    raise TypeError(f"a form has no editor for {kind}")


class ChoiceEditor(QComboBox):
    """One of a few values."""

    edited = Signal(object)

    def __init__(self, value: Any, choices: tuple[Any, ...]) -> None:
        super().__init__()
        self._choices, self._value = choices, value
        for choice in choices:
            self.addItem(_words(choice))
        self.show_value(value)
        self.currentIndexChanged.connect(self._chosen)

    def show_value(self, value: Any) -> None:
        self._value = value
        self.setCurrentIndex(self._choices.index(value))

    def _chosen(self, index: int) -> None:
        if self._choices[index] != self._value:
            self._value = self._choices[index]
            self.edited.emit(self._value)


class CheckEditor(QCheckBox):
    """On or off."""

    edited = Signal(object)

    def __init__(self, value: bool, label: str) -> None:
        super().__init__(label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setChecked(value)
        self.clicked.connect(lambda: self.edited.emit(self.isChecked()))

    def show_value(self, value: bool) -> None:
        self.setChecked(value)


class TextEditor(QLineEdit):
    """A line of text."""

    edited = Signal(object)

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.textEdited.connect(lambda text: self.edited.emit(text))

    def show_value(self, value: str) -> None:
        if value != self.text():
            self.setText(value)


class ColorEditor(QPushButton):
    """A patch of color; pressing it opens a dialog that acts while it is open."""

    edited = Signal(object)

    def __init__(self, value: Color) -> None:
        super().__init__()
        self._value = value
        self.setFixedSize(40, 22)
        self.clicked.connect(self._ask)

    def show_value(self, value: Color) -> None:
        self._value = value
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().mid().color())
        painter.setBrush(QColor.fromRgbF(*self._value))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 3, 3)
        painter.end()

    def _ask(self) -> None:
        dialog = QColorDialog(QColor.fromRgbF(*self._value), self)
        dialog.currentColorChanged.connect(self._picked)
        dialog.open()

    def _picked(self, color: QColor) -> None:
        self._value = (color.redF(), color.greenF(), color.blueF())
        self.update()
        self.edited.emit(self._value)


def _words(choice: Any) -> str:
    """The text of a choice: "Soft light" for "soft-light"."""
    text = str(choice.value if isinstance(choice, Enum) else choice)
    return text[:1].upper() + text[1:].replace("-", " ").replace("_", " ")
