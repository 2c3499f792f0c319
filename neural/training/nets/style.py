"""Style transfer: a network that repaints a picture in a look, or in several.

Arbitrary style transfer by conditional instance normalization (Ghiasi et al., arXiv:1705.06830),
small as in MicroAST (arXiv:2211.15313). What a look is, is learned elsewhere: ``looks``.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MULTIPLE_OF = 4
LOOKS = 4  # at once
SMOOTHED = 7  # times 4 px, twice: strokes are smaller than that
SLOW_LESS = 0.6  # of what changes more slowly is left out: light and shade are the photo's
FLAT = 2.5 / 255  # the deviation of detail in a place at which it stays as it is
LIVELY = 6 / 255  # and at which it is painted in full
FADING = 3  # times 4 px, twice: how far strokes reach into what is plain
LEAST_VARIANCE = 1e-5
DIRECTIONS = 8
SIZES = ((2.5, 0.6), (6.0, 1.1))  # of brushes, at half the resolution: deviations along and across
REACH = 8  # of the longer, px of those
FORM = 1e-4  # squared slope above which strokes follow what there is; below, they drift
DRIFT = 20.0  # how much they do
SHARPNESS = 4.0  # how surely they keep to one direction


class Restyled(nn.Module):
    """Normalize each channel over the picture, then scale and shift it as the look there says."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.channels = channels
        self.affine = nn.Linear(hidden, 2 * channels)
        nn.init.normal_(self.affine.weight, std=0.02)
        with torch.no_grad():
            self.affine.bias.copy_(torch.tensor([1.0, 0.0]).repeat_interleave(channels))

    def forward(self, x: Tensor, look: Tensor) -> Tensor:
        """One look everywhere, for training. x: ``(n, channels, h, w)``. look: ``(n, hidden)``.

        A batch normalization that takes all channels of all pictures for those of one.
        """
        n, c, h, w = x.shape
        scale, shift = self.affine(look).float().chunk(2, 1)
        flat = x.reshape(1, n * c, h, w)
        found = F.batch_norm(
            flat, None, None, scale.flatten(), shift.flatten(), True, 0.0, LEAST_VARIANCE
        )
        return found.view(n, c, h, w)

    def placed(
        self, x: Tensor, looks: Tensor, weights: Tensor, known: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Several looks, each in its place. looks: ``(n, looks, hidden)``. weights: ``(n, looks, h,
        w)``, their sum 1 everywhere. known: ``(n, channels, 2)``, mean and deviation of the
        features over the whole picture; where the deviation is 0, it is measured here. Returns what
        becomes of ``x`` and the statistics that were used.
        """
        used = torch.where(known[..., 1:] > 0, known, torch.stack(_moments(x), 2))
        mean, deviation = used[..., None, None].unbind(2)
        n, c = x.shape[:2]
        places = self.affine(looks).mT @ weights.flatten(2)
        scale, shift = places.reshape(n, 2 * c, *x.shape[2:]).chunk(2, 1)
        return (x - mean) / deviation * scale + shift, used


class Strokes(nn.Module):
    """Noise as if brushed: along edges where there are some, and in slow curves where not.

    At each place white noise that was smeared in the direction of the structure tensor there
    (Cabral and Leedom, Imaging Vector Fields Using Line Integral Convolution, 1993, for short
    straight lines), by brushes of two sizes. Nothing in it is learned.
    """

    brushes: Tensor  # (sizes * directions, 1, side, side)
    doubled: Tensor  # (2, directions): cosine and sine of twice the angle

    def __init__(self) -> None:
        super().__init__()
        angles = torch.arange(DIRECTIONS) * math.pi / DIRECTIONS
        self.register_buffer(
            "doubled", torch.stack([(2 * angles).cos(), (2 * angles).sin()]), False
        )
        y, x = torch.meshgrid(*[torch.arange(-REACH, REACH + 1.0)] * 2, indexing="ij")
        found = []
        for long, thin in SIZES:
            for angle in angles:
                along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
                brush = torch.exp(-(along / long).square() / 2 - (across / thin).square() / 2)
                found.append(brush / brush.norm())
        self.register_buffer("brushes", torch.stack(found)[:, None], False)

    def forward(self, image: Tensor, noise: Tensor) -> Tensor:
        """``(n, sizes, h / 2, w / 2)``, mean 0, deviation about 1.

        image: ``(n, 3, h, w)``. noise: ``(n, 1, h, w)``, white.
        """
        gray = F.pad(F.avg_pool2d(image.float().mean(1, keepdim=True), 2), (1,) * 4, "replicate")
        across = (gray[..., 1:-1, 2:] - gray[..., 1:-1, :-2]) / 2
        down = (gray[..., 2:, 1:-1] - gray[..., :-2, 1:-1]) / 2
        form = torch.cat([down.square() - across.square(), -2 * across * down], 1)
        strength = across.square() + down.square()
        form, strength = (_smoothed(F.avg_pool2d(x, 2)) for x in (form, strength))
        chance = F.pixel_unshuffle(noise, 2)
        drift = DRIFT * _smoothed(F.avg_pool2d(chance[:, 2:], 2))
        toward = (form + FORM * drift) / (strength + FORM)
        share = torch.einsum("nchw,cd->ndhw", toward, self.doubled).mul(SHARPNESS).softmax(1)
        share = F.interpolate(share, scale_factor=2.0, mode="bilinear")[:, None]
        brushed = F.conv2d(chance[:, :2], self.brushes, padding=REACH, groups=len(SIZES))
        return (brushed.float().unflatten(1, (len(SIZES), DIRECTIONS)) * share).sum(2)


class StyleNet(nn.Module):
    """What to add to a picture, which has the colors of a look already, to give it its strokes.

    At a quarter of the resolution residual blocks work it out; every convolution is followed by a
    ``Restyled``. Each block is given ``Strokes`` as well: where a picture is flat, nothing else
    says where paint should begin and end, and without them the grid of the strides would. In the
    end they are added in colors that the network chooses, place by place. The less there is to be
    seen around a place, the less is added: a flat sky stays calm.
    """

    sees = 64
    """Px around one that matter to it. It looks at 108, but all that is beyond 64 changes a result
    by 1e-6 only, measured with trained weights.
    """

    def __init__(self, code: int, width: int = 24, blocks: int = 5, hidden: int = 192) -> None:
        super().__init__()
        w = width
        self.look = nn.Sequential(
            nn.Linear(code, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU()
        )
        self.down = nn.ModuleList([_conv(3, 2 * w, 5, 2), _conv(2 * w, 4 * w, 3, 2)])
        self.blocks = nn.ModuleList(_conv(4 * w, 4 * w) for _ in range(2 * blocks))
        self.strokes = Strokes()
        self.noises = nn.ModuleList(_conv(4 * len(SIZES), 4 * w) for _ in range(blocks))
        self.up = nn.ModuleList([_conv(4 * w, 2 * w), _conv(2 * w, 2 * w)])
        self.fine = nn.ModuleList(_conv(len(SIZES), 2 * w) for _ in self.up)
        self.end = _conv(2 * w, 12)
        self.paint = _conv(2 * w, 3 * len(SIZES))
        channels = (2 * w, *(4 * w,) * (2 * blocks + 1), 2 * w, 2 * w)
        for part in (self.end, self.paint):
            for parameter in part.parameters():
                nn.init.zeros_(parameter)
        self.norms = nn.ModuleList(Restyled(c, hidden) for c in channels)
        self.channels = channels

    @property
    def statistics(self) -> int:
        """How many channels are normalized."""
        return sum(self.channels)

    def repainted(
        self, image: Tensor, looks: Tensor, weights: Tensor, known: Tensor, noise: Tensor
    ) -> tuple[Tensor, Tensor]:
        """A picture in several looks, each in its place.

        image: ``(n, 3, h, w)``, sRGB, 0..1 or a little more, sides multiples of 4. looks: codes
        ``(n, looks, code)``. weights: ``(n, looks, h, w)``, sum 1. known: ``(n, statistics, 2)``,
        of the whole picture, or zeros. noise: ``(n, 1, h, w)``, white, mean 0, deviation 1. Returns
        the picture, ``(n, 3, h, w)``, and the statistics.
        """
        hidden = self.look(looks)
        half = F.avg_pool2d(weights, 2)
        levels = (weights, half, F.avg_pool2d(half, 2))
        given = iter(known.split(self.channels, 1))
        measured = []

        def restyled(norm: Restyled, x: Tensor, level: int) -> Tensor:
            x, used = norm.placed(x, hidden, levels[level], next(given))
            measured.append(used)
            return x

        return image + self._through(image, noise, restyled), torch.cat(measured, 1)

    def forward(self, image: Tensor, look: Tensor, noise: Tensor) -> Tensor:
        """What is added for one look everywhere, for training. look: codes ``(n, code)``."""
        hidden = self.look(look)
        return self._through(image, noise, lambda norm, x, _: norm(x, hidden))

    def _through(
        self, image: Tensor, noise: Tensor, restyled: Callable[[Restyled, Tensor, int], Tensor]
    ) -> Tensor:
        norms = iter(self.norms)

        def normal(x: Tensor, level: int) -> Tensor:
            norm = next(norms)
            assert isinstance(norm, Restyled)
            return restyled(norm, x, level)

        x = image
        for i, conv in enumerate(self.down):
            x = F.relu(normal(conv(x), i + 1))
        strokes = self.strokes(image, noise)
        chance = F.pixel_unshuffle(strokes, 2)
        layers = zip(self.blocks[::2], self.blocks[1::2], self.noises, strict=True)
        for first, second, strewn in layers:
            found = F.relu(normal(first(x) + strewn(chance), 2))
            x = x + normal(second(found), 2)
        x = F.interpolate(x, scale_factor=2.0, mode="bilinear")
        for conv, strewn in zip(self.up, self.fine, strict=True):
            x = F.relu(normal(conv(x) + strewn(strokes), 1))
        paint = self.paint(x).float().unflatten(1, (3, len(SIZES)))
        change = _without_grid(F.pixel_shuffle(self.end(x), 2).float())
        change = change + F.interpolate(
            (paint * strokes[:, None]).sum(2), scale_factor=2.0, mode="bilinear"
        )
        return _enlarged(_liveliness(image)) * (change - SLOW_LESS * _enlarged(_around(change)))


def _around(x: Tensor) -> Tensor:
    """Means of what is around, over squares, twice, at a quarter of the resolution."""
    return _smoothed(F.avg_pool2d(x, 4))


def _smoothed(x: Tensor, side: int = SMOOTHED) -> Tensor:
    around = side // 2
    for _ in range(2):
        for kernel, padding in (((side, 1), (around, 0)), ((1, side), (0, around))):
            x = F.avg_pool2d(x, kernel, 1, padding, count_include_pad=False)
    return x


def _enlarged(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=4.0, mode="bilinear")


def _without_grid(x: Tensor) -> Tensor:
    """Without what alternates from pixel to pixel, as where two pixels came from one."""
    for sides in ((0, 1, 0, 1), (1, 0, 1, 0)):
        x = F.avg_pool2d(F.pad(x, sides, mode="replicate"), 2, 1)
    return x


def _liveliness(image: Tensor) -> Tensor:
    """Where there is more to see than slow changes of color, ``(n, 1, h / 4, w / 4)``, 0..1.

    Around things it falls off softly, so that their strokes do not end in an edge.
    """
    half = F.avg_pool2d(image.float(), 2)
    detail = (half - _smoothed(half)).square().mean(1, keepdim=True)
    deviation = F.avg_pool2d(F.avg_pool2d(detail, 2), 3, 1, 1, count_include_pad=False).sqrt()
    lively = ((deviation - FLAT) / (LIVELY - FLAT)).clamp(0, 1)
    return (2 * _smoothed(lively, FADING)).clamp(max=1)


def _conv(channels: int, out: int, kernel: int = 3, stride: int = 1) -> nn.Conv2d:
    """Mirrored at the border: from zeros beside a picture the frame of it would be learned."""
    return nn.Conv2d(channels, out, kernel, stride, kernel // 2, padding_mode="reflect")


def _moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel, ``(n, c)`` each."""
    mean = x.mean((2, 3))
    centered = x - mean[..., None, None]
    return mean, (centered.square().mean((2, 3)) + LEAST_VARIANCE).sqrt()
