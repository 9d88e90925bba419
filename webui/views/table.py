"""A table as a table: spans, scopes, an anchor for every row that is a passage, marks in their cells.

A row's passage names headers that may be printed once, rows above it; a mark in such a header goes to the
cell where it is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from report_search.fields import BORDER
from report_search.model import Cell, Row, Table
from report_search.search.highlight import Snippet, Span
from webui import urls
from webui.marking import cells

Lookup = Callable[[int | None], tuple[str, Snippet | None]]
"""From a row's number (-1: the table's head) to the id and the marked text of its passage."""

Spot = tuple[int, int]
"""A cell by its row and its place in the row; row -1 is the caption, -2 the notes."""
CAPTION, NOTES = -1, -2


@dataclass(frozen=True, slots=True)
class TableCellView:
    """A cell as marked up; ``scope`` is "" for a value, ``link`` leads to its row's passage from the last cell."""

    text: Snippet
    rowspan: int
    colspan: int
    scope: str
    numeric: bool
    link: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row; ``id`` is that of its passage, "" for a row of heads."""

    id: str
    is_head: bool
    cells: tuple[TableCellView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A table; ``id`` is that of the passage of its head."""

    id: str
    link: str
    caption: Snippet
    rows: tuple[GridRow, ...]
    notes: tuple[Snippet, ...]
    wide: bool


def table_view(table: Table, lookup: Lookup) -> TableView:
    """The view of ``table`` with the anchors and marks that ``lookup`` knows of."""
    marks = _marks(table, lookup)
    head, _ = lookup(-1)
    return TableView(
        id=head,
        link=_link(head),
        caption=Snippet(table.caption, marks.get((CAPTION, 0), ())),
        rows=tuple(
            _row(row, lookup(at)[0], marks={place: s for (r, place), s in marks.items() if r == at})
            for at, row in enumerate(table.rows)
        ),
        notes=tuple(Snippet(note, marks.get((NOTES, at), ())) for at, note in enumerate(table.notes)),
        wide=_width(table) > 5,
    )


def _link(passage_id: str) -> str:
    return urls.passage_link(passage_id) if passage_id else ""


def _width(table: Table) -> int:
    return max((cell.column + cell.colspan for row in table.rows for cell in row.cells), default=0)


def _row(row: Row, passage_id: str, *, marks: dict[int, tuple[Span, ...]]) -> GridRow:
    links = [""] * (len(row.cells) - 1) + [_link(passage_id)]
    found = (
        _cell(cell, row, text=Snippet(cell.text, marks.get(place, ())), link=links[place])
        for place, cell in enumerate(row.cells)
    )
    return GridRow(passage_id, row.is_head, tuple(found))


def _cell(cell: Cell, row: Row, *, text: Snippet, link: str) -> TableCellView:
    return TableCellView(
        text, cell.rowspan, cell.colspan, _scope(cell, row), numeric=cell.value is not None, link=link
    )


def _scope(cell: Cell, row: Row) -> str:
    if not cell.is_header and not row.is_head:
        return ""
    if row.is_head:
        return "colgroup" if cell.colspan > 1 else "col"
    return "rowgroup" if cell.rowspan > 1 else "row"


def _marks(table: Table, lookup: Lookup) -> dict[Spot, tuple[Span, ...]]:
    found: dict[Spot, tuple[Span, ...]] = {}
    for at in (-1, *range(len(table.rows))):
        _, snippet = lookup(at)
        if snippet is not None and snippet.spans:
            spots = _head_spots(table) if at < 0 else _row_spots(table, at)
            parts = cells(snippet)
            found.update({spot: part.spans for spot, part in zip(spots, parts, strict=False) if part.spans})
    return found


def _head_spots(table: Table) -> list[Spot]:
    """Where the parts of the head's text stand: caption, heads, notes, as the passage joins them."""
    caption = [(CAPTION, 0)] if table.caption else []
    heads = [
        (at, place)
        for at, row in enumerate(table.rows)
        if row.is_head
        for place, cell in enumerate(row.cells)
        if cell.text
    ]
    return [*caption, *heads, *((NOTES, at) for at, note in enumerate(table.notes) if note)]


def _row_spots(table: Table, at: int) -> list[Spot]:
    """Where the parts of a row's text stand: its headers wherever they are printed, then its values."""
    row = table.rows[at]
    headers = [next(_printed(table, header, below=at), (at, len(row.cells))) for header in row.headers]
    return [*headers, *((at, place) for place, cell in enumerate(row.cells) if not cell.is_header)]


def _printed(table: Table, header: str, *, below: int) -> Iterator[Spot]:
    """The cells that print ``header``, from the row ``below`` upwards."""
    for above in range(below, -1, -1):
        for place, cell in enumerate(table.rows[above].cells):
            if (cell.is_header or table.rows[above].is_head) and cell.text.replace(BORDER, " ") == header:
                yield above, place
