"""Hits put together in groups, by report or by equal and near text.

A server can collapse hits by a field too, but then it neither goes on behind a cursor nor counts the groups. So the
whole result is fetched in its order, and put together here. The rule: what is too much to be fetched is refused with
advice, and never answered in part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from report_search.engine.opensearch.index_reader import IndexReader
from report_search.engine.opensearch.mapping import NEWEST, TEXT_GROUP
from report_search.engine.opensearch.query_dsl import Dsl
from report_search.engine.protocol import MOST_NAMED, EngineRequest, HitBehind, HitsBehind, Match, Matches
from report_search.errors import RequestError

MOST_COLLAPSED = 200_000
"""So many hits are put together; each takes a few hundred bytes while it is done."""
FETCH = 10_000
"""Groups that are asked for at a time; no server gives more."""


def too_many(count: int) -> RequestError:
    """The error for ``count`` hits, which are too many to be put together."""
    return RequestError(
        "query-too-broad",
        f"这个查询有 {count} 段，太多了，不能归并。",
        hint="请加上更少见的词、年份或机关，或逐段显示。",
    )


def texts_of(reader: IndexReader, query: Dsl) -> dict[str, int]:
    """The hash of the folded text of every passage that matches ``query``, by passage id."""
    return {passage: int(text, 16) for passage, text in _texts_of(reader, query)}


def _texts_of(reader: IndexReader, query: Dsl) -> Iterator[tuple[str, str]]:
    body: Dsl = {
        "query": query,
        "sort": [{NEWEST: "asc"}],
        "size": FETCH,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": [TEXT_GROUP],
    }
    while True:
        hits = reader.search(body)["hits"]["hits"]
        yield from ((hit["_id"], hit["fields"][TEXT_GROUP][0]) for hit in hits)
        if len(hits) < FETCH:
            return
        body = {**body, "search_after": hits[-1]["sort"]}


def collapsed(found: Matches, request: EngineRequest, *, text_of: Mapping[str, int]) -> Matches:
    """The slice that ``request`` asks for of ``found``, which has every hit.

    ``text_of`` is by passage id; it is empty where hits are put together by report.
    """
    groups: dict[str | int, list[Match]] = {}
    for hit in found.hits:
        text = text_of.get(hit.id)
        name = hit.key.report if text is None else request.near.group_of.get(text, text)
        groups.setdefault(name, []).append(hit)
    firsts = [replace(first, behind=_behind(first, others, text_of)) for first, *others in groups.values()]
    start = _start(firsts, request)
    shown = firsts[start : start + request.limit]
    return replace(found, hits=tuple(shown), more=start + len(shown) < len(firsts), groups=len(firsts))


def _behind(first: Match, others: list[Match], text_of: Mapping[str, int]) -> HitsBehind:
    reports = {hit.key.report for hit in (first, *others)}
    text = text_of.get(first.id)
    behind = [HitBehind(hit.id, hit.key.report, text_of.get(hit.id) != text) for hit in others]
    near = sum(one.is_near for one in behind)
    return HitsBehind(len(others), len(reports), tuple(behind[:MOST_NAMED]), near)


def _start(firsts: list[Match], request: EngineRequest) -> int:
    """Where the hits behind the cursor begin; the index never changes, so its hit is there."""
    after = request.after
    if after is None:
        return 0
    seen = (after.report, after.position)
    places = ((first.key.report, first.key.position) for first in firsts)
    return next((at + 1 for at, place in enumerate(places) if place == seen), 0)
