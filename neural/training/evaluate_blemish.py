"""Measure how much of drawn damage is found, and how much of what is found is damage.

Beside it, what an opening and a closing take away (Serra, Image Analysis and Mathematical
Morphology, 1982), as fast tools do it, with the threshold that is best on the set. Damage that
hardly shows counts neither way, nor do the pixels next to it. Never give a set that the network was
trained on.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from neural import blemishes
from neural.card import Metric
from neural.engine import Engine
from neural.image import Image
from neural.progress import Progress
from neural.training import evaluation, scratches
from neural.training.nets.blemish import KINDS

SENSITIVITIES = (0.25, 0.5, 0.75)
DEFAULT = 0.5
THRESHOLDS = (0.08, 0.12, 0.18, 0.25, 0.35)  # of the range
WIDE = 7  # px, of the square that opens and closes

Found = NDArray[np.bool_]
Method = Callable[[Image], Found]


class Case(NamedTuple):
    """A picture with damage, and how much of it shows, ``(h, w)``."""

    image: Image
    shown: NDArray[np.float32]


class Score(NamedTuple):
    """Shares of 1. Clean: of the pixels of pictures without damage, those that are found."""

    recall: float
    precision: float
    clean: float

    @property
    def f1(self) -> float:
        """The harmonic mean of recall and precision."""
        return 2 * self.recall * self.precision / max(self.recall + self.precision, 1e-6)


def damaged(image: Image, seed: int) -> Case:
    """``image``, cut to multiples of 16 px, with damage all over."""
    h, w = (length // 16 * 16 for length in image.shape[:2])
    side = max(h, w)
    opacity = scratches.bank(np.random.default_rng(seed), 4 * KINDS, side // 2 + 1)
    quarters = opacity.reshape(KINDS, 2, 2, *opacity.shape[1:]).transpose(0, 1, 3, 2, 4)
    whole = quarters.reshape(KINDS, 2 * opacity.shape[1], -1)[:, :h, :w] / np.float32(255)
    rng = torch.Generator().manual_seed(seed)
    tensor = torch.from_numpy(image[:h, :w].transpose(2, 0, 1).copy())[None]
    aged = scratches.aged(rng, tensor)
    made, shown = scratches.damaged(rng, aged, torch.from_numpy(whole.copy())[None])
    return Case(np.ascontiguousarray(made[0].numpy().transpose(1, 2, 0)), shown[0].amax(0).numpy())


def measured(method: Method, cases: Sequence[Case], clean: Sequence[Image]) -> Score:
    """Means over pictures."""
    recalls, precisions = [], []
    for image, shown in cases:
        found, wanted = method(image), shown > scratches.SEEN
        near = cv2.dilate((shown > scratches.UNSEEN).astype(np.uint8), np.ones((5, 5))) > 0
        recalls.append((found & wanted).sum() / max(wanted.sum(), 1))
        precisions.append((found & near).sum() / max(found.sum(), 1))
    return Score(
        float(np.mean(recalls)),
        float(np.mean(precisions)),
        float(np.mean([method(image).mean() for image in clean])),
    )


def opened(threshold: float) -> Method:
    """What stands out in every channel, and is no wider than ``WIDE``."""
    square = np.ones((WIDE, WIDE), np.uint8)

    def found(image: Image) -> Found:
        both = (
            cv2.morphologyEx(image, kind, square).min(2)
            for kind in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)
        )
        return np.maximum(*both) > threshold

    return found


def measured_network(
    engine: Engine, cases: Sequence[Case], clean: Sequence[Image]
) -> dict[float, Score]:
    """What the editor proposes at each of ``SENSITIVITIES``."""
    images = [*(case.image for case in cases), *clean]
    found = {
        id(image): blemishes.likely(engine, image, blemishes.SHOWN_PX, Progress())
        for image in images
    }

    def at(sensitivity: float) -> Method:
        return lambda image: blemishes.proposed(found[id(image)], sensitivity, Progress())

    return {each: measured(at(each), cases, clean) for each in SENSITIVITIES}


def main(argv: list[str] | None = None) -> None:
    """Compare from the command line."""
    given = evaluation.Evaluation(evaluation.parser("blemish", __doc__).parse_args(argv))
    cases = [damaged(image, i) for i, image in enumerate(given.pictures)]
    engine = Engine([given.args.models], "cpu")
    classical = (measured(opened(each), cases, given.pictures) for each in THRESHOLDS)
    rows = {"opening and closing": max(classical, key=lambda score: score.f1)}
    ours = measured_network(engine, cases, given.pictures)
    rows |= {f"{given.card.id}, sensitivity {each:.0%}": score for each, score in ours.items()}
    print(f"{given.dataset}\n\n| method | recall | precision | of clean pictures |")
    print("| --- | ---: | ---: | ---: |")
    for name, (recall, precision, clean) in rows.items():
        print(f"| {name} | {recall:.0%} | {precision:.0%} | {clean:.2%} |")
    values = {name: round(value, 4) for name, value in ours[DEFAULT]._asdict().items()}
    given.keep([Metric(given.dataset, "drawn damage, sensitivity 50 %", values)])


if __name__ == "__main__":
    main()
