"""A point: a place in the space of a generator, as numbers that it draws a picture from."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neural.card import ModelCard
from neural.errors import CardError, NeuralError
from neural.image import Image, Tensor, resize, to_nchw
from neural.looks import shares_of
from neural.record import one_line, read, text

SUFFIX = ".latent"
NAMED = 6  # words that are named, at most, if one is not known
FILLING = frozenset(("a", "an", "and", "of", "the", "with"))  # said, but not meant

Code = tuple[float, ...]


@dataclass(frozen=True)
class Point:
    """One place: a code for what is coarse in a picture, and one for what is fine.

    ``space`` is the card id of the network that maps to such codes, which mean nothing elsewhere.
    ``seed``, ``words`` and ``truncation`` are what it was mapped from; the seed is ``None`` if it
    was found in another way. ``share`` is how much it counts among several.
    """

    name: str
    space: str
    coarse: Code
    fine: Code
    seed: int | None = None
    words: str = ""
    truncation: float = field(default=1.0, metadata={"min": 0.0, "max": 1.0})
    share: float = field(default=1.0, metadata={"min": 0.0, "max": 1.0})

    def __post_init__(self) -> None:
        """Believe no file; of a name take what can be shown.

        Raises:
            CardError: its codes are not as long as each other, or empty.
        """
        object.__setattr__(self, "name", one_line(self.name))
        if not self.coarse or len(self.coarse) != len(self.fine):
            raise CardError(
                f"The point {self.name} has {len(self.coarse)} numbers for the coarse and "
                f"{len(self.fine)} for the fine."
            )

    @property
    def length(self) -> int:
        """Of each of its codes."""
        return len(self.coarse)

    def __str__(self) -> str:
        """Its name, and what counts: "Seed 7 × 0.5"."""
        return self.name if self.share == 1 else f"{self.name} × {self.share:g}"


def load(path: Path) -> Point:
    """A point from its file.

    Raises:
        CardError: it cannot be read or believed.
    """
    return read(Point, path)


def dump(point: Point) -> str:
    """What to write into a file that ``load`` understands."""
    return text(point)


def latent_of(seed: int, size: int) -> NDArray[np.float32]:
    """The normal numbers of a seed, ``(size,)``: they serve for the coarse and for the fine."""
    return np.random.default_rng(seed).standard_normal(size, np.float32)


def asked(card: ModelCard, seed: int, words: str, truncation: float) -> dict[str, Tensor]:
    """By role, what the network that maps is given. ``truncation`` is 0..1: at 0 all seeds are one.

    Raises:
        NeuralError: it does not know a word.
    """
    latent = latent_of(seed, card.input("latent").channels)
    feeds = {
        "latent": np.stack([latent, latent], -1)[None, :, None, :],
        "amount": np.full((1, 1, 1, 1), truncation, np.float32),
        "words": word_weights(words, card),
    }
    return {port.role: feeds[port.role] for port in card.inputs}


def point_of(code: Tensor, name: str, space: str) -> Point:
    """The point of a code, ``(1, c, 1, 2)``. Six digits of each number are kept."""
    coarse, fine = (tuple(float(f"{x:.6g}") for x in code[0, :, 0, i]) for i in (0, 1))
    return Point(name, space, coarse, fine)


def to_project(picture: Image, side: int, channels: int) -> Tensor:
    """A picture as the network that finds points wants it, ``(1, channels, side, side)``.

    picture: ``(h, w, 4)``, 0..1, straight alpha. With four channels, premultiplied, all of it is
    seen, in the middle of a square that is otherwise clear; with three its middle square, on white.
    """
    color, alpha = picture[..., :3], picture[..., 3:]
    h, w = alpha.shape[:2]
    if channels == 3:
        whole, half = color * alpha + 1 - alpha, min(h, w)
        y, x = (h - half) // 2, (w - half) // 2
        return to_nchw(resize(whole[y : y + half, x : x + half], side, side))
    times = side / max(h, w)
    th, tw = (max(round(length * times), 1) for length in (h, w))
    square = np.zeros((side, side, 4), np.float32)
    y, x = (side - th) // 2, (side - tw) // 2
    small = resize(np.concatenate([color * alpha, alpha], -1), th, tw)
    square[y : y + th, x : x + tw] = small
    return to_nchw(square)


def name_of(seed: int, words: str) -> str:
    """What a point that was mapped from these is called."""
    said = " ".join(words.split())
    return f"{said[:1].upper()}{said[1:]} {seed}" if said else f"Seed {seed}"


def word_weights(text: str, card: ModelCard) -> Tensor:
    """How much each word that a network knows counts, ``(1, words, 1, 1)``: 1 if ``text`` has it,
    be it in the singular or in the plural.

    Raises:
        NeuralError: there is another word; the message names near ones.
    """
    said = [word for word in re.findall(r"[\w'-]+", text.lower()) if word not in FILLING]
    if said and not card.words:
        raise NeuralError(f"{card.name} knows no words: leave them empty.")
    places = {word: i for i, word in enumerate(card.words)}
    weights = np.zeros((1, len(card.words), 1, 1), np.float32)
    for word in said:
        found = next((each for each in _forms(word) if each in places), None)
        if found is None:
            raise NeuralError(_unknown(word, card.words))
        weights[0, places[found]] = 1
    return weights


def space_knowing(text: str, cards: Iterable[ModelCard]) -> str:
    """The first space of those ``cards`` map to that has all these words; empty, if none has."""
    for card in cards:
        try:
            if word_weights(text, card).any():
                return card.space
        except NeuralError:
            continue
    return ""


def blended(points: Sequence[Point], name: str) -> Point:
    """What lies between points, by their shares."""
    shares = shares_of(points).astype(np.float64)
    coarse, fine = (
        shares @ np.array([getattr(point, part) for point in points]) for part in ("coarse", "fine")
    )
    return Point(name, points[0].space, _numbers(coarse), _numbers(fine))


def towards(one: Point, other: Point, way: float) -> Point:
    """As far from ``one`` to ``other`` as ``way``, 0..1, says; called as ``one`` is."""
    pair = replace(one, share=1 - way), replace(other, share=way)
    return replace(blended(pair, one.name), share=one.share)


def crossed(coarse: Point, fine: Point) -> Point:
    """The coarse of one point with the fine of another."""
    return Point(f"{coarse.name} × {fine.name}", coarse.space, coarse.coarse, fine.fine)


def moved(point: Point, amounts: Mapping[str, float], card: ModelCard) -> Point:
    """A point further along some of a card's sliders, by name: 1 is far that way."""
    coarse, fine = np.array(point.coarse), np.array(point.fine)
    for slider in card.sliders:
        step = amounts.get(slider.name, 0.0) * np.array(slider.code)
        coarse += step * (slider.rules != "fine")
        fine += step * (slider.rules != "coarse")
    if not any(amounts.values()):
        return point
    found = Point(point.name, point.space, _numbers(coarse), _numbers(fine))
    return replace(found, share=point.share)


def stacked(points: Sequence[Point], count: int) -> Tensor:
    """Codes as the network that draws takes them, ``(1, code, count, 2)``; the rest repeat the
    first.

    Raises:
        ValueError: there are none, or more than ``count``.
    """
    if not 0 < len(points) <= count:
        raise ValueError(f"between 1 and {count} points, not {len(points)}")
    codes = [(point.coarse, point.fine) for point in points]
    codes += codes[:1] * (count - len(codes))
    return np.ascontiguousarray(np.asarray(codes, np.float32).transpose(2, 0, 1)[None])


def _numbers(code: NDArray[np.float64]) -> Code:
    return tuple(float(f"{x:.6g}") for x in code)


def _forms(word: str) -> Iterator[str]:
    """A word, its singulars and its plurals, as far as they follow rules."""
    yield word
    yield from (f"{word}s", f"{word}es")
    if word.endswith("y"):
        yield f"{word[:-1]}ies"
    for end, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if word.endswith(end):
            yield word.removesuffix(end) + instead


def _unknown(word: str, known: Sequence[str]) -> str:
    near = [each for each in known if len(word) > 2 and (word in each or each in word)]
    near += difflib.get_close_matches(word, known, NAMED, 0.7)
    if near:
        return f"“{word}” is not known; near it are {', '.join(dict.fromkeys(near[:NAMED]))}."
    return f"“{word}” is not known; what is known is, for example, {', '.join(known[:NAMED])}."
