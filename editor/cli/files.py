"""``pentimento convert`` and ``pentimento info``: any file that can be read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from editor import formats
from editor.cli.console import Commands, print_json, tell
from editor.document.layer import LayerGroup


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("convert", help="any readable file to any writable one")
    parser.add_argument("input", metavar="IN", type=Path)
    parser.add_argument("output", metavar="OUT", type=Path)
    parser.set_defaults(run=_convert)
    parser = commands.add_parser("info", help="what a file holds")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.set_defaults(run=_info)


def _convert(given: argparse.Namespace) -> int:
    formats.options_for(given.output)
    document = formats.load(given.input)
    tell(document.source.notes)
    tell(formats.save(document, given.output))
    return 0


def _info(given: argparse.Namespace) -> int:
    document = formats.load(given.file)
    nodes = list(document.root.walk())
    kept = document.metadata
    facts: dict[str, Any] = {
        "file": str(given.file),
        "width": document.size.w,
        "height": document.size.h,
        "bits_per_channel": document.dtype.itemsize * 8,
        "layers": [node.name for node in nodes if not isinstance(node, LayerGroup)],
        "profile_bytes": len(kept.profile or b""),
        "exif_bytes": len(kept.exif or b""),
        "xmp_bytes": len(kept.xmp or b""),
        "dpi": kept.dpi,
        "notes": list(document.source.notes),
    }
    if given.json:
        print_json(facts)
        return 0
    print("{file}: {width} × {height} pixels, {bits_per_channel} bits per channel".format(**facts))
    print(f"layers: {', '.join(facts['layers'])}")
    print(f"color profile: {len(kept.profile)} bytes" if kept.profile else "color profile: sRGB")
    tell(document.source.notes)
    return 0
