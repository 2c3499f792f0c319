"""How steady the window stays while a network runs."""

import threading
from contextlib import suppress

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from editor.jobs import Job, JobRunner
from neural.errors import Cancelled
from neural.progress import CancelToken
from neural.session import Session
from tests.neural.graphs import CARD, slow

pytestmark = pytest.mark.bench

FEED = {"image": np.random.default_rng(0).random((1, 3, 192, 192), np.float32)}
SECONDS = 3


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


def test_the_gaps_of_a_10_ms_timer(benchmark, qtbot, runner):
    """Budget: 99 of 100 gaps under 50 ms (``extra_info``) during three seconds of inference."""
    session = Session(CARD, slow(400).SerializeToString(), "cpu")
    timer, ticks = QTimer(interval=10), []
    clock = benchmark._timer
    timer.timeout.connect(lambda: ticks.append(clock()))

    def work(progress):
        token = CancelToken()
        threading.Timer(SECONDS, token.cancel).start()
        with suppress(Cancelled):
            while True:
                session.run(FEED, token)

    def whole():
        timer.start()
        with qtbot.waitSignal(runner.finished, timeout=60_000):
            runner.submit(Job("slow", work, lambda answer: None))
        timer.stop()

    benchmark.pedantic(whole, rounds=1)
    gaps = np.diff(ticks) * 1000
    benchmark.extra_info["p99_ms"] = round(float(np.percentile(gaps, 99)), 1)
    benchmark.extra_info["max_ms"] = round(float(gaps.max()), 1)
