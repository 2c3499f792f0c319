import shutil

import numpy as np
import pytest
from PIL import Image

from neural import card as cards
from neural.engine import shipped_models
from neural.training.__main__ import main
from tests.training import weights


def test_methods_are_compared_and_the_card_keeps_the_scores(tmp_path, capsys):
    photos, models = tmp_path / "photos", tmp_path / "models"
    photos.mkdir()
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (6, 7, 3), np.uint8))
    coarse.resize((112, 96), Image.Resampling.BICUBIC).save(photos / "one.png")
    models.mkdir()
    for suffix in ("onnx", "json"):
        shutil.copy(shipped_models() / f"inpaint-4.{suffix}", models)
    words = ["evaluate", "inpaint", "--model", "inpaint-4", "--models", str(models)]
    words += ["--set", str(photos), "--perceptual", str(weights.write(tmp_path))]
    main([*words, "--sheets", str(tmp_path / "sheets"), "--write"])
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith("| 2% to 40%")]
    assert [row[1] for row in rows] == [
        "OpenCV Telea",
        "OpenCV Navier-Stokes",
        "harmonic (untrained network)",
        "copies (untrained network)",
        "structure alone (texture 0)",
        "Inpaint",
    ]
    assert len(list((tmp_path / "sheets").iterdir())) == 4
    kept = cards.load(models / "inpaint-4.json").metrics
    ours = {each.setting: each for each in kept if each.dataset == "photos (1)"}
    assert ours["free-form holes of 2% to 40%"].values["psnr_db"] == float(rows[-1][2])

    main([*words, "--method", "OpenCV Telea"])
    again = [
        line for line in capsys.readouterr().out.splitlines() if line.startswith("| 2% to 40%")
    ]
    assert [line.split(" | ")[1:5] for line in again] == [rows[0][1:5]]
    with pytest.raises(SystemExit):
        main([*words, "--method", "Photoshop"])
    assert "there are OpenCV Telea" in capsys.readouterr().err
