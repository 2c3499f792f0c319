"""Write a network as a model: an ONNX file and its card.

PyTorch and ONNX Runtime must agree, also on odd sizes; of networks that work on tiles, how far they
look is measured as well.
"""

import datetime
import hashlib
import time
import warnings
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torch import nn
from torch.export import Dim

from neural import selftest
from neural.card import (
    SCHEMA,
    Cost,
    Determinism,
    Geometry,
    License,
    Metric,
    ModelCard,
    Port,
    Precision,
    Provenance,
    Selftest,
    Slider,
    SourceType,
    dump,
)
from neural.onnxfile import with_input_fixed
from neural.training.graphs import AGREEMENT, OPSET, forget_sources, session, stored_half

TILE = 512
SEEN_PX = 256  # no network here looks further than this
UNSEEN = 0.25 / 255  # a change of the result too small to show in 8 bits
MEASURED = 512  # px, the side of the picture that is timed

PHOTOGRAPHS = (
    "{photos} photographs from public repositories, every twentieth held out: CC0 and public "
    "domain, CC BY, CC BY-SA, the Unsplash and Pexels licenses, and wallpapers under GPL or LGPL "
    "with CC BY(-SA)."
)
"""Where the training data comes from and its licenses, for the card."""

IMAGE = Port("result", "image", 3)

Feeds = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Kind:
    """What all networks of a task have in common."""

    task: str
    title: str
    script: str
    inputs: tuple[Port, ...]  # named by their roles
    multiple_of: int
    scale: int = 1
    tiling: Literal["safe", "global_stats", "never"] = "safe"
    tile: int = TILE
    source: SourceType = "algorithmicallyEnhanced"
    data: str = PHOTOGRAPHS
    output: Port = IMAGE
    more: tuple[Port, ...] = ()  # outputs
    bytes_per_pixel: int = 400  # of a tile, at work
    sees: int = 0  # px, how far it looks, if that is not to be measured
    side: int = 0  # px, both ways, if it takes pictures of one size alone
    space: str = ""  # of looks or codes
    words: tuple[str, ...] = ()  # for an input of them
    sliders: tuple[Slider, ...] = ()  # of codes
    wraps: bool = False  # its pictures can be laid side by side


def write(
    net: nn.Module,
    kind: Kind,
    state: dict[str, Any],
    models: Path,
    name: str,
    metrics: tuple[Metric, ...] = (),
) -> ModelCard:
    """Write ``name.onnx`` and ``name.json`` into ``models``.

    net: on the CPU, with plain layout. state: the checkpoint it is from.

    Raises:
        ValueError: PyTorch and ONNX Runtime do not agree.
    """
    models.mkdir(parents=True, exist_ok=True)
    path = models / f"{name}.onnx"
    net = as_stored(net)
    path.write_bytes(to_onnx(net, kind).SerializeToString())
    ready = session(path)
    worst = worst_difference(net, kind, ready)
    data = path.read_bytes()
    size = (kind.side, kind.side) if kind.side else (12 * kind.multiple_of, 16 * kind.multiple_of)
    known = selftest.feeds(kind.inputs, 7, size)
    photos = state["data"]["photos"] + state["data"]["held_out"]
    card = ModelCard(
        schema=SCHEMA,
        id=name,
        version="1.0.0",
        name=kind.title,
        task=kind.task,
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        opset=OPSET,
        precision=Precision("fp16", "fp32"),
        license=License("Apache-2.0", "Apache-2.0", kind.data.format(photos=photos)),
        author="Pentimento",
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        inputs=kind.inputs,
        outputs=(kind.output, *kind.more),
        geometry=Geometry(
            min=size if kind.side else (2 * kind.multiple_of, 2 * kind.multiple_of),
            max=size if kind.side else None,
            multiple_of=kind.multiple_of,
            halo_px=kind.sees or (halo(ready, kind) if kind.tiling == "safe" else SEEN_PX),
            tiling=kind.tiling,
            preferred_tile=kind.side or kind.tile,
            scale=kind.scale,
        ),
        determinism=Determinism("bit_exact", "tolerance 2/255"),
        cost=cost_of(net, kind, data),
        metrics=(
            *metrics,
            Metric("noise", "PyTorch against ONNX Runtime", {"max_abs": float(f"{worst:.2g}")}),
        ),
        provenance=Provenance(
            kind.source,
            kind.script,
            state["revision"],
            state["config"]["seed"],
            state["step"],
        ),
        selftest=Selftest(7, size, selftest.probe(ready.run(None, known)[0]), 5e-3),
        space=kind.space,
        words=kind.words,
        sliders=kind.sliders,
        wraps=kind.wraps,
    )
    (models / f"{name}.json").write_text(dump(card))
    return card


def to_onnx(net: nn.Module, kind: Kind) -> onnx.ModelProto:
    """``net`` as a graph, its weights stored in float16; height and width are free if ``kind`` says
    no side.
    """
    h, w = (
        (kind.side, kind.side) if kind.side else (8 * kind.multiple_of, 8 * kind.multiple_of + 32)
    )
    example = tuple(torch.rand(1, port.channels, *port.sides(h, w)) for port in kind.inputs)
    dims = [Dim("h", min=2), Dim("w", min=2)]
    sides = {
        2 + i: kind.multiple_of * dim if kind.multiple_of > 1 else dim for i, dim in enumerate(dims)
    }
    free = tuple(sides if port.sides(h, w) == (h, w) else {} for port in kind.inputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's own, and that both inputs are as large
        program = torch.onnx.export(
            net,
            example,
            dynamo=True,
            opset_version=OPSET,
            external_data=False,
            input_names=[port.name for port in kind.inputs],
            output_names=[kind.output.name, *(port.name for port in kind.more)],
            dynamic_shapes=None if kind.side else free,
            verbose=False,
        )
    assert program is not None  # it is, with dynamo
    model = program.model_proto
    forget_sources(model.graph)
    stored_half(model)
    onnx.checker.check_model(model, full_check=True)
    return model


def noise(kind: Kind, height: int, width: int, seed: int) -> Feeds:
    """A picture of noise by name of input; a map says the level that the noise has, a mask covers a
    part of the middle, an amount is a half, and statistics are left to the network.
    """
    rng = np.random.default_rng(seed)
    feeds = {}
    for port in kind.inputs:
        shape = (1, port.channels, *port.sides(height, width))
        if port.role == "noise_map":
            feeds[port.name] = np.full(shape, 0.29, np.float32)
        elif port.role == "mask":
            feeds[port.name] = np.zeros(shape, np.float32)
            feeds[port.name][..., height // 4 : height // 2, width // 3 : width // 2] = 1
        elif port.role == "amount":
            feeds[port.name] = np.full(shape, 0.5, np.float32)
        elif port.role == "statistics":
            feeds[port.name] = np.zeros(shape, np.float32)
        elif port.role == "weights":
            feeds[port.name] = np.full(shape, 1 / port.channels, np.float32)
        else:
            feeds[port.name] = rng.random(shape, np.float32)
    return feeds


def as_stored(net: nn.Module) -> nn.Module:
    """A copy whose weights are what a file keeps of them."""
    copy = deepcopy(net)
    for weight in copy.parameters():
        weight.data = weight.data.half().float()
    return copy


def worst_difference(net: nn.Module, kind: Kind, ready: ort.InferenceSession) -> float:
    """Between PyTorch and ONNX Runtime, on three sizes, two of them odd multiples, if it takes more
    than one; of what is larger than 1, relative to that.

    Raises:
        ValueError: they do not agree.
    """
    worst, m = 0.0, kind.multiple_of
    sizes = ((8 * m, 8 * m), (13 * m, 21 * m), (31 * m, 2 * m))
    for i, (h, w) in enumerate(((kind.side, kind.side),) * 3 if kind.side else sizes):
        feeds = noise(kind, h, w, i)
        with torch.no_grad():
            ours = net(*(torch.from_numpy(feed) for feed in feeds.values()))
        answers = (ours,) if isinstance(ours, torch.Tensor) else ours
        for one, other in zip(answers, ready.run(None, feeds), strict=True):
            size = max(1.0, float(np.abs(other).max()))  # codes are larger than colors
            worst = max(worst, float(np.abs(one.numpy() - other).max()) / size)
    if worst > AGREEMENT:
        raise ValueError(f"PyTorch and ONNX Runtime differ by {worst:.2g}")
    return worst


def halo(ready: ort.InferenceSession, kind: Kind) -> int:
    """How many px around a tile the network must see, to give what it gives on the whole.

    Measured on noise as strong as it gets, cut at the top left.
    """
    m, s = kind.multiple_of, kind.scale
    cut = -(-SEEN_PX // m) * m
    whole = noise(kind, cut + 4 * m, cut + 4 * m, 5)
    want = ready.run(None, whole)[0][..., cut * s :, cut * s :]
    for seen in range(m, cut, m):
        part = {
            name: feed if feed.size == 1 else feed[..., cut - seen :, cut - seen :]
            for name, feed in whole.items()
        }
        got = ready.run(None, part)[0][..., seen * s :, seen * s :]
        if float(np.abs(got - want).max()) <= UNSEEN:
            return -(-max(seen + 8, 8) // m) * m  # and a little to spare
    return cut


def cost_of(net: nn.Module, kind: Kind, model: bytes) -> Cost:
    """Milliseconds per megapixel of input on this machine; amounts are constants, as in use."""
    side = kind.side or MEASURED
    feeds = noise(kind, side, side, 0)
    for port in kind.inputs:
        if port.role == "amount":
            model = with_input_fixed(model, port.name, float(feeds.pop(port.name).item()))
    ready = session(model)
    times = []
    for _ in range(2):
        start = time.perf_counter()
        ready.run(None, feeds)
        times.append(time.perf_counter() - start)
    return Cost(
        params=sum(p.numel() for p in net.parameters()),
        cpu_ms_per_mp=round(min(times) * 1e9 / side**2, 1),
        bytes_per_pixel=kind.bytes_per_pixel,
        measured_on="x86-64, 2 cores, ONNX Runtime on the CPU",
    )
