"""Reading one index of a cluster that nobody writes to any more.

Searches go through a point in time where the server has such a thing, so that scores stay what they are from one
page to the next; when the server loses it (a node gone, too long a pause), the next search opens another one.
Answers of only some shards are no answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any, NamedTuple

from report_search.engine.opensearch.client import Client, RefusedError, path, too_broad, too_long
from report_search.engine.opensearch.mapping import NEWEST, passage_of
from report_search.engine.opensearch.query_dsl import ALL, Dsl
from report_search.errors import OperatorError
from report_search.passages import Passage

KEEP = "10m"
"""How long a point in time is kept after its last use."""
AT_ONCE = 1000
"""Hits fetched with one request where all are wanted; no server allows more than 10,000."""
FEW = 10
"""So many queries are counted each by itself."""
TOGETHER = 250
"""Queries counted with one request."""
LOOKED_AT = 50_000
"""So many passages may be fetched to be looked at one by one; a query that needs more is refused."""
_TOO_LONG = ("too_many_clauses", "too_many_nested_clauses")
_POINTS = (("_search/point_in_time", "pit_id"), ("_pit", "id"))
"""Where OpenSearch and Elasticsearch give out points in time, and under which name."""


class Ask(NamedTuple):
    """A search, and what takes its answer."""

    body: Dsl
    take: Callable[[Any], None]


def counting(queries: Sequence[Dsl], take: Callable[[list[int]], None], *, among: Dsl = ALL) -> list[Ask]:
    """The searches that count the passages of each query; ``take`` is given the counts, part by part in their order.

    A few are counted each by itself, which costs what it finds; many in one pass over the passages ``among`` which
    all of them are.
    """
    if among == ALL and len(queries) <= FEW:
        return [Ask({"query": query, "size": 0, "track_total_hits": True}, _total(take)) for query in queries]
    parts = [list(queries[at : at + TOGETHER]) for at in range(0, len(queries), TOGETHER)]
    rest: Dsl = {"query": among, "size": 0, "track_total_hits": False}
    return [Ask({**rest, "aggs": {"counts": {"filters": {"filters": p}}}}, _buckets(take)) for p in parts]


def _total(take: Callable[[list[int]], None]) -> Callable[[Any], None]:
    return lambda answer: take([answer["hits"]["total"]["value"]])


def _buckets(take: Callable[[list[int]], None]) -> Callable[[Any], None]:
    return lambda answer: take(
        [bucket["doc_count"] for bucket in answer["aggregations"]["counts"]["buckets"]]
    )


class IndexReader:
    """One index to search. Safe to share between threads."""

    def __init__(self, client: Client, index: str) -> None:
        self.client, self.index = client, index
        self._lock = Lock()
        self._point: str | None = None

    def search(self, body: Dsl) -> Any:
        """The server's answer. Raises ``RequestError`` for a query too long, ``OperatorError``."""
        return self.searches([body])[0]

    def searches(self, bodies: Sequence[Dsl]) -> list[Any]:
        """The answers to several searches that go to the server together. Raises as ``search`` does."""
        for last in (False, True):
            point = self._open()
            try:
                return self._ask(bodies, point)
            except RefusedError as refused:
                if refused.kind in _TOO_LONG:
                    raise too_long() from refused
                if last or not point:
                    raise refused.explained() from refused
                self._forget(point)
        raise AssertionError("the last try answers or raises")

    def together(self, asks: Sequence[Ask]) -> None:
        """Ask several things at once, and hand each its answer."""
        if asks:
            for ask, answer in zip(asks, self.searches([ask.body for ask in asks]), strict=True):
                ask.take(answer)

    def counts(self, queries: Sequence[Dsl], *, among: Dsl = ALL) -> list[int]:
        """How many passages each query has; all of them are ``among`` those of one query."""
        found: list[int] = []
        self.together(counting(queries, found.extend, among=among))
        return found

    def passages(self, query: Dsl) -> Iterator[tuple[str, Passage]]:
        """All passages that ``query`` has, with their ids. Raises ``RequestError`` if they are too many."""
        body: Dsl = {"query": query, "sort": [{NEWEST: "asc"}], "size": AT_ONCE, "track_total_hits": False}
        seen = 0
        while True:
            hits = self.search(body)["hits"]["hits"]
            yield from ((hit["_id"], passage_of(hit["_source"])) for hit in hits)
            seen += len(hits)
            if len(hits) < AT_ONCE:
                return
            if seen > LOOKED_AT:
                raise too_broad(*self.counts([query]))
            body = {**body, "search_after": hits[-1]["sort"]}

    def contexts(self, query: Dsl) -> Iterator[Passage]:
        """One passage for each different context among those that ``query`` has."""
        body: Dsl = {
            "query": query,
            "collapse": {"field": "above_key"},
            "size": 10 * AT_ONCE,
            "track_total_hits": False,
        }
        hits = self.search(body)["hits"]["hits"]
        if len(hits) == 10 * AT_ONCE:
            raise too_broad(*self.counts([query]))
        return (passage_of(hit["_source"]) for hit in hits)

    def close(self) -> None:
        """Give the point in time back."""
        if self._point:
            self._forget(self._point)

    def _ask(self, bodies: Sequence[Dsl], point: str) -> list[Any]:
        pinned = [{**body, "pit": {"id": point, "keep_alive": KEEP}} if point else body for body in bodies]
        if len(bodies) == 1:
            place = () if point else (self.index,)
            return [self.client.post(path(*place, "_search", **_manner(bodies[0])), pinned[0])]
        where = {} if point else {"index": self.index}
        return self.client.searches([({**_manner(body), **where}, body) for body in pinned])

    def _open(self) -> str:
        """The point in time; "" where the server has none."""
        with self._lock:
            if self._point is None:
                self._point = self._opened()
            return self._point

    def _opened(self) -> str:
        for place, name in _POINTS:
            try:
                answer = self.client.post(path(self.index, *place.split("/"), keep_alive=KEEP))
                return str(answer[name])
            except RefusedError as refused:
                if refused.kind == "index_not_found_exception":
                    raise refused.explained() from refused
        return ""

    def _forget(self, point: str) -> None:
        with self._lock:
            if self._point == point:
                self._point = None
        for place, name in _POINTS:
            with suppress(RefusedError, OperatorError):
                body = {name: [point] if name == "pit_id" else point}
                self.client.delete(path(*place.split("/")), body, patience=0.0)
                return


def _manner(body: Dsl) -> dict[str, str]:
    """How a search is to be done: whole or not at all, by the statistics of all shards where it gives scores."""
    kind = "dfs_query_then_fetch" if body["size"] else "query_then_fetch"
    return {"search_type": kind, "allow_partial_search_results": "false"}
