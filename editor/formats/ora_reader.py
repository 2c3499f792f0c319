"""Reading OpenRaster, our own and everybody else's, believing nothing."""

from __future__ import annotations

import json
import math
import zipfile
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml import DefusedXmlException, ElementTree

from editor.document.blend import BlendMode
from editor.document.document import Document, Metadata, Source
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask, Node
from editor.formats import ora
from editor.formats.base import BROKEN, FormatError, Report, check_size, silent
from editor.formats.ora_archive import Archive, Json, check_directory

MAX_STACK = 4 << 20
"""Bytes of the list of layers or of our index: some 10 000 layers. Parsed, it is 50 times that."""
MAX_DEPTH = 64

OPERATOR, NORMAL = "composite-op", ora.OPERATORS[BlendMode.NORMAL]
KNOWN = {"name", "src", "x", "y", "opacity", "visibility", OPERATOR}
KNOWN |= {"edit-locked", "selected", "isolation"}
DAMAGED = (*BROKEN, zipfile.BadZipFile)
LOST = "masks, adjustments and recipes are left out"


def load(file: IO[bytes], name: str, report: Report = silent) -> Document:
    """The document in ``file``.

    Raises:
        FormatError: it is no OpenRaster file, it is damaged, or it is too large.
    """
    try:
        check_directory(file, name)
        with zipfile.ZipFile(file) as archive:
            return _load(Archive(archive, name, report))
    except DAMAGED:
        raise FormatError(f"{name} is damaged or cut short.") from None


def _load(archive: Archive) -> Document:
    """Our own tree if the baseline is as we left it, else the baseline."""
    document = None
    index = _index(archive)
    if index is not None:
        try:
            document = _from_index(archive, index)
        except (*DAMAGED, FormatError):
            archive.forget()
            archive.notes.append(f"A part of it is damaged: {LOST}.")
    document = document or _from_stack(archive)
    document.source = Source(title=archive.name, notes=tuple(archive.notes))
    return document


def _index(archive: Archive) -> Json | None:
    """Our own data, unless the baseline was changed by another program since."""
    if ora.INDEX not in archive:
        return None
    try:
        index = dict(json.loads(archive.contents(ora.INDEX, MAX_STACK)))
        if index["version"] > ora.INDEX_VERSION:
            archive.notes.append(f"A newer version made this file: {LOST}.")
            return None
        if all(archive.crc(name) == crc for name, crc in index["baseline"].items()):
            return index
    except (*DAMAGED, FormatError):
        pass
    archive.notes.append(f"The layers were changed elsewhere: {LOST}.")
    return None


def _from_index(archive: Archive, index: Json) -> Document:
    w, h = (int(each) for each in index["size"])
    dpi = index["dpi"] and tuple(float(each) for each in index["dpi"])
    metadata = Metadata(
        profile=archive.extra(ora.PROFILE),
        exif=archive.extra(ora.EXIF),
        xmp=archive.extra(ora.XMP),
        texts=tuple((str(key), str(text)) for key, text in index["texts"]),
        dpi=dpi if dpi and len(dpi) == 2 and all(map(math.isfinite, dpi)) else None,
    )
    dtype = {8: np.uint8, 16: np.uint16}[index["depth"]]
    document = Document(check_size((w, h), archive.name), dtype, metadata)
    document.selection = archive.grid(index["selection"], 1, dtype)
    for entry in index["layers"]:
        _append(document.root, _own(archive, document, entry, MAX_DEPTH))
    archive.decode()
    return document


def _own(archive: Archive, document: Document, entry: Json, depth: int) -> Node:
    """A node as the index has it."""
    if depth == 0:
        raise FormatError(f"{archive.name} has groups nested too deeply.")
    node: Node
    if "children" in entry:
        node = LayerGroup(str(entry["name"]))
        for child in entry["children"]:
            _append(node, _own(archive, document, child, depth - 1))
    elif "lut" in entry:
        node = AdjustmentLayer(str(entry["name"]), archive.lut(entry["lut"]))
    else:
        pixels = archive.grid(entry["pixels"], 4, document.dtype)
        node = Layer(str(entry["name"]), pixels)
        node.alpha_locked = bool(entry["alpha_locked"])
    node.visible, node.locked = bool(entry["visible"]), bool(entry["locked"])
    node.opacity, node.mode = _opacity(entry["opacity"]), BlendMode(entry["mode"])
    node.recipe = None if entry["recipe"] is None else dict(entry["recipe"])
    node.attributes = {str(key): str(value) for key, value in entry["attributes"].items()}
    mask = entry["mask"]
    if mask is not None:
        fill = document.full if mask["fill"] else 0
        grid = archive.grid(mask, 1, document.dtype, fill)
        node.mask = Mask(grid, enabled=bool(mask["enabled"]))
    if entry["active"]:
        document.activate(node)
    return node


def _from_stack(archive: Archive) -> Document:
    """What every program reads."""
    try:
        image = ElementTree.fromstring(archive.contents(ora.STACK, MAX_STACK), forbid_dtd=True)
    except (DefusedXmlException, ParseError):
        raise FormatError(f"{archive.name} is damaged: its list of layers is not sound.") from None
    size = check_size((_whole(image, "w"), _whole(image, "h")), archive.name)
    stack = image.find("stack")
    if stack is None:
        raise FormatError(f"{archive.name} has no layers.")
    files = {element.get("src", "") for element in stack.iter("layer")}
    deep = any(archive.header(file)[1] > 8 for file in files)
    dpi = float(_whole(image, "xres")), float(_whole(image, "yres"))
    document = Document(size, np.uint16 if deep else np.uint8)
    _read_children(archive, document, stack, document.root, MAX_DEPTH)
    archive.decode()
    document.metadata = Metadata(profile=archive.profile, dpi=dpi if min(dpi) > 0 else None)
    return document


def _read_children(
    archive: Archive, document: Document, stack: Element, group: LayerGroup, depth: int
) -> None:
    if depth == 0:
        raise FormatError(f"{archive.name} has groups nested too deeply.")
    for element in reversed(stack):
        name = element.get("name", "")
        if element.tag == "stack":
            inner = LayerGroup(name)
            if _passes_through(element):
                archive.notes.append(f"The group “{name[:40]}” blends as a whole here.")
            _read_children(archive, document, element, inner, depth - 1)
            _append(group, _with_properties(archive, document, inner, element))
        elif element.tag == "layer":
            place = {"file": element.get("src", "")} | {k: _whole(element, k) for k in ("x", "y")}
            layer = Layer(name, archive.grid(place, 4, document.dtype))
            _append(group, _with_properties(archive, document, layer, element))
        else:
            archive.notes.append(f"Something of the kind {element.tag!s:.40} was left out.")
    if document.active is None and group.children:
        document.activate(group.children[-1])


def _with_properties(archive: Archive, document: Document, node: Node, element: Element) -> Node:
    node.visible = element.get("visibility") != "hidden"
    node.opacity = _opacity(element.get("opacity", "1"))
    node.locked = element.get("edit-locked") == "true"
    operator = element.get(OPERATOR, NORMAL)
    mode = ora.MODES.get(operator)
    if mode is None:
        archive.notes.append(f"The blend mode {operator[:40]} of “{node.name[:40]}” became Normal.")
    node.mode = mode or BlendMode.NORMAL
    node.attributes = {
        key: value
        for key, value in element.attrib.items()
        if key not in KNOWN and value not in archive  # what it names would not be saved
    }
    if element.get("selected") == "true":
        document.activate(node)
    return node


def _passes_through(stack: Element) -> bool:
    """Whether layers inside are to blend with what is below the group, which ours never do."""
    plain = stack.get("opacity", "1") in ("1", "1.0") and stack.get(OPERATOR, NORMAL) == NORMAL
    inside = any(each.get(OPERATOR, NORMAL) != NORMAL for each in stack.iter() if each is not stack)
    return stack.get("isolation") == "auto" and plain and inside


def _append(group: LayerGroup, node: Node) -> None:
    group.insert(len(group.children), node)


def _opacity(value: Any) -> float:
    """0..1; 1 for what is no number."""
    try:
        number = float(value)
    except ValueError:
        return 1.0
    return min(max(number, 0.0), 1.0) if math.isfinite(number) else 1.0


def _whole(element: Element, key: str) -> int:
    """An attribute as a whole number, 0 if there is none."""
    return int(float(element.get(key, "0")))
