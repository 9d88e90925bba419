"""Answering from a cluster: the tree as one query, hits in a total order, counts from cells.

Hits, totals and facets are those of every other engine. The order by relevance follows the same formula, but with
the server's own BM25, which keeps lengths coarsely and scores as 32-bit numbers; ties are broken as everywhere. The
orders by date are exactly the same. The rule: searches that do not wait for each other's answers are sent together,
since each request takes as long as the slowest server.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from report_search.engine import proximity, scoring
from report_search.engine.cache import LruCache
from report_search.engine.opensearch import collapsing, page
from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.opensearch.facet_cells import FacetCells, cells_search, fetch_cells
from report_search.engine.opensearch.index_reader import IndexReader, PendingSearch
from report_search.engine.opensearch.leaf_queries import IndexLeaves
from report_search.engine.opensearch.page import HitQueries
from report_search.engine.opensearch.query_dsl import NONE, Dsl
from report_search.engine.opensearch.questions import QuestionAnswers
from report_search.engine.protocol import EngineRequest, Match, Matches, Total
from report_search.passages import Passage
from report_search.query.algebra import asks_headings, find_hits, measure, require_all
from report_search.query.ast import Query, Question, question_of

KEPT_CELLS = 64
"""Results whose cells a snapshot keeps."""
GAP_STEPS = (2, 7, 12, 17)
"""The gaps between two words up to which each step of the bonus for nearness is given."""


class OpenSearchSnapshot:
    """One index, which never changes. Safe to share between threads."""

    def __init__(self, reader: IndexReader, documents: int, *, scale: float) -> None:
        self._reader, self._documents, self._scale = reader, documents, scale
        self._leaves = IndexLeaves(reader)
        self._answers = QuestionAnswers(reader, self._leaves, passages=documents, scale=scale)
        self._cells_cache = LruCache(KEPT_CELLS)

    def find(self, request: EngineRequest) -> Matches:
        """Answer a request."""
        if request.collapse:
            return self._find_collapsed(request)
        question = question_of(request.tree)
        if question is not None:
            return self._find_answers(question, request)
        if request.limit >= page.MOST:
            return self._find_in_batches(request)
        queries = self._hit_queries(request)
        hits: list[Match] = []
        searches = self._leaves.missing_counts(self._bonus_queries(request.tree))
        # The page can go along with the first request if it needs neither the counts that the scores depend on nor
        # the number of complete hits.
        page_at_once = queries.all_complete and not searches
        searches += self._missing_cells(queries)
        if page_at_once:
            searches += self._page_searches(request, queries, hits=hits)
        self._reader.run_all(searches)
        counted = self._counted(request, queries)
        if counted.total.passages and not page_at_once:
            complete = counted.total.complete
            self._reader.run_all(self._page_searches(request, queries, hits=hits, complete_hits=complete))
        return replace(counted, hits=tuple(hits[: request.limit]), more=len(hits) > request.limit)

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order asked; ids not there are left out."""
        fetched = dict(self._reader.passages({"ids": {"values": list(set(ids))}})) if ids else {}
        return [fetched[id_] for id_ in ids if id_ in fetched]

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order, then its headings; [] if it is not there."""
        fetched = self._reader.passages({"term": {"report": report_id}})
        return sorted((passage for _, passage in fetched), key=lambda passage: passage.position)

    def close(self) -> None:
        """Give back what the server holds open for this snapshot."""
        self._reader.close()

    def _find_answers(self, question: Question, request: EngineRequest) -> Matches:
        """The hits of a question: all of them are listed by the server, and put in order by their scores here."""
        queries = self._hit_queries(request)
        self._reader.run_all(self._missing_cells(queries))
        counted = self._counted(request, queries)
        among = measure(question, self._algebra(), headings=asks_headings(request.tree))
        listed = self._listed(request, queries) if counted.total.passages else []
        scores = self._scores(question, among, listed)
        hits = [
            replace(hit, score=scores[hit.id], key=replace(hit.key, score=scores[hit.id])) for hit in listed
        ]
        after = page.answers_after(hits, request)
        return replace(counted, hits=tuple(after[: request.limit]), more=len(after) > request.limit)

    def _scores(self, question: Question, among: Dsl, listed: Sequence[Match]) -> Mapping[str, float]:
        """The scores of the hits of a question, by id.

        A hit that answers nothing has none yet: all of its words stand in its context, and what else the query asks
        for makes a hit of it.
        """
        known = self._answers.of(question, among).scores
        others = [hit.id for hit in listed if hit.id not in known]
        return {**known, **self._answers.scores(question, self.passages(others))} if others else known

    def _counted(self, request: EngineRequest, queries: HitQueries) -> Matches:
        """The answer to a request but for its hits."""
        filters = dict(request.filters)
        cells = self._cells(queries.key, queries.hits)
        passages, reports = cells.totals(filters)
        complete_cells = self._cells(queries.strict_key, queries.complete)
        complete, _ = complete_cells.totals(filters)
        return Matches(
            total=Total(passages, reports, complete),
            hits=(),
            facets=tuple(cells.facet(field, filters) for field in request.facets),
            more=False,
            groups=passages,
            tallies=tuple(complete_cells.tally(field, filters) for field in request.tallies),
        )

    def _listed(self, request: EngineRequest, queries: HitQueries) -> list[Match]:
        """All hits by their dates, batch by batch."""
        by_date = replace(request, sort="newest" if request.sort == "relevance" else request.sort)
        query = page.mark_complete(page.filtered(queries.hits, request), queries.complete)
        listed: list[Match] = []
        while True:
            asked = replace(by_date, limit=page.MOST - 1)
            body = page.search_body(asked, query, after=listed[-1].key if listed else None)
            batch = self._reader.search(body)["hits"]["hits"]
            listed += [page.match_of(hit, complete=None) for hit in batch]
            if len(batch) < page.MOST:
                return listed

    def _find_in_batches(self, request: EngineRequest) -> Matches:
        """More hits than one answer may hold: batch by batch, each from the last hit of the one before on."""
        most = page.MOST - 1
        first = batch = self.find(replace(request, limit=most))
        hits = list(first.hits)
        while batch.more and len(hits) < request.limit:
            limit = min(most, request.limit - len(hits))
            batch = self.find(replace(request, limit=limit, after=hits[-1].key, facets=(), tallies=()))
            hits += batch.hits
        return replace(first, hits=tuple(hits), more=batch.more)

    def _find_collapsed(self, request: EngineRequest) -> Matches:
        """Every hit, put together in groups."""
        everything = replace(request, collapse="", after=None, limit=collapsing.MOST_COLLAPSED)
        found = self.find(everything)
        if found.more:
            raise collapsing.too_many(found.total.passages)
        text_of: dict[str, int] = {}
        if request.collapse == "text" and found.hits:
            query = page.filtered(self._hit_queries(request).hits, request)
            text_of = collapsing.texts_of(self._reader, query)
        return collapsing.collapsed(found, request, text_of=text_of)

    def _hit_queries(self, request: EngineRequest) -> HitQueries:
        tree, among = request.tree, request.among
        self._leaves.prepare(tree)
        hits, complete = find_hits(tree, self._algebra())
        # Where both queries are the same, their cells are kept under one tree and asked for once.
        strict_tree = tree if complete == hits else require_all(tree)
        if among is None:
            return HitQueries(tree, hits, strict_tree, complete)
        allowed = dsl.among(among)
        hits, complete = dsl.all_of([hits, allowed]), dsl.all_of([complete, allowed])
        return HitQueries((tree, among), hits, (strict_tree, among), complete)

    def _algebra(self) -> dsl.DslAlgebra:
        return dsl.DslAlgebra(self._leaves, self._answers.query)

    def _missing_cells(self, queries: HitQueries) -> list[PendingSearch]:
        """The searches for the cells that are not kept yet."""
        by_key = {queries.strict_key: queries.complete, queries.key: queries.hits}
        return [
            cells_search(self._reader, query, take=partial(self._cells_cache.put, key))
            for key, query in by_key.items()
            if query != NONE and key not in self._cells_cache
        ]

    def _cells(self, key: Hashable, query: Dsl) -> FacetCells:
        if query == NONE:
            return FacetCells(())
        return self._cells_cache.get(key, lambda: fetch_cells(self._reader, query))

    def _page_searches(
        self, request: EngineRequest, queries: HitQueries, *, hits: list[Match], complete_hits: int = 0
    ) -> list[PendingSearch]:
        """The searches that append the page's hits, and one more if others follow, to ``hits``."""

        def on_answer(complete: bool | None, answer: Any) -> None:
            hits.extend(page.match_of(hit, complete=complete) for hit in answer["hits"]["hits"])

        bonuses = self._bonuses(request.tree)
        searches = []
        for part in page.slices(request, queries, complete_hits=complete_hits):
            query = page.filtered(part.query, request)
            scored = dsl.scored(query, request.tree, scale=self._scale, worth=bonuses)
            if part.complete is None:
                scored = page.mark_complete(scored, queries.complete)
            body = page.search_body(request, scored, after=part.after)
            searches.append(PendingSearch(body, partial(on_answer, part.complete)))
        return searches

    def _bonus_queries(self, tree: Query) -> dict[Hashable, Dsl]:
        """What is scored higher the fewer passages match it: words near each other, words in the context."""
        plan = scoring.plan(tree)
        near: dict[Hashable, Dsl] = {
            ("near", *pair): dsl.near(*pair, gap=proximity.REACH) for pair in plan.near
        }
        return {**near, **{("above", term): self._leaves.context(term) for term in plan.terms}}

    def _bonuses(self, tree: Query) -> list[tuple[Dsl, float]]:
        """Queries, and what matching each of them adds to a score: nearness and words in the context."""
        plan = scoring.plan(tree)
        queries = self._bonus_queries(tree)
        counts = self._leaves.counts(queries)
        bonuses = []
        for one, two in plan.near:
            # The formula takes something off for each character of the gap; a query either matches or does not. So
            # the bonus is given in equal steps: words with a gap of 5 match the last three of the four queries.
            whole = scoring.NEAR * scoring.idf(counts["near", one, two], self._documents)
            bonuses += [(dsl.near(one, two, gap=gap), whole / len(GAP_STEPS)) for gap in GAP_STEPS]
        for term in plan.terms:
            gain = scoring.CONTEXT * scoring.idf(counts["above", term], self._documents)
            bonuses.append((queries["above", term], gain))
        return bonuses
