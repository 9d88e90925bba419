"""Formatting of paragraphs and characters: pages of 512 bytes, each with runs and lists of properties (sprm).

    page   │ n + 1 places │ n references │ … properties … │ n │

A property is a 16-bit code and its operand; the upper three bits of the code say how long that is. The rule: only what
decides what is read is looked at: tables, lists, headings, what is hidden, deleted or bold.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from indexer.readers.doc.file_information import FileInformation

_PAGE = 512
_CHARACTERS, _PARAGRAPHS = 12, 13
"""The places of the two lists of pages."""
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
"""Bytes of an operand by the upper three bits of its code; 0: its first byte says."""
_TABLE_DEFINITION, _TABS = 0xD608, 0xC615
_HUGE = (0x6645, 0x6646)
"""Properties that lie in the data stream."""
_NO_STYLE = 0


class Run(Struct, frozen=True):
    """The properties of the bytes between two places; ``style`` is that of a paragraph."""

    start: int
    end: int
    properties: bytes
    style: int = _NO_STYLE


class Runs(Struct, frozen=True):
    """Runs in the order of their places."""

    runs: tuple[Run, ...]

    def at(self, place: int) -> Run | None:
        """The run that a place is in."""
        at = bisect_right(self.runs, place, key=lambda run: run.start) - 1
        return self.runs[at] if at >= 0 and place < self.runs[at].end else None

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
        """The stretches between two places, each with its properties; b"" where there is no run."""
        at = max(0, bisect_right(self.runs, start, key=lambda run: run.start) - 1)
        place = start
        while place < end:
            while at < len(self.runs) and self.runs[at].end <= place:
                at += 1
            run = self.runs[at] if at < len(self.runs) else None
            if run is None or run.start >= end:
                yield place, end, b""
                return
            if run.start > place:
                yield place, run.start, b""
                place = run.start
            yield place, min(end, run.end), run.properties
            place = min(end, run.end)


def read_characters(information: FileInformation) -> Runs:
    """The formatting of characters."""
    found = []
    for page in _pages(information, _CHARACTERS):
        count = page[-1]
        places = struct.unpack_from(f"<{count + 1}I", page)
        for at in range(count):
            offset = 2 * page[4 * (count + 1) + at]
            length = page[offset] if offset else 0
            found.append(Run(places[at], places[at + 1], page[offset + 1 : offset + 1 + length]))
    return _sorted(found)


def read_paragraphs(information: FileInformation) -> Runs:
    """The formatting of paragraphs."""
    found = []
    for page in _pages(information, _PARAGRAPHS):
        count = page[-1]
        places = struct.unpack_from(f"<{count + 1}I", page)
        for at in range(count):
            offset = 2 * page[4 * (count + 1) + 13 * at]
            content = _paragraph_content(page, offset) if offset else b""
            style = struct.unpack_from("<H", content)[0] if len(content) > 1 else _NO_STYLE
            found.append(Run(places[at], places[at + 1], _whole(content[2:], information.data), style))
    return _sorted(found)


def _paragraph_content(page: bytes, offset: int) -> bytes:
    """The style and properties at ``offset``: their length is in words, less one byte, or in the byte after a zero."""
    if page[offset]:
        return page[offset + 1 : offset + 2 * page[offset]]
    return page[offset + 2 : offset + 2 + 2 * page[offset + 1]]


def _whole(properties: bytes, data: bytes) -> bytes:
    """``properties`` with those that did not fit into the page and lie in the data stream."""
    for code, operand in walk(properties):
        if code in _HUGE and len(operand) == 4:
            [place] = struct.unpack("<I", operand)
            if place + 2 <= len(data):
                [length] = struct.unpack_from("<H", data, place)
                return properties + data[place + 2 : place + 2 + length]
    return properties


def _pages(information: FileInformation, at: int) -> Iterator[bytes]:
    """The pages of formatting that a list of pages names."""
    listed = information.part(at)
    count = max(0, (len(listed) - 4) // 8)
    numbers = struct.unpack_from(f"<{count}I", listed, 4 * (count + 1)) if count else ()
    for number in dict.fromkeys(numbers):
        page = information.document[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
        if len(page) == _PAGE:
            yield page


def _sorted(runs: list[Run]) -> Runs:
    return Runs(tuple(sorted((run for run in runs if run.start < run.end), key=lambda run: run.start)))


def walk(properties: bytes) -> Iterator[tuple[int, bytes]]:
    """Each property: its code and operand, without the length before one whose length varies."""
    at = 0
    while at + 3 <= len(properties):
        [code] = struct.unpack_from("<H", properties, at)
        at += 2
        length = _OPERANDS[code >> 13]
        if code == _TABLE_DEFINITION:
            # Its length is a word and counts one byte too many.
            length = struct.unpack_from("<H", properties, at)[0] - 1 if at + 2 <= len(properties) else 0
            at += 2
        elif not length:
            length = properties[at]
            if code == _TABS and length == 255:
                return
            at += 1
        yield code, properties[at : at + length]
        at += max(0, length)


def values(properties: bytes) -> dict[int, bytes]:
    """The last operand of each code."""
    return dict(walk(properties))


def number(operand: bytes, otherwise: int = 0) -> int:
    """An operand as a signed whole number."""
    return int.from_bytes(operand, "little", signed=True) if operand else otherwise


def is_on(operand: bytes) -> bool:
    """Whether a switch is on; 0x80 leaves it as the style has it, which is off."""
    return operand[:1] in (b"\x01", b"\x81")
