import numpy as np
import pytest
import torch
from PIL import Image

from neural.card import load
from neural.operations.upscale import Upscale
from neural.progress import CancelToken, Progress
from neural.selftest import check
from neural.session import Session
from neural.training import degrade, run, train_upscale
from neural.training.__main__ import main as command
from neural.training.nets.upscale import UpscaleNet
from tests.training import weights


@pytest.fixture(scope="module")
def smoked(photos, tmp_path_factory):
    """A run of twenty steps from the command line, with its model."""
    out = tmp_path_factory.mktemp("run")
    command(["upscale", "--smoke", "--data", str(photos), "--out", str(out), "--device", "cpu"])
    return out


def shaken(scale):
    torch.manual_seed(scale)
    net = UpscaleNet(scale, 8, 2)
    for weight in net.parameters():
        torch.nn.init.normal_(weight, 0, 0.15)
    return net


@pytest.mark.parametrize("scale", [2, 4])
def test_a_fresh_network_repeats_every_pixel(scale):
    image = torch.rand(1, 3, 9, 13)
    want = image.repeat_interleave(scale, 2).repeat_interleave(scale, 3)
    torch.testing.assert_close(UpscaleNet(scale, 8, 2)(image), want)


@pytest.mark.parametrize("scale", [2, 4])
def test_folding_changes_the_weights_and_not_the_answer(scale):
    net, image = shaken(scale), torch.rand(1, 3, 12, 10)
    want, count = net(image), sum(p.numel() for p in net.parameters())
    torch.testing.assert_close(net.fold()(image), want, atol=1e-4, rtol=1e-4)
    assert sum(p.numel() for p in net.parameters()) < count / 3


@pytest.mark.parametrize("times", [2, 4])
def test_a_shrunk_image_is_the_bicubic_one_of_pillow(times):
    image = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
    plane = Image.fromarray(image[0, 0].numpy())
    want = np.asarray(plane.resize((96 // times, 64 // times), Image.Resampling.BICUBIC))
    got = degrade.shrunk(image, times)[0, 0].numpy()
    inner = slice(3, -3), slice(3, -3)  # Pillow cuts the kernel off at the border, MATLAB mirrors
    np.testing.assert_allclose(got[inner], want[inner].clip(0, 1), atol=1e-5)


def test_shrinking_keeps_one_color_up_to_the_border():
    image = torch.full((1, 3, 32, 32), 0.7)
    torch.testing.assert_close(degrade.shrunk(image, 4), torch.full((1, 3, 8, 8), 0.7))


def test_brightness_alone_counts_and_the_border_does_not():
    truth = torch.zeros(1, 3, 20, 20)
    result = truth.clone()
    result[..., :2, :] = 1
    assert float(train_upscale.luma_psnr(result, truth, 2)) > 90
    gray = truth + 10 / 255
    want = -20 * np.log10(10 / 255 * 219 / 255)
    assert float(train_upscale.luma_psnr(gray, truth, 2)) == pytest.approx(want, abs=1e-3)


def test_twenty_steps_leave_a_checkpoint_and_a_model_that_is_what_its_card_says(smoked):
    assert run.load(smoked)["step"] == 20
    card = load(smoked / "upscale-x2-latest.json")
    assert card.geometry.scale == 2
    session = Session(card, (smoked / card.file).read_bytes(), "cpu")
    check(card, lambda feeds: session.run(feeds, CancelToken()))


def test_evaluation_prints_a_table_and_writes_the_card(smoked, photos, capsys):
    words = ["--model", "upscale-x2-latest", "--models", str(smoked), "--limit", "2", "--write"]
    command(["evaluate", "upscale", "--set", str(photos), *words])
    printed = capsys.readouterr().out
    assert "Lanczos" in printed and "bicubic" in printed
    first = load(smoked / "upscale-x2-latest.json").metrics[0]
    assert first.setting == "MATLAB bicubic, ×2"
    assert 10 < first.values["psnr_y_db"] < 60


def test_tiles_of_a_model_meet_without_a_seam(smoked):
    """R5"""
    card = load(smoked / "upscale-x2-latest.json")
    session = Session(card, (smoked / card.file).read_bytes(), "cpu")
    image = np.random.default_rng(0).random((530, 520, 3), np.float32)
    result = Upscale(2.0)(session, image, np.ones((530, 520), np.float32), Progress())
    around = np.pad(image, ((32, 32), (32, 32), (0, 0)), "reflect")
    whole = session.run({"image": around.transpose(2, 0, 1)[None].copy()}, CancelToken())[0]
    want = whole[0].transpose(1, 2, 0)[64:-64, 64:-64].clip(0, 1)
    assert np.abs(result - want).max() <= 1 / 255


def test_a_network_for_four_times_begins_with_one_for_two(smoked, photos, tmp_path):
    words = ["--smoke", "--data", str(photos), "--device", "cpu", "--steps", "1"]
    command(
        [
            "upscale",
            *words,
            "--set",
            "scale=4",
            "--set",
            "rate=0.0",
            "--start",
            str(smoked),
            "--out",
            str(tmp_path),
        ]
    )
    given, own = run.load(smoked)["average"], run.load(tmp_path)["net"]
    torch.testing.assert_close(own["head.plain.weight"], given["head.plain.weight"])
    assert own["tail.weight"].shape[0] == 48


def test_crisp_weights_go_on_from_faithful_ones(smoked, photos, tmp_path, capsys):
    folder = weights.write(tmp_path)
    looks = ["degraded=0.5", "perceptual=0.5", "adversarial=0.01", "features=0.1", "color=1.0"]
    words = [word for setting in (*looks, "critic_width=4") for word in ("--set", setting)]
    words += ["--smoke", "--steps", "3", "--data", str(photos), "--device", "cpu"]
    words += ["--start", str(smoked), "--perceptual", str(folder), "--out", str(tmp_path / "run")]
    command(["upscale", *words])
    state = run.load(tmp_path / "run")
    assert state["scores"]["perceptual"] > 0
    assert "critic" in state
    assert "critic" not in run.load(smoked)
    assert "--name upscale-x2-1" in capsys.readouterr().out


def test_an_unknown_scale_is_refused(photos, tmp_path, capsys):
    with pytest.raises(SystemExit):
        command(
            [
                "upscale",
                "--smoke",
                "--data",
                str(photos),
                "--out",
                str(tmp_path),
                "--set",
                "scale=3",
            ]
        )
    assert "(2, 4)" in capsys.readouterr().err
