"""``ModelCard``: the facts about one set of weights, kept as JSON beside them."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from neural.errors import CardError
from neural.record import decode, encode

SCHEMA = 1
MAX_CARD_BYTES = 1 << 20

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


SIDES = {
    "amount": (1, 1),
    "look": (1, 1),
    "looks": (1, 4),
    "statistics": (1, 2),
    "latent": (1, 2),
    "codes": (4, 2),
    "words": (1, 1),
}
"""Height and width of what is no picture, by role."""

SourceType = Literal[
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicallyEnhanced",
]
"""What results are called under IPTC's terms."""


@dataclass(frozen=True)
class Precision:
    """How weights are kept in the file, and what the graph calculates in."""

    stored: Literal["fp32", "fp16", "int8"]
    compute: Literal["fp32", "fp16", "int8"]


@dataclass(frozen=True)
class License:
    """SPDX identifiers, and the terms of the pictures the weights come from, in words."""

    weights: str
    code: str
    training_data: str


@dataclass(frozen=True)
class Port:
    """An input or output of the graph: always float32; images are sRGB in RGB order.

    ``range`` is what the graph's values mean 0 and 1; callers of a session always see 0..1. A
    fourth channel of an image is alpha, with which color is multiplied already. An
    ``amount`` is one number, ``(1, 1, 1, 1)``, 0..1: how much of something is wanted. A table is an
    output ``(1, 3, n * n, n)``: what becomes of a color is at ``[0, :, r * n + g, b]``. A look is
    ``(1, c, 1, 1)``, the code of what a picture looks like; looks are four of them, side by side;
    weights say how much each counts in its place, the first channel how much the picture's own
    does. Statistics are ``(1, c, 1, 2)``, mean and deviation of features over a whole picture;
    zeros ask the network to take them itself. Noise is white, mean 0, deviation 1. A latent is
    ``(1, c, 1, 2)``, numbers for the coarse and for the fine side by side: normal ones, or the code
    that they are mapped to. Codes are four of those, ``(1, c, 4, 2)``; weights say how much each
    counts in its place. Words are ``(1, c, 1, 1)``, how much each of the card's words counts.
    """

    name: str
    role: Literal[
        "image",
        "mask",
        "reference",
        "noise_map",
        "latent",
        "codes",
        "amount",
        "table",
        "look",
        "looks",
        "weights",
        "statistics",
        "noise",
        "words",
    ]
    channels: int = field(metadata={"min": 1})
    layout: Literal["NCHW"] = "NCHW"
    range: tuple[float, float] = (0.0, 1.0)
    one_means: Literal["hole", "keep"] | None = None  # required for a mask

    def sides(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of its tensor, when pictures are ``height`` × ``width``."""
        return SIDES.get(self.role, (height, width))


@dataclass(frozen=True)
class Geometry:
    """Which sizes the graph takes and gives. Pairs are (height, width)."""

    min: tuple[int, int] = field(metadata={"min": 1})
    multiple_of: int = field(metadata={"min": 1})
    halo_px: int = field(metadata={"min": 0})  # how far an output pixel looks, in input pixels
    tiling: Literal["safe", "global_stats", "never"]
    preferred_tile: int = field(metadata={"min": 16})  # without the halo
    scale: int = field(default=1, metadata={"min": 1, "max": 8})
    max: tuple[int, int] | None = None
    pad: Literal["reflect"] = "reflect"


@dataclass(frozen=True)
class Determinism:
    """Whether a run can be repeated exactly: "bit_exact", or a tolerance in words."""

    cpu: str
    cuda: str


@dataclass(frozen=True)
class Cost:
    """What a run takes, as measured."""

    params: int = field(metadata={"min": 0})
    cpu_ms_per_mp: float = field(metadata={"min": 0})
    bytes_per_pixel: float = field(metadata={"min": 0})
    measured_on: str


@dataclass(frozen=True)
class Metric:
    """One row of an evaluation: ``{"psnr_db": 27.1, "ssim": 0.91}``."""

    dataset: str
    setting: str
    values: dict[str, float]


@dataclass(frozen=True)
class Provenance:
    """How the weights were made, and what their results are called under IPTC's terms."""

    digital_source_type: SourceType
    script: str
    revision: str
    seed: int
    steps: int = field(metadata={"min": 0})


@dataclass(frozen=True)
class Selftest:
    """A known answer: see ``neural.selftest``."""

    seed: int = field(metadata={"min": 0})
    size: tuple[int, int] = field(metadata={"min": 1, "max": 1024})
    probe: tuple[float, ...]
    tolerance: float = field(metadata={"min": 0})


@dataclass(frozen=True)
class Slider:
    """A direction of codes along which pictures change in one way: 1 is far that way, -1 is far
    the other way.
    """

    name: str
    rules: Literal["coarse", "fine", "all"]
    code: tuple[float, ...]


@dataclass(frozen=True)
class ModelCard:
    """Everything that must be known of a network to run it and to trust it."""

    schema: int
    id: str
    version: str
    name: str
    task: str
    file: str
    sha256: str
    bytes: int = field(metadata={"min": 1})
    opset: int = field(metadata={"min": 13})
    precision: Precision
    license: License
    author: str
    date: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    geometry: Geometry
    determinism: Determinism
    cost: Cost
    metrics: tuple[Metric, ...]
    provenance: Provenance
    selftest: Selftest
    alpha: Literal["separate"] = "separate"  # kept back, and put on the result again
    gray: Literal["replicate"] = "replicate"  # one channel goes in three times
    space: str = ""  # of looks or codes: the id of the network that gives those it gives or takes
    words: tuple[str, ...] = ()  # that it knows, in the order of its input for them
    sliders: tuple[Slider, ...] = ()  # of the codes that it gives
    wraps: bool = False  # its pictures go on at their other edge: they can be laid side by side

    def has(self, role: str) -> bool:
        """Whether there is an input with a role."""
        return any(port.role == role for port in self.inputs)

    def input(self, role: str) -> Port:
        """The input with a role.

        Raises:
            CardError: there is none.
        """
        for port in self.inputs:
            if port.role == role:
                return port
        raise CardError(f"{self.id} has no input for a {role}.")


def parse(text: str | bytes, where: str) -> ModelCard:
    """A card from its JSON text; ``where`` names it in messages.

    Raises:
        CardError: the text is not JSON, its schema is unknown, or a key or value is wrong.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise CardError(f"{where} is not a JSON file.") from None
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise CardError(f"{where}: schema {schema!r} is unknown; this version reads {SCHEMA}.")
    card = decode(ModelCard, data, where)
    _check(card, where)
    return card


def load(path: Path) -> ModelCard:
    """A card from its file.

    Raises:
        CardError: it cannot be read or believed.
    """
    try:
        if path.stat().st_size > MAX_CARD_BYTES:
            raise CardError(f"{path.name} is too large to be a model card.")
        return parse(path.read_bytes(), path.name)
    except OSError as problem:
        raise CardError(f"{path.name} cannot be read: {problem.strerror}.") from problem


def dump(card: ModelCard) -> str:
    """A card's JSON text, which ``parse`` turns into an equal card."""
    return json.dumps(encode(card), indent=2, ensure_ascii=False) + "\n"


def _check(card: ModelCard, where: str) -> None:
    """What types and ranges cannot say."""
    if not _NAME.fullmatch(card.id):
        raise CardError(f"{where}: id is a plain lower-case name, not {card.id!r}.")
    if card.file != f"{card.id}.onnx":
        raise CardError(f"{where}: file is {card.id}.onnx, not {card.file!r}.")
    if not _SHA256.fullmatch(card.sha256):
        raise CardError(f"{where}: sha256 is 64 hexadecimal digits.")
    if not card.inputs or not card.outputs:
        raise CardError(f"{where}: inputs and outputs may not be empty.")
    for port in card.inputs:
        if (port.role == "mask") != (port.one_means is not None):
            raise CardError(f"{where}: one_means belongs to a mask, and a mask needs it.")
    for port in card.inputs + card.outputs:
        if port.role == "table" and (port in card.inputs or port.channels != 3):
            raise CardError(f"{where}: a table is an output of 3 channels.")
    known = sum(port.channels for port in card.inputs if port.role == "words")
    if known != len(card.words):
        raise CardError(f"{where}: {len(card.words)} words, but an input for {known}.")
    for slider in card.sliders:
        if len(slider.code) != card.outputs[0].channels:
            raise CardError(f"{where}: the slider {slider.name} is not as long as a code.")
    if not card.selftest.probe:
        raise CardError(f"{where}: selftest.probe is empty.")
