"""XML for programs: feeds, sitemaps, the description of the search.

The rule: what XML can't hold (most control characters, lone surrogates) is replaced by U+FFFD and not left out, so that
a reader sees that something was there; markup in a text is text.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids, and the control characters that it only advises against."""


def xml_text(text: str) -> str:
    """``text`` with U+FFFD for each character that XML can't hold; a carriage return is a line break."""
    return NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def add(
    parent: ElementTree.Element, tag: str, *, text: str = "", attributes: dict[str, str] | None = None
) -> ElementTree.Element:
    """A new last element of ``parent``; ``attributes`` that are empty are left out."""
    given = {name: xml_text(value) for name, value in (attributes or {}).items() if value}
    child = ElementTree.SubElement(parent, tag, given)
    if text:
        child.text = xml_text(text)
    return child


def xml_document(root: ElementTree.Element) -> bytes:
    """A whole document in UTF-8."""
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
