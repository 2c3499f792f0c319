"""Tiny networks, written as ONNX graphs with their cards."""

import hashlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from neural import selftest
from neural.card import (
    SIDES,
    Cost,
    Determinism,
    Geometry,
    License,
    ModelCard,
    Port,
    Precision,
    Provenance,
    Selftest,
    Slider,
    dump,
)
from neural.errors import NeuralError
from neural.progress import CancelToken
from neural.session import Session

IMAGE = Port("image", "image", 3)
MASK = Port("mask", "mask", 1, one_means="hole")
AMOUNT = Port("amount", "amount", 1)
RESULT = Port("result", "image", 3)
TABLE = Port("result", "table", 3)

CARD = ModelCard(
    schema=1,
    id="model",
    version="1.0.0",
    name="Model",
    task="inpaint",
    file="model.onnx",
    sha256="0" * 64,
    bytes=1,
    opset=18,
    precision=Precision("fp32", "fp32"),
    license=License("Apache-2.0", "Apache-2.0", "none: written by hand"),
    author="tests",
    date="2026-01-01",
    inputs=(IMAGE,),
    outputs=(RESULT,),
    geometry=Geometry(min=(1, 1), multiple_of=1, halo_px=0, tiling="safe", preferred_tile=256),
    determinism=Determinism("bit_exact", "tolerance 2/255"),
    cost=Cost(0, 0.0, 0.0, "nothing"),
    metrics=(),
    provenance=Provenance("algorithmicallyEnhanced", "tests", "", 0, 0),
    selftest=Selftest(7, (16, 16), (0.0,), 1e-5),
)

LOOK = Port("look", "look", 3)
READER = replace(
    CARD,
    id="look-1",
    task="look",
    space="look-1",
    outputs=(LOOK,),
    geometry=replace(CARD.geometry, tiling="never"),
)
"""Of the network that ``reader`` makes."""

PAINTER = replace(
    CARD,
    id="style-1",
    task="style",
    space="look-1",
    inputs=(
        IMAGE,
        Port("looks", "looks", 3),
        Port("weights", "weights", 4),
        Port("statistics", "statistics", 2),
        Port("noise", "noise", 1),
    ),
    outputs=(RESULT, Port("used", "statistics", 2)),
    geometry=replace(
        CARD.geometry,
        min=(8, 8),
        multiple_of=4,
        halo_px=8,
        preferred_tile=64,
        tiling="global_stats",
    ),
)
"""Of the network that ``painter`` makes."""


def constant(name, value, dtype=np.float32):
    return numpy_helper.from_array(np.asarray(value, dtype), name)


def graph(nodes, constants=(), inputs=(IMAGE,), *outputs):
    """A model of ``nodes`` from dynamic NCHW inputs to outputs; without any, to one picture."""

    def info(port):
        sides = SIDES.get(port.role, (None, None))
        return helper.make_tensor_value_info(
            port.name, TensorProto.FLOAT, [1, port.channels, *sides]
        )

    made = helper.make_graph(
        nodes,
        "test",
        [info(each) for each in inputs],
        [info(each) for each in outputs or (RESULT,)],
        list(constants),
    )
    domains = {node.domain for node in nodes} - {""}
    opsets = [helper.make_opsetid("", 18), *(helper.make_opsetid(d, 1) for d in domains)]
    return helper.make_model(made, opset_imports=opsets, ir_version=10)


def identity():
    return graph([helper.make_node("Identity", ["image"], ["result"])])


def blur(layers=2):
    """``layers`` 3×3 means with zero padding: looks ``layers`` pixels far."""
    names = ["image", *(f"x{i}" for i in range(layers - 1)), "result"]
    nodes = [
        helper.make_node("Conv", [a, "w"], [b], pads=[1, 1, 1, 1], group=3)
        for a, b in pairwise(names)
    ]
    return graph(nodes, [constant("w", np.full((3, 1, 3, 3), 1 / 9))])


def doubled(scale=2, mode="nearest"):
    """Every pixel four times, or ``scale`` × ``scale`` times; or what is between them."""
    node = helper.make_node("Resize", ["image", "", "scales"], ["result"], mode=mode)
    return graph([node], [constant("scales", [1, 1, scale, scale])])


def lit(scale=1, most=0.5):
    """``scale`` times as large, and up to ``most`` brighter, by the amount that is asked for."""
    nodes = [
        helper.make_node("Resize", ["image", "", "scales"], ["large"], mode="nearest"),
        helper.make_node("Mul", ["amount", "most"], ["light"]),
        helper.make_node("Add", ["large", "light"], ["result"]),
    ]
    constants = [constant("scales", [1, 1, scale, scale]), constant("most", most)]
    return graph(nodes, constants, (IMAGE, AMOUNT))


def fill(value=0.5):
    """Puts ``value`` where the mask is 1, and darkens the rest a little, as careless nets do."""
    nodes = [
        helper.make_node("Mul", ["image", "almost"], ["dark"]),
        helper.make_node("Sub", ["value", "dark"], ["way"]),
        helper.make_node("Mul", ["way", "mask"], ["step"]),
        helper.make_node("Add", ["dark", "step"], ["result"]),
    ]
    return graph(nodes, [constant("value", value), constant("almost", 0.98)], (IMAGE, MASK))


def to_middle(n=3, tint=(1.0, 1.0, 1.0)):
    """A table of ``n`` steps that brings the mean of what is not masked to 0.5, and tints it."""
    axis = np.linspace(0, 1, n, dtype=np.float32)
    lattice = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), 0)
    colors = lattice * np.reshape(np.asarray(tint, np.float32), (3, 1, 1, 1))
    nodes = [
        helper.make_node("Sub", ["one", "mask"], ["keep"]),
        helper.make_node("Mul", ["image", "keep"], ["seen"]),
        helper.make_node("ReduceSum", ["seen"], ["light"], keepdims=0),
        helper.make_node("ReduceSum", ["keep"], ["area"], keepdims=0),
        helper.make_node("Mul", ["area", "half"], ["wanted"]),
        helper.make_node("Div", ["wanted", "light"], ["gain"]),
        helper.make_node("Mul", ["colors", "gain"], ["bright"]),
        helper.make_node("Clip", ["bright", "zero", "one"], ["result"]),
    ]
    constants = [
        constant("one", 1),
        constant("zero", 0),
        constant("half", 1.5),  # of three channels
        constant("colors", colors.reshape(1, 3, n * n, n)),
    ]
    return graph(nodes, constants, (IMAGE, MASK), TABLE)


def reader():
    """Reads the mean color as the code of a look."""
    node = helper.make_node("ReduceMean", ["image", "sides"], ["look"])
    return graph([node], [constant("sides", [2, 3], np.int64)], (IMAGE,), LOOK)


def painter():
    """Adds the color that the codes are, as much as all of the picture is bright."""
    nodes = [
        helper.make_node("ReduceMax", ["statistics"], ["most"]),
        helper.make_node("Greater", ["most", "zero"], ["known"]),
        helper.make_node("ReduceMean", ["image"], ["mean"]),
        helper.make_node("Mul", ["statistics", "zero"], ["none"]),
        helper.make_node("Add", ["none", "mean"], ["taken"]),
        helper.make_node("Where", ["known", "statistics", "taken"], ["used"]),
        helper.make_node("ReduceMax", ["used"], ["light"]),
        helper.make_node("Reshape", ["looks", "kernel"], ["colors"]),
        helper.make_node("Conv", ["weights", "colors"], ["color"]),
        helper.make_node("Mul", ["color", "light"], ["lit"]),
        helper.make_node("Add", ["image", "lit"], ["result"]),
    ]
    constants = [constant("zero", 0), constant("kernel", [3, 4, 1, 1], np.int64)]
    return graph(nodes, constants, PAINTER.inputs, *PAINTER.outputs)


KNOWN = ("red", "green", "fruits")
SLIDERS = (Slider("Warmth", "coarse", (2.0, 0.0, -2.0)), Slider("Stripes", "fine", (0.0, 2.0, 0.0)))
DRAWN = 16
MAPPER = replace(
    CARD,
    task="map",
    inputs=(Port("latent", "latent", 3), AMOUNT, Port("words", "words", 3)),
    outputs=(Port("code", "latent", 3),),
    words=KNOWN,
    sliders=SLIDERS,
    geometry=replace(
        CARD.geometry,
        tiling="never",
        min=(DRAWN, DRAWN),
        max=(DRAWN, DRAWN),
        preferred_tile=DRAWN,
    ),
)
"""Of the network that ``mapper`` makes."""


def mapper(words=True):
    """A code is the latent times the amount; each word adds 2 to one of its numbers."""
    nodes = [helper.make_node("Mul", ["latent", "amount"], ["short" if words else "code"])]
    if words:
        nodes.append(helper.make_node("Mul", ["words", "two"], ["meant"]))
        nodes.append(helper.make_node("Add", ["short", "meant"], ["code"]))
    inputs = MAPPER.inputs if words else MAPPER.inputs[:2]
    return graph(nodes, [constant("two", 2)] if words else [], inputs, *MAPPER.outputs)


def drawer(channels=4):
    """Coarse codes are the color of a place, fine ones the color of stripes over it; a disc."""
    y, x = np.mgrid[:DRAWN, :DRAWN] - (DRAWN - 1) / 2
    nodes = [
        helper.make_node("Split", ["codes"], ["coarse", "fine"], axis=3, num_outputs=2),
        helper.make_node("Reshape", ["coarse", "kernel"], ["colors"]),
        helper.make_node("Reshape", ["fine", "kernel"], ["tones"]),
        helper.make_node("Conv", ["weights", "colors"], ["color"]),
        helper.make_node("Conv", ["weights", "tones"], ["tone"]),
        helper.make_node("Mul", ["tone", "stripes"], ["striped"]),
        helper.make_node("Add", ["color", "striped"], ["sum"]),
        helper.make_node("Sigmoid", ["sum"], ["rgb" if channels == 4 else "result"]),
    ]
    constants = [
        constant("kernel", [3, 4, 1, 1], np.int64),
        constant("stripes", np.where(np.arange(DRAWN) % 4 < 2, 1, -1)[None, None, None]),
    ]
    if channels == 4:
        nodes.append(helper.make_node("Concat", ["rgb", "disc"], ["result"], axis=1))
        constants.append(constant("disc", (np.hypot(x, y) < DRAWN / 2)[None, None]))
    ports = (Port("codes", "codes", 3), Port("weights", "weights", 4))
    return graph(nodes, constants, ports, Port("result", "image", channels))


def projector():
    """The code of a picture is how far its mean color is from gray, coarse and fine."""
    nodes = [
        helper.make_node("Slice", ["image", "none", "three", "one"], ["rgb"]),
        helper.make_node("ReduceMean", ["rgb", "sides"], ["mean"]),
        helper.make_node("Sub", ["mean", "half"], ["apart"]),
        helper.make_node("Mul", ["apart", "much"], ["code1"]),
        helper.make_node("Concat", ["code1", "code1"], ["code"], axis=3),
    ]
    constants = [
        constant("none", [0], np.int64),
        constant("three", [3], np.int64),
        constant("one", [1], np.int64),
        constant("sides", [2, 3], np.int64),
        constant("half", 0.5),
        constant("much", 8),
    ]
    return graph(nodes, constants, (Port("image", "image", 4),), Port("code", "latent", 3))


def slow(layers=100):
    """Convolutions of 32 channels: about 20 ms each at 256×256, one node after the other."""
    random = np.random.default_rng(0)
    weights = [
        constant("first", random.normal(0, 0.1, (32, 3, 3, 3))),
        constant("w", random.normal(0, 0.06, (32, 32, 3, 3))),
        constant("last", random.normal(0, 0.01, (3, 32, 3, 3))),
    ]
    names = [f"x{i}" for i in range(layers)]
    nodes = [helper.make_node("Conv", ["image", "first"], ["x0"], pads=[1] * 4)]
    for a, b in pairwise(names):
        nodes.append(helper.make_node("Conv", [a, "w"], [f"{b}c"], pads=[1] * 4))
        nodes.append(helper.make_node("Tanh", [f"{b}c"], [b]))
    nodes.append(helper.make_node("Conv", [names[-1], "last"], ["result"], pads=[1] * 4))
    return graph(nodes, weights)


def hungry(limit=100):
    """The identity, but it asks for a petabyte when the picture is higher than ``limit``."""
    nodes = [
        helper.make_node("Shape", ["image"], ["shape"]),
        helper.make_node("Gather", ["shape", "two"], ["height"]),
        helper.make_node("Greater", ["height", "limit"], ["high"]),
        helper.make_node("Where", ["high", "much", "little"], ["size"]),
        helper.make_node("ConstantOfShape", ["size"], ["zeros"]),
        helper.make_node("ReduceMax", ["zeros"], ["zero"], keepdims=0),
        helper.make_node("Add", ["image", "zero"], ["result"]),
    ]
    return graph(
        nodes,
        [
            constant("two", 2, np.int64),
            constant("limit", limit, np.int64),
            constant("much", [1 << 48], np.int64),
            constant("little", [1], np.int64),
        ],
    )


def broken(value):
    """Every value is ``value``: NaN, infinity, or black."""
    nodes = [
        helper.make_node("Mul", ["image", "none"], ["black"]),
        helper.make_node("Add", ["black", "value"], ["result"]),
    ]
    return graph(nodes, [constant("none", 0), constant("value", value)])


def install_style(folder: Path) -> None:
    """A network that reads looks, and one that paints with them."""
    install(folder, reader(), READER)
    install(folder, painter(), PAINTER, inputs=PAINTER.inputs)


def install_generator(
    folder: Path,
    name: str = "disc",
    channels: int = 4,
    words: bool = True,
    wraps: bool = False,
    projects: bool = False,
    date: str = "2026-01-01",
) -> ModelCard:
    """A network that draws discs, or stripes from edge to edge, and the one that maps to codes."""
    space = f"map-{name}"
    shared = replace(MAPPER, space=space, date=date, name=f"{name.capitalize()}s")
    inputs = MAPPER.inputs if words else MAPPER.inputs[:2]
    known = KNOWN if words else ()
    install(folder, mapper(words), shared, id=space, inputs=inputs, words=known)
    drawing = replace(shared, words=(), sliders=())
    if projects:
        ports = (Port("image", "image", 4),)
        install(folder, projector(), drawing, id=f"project-{name}", task="project", inputs=ports)
    return install(
        folder,
        drawer(channels),
        drawing,
        id=f"generate-{name}",
        task="generate",
        inputs=(Port("codes", "codes", 3), Port("weights", "weights", 4)),
        outputs=(Port("result", "image", channels),),
        wraps=wraps,
    )


def install(folder: Path, model: onnx.ModelProto, card: ModelCard = CARD, **changes) -> ModelCard:
    """Write a model and a truthful card with the changes given; its self-test is measured."""
    data = model.SerializeToString()
    card = replace(card, **changes)
    names = [each.name for each in model.graph.input]
    inputs = tuple(port for port in (IMAGE, MASK, AMOUNT) if port.name in names)
    card = replace(
        card,
        inputs=changes.get("inputs", inputs),
        file=f"{card.id}.onnx",
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
    )
    card = replace(card, selftest=measured_selftest(card, data))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / card.file).write_bytes(data)
    (folder / f"{card.id}.json").write_text(dump(card))
    return card


def measured_selftest(card: ModelCard, data: bytes) -> Selftest:
    known = card.selftest
    try:
        outputs = Session(card, data, "cpu").run(
            selftest.feeds(card.inputs, known.seed, known.size), CancelToken()
        )
    except NeuralError:  # a graph that is meant to fail
        return known
    return replace(known, probe=selftest.probe(outputs[0]))
