import json

import numpy as np
import pytest
from PIL import Image

from neural.training.__main__ import main as command
from neural.training.backdrops import KINDS, SIDE
from neural.training.textures import colors


@pytest.mark.parametrize("kind", KINDS)
def test_backdrops_go_on_at_their_opposite_edges(kind):
    drawn = KINDS[kind](np.random.default_rng(3))
    assert drawn.shape == (SIDE, SIDE, 3)
    assert drawn.std() > 0.005
    for axis in (0, 1):
        inside = np.abs(np.diff(drawn, axis=axis)).mean((1 - axis, 2))
        around = np.abs(np.take(drawn, 0, axis) - np.take(drawn, -1, axis)).mean()
        assert around <= inside.max() * 1.2


def test_a_backdrop_is_the_same_for_the_same_seed():
    one, same, other = (KINDS["marble"](np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).mean() > 0.01


@pytest.mark.parametrize(
    ("color", "words"),
    [
        ((200, 30, 20), ["red"]),
        ((40, 90, 220), ["blue"]),
        ((20, 30, 60), ["blue", "dark"]),
        ((120, 80, 40), ["brown"]),
        ((230, 232, 235), ["gray", "pale"]),
    ],
)
def test_colors_are_words(color, words):
    assert colors(Image.new("RGB", (64, 64), color)) == words


def test_two_colors_are_both_said():
    picture = Image.new("RGB", (64, 64), (230, 210, 40))
    picture.paste((30, 160, 60), (0, 0, 64, 24))
    assert colors(picture) == ["yellow", "green"]


def test_a_folder_is_written_with_words(tmp_path):
    command(["textures", str(tmp_path / "set"), "--each", "1"])
    lines = (tmp_path / "set.metadata.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["keywords"][0] for row in rows] == list(KINDS)
    with Image.open(tmp_path / "set" / rows[-1]["file"]) as picture:
        assert picture.size == (SIDE, SIDE)


def test_pictures_are_cut_where_the_list_says(tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text("a.png 2 10 20 sea water\n")
    picture = Image.new("RGB", (700, 700), (30, 60, 200))
    picture.paste((230, 210, 40), (0, 0, 20, 40))  # just outside
    picture.save(tmp_path / "a.png")
    given = ["--root", str(tmp_path), "--list", str(listed), "--each", "0"]
    command(["textures", str(tmp_path / "set"), *given])
    row = json.loads((tmp_path / "set.metadata.jsonl").read_text())
    assert row["keywords"] == ["sea", "water", "blue"]
    with Image.open(tmp_path / "set" / row["file"]) as found:
        assert found.getcolors() == [(SIDE * SIDE, (30, 60, 200))]
