"""Random weights in the files that the perceptual distance reads."""

import torch
from safetensors.torch import save_file

from neural.training.losses import HEADS, SQUEEZE

FIRES = {3: (64, 16, 64), 4: (128, 16, 64), 6: (128, 32, 128), 7: (256, 32, 128)}
FIRES |= {9: (256, 48, 192), 10: (384, 48, 192), 11: (384, 64, 256), 12: (512, 64, 256)}


def write(folder):
    torch.manual_seed(0)
    tensors = {"features.0.weight": torch.randn(64, 3, 3, 3) * 0.01}
    tensors["features.0.bias"] = torch.zeros(64)
    for number, (before, squeezed, expanded) in FIRES.items():
        for part, into, out, side in (
            ("squeeze", before, squeezed, 1),
            ("expand1x1", squeezed, expanded, 1),
            ("expand3x3", squeezed, expanded, 3),
        ):
            name = f"features.{number}.{part}"
            scale = (2 / (into * side**2)) ** 0.5
            tensors[f"{name}.weight"] = torch.randn(out, into, side, side) * scale
            tensors[f"{name}.bias"] = torch.zeros(out)
    save_file(tensors, folder / SQUEEZE)
    widths = (64, 128, 256, 384, 384, 512, 512)
    heads = {f"lin{i}.model.1.weight": torch.rand(1, n, 1, 1) for i, n in enumerate(widths)}
    save_file(heads, folder / HEADS)
    return folder
