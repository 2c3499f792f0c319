import threading
import time

import numpy as np
import pytest
from PySide6.QtCore import QThread, QTimer

from editor.jobs import Job, JobRunner
from neural.errors import NeuralError
from neural.session import Session
from tests.neural.graphs import CARD, slow


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def slow_session():
    return Session(CARD, slow(400).SerializeToString(), "cpu")


FEED = {"image": np.random.default_rng(0).random((1, 3, 192, 192), np.float32)}


def nothing(answer):
    pass


def test_work_is_done_there_and_applied_here(runner, qtbot):
    threads = []

    def work(progress):
        threads.append(QThread.currentThread())
        return 42

    def apply(answer):
        threads.append(QThread.currentThread())
        assert answer == 42

    with qtbot.waitSignal(runner.finished):
        runner.submit(Job("answer", work, apply))
    assert threads[0] is not threads[1]
    assert threads[1] is runner.thread()
    assert runner.jobs == ()


def test_jobs_run_one_after_the_other_in_order(runner, qtbot):
    log, threads = [], set()

    def work(name):
        def body(progress):
            log.append(name)
            threads.add(threading.get_ident())

        return body

    with qtbot.waitSignals([runner.finished] * 3):
        for name in "abc":
            runner.submit(Job(name, work(name), nothing))
    assert log == ["a", "b", "c"]
    assert len(threads) == 1


def test_reports_arrive_in_order_and_the_last_one_always(runner, qtbot):
    seen = []
    runner.progressed.connect(lambda job, fraction, text: seen.append((fraction, text)))

    def work(progress):
        for i in range(1000):
            progress((i + 1) / 1000, f"tile {i + 1} of 1000")

    job = Job("tiles", work, nothing)
    with qtbot.waitSignal(runner.finished):
        runner.submit(job)
    assert seen == sorted(seen)
    assert seen[-1] == (1.0, "tile 1000 of 1000")
    assert len(seen) < 500
    assert (job.fraction, job.text) == seen[-1]


def test_the_clock_runs_from_the_start_to_the_end(runner, qtbot):
    job = Job("clock", lambda progress: threading.Event().wait(0.05), nothing)
    assert job.seconds == 0
    with qtbot.waitSignal(runner.finished):
        runner.submit(job)
    assert 0.05 <= job.seconds < 5
    assert job.seconds == job.seconds


def test_an_expected_failure_is_its_own_sentence(runner, qtbot):
    def work(progress):
        raise NeuralError("No model for inpaint can be used.")

    applied = []
    with qtbot.waitSignal(runner.failed) as caught:
        runner.submit(Job("fails", work, applied.append))
    assert caught.args[1] == "No model for inpaint can be used."
    assert applied == []


def test_an_unexpected_failure_is_logged_with_its_traceback(runner, qtbot, caplog):
    def work(progress):
        return 1 / 0

    with qtbot.waitSignal(runner.failed) as caught:
        runner.submit(Job("Divide", work, nothing))
    assert "Divide failed unexpectedly" in caught.args[1]
    assert "ZeroDivisionError" in caplog.text and "return 1 / 0" in caplog.text


def test_cancelling_a_run_applies_nothing_and_the_runner_goes_on(runner, qtbot, slow_session):
    """R26: told within 300 ms."""
    applied, times = [], []
    job = Job("slow", lambda progress: slow_session.run(FEED, progress.token), applied.append)
    runner.cancelled.connect(lambda job: times.append(time.perf_counter()))
    runner.submit(job)
    qtbot.waitUntil(lambda: job.seconds > 0.1)
    with qtbot.waitSignal(runner.cancelled):
        times.append(time.perf_counter())
        job.token.cancel()
    assert times[1] - times[0] < 0.3
    with qtbot.waitSignal(runner.finished, timeout=5000):
        runner.submit(Job("next", lambda progress: "next", applied.append))
    assert applied == ["next"]
    assert time.perf_counter() - times[0] < 0.6  # the thread itself was free again, too


def test_cancelling_a_job_that_waits_tells_at_once_and_it_never_runs(runner, qtbot):
    """R26"""
    gate, ran = threading.Event(), []
    first = Job("first", lambda progress: gate.wait(10), nothing)
    second = Job("second", lambda progress: ran.append("second"), nothing)
    runner.submit(first)
    runner.submit(second)
    assert runner.jobs == (first, second)
    with qtbot.waitSignal(runner.cancelled, timeout=300) as caught:
        second.token.cancel()
    assert caught.args[0] is second
    with qtbot.waitSignal(runner.finished):
        gate.set()
    assert ran == []


def test_work_that_does_not_listen_is_told_cancelled_at_once_and_its_answer_dropped(runner, qtbot):
    """R26"""
    gate, applied = threading.Event(), []
    stubborn = Job("stubborn", lambda progress: gate.wait(10), applied.append)
    with qtbot.waitSignal(runner.started):
        runner.submit(stubborn)
    with qtbot.waitSignal(runner.cancelled, timeout=300):
        stubborn.token.cancel()
    gate.set()
    with qtbot.waitSignal(runner.finished):
        runner.submit(Job("after", lambda progress: "after", applied.append))
    assert applied == ["after"]


def test_a_job_cancelled_while_its_answer_is_on_the_way_applies_nothing(runner, qtbot):
    """R26"""
    done, applied, ends = threading.Event(), [], []
    runner.finished.connect(lambda job: ends.append(job.title))

    def work(progress):
        done.set()
        return "late"

    job = Job("late", work, applied.append)
    with qtbot.waitSignal(runner.cancelled):
        runner.submit(job)
        assert done.wait(10)
        job.token.cancel()
    with qtbot.waitSignal(runner.finished):
        runner.submit(Job("after", nothing, nothing))
    assert applied == [] and ends == ["after"]


def test_everything_can_be_cancelled_at_once(runner, qtbot):
    gate = threading.Event()
    for name in "abc":
        runner.submit(Job(name, lambda progress: gate.wait(10), nothing))
    with qtbot.waitSignals([runner.cancelled] * 3, timeout=300):
        runner.cancel_all()
    gate.set()
    assert runner.jobs == ()


def test_closing_stops_the_run_and_joins_the_thread(qapp, slow_session):
    runner = JobRunner()
    begun, applied = threading.Event(), []

    def work(progress):
        begun.set()
        return slow_session.run(FEED, progress.token)

    runner.submit(Job("slow", work, applied.append))
    assert begun.wait(10)
    start = time.perf_counter()
    runner.close()
    assert time.perf_counter() - start < 1
    assert not runner._thread.isRunning()
    assert applied == []


def test_the_gui_keeps_its_cadence_while_a_network_runs(runner, qtbot, slow_session):
    """A 10 ms timer on the GUI thread: p99 of its gaps under 50 ms in about 2 s of inference."""
    ticks = []
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))

    def work(progress):
        end = time.perf_counter() + 2
        while time.perf_counter() < end:
            slow_session.run(FEED, progress.token)

    timer.start()
    with qtbot.waitSignal(runner.finished, timeout=30_000):
        runner.submit(Job("slow", work, nothing))
    timer.stop()
    gaps = np.diff(ticks)
    assert len(gaps) > 50
    assert np.percentile(gaps, 99) < 0.05
