"""The hits of a page as searches, and hits as they come back.

Sorted by relevance, hits come tier by tier (paragraphs and rows, heads of tables, headings), and in each tier those
that lack no word come first, whatever their score. So where some hits lack words, a page consists of slices: in every
tier the *complete* hits and the others, each sorted by score.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.opensearch.mapping import NEWEST, OLDEST, newest, oldest
from report_search.engine.opensearch.query_dsl import NONE, Dsl
from report_search.engine.protocol import TIERS, EngineRequest, Match, SortKey

MOST = 10_000
"""Hits that one answer may hold; no server gives more."""
_KEY_FIELDS = ["year_number", "published", "report", "position", "tier"]
"""The fields of a hit that make its ``SortKey``, in that order."""
_COMPLETE_MARK = "complete"
"""The name of the clause that complete hits match."""


class HitQueries(NamedTuple):
    """The query for the hits of a tree and the one for those that lack no word, each with what it is kept under."""

    key: Hashable
    hits: Dsl
    strict_key: Hashable
    complete: Dsl

    @property
    def all_complete(self) -> bool:
        """Whether every hit is complete."""
        return self.complete == self.hits


class PageSlice(NamedTuple):
    """Hits of one query in their order, from those after the key ``after`` on (None: from the first).

    ``complete`` says whether they are complete hits; None if only some are.
    """

    query: Dsl
    after: SortKey | None
    complete: bool | None


def slices(request: EngineRequest, queries: HitQueries, *, complete_hits: int) -> list[PageSlice]:
    """Where the hits of a page may be; ``complete_hits`` counts the complete ones of the whole result."""
    if queries.hits == NONE:
        return []
    after = request.after
    if queries.all_complete:
        return [PageSlice(queries.hits, after, True)]
    if request.sort != "relevance":
        return [PageSlice(queries.hits, after, None)]
    return _relevance_slices(request, queries, complete_hits=complete_hits)


def _relevance_slices(request: EngineRequest, queries: HitQueries, *, complete_hits: int) -> list[PageSlice]:
    after = request.after
    partial = dsl.all_of([queries.hits, dsl.none_of(queries.complete)])
    last_seen = (-1, False) if after is None else (after.tier, not after.complete)
    found = []
    for tier in TIERS:
        for is_partial in (False, True) if complete_hits else (True,):
            # What comes before the last hit of the page before has all been shown.
            if (tier, is_partial) >= last_seen:
                query = dsl.all_of([partial if is_partial else queries.complete, {"term": {"tier": tier}}])
                follows = after if (tier, is_partial) == last_seen else None
                found.append(PageSlice(query, follows, not is_partial))
    return found


def filtered(query: Dsl, request: EngineRequest) -> Dsl:
    """What matches ``query`` and passes the filters of a request."""
    return dsl.all_of([query, *({"terms": {field: list(chosen)}} for field, chosen in request.filters)])


def mark_complete(scored: Dsl, complete: Dsl) -> Dsl:
    """A query with its scores unchanged, which also says of each hit whether it is complete."""
    # A named clause is listed in ``matched_queries`` of the hits that match it; with boost 0 it adds nothing.
    named = {"bool": {"filter": [complete], "_name": _COMPLETE_MARK}}
    return {"bool": {"must": [scored], "should": [{"constant_score": {"filter": named, "boost": 0.0}}]}}


def search_body(request: EngineRequest, scored: Dsl, *, after: SortKey | None) -> Dsl:
    """The search for as many hits as are wanted and one more, which tells whether others follow."""
    body: Dsl = {
        "query": scored,
        "sort": _sort(request.sort),
        "size": request.limit + 1,
        "track_scores": True,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": _KEY_FIELDS,
    }
    return body if after is None else {**body, "search_after": _search_after(request.sort, after)}


def match_of(hit: dict[str, Any], *, complete: bool | None) -> Match:
    """A hit that came back; if ``complete`` is None, its mark says whether it is complete."""
    year, published, report, position, tier = (hit["fields"][name][0] for name in _KEY_FIELDS)
    is_complete = _COMPLETE_MARK in hit.get("matched_queries", ()) if complete is None else complete
    score = float(hit["_score"])
    return Match(hit["_id"], score, SortKey(is_complete, score, year, published, report, position, tier))


def answers_after(hits: Sequence[Match], request: EngineRequest) -> list[Match]:
    """Hits of a question, which come in the order of their dates, in the order asked, from the cursor on."""
    if request.sort == "relevance":
        # Sorting is stable: hits of one tier that score alike stay newest first.
        hits = sorted(hits, key=lambda hit: (hit.key.tier, -hit.score))
    if request.after is None:
        return list(hits)
    last = _place(request.after, request.sort)
    return [hit for hit in hits if _place(hit.key, request.sort) > last]


def _place(key: SortKey, sort: str) -> tuple[int, float, str]:
    """Where a hit of a question stands in an order."""
    if sort == "relevance":
        return key.tier, -key.score, newest(key)
    return 0, 0.0, oldest(key) if sort == "oldest" else newest(key)


def _sort(sort: str) -> list[dict[str, str]]:
    if sort == "oldest":
        return [{OLDEST: "asc"}]
    if sort == "relevance":
        return [{"tier": "asc"}, {"_score": "desc"}, {NEWEST: "asc"}]
    return [{NEWEST: "asc"}]


def _search_after(sort: str, key: SortKey) -> list[Any]:
    """The values of ``_sort``'s fields in the last hit already seen."""
    if sort == "oldest":
        return [oldest(key)]
    return [key.tier, key.score, newest(key)] if sort == "relevance" else [newest(key)]
