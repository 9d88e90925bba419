"""Rows of tables outside their table: each value with the column heads over it.

A row's passage is its own headers and its values with a border between them; the report knows which column heads belong
to which value. The rule: heads over all values are shown once for the row, the others with their value.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from report_search.model import HeaderPath, Row
from report_search.search.highlight import Snippet


class ValueView(Struct, frozen=True):
    """A value of a row under its ``head`` ("" for none); ``upper_heads`` are those over that one, but not over all."""

    text: Snippet
    upper_heads: HeaderPath
    head: str
    empty: bool


class RowView(Struct, frozen=True):
    """A row: its own headers, outermost first, the column heads over all of it, its values."""

    headers: tuple[Snippet, ...]
    shared_heads: tuple[str, ...]
    values: tuple[ValueView, ...]


def row_view(row: Row, parts: Sequence[Snippet]) -> RowView:
    """The ``parts`` of a row's text: first its headers, then its values, each under its column heads."""
    n_headers = len(row.headers)
    paths = [cell.path for cell in row.values]
    shared = _shared_heads(paths)
    values = (
        _value_view(part, path[len(shared) :]) for part, path in zip(parts[n_headers:], paths, strict=False)
    )
    return RowView(headers=tuple(parts[:n_headers]), shared_heads=shared, values=tuple(values))


def _value_view(text: Snippet, heads: HeaderPath) -> ValueView:
    return ValueView(text, heads[:-1], heads[-1] if heads else "", empty=not text.text.strip())


def _shared_heads(paths: Sequence[HeaderPath]) -> HeaderPath:
    """The heads that all paths begin with, leaving each path at least one of its own.

    (申请人情况, 自然人) and (申请人情况, 总计) share (申请人情况,).
    """
    if not paths:
        return ()
    longest = max(min(len(path) for path in paths) - 1, 0)
    shared = 0
    while shared < longest and len({path[shared] for path in paths}) == 1:
        shared += 1
    return paths[0][:shared]
