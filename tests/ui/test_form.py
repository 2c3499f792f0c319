"""Forms: every kind of field, acting at once, showing without answering."""

from dataclasses import dataclass, field
from enum import StrEnum

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

from editor.ui.form import CheckEditor, ChoiceEditor, ColorEditor, Form, NumberEditor, TextEditor
from editor.workspace import BLACK, WHITE, Color


class Filter(StrEnum):
    NEAREST = "nearest"
    AREA_AVERAGE = "area-average"


@dataclass(frozen=True)
class Options:
    size: float = field(default=40, metadata={"min": 1, "max": 1000, "unit": "px", "decimals": 0})
    opacity: float = field(default=1.0, metadata={"min": 0, "max": 1, "unit": "%", "help": "How"})
    seed: int = field(default=7, metadata={"label": "Random seed", "min": 0, "max": 2**31 - 1})
    smooth: bool = False
    filter: Filter = Filter.NEAREST
    kind: str = field(default="a", metadata={"choices": ("a", "b")})
    name: str = "x"
    color: Color = BLACK


@pytest.fixture
def form(qtbot):
    form = Form(Options())
    qtbot.addWidget(form)
    form.show()
    return form


def test_each_type_of_field_has_its_editor(form):
    kinds = [type(form.editor(name)) for name in Options.__dataclass_fields__]
    assert kinds == [
        NumberEditor,
        NumberEditor,
        NumberEditor,
        CheckEditor,
        ChoiceEditor,
        ChoiceEditor,
        TextEditor,
        ColorEditor,
    ]


def test_labels_and_help_come_from_the_metadata(form):
    labels = {label.text() for label in form.findChildren(QLabel)}
    assert {"Size", "Random seed"} <= labels
    assert form.editor("smooth").text() == "Smooth"
    assert form.editor("opacity").toolTip() == "How"


def test_typing_a_number_acts_at_every_key(form, qtbot):
    """R41: a spin box does not wait for Enter."""
    box = form.editor("size")
    seen = []
    form.changed.connect(lambda value: seen.append(value.size))
    box.selectAll()
    qtbot.keyClicks(box, "120")
    assert seen == [1, 12, 120]
    assert form.value.size == 120


def test_a_percentage_is_kept_as_a_fraction(form, qtbot):
    editor = form.editor("opacity")
    assert editor.text() == "100 %"
    editor.setValue(35)
    assert form.value.opacity == pytest.approx(0.35)


def drag(qtbot, editor, fraction):
    """Press at the left end of the number and drag across a part of its width."""
    field = editor.lineEdit()
    start = field.rect().center()
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=start)
    way = QPoint(round(editor.width() * fraction), 0)
    for step in (0.5, 1.0):
        to = start + way * step
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(to),
            QPointF(field.mapToGlobal(to)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(field, event)
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=start + way)


def test_dragging_across_half_the_bar_is_half_the_range(form, qtbot):
    drag(qtbot, form.editor("opacity"), -0.5)
    assert form.value.opacity == pytest.approx(0.5, abs=0.02)


def test_dragging_over_a_wide_range_works_in_ratios(form, qtbot):
    form.set_value(Options(size=1))
    form.editor("size").clearFocus()
    drag(qtbot, form.editor("size"), 0.5)
    assert form.value.size == pytest.approx(1000**0.5, rel=0.05)


def test_a_click_lets_one_type(form, qtbot):
    field = form.editor("opacity").lineEdit()
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(field, "40")
    assert form.value.opacity == pytest.approx(0.4)


def test_a_vast_range_stays_whole_and_is_not_dragged(form, qtbot):
    editor = form.editor("seed")
    drag(qtbot, editor, 0.5)
    assert form.value.seed == 7
    editor.setValue(2**31 - 1)
    assert form.value.seed == 2**31 - 1
    assert type(form.value.seed) is int


def test_choosing_gives_the_value_and_not_its_name(form):
    assert form.editor("filter").itemText(1) == "Area average"
    form.editor("filter").setCurrentIndex(1)
    form.editor("kind").setCurrentIndex(1)
    assert form.value.filter is Filter.AREA_AVERAGE
    assert form.value.kind == "b"


def test_check_and_text_act(form, qtbot):
    form.editor("smooth").click()
    qtbot.keyClicks(form.editor("name"), "y")
    assert (form.value.smooth, form.value.name) == (True, "xy")


def test_showing_a_value_emits_nothing_and_loses_no_precision(form):
    seen = []
    form.changed.connect(seen.append)
    shown = Options(123.456, 0.12345, 99, True, Filter.AREA_AVERAGE, "b", "z", WHITE)
    form.set_value(shown)
    assert seen == []
    assert form.value == shown
    form.editor("smooth").click()
    assert (form.value.size, form.value.opacity) == (123.456, 0.12345)


def test_the_least_value_of_a_number_may_be_a_word(qtbot):
    @dataclass(frozen=True)
    class Leveled:
        level: float = field(
            default=-1.0, metadata={"min": -1.0, "max": 100.0, "decimals": 0, "least": "auto"}
        )

    form = Form(Leveled())
    qtbot.addWidget(form)
    assert form.editor("level").text() == "auto"
    form.set_value(Leveled(3.0))
    assert form.editor("level").text() == "3"
