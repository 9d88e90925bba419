"""Writes a report as a Word file until 2007: pieces of 8 and 16 bits, formatting in pages, tables by marks.

It has what such files have and a reader has to leave out: a running head, fields with their codes, hidden text.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field

from indexer.readers.compound_writer import write_compound
from indexer.synthetic.formats.flow import flow, full_grid, width_of
from report_search.model import Cell, Report, Table

_TEXT = 0x800
"""Where the text begins in the stream of the document."""
_PAGE = 512
_PAIRS = 93
_PIECES, _CHARACTERS, _PARAGRAPHS, _FIELDS = 33, 12, 13, 16
_STRETCH = re.compile(r"[\x00-\x7f]{3,}|[^\x00-\x7f]+|[\x00-\x7f]{1,2}")
_COLUMN = 600
_BOLD, _HIDDEN = struct.pack("<HB", 0x0835, 1), struct.pack("<HB", 0x083C, 1)
_SPECIAL = struct.pack("<HB", 0x0855, 1)
_FIELD_MARKS = {"\x13": 0x5813, "\x14": 0xFF14, "\x15": 0x8015}
"""The marks of a field and how they are listed: a link, its result, its end."""
_IN_TABLE = struct.pack("<HBHI", 0x2416, 1, 0x6649, 1)
_ROW_END = struct.pack("<HB", 0x2417, 1)
_HEAD = "政府信息公开\r"


class DocParagraphRuns(Struct, frozen=True):
    """A paragraph: runs of text with their properties, its own properties, its style."""

    runs: tuple[tuple[str, bytes], ...]
    properties: bytes = b""
    style: int = 0


def write_doc(report: Report) -> bytes:
    """The Word file of ``report``."""
    return write_paragraphs([*_paragraphs(report)])


def plain(text: str, *, properties: bytes = b"", style: int = 0) -> DocParagraphRuns:
    """A paragraph of one run."""
    return DocParagraphRuns(((text, b""),), properties, style)


def _paragraphs(report: Report) -> Iterator[DocParagraphRuns]:
    for item in flow(report):
        if item.table is not None:
            yield from table_paragraphs(item.table)
        elif item.kind == "title":
            yield DocParagraphRuns(((item.text + "\r", _BOLD),))
        elif item.kind == "heading":
            yield plain(item.text + "\r", style=item.depth + 1)
        elif item.kind == "paragraph" and len(item.text) > 20:
            yield DocParagraphRuns((*_linked(item.text), ("（草稿）", _HIDDEN), ("\r", b"")))
        else:
            yield plain(item.text + "\r")


def _linked(text: str) -> Iterator[tuple[str, bytes]]:
    """``text`` as runs, some of its characters the result of a field."""
    yield text[:4], b""
    yield "\x13", _SPECIAL
    yield ' HYPERLINK "http://example.org/" ', b""
    yield "\x14", _SPECIAL
    yield text[4:9], b""
    yield "\x15", _SPECIAL
    yield text[9:], b""


def table_paragraphs(table: Table) -> Iterator[DocParagraphRuns]:
    """The paragraphs of a table: one for each cell, and one that ends each row and says where its cells are."""
    columns = width_of(table)
    for row in full_grid(table):
        edges, flags = [0], []
        at = 0
        while at < columns:
            cell, below = row[at]
            last = at + 1 if cell is None else cell.column + cell.colspan
            yield plain(("" if cell is None or below else cell.text) + "\x07", properties=_IN_TABLE)
            edges.append(last * _COLUMN)
            flags.append(_merge(cell, below))
            at = last
        definition = struct.pack(f"<B{len(edges)}h", len(flags), *edges)
        definition += b"".join(struct.pack("<H18x", flag) for flag in flags)
        described = struct.pack("<HH", 0xD608, len(definition) + 1) + definition
        yield plain("\x07", properties=_IN_TABLE + _ROW_END + described)


def _merge(cell: Cell | None, below: int) -> int:
    """The flags of a cell: bit 5 says that it is merged downward, bit 6 that it is the first of those."""
    if cell is None or cell.rowspan == 1:
        return 0
    return 0x20 if below else 0x60


def write_paragraphs(paragraphs: Sequence[DocParagraphRuns], *, version: int = 0xC1, flags: int = 0) -> bytes:
    """A Word file with these paragraphs. ``version`` and ``flags`` go into its head."""
    body = _Body()
    for paragraph in [*paragraphs, plain(_HEAD)]:
        body.add(paragraph)
    length = body.position
    head_length = len(_HEAD)
    document = bytearray(bytes(_TEXT) + body.data)
    table = bytearray(b"\0" * 16)
    places: dict[int, tuple[int, int]] = {}
    for place, pages in (
        (_CHARACTERS, _character_pages(body.characters)),
        (_PARAGRAPHS, _paragraph_pages(body.paragraphs)),
    ):
        document += bytes(-len(document) % _PAGE)
        numbers = range(len(document) // _PAGE, len(document) // _PAGE + len(pages))
        starts = [first for first, _, _ in pages] + [pages[-1][1]]
        document += b"".join(page for _, _, page in pages)
        listed = struct.pack(f"<{len(starts)}I{len(pages)}I", *starts, *numbers)
        places[place] = (len(table), len(listed))
        table += listed
    pieces = struct.pack(f"<{len(body.positions) + 1}I", *body.positions, length)
    pieces += b"".join(struct.pack("<HIH", 0, place, 0) for place in body.places)
    pieces = struct.pack("<BI", 2, len(pieces)) + pieces
    places[_PIECES] = (len(table), len(pieces))
    table += pieces
    marks = struct.pack(f"<{len(body.marks) + 1}I", *(at for at, _ in body.marks), length - head_length + 1)
    marks += b"".join(struct.pack("<H", _FIELD_MARKS[mark]) for _, mark in body.marks)
    places[_FIELDS] = (len(table), len(marks))
    table += marks
    lengths = [len(document), 0, 0, length - head_length, 0, head_length, *(0 for _ in range(16))]
    pairs = [number for at in range(_PAIRS) for number in places.get(at, (0, 0))]
    head = struct.pack("<HHH4xH20x", 0xA5EC, version, 0, flags | 0x0200)
    head += struct.pack("<H28xH22iH", 14, 22, *lengths, _PAIRS)
    head += struct.pack(f"<{2 * _PAIRS}I", *pairs)
    document[: len(head)] = head
    return write_compound({"WordDocument": bytes(document), "1Table": bytes(table)})


class _Body(Struct):
    """The text as bytes, and what lies where: pieces, runs of characters, paragraphs."""

    data: bytes = b""
    position: int = 0
    positions: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    characters: list[tuple[int, int, bytes]] = field(default_factory=list)
    paragraphs: list[tuple[int, int, bytes]] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)

    def add(self, paragraph: DocParagraphRuns) -> None:
        start = self._place
        for text, properties in paragraph.runs:
            first = self._place
            if text in _FIELD_MARKS:
                self.marks.append((self.position, text))
            for stretch in _STRETCH.findall(text):
                self._piece(stretch)
            if text:
                self.characters.append((first, self._place, properties))
        content = struct.pack("<H", paragraph.style) + paragraph.properties
        self.paragraphs.append((start, self._place, content))

    @property
    def _place(self) -> int:
        return _TEXT + len(self.data)

    def _piece(self, text: str) -> None:
        """A piece: of 8 bits a character where that is enough and at least three go together."""
        is_narrow = text.isascii() and len(text) > 2
        self.positions.append(self.position)
        self.places.append(2 * self._place | 0x40000000 if is_narrow else self._place)
        encoded = text.encode("ascii" if is_narrow else "utf-16-le")
        self.data += encoded
        self.position += len(encoded) if is_narrow else len(encoded) // 2


_Page = tuple[int, int, bytes]
"""The first and last place that a page of formatting covers, and its bytes."""


def _character_pages(runs: Sequence[tuple[int, int, bytes]]) -> list[_Page]:
    return _pages(runs, reference=1, encode=lambda content: bytes([len(content)]) + content)


def _paragraph_pages(runs: Sequence[tuple[int, int, bytes]]) -> list[_Page]:
    def encode(content: bytes) -> bytes:
        # An odd number of bytes is counted in words with the byte of the length itself, an even one after a zero.
        if len(content) % 2:
            return bytes([(len(content) + 1) // 2]) + content
        return bytes([0, len(content) // 2]) + content

    return _pages(runs, reference=13, encode=encode)


def _pages(
    runs: Sequence[tuple[int, int, bytes]], *, reference: int, encode: Callable[[bytes], bytes]
) -> list[_Page]:
    """Pages with as many runs as fit: places and references from the front, properties from the back."""
    pages: list[_Page] = []
    at = 0
    while at < len(runs):
        taken: list[tuple[int, int, bytes]] = []
        bottom = _PAGE - 1
        offsets: list[int] = []
        while at < len(runs):
            start, end, content = runs[at]
            encoded = encode(content) if content else b""
            lower = (bottom - len(encoded)) // 2 * 2 if encoded else bottom
            if lower < (4 + reference) * (len(taken) + 1) + 4:
                break
            bottom = lower
            offsets.append(bottom // 2 if encoded else 0)
            taken.append((start, end, encoded))
            at += 1
        page = bytearray(_PAGE)
        struct.pack_into(f"<{len(taken) + 1}I", page, 0, *(run[0] for run in taken), taken[-1][1])
        for index, (offset, run) in enumerate(zip(offsets, taken, strict=True)):
            page[4 * (len(taken) + 1) + reference * index] = offset
            page[2 * offset : 2 * offset + len(run[2])] = run[2] if offset else b""
        page[-1] = len(taken)
        pages.append((taken[0][0], taken[-1][1], bytes(page)))
    return pages
