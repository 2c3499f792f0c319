import pytest
import torch

from neural.training import damage

KINDS = (
    damage.exposed,
    damage.tinted,
    damage.hazed,
    damage.contrasted,
    damage.bent,
    damage.saturated,
    damage.faded,
    damage.toned,
    damage.curved,
    damage.warmed,
    damage.dimmed,
)


@pytest.fixture
def rng():
    return torch.Generator().manual_seed(3)


@pytest.fixture
def photos():
    """Forty pictures of smooth colors, from nearly black to nearly white."""
    coarse = torch.rand(40, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    smooth = torch.nn.functional.interpolate(coarse, (64, 64), mode="bilinear")
    return 0.02 + 0.96 * smooth


def full(value=1.0, count=40):
    return torch.full((count, 1, 1, 1), value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_strength_changes_nothing(rng, photos, kind):
    change = kind(rng, len(photos))
    torch.testing.assert_close(change(photos, full(0.0)), photos, atol=2e-4, rtol=0)
    moved = (change(photos, full()) - photos).abs().amax((1, 2, 3)) > 1e-3
    assert int(moved.sum()) > 10


def test_some_pictures_are_hardly_spoiled_and_some_in_many_ways(rng, photos):
    many = photos.repeat(5, 1, 1, 1)
    off = (damage.dulled(rng, many) - many).abs().mean((1, 2, 3))
    assert 5 < int((off < 0.005).sum()) < 80
    assert 5 < int((off > 0.1).sum()) < 150


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_half_the_strength_does_less(rng, photos, kind):
    change = kind(rng, len(photos))
    half, whole = ((change(photos, full(s)) - photos).abs().mean() for s in (0.5, 1.0))
    assert 0 < half < whole


@pytest.mark.parametrize("spoil", [damage.dulled, damage.dulled_otherwise])
def test_damaged_pictures_are_in_eight_bits_and_hardly_clipped(rng, photos, spoil):
    found = spoil(rng, photos)
    levels = found * 255
    torch.testing.assert_close(levels, levels.round(), atol=1e-3, rtol=0)
    clipped = ((found == 0) | (found == 1)).any(1).float().mean((1, 2))
    assert clipped.max() < 6 * damage.MOST_CLIPPED + 0.02
    mse = (found - photos).square().mean((1, 2, 3))
    assert float(-10 * mse.log10().median()) < 23


def test_the_same_seed_spoils_in_the_same_way(photos):
    one, two, other = (
        damage.dulled(torch.Generator().manual_seed(seed), photos) for seed in (1, 1, 2)
    )
    torch.testing.assert_close(one, two, rtol=0, atol=0)
    assert (one != other).any()


def test_what_would_clip_is_done_with_less_strength():
    bright = torch.linspace(0.5, 0.99, 64 * 64).reshape(1, 1, 64, 64).repeat(64, 3, 1, 1)
    rng = torch.Generator().manual_seed(0)
    found = damage.dulled(rng, bright)
    assert (found == 1).all(1).float().mean((1, 2)).max() < 0.1
