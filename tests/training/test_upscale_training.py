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


def test_evaluation_prints_a_table_and_writes_the_card(smoked, photos, tmp_path, capsys):
    words = ["--model", "upscale-x2-latest", "--models", str(smoked), "--limit", "2", "--write"]
    perceptual = ["--perceptual", str(weights.write(tmp_path))]
    command(["evaluate", "upscale", "--set", str(photos), *words, *perceptual])
    printed = capsys.readouterr().out
    assert "Lanczos" in printed and "bicubic" in printed
    assert "crisp" not in printed
    first = load(smoked / "upscale-x2-latest.json").metrics[0]
    assert first.setting == "MATLAB bicubic, ×2"
    assert 10 < first.values["psnr_y_db"] < 60
    assert first.values["perceptual"] > 0


@pytest.fixture(scope="module")
def blended(smoked, photos, tmp_path_factory):
    """A model with the weights of two runs, the second gone on from the first."""
    out = tmp_path_factory.mktemp("crisp")
    words = ["--smoke", "--data", str(photos), "--device", "cpu", "--steps", "5"]
    words += ["--set", "seed=8", "--set", "publish=False"]
    command(["upscale", *words, "--start", str(smoked), "--out", str(out)])
    models = tmp_path_factory.mktemp("models")
    words = ["--crisp", str(out), "--name", "upscale-x2-9", "--models", str(models)]
    command(["export", str(smoked), *words])
    return models, [run.load(each) for each in (smoked, out)]


def test_a_model_of_two_runs_is_each_of_them_at_the_ends_of_its_amount(blended):
    models, states = blended
    card = load(models / "upscale-x2-9.json")
    session = Session(card, (models / card.file).read_bytes(), "cpu")
    check(card, lambda feeds: session.run(feeds, CancelToken()))
    image = torch.rand(1, 3, 20, 30)
    nets = [train_upscale.folded(state) for state in states]
    names = dict(nets[0].named_parameters())
    with torch.no_grad():
        ends = [net(image).numpy() for net in nets]
        for name, weight in nets[1].named_parameters():
            weight.copy_((weight + names[name]) / 2)
        middle = nets[1](image).numpy()
    assert np.abs(ends[0] - ends[1]).max() > 2e-3
    for amount, want in ((0.0, ends[0]), (0.5, middle), (1.0, ends[1])):
        feeds = {"image": image.numpy(), "amount": np.full((1, 1, 1, 1), amount, np.float32)}
        np.testing.assert_allclose(session.run(feeds, CancelToken())[0], want, atol=5e-4)
    assert "perceptual loss" in card.license.training_data
    assert card.provenance.steps == 25


def test_evaluation_has_a_row_for_the_crisp_end(blended, photos, capsys):
    models, _ = blended
    words = ["--model", "upscale-x2-9", "--models", str(models), "--limit", "1", "--write"]
    command(["evaluate", "upscale", "--set", str(photos), *words])
    assert "\ncrisp " in capsys.readouterr().out
    settings = [each.setting for each in load(models / "upscale-x2-9.json").metrics[:2]]
    assert settings == ["MATLAB bicubic, ×2", "MATLAB bicubic, ×2, crisp"]


def test_only_upscalers_have_a_crisp_end(photos, tmp_path, capsys):
    run.save(tmp_path, {"task": "denoise"})
    with pytest.raises(SystemExit):
        command(["export", str(tmp_path), "--crisp", str(tmp_path)])
    assert "--crisp is for upscalers" in capsys.readouterr().err


def test_tiles_of_a_model_meet_without_a_seam(blended):
    """R5"""
    models, _ = blended
    card = load(models / "upscale-x2-9.json")
    session = Session(card, (models / card.file).read_bytes(), "cpu")
    pixels = np.random.default_rng(0).integers(0, 255, (230, 420, 4), np.uint8, endpoint=True)
    pixels[..., 3] = 255
    result = np.zeros((460, 840, 4), np.float32)
    for box, part in Upscale(2.0, crisp=0.7, keep_colors=False)([session], pixels, Progress()):
        result[box.slices] = part
    image = (pixels[..., :3] / np.float32(255)).transpose(2, 0, 1)[None]
    around = np.pad(image, ((0, 0), (0, 0), (32, 32), (32, 32)), "reflect")
    feeds = {"image": around, "amount": np.full((1, 1, 1, 1), 0.7, np.float32)}
    whole = session.run(feeds, CancelToken())[0]
    want = whole[0].transpose(1, 2, 0)[64:-64, 64:-64].clip(0, 1)
    assert np.abs(result[..., :3] - want).max() <= 1 / 255


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
    looks += ["critic_width=4", "publish=False"]
    words = [word for setting in looks for word in ("--set", setting)]
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
