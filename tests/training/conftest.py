import functools

import numpy as np
import pytest
import torch
from PIL import Image
from torch.onnx._internal.exporter._registration import ONNXRegistry

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
