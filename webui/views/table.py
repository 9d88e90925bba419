"""A table as a table: spans, scopes, an anchor for every row that is a passage, marks in their cells.

A row's passage names headers that may be printed once, rows above it. The rule: a mark in such a header goes to the
cell where the header is printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from report_search.fields import BORDER
from report_search.model import Cell, Row, Table
from report_search.search.highlight import Snippet, Span
from webui import urls
from webui.marking import cells

PassageOfRow = Callable[[int | None], tuple[str, Snippet | None]]
"""From a row's number (-1: the table's head) to the id and the marked text of its passage."""

CellKey = tuple[int, int]
"""A cell by its row and its number in the row; in the row ``CAPTION`` or ``NOTES`` a caption or a note."""
CAPTION, NOTES = -1, -2
HEAD = -1
"""The row number of the passage that is a table's head."""
HEAD_SEPARATOR = " › "
WIDE = 5
"""A table of more columns than this is laid out wider than the text."""


class TableCellView(Struct, frozen=True):
    """A cell as marked up; ``scope`` is "" for a value, ``link`` leads to its row's passage from the last cell.

    ``head`` names the column of a value, for a screen too narrow for columns.
    """

    text: Snippet
    rowspan: int
    colspan: int
    scope: str
    numeric: bool
    link: str
    head: str


class TableRowView(Struct, frozen=True):
    """A row; ``id`` is that of its passage, "" for a row of heads. ``upper`` are headers that are printed above it."""

    id: str
    upper: str
    is_head: bool
    cells: tuple[TableCellView, ...]


class TableView(Struct, frozen=True):
    """A table; ``id`` is that of the passage of its head."""

    id: str
    link: str
    caption: Snippet
    rows: tuple[TableRowView, ...]
    notes: tuple[Snippet, ...]
    wide: bool


def table_view(table: Table, passage_of: PassageOfRow) -> TableView:
    """The view of ``table`` with the anchors and marks of the passages that ``passage_of`` gives."""
    marks = _marks(table, passage_of)
    in_caption, in_notes = marks[CAPTION], marks[NOTES]
    head_id, _ = passage_of(HEAD)
    return TableView(
        id=head_id,
        link=_link(head_id),
        caption=Snippet(table.caption, in_caption.get(0, ())),
        rows=tuple(
            _row_view(row, passage_of(number)[0], marks=marks[number])
            for number, row in enumerate(table.rows)
        ),
        notes=tuple(Snippet(note, in_notes.get(number, ())) for number, note in enumerate(table.notes)),
        wide=_width(table) > WIDE,
    )


def _link(passage_id: str) -> str:
    return urls.passage_link(passage_id) if passage_id else ""


def _width(table: Table) -> int:
    """The number of columns."""
    return max((cell.column + cell.colspan for row in table.rows for cell in row.cells), default=0)


def _row_view(row: Row, passage_id: str, *, marks: Mapping[int, tuple[Span, ...]]) -> TableRowView:
    last = len(row.cells) - 1
    views = (
        _cell_view(
            cell,
            row,
            text=Snippet(cell.text, marks.get(number, ())),
            link=_link(passage_id) if number == last else "",
        )
        for number, cell in enumerate(row.cells)
    )
    printed_here = {cell.text for cell in row.cells if cell.is_header}
    upper = HEAD_SEPARATOR.join(header for header in row.headers if header not in printed_here)
    return TableRowView(passage_id, upper, row.is_head, tuple(views))


def _cell_view(cell: Cell, row: Row, *, text: Snippet, link: str) -> TableCellView:
    numeric = cell.value is not None
    scope = _scope(cell, row)
    head = "" if scope else HEAD_SEPARATOR.join(cell.path)
    return TableCellView(text, cell.rowspan, cell.colspan, scope, numeric=numeric, link=link, head=head)


def _scope(cell: Cell, row: Row) -> str:
    """The HTML scope of a head: what of the table it is the head of."""
    if row.is_head:
        return "colgroup" if cell.colspan > 1 else "col"
    if cell.is_header:
        return "rowgroup" if cell.rowspan > 1 else "row"
    return ""


def _marks(table: Table, passage_of: PassageOfRow) -> defaultdict[int, dict[int, tuple[Span, ...]]]:
    """The marks of all passages of a table, by row and then by the cell's number in its row.

    A passage's text is its parts joined by borders. With the row passage 办理结果⇥予以公开⇥41, a mark in its first part
    goes to the cell that prints 办理结果, which may be rows above, and one in the last to the cell with the 41.
    """
    marks: defaultdict[int, dict[int, tuple[Span, ...]]] = defaultdict(dict)
    for number in (HEAD, *range(len(table.rows))):
        _, snippet = passage_of(number)
        if snippet is None or not snippet.spans:
            continue
        keys = _head_cells(table) if number == HEAD else _row_cells(table, number)
        # Not strict: the passage may be of a newer generation than the report.
        for (row, cell), part in zip(keys, cells(snippet), strict=False):
            if part.spans:
                marks[row][cell] = part.spans
    return marks


def _head_cells(table: Table) -> list[CellKey]:
    """Where the parts of the head's text are printed: caption, heads, notes, in the order that its passage joins."""
    keys: list[CellKey] = [(CAPTION, 0)] if table.caption else []
    for number, row in enumerate(table.rows):
        if row.is_head:
            keys += [(number, at) for at, cell in enumerate(row.cells) if cell.text]
    keys += [(NOTES, at) for at, note in enumerate(table.notes) if note]
    return keys


def _row_cells(table: Table, number: int) -> list[CellKey]:
    """Where the parts of a row's text are printed: its headers in this row or above, then its values."""
    row = table.rows[number]
    # A header that is printed nowhere gets a key behind the last cell, which no cell has: its marks are not shown.
    nowhere = (number, len(row.cells))
    headers = [next(_cells_printing(table, header, below=number), nowhere) for header in row.headers]
    values = [(number, at) for at, cell in enumerate(row.cells) if not cell.is_header]
    return [*headers, *values]


def _cells_printing(table: Table, header: str, *, below: int) -> Iterator[CellKey]:
    """The cells that print ``header``, from the row ``below`` upwards."""
    for number in range(below, -1, -1):
        row = table.rows[number]
        for at, cell in enumerate(row.cells):
            is_head = cell.is_header or row.is_head
            # In a passage's text a border would end the part, so a blank stands for it there.
            if is_head and cell.text.replace(BORDER, " ") == header:
                yield number, at
