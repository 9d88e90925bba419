"""Counts the pictures in a Word file that can hold a text: of a file without text, they are the report.

The rule: a picture counts once, however it is kept for older programs, and an emblem or a rule is too small to count.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from indexer.readers.docx.styles import W

_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SMALL = 80 * 9_525
"""A picture of fewer units on a side holds no text; there are 9,525 to a pixel."""


def pictures_in(body: etree._Element) -> int:
    """How many pictures in ``body`` can hold a text; deleted ones are none."""
    drawn = sum(_can_hold_text(drawing) for drawing in body.iter(f"{W}drawing"))
    return drawn + sum(not _is_kept_twice(image) for image in body.iter(_IMAGE))


def embedded_in(body: etree._Element) -> Iterator[str]:
    """The ids of the relationships by which ``body`` shows pictures that can hold a text, in order."""
    for one in body.iter(f"{W}drawing", _IMAGE):
        if one.tag == _IMAGE:
            if not _is_kept_twice(one):
                yield one.get(f"{_RELATED}id", "")
        elif _can_hold_text(one):
            yield from (picture.get(f"{_RELATED}embed", "") for picture in one.iter(_BLIP))


def _can_hold_text(drawing: etree._Element) -> bool:
    if next(drawing.iter(_PICTURE), None) is None or _is_deleted(drawing):
        return False
    extent = next(drawing.iter(_EXTENT), None)
    sides = () if extent is None else (extent.get("cx", ""), extent.get("cy", ""))
    return not any(side.isdecimal() and int(side[:12]) < _SMALL for side in sides)


def _is_kept_twice(image: etree._Element) -> bool:
    """Whether an image stands for a drawing that is there as well, or was deleted."""
    return _is_deleted(image) or next(image.iterancestors(_FALLBACK), None) is not None


def _is_deleted(element: etree._Element) -> bool:
    return next(element.iterancestors(f"{W}del", f"{W}moveFrom"), None) is not None
