import threading
from contextlib import suppress

import numpy as np
import pytest
from PySide6.QtCore import QThread, QTimer

from editor.document.document import Document
from editor.document.geometry import Size
from editor.jobs import Job, JobRunner
from neural.errors import Cancelled, NeuralError
from neural.progress import CancelToken
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


def until_cancelled(progress):
    while True:
        progress(0.5, "waiting")


FEED = {"image": np.random.default_rng(0).random((1, 3, 192, 192), np.float32)}


def nothing(answer):
    pass


def stopping_after(seconds):
    """A token that is thrown from another thread."""
    token = CancelToken()
    timer = threading.Timer(seconds, token.cancel)
    timer.daemon = True
    timer.start()
    return token


def test_what_is_done_for_a_closed_document_is_stopped(runner, qtbot):
    one, other = Document(Size(4, 4)), Document(Size(4, 4))
    done = []
    jobs = [Job("wait", until_cancelled, done.append, document=one)]
    jobs += [Job("next", lambda progress: 1, done.append, document=each) for each in (one, other)]
    for job in jobs:
        runner.submit(job)
    with qtbot.waitSignal(runner.finished, check_params_cb=lambda job: job is jobs[2]):
        runner.cancel_for(one)
    assert done == [1] and runner.jobs == ()


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
    """R26: the run ends in the middle, and the thread is free. How soon is for the benchmarks."""
    applied, ends = [], []

    def work(progress):
        try:
            return slow_session.run(FEED, progress.token)
        except Cancelled:
            ends.append("stopped")
            raise

    job = Job("slow", work, applied.append)
    runner.submit(job)
    qtbot.waitUntil(lambda: job.seconds > 0.1)
    with qtbot.waitSignal(runner.cancelled):
        job.token.cancel()
    with qtbot.waitSignal(runner.finished):
        runner.submit(Job("next", lambda progress: "next", applied.append))
    assert ends == ["stopped"]
    assert applied == ["next"]


def test_cancelling_a_job_that_waits_tells_at_once_and_it_never_runs(runner, qtbot):
    """R26"""
    gate, ran = threading.Event(), []
    first = Job("first", lambda progress: gate.wait(10), nothing)
    second = Job("second", lambda progress: ran.append("second"), nothing)
    runner.submit(first)
    runner.submit(second)
    assert runner.jobs == (first, second)
    with qtbot.waitSignal(runner.cancelled) as caught:
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
    with qtbot.waitSignal(runner.cancelled):
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
    with qtbot.waitSignals([runner.cancelled] * 3):
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
    runner.close()
    assert not runner._thread.isRunning()
    assert applied == []


def test_the_gui_goes_on_while_a_network_runs(runner, qtbot, slow_session):
    """Every run lets the GUI thread in; the cadence is measured by the benchmarks."""
    ticks, during = [], []
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: ticks.append(1))

    def work(progress):
        for _ in range(3):
            before = len(ticks)
            token = stopping_after(0.3)
            with suppress(Cancelled):
                while True:
                    slow_session.run(FEED, token)
            during.append(len(ticks) - before)

    timer.start()
    with qtbot.waitSignal(runner.finished, timeout=30_000):
        runner.submit(Job("slow", work, nothing))
    assert min(during) >= 3


def test_a_runner_beside_gives_way_at_once(runner, qtbot, slow_session):
    """A job submitted to the one stops what the other does, on the thread that they share."""
    beside, threads, applied = JobRunner(beside=runner), [], []

    def work(progress):
        threads.append(QThread.currentThread())
        return slow_session.run(FEED, progress.token)

    beside.submit(Job("preview", work, applied.append))
    beside.submit(Job("waits", work, applied.append))
    qtbot.waitUntil(lambda: bool(threads))
    with qtbot.waitSignals([beside.cancelled] * 2 + [runner.finished]):
        runner.submit(Job("real", lambda progress: QThread.currentThread(), threads.append))
    assert applied == [] and beside.jobs == ()
    assert len(threads) == 2 and threads[0] is threads[1]
    with qtbot.waitSignal(beside.finished):
        beside.submit(Job("again", lambda progress: 1, applied.append))
    beside.close()
    assert applied == [1] and runner._thread.isRunning()
