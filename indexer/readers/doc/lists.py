"""Styles and lists of a Word file: which paragraphs are headings, and the numbers that Word prints before some.

The rule: a list counts as it does in a Word file of today, so the counting is that of ``docx.numbering``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from msgspec import Struct

from indexer.readers.doc.file_information import FileInformation
from indexer.readers.doc.formatting import number, values
from indexer.readers.docx.numbering import Level, Numbering

_STYLES, _LISTS, _OVERRIDES = 1, 73, 74
_OUTLINE, _LIST, _LIST_LEVEL = 0x2640, 0x460B, 0x260A
_HEADINGS = range(1, 10)
"""The styles that are headings in every Word file, by their numbers; their levels are the same."""
_CONTENTS = range(19, 28)
_NO_BASE = 0xFFF
_BASES = 20
_BODY_LEVEL = 9
_FORMATS = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    10: "ideographDigital",
    11: "japaneseCounting",
    14: "decimalFullWidth",
    15: "decimal",
    17: "japaneseDigitalTenThousand",
    18: "decimalEnclosedCircle",
    19: "decimalFullWidth2",
    22: "decimalZero",
    23: "bullet",
    26: "decimalEnclosedFullstop",
    27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese",
    29: "ideographEnclosedCircle",
    30: "ideographTraditional",
    31: "ideographZodiac",
    33: "taiwaneseCounting",
    35: "taiwaneseCountingThousand",
    36: "taiwaneseDigital",
    37: "chineseCounting",
    38: "chineseLegalSimplified",
    39: "chineseCountingThousand",
    255: "none",
}
"""Number formats by their codes, by the names that Word files of today give them."""
_PLACEHOLDER = re.compile("[\0-\x08]")


class ParagraphStyle(Struct, frozen=True):
    """A paragraph style: the style it is based on, its built-in number, its own properties."""

    base: int = _NO_BASE
    built_in: int = 0
    properties: bytes = b""


class ParagraphLook(Struct, frozen=True):
    """What a paragraph is: heading level (0 none), its list ("" none) and level there, an entry of the contents."""

    level: int = 0
    number: str = ""
    depth: int = 0
    is_contents: bool = False


class StyleSheet(Struct, frozen=True):
    """The paragraph styles by their numbers."""

    styles: dict[int, ParagraphStyle]

    def look(self, style: int, properties: bytes) -> ParagraphLook:
        """The look of a paragraph of this style that has these properties of its own."""
        chain = self._chain(style)
        found: dict[int, bytes] = {}
        for one in reversed(chain):
            found |= values(one.properties)
        found |= values(properties)
        outline = number(found.get(_OUTLINE, b""), _BODY_LEVEL)
        level = outline + 1 if 0 <= outline < _BODY_LEVEL else 0
        numbers = [one.built_in for one in chain] or [style]
        level = level or next((one for one in numbers if one in _HEADINGS), 0)
        listed = number(found.get(_LIST, b""))
        depth = number(found.get(_LIST_LEVEL, b""))
        is_contents = any(one in _CONTENTS for one in numbers)
        return ParagraphLook(level, str(listed) if listed > 0 else "", depth, is_contents)

    def _chain(self, style: int) -> list[ParagraphStyle]:
        """A style and those it is based on."""
        chain: list[ParagraphStyle] = []
        while style in self.styles and len(chain) < _BASES:
            chain.append(self.styles[style])
            style = self.styles[style].base
        return chain


def read_style_sheet(information: FileInformation) -> StyleSheet:
    """The styles. Those of a damaged sheet count as plain text, but for the headings that every file has."""
    try:
        return StyleSheet(dict(_styles(information.part(_STYLES))))
    except (struct.error, IndexError):
        return StyleSheet({})


def _styles(data: bytes) -> Iterator[tuple[int, ParagraphStyle]]:
    if len(data) < 6:
        return
    head, count, base_length = struct.unpack_from("<HHH", data)
    at = 2 + head
    for index in range(count):
        [length] = struct.unpack_from("<H", data, at)
        at += 2
        if length:
            style = _style(data[at : at + length], base_length)
            if style:
                yield index, style
        at += length + length % 2


def _style(data: bytes, base_length: int) -> ParagraphStyle | None:
    """A style; None for one of characters or tables."""
    first, second, third = struct.unpack_from("<HHH", data)
    if second & 0xF != 1:
        return None
    at = base_length
    [name_length] = struct.unpack_from("<H", data, at)
    at += 2 + 2 * name_length + 2
    if not third & 0xF:
        return ParagraphStyle(second >> 4, first & 0xFFF)
    at += at % 2
    [length] = struct.unpack_from("<H", data, at)
    return ParagraphStyle(second >> 4, first & 0xFFF, data[at + 4 : at + 2 + length])


def read_lists(information: FileInformation) -> Numbering:
    """The lists. What is damaged among them leaves its paragraphs without numbers."""
    found = Numbering()
    try:
        _read_levels(information, found)
        _read_overrides(information.part(_OVERRIDES), found)
    except (struct.error, IndexError):
        pass
    return found


def _read_levels(information: FileInformation, found: Numbering) -> None:
    """The levels of each list, which lie behind the list of lists and are not counted in its length."""
    if not information.part(_LISTS):
        return
    start, length = information.places[_LISTS]
    data = information.table
    [count] = struct.unpack_from("<H", data, start)
    at = start + length
    for index in range(count):
        [identity] = struct.unpack_from("<i", data, start + 2 + 28 * index)
        is_simple = data[start + 2 + 28 * index + 26] & 1
        levels: dict[int, Level] = {}
        for depth in range(1 if is_simple else 9):
            levels[depth], at = _level(data, at)
        found.levels[str(identity)] = levels


def _level(data: bytes, at: int) -> tuple[Level, int]:
    """A level of a list, and where the next one begins."""
    first, code, flags = struct.unpack_from("<iBB", data, at)
    characters, paragraph = data[at + 24], data[at + 25]
    at += 28 + characters + paragraph
    [length] = struct.unpack_from("<H", data, at)
    text = data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    pattern = _PLACEHOLDER.sub(lambda found: f"%{ord(found[0]) + 1}", text)
    level = Level(first, _FORMATS.get(code, "decimal"), pattern, bool(flags & 4))
    return level, at + 2 + 2 * length


def _read_overrides(data: bytes, found: Numbering) -> None:
    """Which list each number stands for that paragraphs name, and what it starts with instead."""
    if len(data) < 4:
        return
    [count] = struct.unpack_from("<I", data)
    at = 4 + 16 * count
    for index in range(count):
        [identity] = struct.unpack_from("<i", data, 4 + 16 * index)
        name = str(index + 1)
        found.lists[name] = str(identity)
        at += 4
        for _ in range(data[4 + 16 * index + 12]):
            first, flags = struct.unpack_from("<iI", data, at)
            at += 8
            if flags & 0x20:
                level, at = _level(data, at)
                found.levels.setdefault(str(identity), {})[flags & 0xF] = level
            if flags & 0x10:
                found.overrides[name, flags & 0xF] = first
