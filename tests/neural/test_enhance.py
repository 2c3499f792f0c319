from dataclasses import replace

import numpy as np
import pytest

from neural.card import Port, dump, parse
from neural.errors import BadOutput, Cancelled, CardError, NeuralError
from neural.image import lattice
from neural.operations.enhance import Enhance, thumbnail
from neural.operations.parameters import described, parsed
from neural.progress import CancelToken, Progress
from neural.session import Session
from tests.neural.graphs import CARD, IMAGE, MASK, TABLE, identity, to_middle

SIDE = 16
ENHANCER = replace(
    CARD,
    task="enhance",
    inputs=(IMAGE, MASK),
    outputs=(TABLE,),
    geometry=replace(
        CARD.geometry, min=(SIDE, SIDE), max=(SIDE, SIDE), multiple_of=SIDE, tiling="never"
    ),
)


def network(model):
    return Session(ENHANCER, model.SerializeToString(), "cpu")


def dull(h=40, w=60, level=0.25):
    """Of one color but for a little grain."""
    grain = np.random.default_rng(0).uniform(-0.01, 0.01, (h, w, 1)).astype(np.float32)
    image = np.repeat(level + grain, 3, axis=-1)
    image[..., 0] += 0.02
    return image


def ones(image):
    return np.ones(image.shape[:2], np.float32)


def test_the_table_is_indexed_by_red_green_and_blue():
    image = dull()
    image *= 0.75 / image.mean((0, 1)).sum()  # its mean is 0.25
    table = Enhance()(network(to_middle(3, (0.2, 0.4, 0.6))), image, ones(image), Progress())
    assert table.shape == (3, 3, 3, 3) and table.dtype == np.float32
    np.testing.assert_allclose(table[1, 0, 2], (0.2, 0, 1), atol=0.02)
    np.testing.assert_allclose(table[0, 2, 1], (0, 0.8, 0.6), atol=0.02)


def test_what_is_not_there_does_not_count():
    image = dull()
    mask = ones(image)
    alone = Enhance()(network(to_middle()), image, mask, Progress())
    image[:, 30:] = 0.9
    mask[:, 30:] = 0
    np.testing.assert_allclose(
        Enhance()(network(to_middle()), image, mask, Progress()), alone, atol=0.02
    )
    image[:, 30:] = 0.1
    again = Enhance()(network(to_middle()), image, mask, Progress())
    image[:, 30:] = 0.9
    np.testing.assert_array_equal(Enhance()(network(to_middle()), image, mask, Progress()), again)


def test_a_half_transparent_pixel_counts_half():
    image, mask = dull(SIDE, SIDE), np.full((SIDE, SIDE), 0.5, np.float32)
    feeds = thumbnail(image, mask, (SIDE, SIDE))
    np.testing.assert_allclose(feeds["image"][0].transpose(1, 2, 0), image, atol=1e-6)
    assert not feeds["mask"].any()


def test_a_picture_is_squashed_to_the_thumbnail_of_the_network():
    feeds = thumbnail(dull(100, 37), ones(dull(100, 37)), (SIDE, SIDE))
    assert feeds["image"].shape == (1, 3, SIDE, SIDE)
    assert feeds["mask"].shape == (1, 1, SIDE, SIDE)
    np.testing.assert_allclose(feeds["image"][0, 1], 0.25, atol=0.011)


def test_gray_stays_gray_and_grows_brighter_step_by_step():
    image = dull()
    image[:] = image[..., :1]
    table = Enhance()(network(to_middle(5, (1, 0.7, 0.4))), image, ones(image), Progress())
    diagonal = table[np.arange(5), np.arange(5), np.arange(5)]
    np.testing.assert_array_equal(diagonal, diagonal[:, :1].repeat(3, 1))
    assert (np.diff(diagonal[:, 0]) >= 0).all() and diagonal[-1, 0] > 0.9
    np.testing.assert_array_equal(table[:, 2, 4, 0], diagonal[:, 0])


def test_a_drawing_in_few_colors_is_left_as_it_is_and_that_is_said():
    image, progress = np.full((40, 60, 3), (0.9, 0.8, 0.8), np.float32), Progress()
    image[5:20, 10:30] = (0.7, 0.8, 0.7)
    table = Enhance()(network(to_middle()), image, ones(image), progress)
    np.testing.assert_array_equal(table, lattice(2))
    np.testing.assert_array_equal(table[1, 0, 1], (1, 0, 1))
    assert progress.notes == ["There are few colors: it is a drawing, and was left as it is."]


def test_the_picture_given_is_not_written_to():
    image, mask = dull(), ones(dull())
    mask[:5] = 0
    before = image.copy()
    Enhance()(network(to_middle()), image, mask, Progress())
    np.testing.assert_array_equal(image, before)


def test_it_can_be_cancelled():
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        Enhance()(network(to_middle()), dull(), ones(dull()), Progress(token=token))


def test_a_network_that_gives_a_picture_gives_no_table():
    card = replace(ENHANCER, inputs=(IMAGE,))
    session = Session(card, identity().SerializeToString(), "cpu")
    with pytest.raises(BadOutput, match="no table of colors"):
        session.run({"image": np.ones((1, 3, 8, 8), np.float32)}, CancelToken())


def test_a_table_out_of_range_is_refused():
    model = to_middle()
    model.graph.node[-1].input[2] = "half"  # cut at 1.5
    with pytest.raises(BadOutput, match="colors that are none"):
        Enhance()(network(model), dull(), ones(dull()), Progress())


@pytest.mark.parametrize("bad", [replace(TABLE, channels=4), None])
def test_a_table_is_an_output_of_three_channels(bad):
    card = replace(ENHANCER, outputs=(bad,)) if bad else replace(ENHANCER, inputs=(TABLE,))
    with pytest.raises(CardError, match="a table is an output of 3 channels"):
        parse(dump(card), "card")
    assert parse(dump(ENHANCER), "card").outputs == (Port("result", "table", 3),)


def test_the_strength_is_between_nothing_and_all():
    assert parsed(Enhance, {"strength": "0.5"}) == Enhance(0.5)
    with pytest.raises(NeuralError, match="between"):
        parsed(Enhance, {"strength": "1.5"})
    assert described(Enhance(0.5)) == "strength 0.5"
