"""Reading looks, and what becomes of them in a recipe."""

from dataclasses import replace

import numpy as np
import pytest

from neural.engine import Engine
from neural.errors import CardError, ModelMissing, NeuralError
from neural.latent import Point
from neural.looks import Look, dump, load
from neural.operations.enhance import Enhance
from neural.operations.parameters import described, most_records, parsed, with_records
from neural.operations.style import Style, Whole
from neural.progress import Progress
from neural.reading import look_of
from neural.record import decode, encode
from tests.neural.graphs import install_style

GRAY = Look("Gray", "look-1", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


def photo(h=90, w=120):
    return np.random.default_rng(0).random((h, w, 3), np.float32) * np.float32([1, 0.5, 0.2])


def test_a_look_is_read_off_a_picture(tmp_path):
    install_style(tmp_path)
    reported = []
    progress = Progress(lambda fraction, text: reported.append(fraction))
    look = look_of(Engine([tmp_path], "cpu"), photo(), "Sunset", progress)
    assert (look.name, look.space, look.share) == ("Sunset", "look-1", 1.0)
    np.testing.assert_allclose(look.code, (0.5, 0.25, 0.1), atol=0.01)
    colors = np.reshape(look.palette, (64, 3))
    np.testing.assert_allclose(colors.mean(0), look.code, atol=0.04)  # means of OKLab
    assert (np.ptp(colors, axis=0) > np.array([0.6, 0.3, 0.05])).all()
    assert reported[-1] == 1.0


def test_without_a_network_that_reads_looks_the_reason_is_said(tmp_path):
    with pytest.raises(ModelMissing, match=r"look-\*\.onnx"):
        look_of(Engine([tmp_path], "cpu"), photo(), "Sunset", Progress())


def test_an_operation_can_be_made_again_from_what_is_written_of_it():
    style = Style((GRAY, replace(GRAY, name="Dark", share=0.25)), strength=0.5, stroke=2)
    written = encode(replace(style, whole=Whole(photo(), 2)))
    assert set(written) == {"looks", "strength", "stroke", "keep_colors", "regions"}
    assert written["looks"][1]["share"] == 0.25
    assert decode(Style, written, "a recipe") == style


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("looks", [{"name": "x"}], "space is missing"),
        ("looks", [{**encode(GRAY), "palette": [1.0]}], "1 numbers for its palette"),
        ("looks", [{**encode(GRAY), "palette": [1.0, 0.0, 1.5]}], "numbers beyond 0 and 1"),
        ("looks", [{**encode(GRAY), "code": []}], "code of the look Gray has no numbers"),
        ("looks", [{**encode(GRAY), "code": [0.5, -1e30, 0.5]}], "numbers beyond ±1000"),
        ("looks", [{**encode(GRAY), "code": [float("nan")]}], "a finite number"),
        ("looks", 3, "looks is a list"),
        ("strength", 7.0, "strength is at most 1.0"),
        ("whole", None, "whole is not a known key"),
    ],
)
def test_what_is_written_is_not_believed(key, value, words):
    with pytest.raises(CardError, match=words):
        decode(Style, {**encode(Style()), key: value}, "a recipe")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Two\nlines", "Two lines"),
        (" a\x00b\x1b[31m\u2028c ", "a b [31m c"),
        ("half \ud800", "half"),
        ("x" * 5000, "x" * 80),
        ("<b>波</b>", "<b>波</b>"),
    ],
)
def test_of_a_name_what_can_be_shown_is_taken(name, shown):
    assert replace(GRAY, name=name).name == shown
    assert Point(name, "map-1", (1.0,), (1.0,)).name == shown


@pytest.mark.parametrize("number", ["1e30", "-1e999", "NaN", "1" + "0" * 400, '"1"', "null"])
def test_a_file_with_absurd_numbers_is_refused(tmp_path, number):
    path = tmp_path / "odd.look"
    path.write_text(dump(GRAY).replace("[0.5, 0.5, 0.5]", f"[0.5, {number}]", 1))
    with pytest.raises(CardError):
        load(path)


def test_looks_are_called_by_their_names():
    dark = replace(GRAY, name="Dark", share=0.25)
    text = "looks {} · strength 1.0 · stroke size auto · keep the colors False · regions "
    assert described(Style((GRAY, dark))) == text.format("Gray, Dark × 0.25")
    assert described(Style()) == text.format("none")


def test_looks_are_not_given_as_text():
    with pytest.raises(NeuralError, match="no parameter looks") as caught:
        parsed(Style, {"looks": "x"})
    assert "whole" not in str(caught.value)


def test_who_takes_looks_says_how_many():
    assert (most_records(Style, Look), most_records(Enhance, Look)) == (4, 0)
    assert with_records(Style(stroke=2), Look, [GRAY]) == Style((GRAY,), stroke=2)
    assert with_records(Enhance(), Look, [GRAY]) == Enhance()
