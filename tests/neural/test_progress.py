import pytest

from neural.errors import Cancelled
from neural.progress import CancelToken, Progress


def test_a_part_fills_its_stretch_of_the_whole():
    seen = []
    progress = Progress(lambda fraction, text: seen.append((fraction, text)))
    part = progress.part(0.2, 0.8)
    part(0.0, "a")
    part.part(0.5, 1.0)(0.5, "b")
    part(1.0)
    assert seen == [(0.2, "a"), (pytest.approx(0.65), "b"), (pytest.approx(0.8), "")]


def test_a_report_after_cancelling_raises_and_reports_nothing():
    seen = []
    progress = Progress(lambda fraction, text: seen.append(fraction))
    progress.token.cancel()
    with pytest.raises(Cancelled):
        progress.part(0, 1)(0.5)
    assert seen == []


def test_parts_share_notes_and_a_note_is_kept_once():
    progress = Progress()
    progress.part(0, 0.5).note("Smaller tiles.")
    progress.note("Smaller tiles.")
    assert progress.notes == ["Smaller tiles."]


def test_a_listener_hears_of_cancelling_once_unless_it_was_forgotten():
    token, heard = CancelToken(), []
    token.on_cancel(lambda: heard.append("kept"))
    forget = token.on_cancel(lambda: heard.append("forgotten"))
    forget()
    forget()
    token.cancel()
    token.cancel()
    assert heard == ["kept"]


def test_a_listener_that_comes_late_is_called_at_once():
    token, heard = CancelToken(), []
    token.cancel()
    token.on_cancel(lambda: heard.append("late"))
    assert heard == ["late"]
