"""Answering from a cluster: the tree as one query, hits in a total order, counts by cells.

Hits, totals and facets are those of every other engine. The order by relevance follows the same formula, but with
the server's own BM25, which keeps lengths coarsely and scores as 32-bit numbers; ties go as everywhere. The orders
by date are the same to the letter. What does not wait for another answer is asked together, in one request.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from report_search.engine import proximity, scoring
from report_search.engine.opensearch import facet_cells as cells
from report_search.engine.opensearch import page as page
from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.opensearch.index_reader import Ask, IndexReader
from report_search.engine.opensearch.leaf_queries import IndexLeaves, Memory
from report_search.engine.opensearch.page import Meaning
from report_search.engine.opensearch.query_dsl import NONE, Dsl
from report_search.engine.protocol import EngineRequest, Match, Matches, Total
from report_search.passages import Passage
from report_search.query.algebra import find_hits, require_all
from report_search.query.ast import Query

RESULTS = 64
"""Results whose cells a snapshot remembers."""
STEPS = (2, 7, 12, 17)
"""Gaps up to which words are as near as each of so many steps counts."""


class OpenSearchSnapshot:
    """One index, which never changes. Safe to share between threads."""

    def __init__(self, reading: IndexReader, passages: int, *, scale: float) -> None:
        self._reading, self._passages, self._scale = reading, passages, scale
        self._leaves = IndexLeaves(reading)
        self._results = Memory(RESULTS)

    def find(self, request: EngineRequest) -> Matches:
        """Answer a request."""
        if request.limit >= page.MOST:
            return self._walked(request)
        meaning = self._meant(request.tree)
        hits: list[Match] = []
        asks = self._leaves.uncounted(self._valued(request.tree))
        at_once = meaning.is_plain and not asks
        asks += self._uncelled(meaning)
        if at_once:
            asks += self._page(request, meaning, hits=hits)
        self._reading.together(asks)
        filters = dict(request.filters)
        found = self._cells(meaning.tree, meaning.every)
        passages, reports = cells.total(found, filters)
        whole = cells.total(self._cells(meaning.strict, meaning.complete), filters)[0]
        if passages and not at_once:
            self._reading.together(self._page(request, meaning, hits=hits, whole=whole))
        return Matches(
            total=Total(passages, reports, whole),
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

    def _walked(self, request: EngineRequest) -> Matches:
        """More hits than one answer holds, answer by answer."""
        most = page.MOST - 1
        first = found = self.find(replace(request, limit=most))
        hits = list(first.hits)
        while found.more and len(hits) < request.limit:
            limit = min(most, request.limit - len(hits))
            found = self.find(replace(request, limit=limit, after=hits[-1].key, facets=()))
            hits += found.hits
        return replace(first, hits=tuple(hits), more=found.more)

    def _meant(self, tree: Query) -> Meaning:
        self._leaves.prepare(tree)
        every, complete = find_hits(tree, dsl.DslAlgebra(self._leaves))
        return Meaning(tree, every, tree if complete == every else require_all(tree), complete)

    def _uncelled(self, meaning: Meaning) -> list[Ask]:
        """The searches for cells that are not known yet."""
        queries = {meaning.strict: meaning.complete, meaning.tree: meaning.every}
        return [
            cells.ask(self._reading, query, take=partial(self._results.put, tree))
            for tree, query in queries.items()
            if query != NONE and tree not in self._results
        ]

    def _cells(self, tree: Query, query: Dsl) -> cells.Cells:
        if query == NONE:
            return cells.Cells(())
        return self._results.get(tree, lambda: cells.cells_of(self._reading, query))

    def _page(
        self, request: EngineRequest, meaning: Meaning, *, hits: list[Match], whole: int = 0
    ) -> list[Ask]:
        """The searches that put a slice and, where there is one, the hit behind it into ``hits``."""

        def take(complete: bool | None, answer: Any) -> None:
            hits.extend(page.match(hit, complete=complete) for hit in answer["hits"]["hits"])

        worth, asks = self._worth(request.tree), []
        for part in page.slices(request, meaning, whole=whole):
            found = page.filtered(part.query, request)
            scored = dsl.scored(found, request.tree, scale=self._scale, worth=worth)
            if part.complete is None:
                scored = page.marking(scored, meaning.complete)
            asks.append(Ask(page.body(request, scored, after=part.after), partial(take, part.complete)))
        return asks

    def _valued(self, tree: Query) -> dict[Hashable, Dsl]:
        """What is worth the more the fewer passages have it: words near each other, words in the context."""
        plan = scoring.plan(tree)
        near: dict[Hashable, Dsl] = {
            ("near", *pair): dsl.near(*pair, gap=proximity.REACH) for pair in plan.near
        }
        return {**near, **{("above", term): self._leaves.context(term) for term in plan.terms}}

    def _worth(self, tree: Query) -> list[tuple[Dsl, float]]:
        """What nearness and context are worth; the fall of nearness with each character goes in steps."""
        queries = self._valued(tree)
        rows = self._leaves.counted(queries)
        found = []
        for one, two in scoring.plan(tree).near:
            whole = scoring.NEAR * scoring.idf(rows["near", one, two], self._passages) / len(STEPS)
            found += [(dsl.near(one, two, gap=gap), whole) for gap in STEPS]
        for term in scoring.plan(tree).terms:
            gain = scoring.CONTEXT * scoring.idf(rows["above", term], self._passages)
            found.append((queries["above", term], gain))
        return found
