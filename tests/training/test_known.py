import pytest
import torch

from neural.training import crops, known, looks
from tests.training import weights

SIDES = ((70, 90), (64, 64), (120, 80))


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    statistics = looks.Statistics(weights.write(tmp_path_factory.mktemp("weights")))
    random = torch.rand(8, 3, 64, 64)
    layers = [looks.moments(x) for x in statistics.features(random)]
    return known.Reader(statistics, looks.basis([looks.parts(random, layers)], 4))


@pytest.fixture(scope="module")
def pictures():
    """Three of one color each, and noise that is stronger from one to the next."""
    torch.manual_seed(0)
    pixels, places, offset = [], [], 0
    for i, (h, w) in enumerate(SIDES):
        noise = torch.randn(h, w, 3) * 10 * i
        pixels.append((torch.tensor([40.0, 90.0, 140.0]) * (i + 1) / 2 + noise).clamp(0, 255))
        places.append([offset, h, w])
        offset += h * w * 3
    flat = torch.cat([x.flatten() for x in pixels]).byte()
    return crops.Crops(flat, torch.tensor(places), 64)


def test_of_a_pool_pictures_and_parts_of_them_are_read(reader, pictures):
    found = reader.pool(pictures, 3, 64)
    assert len(found) == 3 * (1 + known.PARTS)
    whole = reader(known.resized(pictures.whole(1), 64))
    torch.testing.assert_close(found[1 + known.PARTS].codes, whole.codes)
    fewer = reader.pool(pictures, 2, 64)
    assert len(fewer) == 2 * (1 + known.PARTS)
    torch.testing.assert_close(fewer[0].codes, found[0].codes)


def test_what_is_taken_out_is_what_was_read(reader, pictures):
    found = reader.pool(pictures, 3, 64)
    some = known.together(found).at(torch.tensor([3, 0]))
    for got, i in enumerate((3, 0)):
        torch.testing.assert_close(some.codes[got], found[i].codes[0])
        assert some.palettes[got] is found[i].palettes[0]
        torch.testing.assert_close(
            some.colors.mean[got], found[i].colors.mean[0], rtol=0.01, atol=0
        )
        for scale, wanted in zip(some.layers, found[i].layers, strict=True):
            one = [looks.Moments(x.mean[got : got + 1], x.covariance[got : got + 1]) for x in scale]
            off = [looks.away(a, b) for a, b in zip(one, wanted, strict=True)]
            assert max(off) < 0.02


def test_pictures_keep_their_shape(pictures):
    assert known.resized(pictures.whole(2), 49).shape == (1, 3, 60, 40)
