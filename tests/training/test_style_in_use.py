"""What must hold of style transfer in a document, with small networks as they are shipped."""

import dataclasses

import numpy as np
import pytest
import torch
from PIL import ImageCms

from editor import retouch
from editor.cli import main, retouching
from editor.document.document import Document, Metadata
from editor.document.geometry import Rect
from editor.document.layer import Layer
from editor.document.tiles import TileGrid
from editor.formats import load, save
from editor.inference import submit
from editor.jobs import JobRunner
from editor.preview import OperationPreview
from editor.workspace import Workspace
from neural.engine import Engine
from neural.errors import Cancelled, NeuralError
from neural.looks import Look, dump
from neural.operations.style import Style
from neural.progress import Progress
from neural.training import run, train_style

CODE = 8
AREA = Rect(30, 20, 90, 70)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A network that paints with random strokes."""
    folder = tmp_path_factory.mktemp("models")
    config = train_style.Config(code=CODE, width=8, blocks=1, hidden=16)
    net = train_style.build(config)
    for layer in (net.end, net.paint, *net.noises):
        torch.nn.init.normal_(layer.weight, 0, 0.05)
    state = {
        "config": dataclasses.asdict(config),
        "average": net.state_dict(),
        "data": {"photos": 1, "held_out": 1},
        "revision": "none",
        "step": 0,
    }
    torch.save(state, folder / run.CHECKPOINT)
    train_style.export(folder, folder, "style-tiny")
    return folder


@pytest.fixture
def engine(models):
    return Engine([models], "cpu")


def look(name, *mean, share=1.0):
    random = np.random.default_rng(len(name))
    code = tuple(random.normal(0, 1, CODE).tolist())
    palette = (np.array(mean) + np.linspace(-0.15, 0.15, 8)[:, None]).ravel().tolist()
    return Look(name, train_style.SPACE, code, tuple(palette), share=share)


WAVE, SUNSET = look("Wave", 0.4, 0.5, 0.6), look("Sunset", 0.7, 0.4, 0.2)


def photo(h=150, w=200, dtype=np.uint8, alpha=None):
    """Waves and a little grain."""
    full = np.iinfo(dtype).max
    y, x = np.mgrid[:h, :w]
    planes = [0.5 + 0.3 * np.sin((x + k * y) / (11 + 5 * k)) for k in range(3)]
    grain = np.random.default_rng(0).normal(0, 0.02, (h, w, 3))
    pixels = np.full((h, w, 4), full, dtype)
    pixels[..., :3] = np.rint((np.stack(planes, -1) + grain).clip(0, 1) * full)
    if alpha is not None:
        pixels[..., 3] = alpha
    return pixels


def document(pixels, selected=None):
    made = Document.from_pixels(pixels)
    if selected is not None:
        ramp = np.linspace(made.full / 8, made.full, selected.w).astype(pixels.dtype)
        made.selection.write(selected, np.tile(ramp[:, None], (selected.h, 1, 1)))
    return made


def with_map(made, *stripes, name="Map"):
    """A layer above with stripes of color, side by side; ``None`` is nothing."""
    h, w = made.size.h, made.size.w
    pixels = np.zeros((h, w, 4), made.dtype)
    for i, color in enumerate(stripes):
        if color is not None:
            part = slice(i * w // len(stripes), (i + 1) * w // len(stripes))
            pixels[:, part] = np.array([*color, 1]) * made.full
    made.root.insert(1, Layer(name, TileGrid.from_pixels(pixels)))
    return made


def styled(style, made, engine):
    return retouch.apply(style, made.snapshot(), engine, Progress())


def seen(answer, made):
    return retouch.visible(made, made.rect), answer.layer.pixels.read(made.rect)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_outside_the_mask_every_byte_stays_after_one_run_and_ten(engine, dtype):
    """R1"""
    made = document(photo(dtype=dtype), AREA)
    before = retouch.visible(made, made.rect)
    outside = made.selection.read(made.rect)[..., 0] == 0
    for _ in range(10):
        answer = styled(Style((WAVE,)), made, engine)
        assert answer.changed_outside == 0
        parent, index = made.place_above_active()
        parent.insert(index, answer.layer)
        made.activate(answer.layer)
        after = retouch.visible(made, made.rect)
        np.testing.assert_array_equal(after[outside], before[outside])
        assert after.dtype == dtype
    assert (after != before).any(axis=-1)[~outside].mean() > 0.9


@pytest.mark.parametrize("stroke", [1, 2])
def test_in_tiles_it_is_what_it_is_as_a_whole(models, engine, monkeypatch, stroke):
    """R6"""
    made, style = document(photo(420, 560)), Style((WAVE, SUNSET), stroke=stroke)
    whole = styled(style, made, engine).picture.astype(int)
    card = engine.availability("style").card
    small = dataclasses.replace(
        card, geometry=dataclasses.replace(card.geometry, preferred_tile=64)
    )
    model = engine.library.find("style")
    cut = dataclasses.replace(model, card=small)
    engine.unload()
    monkeypatch.setattr(engine.library, "find", lambda task, name=None, space="": cut)
    tiles = []
    progress = Progress(lambda fraction, text: tiles.append(text))
    tiled = retouch.apply(style, made.snapshot(), engine, progress).picture.astype(int)
    assert len(set(tiles)) > 9
    assert np.abs(tiled - whole).max() <= 1


@pytest.mark.parametrize("level", [0, 90, 255])
def test_what_is_constant_stays_constant_up_to_its_border(engine, level):
    """R7: a flat sky does not boil, and has no frame."""
    pixels = np.full((130, 170, 4), 255, np.uint8)
    pixels[..., :3] = (level, 128, 200)
    picture = styled(Style((WAVE,)), document(pixels), engine).picture.astype(int)
    assert np.ptp(picture.reshape(-1, 4), axis=0).max() <= 1


def test_alpha_is_kept_and_hidden_colors_mean_nothing(engine):
    """R9"""
    alpha = np.tile(np.linspace(0, 255, 200).astype(np.uint8), (150, 1))
    alpha[:, :40] = 0
    pixels = photo(alpha=alpha)
    picture = styled(Style((WAVE,)), document(pixels), engine).picture
    np.testing.assert_array_equal(picture[..., 3], pixels[..., 3])
    other = pixels.copy()
    other[:, :40, :3] = 255 - other[:, :40, :3]
    again = styled(Style((WAVE,)), document(other), engine).picture
    np.testing.assert_array_equal(again[:, 40:], picture[:, 40:])


def test_sixteen_bits_are_used_and_the_profile_stays(engine, tmp_path):
    """R9, R10"""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = Document.from_pixels(photo(dtype=np.uint16), metadata=Metadata(profile=profile))
    answer = styled(Style((WAVE,)), made, engine)
    assert answer.picture.dtype == np.uint16
    assert np.count_nonzero(answer.picture[..., :3] % 257) > answer.picture[..., :3].size / 2
    parent, index = made.place_above_active()
    parent.insert(index, answer.layer)
    save(made, tmp_path / "out.png")
    after = load(tmp_path / "out.png")
    assert after.dtype == np.uint16
    assert after.metadata.profile == profile


def test_it_is_the_same_every_time(models, engine):
    """R39"""
    made, style = document(photo()), Style((WAVE, SUNSET), stroke=2)
    one = styled(style, made, engine).picture
    other = styled(style, made, Engine([models], "cpu")).picture
    np.testing.assert_array_equal(one, other)


def test_it_is_cancelled_between_two_tiles(engine):
    """R26"""
    seen = []

    def report(fraction, text):
        seen.append(text)
        if text.startswith("tile 1 "):
            progress.token.cancel()

    progress = Progress(report)
    made = document(photo(1100, 700))
    with pytest.raises(Cancelled):
        retouch.apply(Style((WAVE,), stroke=1), made.snapshot(), engine, progress)
    assert not any(text.startswith("tile 2") for text in seen)


def test_a_map_says_where_each_look_rules(engine):
    made = with_map(document(photo(96, 480)), (1, 0, 0), None, (0, 1, 0))
    made.activate(made.root.children[0])
    style = Style((WAVE, SUNSET), stroke=1, regions="Map")
    picture = styled(style, made, engine).picture
    cold = (picture[..., 2].astype(int) - picture[..., 0]).mean(0)
    wave, middle, sunset = cold[:120].mean(), cold[200:280].mean(), cold[360:].mean()
    assert wave > middle + 15 > sunset + 30


def test_a_map_is_no_part_of_the_picture_even_if_it_is_the_active_layer(engine):
    below = with_map(document(photo()), (1, 0, 0), (0, 1, 0))
    style = Style((WAVE, SUNSET), regions="Map")
    below.activate(below.root.children[0])
    want = styled(style, below, engine).picture
    below.activate(below.root.children[1])
    np.testing.assert_array_equal(styled(style, below, engine).picture, want)
    assert below.root.children[1].visible


def test_an_empty_map_is_the_mixture_by_shares(engine):
    made = with_map(document(photo()), None)
    style = Style((WAVE, dataclasses.replace(SUNSET, share=0.25)))
    mapped = styled(dataclasses.replace(style, regions="Map"), made, engine).picture
    np.testing.assert_array_equal(mapped, styled(style, made, engine).picture)


def test_outside_the_mask_a_map_changes_nothing(engine):
    made = with_map(document(photo(), AREA), (1, 0, 0), (0, 1, 0))
    made.activate(made.root.children[0])
    answer = styled(Style((WAVE, SUNSET), regions="Map"), made, engine)
    outside = made.selection.read(answer.rect)[..., 0] == 0
    assert answer.changed_outside == 0
    assert answer.layer.mask is not None
    assert not answer.layer.mask.grid.read(answer.rect)[outside].any()
    assert answer.layer.recipe["parameters"]["regions"] == "Map"


def test_what_is_previewed_of_regions_is_what_a_run_gives_there(engine):
    made = with_map(document(photo(601, 803)), (1, 0, 0), (0, 1, 0))
    made.activate(made.root.children[0])
    style = Style((WAVE, SUNSET), stroke=1, regions="Map")
    later = styled(style, made, engine).picture.astype(int)
    shown = OperationPreview(style, engine)(made, Rect(370, 300, 60, 50), Progress())
    part = retouch.visible(shown.picture, shown.picture.rect).astype(int)
    box = shown.rect
    assert box.w < 100
    assert np.abs(part - later[box.y : box.bottom, box.x : box.right]).max() <= 1


def test_a_map_that_is_not_there_is_named(engine):
    with pytest.raises(NeuralError, match="no layer called Elsewhere"):
        styled(Style((WAVE,), regions="Elsewhere"), document(photo()), engine)


def test_in_the_editor_the_map_is_hidden_in_the_same_step(engine, qapp, qtbot):
    made = with_map(document(photo()), (1, 0, 0), (0, 1, 0))
    made.activate(made.root.children[0])
    workspace, runner = Workspace(), JobRunner()
    workspace.add(made)
    try:
        with qtbot.waitSignal(runner.finished, timeout=20_000):
            submit(workspace, runner, engine, Style((WAVE, SUNSET), regions="Map"))
    finally:
        runner.close()
    names = [(node.name, node.visible) for node in made.root.children]
    assert names == [("Background", True), ("Style", True), ("Map", False)]
    made.history.undo()
    names = [(node.name, node.visible) for node in made.root.children]
    assert names == [("Background", True), ("Map", True)]


def test_on_the_command_line_a_layer_of_the_file_is_the_map(engine, models, tmp_path, monkeypatch):
    monkeypatch.setattr(retouching, "shipped_models", lambda: models)
    made = with_map(document(photo()), (1, 0, 0), (0, 1, 0))
    save(made, tmp_path / "in.ora")
    for each in (WAVE, SUNSET):
        (tmp_path / f"{each.name}.look").write_text(dump(each))
    words = ["apply", "style", str(tmp_path / "in.ora"), "-o", str(tmp_path / "out.png")]
    words += ["--reference", str(tmp_path / "Wave.look")]
    words += ["--reference", str(tmp_path / "Sunset.look"), "--set", "regions=Map"]
    assert main(words) == 0
    after = load(tmp_path / "out.png")
    want = styled(Style((WAVE, SUNSET), regions="Map"), made, engine).picture
    np.testing.assert_array_equal(retouch.visible(after, after.rect), want)
