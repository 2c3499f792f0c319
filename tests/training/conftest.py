import numpy as np
import pytest
from PIL import Image


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
