import functools
import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch.onnx._internal.exporter._registration import ONNXRegistry

from neural.training.__main__ import main as command

torch.set_num_threads(1)  # of networks this small, threads are slower, and many times if one waits


@pytest.fixture(scope="session", autouse=True)
def operators_are_listed_once():
    """The exporter lists all operators that it knows for each model anew, which takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        listed = functools.cache(ONNXRegistry.from_torchlib)
        patch.setattr(ONNXRegistry, "from_torchlib", staticmethod(listed))
        yield


@pytest.fixture(scope="session")
def photos(tmp_path_factory):
    """A folder of eight small pictures with edges, slopes and grain."""
    folder = tmp_path_factory.mktemp("photos")
    for i in range(8):
        rng = np.random.default_rng(i)
        y, x = np.mgrid[:96, :128] / 96
        waves = [np.sin(rng.uniform(2, 25) * (x * rng.uniform(-1, 1) + y)) for _ in range(3)]
        picture = 0.5 + 0.3 * np.stack(waves, -1) + (x > rng.random())[..., None] * 0.2
        pixels = (picture.clip(0, 1) * 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{i}.png")
    return folder


@pytest.fixture(scope="session")
def icons(tmp_path_factory):
    """Red and green dots without a background, and what they are in words."""
    folder = tmp_path_factory.mktemp("icons") / "dots"
    folder.mkdir()
    lines = []
    y, x = np.mgrid[:64, :64]
    for i in range(22):
        pixels = np.zeros((64, 64, 4), np.uint8)
        pixels[np.hypot(x - 22 - i, y - 32) < 15 + i / 2] = (
            (255, 0, 0, 255) if i % 2 else (0, 255, 0, 255)
        )
        Image.fromarray(pixels).save(folder / f"{i}.webp", lossless=True)
        lines.append(json.dumps({"file": f"{i}.webp", "label": ("green", "red")[i % 2] + " dot"}))
    folder.with_name("dots.metadata.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="session")
def generator(icons, tmp_path_factory):
    """A run of twenty steps from the command line, with its models, of seamless pictures."""
    out = tmp_path_factory.mktemp("run")
    given = ["--data", str(icons), "--out", str(out), "--device", "cpu"]
    command(["gan", "--smoke", "--set=seamless=True", *given])
    return out
