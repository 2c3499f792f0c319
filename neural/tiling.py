"""Run a function over a picture tile by tile, with the same result as on the whole."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neural.card import Geometry
from neural.errors import NeuralError, OutOfMemory
from neural.image import Box, Image, reflected, round_up
from neural.progress import Progress

SMALLEST_TILE = 32

Piece = tuple[Box, Image]


def pieces(
    image: NDArray[Any],
    run: Callable[[NDArray[Any]], Image],
    geometry: Geometry,
    progress: Progress,
    *,
    beyond: int = 0,
    wraps: bool = False,
) -> Iterator[Piece]:
    """``run`` over all of ``image``, in tiles if the network may be tiled: boxes that cover the
    picture, and may overlap, and for each what ``run`` makes of it and of ``beyond`` px around it.

    image: ``(h, w, c)``. run: from a part ``(h', w', c)``, whose sides fit the geometry, to
    ``(h' * scale, w' * scale, d)``. Every part is a tile and the halo around it, mirrored at the
    borders of the picture, or taken from the other side of one that ``wraps``; the halo is cut off
    again, so tiles meet without a seam and without cross-fading. When memory runs out, tiles are
    halved until they fit, and a note says so.

    Raises:
        OutOfMemory: the smallest tile, or a picture that may not be cut, is still too large.
        NeuralError: a network that cannot be tiled does not take a picture of this size.
        Cancelled
    """
    h, w = image.shape[:2]
    is_safe = geometry.tiling == "safe"
    if not is_safe:
        _check_size(h, w, geometry)
    side = geometry.preferred_tile if is_safe else round_up(max(h, w), geometry.multiple_of)
    around = round_up(geometry.halo_px + beyond, geometry.multiple_of)
    indices = _wrapped if wraps else reflected
    todo = deque(_split(Box(0, 0, w, h), side, geometry))
    done = done_px = 0
    while todo:
        box = todo[0]
        rows = indices(box.y - around, box.y + box.h + around, h)
        columns = indices(box.x - around, box.x + box.w + around, w)
        try:
            part = run(image[rows[:, None], columns])
        except OutOfMemory:
            side //= 2
            if not is_safe or side < SMALLEST_TILE:
                raise
            progress.note(f"Worked in tiles of {side} px because memory was short.")
            inside = (each.grown(0, w, h) for each in todo)
            todo = deque(piece for each in inside for piece in _split(each, side, geometry))
            continue
        _check_answer(part, (rows.size, columns.size), geometry.scale)
        todo.popleft()
        seen = box.grown(0, w, h)  # the last tiles may stick out
        margin = around - beyond
        kept = Box(margin, margin, seen.w + 2 * beyond, seen.h + 2 * beyond)
        yield seen, part[kept.times(geometry.scale).slices]
        done, done_px = done + 1, done_px + seen.w * seen.h
        progress(min(done_px / (w * h), 1.0), f"tile {done} of {done + len(todo)}")


def tiled(
    image: Image, run: Callable[[Image], Image], geometry: Geometry, progress: Progress
) -> Image:
    """``pieces`` put together: ``(h * scale, w * scale, d)``."""
    h, w = (length * geometry.scale for length in image.shape[:2])
    result: Image | None = None
    for box, part in pieces(image, run, geometry, progress):
        if result is None:
            result = np.empty((h, w, part.shape[2]), np.float32)
        result[box.times(geometry.scale).slices] = part
    assert result is not None
    return result


def _split(box: Box, side: int, geometry: Geometry) -> Iterator[Box]:
    """Equal tiles no larger than ``side`` that cover ``box`` and may stick out of it to the right
    and below; their corners lie on multiples of ``multiple_of``, so that a strided network sees the
    same grid in every tile.
    """
    step, halo = geometry.multiple_of, _halo(geometry)

    def length(whole: int, minimum: int) -> int:
        count = -(-whole // max(side // step * step, step))
        return round_up(max(-(-whole // count), minimum - 2 * halo), step)

    h, w = length(box.h, geometry.min[0]), length(box.w, geometry.min[1])
    for y in range(box.y, box.y + box.h, h):
        for x in range(box.x, box.x + box.w, w):
            yield Box(x, y, w, h)


def _wrapped(start: int, stop: int, length: int) -> NDArray[np.intp]:
    """Indices ``start .. stop`` into an axis of ``length`` that begins again where it ends."""
    return np.arange(start, stop, dtype=np.intp) % length


def _check_answer(part: Image, given: tuple[int, int], scale: int) -> None:
    want = given[0] * scale, given[1] * scale
    if part.shape[:2] != want:
        raise NeuralError(
            f"The network answered with {part.shape[1]}×{part.shape[0]} pixels, "
            f"not with {want[1]}×{want[0]}."
        )


def _halo(geometry: Geometry) -> int:
    return round_up(geometry.halo_px, geometry.multiple_of)


def _check_size(h: int, w: int, geometry: Geometry) -> None:
    if geometry.max is not None and (h > geometry.max[0] or w > geometry.max[1]):
        raise NeuralError(
            f"This network takes pictures of at most {geometry.max[1]}×{geometry.max[0]} pixels."
        )
