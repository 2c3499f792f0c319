"""What is generated becomes a layer in its place, or a document of its own."""

from dataclasses import replace

import numpy as np
import pytest

from editor import generate, points, retouch
from editor.document.document import Document, Metadata
from editor.document.geometry import Rect
from editor.document.layer import Layer
from editor.document.tiles import TileGrid
from editor.inference import submit
from editor.jobs import JobRunner
from editor.preview import OperationPreview
from editor.workspace import Workspace
from neural.engine import Engine
from neural.errors import NeuralError
from neural.latent import Point
from neural.operations.generate import Generate
from neural.progress import Progress
from neural.record import decode
from tests.formats.profiles import DISPLAY_P3, rgb_profile
from tests.neural.graphs import CARD, doubled, install, install_generator

RED = Point("Red", "map-disc", (6.0, -6.0, -6.0), (0.0, 0.0, 0.0))
BLUE = Point("Blue", "map-disc", (-6.0, -6.0, 6.0), (0.0, 0.0, 0.0))
TILE = Point("Tile", "map-tile", (0.0, 0.0, 0.0), (3.0, 3.0, 3.0))


@pytest.fixture
def engine(tmp_path):
    install_generator(tmp_path, projects=True, date="2026-02-01")
    install_generator(tmp_path, "tile", channels=3, wraps=True)
    geometry = replace(CARD.geometry, scale=2, halo_px=2)
    install(tmp_path, doubled(), id="upscale-x2", task="upscale", geometry=geometry)
    return Engine([tmp_path], "cpu")


def canvas(w=120, h=80, dtype=np.uint8, profile=None):
    pixels = np.full((h, w, 4), np.iinfo(dtype).max, dtype)
    return Document.from_pixels(pixels, metadata=Metadata(profile=profile))


def laid(operation, document, engine, model=None):
    return generate.apply(operation, document.snapshot(), engine, Progress(), model)


def select(document, rect, value=None):
    full = document.full if value is None else value
    document.selection.write(rect, np.full((rect.h, rect.w, 1), full, document.dtype))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_can_be_transparent_fits_into_the_middle_of_the_canvas(engine, dtype):
    document = canvas(dtype=dtype)
    answer = laid(Generate((RED,)), document, engine)
    assert answer.rect == (20, 0, 80, 80)
    pixels = answer.layer.pixels.read(document.rect)
    assert pixels.dtype == dtype
    assert pixels[40, 60].tolist()[0] > 0.99 * document.full
    assert not pixels[0, 20].any() and not pixels[40, 10].any()
    assert answer.layer.mask is None
    assert answer.layer.name == "Red"


def test_what_is_opaque_covers_the_canvas(engine):
    document = canvas()
    answer = laid(Generate((TILE,)), document, engine, "generate-tile")
    assert answer.rect == (0, -20, 120, 120)
    assert answer.layer.pixels.read(document.rect)[..., 3].min() == 255


def test_a_size_is_kept_to(engine):
    assert laid(Generate((RED,), size=30), canvas(), engine).rect == (45, 25, 30, 30)


def test_it_fills_the_selection_and_shows_nowhere_else(engine):
    document = canvas()
    select(document, Rect(10, 20, 40, 30), 128)
    answer = laid(Generate((TILE,)), document, engine, "generate-tile")
    assert answer.rect == (10, 15, 40, 40)
    mask = answer.layer.mask.grid.read(document.rect)[..., 0]
    np.testing.assert_array_equal(mask, document.selection.read(document.rect)[..., 0])


def test_a_pattern_repeats_without_seams(engine):
    document = canvas()
    select(document, Rect(10, 20, 70, 50))
    operation = Generate((TILE,), pattern=True)
    answer = laid(operation, document, engine, "generate-tile")
    assert answer.rect == (10, 20, 70, 50)
    pixels = answer.layer.pixels.read(answer.rect).astype(int)
    np.testing.assert_array_equal(pixels[:, :16], pixels[:, 16:32])
    np.testing.assert_array_equal(pixels[:16], pixels[32:48])
    large = laid(replace(operation, size=24), document, engine, "generate-tile")
    pixels = large.layer.pixels.read(large.rect).astype(int)
    np.testing.assert_array_equal(pixels[:, :24], pixels[:, 24:48])
    with pytest.raises(NeuralError, match="Discs makes no patterns"):
        laid(Generate((RED,), pattern=True), document, engine)


def test_a_map_says_which_point_rules_where(engine):
    document = canvas(80, 80)
    map_ = np.zeros((80, 80, 4), np.uint8)
    map_[:, :40], map_[:, 40:] = (255, 0, 0, 255), (0, 255, 0, 255)
    document.root.insert(1, Layer("Map", TileGrid.from_pixels(map_)))
    answer = laid(Generate((RED, BLUE), regions="Map"), document, engine)
    pixels = answer.layer.pixels.read(document.rect)
    assert pixels[40, 8].tolist() == [254, 1, 1, 255]
    assert pixels[40, 72].tolist() == [1, 1, 254, 255]
    assert answer.layer.name == "Generate"
    with pytest.raises(NeuralError, match="no layer called Elsewhere"):
        laid(Generate((RED,), regions="Elsewhere"), document, engine)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_colors_are_those_of_the_documents_space(engine, dtype):
    document = canvas(dtype=dtype, profile=rgb_profile("P3", DISPLAY_P3))
    pixel = laid(Generate((RED,)), document, engine).layer.pixels.read(document.rect)[40, 60]
    assert 0.8 < pixel[0] / document.full < 0.94  # the red of sRGB is duller there
    assert pixel[3] == document.full


def test_the_recipe_makes_the_layer_again(engine):
    document = canvas()
    first = laid(Generate(seed=7, words="red", size=40), document, engine).layer
    operation = decode(Generate, first.recipe["parameters"], "recipe")
    again = laid(operation, document, engine, first.recipe["model"]).layer
    assert first.recipe["model"] == "generate-disc"
    np.testing.assert_array_equal(
        again.pixels.read(document.rect), first.pixels.read(document.rect)
    )


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


def test_a_job_adds_one_layer_in_one_step_and_hides_the_map(engine, runner, qtbot):
    workspace, document = Workspace(), canvas()
    document.root.insert(1, Layer("Map", TileGrid(4)))
    workspace.add(document)
    said = []
    workspace.said.connect(said.append)
    with qtbot.waitSignal(runner.finished):
        submit(workspace, runner, engine, Generate((RED,), regions="Map"))
    names = [(node.name, node.visible) for node in document.root.children]
    assert names == [("Background", True), ("Red", True), ("Map", False)]
    assert said[0].startswith("Red: ") and "outside" not in said[0]
    document.history.undo()
    names = [(node.name, node.visible) for node in document.root.children]
    assert names == [("Background", True), ("Map", True)]


def test_without_a_document_it_becomes_one(engine, runner, qtbot):
    workspace = Workspace()
    with qtbot.waitSignal(runner.finished):
        submit(workspace, runner, engine, Generate((RED,), size=40))
    document = workspace.document
    assert document.size == (40, 40)
    assert document.source.title == "Red"
    assert [node.name for node in document.root.children] == ["Red"]


def test_a_preview_is_a_draft_first_and_then_what_a_run_gives(engine):
    document, seen = canvas(), Rect(10, 10, 60, 60)
    make = OperationPreview(Generate((RED,)), engine)
    snapshot = document.snapshot()
    draft = make(snapshot, seen, Progress())
    assert draft.rect == seen and draft.better is not None
    shown = draft.better(snapshot, seen, Progress())
    assert shown.better is None
    answer = laid(Generate((RED,)), document, engine)
    document.root.insert(1, answer.layer)
    np.testing.assert_array_equal(
        retouch.visible(shown.picture, shown.picture.rect), retouch.visible(document, seen)
    )
    moved = make(snapshot, Rect(0, 0, 30, 30), Progress())
    assert moved.better is None, "it was not made a second time"


def test_a_preview_hides_the_map(engine):
    document = canvas(80, 80)
    map_ = np.full((80, 80, 4), (255, 0, 0, 255), np.uint8)
    document.root.insert(1, Layer("Map", TileGrid.from_pixels(map_)))
    shown = OperationPreview(Generate((BLUE, RED), regions="Map"), engine)(
        document, document.rect, Progress()
    )
    pixels = retouch.visible(shown.picture, shown.picture.rect)
    assert pixels[0, 0].tolist() == [255, 255, 255, 255]
    assert pixels[40, 40, 2] > 200


def test_what_is_transparent_has_no_point(engine):
    nothing = Document.from_pixels(np.zeros((30, 40, 4), np.uint8))
    with pytest.raises(NeuralError, match="Nothing is transparent"):
        points.of_document(nothing, "Nothing", "map-disc", engine, Progress())
