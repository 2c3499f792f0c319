"""Scratches and dust: what a network finds likely, and what of that is proposed."""

from dataclasses import replace

import numpy as np
import pytest
from onnx import helper

from neural.blemishes import likely, proposed
from neural.card import Port
from neural.engine import Engine
from neural.errors import ModelMissing
from neural.progress import Cancelled, CancelToken, Progress
from tests.neural.graphs import CARD, IMAGE, constant, graph, install

LIKELY = Port("likely", "mask", 2, one_means="hole")


@pytest.fixture
def engine(tmp_path):
    """Finds what is white likely to be bright damage, what is black dark damage, if it is thin."""
    weights = np.zeros((2, 3, 1, 1), np.float32)
    weights[0], weights[1] = 1 / 3, -1 / 3
    nodes = [
        helper.make_node("AveragePool", ["image"], ["mean"], kernel_shape=[9, 9], pads=[4] * 4),
        helper.make_node("Sub", ["image", "mean"], ["apart"]),
        helper.make_node("Conv", ["apart", "weights"], ["both"]),
        helper.make_node("Clip", ["both", "none", "all"], ["likely"]),
    ]
    constants = [constant("weights", weights), constant("none", 0), constant("all", 1)]
    made = graph(nodes, constants, (IMAGE,), LIKELY)
    card = replace(CARD, task="blemish", id="blemish-1", outputs=(LIKELY,))
    install(tmp_path, made, card, geometry=replace(card.geometry, halo_px=4, preferred_tile=64))
    return Engine([tmp_path], "cpu")


def gray(h=120, w=150):
    return np.full((h, w, 3), 0.5, np.float32)


def test_bright_and_dark_ones_are_told_apart(engine):
    image = gray()
    image[20:100, 40:42], image[20:100, 90:92] = 1, 0
    reported = []
    found = likely(engine, image, 6, Progress(lambda fraction, text: reported.append(fraction)))
    assert found.shape == (120, 150, 2)
    bright, dark = found[60, :, 0], found[60, :, 1]
    assert bright[40] > 0.3 and dark[40] == 0
    assert dark[90] > 0.3 and bright[90] == 0
    assert reported == sorted(reported) and reported[-1] == 1.0


def test_wide_ones_are_found_in_smaller_pictures(engine):
    image = gray()
    image[:, 60:80] = 1
    middle = [likely(engine, image, width, Progress())[60, 70, 0] for width in (6, 12, 24)]
    assert middle[0] == 0
    assert middle[2] > 0.15
    assert middle == sorted(middle)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (7, 3)])
def test_small_pictures_are_no_exception(engine, size):
    assert likely(engine, gray(*size), 24, Progress()).shape == (*size, 2)


def test_without_a_network_the_reason_is_said(tmp_path):
    with pytest.raises(ModelMissing, match=r"blemish-\*\.onnx"):
        likely(Engine([tmp_path], "cpu"), gray(), 6, Progress())


def test_it_is_cancelled_between_tiles(engine):
    token = CancelToken()
    progress = Progress(lambda fraction, text: token.cancel(), token)
    with pytest.raises(Cancelled):
        likely(engine, gray(300, 300), 6, progress)


def guess():
    """A probability of 95 % for a bright line that fades, and of 90 % for a dark spot."""
    found = np.zeros((40, 60, 2), np.float32)
    found[10, 10:50, 0] = np.linspace(0.95, 0.1, 40)
    found[30, 20, 1] = 0.9
    return found


def test_what_hangs_together_with_a_blemish_belongs_to_it():
    found = proposed(guess(), 0.5, Progress())
    assert found[10, 10:38].all() and not found[10, 45:].any()
    assert found[9, 12] and found[11, 12], "and its blurred edge"
    assert not found[7].any() and not found[13].any()
    apart = guess()
    apart[10, 20:24] = 0
    assert proposed(apart, 0.5, Progress())[10, 10:19].all()
    assert not proposed(apart, 0.5, Progress())[10, 30:].any(), "what is weak alone is none"


def test_only_what_was_asked_for():
    bright, dark = (
        proposed(guess(), 0.5, Progress(), dark=False),
        proposed(guess(), 0.5, Progress(), bright=False),
    )
    assert bright[10, 20] and not bright[30, 20]
    assert dark[30, 20] and not dark[10, 20]
    assert not proposed(guess(), 0.5, Progress(), dark=False, bright=False).any()


def test_more_sensitivity_finds_more():
    found = [proposed(guess(), each, Progress()).sum() for each in (0.0, 0.4, 0.5, 0.8, 1.0)]
    assert found[0] == 0 and found == sorted(found) and found[1] < found[2] < found[3]


def test_what_is_proposed_can_be_cancelled():
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        proposed(guess(), 0.5, Progress(token=token))
