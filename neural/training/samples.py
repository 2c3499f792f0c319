"""Samples of a generator: the same for the same seeds, everywhere."""

from collections.abc import Callable, Iterable

import numpy as np
import torch
from torch import Tensor

from neural.latent import latent_of

SHEET = 8  # pictures each way


def latents(seeds: Iterable[int], size: int) -> Tensor:
    """For each seed normal numbers, ``(n, 2, size)``: the same twice, coarse and fine."""
    rows = [latent_of(seed, size) for seed in seeds]
    return torch.from_numpy(np.stack(rows))[:, None].repeat(1, 2, 1)


def told(words: Tensor, count: int) -> Tensor:
    """The words of ``count`` pictures spread over all, ``(count, vocabulary)``, as weights."""
    return words[torch.arange(count, device=words.device) * len(words) // count].float()


def before(pictures: Tensor, color: Tensor | float) -> Tensor:
    """``(n, 3, h, w)`` of pictures whose color is premultiplied, if they have a fourth channel.

    color: what is behind them, ``(n, 3, 1, 1)`` or a number.
    """
    if pictures.shape[1] == 3:
        return pictures
    return pictures[:, :3] + color * (1 - pictures[:, 3:])


def on_white(pictures: Tensor) -> Tensor:
    """``before`` white."""
    return before(pictures, 1.0)


def premultiplied(pictures: Tensor) -> Tensor:
    """Straight color multiplied by the fourth channel, if there is one."""
    color, alpha = pictures[:, :3], pictures[:, 3:]
    return torch.cat([color * alpha, alpha], 1) if alpha.shape[1] else color


def drawn(net: Callable[..., Tensor], latent: Tensor, words: Tensor) -> Tensor:
    """What ``net`` makes of latents and the weights of words, on white, ``(n, 3, h, w)``."""
    with torch.no_grad():
        parts = [net(a, b) for a, b in zip(latent.split(8), words.split(8), strict=True)]
    return torch.cat([on_white(part.float().clamp(0, 1)) for part in parts])


def rows(pictures: Tensor) -> list[list[Tensor]]:
    """A contact sheet of ``SHEET`` pictures in each row."""
    return [list(row.cpu()) for row in pictures.split(SHEET) if len(row) == SHEET]


def spread(pictures: Tensor) -> float:
    """How far pictures are from their mean, pixel by pixel: falls if they become alike."""
    return float(pictures.var(0).mean().sqrt())
