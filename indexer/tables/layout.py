"""Lays a marked-up grid out in full: every cell at its row and column, spans included.

The rule: nothing is guessed here. A span that leaves the table ends with it; an area too large is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from indexer.document import Grid, GridCell
from report_search.analysis.normalise import one_line
from report_search.errors import ReadError

MAX_AREA = 200_000
MAX_COLUMNS = 1_000


class PlacedCell(Struct, frozen=True):
    """A cell at its position: ``row`` and ``column`` count from 0; row spans end within the table."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    is_header: bool = False

    @property
    def right(self) -> int:
        """The first column behind the cell."""
        return self.column + self.colspan

    @property
    def bottom(self) -> int:
        """The first row below the cell."""
        return self.row + self.rowspan


class Layout(Struct, frozen=True):
    """The cells by the row they begin in, and the cell that covers each position (None for a hole)."""

    rows: tuple[tuple[PlacedCell, ...], ...]
    cover: tuple[tuple[PlacedCell | None, ...], ...]

    @property
    def width(self) -> int:
        """The number of columns of the full grid."""
        return len(self.cover[0]) if self.cover else 0


def lay_out(grid: Grid) -> Layout:
    """The full grid. Raises ``ReadError`` (``table-too-large``) beyond ``MAX_AREA`` positions."""
    # Marked up as [A rowspan 2][B colspan 2] / [C][D], this is three columns wide: A covers (0, 0) and (1, 0), so C
    # begins at (1, 1).
    taken: dict[tuple[int, int], PlacedCell] = {}
    rows = tuple(
        _lay_out_row(taken, cells, at, height=len(grid.rows), where=grid.where)
        for at, cells in enumerate(grid.rows)
    )
    height, width = len(grid.rows), max((column for _, column in taken), default=-1) + 1
    # Holes count as well: one very wide row and one very high cell make a grid that few cells cover.
    if width * height > MAX_AREA:
        raise _too_large(grid.where)
    cover = tuple(tuple(taken.get((at, column)) for column in range(width)) for at in range(height))
    return Layout(rows, cover)


def _lay_out_row(
    taken: dict[tuple[int, int], PlacedCell], cells: Sequence[GridCell], at: int, *, height: int, where: str
) -> tuple[PlacedCell, ...]:
    """The cells that begin in row ``at``, each in the first column that no cell from above covers."""
    placed = []
    column = 0
    for cell in cells:
        while (at, column) in taken:
            column += 1
        here = PlacedCell(
            one_line(cell.text),
            at,
            column,
            max(1, min(cell.rowspan, height - at)),
            max(1, min(cell.colspan, MAX_COLUMNS)),
            cell.is_header,
        )
        _take(taken, here, where)
        placed.append(here)
        column = here.right
    return tuple(placed)


def _take(taken: dict[tuple[int, int], PlacedCell], cell: PlacedCell, where: str) -> None:
    """Enter ``cell`` at every position that it covers; where two spans overlap, the earlier cell keeps it."""
    if cell.right > MAX_COLUMNS or len(taken) + cell.rowspan * cell.colspan > MAX_AREA:
        raise _too_large(where)
    for row in range(cell.row, cell.bottom):
        for column in range(cell.column, cell.right):
            taken.setdefault((row, column), cell)


def _too_large(where: str) -> ReadError:
    return ReadError(
        "table-too-large", f"表格超过 {MAX_AREA} 格", hint="请核对表格的合并单元格。", where=where
    )
