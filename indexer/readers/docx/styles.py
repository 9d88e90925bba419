"""What a style makes of a paragraph: heading level, bold type, list.

The rule is Word's: a style says what it changes of the one it is based on, and the paragraph says what it changes of
its style.
"""

from __future__ import annotations

import re

from lxml import etree
from msgspec import Struct, field

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.I)
_CONTENTS = re.compile(r"^(?:toc|目录)\s*(?:\d|heading|标题)?", re.I)
_BASES = 20
"""So many styles are followed; a damaged file may have one that is based on itself."""
_BODY_LEVEL = 9
"""The outline level that makes body text of a paragraph; levels count from 0."""


class Look(Struct, frozen=True):
    """How a paragraph looks: heading level (0 none), bold, hidden, its list (``numId``, "" none) and list level."""

    level: int = 0
    strong: bool = False
    hidden: bool = False
    number: str = ""
    depth: int = 0
    contents: bool = False


class Styles(Struct, frozen=True):
    """The styles of a document by id; ``default`` is the one of a paragraph that names none."""

    elements: dict[str, etree._Element] = field(default_factory=dict)
    default: str = ""
    _looks: dict[str, Look] = field(default_factory=dict)
    _bold: dict[str, tuple[bool, bool]] = field(default_factory=dict)

    def chain(self, style: str) -> list[etree._Element]:
        """A style and those it is based on, outermost first."""
        found: list[etree._Element] = []
        name = style or self.default
        while name in self.elements and len(found) < _BASES:
            element = self.elements[name]
            found.insert(0, element)
            name = child_value(element, "basedOn")
        return found

    def look(self, paragraph: etree._Element) -> Look:
        """The look of a paragraph: its styles in order, then what it says itself."""
        own = paragraph.find(f"{W}pPr")
        style = child_value(own, "pStyle")
        # Each style is gone through once, however many paragraphs have it.
        if style not in self._looks:
            self._looks[style] = self._look_of(style)
        return _with(self._looks[style], own)

    def _look_of(self, style: str) -> Look:
        look = Look()
        for element in self.chain(style):
            run = element.find(f"{W}rPr")
            look = _with(look, element.find(f"{W}pPr"), run=run, name=child_value(element, "name"))
        return look

    def is_strong(self, run: etree._Element, *, paragraph: bool) -> bool:
        """Whether a run is set in bold; ``paragraph`` is what its paragraph says."""
        own = run.find(f"{W}rPr")
        style = child_value(own, "rStyle")
        if style not in self._bold:
            # What the style makes of plain type and of bold type.
            self._bold[style] = self._bold_by(style, otherwise=False), self._bold_by(style, otherwise=True)
        return is_on(own, "b", otherwise=self._bold[style][paragraph])

    def _bold_by(self, style: str, *, otherwise: bool) -> bool:
        strong = otherwise
        for element in self.chain(style) if style else ():
            strong = is_on(element.find(f"{W}rPr"), "b", otherwise=strong)
        return strong


def read_styles(root: etree._Element | None) -> Styles:
    """The styles of ``styles.xml``."""
    elements: dict[str, etree._Element] = {}
    default = ""
    for one in root.iterfind(f"{W}style") if root is not None else ():
        name = one.get(f"{W}styleId", "")
        elements[name] = one
        if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default") in ("1", "true"):
            default = name
    return Styles(elements, default)


def child_value(parent: etree._Element | None, name: str) -> str:
    """The ``val`` of a child element, "" if there is none."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return child.get(f"{W}val", "") if child is not None else ""


def is_on(parent: etree._Element | None, name: str, *, otherwise: bool) -> bool:
    """A property that is on or off; ``otherwise`` where it is not set."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return otherwise if child is None else child.get(f"{W}val", "1") not in ("0", "false", "off")


def _with(
    look: Look, paragraph: etree._Element | None, *, run: etree._Element | None = None, name: str = ""
) -> Look:
    """``look`` with what one more set of properties says."""
    level = _named_level(name) or look.level
    outline = child_value(paragraph, "outlineLvl")
    if outline.isdecimal():
        # What the outline says counts more than the name of a style.
        level = int(outline[:9]) + 1 if int(outline[:9]) < _BODY_LEVEL else 0
    listed = paragraph.find(f"{W}numPr") if paragraph is not None else None
    depth = child_value(listed, "ilvl")
    return Look(
        level=min(level, 6),
        strong=is_on(run, "b", otherwise=look.strong),
        hidden=is_on(run, "vanish", otherwise=look.hidden),
        number=child_value(listed, "numId") or look.number,
        depth=int(depth[:9]) if depth.isdecimal() else look.depth,
        contents=look.contents or bool(name and _CONTENTS.match(name)),
    )


def _named_level(style: str) -> int:
    """The heading level that the name of a style gives, 0 for none."""
    heading = _HEADING.match(style)
    if heading:
        return int(heading[1])
    return 1 if style.lower() in ("title", "标题") else 0
