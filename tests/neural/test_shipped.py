"""The models that come with the program."""

import numpy as np
import pytest

from editor.looks import shipped_looks
from neural.engine import Engine, shipped_models
from neural.errors import NeuralError
from neural.library import Library, verify
from neural.looks import load
from neural.operations import OPERATIONS
from neural.operations.style import Style
from neural.progress import Progress

LIBRARY = Library([shipped_models()])


@pytest.mark.parametrize("model", LIBRARY.models, ids=lambda model: model.card.id)
def test_every_shipped_model_is_what_its_card_says_and_passes_its_self_test(model):
    verify(model.card, model.path, Progress())


def test_no_file_among_the_models_is_refused():
    assert LIBRARY.problems == ()


@pytest.mark.parametrize("operation", [kind for kind in OPERATIONS if kind.needs_network])
def test_every_operation_has_a_model_and_the_name_of_its_license(operation):
    """R29"""
    card = LIBRARY.find(operation.task).card
    assert card.license.weights and card.license.training_data


@pytest.mark.parametrize("path", sorted(shipped_looks().glob("*.look")), ids=lambda path: path.stem)
def test_every_look_finds_the_network_that_understands_it(path):
    look = load(path)
    card = LIBRARY.find("style", None, look.space).card
    assert card.space == look.space
    assert len(look.code) == card.input("looks").channels


def test_without_a_look_the_network_for_any_look_is_meant():
    assert LIBRARY.find("style").card.id == "style-4"
    assert LIBRARY.find("style", "single-night-3", "look-1").card.id == "single-night-3"


def test_a_look_is_painted_by_its_network():
    (path,) = shipped_looks().glob("single-starry-night.look")
    image = np.full((32, 32, 3), 0.5, np.float32)
    engine, every = Engine([shipped_models()], "cpu"), np.ones((32, 32), np.float32)
    result = engine.run(Style((load(path),)), image, every, Progress())
    assert [card.id for card in result.cards] == ["single-night-3"]
    with pytest.raises(NeuralError, match=r"Choose another model, or read it off"):
        engine.run(Style((load(path),)), image, every, Progress(), "style-4")
