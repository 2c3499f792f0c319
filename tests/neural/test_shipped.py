"""The models that come with the program."""

import pytest

from neural.engine import shipped_models
from neural.library import Library, verify
from neural.operations import OPERATIONS
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
