import pytest
import torch
from PIL import Image

from neural.training import run
from neural.training.__main__ import main as command
from neural.training.train_dcgan import Config, build, export


def test_a_smoke_run_trains_both_networks_and_draws_a_sheet(photos, tmp_path):
    command(["dcgan", "--smoke", "--data", str(photos), "--out", str(tmp_path), "--device", "cpu"])
    state = run.load(tmp_path)
    net = build(Config(**state["config"]))
    fresh = {name: weight.clone() for name, weight in net.state_dict().items()}
    net = run.averaged(net, state)
    assert any(not torch.equal(fresh[name], weight) for name, weight in state["net"].items())
    assert net(torch.randn(3, 8)).shape == (3, 3, 16, 16)
    assert state["scores"]["spread"] > 0
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (8 * 16, 8 * 16)


def test_it_is_never_shipped(tmp_path):
    with pytest.raises(run.Unfit, match="pentimento-train gan"):
        export(tmp_path, tmp_path, "dcgan-1")
