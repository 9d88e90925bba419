"""A sheet to lines and tables: rows with several cells are tables, rows with one are the text around them.

    ┌───────────────────────┐
    │ 示例市统计表          │   a line: one cell, before the first row with several
    ├───────┬───────┬───────┤
    │ 指标  │ 单位  │ 数    │   the table
    │ 其中  ├───────┴───────┤
    │       │ …             │
    ├───────┴───────────────┤
    │ 注：…                 │   a line: one merged cell, behind the last row with several
    └───────────────────────┘

The rule: an empty row parts tables, and what is not printed is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from indexer.document import Grid, GridCell, Line, Part
from indexer.readers import limits, spacing

_NOTE = re.compile(r"^\s*(?:注|备注|说明|填报|填表|单位负责人|审核|联系|附)")
_LONG = 40
"""A single cell with more characters than this is prose, no label."""


class SheetCell(Struct, frozen=True):
    """What a sheet prints at a place: ``rows`` and ``columns`` count those it takes."""

    text: str
    rows: int = 1
    columns: int = 1


class PrintedSheet(Struct, frozen=True):
    """A sheet as printed: its cells by row and column, both from 0, without hidden ones; where people find it."""

    cells: Mapping[tuple[int, int], SheetCell]
    where: str


def parts_of(sheet: PrintedSheet) -> Iterator[Part]:
    """Lines and tables from top to bottom. Raises ``ReadError`` for a table beyond the limit."""
    rows: dict[int, dict[int, SheetCell]] = {}
    filled: set[int] = set()
    for (row, column), cell in sheet.cells.items():
        if cell.text:
            rows.setdefault(row, {})[column] = cell
            filled.update(range(row, row + min(cell.rows, limits.MAX_CELLS)))
    is_first = True
    for start, end in _runs(sorted(filled)):
        yield from _block(sheet, rows, start=start, end=end, is_first=is_first)
        is_first = False


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of numbers that follow one another, as (first, last)."""
    first = None
    for at, number in enumerate(numbers):
        first = number if first is None else first
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            yield first, number
            first = None


def _block(
    sheet: PrintedSheet, rows: Mapping[int, Mapping[int, SheetCell]], *, start: int, end: int, is_first: bool
) -> Iterator[Part]:
    """The parts of rows without an empty one between them."""
    top, bottom = _table_rows(rows, start, end=end, is_first=is_first)
    for row in range(start, top):
        yield from _lines(sheet, rows.get(row, {}))
    if top <= bottom:
        yield from _table(sheet, top, bottom)
    for row in range(bottom + 1, end + 1):
        yield from _lines(sheet, rows.get(row, {}))


def _table_rows(
    rows: Mapping[int, Mapping[int, SheetCell]], start: int, *, end: int, is_first: bool
) -> tuple[int, int]:
    """The first and the last row of the table among some; the first is behind all of them if there is none."""
    several = [row for row in range(start, end + 1) if _has_several(rows.get(row, {}))]
    if not several:
        return end + 1, end
    top = several[0]
    # A single label below is a row whose other cells are empty; a merged or long cell is a note.
    notes = (row for row in range(several[-1] + 1, end + 1) if _is_note(rows.get(row, {})))
    bottom = next(notes, end + 1) - 1
    is_title = is_first and top - 1 == start
    if top > start and not is_title and _heads_a_group(rows, top, bottom=bottom):
        top -= 1
    return top, bottom


def _has_several(row: Mapping[int, SheetCell]) -> bool:
    return len(row) > 1 or any(cell.rows > 1 for cell in row.values())


def _is_note(row: Mapping[int, SheetCell]) -> bool:
    return any(
        cell.columns > 1 or len(cell.text) > _LONG or bool(_NOTE.match(cell.text)) for cell in row.values()
    )


def _heads_a_group(rows: Mapping[int, Mapping[int, SheetCell]], top: int, *, bottom: int) -> bool:
    """Whether the merged cell above a table heads its first group of rows: others like it are in the table."""
    above = _widths(rows.get(top - 1, {}))
    inside = [_widths(rows.get(row, {})) for row in range(top, bottom + 1)]
    return bool(above) and above in inside


def _widths(row: Mapping[int, SheetCell]) -> list[int]:
    """The columns that the only cell of a row takes; [] for a row with several, and for a cell that is not merged."""
    if len(row) != 1:
        return []
    [cell] = row.values()
    return [cell.columns] if cell.columns > 1 else []


def _lines(sheet: PrintedSheet, row: Mapping[int, SheetCell]) -> Iterator[Line]:
    for cell in row.values():
        for at, text in enumerate(cell.text.split("\n")):
            if spacing.strip(text):
                yield Line(spacing.strip(text), gap=at == 0 or spacing.is_indented(text), where=sheet.where)


def _table(sheet: PrintedSheet, top: int, bottom: int) -> Iterator[Grid]:
    """The rows from ``top`` to ``bottom`` as a grid, from its first column that holds anything to its last."""
    inside = {place: cell for place, cell in sheet.cells.items() if top <= place[0] <= bottom}
    printed = [(column, column + cell.columns) for (_, column), cell in inside.items() if cell.text]
    left, right = min(first for first, _ in printed), max(last for _, last in printed)
    limits.check_area([[(1, right - left)]] * (bottom - top + 1), where=sheet.where)
    taken: set[tuple[int, int]] = set()
    rows = []
    for row in range(top, bottom + 1):
        cells = []
        for column in range(left, right):
            if (row, column) in taken:
                continue
            cell = inside.get((row, column), SheetCell(""))
            height, width = min(cell.rows, bottom - row + 1), min(cell.columns, right - column)
            taken.update((r, c) for r in range(row, row + height) for c in range(column, column + width))
            cells.append(GridCell(spacing.cell_text(cell.text), height, width))
        rows.append(tuple(cells))
    yield Grid(tuple(rows), where=sheet.where)
