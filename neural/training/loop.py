"""The one training loop: any network, any length, one device or many.

A script brings a ``Task``: networks, batches, losses, validation and export. The loop does what all
of them need: mixed precision, averaged weights, a rate that follows the clock, a log, a contact
sheet, a checkpoint and a finished model every few minutes, and going on after a cut. Several
devices and machines are Lightning Fabric's (data-parallel: every process draws batches of its own).
"""

import math
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Generator, Tensor, nn

from neural.card import ModelCard
from neural.training import crops, data, run

Batch = tuple[Tensor, ...]
Call = Callable[..., Any]
Scores = dict[str, float]
Rows = list[list[Tensor]]

CHECKED_EVERY = 10  # steps between looks at the clock, which all processes must agree on
TOLD_EVERY = 10.0  # seconds between progress lines


@dataclass(frozen=True)
class Config:
    """What every run has; a script's own adds to it. A checkpoint carries it."""

    seed: int = 7
    rate: float = 1e-3  # AdamW, at its highest
    least_rate: float = 1e-6
    warm_up: float = 0.02  # of the run
    clip: float = 0.5  # gradient norm
    average: float = 0.999  # decay of the weights that are shipped
    critic_rate: float = 2e-4  # AdamW, of the network that judges, if there is one
    momentum: float = 0.9  # of both
    checkpoint_minutes: float = 5.0
    publish: bool = True  # a finished model beside every checkpoint


@dataclass(frozen=True)
class Data:
    """What a task learns from and is checked on."""

    photos: data.Photos
    held_out: data.Photos
    packed: Path  # the file that ``photos`` is
    device: torch.device
    perceptual: Path | None  # weights of the perceptual distance
    sources: tuple[data.Source, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the photos are from."""
        return tuple(source.folder for source in self.sources)

    @cached_property
    def crops(self) -> crops.Crops:
        """The photos, on the device."""
        return crops.on_device(self.photos, self.packed, self.device)


class Task:
    """One network and how it learns. ``net`` and ``critic`` are made on the CPU."""

    model: str  # what its models are called, but for the number: "upscale-x2"
    net: nn.Module  # learns; its average is shipped
    critic: nn.Module | None = None  # learns to tell results from photos, if that is wanted

    def draw(self, rng: Generator, step: int) -> Batch:
        """What step number ``step`` sees. All chance is from ``rng``, on the device, or ``step``;
        so a resumed run sees the same batches.
        """
        raise NotImplementedError

    def loss(self, net: Call, critic: Call | None, batch: Batch) -> tuple[Tensor, Tensor]:
        """The loss of ``net``, and its result. Runs under autocast."""
        raise NotImplementedError

    def critic_loss(self, critic: Call, batch: Batch, result: Tensor) -> Tensor:
        """The loss of ``critic``, given what ``net`` made of the batch. Runs under autocast."""
        raise NotImplementedError

    def validate(self, net: Call) -> tuple[Scores, Rows]:
        """Scores of held-out photos, and a contact sheet: pictures ``(3, h, w)``, 0..1."""
        raise NotImplementedError


@dataclass(frozen=True)
class Script:
    """What a training script registers: how to make its task, and how to name its model."""

    name: str  # in checkpoints; what ``pentimento-train export`` looks up
    config: type[Config]
    smoke: Config
    task: Callable[[Any, Data], Task]
    export: Callable[[Path, Path, str], ModelCard]  # of a run, into a folder, with an id
    channels: int = 3  # of the photos; with 4 they keep their transparency


@dataclass(frozen=True)
class Length:
    """How long to train: ``minutes`` over all sittings, or ``steps`` if given."""

    minutes: float = math.inf
    steps: int = 0
    sitting: float = math.inf  # minutes after which this sitting ends with a checkpoint


def train(
    script: Script,
    c: Config,
    out: Path,
    folders: Sequence[Path],
    length: Length,
    *,
    fabric: Fabric | None = None,
    resume: bool = False,
    start: Path | None = None,
    perceptual: Path | None = None,
) -> Scores:
    """Train and return the last scores.

    fabric: launched; one CPU if not given. start: a run with whose averaged weights to begin, all
    that fit. perceptual: the folder of the perceptual distance, for tasks that use it.
    """
    fabric = fabric or Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
    out.mkdir(parents=True, exist_ok=True)
    given = _data(fabric, out, folders, perceptual, script.channels)
    torch.manual_seed(c.seed)
    task = script.task(c, given)
    raw, judge = task.net.to(fabric.device), task.critic
    shown = deepcopy(raw)
    if start is not None:
        run.adopt(raw, run.load(start)["average"])
    average = run.Average(raw, c.average)
    net, optimizer = fabric.setup(raw, _adam(raw, c.rate, c.momentum))
    critic, critic_optimizer = None, None
    if judge is not None:
        judge = judge.to(fabric.device)
        critic, critic_optimizer = fabric.setup(judge, _adam(judge, c.critic_rate, c.momentum))
    step, clock = 0, run.Clock(length.sitting)
    if resume:
        state = run.load(out)
        raw.load_state_dict(state["net"])
        average.weights = {k: w.to(fabric.device) for k, w in state["average"].items()}
        optimizer.load_state_dict(state["optimizer"])
        step, clock.before = state["step"], state["seconds"]
        if judge is not None and critic_optimizer is not None:
            judge.load_state_dict(state["critic"])
            critic_optimizer.load_state_dict(state["critic_optimizer"])
    scores: Scores = {}
    began, first, saved, told, loss_mean = time.monotonic(), step, 0.0, -TOLD_EVERY, math.nan
    fraction = 0.0

    def now() -> float:
        return time.monotonic() - began

    def done() -> float:
        return step / length.steps if length.steps else clock.seconds / 60 / length.minutes

    def checkpoint() -> Scores:
        shown.load_state_dict(average.weights)
        with torch.no_grad():
            scores, rows = task.validate(shown.eval())
        run.sheet(out / "sheet.png", rows)
        run.log(out, step=step, loss=loss_mean, seconds=clock.seconds, **scores)
        state: dict[str, Any] = {
            "task": script.name,
            "config": asdict(c),
            "step": step,
            "seconds": clock.seconds,
            "net": raw.state_dict(),
            "average": average.weights,
            "optimizer": optimizer.state_dict(),
            "revision": run.revision(),
            "data": {
                "photos": len(given.photos),
                "held_out": len(given.held_out),
                "fingerprint": given.photos.fingerprint,
            },
            "scores": scores,
        }
        if judge is not None and critic_optimizer is not None:
            state["critic"] = judge.state_dict()
            state["critic_optimizer"] = critic_optimizer.state_dict()
        run.save(out, state)
        if c.publish:
            script.export(out, out, f"{task.model}-latest")
        return scores

    while True:
        if length.steps:
            fraction = done()
        if step % CHECKED_EVERY == 0 or fraction >= 1:
            fraction, is_over, is_due = fabric.broadcast(
                (done(), clock.is_over, now() - saved > c.checkpoint_minutes * 60)
            )
            if fraction >= 1 or (is_over and step > first):
                break
            if is_due:
                saved = now()
                if fabric.global_rank == 0:
                    scores = checkpoint()
                fabric.barrier()
        rng = generator(fabric.device, c.seed, step, fabric.global_rank)
        batch = task.draw(rng, step)
        for group in optimizer.param_groups:
            group["lr"] = run.annealed(fraction, c.rate, c.least_rate, c.warm_up)
        if judge is not None:
            judge.requires_grad_(False)
        with fabric.autocast():
            loss, result = task.loss(net, judge, batch)
        _descend(fabric, raw, optimizer, loss, c.clip)
        average.update(raw, step)
        if judge is not None and critic is not None and critic_optimizer is not None:
            judge.requires_grad_(True)
            for group in critic_optimizer.param_groups:
                group["lr"] = run.annealed(fraction, c.critic_rate, c.least_rate, c.warm_up)
            with fabric.autocast():
                critic_loss = task.critic_loss(critic, batch, result.detach())
            _descend(fabric, judge, critic_optimizer, critic_loss, c.clip)
        step += 1
        if step % CHECKED_EVERY == 0 and fabric.global_rank == 0:
            value = float(loss.detach())
            loss_mean = value if math.isnan(loss_mean) else loss_mean + (value - loss_mean) / 10
            if now() - told > TOLD_EVERY:
                told = now()
                pace = (step - first) / now()
                left = (length.steps - step) / pace / 60 if length.steps else None
                run.say(
                    step=step,
                    loss=loss_mean,
                    images_per_s=pace * len(batch[0]) * fabric.world_size,
                    minutes_left=length.minutes - clock.seconds / 60 if left is None else left,
                    **scores,
                )
    if fabric.global_rank == 0:
        scores = checkpoint()
        print(f"\n{out}: {step} steps, {', '.join(f'{k} {v:.4g}' for k, v in scores.items())}")
        print(f"Next: pentimento-train export {out} --name {task.model}-1")
    fabric.barrier()
    return scores


def generator(device: torch.device, seed: int, step: int, rank: int) -> Generator:
    """All chance of a step: what it sees depends on the seed, its number and the process alone."""
    return Generator(device).manual_seed((seed * 1_000_003 + step) * 1_009 + rank)


def _data(
    fabric: Fabric, out: Path, folders: Sequence[Path], perceptual: Path | None, channels: int
) -> Data:
    """Every twentieth photo held out; decoded once, by the first process of each machine."""
    train_files, held_out_files = data.listed(folders)
    with fabric.rank_zero_first(local=True):
        photos = data.pack(train_files, out / "train.u8", channels)
        held_out = data.pack(held_out_files, out / "held-out.u8", channels)
    sources = data.sources(folders)
    return Data(photos, held_out, out / "train.u8", fabric.device, perceptual, sources)


def _adam(net: nn.Module, rate: float, momentum: float) -> torch.optim.AdamW:
    return torch.optim.AdamW(net.parameters(), rate, betas=(momentum, 0.99), weight_decay=1e-4)


def _descend(fabric: Fabric, net: nn.Module, optimizer: Any, loss: Tensor, clip: float) -> None:
    """One step of ``optimizer`` down the gradient of ``loss``."""
    optimizer.zero_grad(set_to_none=True)
    fabric.backward(loss)
    torch.nn.utils.clip_grad_norm_(net.parameters(), clip)
    optimizer.step()
