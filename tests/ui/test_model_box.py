"""Which network is to do it: of style transfer, the one that its looks are for."""

from pathlib import Path

import pytest

from editor.looks import shipped_looks
from editor.ui.model_box import ModelBox
from neural.engine import Engine, shipped_models
from neural.looks import Look, load
from neural.operations import Inpaint, Style


@pytest.fixture
def box(qtbot):
    """Of the models that come with the program."""
    made = ModelBox(Engine([shipped_models()], "cpu"))
    qtbot.addWidget(made)
    return made


def look(part: str) -> Look:
    (path,) = Path(shipped_looks()).glob(f"*{part}*.look")
    return load(path)


def test_a_look_chooses_its_network(box):
    box.list_for(Style())
    assert box.currentText() == "Chosen by the look"
    assert box.model_id is None
    for part, wanted in (("single-great-wave", "single-wave-3"), ("halftone", "style-4")):
        (card,) = box.cards(Style((look(part),)), None)
        assert card.id == wanted


def test_a_network_can_be_chosen_all_the_same(box):
    box.list_for(Style())
    box.setCurrentIndex(box.findData("single-night-3"))
    (card,) = box.cards(Style((look("halftone"),)), None)
    assert card.id == box.model_id == "single-night-3"


def test_without_looks_nothing_is_chosen_by_them(box):
    box.list_for(Inpaint())
    assert box.findText("Chosen by the look") < 0
    assert box.model_id == "inpaint-4"
