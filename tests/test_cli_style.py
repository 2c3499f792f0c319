"""``pentimento apply style``: references are pictures and looks."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from editor import formats, paths, retouch
from editor.cli import main
from editor.cli.retouching import engine
from editor.document.layer import AdjustmentLayer
from neural.looks import Look, dump
from neural.operations.restyle import Restyle
from neural.operations.style import Style
from neural.progress import Progress
from neural.record import decode
from tests.neural.graphs import install_style
from tests.test_cli import fails, read

WAVE = Look("Wave", "look-1", (0.1, 0.2, 0.4), (0.3, 0.4, 0.5, 0.5, 0.6, 0.7))


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setattr("editor.cli.retouching.shipped_models", lambda: tmp_path / "shipped")
    install_style(paths.models())
    folder = tmp_path / "files"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (90, 130, 3), np.uint8)
    Image.fromarray(pixels).save(folder / "photo.png")
    Image.new("RGB", (60, 40), (200, 30, 10)).save(folder / "Sunset.png")
    (folder / "wave.look").write_text(dump(WAVE))
    return folder


def apply(folder, *references, out="out.png", more=()):
    words = ["apply", "style", str(folder / "photo.png"), "-o", str(folder / out), *more]
    for each in references:
        words += ["--reference", str(folder / each)]
    return main(words)


def test_a_picture_takes_on_the_look_of_another(files, capsys):
    assert apply(files, "Sunset.png", more=["--set", "strength=0.8", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["parameters"]["strength"] == 0.8
    assert [look["name"] for look in facts["parameters"]["looks"]] == ["Sunset"]
    assert facts["model"] == "style-1" and facts["notes"] == []
    colors = read(files / "out.png").mean((0, 1))
    assert colors[0] > colors[1] + 50 > colors[2]


def test_pictures_and_looks_are_mixed_and_the_facts_are_enough_to_do_it_again(files, capsys):
    assert apply(files, "Sunset.png", "wave.look", more=["--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    style = decode(Style, facts["parameters"], "facts")
    assert [look.name for look in style.looks] == ["Sunset", "Wave"]
    for look in style.looks:
        (files / f"{look.name}.look").write_text(dump(look))
    assert apply(files, "Sunset.look", "Wave.look", out="again.png") == 0
    assert (files / "again.png").read_bytes() == (files / "out.png").read_bytes()


def test_r39_the_recipe_in_a_layered_file_makes_the_layer_again(files):
    assert apply(files, "Sunset.png", out="out.ora") == 0
    document = formats.load(files / "out.ora")
    layer = document.root.children[-1]
    recipe = layer.recipe
    document.activate(document.root.children[0])
    layer.visible = False
    style = decode(Style, recipe["parameters"], "a recipe")
    made = retouch.apply(style, document.snapshot(), engine("cpu"), Progress())
    np.testing.assert_array_equal(
        made.layer.pixels.read(document.rect), layer.pixels.read(document.rect)
    )
    assert {**made.layer.recipe, "seconds": 0} == {**recipe, "seconds": 0}


def test_a_reference_that_cannot_be_used_is_one_sentence(files, capsys):
    (files / "broken.png").write_bytes(b"no picture")
    fails(capsys, apply(files, "broken.png"), files, "broken.png")
    (files / "broken.look").write_bytes(b"{}")
    fails(capsys, apply(files, "broken.look"), files, "broken.look")
    fails(capsys, apply(files, "missing.png"), files, "missing.png")
    (files / "other.look").write_text(dump(replace(WAVE, space="look-9")))
    fails(capsys, apply(files, "other.look"), files, "look-9")
    fails(capsys, apply(files), files, "Choose a look first")


def test_without_a_model_it_says_which_file_is_expected(files, capsys):
    for path in paths.models().glob("look-1.*"):
        path.unlink()
    fails(capsys, apply(files, "Sunset.png"), files, "look-*.onnx")


def test_more_than_four_references_are_wrong_usage(files, capsys):
    with pytest.raises(SystemExit) as caught:
        apply(files, *["wave.look"] * 5)
    assert caught.value.code == 2
    assert "style takes at most 4 reference pictures" in capsys.readouterr().err


def test_only_colors_are_taken_without_any_network(files, capsys):
    for path in paths.models().iterdir():
        path.unlink()
    words = ["apply", "restyle", str(files / "photo.png"), "--reference", str(files / "wave.look")]
    assert main([*words, "-o", str(files / "out.png"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert "model" not in facts and facts["others"] == []
    assert facts["digital_source_type"] == "algorithmicallyEnhanced"
    after = read(files / "out.png")
    assert after[..., 2].mean() > after[..., 0].mean() + 20
    assert main([*words, "-o", str(files / "out.ora")]) == 0
    assert capsys.readouterr().out.endswith(" s on CPUExecutionProvider.\n")
    layer = formats.load(files / "out.ora").root.children[-1]
    assert isinstance(layer, AdjustmentLayer) and layer.lut.points == 33
    assert decode(Restyle, layer.recipe["parameters"], "a recipe").looks == (WAVE,)


def test_it_is_listed_with_its_references(files, capsys):
    assert main(["operations"]) == 0
    text = capsys.readouterr().out
    assert "--reference IMG (up to 4)" in text and "--set looks" not in text
    assert main(["operations", "--json"]) == 0
    kinds = json.loads(capsys.readouterr().out)["operations"]
    style = next(each for each in kinds if each["name"] == "style")
    looks = style["parameters"][0]
    assert (looks["name"], looks["type"], looks["default"], looks["most"]) == (
        "looks",
        "Look",
        [],
        4,
    )
