"""What a network is trained on. Images are NCHW, sRGB, 0..1; losses are per picture, averaged."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

SQUEEZE = "squeezenet1_1_features.safetensors"
HEADS = "lpips_v0.1_squeeze_lin.safetensors"
POOLED_BEFORE = (3, 6, 9)  # fire modules that a max-pooling precedes
TAPPED = (1, 4, 7, 9, 10, 11, 12)  # layers whose output the distance compares


class Fire(nn.Module):
    """Squeeze to few channels, expand with 1×1 and 3×3 (Iandola et al., arXiv:1602.07360)."""

    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.parts = nn.ModuleDict()
        for part in ("squeeze", "expand1x1", "expand3x3"):
            weight = weights[f"{name}.{part}.weight"]
            conv = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2])
            conv.padding = (weight.shape[2] // 2,) * 2
            conv.weight = nn.Parameter(weight)
            conv.bias = nn.Parameter(weights[f"{name}.{part}.bias"])
            self.parts[part] = conv

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.parts["squeeze"](x))
        return torch.cat(
            [F.relu(self.parts["expand1x1"](x)), F.relu(self.parts["expand3x3"](x))], 1
        )


class PerceptualDistance(nn.Module):
    """How different two pictures look: LPIPS (Zhang et al., arXiv:1801.03924) on SqueezeNet 1.1.

    ``folder`` holds the features and the linear heads as safetensors. The features are not the
    ones the heads were fitted to, so this is LPIPS-like and its values compare only among
    themselves.
    """

    mean: Tensor

    def __init__(self, folder: Path) -> None:
        super().__init__()
        weights = load_file(folder / SQUEEZE)
        heads = load_file(folder / HEADS)
        stem = weights["features.0.weight"]
        self.stem = nn.Conv2d(3, stem.shape[0], 3, stride=2)
        self.stem.weight = nn.Parameter(stem)
        self.stem.bias = nn.Parameter(weights["features.0.bias"])
        numbers = sorted({int(key.split(".")[1]) for key in weights} - {0})
        self.fires = nn.ModuleDict({str(n): Fire(weights, f"features.{n}") for n in numbers})
        for i in range(len(TAPPED)):
            self.register_buffer(f"head{i}", heads[f"lin{i}.model.1.weight"])
        self.register_buffer("mean", torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1))
        self.requires_grad_(False)

    def features(self, image: Tensor) -> list[Tensor]:
        """Feature maps at the tapped layers. image: RGB 0..1."""
        x = F.relu(self.stem(image.flip(1) * 255 - self.mean))
        taps = [x]
        for name, fire in self.fires.items():
            if int(name) in POOLED_BEFORE:
                x = F.max_pool2d(x, 3, stride=2, ceil_mode=True)
            x = fire(x)
            if int(name) in TAPPED:
                taps.append(x)
        return taps

    def maps(self, a: Tensor, b: Tensor) -> list[Tensor]:
        """The distance at each layer and place, ``(n, 1, h', w')`` each."""
        found = []
        with torch.no_grad():
            wanted = self.features(b)
        for i, (x, y) in enumerate(zip(self.features(a), wanted, strict=True)):
            difference = (_unit(x.float()) - _unit(y.float())).square()
            found.append((difference * getattr(self, f"head{i}")).sum(1, keepdim=True))
        return found

    def forward(self, a: Tensor, b: Tensor, mask: Tensor) -> Tensor:
        """The distance summed over layers, averaged over what ``mask`` covers, ``(n,)``."""
        total = torch.zeros(len(a), device=a.device)
        for found in self.maps(a, b):
            weight = F.interpolate(mask, found.shape[2:], mode="area")
            total = total + (found * weight).sum((1, 2, 3)) / (weight.sum((1, 2, 3)) + 1e-6)
        return total


def in_hole(error: Tensor, mask: Tensor) -> Tensor:
    """``error`` ``(n, c, h, w)`` averaged over the hole of each picture, ``(n,)``."""
    return (error * mask).sum((1, 2, 3)) / (mask.sum((1, 2, 3)) * error.shape[1] + 1e-6)


def pyramid_l1(result: Tensor, target: Tensor, mask: Tensor, levels: int = 4) -> Tensor:
    """Absolute difference in the hole at full, half, … resolution: colors, not only edges."""
    total = in_hole((result - target).abs(), mask)
    for _ in range(levels - 1):
        result, target, mask = (F.avg_pool2d(x, 2) for x in (result, target, mask))
        total = total + in_hole((result - target).abs(), mask)
    return total / levels


def dissimilarity(result: Tensor, target: Tensor, mask: Tensor, window: int = 7) -> Tensor:
    """1 minus structural similarity (Wang et al., 2004) in the hole, with square windows."""

    def mean(x: Tensor) -> Tensor:
        return F.avg_pool2d(x, window, 1, window // 2, count_include_pad=False)

    mx, my = mean(result), mean(target)
    vx, vy = mean(result * result) - mx * mx, mean(target * target) - my * my
    covariance = mean(result * target) - mx * my
    above = (2 * mx * my + 1e-4) * (2 * covariance + 9e-4)
    below = (mx * mx + my * my + 1e-4) * (vx + vy + 9e-4)
    return in_hole(1 - above / below, mask)


def _unit(x: Tensor) -> Tensor:
    return x / (x.square().sum(1, keepdim=True) + 1e-10).sqrt()
