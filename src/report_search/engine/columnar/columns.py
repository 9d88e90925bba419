"""The columns of all segments as one table: a row for each passage, values as numbers, names once.

Rows of deleted passages stay in the table and are masked; nothing else about them is ever looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np

from report_search.engine.arrays import Array, Mask
from report_search.engine.columnar.facet_counts import FacetColumn
from report_search.engine.columnar.segment import Segment
from report_search.engine.columnar.sorting import Keys, Ranks
from report_search.engine.protocol import SortKey
from report_search.fields import FILTER_FIELDS


class Columns:
    """The columns of ``segments``, one behind the other; ``live`` masks the rows that are not deleted."""

    def __init__(self, segments: Sequence[Segment], live: Mask) -> None:
        self.live = live
        self.size = len(live)
        self.bases = [0, *accumulate(segment.size for segment in segments)]
        self._segments = segments
        self.columns = {field: self._column(field) for field in FILTER_FIELDS}
        self.year = self.joined("year_number")
        self.has_year = self.joined("has_year").astype(np.bool_)
        self.position = self.joined("position")
        self.words = self.joined("words")
        self.published = self._column("published")

    def joined(self, name: str) -> Array:
        """An array of every segment, one behind the other."""
        parts = [segment.columns[name] for segment in self._segments]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)

    def _column(self, field: str) -> FacetColumn:
        """A column over all segments, its names in order."""
        own = [segment.names(field) for segment in self._segments]
        names = sorted({name for names in own for name in names})
        place = {name: at for at, name in enumerate(names)}
        codes, rows = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int64)]
        for segment, base, mine in zip(self._segments, self.bases, own, strict=False):
            table = np.array([place[name] for name in mine], dtype=np.int32)
            codes.append(table[segment.columns[field + "_codes"]])
            if field == "topic":
                rows.append(segment.columns["topic_rows"].astype(np.int64) + base)
        return FacetColumn(names, np.concatenate(codes), np.concatenate(rows) if field == "topic" else None)

    @cached_property
    def ranks(self) -> Ranks:
        """The orders by date; worked out when the first page is cut."""
        report = self.columns["report"]
        return Ranks(
            Keys(
                self.year,
                self.published.codes,
                report.codes,
                self.position,
                self.published.names,
                report.names,
            )
        )

    def key(self, row: int, *, complete: bool, score: float) -> SortKey:
        """Where the passage of a row stands in an order."""
        report = self.columns["report"]
        return SortKey(
            complete,
            score,
            int(self.year[row]),
            self.published.names[self.published.codes[row]],
            report.names[report.codes[row]],
            int(self.position[row]),
        )
