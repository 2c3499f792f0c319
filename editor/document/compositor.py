"""Turns the layer tree into the pixels of a rectangle."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from editor.document.document import Document
from editor.document.geometry import EMPTY, TILE, Coord, Rect
from editor.document.layer import Layer, Node
from editor.document.mips import Mips, scale_down
from editor.document.pieces import Area, Piece, changed_part, pieces_of
from editor.document.stack import Stack, finish
from editor.document.tiles import Pixels, Tile, TileGrid

Place = tuple[int, Coord]
"""A level and a tile of it."""

MIB = 1 << 20
STACK_BYTES = 2 * 4 * TILE * TILE * 4
"""Two float32 pictures of a tile, one below and one above the active node."""

THREAD_AREA = TILE * TILE // 2
"""Fewer pixels than these in all are drawn faster by one thread (measured)."""

KEPT = 24 * MIB
"""glibc gives freed memory back to the system unless it once freed a larger block than this one is.
Making and dropping such a block halves the time of the first picture (measured)."""

V = TypeVar("V")


class _Cache(Generic[V]):
    """Values by place; the least recently used go when all together outgrow ``budget`` bytes."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._used = 0
        self._values: OrderedDict[Place, tuple[V, int]] = OrderedDict()

    def get(self, place: Place) -> V | None:
        entry = self._values.get(place)
        if entry is None:
            return None
        self._values.move_to_end(place)
        return entry[0]

    def put(self, place: Place, value: V, nbytes: int) -> None:
        self._used += nbytes - self._values.pop(place, (value, 0))[1]
        self._values[place] = value, nbytes
        while self._used > self.budget and len(self._values) > 1:
            self._used -= self._values.popitem(last=False)[1][1]

    def clear(self) -> None:
        self._values.clear()
        self._used = 0


@dataclass
class _Finished:
    """A tile as it looks. ``dirty``: the part, in pixels of its level, that may look different."""

    pixels: Pixels
    dirty: Rect
    pieces: tuple[Piece, ...] | None = None


@dataclass
class _Task:
    """Bring one tile up to date: draw ``area`` of what ``pieces`` look like."""

    place: Place
    finished: _Finished
    stack: Stack
    pieces: tuple[Piece, ...] = ()
    area: Area | None = None


class Compositor:
    """Renders a document, remembering what it rendered until the document says that it changed.

    Lives in the thread of the document it listens to; it draws in threads of its own meanwhile.
    Three things are kept: finished tiles (up to a quarter of ``budget`` bytes), the pictures below
    and above the active node (``Stack``, up to the rest), and smaller copies of tiles (``Mips``).
    """

    def __init__(
        self, document: Document, threads: int | None = None, budget: int = 512 * MIB
    ) -> None:
        self._document = document
        self._threads = threads or min(os.cpu_count() or 1, 4)
        self._pool: ThreadPoolExecutor | None = None
        self._finished: _Cache[_Finished] = _Cache(budget // 4)
        self._stacks: _Cache[Stack] = _Cache(budget - budget // 4)
        self._mips: WeakKeyDictionary[TileGrid, Mips] = WeakKeyDictionary()
        self._levels: set[int] = set()
        np.empty(KEPT, np.uint8)
        document.changed.connect(self._on_changed)
        document.resized.connect(self._on_resized)

    def close(self) -> None:
        """Stop listening to the document and end the threads."""
        self._document.changed.disconnect(self._on_changed)
        self._document.resized.disconnect(self._on_resized)
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def render(self, rect: Rect, level: int = 0) -> Pixels:
        """What ``rect`` looks like: ``(rect.h, rect.w, 4)``, straight alpha, the document's dtype.

        level: 0 is the document's own size; at level ``n`` the picture is halved ``n`` times and
        ``rect`` is in its pixels. Beyond the canvas there is nothing, whatever layers have there.
        """
        result = np.zeros((max(rect.h, 0), max(rect.w, 0), 4), self._document.dtype)
        shown = rect.intersect(scale_down(self._document.rect, level))
        coords = list(shown.tiles())
        tiles = [self._finished_at((level, coord)) for coord in coords]
        tasks = [
            _Task((level, coord), tile, self._stacks.get((level, coord)) or Stack())
            for coord, tile in zip(coords, tiles, strict=True)
            if not tile.dirty.intersect(shown).is_empty
        ]
        if tasks:
            self._run(tasks + self._ahead(tasks))
        for coord, tile in zip(coords, tiles, strict=True):
            part = shown.intersect(coord.rect)
            result[_within(part, rect)] = tile.pixels[_within(part, coord.rect)]
        return result

    def _finished_at(self, place: Place) -> _Finished:
        finished = self._finished.get(place)
        if finished is None:
            pixels = np.empty((TILE, TILE, 4), self._document.dtype)
            finished = _Finished(pixels, place[1].rect)
        return finished

    def _ahead(self, tasks: list[_Task]) -> list[_Task]:
        """Work for the threads that one tile alone leaves idle: the tiles to the right of it.

        A canvas asks tile by tile, so that it can stop at any time, and these are the next ones.
        """
        if len(tasks) > 1 or tasks[0].finished.dirty != tasks[0].place[1].rect:
            return []
        level, (column, row) = tasks[0].place
        canvas = scale_down(self._document.rect, level)
        ahead: list[_Task] = []
        for step in range(1, self._threads):
            place = level, Coord(column + step, row)
            finished = self._finished_at(place)
            if finished.dirty == place[1].rect and not place[1].rect.intersect(canvas).is_empty:
                ahead.append(_Task(place, finished, self._stacks.get(place) or Stack()))
        return ahead

    def _run(self, tasks: list[_Task]) -> None:
        level, path = tasks[0].place[0], self._path(len(tasks))
        if level > 0:
            for grid in _grids(self._document.root.walk()):
                if grid not in self._mips:
                    self._mips[grid] = Mips()
        self._each(partial(self._plan, path=path), tasks, at_once=level > 0)
        self._each(_draw, tasks, at_once=sum(map(_pixels, tasks)) >= THREAD_AREA)
        for task in tasks:
            self._levels.add(level)
            self._finished.put(task.place, task.finished, task.finished.pixels.nbytes)
            self._stacks.put(task.place, task.stack, task.stack.nbytes)

    def _each(self, do: Callable[[_Task], None], tasks: list[_Task], *, at_once: bool) -> None:
        if at_once and len(tasks) > 1 and self._threads > 1:
            self._pool = self._pool or ThreadPoolExecutor(self._threads, "compositor")
            for _ in self._pool.map(do, tasks):
                pass
        else:
            for task in tasks:
                do(task)

    def _path(self, tiles: int) -> frozenset[int]:
        """The active node and the groups around it: what is below and above it is to be kept.

        Nothing, if so many tiles are drawn at once that most of it would not be kept for long.
        """
        active = self._document.active
        if active is None or tiles * STACK_BYTES > self._stacks.budget:
            return frozenset()
        return frozenset(id(node) for node in (active, *active.ancestors()))

    def _plan(self, task: _Task, path: frozenset[int]) -> None:
        """Find out what is on a tile (which may have to be made smaller first) and what changed."""
        level, coord = task.place

        def fetch(grid: TileGrid) -> Tile | None:
            return self._mips[grid].tile(grid, level, coord) if level else grid.get(coord)

        task.pieces = pieces_of(self._document.root, fetch, path)
        dirty, old = _within(task.finished.dirty, coord.rect), task.finished.pieces
        task.area = dirty if old is None else changed_part(old, task.pieces, dirty)

    def _on_changed(self, _node: Node | None, rect: Rect) -> None:
        for level in self._levels:
            scaled = scale_down(rect, level)
            for coord in scaled.tiles():
                finished = self._finished.get((level, coord))
                if finished is not None:
                    part = scaled.intersect(coord.rect)
                    finished.dirty = finished.dirty.union(part)

    def _on_resized(self) -> None:
        self._finished.clear()
        self._stacks.clear()


def _draw(task: _Task) -> None:
    if task.area is not None:
        finish(task.pieces, task.stack, task.area, task.finished.pixels[task.area])
    task.finished.pieces, task.finished.dirty = task.pieces, EMPTY


def _pixels(task: _Task) -> int:
    """How many are to be drawn."""
    if task.area is None:
        return 0
    rows, columns = task.area
    return int((rows.stop - rows.start) * (columns.stop - columns.start))


def _grids(nodes: Iterable[Node]) -> Iterable[TileGrid]:
    for node in nodes:
        if isinstance(node, Layer):
            yield node.pixels
        if node.mask is not None:
            yield node.mask.grid


def _within(part: Rect, frame: Rect) -> Area:
    x, y = part.x - frame.x, part.y - frame.y
    return slice(y, y + part.h), slice(x, x + part.w)
