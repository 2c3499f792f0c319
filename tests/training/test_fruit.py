import json

import numpy as np
from PIL import Image, ImageDraw

from neural.training.__main__ import main as command
from neural.training.fruit import FILLED, SIDE, portrait


def photo(ellipse):
    """A green ellipse before red and white stripes, as a picture, and as pixels."""
    picture = Image.new("RGB", (160, 128), (200, 30, 20))
    draw = ImageDraw.Draw(picture)
    for x in range(0, 160, 8):
        draw.rectangle((x, 0, x + 3, 127), (255, 255, 255))
    x, y, a, b, _ = ellipse
    draw.ellipse((x - a, y - b, x + a, y + b), (40, 160, 50))
    return picture


def test_a_fruit_is_moved_to_the_middle_and_made_large():
    ellipse = 100.0, 50.0, 20.0, 16.0, 0.0
    shown = portrait(np.asarray(photo(ellipse)), ellipse).astype(int)
    assert shown.shape == (SIDE, SIDE, 3)
    y, x = np.nonzero(np.abs(shown - (40, 160, 50)).max(2) < 12)
    assert abs(x.mean() - SIDE / 2) < 1.5 and abs(y.mean() - SIDE / 2) < 1.5
    assert abs(np.ptp(x) - FILLED * SIDE) < 4
    assert abs(np.ptp(y) - FILLED * SIDE * 16 / 20) < 4


def test_what_is_around_is_blurred_and_does_not_take_the_color_of_the_fruit():
    ellipse = 100.0, 50.0, 20.0, 16.0, 0.0
    shown = portrait(np.asarray(photo(ellipse)), ellipse).astype(int)
    row = shown[8]
    assert np.abs(np.diff(row[:, 1])).max() < 12  # the stripes are gone
    assert (row[:, 0] - row[:, 1] > 40).all()  # between red and white


def test_a_turned_ellipse_keeps_its_direction():
    ellipse = 80.0, 64.0, 30.0, 12.0, 90.0
    upright = photo((80.0, 64.0, 12.0, 30.0, 0.0))
    shown = portrait(np.asarray(upright), ellipse).astype(int)
    y, x = np.nonzero(np.abs(shown - (40, 160, 50)).max(2) < 12)
    assert np.ptp(y) > 2 * np.ptp(x)


def test_a_folder_is_written_with_words(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    photo((100, 50, 20, 16, 0)).save(photos / "lime.png")
    described = {"file": "lime.png", "label": "Lime", "coarse": "Citrus", "group": "Fruit", "ow": 9}
    (tmp_path / "photos.metadata.jsonl").write_text(json.dumps(described) + "\n")
    listed = tmp_path / "list.txt"
    listed.write_text("lime.png 100 50 20 16 0\n")
    given = ["--photos", str(photos), "--list", str(listed)]
    command(["fruit", str(tmp_path / "set"), *given])
    row = json.loads((tmp_path / "set.metadata.jsonl").read_text())
    assert (row["label"], row["coarse"], row["group"]) == ("Lime", "Citrus", "Fruit")
    assert row["keywords"] == ["green"]
    with Image.open(tmp_path / "set" / row["file"]) as found:
        assert found.size == (SIDE, SIDE)
