"""A generator of pictures.

A style-based generator (Karras et al., arXiv:1912.04958) without noise, in the size of FastGAN
(Liu et al., arXiv:2101.04775), whose skip-layer excitation it has.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

START = 4  # px, the side that pictures grow from
DEEP = 64  # px, the largest side with two convolutions
FINE = 32  # px, the smallest side that the second latent rules
EXCITED = 64  # px, the smallest side whose channels a smaller one rules: of a sixteenth


class Words(nn.Module):
    """Weighted words to one vector: attention over what they mean (arXiv:1706.03762).

    The weight of a word multiplies its attention; what weights lack of 1 goes to no word at all.
    """

    def __init__(self, count: int, width: int, asking: int) -> None:
        """asking: channels of what asks."""
        super().__init__()
        self.meaning = nn.Parameter(torch.randn(count + 1, width))
        self.query = nn.Linear(asking, width)
        self.key = nn.Linear(width, width, bias=False)

    def forward(self, asked: Tensor, weights: Tensor) -> Tensor:
        """asked: ``(n, asking)``; weights: ``(n, count)``, 0..1."""
        none = (1 - weights.sum(1, keepdim=True)).clamp(min=0)
        weights = torch.cat([weights, none], 1).float()
        scores = (self.query(asked) @ self.key(self.meaning).mT).float()
        scores = scores * self.meaning.shape[1] ** -0.5 + (weights + 1e-6).log()
        return torch.softmax(scores, 1) @ self.meaning


def placed(values: Tensor, weights: Tensor | None) -> Tensor:
    """What counts where: ``(n, c)`` everywhere, or ``(n, k, c)`` by weights ``(n, k, h, w)``.

    Returns ``(n, c, 1, 1)`` or ``(n, c, h, w)``.
    """
    if weights is None:
        return values[..., None, None]
    n, _, h, w = weights.shape
    return (values.mT @ weights.flatten(2)).reshape(n, -1, h, w)


class Styled(nn.Module):
    """A convolution whose channels a code weights, and whose result is of one size again.

    The weights themselves stay as they are: scaling what goes in and what comes out is the same.
    """

    def __init__(self, into: int, out: int, code: int, *, seamless: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            into, out, 3, padding=1, padding_mode="circular" if seamless else "zeros", bias=False
        )
        nn.init.normal_(self.conv.weight, std=(9 * into) ** -0.5)
        self.style = nn.Linear(code, into)
        nn.init.ones_(self.style.bias)
        self.bias = nn.Parameter(torch.zeros(1, out, 1, 1))

    def forward(self, x: Tensor, code: Tensor, weights: Tensor | None = None) -> Tensor:
        """code: ``(n, code)``, one everywhere; or ``(n, k, code)``, each as much as ``weights``,
        ``(n, k, h, w)``, say in its place.
        """
        style = self.style(code)
        power = style.square() @ self.conv.weight.square().sum((2, 3)).mT
        size = (power.float() / 2 + 1e-8).rsqrt()  # half of it is lost in the end
        x = self.conv(x * placed(style.to(x.dtype), weights))
        x = torch.addcmul(self.bias.to(x.dtype), x, placed(size.to(x.dtype), weights))
        return F.leaky_relu(x, 0.2)


class Level(nn.Module):
    """Twice the resolution, if it is not the first, and one or two convolutions."""

    def __init__(
        self, into: int, out: int, side: int, code: int, *, grain: int, seamless: bool
    ) -> None:
        """grain: maps that are learned, and the same in every picture."""
        super().__init__()
        self.grows = side > START
        self.grain = nn.Parameter(torch.randn(1, grain, side, side)) if grain else None
        count = 2 if START < side <= DEEP else 1
        self.convs = nn.ModuleList(
            Styled(out if i else into + grain, out, code, seamless=seamless) for i in range(count)
        )

    def forward(self, x: Tensor, code: Tensor, weights: Tensor | None) -> Tensor:
        if self.grows:
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        if self.grain is not None:
            x = torch.cat([x, self.grain.to(x.dtype).expand(len(x), -1, -1, -1)], 1)
        for conv in self.convs:
            x = conv(x, code, weights)
        return x


class Excitation(nn.Module):
    """How much each channel of a large feature map counts, from a small one."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.seen = nn.Conv2d(into, out, 4)
        self.said = nn.Conv2d(out, out, 1)

    def forward(self, small: Tensor) -> Tensor:
        """small: any side that is a multiple of 4."""
        cells = F.avg_pool2d(small, small.shape[-1] // 4)
        return torch.sigmoid(self.said(F.leaky_relu(self.seen(cells), 0.2)))


class Generator(nn.Module):
    """Pictures, ``(n, channels, side, side)``, 0..1 and a little more; a fourth channel is alpha,
    with which color is multiplied already: so a critic's slopes reach both, wherever they are.

    ``mean`` is the mean of all codes, for truncation; ``settle`` finds it.
    """

    mean: Tensor

    def __init__(
        self,
        widths: tuple[int, ...],
        *,
        latent: int = 128,
        words: int = 0,
        meaning: int = 128,
        channels: int = 4,
        grain: int = 0,
        seamless: bool = False,
    ) -> None:
        """widths: of the features, at 4 px and every side twice as large. words: known ones.
        grain: learned maps at each side, for textures. seamless: the right edge goes on at the
        left one, and the lower at the upper.
        """
        super().__init__()
        self.latent, self.channels, self.seamless = latent, channels, seamless
        self.sides = tuple(START * 2**i for i in range(len(widths)))
        code = 2 * latent
        self.mapping = nn.Sequential(
            nn.Linear(latent, code),
            nn.LeakyReLU(0.2),
            nn.Linear(code, code),
            nn.LeakyReLU(0.2),
            nn.Linear(code, code),
        )
        self.words = Words(words, meaning, code) if words else None
        self.register_buffer("mean", torch.zeros(code))
        self.start = nn.Parameter(torch.randn(1, widths[0], START, START))
        told = code + (meaning if words else 0)
        self.levels = nn.ModuleList(
            Level(into, out, side, told, grain=grain, seamless=seamless)
            for (into, out), side in zip(pairwise((widths[0], *widths)), self.sides, strict=True)
        )
        self.shown = nn.ModuleList(nn.Conv2d(width, channels, 1) for width in widths)
        self.excited = nn.ModuleDict(
            {
                str(i): Excitation(widths[i - 4], widths[i])
                for i, side in enumerate(self.sides)
                if side >= EXCITED
            }
        )

    @property
    def code(self) -> int:
        """How many numbers rule a layer."""
        return self.mean.shape[0] + (self.words.meaning.shape[1] if self.words else 0)

    def forward(
        self, latent: Tensor, words: Tensor | None = None, truncation: Tensor | None = None
    ) -> Tensor:
        """A picture for each latent: ``drawn`` of its ``codes``."""
        return self.drawn(self.codes(latent, words, truncation))

    def codes(
        self, latent: Tensor, words: Tensor | None = None, truncation: Tensor | None = None
    ) -> Tensor:
        """What rules the layers, ``(n, 2, code)``: the coarse ones and the fine ones.

        latent: ``(n, 2, latent)``, of which only the direction counts. words: weights,
        ``(n, words)``, if it knows any. truncation: ``(n, 1)``, how far codes are from their mean.
        """
        size = latent.square().mean(-1, keepdim=True)
        code = self.mapping(latent * (size + 1e-8).rsqrt())
        if truncation is not None:
            code = self.mean + truncation[..., None] * (code - self.mean)
        if self.words is None or words is None:
            return code
        meant = self.words(code[:, 0], words)[:, None].expand(-1, 2, -1)
        return torch.cat([code, meant.to(code.dtype)], 2)

    def drawn(
        self, codes: Tensor, weights: Tensor | None = None, side: int | None = None
    ) -> Tensor:
        """codes: ``(n, 2, code)``; or ``(n, k, 2, code)``, each as much as ``weights``,
        ``(n, k, side, side)``, whose sum is 1, say in its place. side: of the pictures, px, if
        they are not to be grown to the end.
        """
        x = self.start.expand(len(codes), -1, -1, -1)
        found: list[Tensor] = []
        picture: Tensor | None = None
        for i, (level, size) in enumerate(zip(self.levels, self.sides, strict=True)):
            here = None if weights is None else F.avg_pool2d(weights, self.sides[-1] // size)
            x = level(x, codes[..., int(size >= FINE), :], here)
            if str(i) in self.excited:
                x = x * self.excited[str(i)](found[i - 4])
            found.append(x)
            shown = self.shown[i](x)
            picture = shown if picture is None else self._doubled(picture) + shown
            if size == side:
                break
        assert picture is not None
        return picture + 0.5

    def styles(self, *, is_fine: bool) -> list[Tensor]:
        """What makes styles of codes, ``(channels, code)`` each, in the coarse or fine layers."""
        return [
            module.style.weight
            for level, side in zip(self.levels, self.sides, strict=True)
            for module in level.modules()
            if isinstance(module, Styled) and (side >= FINE) == is_fine
        ]

    def settle(self) -> None:
        """Find the mean of all codes."""
        rng = torch.Generator().manual_seed(0)
        latent = torch.randn(4096, self.latent, generator=rng).to(self.mean.device)
        with torch.no_grad():
            self.mean.copy_(self.mapping(latent * latent.square().mean(-1, True).rsqrt()).mean(0))

    def _doubled(self, picture: Tensor) -> Tensor:
        mode = "circular" if self.seamless else "replicate"
        around = F.pad(picture, (1, 1, 1, 1), mode=mode)
        return F.interpolate(around, scale_factor=2.0, mode="bilinear")[..., 2:-2, 2:-2]
