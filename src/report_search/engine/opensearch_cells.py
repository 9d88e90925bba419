"""Counting a result by its cells: exact totals and facets, whatever the filters.

A cell is the set of passages that agree in everything filters and facets ask (report, year, agency, section,
type, topics). The server says how many hits each cell has; the rest is adding up. A result over so many reports
that its cells do not fit into one answer is read page by page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from report_search.engine.boundary import FacetCounts, ValueCount
from report_search.engine.opensearch_documents import values_of_cell
from report_search.engine.opensearch_query import Dsl
from report_search.engine.opensearch_reading import Reading

ONE_ANSWER = 20_000
"""Cells that one answer may hold."""
PAGE = 10_000
Filters = Mapping[str, tuple[str, ...]]

_values = lru_cache(1 << 16)(values_of_cell)


@dataclass(frozen=True, slots=True)
class Cell:
    """The values of a cell in each field, and its hits."""

    values: dict[str, frozenset[str]]
    hits: int

    @property
    def report(self) -> str:
        """The report that the cell belongs to."""
        (report,) = self.values["report"]
        return report

    def passes(self, filters: Filters, *, but: str = "") -> bool:
        """Whether the cell has a chosen value in every field but one."""
        return all(
            not self.values[field].isdisjoint(chosen) for field, chosen in filters.items() if field != but
        )


def cells_of(reading: Reading, query: Dsl) -> list[Cell]:
    """The cells of everything that ``query`` has."""
    terms = {"terms": {"field": "cell", "size": ONE_ANSWER}}
    answer = reading.search({"query": query, "size": 0, "track_total_hits": False, "aggs": {"cells": terms}})
    found = answer["aggregations"]["cells"]
    if not found["sum_other_doc_count"] and not found["doc_count_error_upper_bound"]:
        return [Cell(_values(bucket["key"]), bucket["doc_count"]) for bucket in found["buckets"]]
    return _page_by_page(reading, query)


def total(cells: list[Cell], filters: Filters) -> tuple[int, int]:
    """The passages and the reports of a result."""
    kept = [cell for cell in cells if cell.passes(filters)]
    return sum(cell.hits for cell in kept), len({cell.report for cell in kept})


def count(field: str, cells: list[Cell], *, filters: Filters) -> FacetCounts:
    """Every value of a facet, each as if it were chosen alone."""
    passages: Counter[str] = Counter()
    reports: dict[str, set[str]] = {}
    for cell in cells:
        if cell.passes(filters, but=field):
            for value in cell.values[field]:
                passages[value] += cell.hits
                reports.setdefault(value, set()).add(cell.report)
    return FacetCounts(field, tuple(ValueCount(v, n, len(reports[v])) for v, n in passages.items()))


def _page_by_page(reading: Reading, query: Dsl) -> list[Cell]:
    found: list[Cell] = []
    composite: Dsl = {"size": PAGE, "sources": [{"cell": {"terms": {"field": "cell"}}}]}
    while True:
        aggs = {"cells": {"composite": composite}}
        answer = reading.search({"query": query, "size": 0, "track_total_hits": False, "aggs": aggs})
        page = answer["aggregations"]["cells"]
        found += [Cell(_values(bucket["key"]["cell"]), bucket["doc_count"]) for bucket in page["buckets"]]
        if len(page["buckets"]) < PAGE:
            return found
        composite = {**composite, "after": page["after_key"]}
