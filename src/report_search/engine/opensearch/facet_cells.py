"""Counting a result by its cells: exact totals and facets, whatever the filters.

A cell is the set of passages that agree in everything filters and facets ask (report, year, agency, section,
type, topics). The server says how many hits each cell has; the rest is adding up, of arrays. A result over so many
reports that its cells do not fit into one answer is read page by page.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report_search.engine.arrays import count_distinct
from report_search.engine.opensearch.index_reader import Ask, IndexReader
from report_search.engine.opensearch.mapping import values_of_cell
from report_search.engine.opensearch.query_dsl import Dsl
from report_search.engine.protocol import FacetCounts, ValueCount
from report_search.fields import FILTER_FIELDS

ONE_ANSWER = 20_000
"""Cells that one answer may hold."""
PAGE = 10_000
REPORT = "report"
Filters = Mapping[str, tuple[str, ...]]
Numbers = NDArray[np.int32]


class Cells:
    """The cells of a result: the hits of each, and for each field the values, as numbers, and whose they are."""

    def __init__(self, counted: Iterable[tuple[str, int]]) -> None:
        self._known: dict[str, dict[str, int]] = {field: {} for field in FILTER_FIELDS}
        codes = {field: array("i") for field in FILTER_FIELDS}
        owners = {field: array("i") for field in FILTER_FIELDS}
        hits = array("q")
        for at, (key, count) in enumerate(counted):
            hits.append(count)
            for field, values in zip(FILTER_FIELDS, values_of_cell(key), strict=True):
                known = self._known[field]
                for value in values:
                    codes[field].append(known.setdefault(value, len(known)))
                    owners[field].append(at)
        self.hits = np.array(hits, np.int64)
        self._codes = {field: np.array(found, np.int32) for field, found in codes.items()}
        self._owners = {field: np.array(found, np.int32) for field, found in owners.items()}

    def passing(self, filters: Filters, *, but: str = "") -> NDArray[np.bool_]:
        """Which cells have a chosen value in every field but one."""
        passing = np.ones(len(self.hits), np.bool_)
        for field, chosen in filters.items():
            if field != but:
                known = self._known[field]
                wanted = [known[value] for value in chosen if value in known]
                having = np.zeros(len(self.hits), np.bool_)
                having[self._owners[field][np.isin(self._codes[field], wanted)]] = True
                passing &= having
        return passing

    def reports(self, passing: NDArray[np.bool_]) -> int:
        """How many reports the cells belong to."""
        return len(np.unique(self._codes[REPORT][passing]))

    def values(self, field: str, passing: NDArray[np.bool_]) -> Iterator[ValueCount]:
        """Each value that some of the cells have, with the passages and the reports that have it."""
        names = list(self._known[field])
        kept = passing[self._owners[field]]
        codes, owners = self._codes[field][kept].astype(np.int64), self._owners[field][kept]
        passages = np.zeros(len(names), np.int64)
        np.add.at(passages, codes, self.hits[owners])
        own = self._codes[REPORT][owners]
        reports = count_distinct(codes, own, values=len(names), reports_in_all=len(self._known[REPORT]))
        for code in np.flatnonzero(reports).tolist():
            yield ValueCount(names[code], int(passages[code]), int(reports[code]))


def ask(reading: IndexReader, query: Dsl, *, take: Callable[[Cells], None]) -> Ask:
    """The search for the cells of everything that ``query`` has; ``take`` is given them."""

    def taken(answer: Any) -> None:
        found = answer["aggregations"]["cells"]
        if found["sum_other_doc_count"] or found["doc_count_error_upper_bound"]:
            take(Cells(_page_by_page(reading, query)))
        else:
            take(Cells((bucket["key"], bucket["doc_count"]) for bucket in found["buckets"]))

    terms = {"terms": {"field": "cell", "size": ONE_ANSWER, "order": {"_key": "asc"}}}
    return Ask({"query": query, "size": 0, "track_total_hits": False, "aggs": {"cells": terms}}, taken)


def cells_of(reading: IndexReader, query: Dsl) -> Cells:
    """The cells of everything that ``query`` has."""
    found: list[Cells] = []
    reading.together([ask(reading, query, take=found.append)])
    return found[0]


def total(cells: Cells, filters: Filters) -> tuple[int, int]:
    """The passages and the reports of a result."""
    passing = cells.passing(filters)
    return int(cells.hits[passing].sum()), cells.reports(passing)


def count(field: str, cells: Cells, *, filters: Filters) -> FacetCounts:
    """Every value of a facet, each as if it were chosen alone."""
    return FacetCounts(field, tuple(cells.values(field, cells.passing(filters, but=field))))


def _page_by_page(reading: IndexReader, query: Dsl) -> Iterator[tuple[str, int]]:
    composite: Dsl = {"size": PAGE, "sources": [{"cell": {"terms": {"field": "cell"}}}]}
    while True:
        aggs = {"cells": {"composite": composite}}
        answer = reading.search({"query": query, "size": 0, "track_total_hits": False, "aggs": aggs})
        page = answer["aggregations"]["cells"]
        yield from ((bucket["key"]["cell"], bucket["doc_count"]) for bucket in page["buckets"])
        if len(page["buckets"]) < PAGE:
            return
        composite = {**composite, "after": page["after_key"]}
