import json

import numpy as np
import pytest
import torch
from PIL import Image

from neural.training import data, pictures, run
from neural.training.__main__ import main as command


@pytest.fixture
def folder(tmp_path):
    """Three pictures, the second half transparent, and words for two of them."""
    found = tmp_path / "set"
    found.mkdir()
    Image.new("RGB", (20, 12), (255, 0, 0)).save(found / "a.png")
    half = np.full((16, 16, 4), 255, np.uint8)
    half[:, 8:, 3] = 0
    Image.fromarray(half).save(found / "b.png")
    Image.new("RGB", (8, 8), (0, 0, 255)).save(found / "c.png")
    rows = [
        {"file": "b.png", "name": "White Half", "keywords": ["half of a thing", "white"]},
        {"file": "a.png", "label": "Red thing", "glyph": "ignored"},
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "set.metadata.jsonl").write_text(lines)
    return found


def packed(folder, tmp_path):
    return data.pack(sorted(folder.iterdir()), tmp_path / "packed.u8", 4)


def test_squares_keep_transparency_or_lie_on_white(folder, tmp_path):
    photos = packed(folder, tmp_path)
    clear, white = (pictures.squares(photos, 8, channels) for channels in (4, 3))
    assert clear.shape == (3, 4, 8, 8)
    assert white.shape == (3, 3, 8, 8)
    assert not clear[1, :, :, 5:].any()  # color counts as much as it shows
    assert (clear[1, :, :, :3] == 255).all()
    assert (white[1] == 255).all()
    assert (white[0] == torch.tensor([255, 0, 0])[:, None, None]).all()


def test_words_are_those_of_the_file_beside_the_folder(folder, tmp_path):
    words = pictures.words_of(packed(folder, tmp_path), [folder])
    assert words == [{"red", "thing"}, {"white", "half", "thing"}, set()]
    known = pictures.vocabulary(words, 1, 10)
    assert known == ("thing", "half", "red", "white")  # the frequent first
    assert pictures.vocabulary(words, 2, 10) == ("thing",)
    assert pictures.marked(words, known[:3]).tolist() == [
        [True, False, True],
        [True, True, False],
        [False] * 3,
    ]


def test_a_line_that_describes_no_picture_is_named(folder):
    folder.with_name("set.metadata.jsonl").write_text('{"file": "a.png"}\n[]\n')
    with pytest.raises(run.Unfit, match=r"line 2 of set.metadata.jsonl"):
        pictures.described(folder)


def test_pictures_are_drawn_with_some_of_their_words(folder, tmp_path):
    known = ("thing", "half", "red", "white")
    device = torch.device("cpu")
    pool = pictures.load(packed(folder, tmp_path), [folder], known, 8, 4, device)
    rng = torch.Generator().manual_seed(1)
    images, words = pool.draw(rng, 200, 0.5, 1.0)
    assert images.shape == (200, 4, 8, 8)
    assert images.max() <= 1
    is_red = (images[:, 0] - images[:, 2]).mean((1, 2)) > 0.5
    told = words[is_red].sum(1)
    assert set(told.tolist()) == {0.0, 2.0}  # all of its words, or none
    assert not words[~is_red, 2].any()
    is_half = (images[:, 3].mean((1, 2)) - 0.5).abs() < 0.1
    assert images[is_half, 3, 0, 0].unique().tolist() == [0.0, 1.0]  # mirrored, or not
    again, _ = pool.draw(torch.Generator().manual_seed(1), 200, 0.5, 1.0)
    assert torch.equal(images, again)


def test_a_data_set_becomes_a_folder_with_words(tmp_path):
    pairs = [(Image.new("L", (4, 4), 9), 1), (Image.new("L", (4, 4), 200), 0)] * 2
    pictures.write(pairs, ["zero", "one"], tmp_path / "digits", 3)
    assert len(list((tmp_path / "digits").iterdir())) == 3
    assert pictures.described(tmp_path / "digits")["00001.png"] == {"zero"}


def test_without_torchvision_that_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "torchvision", None)
    with pytest.raises(SystemExit):
        command(["pictures", "mnist", str(tmp_path)])
    assert "torchvision is not installed" in capsys.readouterr().err


def test_of_the_same_words_those_with_the_least_detail_are_kept():
    rng = torch.Generator().manual_seed(0)
    noise = torch.randint(256, (1, 3, 8, 8), generator=rng)
    strengths = (0.9, 0.1, 0.5, 0.3)
    pixels = torch.cat([(noise * strength).byte() for strength in strengths])
    words = [frozenset({"red"})] * 3 + [frozenset({"blue"})]
    assert pictures.calmest(pixels, words, 1) == [1, 3]
    assert pictures.calmest(pixels, words, 2) == [1, 2, 3]
    assert pictures.calmest(pixels, words, 0) == [0, 1, 2, 3]
