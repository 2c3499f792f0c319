"""Turn a training run into a shipped model: an ONNX file and its card.

PyTorch and ONNX Runtime must agree, also on odd sizes.
"""

import argparse
import datetime
import hashlib
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch
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
    dump,
)
from neural.training import run, train_denoise, train_upscale
from neural.training.graphs import AGREEMENT, OPSET, forget_sources, session, stored_half
from neural.training.nets.inpaint import MULTIPLE_OF
from neural.training.train_inpaint import Config, build

SIZES = ((64, 64), (96, 160), (416, 224))  # multiples of 32, one of them an odd multiple each way

TRAINING_DATA = (
    "835 photographs and 230 paintings from public repositories, every twentieth held out: "
    "CC0 and public domain, CC BY, CC BY-SA, the Unsplash and Pexels licenses, and wallpapers "
    "under GPL or LGPL with CC BY(-SA). The perceptual loss uses SqueezeNet 1.1 (MIT) with the "
    "heads of LPIPS 0.1 (BSD-2-Clause)."
)


def rebuilt(state: dict[str, Any]) -> nn.Module:
    """The averaged network of a checkpoint."""
    net = build(Config(**state["config"]))
    net.load_state_dict(state["average"])
    return net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]


def to_onnx(net: nn.Module, path: Path) -> None:
    """Write ``net`` with dynamic height and width, its weights in float16."""
    example = torch.rand(1, 3, 96, 128), torch.zeros(1, 1, 96, 128)
    example[1][..., 30:60, 40:80] = 1
    sides = {2: MULTIPLE_OF * Dim("h", min=2), 3: MULTIPLE_OF * Dim("w", min=2)}
    program = torch.onnx.export(
        net,
        example,
        dynamo=True,
        opset_version=OPSET,
        external_data=False,
        input_names=["image", "mask"],
        output_names=["result"],
        dynamic_shapes=(sides, sides),
        verbose=False,
    )
    assert program is not None  # it is, with dynamo
    model = program.model_proto
    forget_sources(model.graph)
    stored_half(model)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())


def worst_difference(net: nn.Module, ready: ort.InferenceSession) -> float:
    """Between PyTorch and ONNX Runtime, over ``SIZES``.

    Raises:
        ValueError: they do not agree.
    """
    worst = 0.0
    for i, (h, w) in enumerate(SIZES):
        rng = np.random.default_rng(i)
        image = rng.random((1, 3, h, w), np.float32)
        mask = np.zeros((1, 1, h, w), np.float32)
        mask[..., h // 4 : h // 2, w // 3 : w // 2] = 1
        with torch.no_grad():
            ours = net(torch.from_numpy(image), torch.from_numpy(mask)).numpy()
        theirs = ready.run(None, {"image": image, "mask": mask})[0]
        worst = max(worst, float(np.abs(ours - theirs).max()))
    if worst > AGREEMENT:
        raise ValueError(f"PyTorch and ONNX Runtime differ by {worst:.2g}")
    return worst


def cost_of(net: nn.Module, ready: ort.InferenceSession) -> Cost:
    """Milliseconds per megapixel on this machine."""
    feeds = {"image": np.zeros((1, 3, 512, 512), np.float32)}
    feeds["mask"] = np.zeros((1, 1, 512, 512), np.float32)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        ready.run(None, feeds)
        times.append(time.perf_counter() - start)
    return Cost(
        params=sum(p.numel() for p in net.parameters()),
        cpu_ms_per_mp=round(min(times) * 1000 / 0.512**2, 1),
        bytes_per_pixel=300,  # how the process grew from 256 × 256 to 1024 × 1024 px
        measured_on="x86-64, 2 cores, ONNX Runtime on the CPU",
    )


def export(folder: Path, models: Path, name: str, metrics: tuple[Metric, ...] = ()) -> ModelCard:
    """Write ``name.onnx`` and ``name.json`` into ``models``."""
    state = run.load(folder)
    net = rebuilt(state)
    path = models / f"{name}.onnx"
    to_onnx(net, path)
    ready = session(path)
    worst = worst_difference(net, ready)
    data = path.read_bytes()
    ports = (Port("image", "image", 3), Port("mask", "mask", 1, one_means="hole"))
    size = 96, 128
    feeds = selftest.feeds(ports, 7, size)
    card = ModelCard(
        schema=SCHEMA,
        id=name,
        version="1.0.0",
        name="Inpaint (photo)",
        task="inpaint",
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        opset=OPSET,
        precision=Precision("fp16", "fp32"),
        license=License("Apache-2.0", "Apache-2.0", TRAINING_DATA),
        author="Pentimento",
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        inputs=ports,
        outputs=(Port("result", "image", 3),),
        geometry=Geometry(
            min=(2 * MULTIPLE_OF, 2 * MULTIPLE_OF),
            multiple_of=MULTIPLE_OF,
            halo_px=256,
            tiling="never",
            preferred_tile=512,
        ),
        determinism=Determinism("bit_exact", "tolerance 2/255"),
        cost=cost_of(net, ready),
        metrics=(
            *metrics,
            Metric("noise", "PyTorch against ONNX Runtime", {"max_abs": float(f"{worst:.2g}")}),
        ),
        provenance=Provenance(
            "compositeWithTrainedAlgorithmicMedia",
            "neural.training.train_inpaint",
            state["revision"],
            state["config"]["seed"],
            state["step"],
        ),
        selftest=Selftest(7, size, selftest.probe(ready.run(None, feeds)[0]), 5e-3),
    )
    (models / f"{name}.json").write_text(dump(card))
    return card


EXPORTS = {
    "inpaint": export,
    "denoise": train_denoise.export,
    "upscale": train_upscale.export,
}


def main(argv: list[str] | None = None) -> None:
    """Export a run from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento-train export", description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--models", type=Path, default=Path("resources/models"))
    parser.add_argument("--name", metavar="ID", help="inpaint-1 and so on, if not given")
    args = parser.parse_args(argv)
    task = run.load(args.run)["task"]
    name = args.name or f"{task}-1"
    card = EXPORTS[task](args.run, args.models, name)
    print(f"{args.models / card.file}: {card.bytes / 2**20:.2f} MiB, {card.cost.params} weights")
    print(f"Next: pentimento-train evaluate {task} --help")
