"""Rows of tables outside their table: each cell with the heads that it stands under.

A row's passage is its own headers and its values with a border between them; the report knows which column
heads belong to which value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_search.highlight import Snippet
from report_search.model import HeaderPath, Report, Row, Section, Table
from report_search.passages import Locator


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value of a row and the heads over it, without those that stand over every value of the row."""

    text: Snippet
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row: its own headers, outermost first, the heads over all of it, its values."""

    headers: tuple[Snippet, ...]
    over: tuple[str, ...]
    values: tuple[ValueView, ...]


def row_at(report: Report, place: Locator) -> Row | None:
    """The row at a place, None where no row stands there (the report may be of a newer index than the place)."""
    try:
        block = _section_at(report, place.section).blocks[place.block]
    except IndexError:
        return None
    if not isinstance(block, Table) or place.row is None or not 0 <= place.row < len(block.rows):
        return None
    return block.rows[place.row]


def _section_at(report: Report, path: Sequence[int]) -> Section:
    at, *below = path
    section = report.sections[at]
    for step in below:
        section = section.subsections[step]
    return section


def row_view(row: Row, parts: Sequence[Snippet]) -> RowView:
    """The parts of a row's text: first its headers, then its values, each under its column heads."""
    count = len(row.headers)
    over = _shared([cell.path for cell in row.values])
    values = zip(parts[count:], row.values, strict=False)
    return RowView(
        headers=tuple(parts[:count]),
        over=over,
        values=tuple(ValueView(part, cell.path[len(over) :]) for part, cell in values),
    )


def _shared(paths: Sequence[HeaderPath]) -> HeaderPath:
    """The heads that all paths begin with, leaving each path at least one of its own."""
    if not paths:
        return ()
    most = max(min(len(path) for path in paths) - 1, 0)
    same = 0
    while same < most and len({path[same] for path in paths}) == 1:
        same += 1
    return paths[0][:same]
