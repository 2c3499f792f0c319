import gc
import threading
import weakref

import pytest

from editor.document.document import Document
from editor.document.geometry import Size
from editor.jobs import Job, JobRunner
from editor.ui.jobs_panel import KEPT, JobsPanel, spell
from neural.errors import NeuralError


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture
def panel(qtbot, runner):
    panel = JobsPanel(runner)
    qtbot.addWidget(panel)
    panel.resize(260, 300)
    panel.show()
    return panel


class Gate:
    """A job that reports once, then waits until it is let through or cancelled."""

    def __init__(self, title="Inpaint"):
        self.open = threading.Event()
        self.job = Job(title, self._work, lambda answer: None)

    def _work(self, progress):
        progress(0.25, "tile 1 of 4")
        progress.token.on_cancel(self.open.set)
        self.open.wait(10)
        progress(1.0)


def texts(panel):
    return [(row.name.text(), row.text.text()) for row in panel.rows]


def test_without_jobs_it_says_so(panel):
    assert panel.empty.isVisible()
    assert panel.rows == ()


def test_a_running_job_shows_tiles_seconds_and_a_bar(qtbot, runner, panel):
    gate = Gate()
    with qtbot.waitSignal(runner.progressed):
        runner.submit(gate.job)
    (row,) = panel.rows
    assert row.bar.value() == 250
    assert row.text.text().startswith("tile 1 of 4 · 0.")
    assert row.cancel.accessibleName() == "Cancel Inpaint"
    assert not panel.empty.isVisible()
    with qtbot.waitSignal(runner.finished):
        gate.open.set()


def test_seconds_tick_while_a_job_runs_and_only_then(qtbot, runner, panel):
    gate = Gate()
    assert not panel._clock.isActive()
    with qtbot.waitSignal(runner.progressed):
        runner.submit(gate.job)
    before = texts(panel)
    qtbot.waitUntil(lambda: texts(panel) != before)
    with qtbot.waitSignal(runner.finished):
        gate.open.set()
    assert not panel._clock.isActive()


def test_the_cancel_button_stops_that_job_only(qtbot, runner, panel):
    first, second = Gate("first"), Gate("second")
    with qtbot.waitSignal(runner.progressed):
        runner.submit(first.job)
        runner.submit(second.job)
    assert texts(panel)[1] == ("second", "Waiting")
    with qtbot.waitSignal(runner.cancelled) as cancelled:
        panel.rows[1].cancel.click()
    assert cancelled.args == [second.job]
    assert [name for name, _ in texts(panel)] == ["first", "second"]
    assert texts(panel)[1] == ("second", "Cancelled")
    with qtbot.waitSignal(runner.cancelled):
        panel.rows[0].cancel.click()
    assert texts(panel) == [("first", "Cancelled"), ("second", "Cancelled")]


def test_an_error_is_one_sentence(qtbot, runner, panel):
    def refuse(progress):
        raise NeuralError("The mask is empty: there is nothing to replace.")

    with qtbot.waitSignal(runner.failed):
        runner.submit(Job("Inpaint", refuse, lambda answer: None))
    assert texts(panel) == [("Inpaint", "The mask is empty: there is nothing to replace.")]


def test_a_finished_job_says_how_long_it_took_and_can_be_dismissed(qtbot, runner, panel):
    with qtbot.waitSignal(runner.finished):
        runner.submit(Job("Inpaint", lambda progress: None, lambda answer: None))
    assert texts(panel) == [("Inpaint", "Done in 0.0 s")]
    panel.rows[0].cancel.click()
    assert panel.rows == ()
    assert panel.empty.isVisible()


def test_only_the_latest_ended_jobs_stay(qtbot, runner, panel):
    last = Job("last", lambda progress: None, lambda answer: None)
    with qtbot.waitSignal(runner.finished, check_params_cb=lambda job: job is last):
        for i in range(KEPT + 3):
            runner.submit(Job(str(i), lambda progress: None, lambda answer: None))
        runner.submit(last)
    names = [name for name, _ in texts(panel)]
    assert (len(names), names[0], names[-1]) == (KEPT, "last", "4")


def test_a_panel_made_late_shows_what_runs(qtbot, runner):
    gate = Gate()
    with qtbot.waitSignal(runner.progressed):
        runner.submit(gate.job)
    panel = JobsPanel(runner)
    qtbot.addWidget(panel)
    assert texts(panel)[0][1].startswith("tile 1 of 4")
    with qtbot.waitSignal(runner.finished):
        gate.open.set()


def test_an_ended_job_does_not_hold_its_document(qtbot, runner, panel):
    document = Document(Size(8, 8))
    gone = weakref.ref(document)
    with qtbot.waitSignal(runner.finished):
        runner.submit(Job("Inpaint", lambda p, d=document: d.size, lambda answer: None))
    del document
    runner.submit(Job("next", lambda progress: None, lambda answer: None))
    qtbot.waitUntil(lambda: len(panel.rows) == 2 and not runner.jobs)
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s")],
)
def test_a_duration_is_spelled(seconds, text):
    assert spell(seconds) == text
