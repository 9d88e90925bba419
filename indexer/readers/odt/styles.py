"""Styles of an OpenDocument file: what is bold or hidden, and the numbers of its lists.

The rule: a style says what it changes of its parent; a list counts as one of Word does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct, field

from indexer.readers.docx.numbering import Level

_PARENTS = 20
"""So many parents of a style are followed; a damaged file may have one that is its own."""
_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "": "none",
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "①": "decimalEnclosedCircle",
    "１": "decimalFullWidth",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
}
"""Number formats by how they begin to count."""
_PLACEHOLDER = re.compile(r"%(\d)%")


class _Style(Struct, frozen=True):
    """What one style says: its parent, bold and hidden (None if it says nothing), its list, whether it is shown."""

    parent: str = ""
    strong: bool | None = None
    hidden: bool | None = None
    list_name: str = ""
    is_displayed: bool = True


class OpenStyles(Struct):
    """The styles of a file by family and name, and its list styles by name: levels from 0."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    outline: dict[int, Level] = field(default_factory=dict)
    _styles: dict[tuple[str, str], _Style] = field(default_factory=dict)

    def add(self, root: etree._Element | None) -> None:
        """Take the styles of a part: ``styles.xml``, then ``content.xml``, whose own count more."""
        if root is None:
            return
        for element in root.iter("{*}style"):
            self._styles[attribute(element, "family"), attribute(element, "name")] = _style(element)
        for element in root.iter("{*}list-style"):
            self.lists[attribute(element, "name")] = dict(_levels(element))
        for element in root.iter("{*}outline-style"):
            self.outline = dict(_levels(element))

    def is_strong(self, family: str, name: str) -> bool | None:
        """Whether a style sets its text in bold; None if it says nothing of it."""
        return next((one.strong for one in self._chain(family, name) if one.strong is not None), None)

    def is_hidden(self, family: str, name: str) -> bool | None:
        """Whether a style hides its text; None if it says nothing of it."""
        return next((one.hidden for one in self._chain(family, name) if one.hidden is not None), None)

    def is_displayed(self, name: str) -> bool:
        """Whether a table of this style is shown."""
        return all(one.is_displayed for one in self._chain("table", name))

    def list_of(self, name: str) -> str:
        """The list style of a paragraph style, "" for none."""
        return next((one.list_name for one in self._chain("paragraph", name) if one.list_name), "")

    def _chain(self, family: str, name: str) -> Iterator[_Style]:
        for _ in range(_PARENTS):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = style.parent


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its name without its namespace, "" if there is none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def whole(element: etree._Element, name: str) -> int:
    """An attribute as a whole number, 1 if there is none; nine digits are enough to pass every limit."""
    written = attribute(element, name)[:9]
    return int(written) if written.isascii() and written.isdecimal() else 1


def _style(element: etree._Element) -> _Style:
    text = element.find("{*}text-properties")
    table = element.find("{*}table-properties")
    weight = attribute(text, "font-weight") if text is not None else ""
    display = attribute(text, "display") if text is not None else ""
    return _Style(
        parent=attribute(element, "parent-style-name"),
        strong=weight in ("bold", "600", "700", "800", "900") if weight else None,
        hidden=display == "none" if display else None,
        list_name=attribute(element, "list-style-name"),
        is_displayed=table is None or attribute(table, "display") != "false",
    )


def _levels(element: etree._Element) -> Iterator[tuple[int, Level]]:
    for child in element:
        if not isinstance(child.tag, str):
            continue
        depth = whole(child, "level") - 1
        name = child.tag.rpartition("}")[2]
        if name not in ("list-level-style-number", "outline-level-style"):
            yield depth, Level(format="bullet")
            continue
        format_ = _FORMATS.get(attribute(child, "num-format")[:1], "decimal")
        yield depth, Level(whole(child, "start-value"), format_, _pattern(child, depth))


def _pattern(level: etree._Element, depth: int) -> str:
    """The pattern of a number as Word writes it: ``%1、``."""
    listed = attribute(level, "num-list-format")
    if listed:
        return _PLACEHOLDER.sub(r"%\1", listed)
    shown = range(depth + 2 - max(1, whole(level, "display-levels")), depth + 2)
    numbers = ".".join(f"%{at}" for at in shown if at > 0)
    return f"{attribute(level, 'num-prefix')}{numbers}{attribute(level, 'num-suffix')}"
