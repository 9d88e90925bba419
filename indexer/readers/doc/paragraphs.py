"""The text of a Word file as paragraphs: fields as their results, without what is hidden or deleted.

    \\x13 HYPERLINK "…" \\x14 国务院办公厅 \\x15      a field: its code, then what is printed
    规章 \\x07 12 \\x07 \\x07                          a row of a table: two cells, and the mark of the row

The rule: a mark of a cell or row is told by the formatting of its paragraph; without any it is that of a cell.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct, field

from indexer.readers.doc.file_information import FileInformation
from indexer.readers.doc.formatting import (
    Run,
    Runs,
    is_on,
    number,
    read_characters,
    read_paragraphs,
    values,
    walk,
)
from indexer.readers.doc.pieces import PieceTable, read_pieces

_IN_TABLE, _ROW_END, _DEPTH = 0x2416, 0x2417, 0x6649
_INNER_CELL, _INNER_ROW_END = 0x244B, 0x244C
_HIDDEN, _DELETED, _BOLD, _SYMBOL = 0x083C, 0x0800, 0x0835, 0x6A09
_TABLE_DEFINITION, _VERTICAL_MERGE, _MERGE = 0xD608, 0xD62B, 0x5624
_FIELD, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_ENDS = frozenset("\r\x07\x0c")
_NOTE = "\x02"
_PICTURE = "\x01"
_PRINTED = {"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\xa0": "\xa0", "\t": "\t", "\n": "\n"}
"""Control characters that print something; all others print nothing."""
_CODE_LENGTH = 20
_CONTENTS_FIELD = "TOC"


class CellEdges(Struct, frozen=True):
    """A cell as the mark of its row describes it."""

    left: int
    right: int
    merge: str = ""


class DocParagraph(Struct, frozen=True):
    """A paragraph as read. ``text`` is None for one of which nothing is printed, since a field took it all.

    ``depth`` counts the tables around it, ``ends`` is ``cell`` or ``row`` for one that ends such, else "". ``cells``
    are the cells of the row that it ends.
    """

    text: str | None
    run: Run | None
    strong: bool = False
    depth: int = 0
    ends: str = ""
    cells: tuple[CellEdges, ...] = ()


class TextReader97(Struct):
    """Reads the stories of one file, paragraph by paragraph."""

    pieces: PieceTable
    characters: Runs
    paragraphs: Runs
    notes: frozenset[int] = frozenset()
    """The positions that refer to footnotes."""
    _fields: list[tuple[str, bool]] = field(default_factory=list)
    """The fields that are open, each with its code so far and whether its result has begun."""
    _note: int = 0
    pictures: int = 0
    """How many pictures stand in what was read so far."""

    @classmethod
    def of(cls, information: FileInformation) -> TextReader97:
        """The reader of a file."""
        references = information.part(2)
        count = max(0, (len(references) - 4) // 6)
        notes = struct.unpack_from(f"<{count}I", references) if count else ()
        return cls(
            read_pieces(information),
            read_characters(information),
            read_paragraphs(information),
            frozenset(notes),
        )

    def story(self, start: int, end: int) -> Iterator[DocParagraph]:
        """The paragraphs between two positions."""
        self._fields = []
        printed: list[tuple[str, bool]] = []
        has_raw = False
        for position, char, strong, is_hidden in self._characters_of(start, end):
            if char in _ENDS:
                yield self._paragraph(printed, position, end=char, has_raw=has_raw)
                printed, has_raw = [], False
                continue
            has_raw = True
            if char in (_FIELD, _RESULT, _FIELD_END):
                self._turn_field(char)
            elif not all(has_result for _, has_result in self._fields):
                self._note_code(char)
            elif not is_hidden and not self._is_in_contents():
                printed.append((self._shown(char, position), strong))
        if printed:
            yield self._paragraph(printed, end - 1, end="\r", has_raw=True)

    def _characters_of(self, start: int, end: int) -> Iterator[tuple[int, str, bool, bool]]:
        """Each character between two positions: position, character, whether it is bold, whether it is not printed."""
        for piece in self.pieces.within(start, end):
            last = piece.place + len(piece.text) * piece.width
            for first, behind, properties in self.characters.between(piece.place, last):
                found = values(properties)
                is_hidden = is_on(found.get(_HIDDEN, b"")) or is_on(found.get(_DELETED, b""))
                strong = is_on(found.get(_BOLD, b""))
                symbol = found.get(_SYMBOL, b"")
                # A run begins at the first byte of a character; one that does not is damaged and moves to the next.
                begin = -(-(first - piece.place) // piece.width)
                for at in range(begin, -(-(behind - piece.place) // piece.width)):
                    char = piece.text[at]
                    if symbol and char == "(":
                        char = _symbol(symbol)
                    yield piece.position + at, char, strong, is_hidden

    def _turn_field(self, char: str) -> None:
        if char == _FIELD:
            self._fields.append(("", False))
        elif self._fields and char == _RESULT:
            self._fields[-1] = (self._fields[-1][0], True)
        elif self._fields:
            self._fields.pop()

    def _note_code(self, char: str) -> None:
        """Take note of a character of a code; only the first word of one is of interest."""
        code, has_result = self._fields[-1]
        if not has_result and len(code) < _CODE_LENGTH:
            self._fields[-1] = (code + char, False)

    def _is_in_contents(self) -> bool:
        return any(code.split()[:1] == [_CONTENTS_FIELD] for code, _ in self._fields)

    def _shown(self, char: str, position: int) -> str:
        """What a character prints."""
        self.pictures += char == _PICTURE
        if char == _NOTE and position in self.notes:
            self._note += 1
            return f"[{self._note}]"
        return char if char >= " " and char != "\x7f" else _PRINTED.get(char, "")

    def _paragraph(
        self, printed: list[tuple[str, bool]], position: int, *, end: str, has_raw: bool
    ) -> DocParagraph:
        """The paragraph that ends at a position."""
        run = self.paragraphs.at(self.pieces.place(position))
        found = values(run.properties) if run else {}
        depth = number(found.get(_DEPTH, b"")) or int(is_on(found.get(_IN_TABLE, b"")))
        depth = max(depth, int(end == "\x07"))
        ends = _ending(end, found, depth)
        cells = tuple(_cells(run.properties)) if run and ends == "row" else ()
        text = _joined("".join(char for char, _ in printed))
        strong = bool(text.strip()) and all(bold for char, bold in printed if char.strip())
        return DocParagraph(text if printed or not has_raw else None, run, strong, depth, ends, cells)


def _ending(end: str, found: dict[int, bytes], depth: int) -> str:
    """What a paragraph ends: inside tables in tables the marks are those of paragraphs."""
    if depth > 1:
        is_row = is_on(found.get(_INNER_ROW_END, b""))
        return "row" if is_row else "cell" if is_on(found.get(_INNER_CELL, b"")) else ""
    if end != "\x07":
        return ""
    return "row" if is_on(found.get(_ROW_END, b"")) else "cell"


def _joined(text: str) -> str:
    """``text`` with the halves of characters beyond the first plane put together; a half without another goes."""
    if not any("\ud800" <= char < "\ue000" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _symbol(operand: bytes) -> str:
    """A character of a symbol font: its code is in the private range, and no text."""
    code = struct.unpack_from("<H", operand, 2)[0] if len(operand) == 4 else 0
    return "" if 0xF000 <= code < 0xF100 or not code else chr(code)


def _cells(properties: bytes) -> Iterator[CellEdges]:
    """The cells of a row from its properties: a list of edges, and flags for each cell."""
    edges: tuple[int, ...] = ()
    flags: list[int] = []
    for code, operand in walk(properties):
        if code == _TABLE_DEFINITION and operand:
            edges = struct.unpack_from(f"<{operand[0] + 1}h", operand, 1)
            flags = _flags(operand)
        elif code == _VERTICAL_MERGE and len(operand) == 2 and operand[0] < len(flags):
            flags[operand[0]] = flags[operand[0]] & ~0x60 | (operand[1] & 3) << 5
        elif code == _MERGE and len(operand) == 2:
            for cell in range(operand[0], min(operand[1], len(flags))):
                flags[cell] = flags[cell] & ~3 | (2 if cell > operand[0] else 1)
    yield from _merged(edges, flags)


def _flags(definition: bytes) -> list[int]:
    """The flags of each cell of a definition; 0 for those that it leaves out at the end."""
    count = definition[0]
    first = 1 + 2 * (count + 1)
    places = (first + 20 * cell for cell in range(count))
    return [
        struct.unpack_from("<H", definition, place)[0] if place + 2 <= len(definition) else 0
        for place in places
    ]


def _merged(edges: tuple[int, ...], flags: list[int]) -> Iterator[CellEdges]:
    """The cells of a row, each with those merged into it from the right as cells of no width.

    The lower two bits say that a cell is one of some that are merged. Descriptions of the format do not agree which
    value is that of the first, so the first of a run of such cells is it.
    """
    at = 0
    while at < len(flags):
        last = at + 1
        if flags[at] & 3:
            while last < len(flags) and flags[last] & 3 and flags[last] & 3 != flags[at] & 3:
                last += 1
        vertical = flags[at] >> 5 & 3
        merge = {1: "continue", 2: "restart", 3: "restart"}.get(vertical, "")
        yield CellEdges(edges[at], edges[last], merge)
        for _ in range(at + 1, last):
            yield CellEdges(edges[last], edges[last], "hidden")
        at = last
