"""Networks that adjust: from a document to a layer, in the editor and on the command line."""

import json

import numpy as np
import pytest
from PIL import Image

from editor import adjust, formats, paths, retouch
from editor.cli import main, retouching
from editor.color import converted
from editor.document.document import Document, Metadata
from editor.document.geometry import Rect
from editor.document.layer import AdjustmentLayer
from editor.inference import submit
from editor.jobs import JobRunner
from editor.workspace import Workspace
from neural.engine import Engine
from neural.errors import Cancelled, NeuralError
from neural.looks import Look
from neural.operations.enhance import Enhance
from neural.operations.restyle import Restyle
from neural.progress import CancelToken, Progress
from tests.formats.profiles import ADOBE_RGB, rgb_profile
from tests.neural.graphs import install, to_middle
from tests.neural.test_enhance import ENHANCER

PART = Rect(20, 30, 40, 25)


def brightener(folder):
    install(folder, to_middle(), ENHANCER, id="middle-1", task="enhance")
    return Engine([folder], "cpu")


@pytest.fixture
def engine(tmp_path):
    return brightener(tmp_path)


def dark(h=120, w=150, dtype=np.uint8, part=None):
    """Dark noise; the color of what is transparent is bright."""
    full = np.iinfo(dtype).max
    pixels = np.random.default_rng(0).integers(0, full // 2, (h, w, 4), dtype, endpoint=True)
    pixels[..., 3] = full
    pixels[:, -30:, :3] = full
    pixels[:, -30:, 3] = 0
    made = Document.from_pixels(pixels)
    if part is not None:
        mask = np.full((part.h, part.w, 1), full, dtype)
        mask[:3] = full // 3
        made.selection.write(part, mask)
    return made


def test_the_layer_shows_the_table_with_its_strength_as_opacity(engine):
    made = adjust.apply(Enhance(0.25), dark().snapshot(), engine, Progress())
    assert isinstance(made.layer, AdjustmentLayer)
    assert made.layer.opacity == 0.25 and made.layer.name == "Enhance"
    gain = made.layer.lut.table[1, 1, 1].mean() / 0.5
    assert gain == pytest.approx(2.0, rel=0.03)  # of the opaque part alone
    assert made.layer.recipe["model"] == "middle-1"
    assert made.layer.recipe["parameters"] == {"strength": 0.25}
    assert made.layer.recipe["sha256"] == made.result.cards[0].sha256
    assert made.layer.recipe["changed_outside"] == made.changed_outside == 0


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_only_what_is_selected_changes(engine, dtype):
    """R1, R9"""
    document = dark(dtype=dtype, part=PART)
    before = retouch.visible(document, document.rect)
    made = adjust.apply(Enhance(), document.snapshot(), engine, Progress())
    whole = adjust.apply(Enhance(), dark(dtype=dtype).snapshot(), engine, Progress())
    np.testing.assert_array_equal(made.layer.lut.table, whole.layer.lut.table)
    after = adjust.flat(made.layer, document)
    outside = document.selection.read(document.rect)[..., 0] == 0
    np.testing.assert_array_equal(after[outside], before[outside])
    np.testing.assert_array_equal(after[..., 3], before[..., 3])
    change = (after.astype(float) - before)[PART.y : PART.y + PART.h, PART.x : PART.x + PART.w]
    assert 0 < change[:3, :, :3].mean() < 0.5 * change[5:, :, :3].mean()
    assert made.changed_outside == 0


def test_a_look_gives_the_same_colors_in_whatever_color_space_a_document_is(tmp_path):
    colors = dark().active.pixels.read(Rect(0, 0, 120, 120))
    adobe = rgb_profile("Adobe-like", ADOBE_RGB)
    tagged = np.dstack([converted(colors[..., :3], None, adobe), colors[..., 3]])
    green = Look("green", "", (0.0,), (0.0, 0.5, 0.1, 0.2, 0.9, 0.1))
    shown = []
    for pixels, profile in ((colors, None), (tagged, adobe)):
        document = Document.from_pixels(pixels, metadata=Metadata(profile=profile))
        networks = Engine([tmp_path], "cpu")
        made = adjust.apply(Restyle((green,)), document.snapshot(), networks, Progress())
        after = adjust.flat(made.layer, document)
        shown.append(converted(np.ascontiguousarray(after[..., :3]), profile, None).astype(int))
        assert made.layer.recipe["parameters"]["looks"][0]["palette"] == list(green.palette)
    apart = (shown[0] - shown[1]).mean((0, 1))  # 38 of red, if the palette were not converted
    assert np.abs(apart).max() < 2


def test_a_large_picture_is_looked_at_small(engine):
    big = np.kron(dark().active.pixels.read(Rect(0, 0, 150, 120)), np.ones((20, 20, 1), np.uint8))
    made = adjust.apply(Enhance(), Document.from_pixels(big), engine, Progress())
    small = adjust.apply(Enhance(), dark(), engine, Progress())
    np.testing.assert_allclose(made.layer.lut.table, small.layer.lut.table, atol=0.02)


def test_layers_above_are_not_looked_at(engine):
    document = dark()
    white = document.new_layer("white")
    white.pixels.write(document.rect, np.full((120, 150, 4), 255, np.uint8))
    document.root.insert(1, white)
    made = adjust.apply(Enhance(), document.snapshot(), engine, Progress())
    assert made.layer.lut.table[1, 1, 1].mean() > 0.9


def test_nothing_to_be_seen_is_said(engine):
    document = Document.from_pixels(np.zeros((20, 20, 4), np.uint8))
    with pytest.raises(NeuralError, match="transparent"):
        adjust.apply(Enhance(), document, engine, Progress())


def test_it_can_be_cancelled(engine):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        adjust.apply(Enhance(), dark(), engine, Progress(token=token))


def test_in_the_editor_it_is_a_layer_and_one_step_back(engine, qapp, qtbot):
    """R32, R40"""
    workspace, runner, said = Workspace(), JobRunner(), []
    workspace.said.connect(said.append)
    workspace.add(dark(part=PART))
    document = workspace.document
    try:
        with qtbot.waitSignal(runner.finished):
            submit(workspace, runner, engine, Enhance(0.5))
    finally:
        runner.close()
    assert [node.name for node in document.root.children] == ["Background", "Enhance"]
    assert isinstance(document.active, AdjustmentLayer) and document.active.opacity == 0.5
    assert said[0].startswith("Enhance: 0 px changed outside the mask; ")
    document.history.undo()
    assert [node.name for node in document.root.children] == ["Background"]


def test_on_the_command_line_it_writes_a_picture_or_a_layer(tmp_path, monkeypatch, capsys):
    """R1, R39"""
    monkeypatch.setattr(retouching, "OPERATIONS", (Enhance,))
    brightener(paths.models())
    document = dark()
    formats.save(document, tmp_path / "dark.png")
    mask = np.zeros((120, 150), np.uint8)
    mask[:, 40:] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    words = ["apply", "enhance", str(tmp_path / "dark.png"), "--mask", str(tmp_path / "mask.png")]
    words += ["--model", "middle-1"]  # and not the one that comes with the program
    assert main([*words, "-o", str(tmp_path / "out.png"), "--set", "strength=0.5", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["model"] == "middle-1" and facts["changed_outside"] == 0
    assert facts["parameters"] == {"strength": 0.5}
    before, after = (np.asarray(Image.open(tmp_path / f"{n}.png")) for n in ("dark", "out"))
    same = (mask == 0) | (before[..., 3] == 0)
    np.testing.assert_array_equal(after[same], before[same])
    assert after[~same].mean() > 1.2 * before[~same].mean()
    assert main([*words, "-o", str(tmp_path / "out.ora")]) == 0
    layer = formats.load(tmp_path / "out.ora").root.children[1]
    assert isinstance(layer, AdjustmentLayer) and layer.recipe["operation"] == "enhance"
