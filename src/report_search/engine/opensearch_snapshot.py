"""Answering from a cluster: the tree as one query, hits in a total order, counts by cells.

Hits, totals and facets are those of every other engine. The order by relevance follows the same formula, but with
the server's own BM25, which keeps lengths coarsely and scores as 32-bit numbers; ties go as everywhere. The orders
by date are the same to the letter.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from report_search.engine import nearness, scoring
from report_search.engine import opensearch_cells as cells
from report_search.engine import opensearch_query as dsl
from report_search.engine.boundary import EngineRequest, Match, Matches, SortKey, Total
from report_search.engine.opensearch_documents import (
    NEWEST,
    OLDEST,
    newest,
    oldest,
)
from report_search.engine.opensearch_leaves import IndexLeaves, Memory
from report_search.engine.opensearch_query import NONE, Dsl
from report_search.engine.opensearch_reading import Reading
from report_search.passages import Passage
from report_search.query.evaluate import demanding
from report_search.query.tree import Query

RESULTS = 64
"""Results whose cells a snapshot remembers."""
STEPS = (2, 7, 12, 17)
"""Gaps up to which words are as near as each of so many steps counts."""
_FIELDS = ["year_number", "published", "report", "position"]


class OpenSearchSnapshot:
    """One index, which never changes. Safe to share between threads."""

    def __init__(self, reading: Reading, passages: int, *, scale: float) -> None:
        self._reading, self._passages, self._scale = reading, passages, scale
        self._leaves = IndexLeaves(reading)
        self._results = Memory(RESULTS)

    def find(self, request: EngineRequest) -> Matches:
        """Answer a request."""
        self._leaves.prepare(request.tree)
        filters = dict(request.filters)
        every = dsl.hits(request.tree, self._leaves)
        strict = demanding(request.tree)
        complete = every if strict == request.tree else dsl.hits(strict, self._leaves)
        found = self._cells(request.tree, every)
        whole = found if complete == every else self._cells(strict, complete)
        passages, reports = cells.total(found, filters)
        hits = self._page(request, every, complete)
        return Matches(
            total=Total(passages, reports, cells.total(whole, filters)[0]),
            hits=tuple(hits[: request.limit]),
            facets=tuple(cells.count(field, found, filters=filters) for field in request.facets),
            more=len(hits) > request.limit,
        )

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order asked; ids not there are left out."""
        found = dict(self._reading.passages({"ids": {"values": list(set(ids))}})) if ids else {}
        return [found[id_] for id_ in ids if id_ in found]

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order; [] if it is not there."""
        found = self._reading.passages({"term": {"report": report_id}})
        return sorted((passage for _, passage in found), key=lambda passage: passage.position)

    def close(self) -> None:
        """Give back what the server holds open for this snapshot."""
        self._reading.close()

    def _cells(self, tree: Query, query: Dsl) -> list[cells.Cell]:
        if query == NONE:
            return []
        return self._results.get(tree, lambda: cells.cells_of(self._reading, query))

    def _page(self, request: EngineRequest, every: Dsl, complete: Dsl) -> list[Match]:
        """One slice and, where there is one, the hit behind it."""
        if every == NONE:
            return []
        if request.sort != "relevance" or complete == every:
            return self._slice(request, every, complete, after=request.after)
        found: list[Match] = []
        if request.after is None or request.after.complete:
            found = self._slice(request, complete, complete, after=request.after)
        if len(found) <= request.limit:
            after = None if request.after is None or request.after.complete else request.after
            rest = dsl.all_of([every, dsl.none_of(complete)])
            found += self._slice(request, rest, NONE, after=after)
        return found

    def _slice(
        self, request: EngineRequest, query: Dsl, complete: Dsl, *, after: SortKey | None
    ) -> list[Match]:
        if query == NONE:
            return []
        body: Dsl = {
            "query": self._scored(request.tree, query, complete),
            "post_filter": dsl.all_of({"terms": {f: list(chosen)}} for f, chosen in request.filters),
            "sort": _sort(request.sort),
            "size": request.limit + 1,
            "track_scores": True,
            "track_total_hits": False,
            "_source": False,
            "docvalue_fields": _FIELDS,
        }
        if after is not None:
            body["search_after"] = _after(request.sort, after)
        return [_match(hit) for hit in self._reading.search(body)["hits"]["hits"]]

    def _scored(self, tree: Query, query: Dsl, complete: Dsl) -> Dsl:
        scored = dsl.scored(query, tree, scale=self._scale, worth=self._worth(tree))
        named = {"bool": {"filter": [complete], "_name": "complete"}}
        mark = {"constant_score": {"filter": named, "boost": 0.0}}
        return {"bool": {"must": [scored], "should": [mark]}}

    def _worth(self, tree: Query) -> list[tuple[Dsl, float]]:
        """What nearness and context are worth; the fall of nearness with each character goes in steps."""
        plan = scoring.plan(tree)
        close: dict[Hashable, Dsl] = {
            ("near", *pair): dsl.near(*pair, gap=nearness.REACH) for pair in plan.near
        }
        above: dict[Hashable, Dsl] = {("above", term): self._leaves.context(term) for term in plan.terms}
        rows = self._leaves.counted({**close, **above})
        found = []
        for one, two in plan.near:
            whole = scoring.NEAR * scoring.idf(rows["near", one, two], self._passages) / len(STEPS)
            found += [(dsl.near(one, two, gap=gap), whole) for gap in STEPS]
        for key, query in above.items():
            found.append((query, scoring.CONTEXT * scoring.idf(rows[key], self._passages)))
        return found


def _sort(sort: str) -> list[dict[str, str]]:
    if sort == "oldest":
        return [{OLDEST: "asc"}]
    return [{"_score": "desc"}, {NEWEST: "asc"}] if sort == "relevance" else [{NEWEST: "asc"}]


def _after(sort: str, key: SortKey) -> list[Any]:
    if sort == "oldest":
        return [oldest(key)]
    return [key.score, newest(key)] if sort == "relevance" else [newest(key)]


def _match(hit: dict[str, Any]) -> Match:
    year, published, report, position = (hit["fields"][name][0] for name in _FIELDS)
    complete = "complete" in hit.get("matched_queries", ())
    score = float(hit["_score"])
    return Match(hit["_id"], score, SortKey(complete, score, year, published, report, position))
