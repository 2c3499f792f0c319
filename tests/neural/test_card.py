import json
from dataclasses import replace

import pytest

from neural.card import dump, load, parse
from neural.errors import CardError
from tests.neural.graphs import CARD, MASK


def changed(*path, value):
    """The JSON text of a card in which one value is another; ``...`` removes it."""
    data = json.loads(dump(CARD))
    at = data
    for key in path[:-1]:
        at = at[key]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(data)


def test_a_card_survives_its_json():
    card = replace(CARD, inputs=(*CARD.inputs, MASK))
    assert parse(dump(card), "model.json") == card


def test_optional_keys_have_safe_defaults():
    assert parse(changed("geometry", "max", value=...), "c") == CARD
    assert parse(changed("alpha", value=...), "c") == CARD


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("schema",), 2, "schema 2 is unknown"),
        (("schema",), ..., "schema None is unknown"),
        (("titel",), "x", "titel is not a known key"),
        (("geometry", "hallo_px"), 3, "geometry: hallo_px is not a known key"),
        (("sha256",), ..., "sha256 is missing"),
        (("sha256",), "abc", "sha256 is 64 hexadecimal digits"),
        (("bytes",), "12", "bytes is a whole number, not '12'"),
        (("bytes",), True, "bytes is a whole number, not True"),
        (("bytes",), 0, "bytes is at least 1, not 0"),
        (("geometry", "halo_px"), -3, "geometry: halo_px is at least 0, not -3"),
        (("geometry", "min"), [8], "geometry: min has 2 values, not 1"),
        (("geometry", "min"), [8, 0], "geometry: min is at least 1, not 0"),
        (("geometry", "tiling"), "maybe", "tiling is one of safe, global_stats, never"),
        (("geometry",), [], "geometry: an object is expected, not []"),
        (("cost", "cpu_ms_per_mp"), float("nan"), "cpu_ms_per_mp is a finite number"),
        (("file",), "../evil.onnx", "file is model.onnx, not"),
        (("file",), "model.pkl", "file is model.onnx, not"),
        (("id",), "a/b", "id is a plain lower-case name"),
        (("inputs",), [], "inputs and outputs may not be empty"),
        (("inputs", 0, "one_means"), "hole", "one_means belongs to a mask"),
        (("inputs", 0, "role"), "mask", "a mask needs it"),
        (("metrics",), [{"dataset": "d", "setting": "s", "values": {"psnr": "x"}}], "psnr is a"),
        (("selftest", "probe"), [], "selftest.probe is empty"),
    ],
)
def test_a_wrong_card_is_refused_in_one_sentence(path, value, words):
    with pytest.raises(CardError) as caught:
        parse(changed(*path, value=value), "model.json")
    message = str(caught.value)
    assert words in message
    assert message.startswith("model.json")
    assert message.endswith(".") and "\n" not in message


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, b"\xff\xfe\x00"])
def test_what_is_no_card_is_refused(text):
    with pytest.raises(CardError, match=r"^x\.json"):
        parse(text, "x.json")


def test_a_huge_card_is_refused_unread(tmp_path):
    """R31"""
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(1 << 31)
    with pytest.raises(CardError, match=r"huge\.json is too large"):
        load(path)


def test_an_absent_card_says_so(tmp_path):
    with pytest.raises(CardError, match=r"none\.json cannot be read"):
        load(tmp_path / "none.json")
