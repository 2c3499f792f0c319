"""What must hold of generators in a document, with small networks as they are shipped."""

import numpy as np
import pytest
from PIL import Image

from editor import generate
from editor.cli import main, retouching
from editor.document.document import Document
from editor.document.layer import Layer
from editor.document.tiles import TileGrid
from neural.engine import Engine
from neural.latent import crossed, moved
from neural.library import import_model
from neural.operations.generate import Generate
from neural.progress import Progress


@pytest.fixture
def engine(generator):
    return Engine([generator], "cpu")


def made(engine, operation):
    return engine.generate(operation, Progress())


def test_seeds_words_and_points_lead_it(engine):
    one, again, other, red = (
        made(engine, operation)
        for operation in (
            Generate(seed=1),
            Generate(seed=1),
            Generate(seed=2),
            Generate(seed=1, words="reds"),
        )
    )
    assert one.image.shape == (64, 64, 4)
    assert one.image.tobytes() == again.image.tobytes()
    assert one.points != other.points and one.points != red.points
    point = made(engine, Generate(one.points)).image
    np.testing.assert_allclose(point, one.image, atol=1e-3)


def test_sliders_and_crossings_change_the_picture(engine):
    one, other = (made(engine, Generate(seed=seed)) for seed in (1, 2))
    mapping = engine.library.find("map").card
    slid = moved(one.points[0], {mapping.sliders[0].name: 1.0}, mapping)
    for point in (slid, crossed(one.points[0], other.points[0])):
        assert np.abs(made(engine, Generate((point,))).image - one.image).max() > 1e-3


def test_regions_blend_features(engine):
    """Far from the border each half is as its own point has it."""
    one, other = (made(engine, Generate(seed=seed)) for seed in (1, 2))
    document = Document.from_pixels(np.full((64, 64, 4), 255, np.uint8))
    map_ = np.zeros((64, 64, 4), np.uint8)
    map_[:, :32], map_[:, 32:] = (255, 0, 0, 255), (0, 255, 0, 255)
    document.root.insert(1, Layer("Map", TileGrid.from_pixels(map_)))
    operation = Generate(one.points + other.points, regions="Map")
    both = generate.apply(operation, document, engine, Progress()).result.image
    assert np.abs(both - one.image).max() > 1e-3
    assert np.abs(both - other.image).max() > 1e-3


def test_a_seamless_one_says_so_and_repeats(engine):
    assert engine.library.find("generate").card.wraps
    document = Document.from_pixels(np.full((100, 150, 4), 255, np.uint8))
    laid = generate.apply(Generate(pattern=True), document, engine, Progress())
    pixels = laid.layer.pixels.read(document.rect)
    np.testing.assert_array_equal(pixels[:, :64], pixels[:, 64:128])


def test_it_is_imported_and_run_from_the_command_line(generator, engine, tmp_path, monkeypatch):
    monkeypatch.setattr(retouching, "shipped_models", lambda: tmp_path / "none")
    user = retouching.engine("cpu").library
    for card in (model.card for model in engine.library.models):
        import_model(generator / f"{card.id}.json", user, Progress())
    out = tmp_path / "out.png"
    assert main(["apply", "generate", "-o", str(out), "--set", "words=red", "--seed", "7"]) == 0
    with Image.open(out) as image:
        assert image.size == (64, 64) and image.mode == "RGBA"
