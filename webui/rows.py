"""Rows of tables outside their table: each cell with the heads that it stands under.

A row's passage is its own headers and its values with a border between them; the report knows which column heads
belong to which value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_search.highlight import Snippet
from report_search.model import Block, Report, Row, Section, Table
from report_search.passages import Locator


@dataclass(frozen=True, slots=True)
class CellView:
    """A part of a row: its text, the heads over it, and whether it is itself a head of the row."""

    text: Snippet
    heads: tuple[str, ...] = ()
    is_header: bool = False


def section_at(report: Report, path: Sequence[int]) -> Section:
    """The section at a path of positions."""
    at, *below = path
    section = report.sections[at]
    for step in below:
        section = section.subsections[step]
    return section


def block_at(report: Report, place: Locator) -> Block:
    """The block at a place."""
    return section_at(report, place.section).blocks[place.block]


def row_at(report: Report, place: Locator) -> Row | None:
    """The row at a place, None where no row stands there."""
    block = block_at(report, place)
    if not isinstance(block, Table) or place.row is None or not 0 <= place.row < len(block.rows):
        return None
    return block.rows[place.row]


def cell_views(row: Row, parts: Sequence[Snippet]) -> tuple[CellView, ...]:
    """The parts of a row's text as cells: first its headers, then its values, each under its column heads."""
    headers = [CellView(part, is_header=True) for part in parts[: len(row.headers)]]
    values = [
        CellView(part, heads=cell.path) for part, cell in zip(parts[len(headers) :], row.values, strict=False)
    ]
    return (*headers, *values)
