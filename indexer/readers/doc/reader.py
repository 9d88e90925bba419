"""Reads a Word file of the years until 2007, and what WPS wrote in the same format.

The rule: what Word prints in the body is text, footnotes among it; heads and feet of pages, comments and what is hidden
or deleted are not. What can't be made out is ``damaged``, never half a report.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec.structs import replace

from indexer.document import Document, Line, Part
from indexer.readers import limits, spacing
from indexer.readers.compound import CompoundFile
from indexer.readers.doc.file_information import FileInformation, read_file_information
from indexer.readers.doc.lists import ParagraphLook, StyleSheet, read_lists, read_style_sheet
from indexer.readers.doc.paragraphs import CellEdges, DocParagraph, TextReader97
from indexer.readers.docx.numbering import Numbering
from indexer.readers.foreign import pictures_only
from indexer.readers.kinds import kind_of
from indexer.readers.word_rows import RowCell, RowTables, paragraph_lines
from report_search.errors import ReadError


class DocReader:
    """Word files until 2007 (.doc), and those of WPS (.wps)."""

    format = "doc"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` is a compound file with the stream of a Word document."""
        return kind_of(data) == "doc"

    def read(self, data: bytes, name: str) -> Document:
        """The document in a Word file. Raises ``ReadError`` for one locked, damaged, too old, or without text."""
        limits.check_bytes(data)
        file = CompoundFile(data, what="Word 文件")
        try:
            information = read_file_information(file)
            walk = _Walk(information)
            parts = tuple(walk.parts())
        except (struct.error, IndexError, ValueError, OverflowError) as error:
            raise file.damaged() from error
        if not parts and walk.pictures:
            raise pictures_only("Word 文件", walk.pictures)
        if not parts:
            raise ReadError("no-text", "Word 文件中没有文字", hint="请找有文字的版本。")
        facts = file.facts()
        return Document(self.format, parts, facts.get("title", ""), facts, pictures=walk.pictures)


class _Walk:
    """One walk over the stories of a file."""

    def __init__(self, information: FileInformation) -> None:
        self._information = information
        self._text = TextReader97.of(information)
        self._styles: StyleSheet = read_style_sheet(information)
        self._lists: Numbering = read_lists(information)
        self._tables = RowTables()
        self._count = 0

    @property
    def pictures(self) -> int:
        """How many pictures stand in what was read so far."""
        return self._text.pictures

    def parts(self) -> Iterator[Part]:
        """Lines and grids of the body, then the text of its boxes, then the footnotes."""
        yield from self._body(self._text.story(*self._information.story("main")))
        for part in self._body(self._text.story(*self._information.story("boxes"))):
            yield replace(part, where="文本框")
        yield from self._notes()

    def _body(self, paragraphs: Iterable[DocParagraph]) -> Iterator[Part]:
        rows: list[list[RowCell]] = []
        cells: list[tuple[Line, ...]] = []
        lines: list[Line] = []
        inner: list[str] = []
        for paragraph in paragraphs:
            if paragraph.depth == 0:
                yield from self._table(rows, cells, lines)
                rows, cells, lines = [], [], []
                yield from self._lines(paragraph)
            elif paragraph.depth > 1:
                # A row of a table inside a cell is a line of that cell.
                inner += [line.text for line in self._lines(paragraph)]
                if paragraph.ends == "row":
                    lines.append(Line(" ".join(inner)))
                    inner = []
            elif paragraph.ends == "row" and paragraph.depth == 1:
                rows.append(_row(cells, paragraph.cells))
                cells, lines = [], []
            else:
                lines += self._lines(paragraph)
                if paragraph.ends == "cell" and paragraph.depth == 1:
                    cells.append(tuple(lines))
                    lines = []
        yield from self._table(rows, cells, lines)

    def _table(
        self, rows: list[list[RowCell]], cells: list[tuple[Line, ...]], lines: list[Line]
    ) -> list[Part]:
        """A table that has ended, and what a row without its mark holds."""
        rest = [*cells, tuple(lines)] if lines else cells
        return self._tables.parts([*rows, _row(rest, ())] if rest else rows) if rows or rest else []

    def _lines(self, paragraph: DocParagraph) -> Iterator[Line]:
        """The lines of a paragraph, one for each line break in it."""
        run = paragraph.run
        look = self._styles.look(run.style, run.properties) if run else ParagraphLook()
        # Even an entry of the table of contents counts on in its list.
        number = self._lists.next(look.number, look.depth) if look.number else ""
        self._count += 1
        if paragraph.text is None or look.is_contents:
            return
        for text, is_new in paragraph_lines(paragraph.text, number):
            yield Line(text, look.level, paragraph.strong, is_new, where=f"第{self._count}段")

    def _notes(self) -> Iterator[Line]:
        """The footnotes, each with the mark that refers to it in the text."""
        start, end = self._information.story("footnotes")
        places = self._information.part(3)
        count = max(0, len(places) // 4)
        positions = struct.unpack_from(f"<{count}I", places)
        for number, (first, last) in enumerate(pairwise(positions), start=1):
            texts = [
                line.text
                for paragraph in self._text.story(start + first, min(end, start + last))
                for line in self._lines(paragraph)
            ]
            if any(texts):
                yield Line(f"[{number}]{spacing.join(texts)}", where="脚注")


def _row(cells: list[tuple[Line, ...]], edges: tuple[CellEdges, ...]) -> list[RowCell]:
    """A row: its cells with their edges; cells that no edges describe stand one after the other behind the others."""
    row = []
    right = edges[-1].right if edges else 0
    for at, lines in enumerate(cells):
        if at < len(edges):
            edge = edges[at]
            if edge.merge != "hidden":
                row.append(RowCell(edge.left, edge.right, lines, edge.merge))
        else:
            row.append(RowCell(right, right + 1000, lines))
            right += 1000
    return row
