"""How the answers of networks came about."""

from dataclasses import dataclass

from neural.card import ModelCard
from neural.image import Image
from neural.latent import Point


@dataclass(frozen=True)
class Account:
    """How an answer came about."""

    cards: tuple[ModelCard, ...]  # of the networks that ran, each once; mostly one, or none
    provider: str  # what really ran: "CPUExecutionProvider"
    seconds: float  # with loading
    ms_per_megapixel: float  # of the picture given, without loading
    notes: tuple[str, ...]  # sentences the user must hear


@dataclass(frozen=True)
class Result(Account):
    """The answer of an operation that retouches."""

    image: Image  # float32 (h, w, 3), 0..1, sRGB; or the table of one that adjusts
    changed_outside: int  # pixels with mask 0 that are not what they were; counted


@dataclass(frozen=True)
class Generated(Account):
    """A picture out of nothing."""

    image: Image  # float32 (h, w, 4), 0..1, sRGB, straight alpha
    points: tuple[Point, ...]  # that it was drawn from
