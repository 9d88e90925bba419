"""Counting a result by its cells: exact totals and facets, whatever the filters.

A cell is the set of passages that agree in everything that filters and facets ask for (report, year, agency, section,
type, topics). The rule: the server only says how many hits each cell has, and every total and every facet is a sum
over cells, so that all of them agree. A result over so many reports that its cells do not fit into one answer is
read page by page.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report_search.engine.arrays import Mask, count_distinct
from report_search.engine.opensearch.index_reader import IndexReader, PendingSearch
from report_search.engine.opensearch.mapping import values_of_cell
from report_search.engine.opensearch.query_dsl import Dsl
from report_search.engine.protocol import FacetCounts, ValueCount
from report_search.fields import FILTER_FIELDS

ONE_ANSWER = 20_000
"""Cells that one answer may hold."""
PAGE = 10_000
"""Cells asked for at a time where they are more than that."""
REPORT = "report"
Filters = Mapping[str, tuple[str, ...]]


class FacetCells:
    """The cells of a result: how many hits each has, and its values in each field.

    Two cells, of 3 hits in report a with the topics x and y, and of 2 hits in report b with the topic y:

        hits               [3, 2]       (n_cells,) int64
        codes["topic"]     [0, 1, 1]    (n_values_of_all_cells,) int32: 0 stands for x, 1 for y
        owners["topic"]    [0, 0, 1]    the same shape, int32: the cell that has the value

    So y counts 3 + 2 passages and two reports; a cell without topics has no entry.
    """

    def __init__(self, counted: Iterable[tuple[str, int]]) -> None:
        """``counted`` gives the key of each cell, as ``mapping.cell_of`` makes it, and its hits."""
        self._code_of: dict[str, dict[str, int]] = {field: {} for field in FILTER_FIELDS}
        codes = {field: array("i") for field in FILTER_FIELDS}
        owners = {field: array("i") for field in FILTER_FIELDS}
        hits = array("q")
        for cell, (key, count) in enumerate(counted):
            hits.append(count)
            for field, values in zip(FILTER_FIELDS, values_of_cell(key), strict=True):
                code_of = self._code_of[field]
                for value in values:
                    codes[field].append(code_of.setdefault(value, len(code_of)))
                    owners[field].append(cell)
        self._hits = np.array(hits, np.int64)
        self._codes = {field: np.array(listed, np.int32) for field, listed in codes.items()}
        self._owners = {field: np.array(listed, np.int32) for field, listed in owners.items()}

    def totals(self, filters: Filters) -> tuple[int, int]:
        """The passages and the reports that pass the filters."""
        passing = self._passing(filters)
        passages = int(self._hits[passing].sum())
        # Every cell has exactly one report, so the codes of reports are one a cell, in the order of the cells.
        return passages, len(np.unique(self._codes[REPORT][passing]))

    def facet(self, field: str, filters: Filters) -> FacetCounts:
        """Every value of a facet that counts, each as if it were chosen alone: the facet's own filter is left out."""
        return FacetCounts(field, tuple(self._value_counts(field, self._passing(filters, ignored=field))))

    def tally(self, field: str, filters: Filters) -> FacetCounts:
        """Every value of a field that counts with all filters kept, the field's own too."""
        return FacetCounts(field, tuple(self._value_counts(field, self._passing(filters))))

    def _passing(self, filters: Filters, *, ignored: str = "") -> Mask:
        """Which cells have a chosen value in every filtered field but the ``ignored`` one; (n_cells,) bool."""
        passing = np.ones(len(self._hits), np.bool_)
        for field, chosen in filters.items():
            if field != ignored:
                passing &= self._having(field, chosen)
        return passing

    def _having(self, field: str, chosen: Iterable[str]) -> Mask:
        """Which cells have one of the chosen values; (n_cells,) bool."""
        code_of = self._code_of[field]
        wanted = [code_of[value] for value in chosen if value in code_of]
        having = np.zeros(len(self._hits), np.bool_)
        having[self._owners[field][np.isin(self._codes[field], wanted)]] = True
        return having

    def _value_counts(self, field: str, passing: Mask) -> Iterator[ValueCount]:
        """Each value that a passing cell has, with the passages and the reports that have it."""
        names = list(self._code_of[field])
        kept = passing[self._owners[field]]
        codes, owners = self._codes[field][kept].astype(np.int64), self._owners[field][kept]
        passages: NDArray[np.int64] = np.zeros(len(names), np.int64)
        np.add.at(passages, codes, self._hits[owners])
        reports = count_distinct(
            codes,
            self._codes[REPORT][owners],
            values=len(names),
            reports_in_all=len(self._code_of[REPORT]),
        )
        for code in np.flatnonzero(reports).tolist():
            yield ValueCount(names[code], int(passages[code]), int(reports[code]))


def cells_search(reader: IndexReader, query: Dsl, *, take: Callable[[FacetCells], None]) -> PendingSearch:
    """The search for the cells of everything that matches ``query``; ``take`` is given them."""

    def on_answer(answer: Any) -> None:
        cells = answer["aggregations"]["cells"]
        is_cut_short = cells["sum_other_doc_count"] or cells["doc_count_error_upper_bound"]
        take(FacetCells(_page_by_page(reader, query) if is_cut_short else _counted(cells["buckets"])))

    # Sorted by key, not by count: the counts of single shards then add up exactly.
    terms = {"terms": {"field": "cell", "size": ONE_ANSWER, "order": {"_key": "asc"}}}
    body = {"query": query, "size": 0, "track_total_hits": False, "aggs": {"cells": terms}}
    return PendingSearch(body, on_answer)


def fetch_cells(reader: IndexReader, query: Dsl) -> FacetCells:
    """The cells of everything that matches ``query``."""
    fetched: list[FacetCells] = []
    reader.run_all([cells_search(reader, query, take=fetched.append)])
    return fetched[0]


def _counted(buckets: Iterable[Any]) -> Iterator[tuple[str, int]]:
    return ((bucket["key"], bucket["doc_count"]) for bucket in buckets)


def _page_by_page(reader: IndexReader, query: Dsl) -> Iterator[tuple[str, int]]:
    composite: Dsl = {"size": PAGE, "sources": [{"cell": {"terms": {"field": "cell"}}}]}
    while True:
        aggs = {"cells": {"composite": composite}}
        answer = reader.search({"query": query, "size": 0, "track_total_hits": False, "aggs": aggs})
        page = answer["aggregations"]["cells"]
        yield from ((bucket["key"]["cell"], bucket["doc_count"]) for bucket in page["buckets"])
        if len(page["buckets"]) < PAGE:
            return
        composite = {**composite, "after": page["after_key"]}
