"""What makes a photograph dull: wrong light, wrong white, too little or too much of color, haze.

Images are ``(n, 3, h, w)``, sRGB, 0..1. All chance comes from ``rng``, a generator on the device of
the images. What is done here can mostly be undone: what would clip is done with less
strength.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from neural.training.degrade import chosen, to_light, uniform

MOST_CLIPPED = 0.01  # of the pixels, by each kind of damage
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
SHARES = (0.1, 0.8)  # of the kinds of damage that reach a picture in training: each has its own
TINTED = 0.6  # of the pictures have a wrong white: what is learned least easily
TEST_SHARE = 0.75  # of the pictures that each kind of damage reaches in tests

Kind = Callable[[Generator, int], "Change"]
Change = Callable[[Tensor, Tensor], Tensor]
"""From images to damaged ones, not yet cut to 0..1, with a part of the strength."""


def dulled(rng: Generator, clean: Tensor) -> Tensor:
    """Damage as it is trained on: of few or of many kinds, in any order, in steps of 1 / 255."""
    n = len(clean)
    kinds = (exposed, tinted, hazed, contrasted, bent, saturated)
    share = uniform(rng, n, *SHARES)
    order = torch.randperm(len(kinds), generator=rng, device=rng.device).tolist()
    shares = [torch.full_like(share, TINTED) if kind is tinted else share for kind in kinds]
    return _stored(clean, [_partly(rng, shares[i], kinds[i](rng, n)) for i in order])


def dulled_otherwise(rng: Generator, clean: Tensor) -> Tensor:
    """Damage for tests: other formulas, other ranges, and in the opposite order."""
    order = [faded, toned, curved, warmed, dimmed]
    return _stored(clean, [kind(rng, len(clean)) for kind in order])


def exposed(rng: Generator, count: int) -> Change:
    """Up to two stops too much or too little; half of the bright ones roll off toward white."""
    stops, rolls = uniform(rng, count, -2, 2), uniform(rng, count, 0, 1) < 0.5

    def change(image: Tensor, strength: Tensor) -> Tensor:
        light, gain = to_light(image), 2 ** (stops * strength)
        rolled = light * gain / (1 + light * (gain - 1))
        return _from_light(torch.where(rolls & (gain > 1), rolled, light * gain))

    return change


def tinted(rng: Generator, count: int) -> Change:
    """A white balance that is off: by a stop between red and blue, by 0.25 in green."""
    warm, green = uniform(rng, count, -0.5, 0.5), uniform(rng, count, -0.25, 0.25)
    stops = torch.cat([warm - green / 3, green * 2 / 3, -warm - green / 3], 1)
    return _lit(stops)


def hazed(rng: Generator, count: int) -> Change:
    """A veil of nearly white light."""
    veil = uniform(rng, count, 0, 0.4)
    color = 0.55 + 0.4 * torch.rand(count, 1, 1, 1, generator=rng, device=rng.device)
    color = color + 0.08 * (torch.rand(count, 3, 1, 1, generator=rng, device=rng.device) - 0.5)
    return lambda image, strength: _from_light(
        to_light(image) * (1 - veil * strength) + to_light(color) * veil * strength
    )


def contrasted(rng: Generator, count: int) -> Change:
    """Tones drawn together around a gray, or a little apart."""
    factor = 1 + uniform(rng, count, -0.55, 0.35)
    middle = uniform(rng, count, 0.1, 0.8)
    return lambda image, strength: middle + (image - middle) * (1 + (factor - 1) * strength)


def bent(rng: Generator, count: int) -> Change:
    """A gamma of 0.55 to 1.8."""
    power = uniform(rng, count, -0.6, 0.6)
    return lambda image, strength: image ** (power * strength).exp()


def saturated(rng: Generator, count: int) -> Change:
    """Colors toward gray, or a little away from it."""
    factor = uniform(rng, count, -0.65, 0.4)

    def change(image: Tensor, strength: Tensor) -> Tensor:
        gray = _luma(image, (0.299, 0.587, 0.114))
        return gray + (image - gray) * (1 + factor * strength)

    return change


def faded(rng: Generator, count: int) -> Change:
    """Blacks lifted and whites lowered, as in an old print."""
    low, high = uniform(rng, count, 0, 0.25), uniform(rng, count, 0, 0.2)
    some = _some(rng, count, TEST_SHARE)
    return lambda image, strength: (
        low * some * strength + image * (1 - (low + high) * some * strength)
    )


def toned(rng: Generator, count: int) -> Change:
    """Saturation in linear light, by 40 to 130 %."""
    factor = uniform(rng, count, -0.6, 0.3) * _some(rng, count, TEST_SHARE)

    def change(image: Tensor, strength: Tensor) -> Tensor:
        light = to_light(image)
        gray = _luma(light, (0.2126, 0.7152, 0.0722))
        return _from_light(gray + (light - gray) * (1 + factor * strength))

    return change


def curved(rng: Generator, count: int) -> Change:
    """An S through the middle, or its inverse: contrast that does not clip."""
    bend = uniform(rng, count, -0.9, 0.7) * _some(rng, count, TEST_SHARE)

    def change(image: Tensor, strength: Tensor) -> Tensor:
        x = image.clamp(1e-4, 1 - 1e-4)
        return torch.sigmoid(torch.logit(x) * (bend * strength).exp() ** 0.7)

    return change


def warmed(rng: Generator, count: int) -> Change:
    """A light of another temperature: 0.25 to 0.6 of a stop of red against blue, either way."""
    way = torch.where(uniform(rng, count, 0, 1) < 0.5, -1.0, 1.0)
    stops = uniform(rng, count, 0.125, 0.3) * way * _some(rng, count, TEST_SHARE)
    return _lit(stops * torch.tensor((1.0, 0.1, -1.2), device=rng.device)[:, None, None])


def dimmed(rng: Generator, count: int) -> Change:
    """Half a stop to two stops too dark, or too bright with a soft shoulder."""
    way = torch.where(uniform(rng, count, 0, 1) < 0.6, -1.0, 1.0)
    stops = uniform(rng, count, 0.5, 2.0) * way * _some(rng, count, TEST_SHARE)

    def change(image: Tensor, strength: Tensor) -> Tensor:
        light, gain = to_light(image), 2 ** (stops * strength)
        return _from_light(torch.where(gain > 1, 1 - (1 - light) ** gain, light * gain))

    return change


def _stored(clean: Tensor, changes: list[Change]) -> Tensor:
    """Every change as strong as it can be without clipping much, and 8 bits at the end."""
    image = clean
    for change in changes:
        sample = image[..., ::4, ::4]
        inside = (sample > 0.004) & (sample < 0.996)  # what is clipped already loses nothing
        strength = torch.zeros_like(image[:, :1, :1, :1])
        for tried in STRENGTHS:
            found = change(sample, torch.full_like(strength, tried))
            lost = (inside & ((found < 0) | (found > 1))).any(1, keepdim=True)
            few = lost.float().mean((2, 3), keepdim=True) <= MOST_CLIPPED
            strength = torch.where(few, tried, strength)
        image = change(image, strength).clamp(0, 1)
    return (image * 255).round() / 255


def _lit(stops: Tensor) -> Change:
    """A light that has less of some colors: gains of ``stops`` ``(n, 3, 1, 1)``, none above 1."""
    stops = stops - stops.amax(1, keepdim=True)
    return lambda image, strength: _from_light(to_light(image) * 2 ** (stops * strength))


def _from_light(light: Tensor) -> Tensor:
    """Linear light to sRGB, going on beyond 0..1."""
    curved = 1.055 * light.clamp(min=1e-8) ** (1 / 2.4) - 0.055
    return torch.where(light <= 0.0031308, light * 12.92, curved)


def _partly(rng: Generator, share: Tensor, change: Change) -> Change:
    """``change`` of a ``share`` of the pictures, ``(n, 1, 1, 1)``; the others stay."""
    some = (uniform(rng, len(share), 0, 1) < share).float()
    return lambda image, strength: change(image, strength * some)


def _some(rng: Generator, count: int, share: float) -> Tensor:
    """1 for a share of the pictures, 0 for the others."""
    one = torch.ones(count, 1, 1, 1, device=rng.device)
    return chosen(rng, share, one, torch.zeros_like(one))


def _luma(image: Tensor, weights: tuple[float, float, float]) -> Tensor:
    return (image * image.new_tensor(weights)[:, None, None]).sum(1, keepdim=True)
