"""The enhancer: from a thumbnail to the one table of colors that makes the photograph right.

It counts what colors there are and chooses curves and a matrix, as a person would with a histogram
and sliders; the graph composes them into a table. That is smooth and nearly monotone because it is
made of nothing else.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.nets.blocks import silence

SIDE = 256  # px of the thumbnail, both ways: the photo is squashed, its colors are what counts
COUNTED = 64  # px, both ways, of which more than the extremes is known
BINS = 16
RANKS = (0.002, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.998)
FACTS = 2 * (6 * BINS + 5 * len(RANKS)) + 8
TONES = 12  # cells of the curve of each channel
FINISH = 6  # cells of the curve that all channels share
LEVELS = 10  # how far black and white go to the ends of all channels, and of each
FAR = 9.0  # of a level: all the way
CURVES = 3 * (TONES + 2)  # a slope at every knot and where black goes
PARAMETERS = LEVELS + CURVES + 6 + FINISH + 2
TRUSTED = 0.7  # of the curves and the matrix: learned from few photographs, they go too far
LUMA = (0.299, 0.587, 0.114)


def curve(x: Tensor, slopes: Tensor, start: Tensor) -> Tensor:
    """A rising curve with a continuous slope, straight outside 0..1.

    x: ``(n, m)``. slopes: ``(n, k + 1)``, positive, at ``k + 1`` even knots, between which the
    slope is linear. start: ``(n, 1)``, the value at 0.
    """
    cells = slopes.shape[1] - 1
    place = (x[..., None] * cells - torch.arange(cells, device=x.device)).clamp(0, 1)
    first, last = slopes[:, None, :-1], slopes[:, None, 1:]
    inside = (place * (first + (last - first) * place / 2)).sum(2) / cells
    below, above = x.clamp(max=0) * slopes[:, :1], (x - 1).clamp(min=0) * slopes[:, -1:]
    return start + inside + below + above


def graded(colors: Tensor, parameters: Tensor, ends: Tensor) -> Tensor:
    """What becomes of ``colors``, ``(n, 3, m)``, 0..1, sRGB.

    parameters: ``(n, PARAMETERS)``; all zeros are the identity. ends: ``(n, 6)``, the darkest and
    the lightest value of each channel. Black and white, a curve for each channel, a matrix that
    leaves gray alone, one curve for all.
    """
    n, _, m = colors.shape
    levels, own, mix, finish = torch.split(parameters, [LEVELS, CURVES, 6, FINISH + 2], 1)
    stretched = _stretched(colors, levels, ends)
    own = own.reshape(n * 3, TONES + 2)
    toned = curve(stretched.reshape(n * 3, m), _slopes(own[:, 1:]), own[:, :1].tanh() / 3)
    r, g, b = toned.reshape(n, 3, m).unbind(1)
    share = (mix.tanh() * 0.8)[..., None]
    mixed = [
        r + share[:, 0] * (g - r) + share[:, 1] * (b - r),
        g + share[:, 2] * (r - g) + share[:, 3] * (b - g),
        b + share[:, 4] * (r - b) + share[:, 5] * (g - b),
    ]
    x = torch.stack(mixed, 1).reshape(n, 3 * m)
    found = curve(x, _slopes(finish[:, 1:]), finish[:, :1].tanh() / 3)
    return found.reshape(n, 3, m).clamp(0, 1)


def facts(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """What is to be known of pictures, ``(n, FACTS)``, and their ends, for ``graded``.

    image: ``(n, 3, s, s)``, sRGB, 0..1, ``s`` a multiple of ``COUNTED``. mask: ``(n, 1, s, s)``, 1
    where nothing is to be seen. The facts, of the picture as it is and with its channels stretched
    from black to white: histograms of each channel and of the brightness, the mean color of each
    brightness, the values at some ranks. And the ends.
    """
    keep = 1 - mask
    low = (image + 2 * mask).amin((2, 3))
    high = (image - 2 * mask).amax((2, 3))
    ends = torch.cat([low, high], 1).clamp(0, 1)
    step = image.shape[3] // COUNTED
    few, some = (each[..., step // 2 :: step, step // 2 :: step] for each in (image, keep))
    whole = torch.full((len(image), LEVELS), FAR, device=image.device)
    stretched = _stretched(few.flatten(2), whole, ends).clamp(0, 1).reshape(few.shape)
    common = torch.stack([low.amin(1), high.amax(1)], 1).clamp(0, 1)
    known = [_told(few, some), _told(stretched, some), ends * 2 - 1, common * 2 - 1]
    return torch.cat(known, 1), ends


class Judge(nn.Module):
    """From facts to parameters. Starts with leaving everything as it is."""

    def __init__(self, width: int = 256, dropped: float = 0.0) -> None:
        """dropped: a share of what is inside, in training: photographs are few."""
        super().__init__()
        layers = list[nn.Module]()
        for before in (FACTS, width, width):
            layers += [nn.Linear(before, width), nn.ReLU(), nn.Dropout(dropped)]
        self.hidden = nn.Sequential(*layers)
        self.last = nn.Linear(width, PARAMETERS)
        silence(self.last)

    def forward(self, known: Tensor) -> Tensor:
        """``(n, FACTS)`` to ``(n, PARAMETERS)``."""
        return self.last(self.hidden(known))


class EnhanceNet(nn.Module):
    """From a thumbnail to a table, with what a ``Judge`` has learned.

    Parameters predicted from a thumbnail are HDRNet's (arXiv:1707.02880) and Exposure's
    (arXiv:1709.09602) idea.
    """

    def __init__(self, judge: nn.Module, steps: int = 33) -> None:
        """steps: colors along each side of the table."""
        super().__init__()
        self.judge, self.steps = judge, steps

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        """Return the table, ``(n, 3, steps * steps, steps)``: red and green down, blue across.

        image, mask: as for ``facts``; what the image holds under the mask makes no difference.
        """
        known, ends = facts(image, mask)
        colors = lattice(self.steps, image.device).flatten(2).expand(len(image), -1, -1)
        found = graded(colors, cautious(self.judge(known)), ends)
        return found.reshape(len(image), 3, self.steps**2, self.steps)


def lattice(steps: int, device: torch.device | None = None) -> Tensor:
    """The colors of a table that changes nothing, ``(1, 3, steps, steps, steps)``."""
    axis = torch.linspace(0, 1, steps, device=device)
    return torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"))[None]


def looked_up(image: Tensor, tables: Tensor) -> Tensor:
    """``image`` ``(n, 3, h, w)``, 0..1, through what ``EnhanceNet`` gives, trilinearly."""
    steps = tables.shape[3]
    cube = tables.reshape(-1, 3, steps, steps, steps)
    places = image.permute(0, 2, 3, 1).flip(3)[:, None] * 2 - 1
    return F.grid_sample(cube, places, padding_mode="border", align_corners=True)[:, :, 0]


def cautious(parameters: Tensor) -> Tensor:
    """Black and white as a ``Judge`` says, and a part of its curves and its matrix."""
    return torch.cat([parameters[:, :LEVELS], parameters[:, LEVELS:] * TRUSTED], 1)


def _stretched(colors: Tensor, levels: Tensor, ends: Tensor) -> Tensor:
    """``colors``, ``(n, 3, m)``, between new blacks and whites.

    levels: ``(n, LEVELS)``, how far black and white go to the ends that all channels share (2), and
    from there to those of each channel (2, and what each does differently, 6).
    """
    low, high = ends[:, :3], ends[:, 3:]
    lowest, highest = low.amin(1, keepdim=True), high.amax(1, keepdim=True)
    shared, own, blacks, whites = torch.split(levels * 3, [2, 2, 3, 3], 1)
    shared = shared.tanh()  # all or nothing is easily said
    black = shared[:, :1] * lowest + (own[:, :1] + blacks).tanh() * (low - lowest)
    white = 1 - shared[:, 1:] * (1 - highest) - (own[:, 1:] + whites).tanh() * (highest - high)
    return (colors - black[..., None]) / (white - black)[..., None].clamp(min=0.05)


def _told(image: Tensor, keep: Tensor) -> Tensor:
    """Histograms, mean colors of each brightness and values at ``RANKS``, ``(n, facts)``."""
    luma = (image * image.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)
    chroma = image.amax(1, keepdim=True) - image.amin(1, keepdim=True)
    planes = torch.cat([image, luma, chroma], 1)
    ranked = _ranked(planes, keep).flatten(1) * 2 - 1
    return torch.cat([_counted(planes[:, :4], keep), ranked], 1)


def _counted(planes: Tensor, keep: Tensor) -> Tensor:
    """Histograms of red, green, blue and brightness, and the mean colors of each brightness.

    Returns ``(n, 6 * BINS)``; a bin fades into its neighbors.
    """
    few = planes[..., ::2, ::2].flatten(2)
    some = keep[..., ::2, ::2].flatten(2)[:, :, None]
    centers = torch.linspace(0, 1, BINS, device=planes.device)[:, None]
    share = some / (some.sum(3, keepdim=True) + 1e-6)
    bins = (1 - (few[:, :, None] - centers).abs() * (BINS - 1)).clamp(min=0) * share
    counts = bins.sum(3)
    colors = few[:, :3:2] - few[:, 1:2]
    means = bins[:, 3] @ colors.transpose(1, 2) / (counts[:, 3, :, None] + 1e-3)
    return torch.cat([(counts * BINS / 4).sqrt().flatten(1), means.flatten(1) * 3], 1)


def _ranked(planes: Tensor, keep: Tensor) -> Tensor:
    """The values at ``RANKS`` of all that are there, ``(n, c, len(RANKS))``."""
    values = torch.where(keep.flatten(2) > 0.5, planes.flatten(2), 2.0).sort(2).values
    last = (keep.sum((1, 2, 3)) - 1).clamp(min=0)
    places = (last[:, None] * planes.new_tensor(RANKS)).round().long()
    return values.gather(2, places[:, None].expand(-1, planes.shape[1], -1)).clamp(max=1)


def _slopes(raw: Tensor) -> Tensor:
    """Between a fifth and five."""
    return (raw.tanh() * 1.6).exp()
