import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from neural import card as cards
from neural.engine import Engine
from neural.operations.inpaint import Inpaint
from neural.progress import Progress
from neural.training import data, export_restore, loop, run, train_inpaint
from neural.training.__main__ import main
from neural.training.nets.blocks import membrane
from neural.training.nets.critic import hinge
from neural.training.train_inpaint import SMOKE
from tests.training import weights


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for i in range(8):
        coarse = Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8))
        coarse.resize((160 + i, 140), Image.Resampling.BICUBIC).save(folder / f"{i}.png")
    return folder


def test_every_twentieth_photo_is_held_out(photos):
    learned, held_out = data.listed([photos])
    assert [path.name for path in held_out] == ["0.png"]
    assert len(learned) == 7


def test_packed_photos_are_what_was_decoded(photos, tmp_path):
    files = sorted(photos.iterdir())
    packed = data.pack(files, tmp_path / "packed.u8")
    np.testing.assert_array_equal(packed[3], data.read(files[3]))
    assert data.pack(files, tmp_path / "packed.u8").fingerprint == packed.fingerprint


@pytest.mark.parametrize("looks", [0.0, 0.1])
def test_a_resumed_run_gives_the_same_network(photos, tmp_path, looks):
    """With a critic and without one."""
    config = replace(SMOKE, adversarial=looks, features=looks, publish=False)

    def trained(name, **more):
        length = loop.Length(steps=20, sitting=more.pop("sitting", math.inf))
        loop.train(train_inpaint.SCRIPT, config, tmp_path / name, [photos], length, **more)
        return run.load(tmp_path / name)

    assert trained("cut", sitting=0)["step"] == 10
    cut, whole = trained("cut", resume=True), trained("whole")
    assert ("critic" in whole) == (looks > 0)
    for name, weight in whole["average"].items():
        assert torch.equal(weight, cut["average"][name]), name


def test_a_perceptual_loss_needs_its_weights(photos, tmp_path, capsys):
    words = ["--smoke", "--device", "cpu", "--set", "perceptual=0.1", "--out", str(tmp_path)]
    with pytest.raises(SystemExit):
        main(["inpaint", "--data", str(photos), *words])
    assert "--perceptual DIR" in capsys.readouterr().err


def test_looks_are_learned_from_the_distance_and_the_critic(photos, tmp_path):
    config = replace(SMOKE, perceptual=0.1, adversarial=0.1, features=0.1, publish=False)
    folder = weights.write(tmp_path)
    scores = loop.train(
        train_inpaint.SCRIPT,
        config,
        tmp_path / "run",
        [photos],
        loop.Length(steps=3),
        perceptual=folder,
    )
    assert scores["perceptual"] > 0


def test_what_is_photo_in_a_result_counts_as_photo():
    """LaMa's mask-aware target: a critic is right to like patches outside the hole."""
    fake, where = torch.tensor([[[[2.0, -2.0]]]]), torch.tensor([[[[0.0, 1.0]]]])
    assert float(hinge(torch.tensor([[[[2.0]]]]), fake, where)) == 0
    assert float(hinge(torch.tensor([[[[2.0]]]]), fake)) == 1.5


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


def test_smoke_trains_exports_and_runs(photos, tmp_path, capsys):
    out, models = tmp_path / "run", tmp_path / "models"
    models.mkdir()
    words = ["--smoke", "--device", "cpu", "--set", "publish=False"]
    main(["inpaint", "--data", str(photos), "--out", str(out), *words])
    assert f"pentimento-train export {out}" in capsys.readouterr().out
    assert (out / "sheet.png").exists()
    main(["export", str(out), "--models", str(models), "--name", "inpaint-smoke"])
    assert "inpaint-smoke.onnx" in capsys.readouterr().out
    card = cards.load(models / "inpaint-smoke.json")
    assert card.provenance.steps == 20
    assert card.provenance.seed == SMOKE.seed
    image = np.random.default_rng(1).random((90, 110, 3)).astype(np.float32)
    mask = np.zeros((90, 110), np.float32)
    mask[30:60, 40:70] = 1
    result = Engine([models], device="cpu").run(Inpaint(), image, mask, Progress())
    assert result.cards[0].id == "inpaint-smoke"
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


def test_disagreement_of_the_runtimes_is_an_error():
    class Wrong:
        def run(self, _, feeds):
            return [feeds["image"] + 1]

    net = train_inpaint.build(SMOKE).eval()
    with pytest.raises(ValueError, match="differ"):
        export_restore.worst_difference(net, train_inpaint.KIND, Wrong())
