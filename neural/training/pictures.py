"""Pictures to make more of: whole, square, of one size, on the device, with what they are in words.

The words are those of a file beside the folder, ``NAME.metadata.jsonl``, if there is one: a line of
JSON for each picture, with its ``file`` and any of ``FIELDS``, each a text or a list of texts.

As a command: write a data set of torchvision as such a folder.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Generator, Tensor
from torch.nn import functional as F

from neural.training import data, run

FIELDS = ("label", "coarse", "group", "name", "keywords")
EMPTY = frozenset({"a", "an", "and", "at", "for", "in", "of", "on", "or", "the", "to", "with"})
SETS = {"mnist": "MNIST", "cifar10": "CIFAR10"}

Words = frozenset[str]


@dataclass(frozen=True)
class Pictures:
    """Pictures and their words, on the device."""

    pixels: Tensor  # (n, c, size, size), uint8; with four channels color is premultiplied
    words: Tensor  # (n, vocabulary), bool

    def __len__(self) -> int:
        return len(self.pixels)

    def floats(self, which: Tensor) -> Tensor:
        """Some of them, 0..1."""
        return self.pixels[which].float() / 255

    def some(self, which: Sequence[int]) -> "Pictures":
        """Only those with these numbers."""
        return Pictures(self.pixels[list(which)], self.words[list(which)])

    def draw(
        self, rng: Generator, count: int, flipped: float, told: float
    ) -> tuple[Tensor, Tensor]:
        """``count`` pictures, ``(count, c, size, size)``, 0..1, and the weights of their words,
        ``(count, vocabulary)``.

        flipped: the share that is mirrored. told: the share of its words that a picture keeps, on
        average; one in ten keeps none. rng: on the device of the pictures.
        """
        device = self.pixels.device
        which = torch.randint(len(self), (count,), generator=rng, device=device)
        chance = torch.rand(2, count, 1, generator=rng, device=device)
        found = self.floats(which)
        found = torch.where((chance[0] < flipped)[..., None, None], found.flip(3), found)
        every = torch.rand(count, self.words.shape[1], generator=rng, device=device)
        kept = self.words[which] & (every < told) & (chance[1] >= 0.1)
        return found, kept.float()


def squares(photos: data.Photos, size: int, channels: int) -> Tensor:
    """The middle square of each photo, ``(n, channels, size, size)``, ``uint8``.

    photos: with four channels. With three, transparency is put on white; with four, color is
    multiplied by alpha, so that it counts as much as it shows.
    """
    found = torch.empty(len(photos), channels, size, size, dtype=torch.uint8)
    for i in range(len(photos)):
        h, w, _ = (pixels := photos[i]).shape
        side = min(h, w)
        y, x = (h - side) // 2, (w - side) // 2
        part = torch.from_numpy(pixels[y : y + side, x : x + side].copy())
        square = part.permute(2, 0, 1)[None].float() / 255
        color, alpha = square[:, :3] * square[:, 3:], square[:, 3:]
        whole = torch.cat([color, alpha], 1) if channels == 4 else color + 1 - alpha
        if side != size:
            whole = F.interpolate(whole, (size, size), mode="bilinear", antialias=True)
        found[i] = (whole[0].clamp(0, 1) * 255).round().byte()
    return found


def described(folder: Path) -> dict[str, Words]:
    """The words of each picture of a folder, by file name; none, if there is no file of them.

    Raises:
        Unfit: a line is not what it should be.
    """
    path = folder.with_name(f"{folder.name}.metadata.jsonl")
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            row = json.loads(line)
            found[str(row["file"])] = split(row)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise run.Unfit(f"line {number} of {path.name} describes no picture") from None
    return found


def split(row: dict[str, Any]) -> Words:
    """The words of one description, in lower case."""
    texts: list[str] = []
    for field in FIELDS:
        value = row.get(field, [])
        texts += [value] if isinstance(value, str) else value
    return frozenset(re.findall(r"[a-z0-9]+", " ".join(texts).lower())) - EMPTY


def vocabulary(words: Iterable[Words], rare: int, most: int) -> tuple[str, ...]:
    """At most ``most`` words, the frequent ones first, without those of fewer than ``rare``
    pictures.
    """
    counts = Counter(word for each in words for word in each)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(word for word, count in ranked if count >= rare)[:most]


def marked(words: Sequence[Words], known: Sequence[str]) -> Tensor:
    """Which of the ``known`` words each picture has, ``(n, known)``, bool."""
    found = torch.zeros(len(words), len(known), dtype=torch.bool)
    places = {word: i for i, word in enumerate(known)}
    for row, each in zip(found, words, strict=True):
        row[[places[word] for word in each if word in places]] = True
    return found


def load(
    photos: data.Photos,
    folders: Sequence[Path],
    known: Sequence[str],
    size: int,
    channels: int,
    device: torch.device,
) -> Pictures:
    """The pictures of ``folders`` on the device, with those of their words that are ``known``."""
    pixels = squares(photos, size, channels).to(device)
    return Pictures(pixels, marked(words_of(photos, folders), known).to(device))


def words_of(photos: data.Photos, folders: Sequence[Path]) -> list[Words]:
    """The words of each picture, in their order."""
    found: dict[str, Words] = {}
    for folder in folders:
        found |= described(folder)
    return [found.get(entry.name, frozenset()) for entry in photos.entries]


def having(words: Sequence[Words], only: Sequence[str]) -> list[int]:
    """The numbers of the pictures that have any of the words ``only``; all, if there are none.

    Raises:
        Unfit: none has.
    """
    found = [i for i, each in enumerate(words) if not only or each & set(only)]
    if not found:
        raise run.Unfit(f"no picture has any of the words {', '.join(only)}")
    return found


def calmest(pixels: Tensor, words: Sequence[Words], most: int) -> list[int]:
    """The numbers of the ``most`` pictures with the least detail of each set of words; all, if
    ``most`` is 0. What is seen closely and alone has little.

    pixels: ``(n, c, size, size)``, ``uint8``. words: those of each picture.
    """
    if not most:
        return list(range(len(words)))
    down, right = (pixels.float().diff(dim=axis).abs().mean((1, 2, 3)) for axis in (2, 3))
    detail = (down + right).tolist()
    kinds: dict[Words, list[int]] = {}
    for i in sorted(range(len(words)), key=detail.__getitem__):
        kinds.setdefault(words[i], []).append(i)
    return sorted(i for kind in kinds.values() for i in kind[:most])


def write(
    pairs: Iterable[tuple[Image.Image, int]], names: Sequence[str], folder: Path, most: int
) -> None:
    """The first ``most`` of pictures and their classes as a folder, with its file of words."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for i, (image, which) in zip(range(most), pairs, strict=False):
        file = f"{i:05}.png"
        image.convert("RGB").save(folder / file)
        lines.append(json.dumps({"file": file, "label": names[which]}) + "\n")
    folder.with_name(f"{folder.name}.metadata.jsonl").write_text("".join(lines))


def main(argv: list[str] | None = None) -> None:
    """Write a data set of torchvision as a folder of pictures."""
    parser = argparse.ArgumentParser(prog="pentimento-train pictures", description=__doc__)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--root", type=Path, default=Path("runs/torchvision"), help="of downloads")
    parser.add_argument("--limit", type=int, default=60_000, metavar="N", help="pictures at most")
    args = parser.parse_args(argv)
    try:
        from torchvision import datasets
    except ImportError:
        parser.error("torchvision is not installed")
    found = getattr(datasets, SETS[args.set])(args.root, download=True)
    write(found, [name.split(" - ")[-1] for name in found.classes], args.folder, args.limit)


if __name__ == "__main__":
    main()
