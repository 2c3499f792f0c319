"""Frozen dataclasses from JSON and back, believing nothing."""

import json
import unicodedata
from dataclasses import MISSING, Field, fields, is_dataclass
from math import isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from neural.errors import CardError

Record = TypeVar("Record")

MAX_BYTES = 1 << 17  # of a file that holds one record
LONGEST_NAME = 80
NOT_IN_NAMES = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, ends of lines


def read(kind: type[Record], path: Path) -> Record:
    """A ``kind`` from a small file of its own, which messages call by the kind's name.

    Raises:
        CardError: it cannot be read or believed.
    """
    what = kind.__name__.lower()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CardError(f"{path.name} is too large to be a {what}.")
        return decode(kind, json.loads(path.read_bytes()), path.name)
    except OSError as problem:
        raise CardError(f"{path.name} cannot be read: {problem.strerror}.") from problem
    except (ValueError, OverflowError, RecursionError):
        raise CardError(f"{path.name} is not a {what}.") from None


def text(record: Any) -> str:
    """What to write into a file that ``read`` understands."""
    return json.dumps(encode(record), ensure_ascii=False) + "\n"


def one_line(name: str) -> str:
    """What of a name from anywhere can be shown: in one line, and not too long."""
    shown = (" " if unicodedata.category(x) in NOT_IN_NAMES else x for x in name)
    return " ".join("".join(shown).split())[:LONGEST_NAME].rstrip()


def decode(kind: type[Record], data: Any, where: str) -> Record:
    """A ``kind`` from what ``json.loads`` gave.

    Understands nested dataclasses, ``Literal``, ``X | None``, ``tuple[X, ...]``, ``tuple[X, Y]``,
    ``dict[str, X]``, str, bool, int and float. A field's metadata may hold ``min``, ``max`` and
    ``choices``; one that is ``hidden`` is never written, and has its default. ``where`` names the
    data in messages: "inpaint-1.json".

    Raises:
        CardError: a key is unknown or missing, or a value is not of its type or range.
    """
    if not isinstance(data, dict):
        raise CardError(f"{where}: an object is expected, not {_shown(data)}.")
    hints = get_type_hints(kind)
    known = {each.name: each for each in written(kind)}
    for key in data.keys() - known.keys():
        raise CardError(f"{where}: {key} is not a known key.")
    values = {}
    for name, each in known.items():
        if name in data:
            values[name] = _value(hints[name], data[name], f"{where}: {name}")
            _check_range(values[name], each.metadata, f"{where}: {name}")
        elif each.default is MISSING:
            raise CardError(f"{where}: {name} is missing.")
    return kind(**values)


def encode(record: Any) -> Any:
    """The JSON form of a record: the inverse of ``decode``."""
    if is_dataclass(record):
        return {each.name: encode(getattr(record, each.name)) for each in written(record)}
    if isinstance(record, tuple):
        return [encode(each) for each in record]
    if isinstance(record, dict):
        return {key: encode(value) for key, value in record.items()}
    return record


def written(record: Any) -> tuple[Field[Any], ...]:
    """The fields of a dataclass, or of its class, that are not ``hidden``."""
    return tuple(each for each in fields(record) if not each.metadata.get("hidden"))


def _value(hint: Any, data: Any, where: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return decode(hint, data, where)  # type: ignore[arg-type]
    if origin is Literal:
        if data not in inner:
            raise CardError(f"{where} is one of {', '.join(map(str, inner))}, not {_shown(data)}.")
        return data
    if origin in (UnionType, Union):
        optional = next(each for each in inner if each is not NoneType)
        return None if data is None else _value(optional, data, where)
    if origin is tuple:
        return _tuple(inner, data, where)
    if origin is dict:
        if not isinstance(data, dict):
            raise CardError(f"{where} is an object, not {_shown(data)}.")
        return {key: _value(inner[1], each, f"{where}.{key}") for key, each in data.items()}
    return _plain(hint, data, where)


def _tuple(inner: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise CardError(f"{where} is a list, not {_shown(data)}.")
    kinds = [inner[0]] * len(data) if inner[-1] is Ellipsis else list(inner)
    if len(kinds) != len(data):
        raise CardError(f"{where} has {len(kinds)} values, not {len(data)}.")
    return tuple(
        _value(kind, each, f"{where}[{i}]")
        for i, (kind, each) in enumerate(zip(kinds, data, strict=True))
    )


def _plain(kind: type, data: Any, where: str) -> Any:
    if kind is float and type(data) is int:
        data = float(data)
    if type(data) is not kind:  # a bool is no number here
        words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
        raise CardError(f"{where} is {words[kind]}, not {_shown(data)}.")
    if isinstance(data, float) and not isfinite(data):
        raise CardError(f"{where} is a finite number, not {data}.")
    return data


def _check_range(value: Any, metadata: Any, where: str) -> None:
    for number in value if isinstance(value, tuple) else (value,):
        if isinstance(number, (int, float)):
            if "min" in metadata and number < metadata["min"]:
                raise CardError(f"{where} is at least {metadata['min']}, not {number}.")
            if "max" in metadata and number > metadata["max"]:
                raise CardError(f"{where} is at most {metadata['max']}, not {number}.")
    if "choices" in metadata and value not in metadata["choices"]:
        words = ", ".join(map(str, metadata["choices"]))
        raise CardError(f"{where} is one of {words}, not {_shown(value)}.")


def _shown(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 40 else f"{text[:37]}..."
