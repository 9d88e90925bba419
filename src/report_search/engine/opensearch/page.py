"""Which hits a page asks for, as searches, and hits as they come back.

By relevance the hits that lack nothing come first, whatever their score. So a page may be two slices: the end of
those and the beginning of the others, each in the order of its scores.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.opensearch.mapping import NEWEST, OLDEST, newest, oldest
from report_search.engine.opensearch.query_dsl import NONE, Dsl
from report_search.engine.protocol import EngineRequest, Match, SortKey
from report_search.query.ast import Query

MOST = 10_000
"""Hits that one answer may hold; no server gives more."""
_FIELDS = ["year_number", "published", "report", "position"]
_NAME = "complete"


class Meaning(NamedTuple):
    """A tree as a query for all its hits, and what they have to be to lack nothing, likewise."""

    tree: Query
    every: Dsl
    strict: Query
    complete: Dsl

    @property
    def is_plain(self) -> bool:
        """Whether no hit lacks anything."""
        return self.complete == self.every


class Slice(NamedTuple):
    """Hits in their order: of what query, behind which key, whether they lack nothing (None if some do)."""

    query: Dsl
    after: SortKey | None
    complete: bool | None


def slices(request: EngineRequest, meaning: Meaning, *, whole: int) -> list[Slice]:
    """Where the hits of a page are; ``whole`` is how many of all hits lack nothing, where some do."""
    if meaning.every == NONE:
        return []
    if meaning.is_plain or request.sort != "relevance":
        return [Slice(meaning.every, request.after, True if meaning.is_plain else None)]
    behind = request.after is not None and not request.after.complete
    partly = dsl.all_of([meaning.every, dsl.none_of(meaning.complete)])
    others = Slice(partly, request.after if behind else None, False)
    if behind or not whole:
        return [others]
    first = Slice(meaning.complete, request.after, True)
    return [first] if request.after is None and whole > request.limit else [first, others]


def filtered(query: Dsl, request: EngineRequest) -> Dsl:
    """What ``query`` has and the filters of a request let through."""
    return dsl.all_of([query, *({"terms": {field: list(chosen)}} for field, chosen in request.filters)])


def marking(scored: Dsl, complete: Dsl) -> Dsl:
    """A query with its scores as they are, which also says of each hit whether it lacks nothing."""
    named = {"bool": {"filter": [complete], "_name": _NAME}}
    return {"bool": {"must": [scored], "should": [{"constant_score": {"filter": named, "boost": 0.0}}]}}


def body(request: EngineRequest, scored: Dsl, *, after: SortKey | None) -> Dsl:
    """The search for as many hits as are wanted and the one behind them."""
    found: Dsl = {
        "query": scored,
        "sort": _sort(request.sort),
        "size": request.limit + 1,
        "track_scores": True,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": _FIELDS,
    }
    return found if after is None else {**found, "search_after": _after(request.sort, after)}


def match(hit: dict[str, Any], *, complete: bool | None) -> Match:
    """A hit that came back; whether it lacks nothing is read from its mark if it is None."""
    year, published, report, position = (hit["fields"][name][0] for name in _FIELDS)
    lacks_nothing = _NAME in hit.get("matched_queries", ()) if complete is None else complete
    score = float(hit["_score"])
    return Match(hit["_id"], score, SortKey(lacks_nothing, score, year, published, report, position))


def _sort(sort: str) -> list[dict[str, str]]:
    if sort == "oldest":
        return [{OLDEST: "asc"}]
    return [{"_score": "desc"}, {NEWEST: "asc"}] if sort == "relevance" else [{NEWEST: "asc"}]


def _after(sort: str, key: SortKey) -> list[Any]:
    if sort == "oldest":
        return [oldest(key)]
    return [key.score, newest(key)] if sort == "relevance" else [newest(key)]
