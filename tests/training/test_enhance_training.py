import json

import numpy as np
import pytest
import torch

from neural.card import load
from neural.operations.enhance import Enhance
from neural.progress import CancelToken, Progress
from neural.selftest import check
from neural.session import Session
from neural.training import data, evaluate_enhance, run, train_enhance
from neural.training.__main__ import main as command
from neural.training.nets.enhance import (
    CURVES,
    FACTS,
    FAR,
    LEVELS,
    PARAMETERS,
    SIDE,
    TRUSTED,
    EnhanceNet,
    Judge,
    cautious,
    curve,
    facts,
    graded,
    lattice,
    looked_up,
)
from neural.training.train_enhance import KEPT, SEEN

ENDS = torch.tensor([[0.1, 0.2, 0.3, 0.7, 0.8, 0.9]])


@pytest.fixture(scope="module")
def smoked(photos, tmp_path_factory):
    """A run of twenty steps from the command line."""
    out = tmp_path_factory.mktemp("run")
    words = ["--smoke", "--data", str(photos), "--out", str(out), "--device", "cpu"]
    train_enhance.main([*words, "--precision", "32-true", "--set", "publish=False"])
    return out


@pytest.fixture(scope="module")
def models(smoked, tmp_path_factory):
    """A folder with the model of that run."""
    folder = tmp_path_factory.mktemp("models")
    command(["export", str(smoked), "--models", str(folder)])
    return folder


def random_parameters(scale, count=8):
    return torch.randn(count, PARAMETERS, generator=torch.Generator().manual_seed(0)) * scale


def untrained(steps=5):
    """A network whose last layer says something."""
    torch.manual_seed(0)
    judge = Judge(16)
    torch.nn.init.normal_(judge.last.weight, 0, 0.5)
    return EnhanceNet(judge, steps).eval()


def test_a_fresh_network_changes_nothing():
    net = EnhanceNet(Judge(16), 7)
    found = net(torch.rand(2, 3, SIDE, SIDE), torch.zeros(2, 1, SIDE, SIDE))
    assert found.shape == (2, 3, 49, 7)
    torch.testing.assert_close(found.reshape(2, 3, 7, 7, 7), lattice(7).expand(2, -1, -1, -1, -1))


def test_a_table_is_looked_up_as_red_green_and_blue():
    image = torch.rand(2, 3, 9, 11)
    same = lattice(5).reshape(1, 3, 25, 5).expand(2, -1, -1, -1)
    torch.testing.assert_close(looked_up(image, same), image)
    colors = lattice(2).clone()
    colors[0, :, 1, 0, 0] = torch.tensor([0.1, 0.2, 0.3])
    colors = colors.reshape(1, 3, 4, 2)
    red = torch.tensor([1.0, 0, 0])[None, :, None, None]
    torch.testing.assert_close(looked_up(red, colors)[0, :, 0, 0], torch.tensor([0.1, 0.2, 0.3]))


def test_curves_rise_and_are_straight_beyond_their_ends():
    slopes = torch.rand(3, 9, generator=torch.Generator().manual_seed(0)) + 0.2
    x = torch.linspace(-0.5, 1.5, 201).expand(3, -1)
    y = curve(x, slopes, torch.full((3, 1), 0.1))
    steps = y.diff()
    assert (steps > 0).all()
    torch.testing.assert_close(y[:, 50], torch.full((3,), 0.1))
    torch.testing.assert_close(steps[:, :50] * 100, slopes[:, :1].expand(-1, 50), rtol=1e-3, atol=0)
    assert steps.diff().abs().max() < 0.002  # its slope has no jumps


@pytest.mark.parametrize("scale", [0.2, 1.0, 3.0])
def test_tables_are_in_range_and_with_one_curve_for_all_grays_stay_gray_and_rise(scale):
    parameters, ends = random_parameters(scale), ENDS.expand(8, -1).clone()
    colors = lattice(9).flatten(2).expand(8, -1, -1)
    found = graded(colors, parameters, ends)
    assert found.min() >= 0 and found.max() <= 1
    one = CURVES // 3
    parameters[:, LEVELS : LEVELS + CURVES] = parameters[:, LEVELS : LEVELS + one].repeat(1, 3)
    ends[:, :3], ends[:, 3:] = 0.1, 0.8
    grays = torch.linspace(0, 1, 9).expand(8, 3, -1)
    gray = graded(grays, parameters, ends)
    torch.testing.assert_close(gray, gray[:, :1].expand(-1, 3, -1), atol=1e-5, rtol=0)
    assert (gray.diff() >= -1e-5).all()


def test_levels_put_the_ends_at_black_and_white():
    parameters = torch.zeros(1, PARAMETERS)
    parameters[:, :LEVELS] = FAR
    found = graded(ENDS.reshape(1, 2, 3).transpose(1, 2), parameters, ENDS)
    torch.testing.assert_close(found[0, :, 0], torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(found[0, :, 1], torch.ones(3), atol=1e-5, rtol=0)


def test_shared_levels_stretch_all_channels_alike_and_own_ones_each():
    colors = torch.rand(1, 3, 20, generator=torch.Generator().manual_seed(0))
    parameters = torch.zeros(1, PARAMETERS)
    parameters[:, :2] = FAR
    shared = graded(colors, parameters, ENDS)
    torch.testing.assert_close(shared, ((colors - 0.1) / 0.8).clamp(0, 1))
    parameters[:, 2:4] = FAR
    low, high = ENDS[:, :3, None], ENDS[:, 3:, None]
    own = graded(colors, parameters, ENDS)
    torch.testing.assert_close(own, ((colors - low) / (high - low)).clamp(0, 1))


def test_caution_leaves_black_and_white_and_draws_curves_toward_nothing():
    parameters = random_parameters(1.0)
    found = cautious(parameters)
    torch.testing.assert_close(found[:, :LEVELS], parameters[:, :LEVELS])
    torch.testing.assert_close(found[:, LEVELS:], parameters[:, LEVELS:] * TRUSTED)


def test_facts_are_of_what_is_there_and_tell_the_ends():
    image = torch.rand(1, 3, SIDE, SIDE) * 0.5 + 0.2
    mask = torch.zeros(1, 1, SIDE, SIDE)
    mask[..., :20] = 1
    image[..., :20] = 1.0
    known, ends = facts(image, mask)
    assert known.shape == (1, FACTS)
    torch.testing.assert_close(ends[0, :3], torch.full((3,), 0.2), atol=0.01, rtol=0)
    torch.testing.assert_close(ends[0, 3:], torch.full((3,), 0.7), atol=0.01, rtol=0)


def test_what_is_not_there_makes_no_difference():
    net = untrained()
    image, mask = torch.rand(1, 3, SIDE, SIDE), torch.zeros(1, 1, SIDE, SIDE)
    mask[..., 80:200, 40:] = 1
    other = torch.where(mask > 0, torch.rand_like(image), image)
    torch.testing.assert_close(net(image, mask), net(other, mask), rtol=0, atol=1e-6)
    assert (net(image, mask) - net(other, torch.zeros_like(mask))).abs().max() > 1e-3


def test_a_picture_of_nothing_still_gives_a_table():
    found = untrained()(torch.rand(1, 3, SIDE, SIDE), torch.ones(1, 1, SIDE, SIDE))
    assert torch.isfinite(found).all()


def test_photos_are_sorted_by_their_light():
    ramp = torch.linspace(0, 255, KEPT**2).reshape(KEPT, KEPT, 1).expand(-1, -1, 3)
    night, fog = ramp * 0.05, 100 + ramp * 0.2
    night = torch.where(ramp > 250, ramp, night)
    neon = ramp * torch.tensor([1.0, 0.1, 0.2])
    photos = torch.stack([ramp, night, fog, neon]).byte()
    found = train_enhance.sorted_out(photos)
    assert found.bright.tolist() == [0]
    assert found.whole.tolist() == [0, 1]


def test_crops_are_of_the_right_photos_and_some_are_mirrored():
    ramp = torch.linspace(0, 255, KEPT)[None, :, None].expand(KEPT, -1, 3)
    photos = torch.stack([ramp, ramp * 0.5]).byte()
    chosen = train_enhance.Thumbnails(photos, torch.tensor([1]), torch.tensor([0]))
    found = chosen.draw(torch.Generator().manual_seed(0), 300, 20, 20)
    assert found.shape == (40, 3, SEEN, SEEN)
    assert found[20:].max() <= 0.5 < found[:20].max()
    rises = found[:, 0, 0, -1] > found[:, 0, 0, 0]
    assert 8 < int(rises.sum()) < 32


def test_boxes_are_there_in_a_share_of_the_pictures():
    found = train_enhance.boxes(torch.Generator().manual_seed(0), 200, 0.3)
    assert set(found.unique().tolist()) == {0.0, 1.0}
    has = found.amax((1, 2, 3)) > 0
    assert 40 < int(has.sum()) < 80
    assert (found.mean((1, 2, 3)) < 1).all()


def test_the_loss_asks_for_the_target_where_it_counts():
    target = torch.rand(3, 3, 8, 8)
    keep = torch.ones(3, 1, 8, 8)
    keep[..., :4] = 0
    near = target.clone()
    near[..., :4] = 0.5
    far = target * 0.8
    best = train_enhance.loss_of(target, target, keep, 0.04)
    torch.testing.assert_close(train_enhance.loss_of(near, target, keep, 0.04), best)
    assert train_enhance.loss_of(far, target, keep, 0.04) > best + 0.05


def test_the_stock_has_good_pictures_beside_spoiled_ones(photos):
    c = train_enhance.Config(stock=200, stay=0.25, holes=0.5)
    pictures = [data.read(path) for path in sorted(photos.iterdir())]
    pixels = train_enhance.squashed(pictures)
    every = torch.arange(len(pixels))
    thumbnails = train_enhance.Thumbnails(pixels, every, every)
    stock = train_enhance.stocked(torch.Generator().manual_seed(0), c, thumbnails)
    assert stock.known.shape == (200, FACTS) and torch.isfinite(stock.known).all()
    is_same = (stock.dull - stock.clean).abs().amax((1, 2, 3)) == 0
    assert 40 < int(is_same.sum()) < 80
    assert stock.dull.shape == stock.clean.shape == (200, 3, 8, 8)
    assert 0.3 < float((stock.keep.mean((1, 2, 3)) < 1).float().mean()) < 0.7


def test_twenty_steps_leave_a_checkpoint_a_log_and_a_sheet(smoked):
    state = run.load(smoked)
    assert state["step"] == 20 and state["task"] == "enhance"
    line = json.loads((smoked / run.LOG).read_text().splitlines()[-1])
    assert line["gain"] == pytest.approx(state["scores"]["gain"], abs=1e-5)
    assert {"unseen", "change"} < line.keys()
    assert (smoked / "sheet.png").stat().st_size > 1000


def test_the_model_of_a_run_is_what_its_card_says(models):
    card = load(models / "enhance-1.json")
    assert card.outputs[0].role == "table" and card.geometry.max == (SIDE, SIDE)
    data = (models / card.file).read_bytes()
    assert b"site-packages" not in data and b"neural/training" not in data
    session = Session(card, data, "cpu")
    check(card, lambda feeds: session.run(feeds, CancelToken()))
    image = np.random.default_rng(0).random((50, 80, 3), np.float32)
    found = Enhance()(session, image, np.ones((50, 80), np.float32), Progress())
    assert found.shape == (33, 33, 33, 3)


def test_evaluation_prints_a_table_and_writes_the_card(models, photos, capsys):
    words = ["--model", "enhance-1", "--models", str(models), "--limit", "2", "--write"]
    command(["evaluate", "enhance", "--set", str(photos), "--times", "1", *words])
    printed = capsys.readouterr().out
    for name in ("damaged", "auto-contrast", "equalization", "gray world", "network"):
        assert name in printed
    settings = {each.setting: each.values for each in load(models / "enhance-1.json").metrics}
    assert settings["as they are"]["de00"] >= 0
    assert "gain_db" in settings["damage unlike that of training"]


def test_what_others_do_is_measured_rightly():
    """Each on the picture that it is for."""
    ramp = np.linspace(40, 200, 64 * 64).reshape(64, 64, 1).repeat(3, 2).astype(np.uint8)
    for method in (evaluate_enhance.auto_contrast, evaluate_enhance.equalized):
        found = method(ramp)
        assert found.min() < 3 and found.max() > 252
    tinted = (ramp * np.array([1.0, 0.8, 0.7])).astype(np.uint8)
    mean = evaluate_enhance.gray_world(tinted).astype(float).mean((0, 1))
    assert np.ptp(mean) < 3
    assert evaluate_enhance.difference(ramp, ramp) == 0
    assert evaluate_enhance.difference(ramp, tinted) > 5
