"""The upscaler: a picture twice or four times as large, faithful to what was there."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SCALES = (2, 4)


class Folding(nn.Module):
    """A 3×3 convolution that learns as the sum of three, and can be folded into one.

    A wide detour (1×1, 3×3, 1×1) and a shortcut (1×1) are linear, so their kernels are multiplied
    out before the picture is touched: training costs hardly more than the one convolution, and
    finds better ones (RepVGG, arXiv:2101.03697; the shape of the detour is SPAN's).
    """

    def __init__(self, channels: int, out: int, widen: int = 2) -> None:
        super().__init__()
        self.plain = nn.Conv2d(channels, out, 3, padding=1)
        self.into = nn.Parameter(torch.randn(channels * widen, channels) * channels**-0.5)
        self.through = nn.Parameter(
            torch.randn(out * widen, channels * widen, 3, 3) * (channels * widen * 9) ** -0.5
        )
        self.back = nn.Parameter(torch.randn(out, out * widen) * (out * widen) ** -0.5 * 0.1)
        self.short = nn.Parameter(torch.zeros(out, channels))

    def kernel(self) -> Tensor:
        """The one that does it all, ``(out, channels, 3, 3)``."""
        detour = torch.einsum("om,mnhw,nc->ochw", self.back, self.through, self.into)
        return self.plain.weight + detour + F.pad(self.short[..., None, None], (1, 1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            kernel = self.kernel()
        return F.conv2d(x, kernel, self.plain.bias, padding=1)

    def folded(self) -> nn.Conv2d:
        """A plain convolution that gives the same."""
        conv = nn.Conv2d(self.plain.in_channels, self.plain.out_channels, 3, padding=1)
        conv.weight = nn.Parameter(self.kernel().detach())
        conv.bias = self.plain.bias
        return conv


class Attentive(nn.Module):
    """Three convolutions whose answer, without any further weights, says how much it matters.

    Unlike in the paper a skip leads around it, so that six of them learn from the first step on.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = Folding(channels, channels)
        self.second = Folding(channels, channels)
        self.third = Folding(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        found = self.third(F.silu(self.second(F.silu(self.first(x)))))
        return x + (found + x) * (torch.sigmoid(found) - 0.5)


class UpscaleNet(nn.Module):
    """A swift parameter-free attention network (SPAN, Wan et al., arXiv:2311.12770).

    Works at the size of the input and makes the pixels at the very end. What it adds is a
    correction to the input with every pixel repeated.
    """

    def __init__(self, scale: int, channels: int = 48, depth: int = 6) -> None:
        super().__init__()
        self.scale = scale
        self.head = Folding(3, channels)
        self.blocks = nn.ModuleList(Attentive(channels) for _ in range(depth))
        self.last = Folding(channels, channels)
        self.gather = nn.Conv2d(channels * 4, channels, 1)
        self.tail = nn.Conv2d(channels, 3 * scale**2, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        assert self.tail.bias is not None
        nn.init.zeros_(self.tail.bias)

    def forward(self, image: Tensor) -> Tensor:
        """From ``(n, 3, h, w)``, sRGB, 0..1, to ``(n, 3, h * scale, w * scale)``, about 0..1."""
        start = self.head(image - 0.5)
        steps = [start]
        for block in self.blocks:
            steps.append(block(steps[-1]))
        joined = torch.cat([start, self.last(steps[-1]), steps[1], steps[-2]], 1)
        correction = self.tail(self.gather(joined)).to(image.dtype)
        repeated = image.repeat_interleave(self.scale**2, dim=1)
        return F.pixel_shuffle(correction + repeated, self.scale)

    def fold(self) -> "UpscaleNet":
        """Make every ``Folding`` a plain convolution, in place, for good."""
        for module in list(self.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, Folding):
                    setattr(module, name, child.folded())
        return self


class Blended(nn.Module):
    """Two networks in one: their weights are mixed, and the mixture is run.

    Nets that come from each other mix well, better than their results do (network interpolation:
    ESRGAN, arXiv:1809.00219).
    """

    def __init__(self, faithful: UpscaleNet, crisp: UpscaleNet) -> None:
        """Both folded, the second fine-tuned from the first."""
        super().__init__()
        self.faithful, self.crisp = faithful, crisp

    def forward(self, image: Tensor, amount: Tensor) -> Tensor:
        """As ``UpscaleNet``. amount: ``(1, 1, 1, 1)``, from 0, faithful, to 1, crisp."""
        share, crisp = amount.reshape(()), dict(self.crisp.named_parameters())
        weights = {
            name: weight + share * (crisp[name] - weight)
            for name, weight in self.faithful.named_parameters()
        }
        return torch.func.functional_call(self.faithful, weights, (image,))
