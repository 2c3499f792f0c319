"""Writing OpenRaster."""

from __future__ import annotations

import json
import re
import zipfile
from typing import IO, Any
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from editor.document.document import Document, Metadata
from editor.document.geometry import Rect
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask, Node
from editor.document.lut import Lut
from editor.document.tiles import Pixels, TileGrid
from editor.formats import ora, png
from editor.formats.base import Notes, Read, Report, flattened, silent, to_8_bits
from editor.formats.export import png_chunks
from editor.formats.ora_baseline import covers, is_opaque, picture_of, used

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""

Element = ElementTree.Element
Json = dict[str, Any]


def save(
    document: Document, file: IO[bytes], report: Report = silent, *, merged: bool = True
) -> Notes:
    """Write ``document`` with its layers, masks, recipes, selection and metadata: all but history.

    merged: with the flattened picture, a thumbnail and what adjustments show, which other programs
    want and which have to be drawn.
    """
    with zipfile.ZipFile(file, "w") as archive:
        writer = _Writer(archive, document, report, drawn=merged)
        writer.put(ora.MIMETYPE, ora.MEDIA_TYPE)
        writer.put_baseline()
        if merged:
            writer.put_merged()
        writer.put_index()
    return ()


class _Writer:
    def __init__(
        self, archive: zipfile.ZipFile, document: Document, report: Report, *, drawn: bool
    ) -> None:
        self._archive = archive
        self._drawn = drawn
        self._report = report
        self._work = _area(document)
        self._done = 0
        self._document = document
        self._places: dict[int, Json] = {}
        profile = Metadata(profile=document.metadata.profile)
        self._chunks = tuple(png_chunks(profile))

    def put(self, name: str, data: bytes) -> None:
        """Small files other than the media type are compressed."""
        kind = zipfile.ZIP_STORED if name == ora.MIMETYPE else zipfile.ZIP_DEFLATED
        self._archive.writestr(zipfile.ZipInfo(name), data, compress_type=kind)

    def put_baseline(self) -> None:
        """``stack.xml`` and the layers as other programs see them."""
        document = self._document
        image = ElementTree.Element("image", version=ora.SPECIFICATION)
        image.set("w", str(document.size.w))
        image.set("h", str(document.size.h))
        if document.metadata.dpi:
            across, down = document.metadata.dpi
            image.set("xres", str(round(across)))
            image.set("yres", str(round(down)))
        stack = ElementTree.SubElement(image, "stack")
        for node in reversed(document.root.children):
            stack.append(self._element(node))
        text = ElementTree.tostring(image, encoding="utf-8", xml_declaration=True)
        self.put(ora.STACK, text)

    def put_merged(self) -> None:
        """The flattened picture and its thumbnail."""
        rect = self._document.rect
        with flattened(self._document) as read:
            thumbnail = _Thumbnail(rect, read)
            opaque = any(covers(node, rect) for node in self._document.root.children)
            self._put_png(ora.MERGED, rect, thumbnail.read, 3 if opaque else 4)
        small = to_8_bits(thumbnail.pixels())
        area = Rect(0, 0, small.shape[1], small.shape[0])
        self._put_png(ora.THUMBNAIL, area, lambda r: small[r.y : r.bottom], 4, np.dtype(np.uint8))

    def put_index(self) -> None:
        """Everything, as we want it back."""
        document, metadata = self._document, self._document.metadata
        baseline = {info.filename: info.CRC for info in self._archive.infolist()}
        index: Json = {
            "version": ora.INDEX_VERSION,
            "size": list(document.size),
            "depth": 8 * document.dtype.itemsize,
            "dpi": metadata.dpi and list(metadata.dpi),
            "texts": metadata.texts,
            "selection": self._place(document.selection, ora.OWN),
            "layers": [self._own(node) for node in document.root.children],
            "baseline": {name: crc for name, crc in baseline.items() if _is_baseline(name)},
        }
        extras = {ora.PROFILE: metadata.profile, ora.EXIF: metadata.exif, ora.XMP: metadata.xmp}
        for name, data in extras.items():
            if data:
                self.put(name, data)
        self.put(ora.INDEX, json.dumps(index, indent=1).encode())

    def _element(self, node: Node) -> Element:
        """The ``layer`` or ``stack`` that shows the same as ``node`` and needs no mask."""
        attributes = {
            **{
                NOT_XML.sub("", key): NOT_XML.sub("", value)
                for key, value in node.attributes.items()
            },
            "name": NOT_XML.sub("", node.name),
            "opacity": f"{node.opacity:.6g}",
            "visibility": "visible" if node.visible else "hidden",
            "composite-op": ora.OPERATORS[node.mode],
        }
        if node.locked:
            attributes["edit-locked"] = "true"
        if node is self._document.active:
            attributes["selected"] = "true"
        mask = node.mask if node.mask and node.mask.enabled else None
        if isinstance(node, LayerGroup) and mask is None:
            element = ElementTree.Element("stack", attributes, isolation="isolate")
            element.extend(self._element(child) for child in reversed(node.children))
            return element
        if isinstance(node, Layer) and mask is None:
            place = self._place(node.pixels, ora.DATA)
        elif isinstance(node, AdjustmentLayer) and not self._drawn:
            nothing = TileGrid(4, self._document.dtype)
            place = self._put_numbered(ora.DATA, Rect(0, 0, 1, 1), nothing.read, 4)
        else:
            with picture_of(node, self._document) as (rect, read, operator):
                place = self._put_numbered(ora.DATA, rect, read, 4)
            attributes["composite-op"] = operator
        return ElementTree.Element(
            "layer", attributes, src=place["file"], x=str(place["x"]), y=str(place["y"])
        )

    def _own(self, node: Node) -> Json:
        """``node`` as the index keeps it."""
        entry: Json = {
            "name": node.name,
            "visible": node.visible,
            "opacity": node.opacity,
            "mode": node.mode.value,
            "locked": node.locked,
            "active": node is self._document.active,
            "recipe": node.recipe,
            "attributes": node.attributes,
            "mask": node.mask and self._own_mask(node.mask),
        }
        if isinstance(node, Layer):
            entry["alpha_locked"] = node.alpha_locked
            entry["pixels"] = self._place(node.pixels, ora.OWN)
        elif isinstance(node, AdjustmentLayer):
            entry["lut"] = self._table(node.lut)
        elif isinstance(node, LayerGroup):
            entry["children"] = [self._own(child) for child in node.children]
        return entry

    def _own_mask(self, mask: Mask) -> Json:
        return {"enabled": mask.enabled, **self._place(mask.grid, ora.OWN)}

    def _table(self, lut: Lut) -> Json:
        """Where ``lut`` is in the archive: its values as little-endian float32, red slowest."""
        place = self._places.get(id(lut))
        if place is None:
            name = f"{ora.OWN}/{len(self._archive.namelist()):03}.lut"
            self.put(name, lut.table.astype("<f4").tobytes())
            self._places[id(lut)] = place = {"file": name, "points": lut.points}
        return place

    def _place(self, grid: TileGrid, folder: str) -> Json:
        """Where ``grid`` is in the archive; it goes into ``folder`` unless it is somewhere."""
        place = self._places.get(id(grid))
        if place is None:
            rect = used(grid)
            channels = 3 if grid.channels == 4 and is_opaque(grid, rect) else grid.channels
            place = self._put_numbered(folder, rect, grid.read, channels)
            self._places[id(grid)] = place = {**place, "fill": grid.fill}
        return place

    def _put_numbered(self, folder: str, rect: Rect, read: Read, channels: int) -> Json:
        name = f"{folder}/{len(self._archive.namelist()):03}.png"
        self._put_png(name, rect, read, channels)
        return {"file": name, "x": rect.x, "y": rect.y}

    def _put_png(
        self,
        name: str,
        rect: Rect,
        read: Read,
        channels: int,
        dtype: np.dtype[Any] | None = None,
    ) -> None:
        def told(part: Rect) -> Pixels:
            self._done += part.w * part.h
            self._report(min(self._done / self._work, 1.0))
            return read(part)[..., :channels]

        dtype = dtype or self._document.dtype
        large = rect.w * rect.h * channels * dtype.itemsize >= zipfile.ZIP64_LIMIT
        with self._archive.open(zipfile.ZipInfo(name), "w", force_zip64=large) as file:
            chunks = self._chunks if channels > 1 else ()
            png.write(file, rect, told, dtype, channels, chunks=chunks)


class _Thumbnail:
    """A small copy of a picture, gathered while the picture is read from top to bottom."""

    def __init__(self, rect: Rect, read: Read) -> None:
        self._read = read
        self._step = -(-max(rect.size) // (4 * ora.THUMBNAIL_SIDE))
        self._rows: list[Pixels] = []

    def read(self, rect: Rect) -> Pixels:
        pixels = self._read(rect)
        first = -rect.y % self._step
        self._rows.append(pixels[first :: self._step, :: self._step].copy())
        return pixels

    def pixels(self) -> Pixels:
        """What was seen, as large as a thumbnail may be; ``(h, w, 4)``."""
        image = Image.fromarray(to_8_bits(np.concatenate(self._rows)))
        side = ora.THUMBNAIL_SIDE
        image.thumbnail((side, side), Image.Resampling.BOX)
        return np.asarray(image)


def _area(document: Document) -> int:
    """About as many pixels as are to be written."""
    grids = [document.selection]
    for node in document.root.walk():
        grids += [node.pixels] if isinstance(node, Layer) else []
        grids += [node.mask.grid] if node.mask else []
    pictures = [document.size for n in document.root.walk() if isinstance(n, AdjustmentLayer)]
    sizes = [document.size, *pictures, *(grid.bounds().size for grid in grids)]
    return sum(size.w * size.h for size in sizes)


def _is_baseline(name: str) -> bool:
    return name == ora.STACK or name.startswith(f"{ora.DATA}/")
