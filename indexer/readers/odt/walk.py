"""Walks the body of an OpenDocument text and hands on its lines and grids in reading order.

The rule: what is printed is text, and nothing else is: what is deleted, hidden, or a comment is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from indexer.document import Grid, GridCell, Line, Part
from indexer.readers import limits, spacing
from indexer.readers.docx.numbering import Numbering
from indexer.readers.odt.styles import OpenStyles, attribute, whole
from indexer.readers.word_rows import holds_prose, paragraph_lines

_SKIPPED = frozenset(
    [
        "tracked-changes",
        "annotation",
        "annotation-end",
        "table-of-content",
        "sequence-decls",
        "forms",
        "note-body",
        "note-citation",
        "ruby-text",
        "desc",
        "title",
    ]
)
_ROW_GROUPS = frozenset(("table-header-rows", "table-rows", "table-row-group"))
_BLANKS = 1_000
"""How many blanks in a row are counted at most."""
Stretch = tuple[str, bool]
"""Text, and whether it is set in bold."""


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Printed(Struct):
    """What a paragraph prints, and the text boxes that are anchored in it."""

    stretches: list[Stretch] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)


class Counters(Struct):
    """What is counted through one file: paragraphs, tables, cells, pictures, footnotes and their texts."""

    paragraphs: int = 0
    tables: int = 0
    area: int = 0
    pictures: int = 0
    notes: list[Line] = field(default_factory=list)


class OpenWalk:
    """One walk over a document, or over a cell of it."""

    def __init__(self, styles: OpenStyles, numbering: Numbering, *, counters: Counters | None = None) -> None:
        self.counters = counters or Counters()
        self._styles = styles
        self._numbering = numbering
        self._list = ""
        self._started = 0

    def blocks(self, parent: etree._Element) -> Iterator[Part]:
        """The paragraphs and tables below ``parent``."""
        for child in parent:
            name = local(child)
            if name in ("p", "h"):
                yield from self._paragraph(child)
            elif name == "table":
                yield from self._table(child)
            elif name == "list":
                yield from self._items(child, depth=0)
            elif name and name not in _SKIPPED:
                yield from self.blocks(child)

    def _items(self, element: etree._Element, *, depth: int) -> Iterator[Part]:
        """The paragraphs of a list; the first of each item has its number."""
        if depth == 0:
            self._begin_list(element)
        for item in element:
            has_number = local(item) == "list-item"
            for child in item:
                name = local(child)
                if name == "list":
                    yield from self._items(child, depth=depth + 1)
                elif name in ("p", "h"):
                    number = self._numbering.next(self._list, depth) if has_number else ""
                    has_number = False
                    yield from self._paragraph(child, number=number)
                elif name == "table":
                    yield from self._table(child)

    def _begin_list(self, element: etree._Element) -> None:
        """Begin to count anew, unless the list goes on from another one of its style."""
        style = attribute(element, "style-name")
        goes_on = attribute(element, "continue-numbering") == "true" or attribute(element, "continue-list")
        names = [name for name, one in self._numbering.lists.items() if one.startswith(f"{style}/")]
        if goes_on and names:
            self._list = names[-1]
            return
        self._started += 1
        self._list = f"{style}/{self._started}"
        self._numbering.lists[self._list] = self._list
        self._numbering.levels[self._list] = self._styles.lists.get(style, {})

    def _paragraph(self, element: etree._Element, *, number: str | None = None) -> Iterator[Part]:
        style = attribute(element, "style-name")
        level = whole(element, "outline-level") if local(element) == "h" else 0
        if number is None:
            number = self._numbering.next("outline", level - 1) if level else ""
        found = _Printed()
        if not self._styles.is_hidden("paragraph", style):
            self._collect(element, found, strong=bool(self._styles.is_strong("paragraph", style)))
        yield from self._lines(found.stretches, level=level, number=number)
        for box in found.boxes:
            for part in self.blocks(box):
                yield replace(part, where="文本框")

    def _lines(self, stretches: list[Stretch], *, level: int, number: str) -> Iterator[Line]:
        """The lines of a paragraph, one for each line break in it."""
        self.counters.paragraphs += 1
        where = f"第{self.counters.paragraphs}段"
        strong = all(strong for piece, strong in stretches if piece.strip())
        for text, is_new in paragraph_lines("".join(text for text, _ in stretches), number):
            yield Line(text, level, strong, is_new, where=where)

    def _collect(self, element: etree._Element, found: _Printed, *, strong: bool) -> None:
        found.stretches.append((_collapsed(element.text), strong))
        for child in element:
            name = local(child)
            if name == "span":
                style = attribute(child, "style-name")
                own = self._styles.is_strong("text", style)
                if not self._styles.is_hidden("text", style):
                    self._collect(child, found, strong=strong if own is None else own)
            elif name == "note":
                found.stretches.append((self._note(child), strong))
            elif name == "text-box":
                found.boxes.append(child)
            elif name and name not in _SKIPPED:
                self.counters.pictures += name == "image"
                found.stretches.append((_printed(child, name), strong))
                self._collect(child, found, strong=strong)
            found.stretches.append((_collapsed(child.tail), strong))

    def _note(self, element: etree._Element) -> str:
        """The mark of a footnote, whose text is kept for the end."""
        body = next((one for one in element if local(one) == "note-body"), None)
        number = len(self.counters.notes) + 1
        if body is None or attribute(element, "note-class") == "endnote":
            return ""
        mark = f"[{number}]"
        # The place is taken before the text is read: it may refer to another one.
        self.counters.notes.append(Line(mark, where="脚注"))
        texts = [part.text for part in self.blocks(body) if isinstance(part, Line)]
        self.counters.notes[number - 1] = Line(mark + spacing.join(texts), where="脚注")
        return mark

    def _table(self, element: etree._Element) -> Iterator[Part]:
        rows = _table_rows(element)
        filled = [self._filled(row) for row in rows]
        if _is_layout(rows, filled):
            for row in filled:
                yield from chain.from_iterable(row)
            return
        self.counters.tables += 1
        where = f"第{self.counters.tables}个表格"
        spans = [[_span(cell, len(rows) - at) for cell, _ in row] for at, row in enumerate(rows)]
        self.counters.area = limits.check_area(spans, where=where, before=self.counters.area)
        grid = tuple(_cells(*one) for one in zip(rows, filled, spans, strict=True))
        if any(cell.text for row in grid for cell in row):
            yield Grid(grid, where=where)

    def _filled(self, row: Sequence[tuple[etree._Element, str]]) -> list[list[Part]]:
        """What is in each place of a row."""
        return [list(self._cell(cell).blocks(cell)) for cell, _ in row]

    def _cell(self, cell: etree._Element) -> OpenWalk:
        """The walk of a cell: lists count on through the cells of a table."""
        return OpenWalk(self._styles, self._numbering, counters=self.counters)


def row_elements(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, those in groups and among its head rows included."""
    for child in table:
        if local(child) in _ROW_GROUPS:
            yield from row_elements(child)
        elif local(child) == "table-row":
            yield child


def cell_elements(row: etree._Element) -> Iterator[tuple[etree._Element, str, int]]:
    """The cells of a row: element, ``cell`` or ``covered``, how often it is repeated."""
    for cell in row:
        name = local(cell)
        if name in ("table-cell", "covered-table-cell"):
            kind = "covered" if name.startswith("covered") else "cell"
            yield cell, kind, max(1, whole(cell, "number-columns-repeated"))


def _cells(
    row: Sequence[tuple[etree._Element, str]], filled: Sequence[list[Part]], spans: Sequence[tuple[int, int]]
) -> tuple[GridCell, ...]:
    """The cells that begin in a row, from what is in each place of it."""
    cells = []
    for (_, name), parts, (rowspan, colspan) in zip(row, filled, spans, strict=True):
        if name == "cell":
            cells.append(GridCell(spacing.cell_text("\n".join(map(_text, parts))), rowspan, colspan))
    return tuple(cells)


def _span(cell: etree._Element, below: int) -> tuple[int, int]:
    """The rows and columns that a cell takes; ``below`` rows are left, its own among them."""
    rows, columns = whole(cell, "number-rows-spanned"), whole(cell, "number-columns-spanned")
    return min(max(1, rows), below), max(1, columns)


def _is_layout(rows: list[list[tuple[etree._Element, str]]], filled: list[list[list[Part]]]) -> bool:
    """Whether a table only frames paragraphs: one cell a row, or cells that hold parts of the report itself."""
    if max((sum(name == "cell" for _, name in row) for row in rows), default=0) < 2:
        return True
    cells = [[part for part in parts if isinstance(part, Line)] for row in filled for parts in row]
    return any(map(holds_prose, cells))


def _table_rows(table: etree._Element) -> list[list[tuple[etree._Element, str]]]:
    """The rows of a table of a text, each cell as often as it is repeated. Raises ``ReadError`` beyond the limit."""
    rows: list[list[tuple[etree._Element, str]]] = []
    count = 0
    for element in row_elements(table):
        cells = list(cell_elements(element))
        times = max(1, whole(element, "number-rows-repeated"))
        count += times * sum(repeated for _, _, repeated in cells)
        if count > limits.MAX_CELLS:
            raise limits.too_large("表格单元格数", count, limit=limits.MAX_CELLS)
        row = [(cell, kind) for cell, kind, repeated in cells for _ in range(repeated)]
        rows += [row] * (times if row else 1)
    return rows


def _text(part: Part) -> str:
    if isinstance(part, Line):
        return part.text
    return "\n".join(" ".join(cell.text for cell in row if cell.text) for row in part.rows)


def _printed(element: etree._Element, name: str) -> str:
    """What an element prints by itself."""
    if name == "s":
        return " " * min(whole(element, "c"), _BLANKS)
    return {"tab": "\t", "line-break": "\n"}.get(name, "")


def _collapsed(text: str | None) -> str:
    """Text of the file: line ends and tabs in it are blanks, and blanks in a row are one."""
    return " ".join((text or "").replace("\t", " ").replace("\n", " ").split(" ")) if text else ""
