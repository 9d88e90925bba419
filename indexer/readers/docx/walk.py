"""Walks the body of a Word file and hands on its lines and grids in reading order.

The rule: what Word prints is text, and nothing else is: what is deleted, hidden or a field's code is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from indexer.document import Grid, GridCell, Line, Part
from indexer.readers import limits, spacing
from indexer.readers.docx.numbering import Numbering
from indexer.readers.docx.styles import Look, Styles, W, child_value, is_on

_PROPERTIES = ("sectPr", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr")
_SKIPPED = frozenset(("del", "moveFrom", "Fallback", "instrText", "delText", "rt", *_PROPERTIES))
_CONTENTS_GALLERY = "Table of Contents"
_LONG_LINE = 60
"""A line with more characters than this is a sentence, no label."""
_NUMBERED = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_TIGHT = "、.．。）)】:："
"""What a number may end with and need no blank before the text."""
Stretch = tuple[str, bool]
"""Text of a run, and whether it is set in bold."""


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class _Paragraph(Struct):
    """What a paragraph prints, and the text boxes that are anchored in it."""

    stretches: list[Stretch] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)


class _Cell(Struct, frozen=True):
    """A cell of a row as Word stores it.

    ``column`` is the one it begins in, ``span`` the number it takes. ``merge`` is ``restart`` for the first of cells
    that are merged downward, ``continue`` for one that is hidden under the cell above, else "". ``element`` is None
    for columns that the row leaves out before its first cell.
    """

    column: int
    span: int
    merge: str = ""
    element: etree._Element | None = None


class Walk:
    """One walk over a document; ``parts`` grow as it goes."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.parts: list[Part] = []
        self._styles = styles
        self._numbering = numbering
        # Cells of the full grids so far, against the limit for the file.
        self._area = 0
        self._paragraphs = count(1)
        self._tables = count(1)

    def blocks(self, parent: etree._Element) -> None:
        """Append the paragraphs and tables below ``parent``."""
        for child in parent:
            name = local(child)
            if name == "p":
                self.parts.extend(self._paragraph(child))
            elif name == "tbl":
                self._table(child)
            elif name == "sdt" and _is_contents(child):
                continue
            elif name not in _SKIPPED:
                self.blocks(child)

    def notes(self, root: etree._Element | None) -> None:
        """Append the footnotes, each with the mark that refers to it in the text."""
        for note in root if root is not None else ():
            if note.get(f"{W}type") is None and local(note) == "footnote":
                lines = [line.text for child in _paragraphs_in(note) for line in self._paragraph(child)]
                if lines:
                    self.parts.append(Line(f"[{note.get(f'{W}id')}]{spacing.join(lines)}", where="脚注"))

    def _paragraph(self, element: etree._Element) -> Iterator[Line]:
        look = self._styles.look(element)
        found = _Paragraph()
        self._collect(element, look, found)
        # Even an entry of the table of contents counts on in its list.
        number = self._number(look)
        if not look.contents:
            yield from self._lines(found.stretches, look, number)
        for box in found.boxes:
            for inner in _paragraphs_in(box):
                yield from self._paragraph(inner)

    def _number(self, look: Look) -> str:
        """The number that Word prints before a paragraph, with a blank where it needs one."""
        if not look.number or look.number == "0":
            return ""
        text = self._numbering.next(look.number, look.depth)
        return text if not text or text[-1] in _TIGHT else text + " "

    def _lines(self, stretches: list[Stretch], look: Look, number: str) -> Iterator[Line]:
        """The lines of a paragraph, one for each line break in it."""
        where = f"第{next(self._paragraphs)}段"
        gap = True
        for at, line in enumerate(_split(stretches)):
            printed = "".join(text for text, _ in line)
            # Tabs part cells, and one at the edge means an empty cell.
            text = printed.strip("\n") if "\t" in printed.strip() else spacing.strip(printed)
            if not text.strip():
                gap = True
                continue
            strong = all(strong for piece, strong in line if piece.strip())
            if number and at == 0:
                text = number + text.lstrip("\t")
            yield Line(text, look.level, strong, gap or spacing.is_indented(printed), where=where)
            gap = False

    def _collect(self, element: etree._Element, look: Look, found: _Paragraph) -> None:
        for child in element:
            name = local(child)
            if name in _SKIPPED or not name:
                continue
            if name == "txbxContent":
                found.boxes.append(child)
            elif name == "r":
                self._run(child, look, found)
            else:
                self._collect(child, look, found)

    def _run(self, run: etree._Element, look: Look, found: _Paragraph) -> None:
        if is_on(run.find(f"{W}rPr"), "vanish", otherwise=look.hidden):
            return
        strong = self._styles.is_strong(run, paragraph=look.strong)
        for child in run:
            name = local(child)
            text = _printed(child, name)
            if text:
                found.stretches.append((text, strong))
            elif name not in _SKIPPED and len(child):
                self._collect(child, look, found)

    def _table(self, element: etree._Element) -> None:
        rows = [_row(row) for row in _below(element, "tr") if not _is_deleted(row)]
        if _is_layout(rows):
            for cell in _written_cells(rows):
                self.blocks(cell)
            return
        where = f"第{next(self._tables)}个表格"
        spans = [[(1, cell.span) for cell in row] for row in rows]
        self._area = limits.check_area(spans, where=where, before=self._area)
        grid = self._grid(rows)
        if any(cell.text for row in grid for cell in row):
            self.parts.append(Grid(grid, where=where))

    def _grid(self, rows: list[list[_Cell]]) -> tuple[tuple[GridCell, ...], ...]:
        """The cells that begin in each row; a cell that merges upward makes the one above it longer.

        ``restart a | b``, ``continue | c`` are the rows (a, two rows high; b) and (c).
        """
        grid: list[list[GridCell]] = []
        # The cells that may go on below, by the column they begin in: their row, and which cell of it they are.
        open_cells: dict[int, tuple[int, int]] = {}
        for at, row in enumerate(rows):
            grid.append([])
            for cell in row:
                if cell.merge == "continue" and cell.column in open_cells:
                    above, index = open_cells[cell.column]
                    grid[above][index] = replace(grid[above][index], rowspan=at - above + 1)
                    continue
                text = self._cell_text(cell.element) if cell.element is not None else ""
                grid[at].append(GridCell(text, 1, cell.span))
                # A cell of its own ends whatever came down in the columns it takes.
                for covered in range(cell.column, cell.column + cell.span):
                    open_cells.pop(covered, None)
                if cell.merge == "restart":
                    open_cells[cell.column] = (at, len(grid[at]) - 1)
        return tuple(map(tuple, grid))

    def _cell_text(self, cell: etree._Element) -> str:
        inner = Walk(self._styles, self._numbering)
        inner.blocks(cell)
        texts = [part.text if isinstance(part, Line) else _grid_text(part) for part in inner.parts]
        return spacing.cell_text("\n".join(texts))


def _paragraphs_in(element: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs below ``element``, none inside another: those are in its text boxes, which it hands on itself."""
    for child in element:
        if local(child) == "p":
            yield child
        else:
            yield from _paragraphs_in(child)


def _printed(element: etree._Element, name: str) -> str:
    """What an element of a run prints by itself."""
    if name == "t":
        return element.text or ""
    if name == "br":
        return "" if element.get(f"{W}type") in ("page", "column") else "\n"
    if name in ("footnoteReference", "endnoteReference"):
        return f"[{element.get(f'{W}id')}]"
    return {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}.get(name, "")


def _split(stretches: list[Stretch]) -> Iterator[list[Stretch]]:
    """The lines of a paragraph, which line breaks part."""
    line: list[Stretch] = []
    for text, strong in stretches:
        first, *others = text.split("\n")
        line.append((first, strong))
        for piece in others:
            yield line
            line = [(piece, strong)]
    yield line


def _below(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children with this name, those in content controls and the like included."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) not in (*_SKIPPED, "p", "tbl", "tr", "tc"):
            yield from _below(child, name)


def _row(element: etree._Element) -> list[_Cell]:
    """The cells of a row, with the columns that it leaves out before the first as one that is empty."""
    cells: list[_Cell] = []
    left_out = _whole(child_value(element.find(f"{W}trPr"), "gridBefore"))
    if left_out:
        cells.append(_Cell(0, left_out))
    column = left_out
    for cell in _below(element, "tc"):
        own = cell.find(f"{W}tcPr")
        span = max(1, _whole(child_value(own, "gridSpan")))
        merged = own.find(f"{W}vMerge") if own is not None else None
        # An element without a value says that the cell goes on from above.
        merge = "" if merged is None else merged.get(f"{W}val", "continue")
        cells.append(_Cell(column, span, merge, cell))
        column += span
    return cells


def _whole(written: str) -> int:
    """The whole number that an attribute holds, 0 for none; nine digits are enough to pass every limit."""
    return int(written[:9]) if written.isdecimal() else 0


def _is_deleted(row: etree._Element) -> bool:
    properties = row.find(f"{W}trPr")
    return properties is not None and properties.find(f"{W}del") is not None


def _is_contents(element: etree._Element) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == _CONTENTS_GALLERY


def _written_cells(rows: list[list[_Cell]]) -> list[etree._Element]:
    return [cell.element for row in rows for cell in row if cell.element is not None]


def _is_layout(rows: list[list[_Cell]]) -> bool:
    """Whether a table only frames paragraphs: one cell a row, or cells that hold parts of the report itself."""
    if max(map(len, rows), default=0) < 2:
        return True
    return any(map(_holds_prose, _written_cells(rows)))


def _holds_prose(cell: etree._Element) -> bool:
    """Whether a cell holds a part of the report itself: a numbered heading with paragraphs below it."""
    lines = ["".join(paragraph.itertext(f"{W}t")) for paragraph in cell.iterfind(f"{W}p")]
    written = [line for line in lines if line.strip()]
    has_heading = any(map(_NUMBERED.match, written))
    return len(written) > 3 and has_heading and any(len(line) > _LONG_LINE for line in written)


def _grid_text(grid: Grid) -> str:
    return "\n".join(" ".join(cell.text for cell in row if cell.text) for row in grid.rows)
