"""Starting, with and without a display, and what happens to errors nobody expected."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from editor import app
from editor.ui.crash import CrashDialog


def run(*arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """A Python of its own, with some variables set, or unset if ``None``."""
    env = {**os.environ, **{k: v for k, v in environment.items() if v is not None}}
    for name in (name for name, value in environment.items() if value is None):
        env.pop(name, None)
    return subprocess.run(
        [sys.executable, *arguments], env=env, capture_output=True, text=True, timeout=60
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_it_says_so_in_one_line() -> None:
    done = run("-m", "editor", DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert done.returncode == 1
    assert done.stderr == app.NO_DISPLAY
    assert "make demo" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_editor_starts_without_loading_a_runtime_or_a_model() -> None:
    """R25: networks are loaded on first use, in the worker."""
    done = run("-c", "import sys, editor.app; print(*sorted(sys.modules))")
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"onnxruntime", "onnx", "torch", "qtawesome", "skimage", "cv2"}


def test_an_unexpected_error_is_logged_and_said_once(
    qapp: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[CrashDialog] = []
    monkeypatch.setattr(CrashDialog, "exec", lambda dialog: said.append(dialog))
    hook = app.BugReport()
    for _ in range(3):
        try:
            raise RuntimeError("out of ink")
        except RuntimeError as error:
            hook(RuntimeError, error, error.__traceback__)
    (dialog,) = said
    assert "still open" in dialog.text()
    assert "out of ink" in dialog.report
    assert "out of ink" in caplog.text


def test_the_log_is_a_file_in_the_state_folder(tmp_path: Path) -> None:
    handlers = list(logging.getLogger().handlers)
    try:
        app.log_to(tmp_path / "state")
        logging.getLogger("test").error("something")
    finally:
        for handler in set(logging.getLogger().handlers) - set(handlers):
            logging.getLogger().removeHandler(handler)
            handler.close()
    assert "something" in (tmp_path / "state" / "log.txt").read_text()


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = list(logging.getLogger().handlers)
    app.log_to(tmp_path / "file" / "state")
    assert logging.getLogger().handlers == before
