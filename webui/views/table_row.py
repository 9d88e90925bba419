"""Rows of tables outside their table: each cell with the heads that it stands under.

A row's passage is its own headers and its values with a border between them; the report knows which column
heads belong to which value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_search.model import HeaderPath, Report, Row, Section, Table
from report_search.passages import Locator
from report_search.search.highlight import Snippet


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value of a row under its ``head`` ("" for none); ``outer`` are the heads over that one and not over all."""

    text: Snippet
    outer: HeaderPath
    head: str
    empty: bool


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
    paths = [cell.path for cell in row.values]
    over = _shared(paths)
    values = (_value(part, path[len(over) :]) for part, path in zip(parts[count:], paths, strict=False))
    return RowView(headers=tuple(parts[:count]), over=over, values=tuple(values))


def _value(text: Snippet, heads: HeaderPath) -> ValueView:
    return ValueView(text, heads[:-1], heads[-1] if heads else "", empty=not text.text.strip())


def _shared(paths: Sequence[HeaderPath]) -> HeaderPath:
    """The heads that all paths begin with, leaving each path at least one of its own."""
    if not paths:
        return ()
    most = max(min(len(path) for path in paths) - 1, 0)
    same = 0
    while same < most and len({path[same] for path in paths}) == 1:
        same += 1
    return paths[0][:same]
