"""Where a picture has scratches and dust: what a network finds likely, and what is proposed."""

import math

import numpy as np
from numpy.typing import NDArray

from neural.engine import Engine
from neural.holes import wider
from neural.image import Image, from_nchw, resize, to_nchw
from neural.progress import Progress
from neural.session import Session
from neural.tiling import tiled

Found = NDArray[np.bool_]

BLEMISH = "blemish"
"""The task of networks that find them."""

SHOWN_PX = 6  # the widest one that the network was shown

COUNTED = 4.0
"""How much more a damaged pixel counts in training: it is taken for so many times as likely."""

STEEP = 8.0
"""What is asked for: at a sensitivity of 0.5 that damage is as likely as none, 55 times as likely
at 0, and one 55th at 1."""

WEAKER = 0.4
"""What hangs together with a blemish belongs to it from this part of the probability on."""

REACH = 32
"""How often it is followed, by up to two pixels."""

EDGE_PX = 1
"""How far the blurred edge of a blemish reaches, which belongs to it."""


def likely(engine: Engine, picture: Image, width: int, progress: Progress) -> Image:
    """How likely each pixel is a scratch or dust, ``(h, w, 2)``, 0..1: a bright one, a dark one.

    picture: float32 ``(h, w, 3)``, 0..1, sRGB. width: in pixels, of the widest that is looked for;
    what is wider than the network knows is looked for in smaller pictures.

    Raises:
        NeuralError: no model that finds them, no memory; the message is for the user.
        Cancelled
    """
    card = engine.library.find(BLEMISH).card
    h, w = picture.shape[:2]

    def question(session: Session) -> Image:
        def answered(part: Image) -> Image:
            return from_nchw(session.run({"image": to_nchw(part)}, progress.token)[0])

        times, found = 1, tiled(picture, answered, card.geometry, progress.part(0, 0.75))
        while times * SHOWN_PX < width:
            times *= 2
            small = resize(picture, -(-h // times), -(-w // times))
            stretch = progress.part(1 - 0.5 / times, 1 - 0.25 / times)
            found = np.maximum(found, resize(tiled(small, answered, card.geometry, stretch), h, w))
        return found

    return engine.ask(card, question, picture.shape, progress)


def proposed(
    likelihood: Image,
    sensitivity: float,
    progress: Progress,
    *,
    dark: bool = True,
    bright: bool = True,
) -> Found:
    """Where a picture has scratches and dust, ``(h, w)``; to be looked over.

    likelihood: ``(h, w, 2)``, 0..1, as ``likely`` gives it. sensitivity: 0..1.

    Raises:
        Cancelled
    """
    kinds = [kind for kind, is_wanted in enumerate((bright, dark)) if is_wanted]
    if not kinds:
        return np.zeros(likelihood.shape[:2], bool)
    most = likelihood[..., kinds].max(2)
    asked = 1 / (1 + math.exp(STEEP * (sensitivity - 0.5)) / COUNTED)
    found, weaker = most > asked, most > WEAKER * asked
    for _ in range(REACH):
        progress.token.check()
        grown = wider(wider(found)) & weaker  # twice reaches across corners
        if np.array_equal(grown, found):
            break
        found = grown
    for _ in range(EDGE_PX):
        found = wider(found)
    return found
