"""The columns of all segments as one table: a row for each passage, values as numbers, names once.

The rule: rows of deleted passages stay in the table and are masked, so that row numbers of segments need only their
base added; nothing else of a deleted row is ever read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np

from report_search.engine.arrays import Array, Mask
from report_search.engine.columnar.facet_counts import FacetColumn
from report_search.engine.columnar.segment import Segment
from report_search.engine.columnar.sorting import Ranks, SortColumns
from report_search.engine.protocol import NearTexts, SortKey
from report_search.fields import FILTER_FIELDS


class Columns:
    """The columns of ``segments``, one after another.

    ``live``, ``(n_rows,) bool``, is False for deleted rows. ``bases[i]`` is the row of the table at which segment
    ``i`` begins. ``year``, ``position``, ``words`` (the number of ranking words) and ``tier`` (see
    ``engine.protocol``) are ``(n_rows,) int32``, ``has_year`` is ``(n_rows,) bool``; a report without a year has 0 in
    ``year``.
    """

    def __init__(self, segments: Sequence[Segment], live: Mask) -> None:
        self.live = live
        self.size = len(live)
        self.bases = [0, *accumulate(segment.size for segment in segments)]
        self._segments = segments
        self.columns = {field: self._column(field) for field in FILTER_FIELDS}
        self.year = self._concatenated("year_number")
        self.has_year = self._concatenated("has_year").astype(np.bool_)
        self.position = self._concatenated("position")
        self.words = self._concatenated("words")
        self.tier = self._concatenated("tier")
        self.published = self._column("published")

    def _concatenated(self, name: str) -> Array:
        """An array of every segment, one after another."""
        parts = [segment.columns[name] for segment in self._segments]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)

    def _column(self, field: str) -> FacetColumn:
        """A column over all segments, its names in order."""
        names_of_segments = [segment.names(field) for segment in self._segments]
        names = sorted(set().union(*names_of_segments))
        code_of = {name: code for code, name in enumerate(names)}
        codes = [np.zeros(0, dtype=np.int32)]
        for segment, own_names in zip(self._segments, names_of_segments, strict=True):
            # A segment numbers its names as they came: with 外交部, 上海市 there and 上海市, 外交部 here, its codes
            # 0 0 1 become 1 1 0.
            recoded = np.array([code_of[name] for name in own_names], dtype=np.int32)
            codes.append(recoded[segment.columns[field + "_codes"]])
        return FacetColumn(names, np.concatenate(codes), self._topic_rows() if field == "topic" else None)

    def _topic_rows(self) -> Array:
        """The row of each code of ``topic``, the one field with any number of values, ascending int64."""
        parts = [
            segment.columns["topic_rows"].astype(np.int64) + base
            for segment, base in zip(self._segments, self.bases, strict=False)
        ]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    @property
    def text_groups(self) -> Array:
        """The group of equal texts of each row, numbered from 0 over all segments, ``(n_rows,) int64``."""
        return self._texts[1]

    def near_groups(self, near: NearTexts) -> Array:
        """The group of equal and near texts of each row, ``(n_rows,) int64``."""
        hashes, numbers = self._texts
        groups = np.arange(len(hashes))
        named = np.array(list(near.group_of), dtype=np.uint64)
        held = np.isin(named, hashes)
        # Numbers of their own, behind those of the texts.
        own = np.unique(np.array(list(near.group_of.values()), dtype=np.uint64), return_inverse=True)[1]
        groups[np.searchsorted(hashes, named[held])] = len(hashes) + own[held]
        of_rows: Array = groups[numbers]
        return of_rows

    @cached_property
    def _texts(self) -> tuple[Array, Array]:
        """The hashes of the different folded texts, ascending, and the position there of each row's."""
        # Hashes are wide. Small numbers are sorted and counted faster, so they are given once.
        parts = [segment.columns["text_group"] for segment in self._segments]
        groups = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)
        hashes, numbers = np.unique(groups, return_inverse=True)
        return hashes, numbers

    @cached_property
    def ranks(self) -> Ranks:
        """The orders by date; computed when the first page is asked for."""
        report = self.columns["report"]
        return Ranks(
            SortColumns(
                self.year,
                self.published.codes,
                report.codes,
                self.position,
                self.published.names,
                report.names,
            )
        )

    def key(self, row: int, *, complete: bool, score: float) -> SortKey:
        """What the passage of a row is sorted by."""
        report = self.columns["report"]
        return SortKey(
            complete,
            score,
            int(self.year[row]),
            self.published.names[self.published.codes[row]],
            report.names[report.codes[row]],
            int(self.position[row]),
            int(self.tier[row]),
        )
