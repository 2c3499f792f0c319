"""Points of generators: how one is found for a picture, and those that are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from editor import formats, retouch
from editor.document.document import Document
from editor.document.layer import Layer
from editor.shelf import Shelf
from neural import latent, reading
from neural.engine import Engine
from neural.errors import NeuralError
from neural.latent import SUFFIX, Point
from neural.progress import Progress


def of_document(
    document: Document, name: str, space: str, engine: Engine, progress: Progress
) -> Point:
    """The point that comes nearest to what all of ``document`` looks like.

    Raises:
        NeuralError: nothing is there, no model; the message is for the user.
        Cancelled
    """
    seen = retouch.overview(document)
    if not seen[..., 3].any():
        raise NeuralError(f"{name} is transparent: there is nothing to find a point for.")
    alpha = seen[..., 3:] * np.float32(1 / document.full)
    picture = np.concatenate([retouch.to_network(seen), alpha], axis=-1)
    return reading.point_in(engine, picture, name, space, progress)


def of_layer(layer: Layer, name: str, space: str, engine: Engine, progress: Progress) -> Point:
    """The same of a layer alone.

    Raises:
        NeuralError: nothing is there, no model; the message is for the user.
        Cancelled
    """
    bounds = layer.pixels.content_bounds()
    if bounds.is_empty:
        raise NeuralError(f"{name} is transparent: there is nothing to find a point for.")
    document = Document.from_pixels(layer.pixels.read(bounds))
    return of_document(document, name, space, engine, progress)


def of_file(path: Path, space: str, engine: Engine, progress: Progress) -> Point:
    """A point from its own file, or that of any picture, whose name it gets.

    Raises:
        NeuralError: the file is not a point, no model; the message is for the user.
        FormatError: the file is not a picture that can be read.
        Cancelled
    """
    if path.suffix.lower() == SUFFIX:
        return latent.load(path)
    document = formats.load_small(path, retouch.OVERVIEW_PX)
    return of_document(document, path.stem, space, engine, progress)


class Points(Shelf[Point]):
    """The points that are kept."""

    noun = "point"
    suffix = SUFFIX
    load = staticmethod(latent.load)
    dump = staticmethod(latent.dump)
