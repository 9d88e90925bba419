"""Counting a result: totals, and for every facet each value counted alone, over whole arrays.

The rule: OR inside a facet, AND across. A value's count is the result with that value alone chosen in its
facet and every other facet's choice kept, so the facet's own choice is left out of what it is counted over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct

from report_search.engine.arrays import Array, Ints, Mask, concat_ranges, count_distinct
from report_search.engine.protocol import FacetCounts, ValueCount


class FacetColumn(Struct, frozen=True, dict=True):
    """A field's values: ``names[codes[i]]`` is a value of row ``rows[i]``.

    ``codes``, ``(n_entries,)`` integers; ``rows``, ``(n_entries,)`` integers, ascending, or None where every row has
    just one value, so that entry and row are the same number. Three rows with the topics {预算}, {} and {预算, 复议}
    have ``codes`` [0 0 1] and ``rows`` [0 2 2].
    """

    names: Sequence[str]
    codes: Ints
    rows: Ints | None = None

    def having(self, values: Sequence[str], size: int) -> Mask:
        """The rows that have one of ``values``, ``(size,) bool``."""
        # One entry more than names, so that there is an array to index where a column has no name at all.
        is_wanted = np.zeros(len(self.names) + 1, dtype=np.bool_)
        chosen = set(values)
        is_wanted[[code for code, name in enumerate(self.names) if name in chosen]] = True
        found: Mask = is_wanted[self.codes]
        if self.rows is None:
            return found
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.rows[found]] = True
        return mask

    def entries(self, rows: Ints) -> tuple[Array, Array]:
        """The code of every value of ``rows``, which ascend, and the row that has it."""
        if self.rows is None:
            return self.codes[rows], rows
        # Rows behind the last one with a value are not in the table of starts.
        has_start = np.searchsorted(rows, len(self._starts) - 1)
        covered = rows[:has_start]
        entries = concat_ranges(self._starts[covered], self._starts[covered + 1])
        return self.codes[entries], self.rows[entries]

    @cached_property
    def _starts(self) -> Array:
        """Where the entries of each row begin, up to the last row that has one, ``(last row + 2,) int64``."""
        assert self.rows is not None
        return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(np.bincount(self.rows))))


def apply_filters(hits: Mask, filters: Mapping[str, Mask], *, but: str = "") -> Mask:
    """``hits`` narrowed by every filter but that of the field ``but``; all masks are ``(n_rows,) bool``."""
    for field, mask in filters.items():
        if field != but:
            hits = hits & mask
    return hits


def count_reports(hits: Mask, report: FacetColumn) -> int:
    """The number of different reports among the hits."""
    return int(np.count_nonzero(np.bincount(report.codes[np.flatnonzero(hits)], minlength=1)))


def count_facet(field: str, column: FacetColumn, *, rows: Ints, report: FacetColumn) -> FacetCounts:
    """Every value of ``column`` among ``rows``, which ascend, with its passages and reports."""
    codes, owners = column.entries(rows)
    passages = np.bincount(codes, minlength=len(column.names))
    in_reports = _count_reports_of_values(codes, owners, column=column, report=report)
    found = np.flatnonzero(passages)
    counted = zip(found.tolist(), passages[found].tolist(), in_reports[found].tolist(), strict=True)
    return FacetCounts(field, tuple(ValueCount(column.names[code], *counts) for code, *counts in counted))


def _count_reports_of_values(
    codes: Array, owners: Array, *, column: FacetColumn, report: FacetColumn
) -> Array:
    """For each value of ``column`` the number of different reports among the rows ``owners``, ``(n_names,) ints``."""
    if column is report:
        # A report is in itself alone; pairs of report and report would be the square of their number.
        return np.minimum(np.bincount(codes, minlength=len(column.names)), 1)
    return count_distinct(
        codes, report.codes[owners], values=len(column.names), reports_in_all=len(report.names)
    )
