"""Points: what they are made of, how they are mixed, and how they are kept."""

from dataclasses import replace

import numpy as np
import pytest

from neural import latent
from neural.errors import CardError, NeuralError
from neural.latent import Point, blended, crossed, dump, load, moved, towards, word_weights
from tests.neural.graphs import MAPPER, SLIDERS

ONE = Point(
    "One", "map-disc", (1.0, 0.0, 2.0), (3.0, 0.0, 0.0), seed=7, words="red", truncation=0.5
)
OTHER = Point("Other", "map-disc", (0.0, 4.0, 2.0), (0.0, 0.0, 6.0))


def test_a_point_survives_its_file(tmp_path):
    path = tmp_path / "one.latent"
    path.write_text(dump(ONE))
    assert load(path) == ONE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "is not a point"),
        ("{}", "name is missing"),
        (dump(ONE).replace("[1.0, 0.0, 2.0]", "[1.0]"), "1 numbers for the coarse and 3"),
        ("[" * (1 << 17) + "]", "too large"),
    ],
)
def test_a_file_that_is_no_point_is_refused(tmp_path, text, words):
    path = tmp_path / "bad.latent"
    path.write_text(text)
    with pytest.raises(CardError, match=words):
        load(path)


def test_what_lies_between_points_follows_their_shares():
    middle = blended((replace(ONE, share=0.25), replace(OTHER, share=0.75)), "Middle")
    assert middle.coarse == (0.25, 3.0, 2.0)
    assert middle.fine == (0.75, 0.0, 4.5)
    assert middle.seed is None
    assert towards(ONE, OTHER, 0.0).coarse == ONE.coarse
    assert towards(ONE, OTHER, 1.0).fine == OTHER.fine


def test_the_coarse_of_one_goes_with_the_fine_of_another():
    both = crossed(ONE, OTHER)
    assert (both.name, both.coarse, both.fine) == ("One × Other", ONE.coarse, OTHER.fine)


def test_sliders_move_what_they_rule():
    warm, stripes = SLIDERS
    found = moved(ONE, {warm.name: 0.5, stripes.name: -1.0}, MAPPER)
    assert found.coarse == (2.0, 0.0, 1.0)
    assert found.fine == (3.0, -2.0, 0.0)
    assert found.seed is None
    assert moved(ONE, {warm.name: 0.0}, MAPPER) is ONE
    card = replace(MAPPER, sliders=(replace(warm, rules="all"),))
    assert moved(ONE, {warm.name: 1.0}, card).fine == (5.0, 0.0, -2.0)


def test_codes_are_stacked_and_the_rest_repeat_the_first():
    codes = latent.stacked((ONE, OTHER), 4)
    assert codes.shape == (1, 3, 4, 2)
    np.testing.assert_array_equal(codes[0, :, 1, 0], OTHER.coarse)
    np.testing.assert_array_equal(codes[0, :, 3, 1], ONE.fine)
    with pytest.raises(ValueError, match="not 5"):
        latent.stacked((ONE,) * 5, 4)


@pytest.mark.parametrize("text", ["red fruit", "Fruits, RED", "a red and the fruits"])
def test_words_are_known_in_singular_and_plural(text):
    assert word_weights(text, MAPPER).ravel().tolist() == [1.0, 0.0, 1.0]


def test_plurals_follow_their_rules():
    card = replace(MAPPER, words=("cherry", "boxes", "face"))
    assert word_weights("cherries box faces", card).ravel().tolist() == [1, 1, 1]


def test_a_word_that_is_not_known_is_named_with_those_near_it():
    with pytest.raises(NeuralError, match=r"“gren” is not known; near it are green\.$"):
        word_weights("gren", MAPPER)
    with pytest.raises(NeuralError, match=r"for example, red, green, fruits\.$"):
        word_weights("zebra", MAPPER)
    with pytest.raises(NeuralError, match="knows no words"):
        word_weights("red", replace(MAPPER, words=()))


def test_a_picture_is_projected_whole_or_by_its_middle():
    picture = np.ones((20, 40, 4), np.float32)
    picture[:, :10] = (1, 0, 0, 0.5)
    whole = latent.to_project(picture, 16, 4)
    assert whole.shape == (1, 4, 16, 16)
    assert not whole[0, 3, :4].any() and not whole[0, 3, 12:].any()
    np.testing.assert_allclose(whole[0, :, 8, 1], (0.5, 0, 0, 0.5), atol=1e-3)
    middle = latent.to_project(picture, 16, 3)
    assert middle.shape == (1, 3, 16, 16)
    np.testing.assert_allclose(middle, 1, atol=1e-5)
