"""Differentiable augmentation: what a critic is shown of pictures and results alike, so that it
cannot learn few pictures by heart (Zhao et al., arXiv:2006.10738).
"""

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

CHANCES = 7  # numbers that say what is done to a picture
MOVED = 1 / 8  # of the side, at most
CUT = 1 / 2  # of the side


def augmented(picture: Tensor, chance: Tensor) -> Tensor:
    """Brightness, saturation, contrast, translation and cutout, in this order.

    picture: ``(n, c, h, w)``, 0..1, color premultiplied if the last of four channels is alpha,
    which is moved and cut as well. chance: ``(n, CHANCES)``, 0..1. What comes in from outside and
    what is cut out is 0, or clear.
    """
    lighter = lit(picture, chance[:, :3])
    return cut(moved(lighter, chance[:, 3:5]), chance[:, 5:7])


def lit(picture: Tensor, chance: Tensor) -> Tensor:
    """With another brightness, saturation and contrast; with chances of 0.5 it stays as it is.

    chance: ``(n, 3)``, 0..1.
    """
    brightness, saturation, contrast = chance.T[..., None, None, None]
    color, alpha = picture[:, :3], picture[:, 3:]
    solid = alpha if alpha.shape[1] else torch.ones_like(color[:, :1])
    color = color + (brightness - 0.5) * solid
    gray = color.mean(1, keepdim=True)
    color = gray + (color - gray) * 2 * saturation
    middle = color.mean((1, 2, 3), keepdim=True) / (solid.mean((1, 2, 3), keepdim=True) + 1e-3)
    color = middle * solid + (color - middle * solid) * (0.5 + contrast)
    return torch.cat([color, alpha], 1)


def moved(picture: Tensor, chance: Tensor) -> Tensor:
    """Translated by whole pixels, up to ``MOVED`` each way."""
    n, _, h, w = picture.shape
    sides = torch.tensor([w, h], device=picture.device)
    pixels = ((chance * 2 - 1) * MOVED * sides).round()
    same = torch.eye(2, 3, device=picture.device).expand(n, 2, 3)
    shift = F.pad((2 * pixels / sides)[..., None], (2, 0))
    grid = F.affine_grid(same + shift, [n, 1, h, w], align_corners=False)
    return F.grid_sample(picture, grid.to(picture.dtype), mode="nearest", align_corners=False)


def turned(rng: Generator, maps: Tensor) -> Tensor:
    """``(n, c, h, h)``, all flipped and turned in one random way. rng: on their device."""
    chance = int(torch.randint(8, (1,), generator=rng, device=rng.device).item())
    maps = torch.rot90(maps, chance // 2, (2, 3))
    return maps.flip(3) if chance % 2 else maps


def cut(picture: Tensor, chance: Tensor) -> Tensor:
    """With a square of ``CUT`` missing, whose middle is anywhere."""
    h, w = picture.shape[2:]
    y, x = (torch.arange(side, device=picture.device) / side for side in (h, w))
    is_row = (y - chance[:, :1]).abs() < CUT / 2
    is_column = (x - chance[:, 1:]).abs() < CUT / 2
    return picture * ~(is_row[:, None, :, None] & is_column[:, None, None, :])
