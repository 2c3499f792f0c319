from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from neural import looks
from neural.card import ModelCard
from neural.errors import CardError, NeuralError
from neural.image import Box
from neural.looks import Look
from neural.operations.style import Style
from neural.progress import Progress
from tests.neural.graphs import PAINTER

NO_SPREAD = (0.0,) * 9
RED = Look("Red", "look-1", (1.0, 0.0, 0.0), (0.4, 0.3, 0.3, *NO_SPREAD))
BLUE = Look("Blue", "look-1", (0.0, 0.0, 1.0), (0.3, 0.3, 0.4, *NO_SPREAD))


@dataclass
class Tinting:
    """A network that adds the color that the codes are, as much as all of the picture is bright."""

    card: ModelCard = PAINTER
    seen: list[dict] = field(default_factory=list)

    def run(self, feeds, token):
        token.check()
        h, w = feeds["image"].shape[2:]
        assert h % 4 == w % 4 == 0
        np.testing.assert_allclose(feeds["weights"].sum(1), 1, atol=1e-6)
        self.seen.append(feeds)
        known = feeds["statistics"]
        if not known[..., 1].any():
            known = np.full(known.shape, feeds["image"].mean(), np.float32)
        color = np.einsum("nckl,nlhw->nchw", feeds["looks"], feeds["weights"])
        return [feeds["image"] + color * known.max(), known]


def photo(h=150, w=200):
    return np.random.default_rng(0).random((h, w, 3), np.float32)


def full(image):
    return np.ones(image.shape[:2], np.float32)


def silent():
    return Progress(lambda fraction, text: None)


def test_every_tile_knows_the_statistics_of_the_whole():
    image = photo()
    image[:, :100] *= 0.5
    result = Style((RED,))(Tinting(), image, full(image), silent())
    np.testing.assert_allclose(result[..., 0], 0.4 + 1 / 3, atol=1e-4)  # its color, and a mean


def test_looks_are_mixed_by_their_shares_and_not_one_after_the_other():
    network, image = Tinting(), photo(40, 40)
    style = Style((replace(RED, share=0.75), replace(BLUE, share=0.25)))
    result = style(network, image, full(image), silent())
    np.testing.assert_allclose(result[..., 0], 0.375 + 0.75 / 3, atol=1e-4)
    np.testing.assert_allclose(result[..., 2], 0.325 + 0.25 / 3, atol=1e-4)
    assert len(network.seen) == 2  # statistics, and one tile


def test_the_mask_drives_the_network_and_its_zeros_change_nothing():
    image, network = photo(), Tinting()
    mask = np.zeros(image.shape[:2], np.float32)
    mask[:, 80:120] = 0.5
    mask[:, 120:] = 1
    result = Style((BLUE,))(network, image, mask, silent())
    np.testing.assert_array_equal(result[:, :80], image[:, :80])
    half = 0.5 * (image[:, 80:120, 2] + 0.4 + 1 / 3)
    np.testing.assert_allclose(result[:, 80:120, 2], half, atol=1e-4)


def test_no_strength_changes_nothing():
    image = photo()
    np.testing.assert_array_equal(
        Style((RED,), strength=0.0)(Tinting(), image, full(image), silent()), image
    )


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (65, 200)])
@pytest.mark.parametrize("stroke", [0, 1, 3])
def test_any_size_with_any_stroke_keeps_its_size(size, stroke):
    image = photo(*size)
    result = Style((RED,), stroke=stroke)(Tinting(), image, full(image), silent())
    assert result.shape == image.shape
    assert result.min() >= 0
    assert result.max() <= 1


def test_colors_are_kept_when_they_are_asked_for():
    image = photo() * 0.5 + 0.25
    result = Style((RED,), strength=0.2, keep_colors=True)(Tinting(), image, full(image), silent())
    change = result - image
    np.testing.assert_allclose(change[..., 0], change[..., 2], atol=1e-6)


def test_a_picture_gets_the_moments_of_the_colors_of_a_look():
    one, other = photo(60, 80), photo(50, 50) * 0.3 + 0.4
    other[..., 1] += 0.5 * other[..., 0]
    mean, covariance = looks.color_moments(looks.to_read(other))
    colors = (*mean.ravel(), *covariance.ravel())
    matrix, offset = looks.recoloring(one, [replace(RED, colors=colors)], np.ones(1, np.float32))
    got = looks.color_moments((one @ matrix.T + offset).transpose(2, 0, 1)[None])
    np.testing.assert_allclose(got[0], mean, atol=1e-4)
    np.testing.assert_allclose(got[1], covariance, rtol=0.02, atol=1e-5)  # noise is taken for less


def test_colors_of_a_plain_picture_are_not_torn_apart():
    plain = np.full((40, 40, 3), 0.5, np.float32) + photo(40, 40) * 0.004
    wild = replace(RED, colors=(0.5, 0.5, 0.5, *(np.eye(3).ravel() * 0.2)))
    matrix, offset = looks.recoloring(plain, [wild], np.ones(1, np.float32))
    assert np.ptp(plain @ matrix.T + offset) <= 0.004 * looks.MOST_SPREAD * 3**0.5


@pytest.mark.parametrize("stroke", [1, 3])
def test_a_part_is_what_it_is_in_the_whole(stroke):
    image = photo(301 * stroke + 1, 401 * stroke)
    image[:, :100] *= 0.2
    style, network = Style((RED, BLUE), stroke=stroke), Tinting()
    whole = style(network, image, full(image), silent())
    local = style.local(lambda: image)
    box = local.context(Box(200 * stroke, 140 * stroke, 64, 64), *image.shape[1::-1])
    assert box.x > 0 and box.x % (4 * stroke) == 0 and box.w < image.shape[1]
    part = local(network, image[box.slices], full(image[box.slices]), silent())
    inside = slice(8 * stroke, -8 * stroke)
    np.testing.assert_allclose(part[inside, inside], whole[box.slices][inside, inside], atol=1e-5)


def test_a_smaller_picture_gets_smaller_strokes():
    assert Style().grain(5120, 3000) == 4
    assert Style().reduced(2, 5120, 3000) == Style(stroke=2)
    assert Style().reduced(8, 5120, 3000) == Style(stroke=1)
    assert Style(stroke=6).reduced(2, 640, 480) == Style(stroke=3)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ((), "Choose a look first"),
        ((replace(RED, space="x-2"),), "x-2"),
        ((RED,) * 5, "At most 4 looks"),
        ((replace(RED, code=(1.0,)),), "damaged"),
    ],
)
def test_a_look_that_cannot_be_used_is_one_sentence(chosen, words):
    image = photo()
    with pytest.raises(NeuralError, match=words):
        Style(chosen)(Tinting(), image, full(image), silent())


def test_a_look_survives_its_file(tmp_path):
    look = replace(RED, name="Under the Wave", code=(0.25, -1.5, 3e-5), group="Prints")
    (tmp_path / "wave.look").write_text(looks.dump(look))
    assert looks.load(tmp_path / "wave.look") == look


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"name": 1, "space": "", "code": []}'])
def test_a_file_that_is_no_look_is_one_sentence(tmp_path, data):
    path = tmp_path / "wave.look"
    path.write_bytes(data)
    with pytest.raises(CardError, match=r"wave\.look"):
        looks.load(path)


@pytest.mark.parametrize("size", [(1, 1), (4000, 40), (333, 512), (2000, 3000)])
def test_a_picture_is_read_at_one_size_whatever_it_has(size):
    h, w = looks.to_read(photo(*size)).shape[2:]
    assert h % 16 == w % 16 == 0
    assert 128**2 <= h * w <= 512**2
