"""OpenRaster, the native layered file: the names that writing and reading share.

The archive holds a picture twice in structure and once in pixels. What the OpenRaster baseline
knows is in ``stack.xml`` and ``data/``, with masks already applied, so that any other program
shows the same picture; an adjustment is a layer with the colors that it shows (``ora_baseline``).
What only we know is in ``pentimento/index.json``: the same tree with its masks, recipes and
selection, and beside it the pixels under the masks and the color tables. The index lists the CRC-32
of every baseline file. If one is not as it was, another program has been there: then its picture
counts, and the index is left alone.

Format: openraster.org, "File Layout Specification" and "Layer Stack Specification", 0.0.6.
"""

from __future__ import annotations

from editor.document.blend import BlendMode

MIMETYPE = "mimetype"
MEDIA_TYPE = b"image/openraster"
STACK = "stack.xml"
MERGED = "mergedimage.png"
THUMBNAIL = "Thumbnails/thumbnail.png"
DATA = "data"
OWN = "pentimento"
INDEX = f"{OWN}/index.json"
PROFILE, EXIF, XMP = f"{OWN}/profile.icc", f"{OWN}/exif.bin", f"{OWN}/xmp.xml"

SPECIFICATION = "0.0.6"
INDEX_VERSION = 1
THUMBNAIL_SIDE = 256

OPERATORS = {mode: f"svg:{mode}" for mode in BlendMode} | {BlendMode.NORMAL: "svg:src-over"}
MODES = {operator: mode for mode, operator in OPERATORS.items()}
