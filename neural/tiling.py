"""Run a function over a picture tile by tile, with the same result as on the whole."""

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from neural.card import Geometry
from neural.errors import NeuralError, OutOfMemory
from neural.image import Box, Image, reflected, round_up
from neural.progress import Progress

SMALLEST_TILE = 32


def tiled(
    image: Image, run: Callable[[Image], Image], geometry: Geometry, progress: Progress
) -> Image:
    """``run`` over all of ``image``, in tiles if the network may be tiled.

    image: ``(h, w, c)``. run: from a part ``(h', w', c)``, whose sides fit the geometry, to
    ``(h' * scale, w' * scale, d)``. Every part is a tile and the halo around it, mirrored at the
    borders of the picture; the halo is cut off again, so tiles meet without a seam and without
    cross-fading. When memory runs out, tiles are halved until they fit, and a note says so.

    Raises:
        OutOfMemory: the smallest tile, or a picture that may not be cut, is still too large.
        NeuralError: a network that cannot be tiled does not take a picture of this size.
        Cancelled
    """
    h, w = image.shape[:2]
    scale, is_safe = geometry.scale, geometry.tiling == "safe"
    if not is_safe:
        _check_size(h, w, geometry)
    side = geometry.preferred_tile if is_safe else round_up(max(h, w), geometry.multiple_of)
    todo = deque(_split(Box(0, 0, w, h), side, geometry))
    result: Image | None = None
    done = done_px = 0
    while todo:
        box = todo[0]
        try:
            part = _cropped(run(_window(image, box, geometry)), box, geometry)
        except OutOfMemory:
            side //= 2
            if not is_safe or side < SMALLEST_TILE:
                raise
            progress.note(f"Worked in tiles of {side} px because memory was short.")
            inside = (each.grown(0, w, h) for each in todo)
            todo = deque(piece for each in inside for piece in _split(each, side, geometry))
            continue
        todo.popleft()
        if result is None:
            result = np.empty((h * scale, w * scale, part.shape[2]), np.float32)
        target = result[box.y * scale : (box.y + box.h) * scale, box.x * scale :][
            :, : box.w * scale
        ]
        target[:] = part[: target.shape[0], : target.shape[1]]  # the last tiles may stick out
        seen = box.grown(0, w, h)
        done, done_px = done + 1, done_px + seen.w * seen.h
        progress(done_px / (w * h), f"tile {done} of {done + len(todo)}")
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


def _window(image: Image, box: Box, geometry: Geometry) -> Image:
    """The pixels of a tile and its halo, mirrored where the picture ends."""
    halo = _halo(geometry)
    rows = reflected(box.y - halo, box.y + box.h + halo, image.shape[0])
    columns = reflected(box.x - halo, box.x + box.w + halo, image.shape[1])
    return image[rows[:, None], columns]


def _cropped(part: Image, box: Box, geometry: Geometry) -> Image:
    scale, halo = geometry.scale, _halo(geometry)
    want = ((box.h + 2 * halo) * scale, (box.w + 2 * halo) * scale)
    if part.shape[:2] != want:
        raise NeuralError(
            f"The network answered with {part.shape[1]}×{part.shape[0]} pixels, "
            f"not with {want[1]}×{want[0]}."
        )
    start = halo * scale
    return part[start : start + box.h * scale, start : start + box.w * scale]


def _halo(geometry: Geometry) -> int:
    return round_up(geometry.halo_px, geometry.multiple_of)


def _check_size(h: int, w: int, geometry: Geometry) -> None:
    if geometry.max is not None and (h > geometry.max[0] or w > geometry.max[1]):
        raise NeuralError(
            f"This network takes pictures of at most {geometry.max[1]}×{geometry.max[0]} pixels."
        )
