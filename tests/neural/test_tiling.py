from dataclasses import replace

import numpy as np
import pytest

from neural.card import Geometry
from neural.errors import NeuralError, OutOfMemory
from neural.image import from_nchw, to_nchw
from neural.progress import CancelToken, Progress
from neural.session import Session
from neural.tiling import pieces, tiled
from tests.neural.graphs import CARD, blur, hungry

SAFE = Geometry(min=(1, 1), multiple_of=1, halo_px=0, tiling="safe", preferred_tile=64)
SIZES = [(1, 1), (7, 5), (64, 64), (65, 200), (300, 17)]


def noise(*shape):
    return np.random.default_rng(0).random(shape, np.float32)


def gradient(h, w):
    return np.linspace(0, 1, h * w * 3, dtype=np.float32).reshape(h, w, 3)


def session(model, **geometry):
    card = replace(CARD, geometry=replace(SAFE, **geometry))
    return Session(card, model.SerializeToString(), "cpu")


def through(network, image, geometry, progress=None):
    def run(part):
        return from_nchw(network.run({"image": to_nchw(part)}, CancelToken())[0])

    return tiled(image, run, geometry, progress or Progress())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("multiple_of", [1, 8])
def test_an_identity_changes_nothing(size, multiple_of):
    geometry = replace(SAFE, multiple_of=multiple_of, halo_px=5, min=(24, 16))
    image, seen = noise(*size, 3), []

    def run(part):
        assert part.shape[0] % multiple_of == part.shape[1] % multiple_of == 0
        assert part.shape[0] >= 24 and part.shape[1] >= 16
        return part

    result = tiled(image, run, geometry, Progress(lambda fraction, text: seen.append(fraction)))
    np.testing.assert_array_equal(result, image)
    assert seen == sorted(seen) and seen[-1] == 1.0


@pytest.mark.parametrize(
    "image", [noise(150, 213, 3), gradient(150, 213)], ids=["noise", "gradient"]
)
def test_tiles_give_what_the_whole_gives(image):
    """R5: within 1/255 everywhere, with a halo as large as the network looks."""
    network = session(blur(6), halo_px=6)
    geometry = network.card.geometry
    whole = through(network, image, replace(geometry, preferred_tile=512))
    tiles = through(network, image, geometry)
    assert np.abs(whole - tiles).max() <= 1e-6


def test_a_halo_that_is_too_small_would_show():
    """R5: the test above can fail."""
    network = session(blur(6))
    image = noise(150, 213, 3)
    geometry = replace(network.card.geometry, halo_px=0)
    whole = through(network, image, replace(geometry, preferred_tile=512))
    assert np.abs(whole - through(network, image, geometry)).max() > 1 / 255


def test_a_constant_picture_stays_constant_to_its_border():
    """R7: the network pads with zeros, which the mirrored halo keeps out."""
    network = session(blur(6), halo_px=6)
    image = np.full((100, 90, 3), 0.7, np.float32)
    assert np.abs(through(network, image, network.card.geometry) - 0.7).max() <= 1 / 255


def test_every_tile_of_a_run_has_one_shape():
    shapes = set()
    tiled(noise(300, 217, 3), lambda p: shapes.add(p.shape) or p, SAFE, Progress())
    assert len(shapes) == 1


def test_a_network_that_enlarges_gives_a_larger_picture():
    image = noise(70, 90, 3)
    geometry = replace(SAFE, scale=2, halo_px=3)
    result = tiled(image, lambda p: p.repeat(2, 0).repeat(2, 1), geometry, Progress())
    np.testing.assert_array_equal(result, image.repeat(2, 0).repeat(2, 1))


def test_out_of_memory_halves_the_tiles_and_says_so():
    """R16: in ONNX Runtime itself, in the middle of a run."""
    network, progress = session(hungry(limit=40)), Progress()
    image = noise(130, 130, 3)
    result = through(network, image, network.card.geometry, progress)
    np.testing.assert_array_equal(result, image)
    assert progress.notes == ["Worked in tiles of 32 px because memory was short."]


def test_progress_never_goes_back_when_tiles_are_halved():
    """R16"""
    seen, calls = [], []

    def run(part):
        calls.append(part)
        if len(calls) > 2 and part.shape[0] > 32:
            raise OutOfMemory("x")
        return part

    progress = Progress(lambda fraction, text: seen.append((fraction, text)))
    tiled(noise(128, 128, 3), run, SAFE, progress)
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert seen[0][1] == "tile 1 of 4" and seen[-1][1] == "tile 10 of 10"


def test_memory_short_of_the_smallest_tile_is_an_error():
    """R16"""

    def run(part):
        raise OutOfMemory("The network ran out of memory.")

    with pytest.raises(OutOfMemory):
        tiled(noise(128, 128, 3), run, SAFE, Progress())


def test_a_network_that_may_not_be_tiled_sees_the_whole():
    """R6"""
    shapes = []
    geometry = replace(SAFE, tiling="global_stats", multiple_of=8, max=(256, 256))
    tiled(noise(130, 201, 3), lambda p: shapes.append(p.shape) or p, geometry, Progress())
    assert shapes == [(136, 208, 3)]
    with pytest.raises(NeuralError, match="at most 256×256"):
        tiled(noise(10, 257, 3), lambda p: p, geometry, Progress())


def test_an_answer_of_another_size_is_an_error():
    with pytest.raises(NeuralError, match="answered with 32×64 pixels, not with 64×64"):
        tiled(noise(64, 64, 3), lambda p: p[:, ::2], SAFE, Progress())


def test_a_piece_comes_with_what_is_around_it():
    geometry = replace(SAFE, halo_px=3, preferred_tile=16)
    image = noise(40, 30, 3)
    around = np.pad(image, ((2, 2), (2, 2), (0, 0)), "reflect")
    boxes = []
    for box, part in pieces(image, lambda part: part, geometry, Progress(), beyond=2):
        boxes.append(box)
        want = around[box.y : box.y + box.h + 4, box.x : box.x + box.w + 4]
        np.testing.assert_array_equal(part, want)
    assert sum(box.w * box.h for box in boxes) == 40 * 30


def test_r13_a_picture_that_wraps_goes_on_at_its_other_side():
    image = noise(20, 24, 3)
    around = np.pad(image, ((30, 30), (30, 30), (0, 0)), "wrap")
    run = pieces(image, lambda part: part, SAFE, Progress(), beyond=30, wraps=True)
    ((box, part),) = run
    assert (box.w, box.h) == (24, 20)
    np.testing.assert_array_equal(part, around)
