from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from neural import card as cards
from neural.engine import Engine
from neural.operations.inpaint import Inpaint
from neural.progress import Progress
from neural.training import data, export, run, train_inpaint
from neural.training.__main__ import main
from neural.training.nets.blocks import membrane
from neural.training.train_inpaint import SMOKE, train


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for i in range(8):
        coarse = Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8))
        coarse.resize((160 + i, 140), Image.Resampling.BICUBIC).save(folder / f"{i}.png")
    return folder


def trained(out, photos, steps, config=SMOKE):
    train(replace(config, steps=steps), out, [photos], 60, torch.device("cpu"), None)
    return run.load(out)


def test_every_twentieth_photo_is_held_out(photos):
    learned, held_out = data.listed([photos])
    assert [path.name for path in held_out] == ["0.png"]
    assert len(learned) == 7


def test_packed_photos_are_what_was_decoded(photos, tmp_path):
    files = sorted(photos.iterdir())
    packed = data.pack(files, tmp_path / "packed.u8")
    np.testing.assert_array_equal(packed[3], data.read(files[3]))
    assert data.pack(files, tmp_path / "packed.u8").fingerprint == packed.fingerprint


def test_a_resumed_run_gives_the_same_curve(photos, tmp_path):
    config = replace(SMOKE, cool_down=1e-9)  # the rate must not know the end
    one, two = tmp_path / "one", tmp_path / "two"
    whole = trained(one, photos, 12, config)
    trained(two, photos, 5, config)
    parts = trained(two, photos, 12, config)
    assert whole["step"] == parts["step"] == 12
    for name, weights in whole["average"].items():
        assert torch.equal(weights, parts["average"][name]), name


def test_an_untrained_network_is_a_membrane(photos):
    net = train_inpaint.build(SMOKE)
    image = torch.rand(1, 3, 64, 96)
    mask = torch.zeros(1, 1, 64, 96)
    mask[..., 20:40, 30:60] = 1
    with torch.no_grad():
        torch.testing.assert_close(net(image, mask), membrane(image, 1 - mask, 5))


def test_a_membrane_over_a_slope_is_the_slope():
    x = torch.linspace(0, 1, 128).expand(1, 3, 128, 128)
    keep = torch.ones(1, 1, 128, 128)
    keep[..., 40:90, 40:90] = 0
    assert (membrane(x, keep, 5) - x).abs().max() < 0.03
    torch.testing.assert_close(membrane(x, keep, 5) * keep, x * keep)


@pytest.mark.filterwarnings("ignore")  # the exporter's own
def test_smoke_trains_exports_and_runs(photos, tmp_path, capsys):
    out, models = tmp_path / "run", tmp_path / "models"
    models.mkdir()
    main(["inpaint", "--data", str(photos), "--out", str(out), "--smoke", "--device", "cpu"])
    assert f"pentimento-train export {out}" in capsys.readouterr().out
    assert (out / "sheet.png").exists()
    main(["export", str(out), "--models", str(models), "--name", "inpaint-smoke"])
    card = cards.load(models / "inpaint-smoke.json")
    assert card.provenance.steps == 20
    assert card.provenance.seed == SMOKE.seed
    image = np.random.default_rng(1).random((90, 110, 3)).astype(np.float32)
    mask = np.zeros((90, 110), np.float32)
    mask[30:60, 40:70] = 1
    result = Engine([models], device="cpu").run(Inpaint(), image, mask, Progress())
    assert result.card.id == "inpaint-smoke"
    assert result.changed_outside == 0


def test_a_run_is_not_overwritten_by_accident(photos, tmp_path, capsys):
    (tmp_path / run.CHECKPOINT).touch()
    with pytest.raises(SystemExit):
        main(["inpaint", "--data", str(photos), "--out", str(tmp_path), "--smoke"])
    assert "--resume" in capsys.readouterr().err


def test_an_unknown_command_is_answered_with_the_known_ones(capsys):
    with pytest.raises(SystemExit):
        main(["dream"])
    assert "evaluate" in capsys.readouterr().err


def test_disagreement_of_the_runtimes_is_an_error(monkeypatch):
    class Wrong:
        def run(self, _, feeds):
            return [feeds["image"] + 1]

    net = train_inpaint.build(SMOKE).eval()
    with pytest.raises(ValueError, match="differ"):
        export.worst_difference(net, Wrong())
