"""Forms: every kind of field, acting at once, showing without answering."""

from dataclasses import dataclass, field
from enum import StrEnum

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

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
    assert {"Size", "Random seed", "Smooth"} <= labels
    assert form.editor("opacity").toolTip() == "How"


def test_typing_a_number_acts_at_every_key(form, qtbot):
    """R41: a spin box does not wait for Enter."""
    box = form.editor("size").box
    seen = []
    form.changed.connect(lambda value: seen.append(value.size))
    box.selectAll()
    qtbot.keyClicks(box, "120")
    assert seen == [1, 12, 120]
    assert form.value.size == 120


def test_a_percentage_is_kept_as_a_fraction(form, qtbot):
    editor = form.editor("opacity")
    assert editor.box.text() == "100 %"
    editor.box.setValue(35)
    assert form.value.opacity == pytest.approx(0.35)


def test_a_slider_over_a_wide_range_works_in_ratios(form):
    editor = form.editor("size")
    editor.slider.setValue(500)
    assert form.value.size == pytest.approx(1000**0.5, rel=0.01)


def test_pressing_a_slider_jumps_there(form, qtbot):
    slider = form.editor("opacity").slider
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert form.value.opacity == pytest.approx(0.5, abs=0.02)


def test_a_vast_range_has_no_slider_and_stays_a_whole_number(form):
    editor = form.editor("seed")
    assert not editor.slider.isVisible()
    editor.box.setValue(2**31 - 1)
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
