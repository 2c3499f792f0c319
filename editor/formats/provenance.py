"""Says in a picture's XMP that a network had a part in it (IPTC, "Digital Source Type")."""

from __future__ import annotations

import re

from editor.document.document import Document

VOCABULARY = b"http://cv.iptc.org/newscodes/digitalsourcetype/"
NAMESPACE = b"http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
RANKS = (
    b"algorithmicallyEnhanced",
    b"compositeWithTrainedAlgorithmicMedia",
    b"trainedAlgorithmicMedia",
)
"""From a little to everything: a file is never said to have less than it says itself."""

ENHANCING = {"denoise", "upscale", "enhance", "restyle"}
"""Operations that invent nothing; all others make a part of the picture up."""

SAID = re.compile(
    rb"\s*<([\w.-]+:DigitalSourceType)\b[^>]*?(?:/>|>([^<]*)</\1\s*>)"
    rb"|\s+[\w.-]+:DigitalSourceType\s*=\s*[\"']([^\"']*)[\"']"
)
END = re.compile(rb"\s*</rdf:RDF\s*>")
EMPTY = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    b'</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
)


def marked(xmp: bytes | None, document: Document) -> bytes | None:
    """``xmp`` with the source type that the recipes of the visible layers amount to.

    All else in it stays byte for byte; a packet without an end of its RDF, which no program would
    understand, gives way to a new one. Without any recipe it is returned as it is.
    """
    kind = _source_type(document)
    if kind is None:
        return xmp
    if xmp is None or not END.search(xmp):
        xmp = EMPTY
    said = [name for match in SAID.finditer(xmp) for name in RANKS if VOCABULARY + name in match[0]]
    kind = max(kind, *said, key=RANKS.index) if said else kind
    statement = (
        b'\n<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="%b"\n'
        b' Iptc4xmpExt:DigitalSourceType="%b%b"/>' % (NAMESPACE, VOCABULARY, kind)
    )
    clean = SAID.sub(b"", xmp)
    end = END.search(clean)
    assert end is not None
    return clean[: end.start()] + statement + clean[end.start() :]


def _source_type(document: Document) -> bytes | None:
    """By the operations in the recipes of all layers that are shown; ``None`` without any."""
    used = {
        str(node.recipe.get("operation"))
        for node in document.root.walk()
        if node.recipe and node.is_shown
    }
    if not used:
        return None
    return RANKS[0] if used <= ENHANCING else RANKS[1]
