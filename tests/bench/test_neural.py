"""What the editor adds to the time that an operation and its network take."""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from time import perf_counter

import numpy as np
import pytest

from editor import retouch
from editor.document.geometry import Rect
from neural.engine import Engine, shipped_models
from neural.operations.inpaint import Inpaint
from neural.progress import Progress
from neural.session import Session
from tests.bench.conftest import large_document

pytestmark = pytest.mark.bench

HOLE = Rect(1500, 1500, 500, 400)
ROUNDS = 3


@pytest.fixture
def photo():
    """One opaque layer of 4096 x 4096, something on it selected."""
    document = large_document(1)
    document.selection.write(HOLE, np.full((HOLE.h, HOLE.w, 1), 255, np.uint8))
    document.activate(document.root.children[0])
    return document


def timed(function: Callable, name: str, seconds: Counter[str]) -> Callable:
    @wraps(function)
    def run(*args):
        started = perf_counter()
        try:
            return function(*args)
        finally:
            seconds[name] += perf_counter() - started

    return run


def test_inpainting_a_hole(benchmark, photo, monkeypatch):
    """Budget: the editor and the engine take less than a tenth of what the operation takes.

    Where the time went is in the extra information of the benchmark.
    """
    engine, operation = Engine([shipped_models()], "cpu"), Inpaint()
    seconds: Counter[str] = Counter()
    monkeypatch.setattr(Session, "run", timed(Session.run, "session.run", seconds))
    monkeypatch.setattr(Inpaint, "__call__", timed(Inpaint.__call__, "operation", seconds))

    def inpaint():
        return retouch.apply(operation, photo.snapshot(), engine, Progress())

    inpaint()
    seconds.clear()
    answer = benchmark.pedantic(inpaint, rounds=ROUNDS)
    assert answer.changed_outside == 0
    total = benchmark.stats.stats.total
    benchmark.extra_info |= {
        "session.run, s": seconds["session.run"] / ROUNDS,
        "the operation beside it, s": (seconds["operation"] - seconds["session.run"]) / ROUNDS,
        "editor and engine, s": (total - seconds["operation"]) / ROUNDS,
    }
    for part, mean in benchmark.extra_info.items():
        print(f"{part}: {mean:.3f}")
