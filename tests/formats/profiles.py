"""Small ICC profiles made by hand (ICC.1:2001-04), so that no file of unknown license is needed."""

import struct

D50 = (0.9642, 1.0, 0.8249)
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
DISPLAY_P3 = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)
"""XYZ of red, green and blue, adapted to D50."""


def _xyz(values):
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in values))


def _gamma(value):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + b"\0\0"


def _text(text):
    raw = text.encode() + b"\0"
    body = b"desc\0\0\0\0" + struct.pack(">I", len(raw)) + raw + bytes(4 + 4 + 2 + 1 + 67)
    return body + bytes(-len(body) % 4)


def _profile(space, tags):
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    header = bytearray(128)
    struct.pack_into(
        ">I4sI4s4s4s", header, 0, start + len(body), b"\0" * 4, 0x02100000, b"mntr", space, b"XYZ "
    )
    struct.pack_into(">6H4s", header, 24, 2026, 1, 1, 0, 0, 0, b"acsp")
    header[68:80] = struct.pack(">3i", *(round(v * 65536) for v in D50))
    return bytes(header) + struct.pack(">I", len(tags)) + table + body


def rgb_profile(name, primaries, gamma=2.2):
    curve = _gamma(gamma)
    tags = [
        (b"desc", _text(name)),
        (b"cprt", b"text\0\0\0\0public domain\0\0\0"),
        (b"wtpt", _xyz(D50)),
    ]
    tags += [(key, _xyz(p)) for key, p in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)]
    tags += [(key, curve) for key in (b"rTRC", b"gTRC", b"bTRC")]
    return _profile(b"RGB ", tags)


def gray_profile(gamma=1.0):
    tags = [
        (b"desc", _text("Gray")),
        (b"cprt", b"text\0\0\0\0public domain\0\0\0"),
        (b"wtpt", _xyz(D50)),
    ]
    return _profile(b"GRAY", [*tags, (b"kTRC", _gamma(gamma))])
