"""What the upscalers that are shipped do, on pictures made here."""

from dataclasses import replace

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from neural.engine import shipped_models
from neural.fidelity import averaged_down
from neural.image import resize
from neural.library import Library
from neural.operations.upscale import Upscale
from neural.progress import Progress
from neural.session import Session
from tests.neural.test_denoise_shipped import psnr, scene

LIBRARY = Library([shipped_models()])


def session(name, **geometry):
    model = LIBRARY.find("upscale", name)
    card = replace(model.card, geometry=replace(model.card.geometry, **geometry))
    return Session(card, LIBRARY.read(model), "cpu")


@pytest.fixture(scope="module", params=["upscale-x2-1", "upscale-x4-1"])
def network(request):
    return session(request.param)


def pixels_of(image):
    pixels = np.full((*image.shape[:2], 4), 255, np.uint8)
    pixels[..., :3] = np.rint(image * 255)
    return pixels


def upscaled(network, image, **parameters):
    operation = Upscale(float(network.card.geometry.scale), **parameters)
    pixels = pixels_of(image)
    result = np.empty((*operation.size(*image.shape[:2]), 3), np.float32)
    for box, part in operation([network], pixels, Progress()):
        result[box.slices] = part[..., :3]
    return result


PICTURES = {
    "noise": np.random.default_rng(0).random((100, 90, 3), np.float32),
    "gradient": np.linspace(0, 1, 100 * 90 * 3, dtype=np.float32).reshape(100, 90, 3),
    "scene": scene(100, 90),
}


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("crisp", [0.0, 0.6, 1.0])
def test_r5_tiles_meet_without_a_seam(network, picture, crisp):
    tiles = session(network.card.id, preferred_tile=48)
    image = PICTURES[picture]
    whole = upscaled(network, image, crisp=crisp)
    assert np.abs(upscaled(tiles, image, crisp=crisp) - whole).max() <= 1 / 255


@pytest.mark.parametrize("color", [(77, 128, 200), (0, 0, 0), (255, 255, 255), (250, 5, 5)])
@pytest.mark.parametrize("crisp", [0.0, 1.0])
def test_r7_one_color_stays_that_color_up_to_the_border(network, color, crisp):
    image = np.full((40, 50, 3), color, np.float32) / 255
    assert np.abs(upscaled(network, image, crisp=crisp) - image[0, 0]).max() <= 1 / 255


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("crisp", [0.0, 1.0])
def test_r8_colors_are_kept(network, picture, crisp):
    image = pixels_of(PICTURES[picture])[..., :3] / np.float32(255)
    back = averaged_down(upscaled(network, image, crisp=crisp), network.card.geometry.scale)
    assert np.abs((back - image).mean((0, 1))).max() <= 0.5 / 255
    low = [rgb2lab(averaged_down(each[:96, :80], 16)) for each in (back, image)]
    assert deltaE_ciede2000(*low).max() <= 1


def test_it_comes_closer_to_the_picture_than_interpolation(network):
    scale = network.card.geometry.scale
    truth = scene(192, 256)
    image = resize(truth, 192 // scale, 256 // scale)
    plain = resize(image, 192, 256)
    assert psnr(upscaled(network, image), truth) > psnr(plain, truth) + 2


def test_crisp_is_sharper_by_degrees(network):
    truth = scene(192, 256)
    image = resize(truth, 48, 64)
    results = [upscaled(network, image, crisp=crisp) for crisp in (0.0, 0.5, 1.0)]
    apart = [np.abs(each - results[0]).mean() for each in results]
    assert 0 < apart[1] < apart[2]
