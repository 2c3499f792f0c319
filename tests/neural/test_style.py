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

RED = Look("Red", "look-1", (1.0, 0.0, 0.0), (0.4, 0.3, 0.3))
BLUE = Look("Blue", "look-1", (0.0, 0.0, 1.0), (0.3, 0.3, 0.4))


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


PURE = np.float32([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]])


def ruled(*colors, shares):
    return looks.ruling(np.float32([colors]), np.float32(shares))[0]


def test_each_pure_color_of_a_map_is_a_look():
    shares = (0.4, 0.3, 0.2, 0.1)
    np.testing.assert_allclose(ruled(*PURE, shares=shares), np.eye(4), atol=1e-6)


def test_where_nothing_is_painted_the_shares_hold():
    np.testing.assert_allclose(ruled((0, 0, 0), shares=(0.6, 0.4)), [(0.6, 0.4, 0, 0)], atol=1e-6)
    half = ruled((0.5, 0, 0), shares=(0.6, 0.4))
    np.testing.assert_allclose(half, [(0.8, 0.2, 0, 0)], atol=1e-6)


def test_colors_between_mix_and_looks_that_there_are_not_rule_nowhere():
    mixed = ruled((0.5, 0, 0.5), (1, 0.5, 0), shares=(0.25,) * 4)
    np.testing.assert_allclose(mixed, [(0.5, 0, 0.5, 0), (0.5, 0, 0, 0.5)], atol=1e-6)
    np.testing.assert_allclose(
        ruled((0, 0, 1), (1, 1, 0), shares=(0.6, 0.4)), [(0.6, 0.4, 0, 0)] * 2, atol=1e-6
    )


@pytest.mark.parametrize("stroke", [1, 2])
def test_a_map_drives_the_network_place_by_place_and_softly(stroke):
    network, image = Tinting(), photo(64, 200) * 0.5
    map_ = np.zeros((64, 200, 3), np.float32)
    map_[:, :60, 0] = 1
    map_[:, 140:, 1] = 1
    map_[:, 60:140, 0] = np.linspace(1, 0, 80)
    map_[:, 60:140, 1] = 1 - map_[:, 60:140, 0]
    style = Style((RED, BLUE), stroke=stroke, regions="Map", map=map_)
    result = style(network, image, full(image), silent())
    assert len(network.seen) > 1 and network.seen[0]["weights"].std() > 0.3  # statistics as well
    light = result.mean(0)
    np.testing.assert_allclose(light[10:50, 0] - light[10:50, 2], 0.1 + 1 / 3, atol=1e-3)
    np.testing.assert_allclose(light[150:190, 2] - light[150:190, 0], 0.1 + 1 / 3, atol=1e-3)
    assert np.abs(np.diff(light[..., 0] - light[..., 2])).max() < 0.03  # no edge between them


def test_a_part_with_its_part_of_the_map_is_what_it_is_in_the_whole():
    image, map_ = photo(300, 400), np.zeros((300, 400, 3), np.float32)
    map_[:, 150:, 1] = 1
    style, network = Style((RED, BLUE), regions="Map", map=map_), Tinting()
    whole = style(network, image, full(image), silent())
    local = style.local(lambda: image)
    box = local.context(Box(200, 100, 64, 64), 400, 300)
    assert box.w < 400 and local.map is None
    local = replace(local, map=map_[box.slices])
    part = local(network, image[box.slices], full(image[box.slices]), silent())
    np.testing.assert_allclose(part, whole[box.slices], atol=1e-6)
