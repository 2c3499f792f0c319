"""What every training script shares: averaged weights, checkpoints, a log and a progress line."""

import ast
import json
import math
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"

N = TypeVar("N", bound=nn.Module)
C = TypeVar("C", bound=Any)  # a dataclass with the settings of a run


class Average:
    """An exponential moving average of a network's weights (Polyak averaging)."""

    def __init__(self, net: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights = {name: w.detach().clone() for name, w in net.state_dict().items()}

    def update(self, net: nn.Module, step: int) -> None:
        """Move toward ``net``; faster in the first steps, when there is little to average."""
        decay = min(self.decay, (1 + step) / (10 + step))
        with torch.no_grad():
            pairs = list(zip(self.weights.values(), net.state_dict().values(), strict=True))
            mixed = [pair for pair in pairs if pair[0].is_floating_point()]
            torch._foreach_lerp_([a for a, _ in mixed], [b for _, b in mixed], 1 - decay)
            for own, fresh in pairs:
                if not own.is_floating_point():  # a counter
                    own.copy_(fresh)


class Unfit(ValueError):
    """A run cannot be made of what was given; the message says what is wrong."""


def annealed(fraction: float, peak: float, least: float, warm_up: float) -> float:
    """The learning rate at a ``fraction`` of the run: a short ramp up, half a cosine down."""
    if fraction < warm_up:
        return peak * max(fraction / warm_up, 0.01)
    way = min(1.0, (fraction - warm_up) / (1 - warm_up))
    return least + (peak - least) * (1 + math.cos(math.pi * way)) / 2


def overridden(config: C, texts: Sequence[str]) -> C:
    """``config`` with fields given as ``name=value``, the value as in Python.

    Raises:
        ValueError: no such field, or a value of another type.
    """
    known = {each.name: getattr(config, each.name) for each in fields(config)}
    values = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in known:
            raise ValueError(f"no setting {name} (there are: {', '.join(known)})")
        found = ast.literal_eval(value)
        if isinstance(known[name], float) and isinstance(found, int):
            found = float(found)
        if type(found) is not type(known[name]):
            raise ValueError(f"{name} is like {known[name]!r}, not {found!r}")
        values[name] = found
    return replace(config, **values)


def save(folder: Path, state: Mapping[str, Any]) -> None:
    """Write the checkpoint beside the old one and swap, so that a kill leaves one whole."""
    fresh = folder / (CHECKPOINT + ".new")
    torch.save(dict(state), fresh)
    fresh.replace(folder / CHECKPOINT)


def load(folder: Path) -> dict[str, Any]:
    """Read the checkpoint of a run. Plain values and tensors only, never code."""
    state: dict[str, Any] = torch.load(folder / CHECKPOINT, weights_only=True)
    return state


def averaged(net: N, state: Mapping[str, Any]) -> N:
    """``net`` with the averaged weights of a checkpoint, as it is shipped."""
    net.load_state_dict(state["average"])
    plain: N = net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return plain


def adopt(net: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Take over ``weights``, all that fit: a network of another scale lends all but its end."""
    own = net.state_dict()
    fitting = {k: w for k, w in weights.items() if k in own and w.shape == own[k].shape}
    net.load_state_dict(own | fitting)


def revision() -> str:
    """The commit this code is at, or ``unknown`` outside a checkout."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


@dataclass
class Clock:
    """Time spent training, across resumes."""

    minutes: float
    before: float = 0.0
    start: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return self.before + time.monotonic() - self.start

    @property
    def is_over(self) -> bool:
        """Whether this sitting, not the run as a whole, has used its minutes."""
        return time.monotonic() - self.start > self.minutes * 60


def log(folder: Path, **values: float) -> None:
    """Append one line of JSON to the log of the run."""
    with (folder / LOG).open("a") as out:
        out.write(json.dumps({k: round(v, 6) for k, v in values.items()}) + "\n")


def say(**values: float) -> None:
    """One progress line: redrawn on a terminal, appended in a file."""
    text = "  ".join(f"{k} {v:.5g}" for k, v in values.items())
    end = "\r" if sys.stdout.isatty() else "\n"
    print(text, end=end, flush=True)


def sheet(path: Path, rows: list[list[Tensor]]) -> None:
    """A contact sheet: pictures ``(3, h, w)``, 0..1, all of one size, in rows."""
    lines = [torch.cat(row, 2) for row in rows]
    pixels = (torch.cat(lines, 1).clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(np.ascontiguousarray(pixels)).save(path)
