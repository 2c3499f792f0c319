"""What an ONNX file holds, read without trusting it and without a library.

An ONNX file is a protobuf message; field numbers are those of ``onnx.proto`` (IR version 10).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from neural.errors import ModelMissing

MAX_BYTES = 256 << 20
MAX_NODES = 20_000
MAX_DEPTH = 32
DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})  # built into ONNX Runtime

_EXTERNAL = 1  # TensorProto.DataLocation

# message: {field number: the message inside}
_CHILDREN = {
    "model": {7: "graph", 8: "opset", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 9: "opset"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "location"},
}

Wire = tuple[int, int | memoryview]


@dataclass
class Contents:
    """What matters for safety."""

    nodes: int = 0
    external: bool = False
    domains: set[str] = field(default_factory=set)


def check(data: bytes, name: str) -> None:
    """Refuse what a model file has no business to hold.

    ``name`` is the file's, for messages.

    Raises:
        ModelMissing: not an ONNX file, too large, with external data, or with custom operators.
    """
    if len(data) > MAX_BYTES:
        raise ModelMissing(f"{name} is larger than {MAX_BYTES >> 20} MiB and is refused.")
    contents = Contents()
    try:
        _walk("model", memoryview(data), contents, 0)
    except (ValueError, IndexError):
        raise ModelMissing(f"{name} is not an ONNX file.") from None
    if not contents.nodes:
        raise ModelMissing(f"{name} is not an ONNX file.")
    if contents.nodes > MAX_NODES:
        raise ModelMissing(f"{name} has more than {MAX_NODES} operators and is refused.")
    if contents.external:
        raise ModelMissing(f"{name} keeps weights in other files and is refused.")
    if foreign := contents.domains - DOMAINS:
        raise ModelMissing(f"{name} needs the operators of {min(foreign)} and is refused.")


def with_input_fixed(data: bytes, name: str, value: float) -> bytes:
    """A model whose input ``name``, float32 ``(1, 1, 1, 1)``, is always ``value``.

    Two protobuf messages one after the other are one with the fields of both, so an initializer is
    appended. It is a constant, which a runtime may calculate with in advance, up to version 3 of
    the format; from version 4 on, only the default of its input.
    """
    tensor = _field(1, b"\1\1\1\1") + b"\x10\1" + _field(8, name.encode())  # sizes, float32
    tensor += _field(9, struct.pack("<f", value))
    return data + b"\x08\3" + _field(7, _field(5, tensor))  # version; graph, initializer


def _field(number: int, value: bytes) -> bytes:
    """A field with a length below 16384."""
    length = len(value)
    head = bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])
    return bytes([number << 3 | 2]) + head + value


def _walk(message: str, data: memoryview, contents: Contents, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    children = _CHILDREN[message]
    for number, value in _fields(data):
        if message == "tensor" and number == 14:
            contents.external |= value == _EXTERNAL
        elif isinstance(value, int):
            continue
        elif children.get(number) == "location":
            contents.external = True
        elif children.get(number) == "opset":
            contents.domains |= {_domain(value)}
        elif number in children:
            contents.nodes += children[number] == "node"
            _walk(children[number], value, contents, depth + 1)


def _domain(opset: memoryview) -> str:
    for number, value in _fields(opset):
        if number == 1 and not isinstance(value, int):
            return str(value, "utf-8")
    return ""  # the standard operators


def _fields(data: memoryview) -> Iterator[Wire]:
    """The fields of one message: numbers as int, everything with a length as a view."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == 2:
            length, at = _varint(data, at)
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if at + length > len(data):
            raise ValueError("cut short")
        yield number, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("number too long")
