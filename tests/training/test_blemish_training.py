import json

import cv2
import numpy as np
import pytest
import torch

from neural.card import load
from neural.training import run, scratches, train_blemish
from neural.training.__main__ import main as command
from neural.training.nets.blemish import RARE, BlemishNet


@pytest.fixture(scope="module")
def models(photos, tmp_path_factory):
    """A folder with the model of twenty steps from the command line."""
    out, folder = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("models")
    given = ["--device", "cpu", "--set", "publish=False", "--data", str(photos), "--out", str(out)]
    train_blemish.main(["--smoke", *given])
    state = run.load(out)
    assert state["step"] == 20
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert {"recall", "precision"} <= rows[-1].keys()
    command(["export", str(out), "--models", str(folder), "--name", "blemish-test"])
    return folder


def test_a_fresh_network_takes_damage_for_rare():
    logits = BlemishNet(4, 4, 4)(torch.rand(1, 3, 16, 24))
    assert logits.shape == (1, 2, 16, 24) and (logits == RARE).all()


def test_damage_is_thin_and_of_every_kind():
    bank = scratches.bank(np.random.default_rng(1), 60, 96)
    assert bank.shape == (60, 96, 96) and bank.dtype == np.uint8
    assert 0.002 < (bank > 40).mean() < 0.08
    longest = []
    for each in bank:
        _, _, stats, _ = cv2.connectedComponentsWithStats((each > 40).astype(np.uint8))
        longest += list(stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1))
    assert min(longest) <= 3 and max(longest) > 60, "specks and scratches"
    np.testing.assert_array_equal(bank, scratches.bank(np.random.default_rng(1), 60, 96))


def test_what_shows_of_damage_is_what_it_changed():
    image = torch.full((2, 3, 48, 48), 0.5)
    image[1] = 1
    opacity = torch.zeros(2, 2, 48, 48)
    opacity[:, 0, 10:14, 10:14] = opacity[:, 1, 30:34, 30:34] = 1
    made, shown = scratches.damaged(torch.Generator().manual_seed(2), image, opacity)
    assert (shown[0, 0, 10:14, 10:14] > scratches.SEEN).all(), "white on gray"
    assert (shown[:, 1, 30:34, 30:34] > scratches.SEEN).all(), "black on gray and on white"
    assert (shown[1, 0] < scratches.SEEN).all(), "nothing shows of white on white"
    assert shown[:, 0, 20:].max() == 0 and shown[:, 1, :20].max() == 0
    assert made[0, :, 11:13, 11:13].mean() > 0.6 > 0.3 > made[0, :, 31:33, 31:33].mean()


def test_being_right_costs_little_and_doubt_nothing():
    shown = torch.zeros(1, 2, 8, 8)
    shown[0, 0, 2:4] = 0.5
    shown[0, 1, 6] = (scratches.SEEN + scratches.UNSEEN) / 2
    right = torch.where(shown > scratches.SEEN, 20.0, -20.0)
    either = right.clone()
    either[0, 1, 6] = 20
    assert train_blemish.unlike(right, shown) < 0.05
    torch.testing.assert_close(
        train_blemish.unlike(either, shown), train_blemish.unlike(right, shown)
    )
    assert train_blemish.unlike(-right, shown) > 10


def test_a_smoke_run_leaves_a_model(models):
    card = load(models / "blemish-test.json")
    assert (card.task, card.outputs[0].role, card.outputs[0].channels) == ("blemish", "mask", 2)
    assert card.geometry.tiling == "safe"


def test_it_is_compared(models, photos, capsys):
    given = ["--model", "blemish-test", "--models", str(models), "--set", str(photos)]
    command(["evaluate", "blemish", *given, "--limit", "2", "--write"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines[4:]] == [
        "opening and closing",
        *(f"blemish-test, sensitivity {percent}%" for percent in (25, 50, 75)),
    ]
    values = load(models / "blemish-test.json").metrics[0].values
    assert values.keys() == {"recall", "precision", "clean"}
