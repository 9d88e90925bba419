"""A report as a flow of things to set one after the other: title, date, headings, paragraphs, tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from report_search.model import Cell, Paragraph, Report, Table
from report_search.passages import heading

Kind = Literal["title", "date", "heading", "paragraph", "table"]


class FlowItem(Struct, frozen=True):
    """One thing to set. ``depth`` is that of a heading, from 0; ``table`` is None but for a table."""

    kind: Kind
    text: str = ""
    depth: int = 0
    table: Table | None = None


def flow(report: Report) -> Iterator[FlowItem]:
    """``report`` from its title on."""
    yield FlowItem("title", report.title)
    yield FlowItem("date", f"发布日期：{report.published}")
    for path, section in report.walk():
        if heading(section):
            yield FlowItem("heading", heading(section), len(path) - 1)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield FlowItem("paragraph", block.text)
            else:
                yield FlowItem("table", table=block)


def width_of(table: Table) -> int:
    """The columns of the full grid."""
    return max(cell.column + cell.colspan for row in table.rows for cell in row.cells)


def placed_cells(table: Table) -> Iterator[tuple[int, Cell]]:
    """Every cell with the row it begins in."""
    for at, row in enumerate(table.rows):
        for cell in row.cells:
            yield at, cell


def full_grid(table: Table) -> list[list[tuple[Cell | None, int]]]:
    """Each place of the full grid with the cell that covers it and how far below its first row it is.

    None where no cell covers it.
    """
    grid: list[list[tuple[Cell | None, int]]] = [[(None, 0)] * width_of(table) for _ in table.rows]
    for at, cell in placed_cells(table):
        for row in range(at, min(at + cell.rowspan, len(grid))):
            for column in range(cell.column, cell.column + cell.colspan):
                grid[row][column] = (cell, row - at)
    return grid
