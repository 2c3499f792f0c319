"""What every training run shares, on the denoiser's smallest network."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from neural.training import data, loop, run, train_denoise

ROOT = Path(__file__).parents[2]


class Judged(train_denoise.Task):
    """Denoising with a critic that learns to call photos 1 and results 0."""

    def __init__(self, c, data):
        super().__init__(c, data)
        self.critic = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Conv2d(4, 1, 3))

    def loss(self, net, critic, batch):
        loss, result = super().loss(net, critic, batch)
        return loss - 1e-3 * critic(result).mean(), result

    def critic_loss(self, critic, batch, result):
        return (critic(batch[2]) - 1).square().mean() + critic(result).square().mean()


JUDGED = replace(train_denoise.SCRIPT, task=Judged)


def trained(script, out, photos, steps, **more):
    config = replace(train_denoise.SMOKE, critic_rate=1e-2, publish=False)
    loop.train(script, config, out, [photos], loop.Length(steps=steps), **more)
    return run.load(out)


def test_a_critic_learns_beside_the_network_and_goes_on_after_a_cut(photos, tmp_path):
    loop.train(
        JUDGED,
        replace(train_denoise.SMOKE, critic_rate=1e-2, publish=False),
        tmp_path / "cut",
        [photos],
        loop.Length(steps=30, sitting=0),
    )
    cut = trained(JUDGED, tmp_path / "cut", photos, 30, resume=True)
    whole = trained(JUDGED, tmp_path / "whole", photos, 30)
    start = Judged(train_denoise.SMOKE, loop.Data(*parts(tmp_path / "whole", photos))).critic
    assert whole["critic"].keys() == start.state_dict().keys()
    for name, weight in whole["critic"].items():
        assert torch.equal(cut["critic"][name], weight)
    assert torch.equal(cut["average"]["head.weight"], whole["average"]["head.weight"])


def test_a_critic_changes_what_is_learned(photos, tmp_path):
    plain = trained(train_denoise.SCRIPT, tmp_path / "plain", photos, 20)
    judged = trained(JUDGED, tmp_path / "judged", photos, 20)
    assert not torch.equal(plain["net"]["tail.weight"], judged["net"]["tail.weight"])
    assert "critic" not in plain


def test_a_run_begins_with_the_weights_of_another(photos, tmp_path):
    first = trained(train_denoise.SCRIPT, tmp_path / "first", photos, 10)
    config = replace(train_denoise.SMOKE, rate=0.0, least_rate=0.0, publish=False)
    length = loop.Length(steps=1)
    loop.train(
        train_denoise.SCRIPT, config, tmp_path / "next", [photos], length, start=tmp_path / "first"
    )
    then = run.load(tmp_path / "next")
    for name, weight in first["average"].items():
        torch.testing.assert_close(then["net"][name], weight)


def test_two_processes_learn_one_network(photos, tmp_path):
    """Through gloo: the gradients are averaged, so one process that sees the batches of both learns
    the same; and only the first one writes."""
    words = ["--smoke", "--steps", "4", "--device", "cpu", "--devices", "2"]
    words += ["--set", "publish=False"]
    words += ["--precision", "32-true", "--data", str(photos), "--out", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "neural.training", "denoise", *words],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("Next: pentimento-train export") == 1
    data = loop.Data(*parts(tmp_path, photos))
    start = flat(train_denoise.Task(train_denoise.SMOKE, data).net.state_dict())
    got = flat(run.load(tmp_path)["net"]) - start
    both, alone = (flat(by_hand(data, ranks)) - start for ranks in ((0, 1), (0,)))
    assert (got - both).norm() < 1e-3 * both.norm()
    assert (got - alone).norm() > 0.2 * both.norm()


def by_hand(data, ranks):
    """The weights after four steps on the mean gradient of some processes' batches."""
    c = train_denoise.SMOKE
    task = train_denoise.Task(c, data)
    optimizer = torch.optim.AdamW(
        task.net.parameters(), c.rate, betas=(0.9, 0.99), weight_decay=1e-4
    )
    for step in range(4):
        for group in optimizer.param_groups:
            group["lr"] = run.annealed(step / 4, c.rate, c.least_rate, c.warm_up)
        optimizer.zero_grad()
        for rank in ranks:
            rng = loop.generator(torch.device("cpu"), c.seed, step, rank)
            batch = task.draw(rng, step)
            loss, _ = task.loss(task.net, None, batch)
            (loss / len(ranks)).backward()
        torch.nn.utils.clip_grad_norm_(task.net.parameters(), c.clip)
        optimizer.step()
    return task.net.state_dict()


def flat(weights):
    return torch.cat([weight.flatten() for weight in weights.values()])


@pytest.mark.parametrize("words", [["--steps", "2"], ["--minutes", "0.02"]])
def test_a_run_is_as_long_as_it_was_told(photos, tmp_path, words, capsys):
    given = ["--smoke", "--data", str(photos), "--out", str(tmp_path), "--device", "cpu"]
    train_denoise.main([*given, "--set", "publish=False", *words])
    state = run.load(tmp_path)
    if words[0] == "--steps":
        assert state["step"] == 2
    else:
        assert state["seconds"] >= 1.2
        assert state["step"] % loop.CHECKED_EVERY == 0
    assert "Next: pentimento-train export" in capsys.readouterr().out


def parts(folder, photos):
    """The data of a run in ``folder``."""
    learned, held_out = data.listed([photos])
    packed = folder / "train.u8"
    return (
        data.pack(learned, packed),
        data.pack(held_out, folder / "held-out.u8"),
        packed,
        torch.device("cpu"),
        None,
    )


def test_an_average_mixes_weights_and_copies_counters():
    net = torch.nn.BatchNorm1d(2)
    average = run.Average(net, 0.5)
    with torch.no_grad():
        net.weight.fill_(3.0)
        net.num_batches_tracked.fill_(7)
    average.update(net, 1000)
    assert average.weights["weight"].tolist() == [2.0, 2.0]
    assert int(average.weights["num_batches_tracked"]) == 7


def test_what_is_learned_from_is_known_by_its_folder(tmp_path):
    for name, count in (("many", 45), ("none", 0), ("few", 3)):
        (tmp_path / name).mkdir()
        for i in range(count):
            (tmp_path / name / f"{i:02}.png").touch()
    folders = [tmp_path / name for name in ("many", "none", "few")]
    photos, held_out = data.listed(folders)
    sources = data.sources(folders)
    assert [source.folder for source in sources] == folders
    for source, counts in zip(sources, ((42, 3), (0, 0), (2, 1)), strict=True):
        found = photos[source.photos], held_out[source.held_out]
        assert tuple(map(len, found)) == counts
        assert all(file.parent == source.folder for files in found for file in files)
