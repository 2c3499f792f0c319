"""A generator that knows a code for every picture it was shown, and what lies between them.

The codes are learned together with the network that draws them, with no encoder and no critic:
generative latent optimization (Bojanowski et al., arXiv:1707.05776).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.nets.gan import Generator
from neural.training.nets.look import Features

SURE = 0.05  # of how far pictures that are known are from the nearest: counts as the same
LEAST = 1e-4  # that is divided by
COMPONENTS = 96  # of features that are compared
COLORED = 2.0  # times as much as features colors count
QUICK = 10.0  # times as fast as weights codes are learned
NEAR = 0.7  # how far around a latent codes count, in deviations
FITS = 48.0  # how much more a picture counts that has all the words


class Bank(nn.Module):
    """Codes of ``count`` pictures, and the generator that draws them."""

    def __init__(self, generator: Generator, count: int) -> None:
        super().__init__()
        self.generator = generator
        self.given = nn.Parameter(torch.randn(count, generator.code) / QUICK)

    @property
    def codes(self) -> Tensor:
        """``(count, code)``, 1 in size."""
        return F.normalize(self.given.float(), dim=1) * self.given.shape[1] ** 0.5

    def forward(self, which: Tensor, noise: Tensor, side: int | None = None) -> Tensor:
        """Pictures with these numbers. noise: added to their codes, ``(n, code)``. side: of the
        pictures, px, if they are smaller than the generator's.
        """
        codes = self.codes[which] + noise
        return self.generator.drawn(codes[:, None].expand(-1, 2, -1), side=side)


class Between(nn.Module):
    """A latent to a code between those of pictures: the nearer they are, the more they count.

    Where they are is said by their ``latent`` first principal components, which are as wide as the
    latents are. Pictures without the words that are asked for hardly count.
    """

    axes: Tensor
    places: Tensor
    codes: Tensor
    words: Tensor

    def __init__(self, codes: Tensor, words: Tensor, latent: int) -> None:
        """codes: ``(count, code)``. words: which ones pictures have, ``(count, words)``."""
        super().__init__()
        centered = codes - codes.mean(0)
        _, sizes, axes = torch.linalg.svd(centered, full_matrices=False)
        places = centered @ axes[:latent].mT / (sizes[:latent] / len(codes) ** 0.5)
        self.register_buffer("axes", axes[:latent] * sizes[:latent, None] / len(codes) ** 0.5)
        self.register_buffer("places", places)
        self.register_buffer("codes", codes)
        self.register_buffer("words", words.float())

    def forward(self, latent: Tensor, told: Tensor | None, truncation: Tensor) -> Tensor:
        """latent: ``(n, 2, latent)``. told: weights of words, ``(n, words)``. truncation:
        ``(n, 1)``, how far codes are from their mean. Returns ``(n, 2, code)``.
        """
        away = (latent[:, :, None] - self.places).square().sum(3)
        scores = -away / (2 * NEAR**2)
        if told is not None:
            asked = told.sum(1, keepdim=True)
            none = (1 - asked).clamp(min=0)
            fit = (told @ self.words.mT + none) / asked.clamp(min=1)
            scores = scores + FITS * (fit + 1e-3).log()[:, None]
        code = torch.softmax(scores, 2) @ self.codes
        mean = self.codes.mean(0)
        return mean + truncation[..., None] * (code - mean)


class Finder(nn.Module):
    """A picture to the code of what looks most alike of what is known, or between several such.

    Alike are pictures whose features are, cell by cell; they need not be the pictures' own, so
    also what was never seen has a place. Of textures a single cell is compared: where things are
    does not matter.
    """

    places: Tensor
    codes: Tensor

    def __init__(self, features: Features, known: Tensor, codes: Tensor, cells: int) -> None:
        """known: pictures, 0..1, ``(count, c, side, side)``, or twice as many, drawn as well.
        codes: theirs, ``(count, code)``. cells: each way.
        """
        super().__init__()
        self.features, self.cells = features, cells
        count = len(codes)
        with torch.no_grad():
            found = [self._parts(part) for part in known.split(16)]
        columns = [torch.cat(column) for column in zip(*found, strict=True)]
        sizes = [column.var(0).sum().sqrt().expand(column.shape[1]) for column in columns]
        weights = 1 / torch.cat([sizes[0] / COLORED, *sizes[1:]]).clamp(min=LEAST)
        rows = torch.cat(columns, 1)
        mean = rows.mean(0)
        _, _, axes = torch.linalg.svd((rows - mean) * weights, full_matrices=False)
        axes = weights[:, None] * axes[:COMPONENTS].mT
        places = (rows - mean) @ axes
        apart = torch.cdist(places[:count], places[:count]).square().fill_diagonal_(torch.inf)
        reach = (SURE * apart.min(1).values.median()).sqrt().clamp(min=LEAST)
        self.mean, self.axes = nn.Parameter(mean), nn.Parameter(axes / reach)
        self.register_buffer("places", places / reach)
        self.register_buffer("codes", codes.repeat(len(known) // count, 1))

    def forward(self, picture: Tensor) -> Tensor:
        """picture: ``(n, c, side, side)``, 0..1; a fourth channel is alpha, color premultiplied."""
        place = (torch.cat(self._parts(picture), 1) - self.mean) @ self.axes
        away = (place[:, None] - self.places).square().sum(2)
        return torch.softmax(-away, 1) @ self.codes

    def _parts(self, picture: Tensor) -> list[Tensor]:
        color = picture[:, :3]
        if picture.shape[1] == 4:
            color = color + 1 - picture[:, 3:]
        shown = F.adaptive_avg_pool2d(color, self.cells).flatten(1)
        maps = (F.adaptive_avg_pool2d(x, self.cells) for x in self.features(color))
        return [shown, *(x.clamp(min=1e-6).sqrt().flatten(1) for x in maps)]
