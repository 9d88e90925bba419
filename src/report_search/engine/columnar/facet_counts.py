"""Counting a result: totals, and every facet with each value counted alone, over whole arrays.

The rule: OR inside a facet, AND across. A value's count is the result with that value alone chosen in its
facet and every other facet's choice kept, so the facet's own choice is left out of what it is counted over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from report_search.engine.arrays import Array, Ints, Mask, count_distinct, ranges
from report_search.engine.protocol import FacetCounts, ValueCount


@dataclass(frozen=True)
class FacetColumn:
    """A field's values: ``codes[i]`` is the position in ``names`` of a value of row ``rows[i]``.

    ``rows`` is None where every row has just one value, so that ``codes`` has one entry a row.
    """

    names: Sequence[str]
    codes: Ints
    rows: Ints | None = None

    def having(self, values: Sequence[str], size: int) -> Mask:
        """The rows, of ``size``, that have one of ``values``."""
        wanted = np.zeros(len(self.names) + 1, dtype=np.bool_)
        chosen = set(values)
        wanted[[at for at, name in enumerate(self.names) if name in chosen]] = True
        found: Mask = wanted[self.codes]
        if self.rows is None:
            return found
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.rows[found]] = True
        return mask

    def entries(self, rows: Ints) -> tuple[Array, Array]:
        """Every value of ``rows`` (in order) by its code, and the row that has it."""
        if self.rows is None:
            return self.codes[rows], rows
        known = rows[: np.searchsorted(rows, len(self._starts) - 1)]
        kept = ranges(self._starts[known], self._starts[known + 1])
        return self.codes[kept], self.rows[kept]

    @cached_property
    def _starts(self) -> Array:
        """Where the values of each row begin, where a row may have several; rows behind the last have none."""
        assert self.rows is not None
        return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(np.bincount(self.rows))))


def narrowed(hits: Mask, filters: Mapping[str, Mask], *, but: str = "") -> Mask:
    """``hits`` narrowed by every filter but that of the field ``but``."""
    for field, mask in filters.items():
        if field != but:
            hits = hits & mask
    return hits


def count_reports(hits: Mask, report: FacetColumn) -> int:
    """The reports that the hits stand in."""
    return int(np.count_nonzero(np.bincount(report.codes[np.flatnonzero(hits)], minlength=1)))


def count_facet(field: str, column: FacetColumn, *, rows: Ints, report: FacetColumn) -> FacetCounts:
    """Every value of ``column`` among ``rows`` (in order) with its passages and reports."""
    codes, owners = column.entries(rows)
    reports = report.codes[owners]
    passages = np.bincount(codes, minlength=len(column.names))
    in_reports = count_distinct(codes, reports, values=len(column.names), reports_in_all=len(report.names))
    return FacetCounts(
        field,
        tuple(
            ValueCount(column.names[at], int(passages[at]), int(in_reports[at]))
            for at in np.flatnonzero(passages).tolist()
        ),
    )
