"""``pentimento apply generate``: pictures out of nothing."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from editor import formats, paths
from editor.cli import main
from neural.latent import Point, dump
from neural.operations.generate import Generate
from neural.record import decode
from tests.neural.graphs import CARD, doubled, install, install_generator
from tests.test_cli import fails, read

RED = Point("Red", "map-disc", (6.0, -6.0, -6.0), (0.0, 0.0, 0.0))


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setattr("editor.cli.retouching.shipped_models", lambda: tmp_path / "shipped")
    models = paths.models()
    install_generator(models, projects=True, date="2026-02-01")
    install_generator(models, "tile", channels=3, words=False, wraps=True)
    geometry = replace(CARD.geometry, scale=2, halo_px=2)
    install(models, doubled(), id="upscale-x2", task="upscale", geometry=geometry)
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "red.latent").write_text(dump(RED))
    Image.new("RGBA", (30, 20), (0, 255, 0, 255)).save(folder / "green.png")
    return folder


def apply(folder, *more, out="out.png"):
    return main(["apply", "generate", "-o", str(folder / out), *more])


def test_a_picture_comes_out_of_words_and_a_seed(files, capsys):
    given = ["--set", "size=32", "--set", "words=red fruit", "--seed", "7", "--json"]
    assert apply(files, *given) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["width"], facts["height"], facts["model"]) == (32, 32, "generate-disc")
    assert facts["parameters"]["words"] == "red fruit" and facts["parameters"]["seed"] == 7
    assert [each["model"] for each in facts["others"]] == ["map-disc", "upscale-x2"]
    assert facts["notes"] == []
    image = read(files / "out.png")
    assert image.shape == (32, 32, 4)
    assert image[0, 0, 3] == 0 and image[16, 16, 3] == 255


def test_it_is_the_same_every_time(files):
    for name in ("one.png", "other.png"):
        assert apply(files, "--set", "size=50", "--seed", "3", out=name) == 0
    assert (files / "one.png").read_bytes() == (files / "other.png").read_bytes()


def test_the_generator_can_be_chosen(files, capsys):
    assert apply(files, "--model", "generate-tile") == 0
    said = capsys.readouterr().out
    assert "generate-tile" in said and "mask" not in said
    assert read(files / "out.png").shape[:2] == (16, 16)


def test_points_and_pictures_are_references(files, capsys):
    both = ["--reference", str(files / "red.latent"), "--reference", str(files / "green.png")]
    assert apply(files, *both[:2]) == 0
    red = read(files / "out.png")[8, 8]
    assert red[0] > 250 > 5 > red[1]
    assert apply(files, *both[2:]) == 0
    green = read(files / "out.png")[8, 8]
    assert green[1] > 200 and green[0] < 60
    capsys.readouterr()
    assert apply(files, *both, "--json") == 0
    operation = decode(Generate, json.loads(capsys.readouterr().out)["parameters"], "facts")
    assert [point.name for point in operation.points] == ["Red", "green"]


def test_a_layered_file_has_the_recipe_and_the_name(files):
    assert apply(files, "--set", "words=red", "--seed", "7", out="out.ora") == 0
    (layer,) = formats.load(files / "out.ora").root.children
    assert layer.name == "Red 7"
    assert layer.recipe["operation"] == "generate"
    assert layer.recipe["digital_source_type"] == "algorithmicallyEnhanced"  # as the card says
    assert decode(Generate, layer.recipe["parameters"], "recipe") == Generate(seed=7, words="red")


def test_a_word_that_is_not_known_is_one_sentence(files, capsys):
    fails(capsys, apply(files, "--set", "words=gren"), files, "near it are green")


def test_what_needs_a_canvas_is_refused(files, capsys):
    fails(capsys, apply(files, "--set", "pattern=yes"), files, "no room for a pattern")
    fails(capsys, apply(files, "--set", "regions=Map"), files, "no room for regions")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["generate", "green.png"], "generate takes no picture IN"),
        (["generate", "--mask", "green.png"], "generate takes no mask"),
        (["upscale"], "upscale takes a picture IN"),
        (["generate", *["--reference", "red.latent"] * 5], "at most 4 reference"),
        (["generate", "--set", "truncation=2"], "truncation is between 0.0 and 1.0"),
    ],
)
def test_wrong_usage_is_told(files, capsys, monkeypatch, words, said):
    monkeypatch.chdir(files)
    with pytest.raises(SystemExit) as end:
        main(["apply", *words, "-o", "out.png"])
    assert end.value.code == 2
    assert said in capsys.readouterr().err


def test_the_list_of_operations_says_what_it_takes(files, capsys):
    assert main(["operations"]) == 0
    said = capsys.readouterr().out
    assert "generate: Generate\n  --reference IMG (up to 4)" in said
    assert "--set words=" in said and "--model generate-tile" in said


def test_transparent_pixels_of_the_file_hold_nothing(files):
    assert apply(files, "--seed", "1") == 0
    image = read(files / "out.png")
    assert not image[image[..., 3] == 0].any()
    assert np.unique(image[..., 3]).tolist() == [0, 255]
