"""Pictures that a network had a part in say so, and keep what else they say."""

from xml.etree import ElementTree

import numpy as np
import pytest

from editor import formats
from editor.document.document import Document, Metadata

TERM = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="mine"%s>
<dc:rights>me</dc:rights>%s</rdf:Description>
</rdf:RDF></x:xmpmeta>"""
PREFIX = b' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def document(*operations, xmp=None):
    picture = Document.from_pixels(np.full((4, 4, 4), 255, np.uint8), metadata=Metadata(xmp=xmp))
    for operation in operations:
        layer = picture.new_layer(operation)
        layer.recipe = {"operation": operation}
        picture.root.insert(1, layer)
    return picture


def said(document, tmp_path, suffix=".png"):
    """The XMP of the saved picture, and all source types in it."""
    formats.save(document, tmp_path / f"a{suffix}")
    xmp = formats.load(tmp_path / f"a{suffix}").metadata.xmp
    if xmp is None:
        return None, []
    root = ElementTree.fromstring(xmp)
    types = [each.get(TERM) for each in root.iter() if each.get(TERM)]
    types += [each.text for each in root.iter(TERM)]
    return xmp, [each.removeprefix(TYPES) for each in types]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_every_format_says_it(tmp_path, suffix):
    _, types = said(document("inpaint"), tmp_path, suffix)
    assert types == ["compositeWithTrainedAlgorithmicMedia"]


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        (["denoise"], ["algorithmicallyEnhanced"]),
        (["denoise", "upscale"], ["algorithmicallyEnhanced"]),
        (["denoise", "inpaint"], ["compositeWithTrainedAlgorithmicMedia"]),
        (["style"], ["compositeWithTrainedAlgorithmicMedia"]),
        ([], []),
    ],
)
def test_what_is_said_follows_the_recipes(tmp_path, operations, expected):
    assert said(document(*operations), tmp_path)[1] == expected


def test_without_a_recipe_the_metadata_stays_byte_for_byte(tmp_path):
    xmp = XMP % (b"", b"")
    assert said(document(xmp=xmp), tmp_path)[0] == xmp


def test_all_else_stays(tmp_path):
    xmp, types = said(document("inpaint", xmp=XMP % (b"", b"")), tmp_path)
    assert types == ["compositeWithTrainedAlgorithmicMedia"]
    assert b'dc:source="mine"' in xmp
    assert b"<dc:rights>me</dc:rights>" in xmp


@pytest.mark.parametrize("form", ["attribute", "element", "empty element"])
def test_an_earlier_statement_is_replaced(tmp_path, form):
    value = TYPES.encode() + b"digitalCapture"
    xmp = {
        "attribute": XMP % (PREFIX + b' Iptc4xmpExt:DigitalSourceType="%s"' % value, b""),
        "element": XMP
        % (PREFIX, b"<Iptc4xmpExt:DigitalSourceType>%s</Iptc4xmpExt:DigitalSourceType>" % value),
        "empty element": XMP % (PREFIX, b"<Iptc4xmpExt:DigitalSourceType />"),
    }[form]
    assert said(document("denoise", xmp=xmp), tmp_path)[1] == ["algorithmicallyEnhanced"]


def test_a_stronger_statement_stays(tmp_path):
    value = TYPES.encode() + b"trainedAlgorithmicMedia"
    xmp = XMP % (PREFIX + b' Iptc4xmpExt:DigitalSourceType="%s"' % value, b"")
    assert said(document("inpaint", xmp=xmp), tmp_path)[1] == ["trainedAlgorithmicMedia"]


def test_a_hidden_layer_has_no_part_in_the_picture(tmp_path):
    picture = document("inpaint")
    picture.root.children[1].visible = False
    assert said(picture, tmp_path)[1] == []


def test_a_packet_that_makes_no_sense_gives_way(tmp_path):
    assert said(document("denoise", xmp=b"nonsense"), tmp_path)[1] == ["algorithmicallyEnhanced"]


def test_it_is_said_even_when_other_metadata_is_stripped(tmp_path):
    path = tmp_path / "a.jpg"
    formats.save(
        document("inpaint", xmp=XMP % (b"", b"")), path, formats.JpegOptions(metadata=False)
    )
    xmp = formats.load(path).metadata.xmp
    assert b"compositeWithTrainedAlgorithmicMedia" in xmp
    assert b"mine" not in xmp
