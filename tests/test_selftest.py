"""What ``pentimento --selftest`` says when something is wrong; when nothing is: ``test_cli``."""

from __future__ import annotations

import os
import shutil

import pytest

from editor.cli import main, retouching, selftest
from editor.paint.stroke import Stroke
from neural.engine import shipped_models
from neural.operations.upscale import Upscale
from tests.test_retouch import upscaler


@pytest.fixture
def damaged(tmp_path, monkeypatch):
    """The shipped models, with one byte of each network turned over."""
    folder = tmp_path / "models"
    shutil.copytree(shipped_models(), folder)
    for path in folder.glob("*.onnx"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    monkeypatch.setattr(retouching, "shipped_models", lambda: folder)


def test_a_damaged_model_is_named_in_one_sentence(damaged, capsys):
    with pytest.raises(SystemExit) as end:
        main(["--selftest"])
    assert end.value.code == 1
    error = capsys.readouterr().err
    assert "The self-test failed at “models”: " in error
    assert "is damaged or another file" in error
    assert error.count("\n") == 1


def test_a_brush_that_paints_nothing_is_noticed(monkeypatch, capsys):
    monkeypatch.setattr(Stroke, "extend", lambda self, *sample: self.revert())
    before = dict(os.environ)
    with pytest.raises(SystemExit) as end:
        main(["--selftest"])
    assert end.value.code == 1
    assert "failed at “draw a stroke”" in capsys.readouterr().err
    assert dict(os.environ) == before


def test_what_resizes_is_run_into_a_picture_of_its_own(tmp_path, monkeypatch, capsys):
    upscaler(tmp_path)
    monkeypatch.setattr(retouching, "shipped_models", lambda: tmp_path)
    monkeypatch.setattr(selftest, "OPERATIONS", (Upscale,))
    with pytest.raises(SystemExit) as end:
        main(["--selftest"])
    said = capsys.readouterr()
    assert end.value.code == 0, said.err
    assert "run upscale: 384 × 384" in said.out
