import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from neural.card import load
from neural.operations.denoise import Denoise
from neural.progress import CancelToken, Progress
from neural.selftest import check
from neural.session import Session
from neural.training import crops, data, evaluate_restore, loop, run, train_denoise
from neural.training.__main__ import main as command
from neural.training.nets.denoise import DenoiseNet

TINY = ((8, 12, 16), (1, 1, 1))


def pool_of(photos, folder):
    packed = folder / "p.u8"
    return crops.on_device(data.pack(sorted(photos.iterdir()), packed), packed, torch.device("cpu"))


@pytest.fixture(scope="module")
def smoked(photos, tmp_path_factory):
    """A run of twenty steps from the command line."""
    out = tmp_path_factory.mktemp("run")
    words = ["--smoke", "--device", "cpu", "--set", "publish=False"]
    train_denoise.main([*words, "--data", str(photos), "--out", str(out)])
    return out


@pytest.fixture(scope="module")
def models(smoked, tmp_path_factory):
    """A folder with the model of that run, exported by its task."""
    folder = tmp_path_factory.mktemp("models")
    command(["export", str(smoked), "--models", str(folder)])
    return folder


def test_a_fresh_network_changes_nothing():
    image = torch.rand(1, 3, 16, 24)
    torch.testing.assert_close(DenoiseNet(*TINY)(image, torch.rand(1, 1, 16, 24)), image)


def test_a_network_without_biases_scales_with_its_input():
    torch.manual_seed(1)
    net = DenoiseNet(*TINY)
    for weight in net.parameters():
        torch.nn.init.normal_(weight, 0, 0.1)
    image, level = torch.rand(1, 3, 16, 16), torch.rand(1, 1, 16, 16)
    torch.testing.assert_close(net(image * 3, level * 3), net(image, level) * 3)


def test_crops_are_pieces_of_the_photos(photos, tmp_path):
    pool = pool_of(photos, tmp_path)
    rng = torch.Generator().manual_seed(1)
    found = (pool.draw(rng, 32, 24) * 255).round().byte().permute(0, 2, 3, 1).numpy()
    originals = [data.read(path) for path in sorted(photos.iterdir())]
    for crop in found:
        turned = [np.rot90(turn, k) for turn in (crop, crop[:, ::-1]) for k in range(4)]
        assert any(
            np.array_equal(part, original[y : y + 24, x : x + 24])
            for part in turned
            for original in originals
            for y, x in np.argwhere((original[: 96 - 23, : 128 - 23] == part[0, 0]).all(-1))
        )


def test_shrunk_crops_are_averages(photos, tmp_path):
    pool = pool_of(photos, tmp_path)
    whole = pool.draw(torch.Generator().manual_seed(2), 3, 48)
    half = pool.draw(torch.Generator().manual_seed(2), 3, 24, shrink=2)
    torch.testing.assert_close(half, torch.nn.functional.avg_pool2d(whole, 2))


def test_a_crop_larger_than_a_photo_is_refused(photos, tmp_path):
    with pytest.raises(ValueError, match="smaller than 128 px"):
        pool_of(photos, tmp_path).draw(torch.Generator(), 1, 64, shrink=2)


def test_twenty_steps_leave_a_checkpoint_a_log_and_a_sheet(smoked):
    state = run.load(smoked)
    assert state["step"] == 20
    assert state["task"] == "denoise"
    line = json.loads((smoked / run.LOG).read_text().splitlines()[-1])
    assert line["psnr_50"] == pytest.approx(state["scores"]["psnr_50"], abs=1e-5)
    assert (smoked / "sheet.png").stat().st_size > 1000


def test_twenty_steps_take_some_of_the_noise_away(smoked):
    scores = run.load(smoked)["scores"]
    assert scores["psnr_50"] > 14.6  # with noise it is 14.2 or a little more, by clipping


def test_the_model_of_a_run_is_what_its_card_says(models):
    card = load(models / "denoise-1.json")
    session = Session(card, (models / card.file).read_bytes(), "cpu")
    check(card, lambda feeds: session.run(feeds, CancelToken()))
    assert card.task == "denoise"
    assert card.geometry.tiling == "safe"
    assert card.precision.stored == "fp16"


def test_a_model_names_no_place_on_this_machine(models):
    graph = (models / "denoise-1.onnx").read_bytes()
    assert b"site-packages" not in graph
    assert b"neural/training" not in graph


def test_tiles_of_a_model_meet_without_a_seam(models):
    """R5"""
    card = load(models / "denoise-1.json")
    session = Session(card, (models / card.file).read_bytes(), "cpu")
    image = np.random.default_rng(0).random((600, 530, 3), np.float32)
    tiled = Denoise(40.0)(session, image, np.ones((600, 530), np.float32), Progress())
    feeds = {"image": np.pad(image, ((40, 40), (40, 46), (0, 0)), "reflect")}
    feeds = {name: feed.transpose(2, 0, 1)[None].copy() for name, feed in feeds.items()}
    feeds["noise_map"] = np.full((1, 1, 680, 616), 40 / 255, np.float32)
    whole = session.run(feeds, CancelToken())[0][0].transpose(1, 2, 0)[40:640, 40:570]
    assert np.abs(tiled - whole.clip(0, 1)).max() <= 1 / 255


def test_a_run_that_was_cut_anywhere_ends_as_if_it_had_not(photos, tmp_path):
    config = replace(train_denoise.SMOKE, publish=False)

    def trained(out, **cut):
        length = loop.Length(steps=30, sitting=cut.pop("sitting", math.inf))
        loop.train(train_denoise.SCRIPT, config, out, [photos], length, **cut)
        return run.load(out)

    first = trained(tmp_path / "cut", sitting=0.0)
    assert first["step"] == 10
    cut = trained(tmp_path / "cut", resume=True)
    whole = trained(tmp_path / "whole")
    assert cut["step"] == whole["step"] == 30
    for name, weight in whole["average"].items():
        torch.testing.assert_close(cut["average"][name], weight, rtol=0, atol=0)


def test_an_old_run_is_not_overwritten(smoked, photos, capsys):
    with pytest.raises(SystemExit):
        train_denoise.main(["--smoke", "--data", str(photos), "--out", str(smoked)])
    assert "--resume" in capsys.readouterr().err


def test_the_length_of_a_run_must_be_given(photos, tmp_path, capsys):
    with pytest.raises(SystemExit):
        train_denoise.main(["--data", str(photos), "--out", str(tmp_path)])
    assert "--minutes" in capsys.readouterr().err


def test_settings_are_overridden_by_name_and_checked():
    config = run.overridden(train_denoise.Config(), ["widths=(64, 128, 256)", "rate=1"])
    assert config.widths == (64, 128, 256)
    assert config.rate == 1.0
    with pytest.raises(ValueError, match="no setting width "):
        run.overridden(config, ["width=3"])
    with pytest.raises(ValueError, match="count is like 14"):
        run.overridden(config, ["count=1.5"])


def test_the_rate_rises_shortly_and_falls_to_its_least():
    rates = [run.annealed(i / 100, 1e-3, 1e-6, 0.05) for i in range(101)]
    assert rates.index(max(rates)) == 5
    assert rates[5] == pytest.approx(1e-3)
    assert rates[100] == pytest.approx(1e-6)
    assert rates[5:] == sorted(rates[5:], reverse=True)


def test_evaluation_prints_a_table_and_writes_the_card(models, photos, capsys):
    words = ["--model", "denoise-1", "--models", str(models), "--limit", "1", "--write"]
    command(["evaluate", "denoise", "--set", str(photos), *words])
    printed = capsys.readouterr().out
    for name in ("noisy", "bilateral", "non-local means", "network, auto"):
        assert name in printed
    card = load(models / "denoise-1.json")
    settings = [each.setting for each in card.metrics]
    assert settings[:3] == [f"white noise, sigma {sigma}" for sigma in (15, 25, 50)]
    assert settings[3] == "noise of cameras"


def test_what_remains_of_noise_and_edges_is_measured_beside_the_photo():
    rng = np.random.default_rng(3)
    picture = np.full((96, 96, 3), 0.4, np.float32)
    picture[:, 48:] = 0.7
    picture[:32] += rng.random((32, 96, 3), np.float32) * 0.1
    nothing = evaluate_restore.kept(lambda image, level: image, [picture])
    assert nothing.noise == pytest.approx(1, abs=1e-6)
    assert nothing.edges == pytest.approx(1, abs=0.15)
    photo = evaluate_restore.kept(lambda image, level: picture, [picture])
    assert photo.noise == pytest.approx(0, abs=1e-6)
    assert photo.edges == pytest.approx(1, abs=1e-3)
    blur = evaluate_restore.kept(lambda image, level: np.full_like(image, 0.5), [picture])
    assert blur.edges == pytest.approx(0, abs=1e-3)
