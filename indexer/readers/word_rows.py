"""Rows of a table as Word files of old and RTF keep them, by the edges of their cells, to a grid with spans.

Each row says where its own cells end, and whether one goes on from the cell above:

    row 1   │ 0 ──────────── 2000 │ 4000          a cell whose edges enclose those of two cells below spans both
    row 2   │ 0 ── 1000 ─── 2000 │ 4000

The rule: edges nearer than ``SNAP`` are one; what a cell that goes on from above holds is not printed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from indexer.document import Grid, GridCell, Line, Part
from indexer.readers import limits, spacing

SNAP = 60
"""Twentieths of a point within which two edges are one: a millimetre."""
_LONG_LINE = 60
"""A line with more characters than this is a sentence, no label."""
_TIGHT = "、.．。）)】:："
"""What a number may end with and need no blank before the text."""
_NUMBERED = re.compile(r"^[一二三四五六七八九十]{1,3}、")


class RowCell(Struct, frozen=True):
    """A cell of a row: its left and right edge, its lines, ``merge`` (``restart``, ``continue`` or ""), as in docx."""

    left: int
    right: int
    lines: tuple[Line, ...] = ()
    merge: str = ""

    @property
    def text(self) -> str:
        """What the cell prints."""
        return spacing.cell_text("\n".join(line.text for line in self.lines))


class RowTables:
    """Makes the tables of one file; counts them, and the cells of their full grids against the limit."""

    def __init__(self) -> None:
        self._area = 0
        self._count = 0

    def parts(self, rows: Sequence[Sequence[RowCell]]) -> list[Part]:
        """A table as a grid, or as lines where it only frames paragraphs; [] for one without text."""
        rows = [row for row in rows if row]
        cells = [cell for row in rows for cell in row]
        if _is_layout(rows):
            return list(chain.from_iterable(cell.lines for cell in cells))
        self._count += 1
        where = f"第{self._count}个表格"
        edges = _snapped(chain.from_iterable((cell.left, cell.right) for cell in cells))
        columns = [[_columns(cell, edges) for cell in row] for row in rows]
        self._area = limits.check_area(list(map(_spans, columns)), where=where, before=self._area)
        grid = _grid(rows, columns)
        return [Grid(grid, where=where)] if any(cell.text for cell in cells) else []


def _spans(columns: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The rows and columns that each cell of a row takes by itself."""
    return [(1, last - first) for first, last in columns]


def _grid(
    rows: Sequence[Sequence[RowCell]], columns: Sequence[Sequence[tuple[int, int]]]
) -> tuple[tuple[GridCell, ...], ...]:
    grid: list[list[GridCell]] = []
    # The cells that may go on below, by the column they begin in: their row, and which cell of it they are.
    open_cells: dict[int, tuple[int, int]] = {}
    for at, row in enumerate(rows):
        grid.append([])
        for cell, (first, last) in zip(row, columns[at], strict=True):
            if cell.merge == "continue" and first in open_cells:
                above, index = open_cells[first]
                grid[above][index] = replace(grid[above][index], rowspan=at - above + 1)
                continue
            grid[at].append(GridCell(cell.text, 1, last - first))
            # A cell of its own ends whatever came down in the columns it takes.
            for covered in range(first, last):
                open_cells.pop(covered, None)
            if cell.merge == "restart":
                open_cells[first] = (at, len(grid[at]) - 1)
    return tuple(map(tuple, grid))


def _snapped(edges: Iterable[int]) -> list[int]:
    """The edges in order, the first of those that are one."""
    found: list[int] = []
    for edge in sorted(set(edges)):
        if not found or edge - found[-1] > SNAP:
            found.append(edge)
    return found


def _columns(cell: RowCell, edges: Sequence[int]) -> tuple[int, int]:
    """The column a cell begins in and the one behind it; a cell without width takes one all the same."""
    first, last = _index(edges, cell.left), _index(edges, cell.right)
    return first, max(last, first + 1)


def _index(edges: Sequence[int], edge: int) -> int:
    at = bisect_left(edges, edge + 1) - 1
    return max(0, at)


def _is_layout(rows: Sequence[Sequence[RowCell]]) -> bool:
    """Whether a table only frames paragraphs: one cell a row, or cells that hold parts of the report itself."""
    if max(map(len, rows), default=0) < 2:
        return True
    return any(holds_prose(cell.lines) for row in rows for cell in row)


def holds_prose(lines: Sequence[Line]) -> bool:
    """Whether the lines of a cell are a part of the report itself: a numbered heading with paragraphs below it."""
    has_heading = any(_NUMBERED.match(line.text) for line in lines)
    return len(lines) > 3 and has_heading and any(len(line.text) > _LONG_LINE for line in lines)


def paragraph_lines(printed: str, number: str = "") -> Iterator[tuple[str, bool]]:
    """The lines of a paragraph, one for each line break in it, each with whether it opens something new.

    ``number`` is what is printed before the first of them; a blank follows it where it does not end in a mark.
    """
    if number and number[-1] not in _TIGHT:
        number += " "
    gap = True
    for at, raw in enumerate(printed.split("\n")):
        # Tabs part cells, and one at the edge means an empty cell.
        text = raw if "\t" in raw.strip() else spacing.strip(raw)
        if not text.strip():
            gap = True
            continue
        if number and at == 0:
            text = number + text.lstrip("\t")
        yield text, gap or spacing.is_indented(raw)
        gap = False
