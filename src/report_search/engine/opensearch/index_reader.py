"""Searching one index of a cluster that nobody writes to any more.

Searches go through a point in time where the server has such a thing, so that scores stay the same from one page to
the next; when the server loses it (a node gone, too long a pause), the next search opens another one. The rule: an
answer from only some of the shards is an error, never an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from report_search.engine.opensearch.client import Client, RefusedError, too_broad, too_long, url_path
from report_search.engine.opensearch.mapping import NEWEST, passage_of
from report_search.engine.opensearch.query_dsl import ALL, Dsl
from report_search.errors import OperatorError
from report_search.passages import Passage

Key = TypeVar("Key", bound=Hashable)

POINT_KEEP_ALIVE = "10m"
"""How long a point in time is kept after its last use."""
FETCH_SIZE = 1000
"""Hits fetched with one request where all are wanted; no server allows more than 10,000."""
COUNTED_SINGLY = 10
"""Up to this many queries are counted by a search each."""
COUNTED_TOGETHER = 250
"""Queries counted by one search where they are more."""
VERIFY_LIMIT = 50_000
"""This many passages may be fetched to be verified one by one; a query that needs more is refused."""
_TOO_LONG = ("too_many_clauses", "too_many_nested_clauses")
_POINT_PATHS = (("_search/point_in_time", "pit_id"), ("_pit", "id"))
"""Where OpenSearch and Elasticsearch hand out points in time, and the name of the id in their JSON."""


class PendingSearch(NamedTuple):
    """A search that is not sent yet, and what is done with its answer."""

    body: Dsl
    on_answer: Callable[[Any], None]


def counting_searches(
    queries: Mapping[Key, Dsl], store: Callable[[Key, int], None], *, among: Dsl = ALL
) -> list[PendingSearch]:
    """The searches that count the passages of each query; ``store`` is given each query's key and count.

    A few queries are counted by a search each, which costs what it matches. Many are counted in one pass over the
    passages that match ``among``; every query must match nothing else.
    """
    keys = list(queries)
    if among == ALL and len(keys) <= COUNTED_SINGLY:
        return [_counting_one(key, queries[key], store=store) for key in keys]
    batches = [keys[start : start + COUNTED_TOGETHER] for start in range(0, len(keys), COUNTED_TOGETHER)]
    return [_counting_many({key: queries[key] for key in batch}, store, among=among) for batch in batches]


def _counting_one(key: Key, query: Dsl, *, store: Callable[[Key, int], None]) -> PendingSearch:
    def on_answer(answer: Any) -> None:
        store(key, answer["hits"]["total"]["value"])

    return PendingSearch({"query": query, "size": 0, "track_total_hits": True}, on_answer)


def _counting_many(
    queries: Mapping[Key, Dsl], store: Callable[[Key, int], None], *, among: Dsl
) -> PendingSearch:
    def on_answer(answer: Any) -> None:
        # Filters given as a list are answered as a list, in the same order.
        for key, bucket in zip(queries, answer["aggregations"]["counts"]["buckets"], strict=True):
            store(key, bucket["doc_count"])

    counts = {"filters": {"filters": list(queries.values())}}
    body: Dsl = {"query": among, "size": 0, "track_total_hits": False, "aggs": {"counts": counts}}
    return PendingSearch(body, on_answer)


class IndexReader:
    """One index to search. Safe to share between threads."""

    def __init__(self, client: Client, index: str) -> None:
        self.client, self.index = client, index
        self._lock = Lock()
        self._point: str | None = None

    def search(self, body: Dsl) -> Any:
        """The server's answer. Raises ``RequestError`` for a query too long, ``OperatorError``."""
        return self.search_all([body])[0]

    def search_all(self, bodies: Sequence[Dsl]) -> list[Any]:
        """The answers to several searches that go to the server together. Raises as ``search`` does."""
        # Twice, because the server may have lost the point in time; a new one that is refused too is an error.
        for is_last in (False, True):
            point = self._open_point()
            try:
                return self._send(bodies, point)
            except RefusedError as refused:
                if refused.kind in _TOO_LONG:
                    raise too_long() from refused
                if is_last or not point:
                    raise refused.as_operator_error() from refused
                self._release_point(point)
        raise AssertionError("the last try answers or raises")

    def run_all(self, searches: Sequence[PendingSearch]) -> None:
        """Send several searches together, and hand each its answer."""
        if searches:
            answers = self.search_all([search.body for search in searches])
            for search, answer in zip(searches, answers, strict=True):
                search.on_answer(answer)

    def counts(self, queries: Mapping[Key, Dsl], *, among: Dsl = ALL) -> dict[Key, int]:
        """How many passages match each query, by its key; every query must match nothing but ``among``."""
        counted: dict[Key, int] = {}
        self.run_all(counting_searches(queries, counted.__setitem__, among=among))
        return counted

    def count(self, query: Dsl) -> int:
        """How many passages match a query."""
        return self.counts({"": query})[""]

    def passages(self, query: Dsl) -> Iterator[tuple[str, Passage]]:
        """All passages that match ``query``, with their ids. Raises ``RequestError`` if they are too many."""
        body: Dsl = {
            "query": query,
            "sort": [{NEWEST: "asc"}],
            "size": FETCH_SIZE,
            "track_total_hits": False,
        }
        fetched = 0
        while True:
            hits = self.search(body)["hits"]["hits"]
            yield from ((hit["_id"], passage_of(hit["_source"])) for hit in hits)
            fetched += len(hits)
            if len(hits) < FETCH_SIZE:
                return
            if fetched > VERIFY_LIMIT:
                raise too_broad(self.count(query))
            body = {**body, "search_after": hits[-1]["sort"]}

    def contexts(self, query: Dsl) -> Iterator[Passage]:
        """One passage for each different context among those that match ``query``. Raises as ``passages`` does."""
        # Collapsed hits can't be continued by ``search_after``: they come in one answer, as long as a server allows.
        most = 10 * FETCH_SIZE
        body: Dsl = {
            "query": query,
            "collapse": {"field": "above_key"},
            "size": most,
            "track_total_hits": False,
        }
        hits = self.search(body)["hits"]["hits"]
        if len(hits) == most:
            raise too_broad(self.count(query))
        return (passage_of(hit["_source"]) for hit in hits)

    def close(self) -> None:
        """Give the point in time back."""
        if self._point:
            self._release_point(self._point)

    def _send(self, bodies: Sequence[Dsl], point: str) -> list[Any]:
        # A point in time knows its index, and a server refuses to be told both.
        if point:
            bodies = [{**body, "pit": {"id": point, "keep_alive": POINT_KEEP_ALIVE}} for body in bodies]
        if len(bodies) == 1:
            index = () if point else (self.index,)
            return [self.client.post(url_path(*index, "_search", **_search_options(bodies[0])), bodies[0])]
        header = {} if point else {"index": self.index}
        return self.client.multi_search([({**_search_options(body), **header}, body) for body in bodies])

    def _open_point(self) -> str:
        """The point in time; "" where the server has no such thing."""
        with self._lock:
            if self._point is None:
                self._point = self._new_point()
            return self._point

    def _new_point(self) -> str:
        for route, name in _POINT_PATHS:
            try:
                url = url_path(self.index, *route.split("/"), keep_alive=POINT_KEEP_ALIVE)
                return str(self.client.post(url)[name])
            except RefusedError as refused:
                # Any other refusal means that this kind of server does not know the path.
                if refused.kind == "index_not_found_exception":
                    raise refused.as_operator_error() from refused
        return ""

    def _release_point(self, point: str) -> None:
        with self._lock:
            # Another thread may have opened a new one in the meantime; that one stays.
            if self._point == point:
                self._point = None
        for route, name in _POINT_PATHS:
            # The server drops it by itself after ``POINT_KEEP_ALIVE``, so a failure here changes nothing.
            with suppress(RefusedError, OperatorError):
                body = {name: [point] if name == "pit_id" else point}
                self.client.delete(url_path(*route.split("/")), body, patience=0.0)
                return


def _search_options(body: Dsl) -> dict[str, str]:
    """How a search is to be done: completely or not at all, and by the statistics of all shards if it has hits.

    Without those, each shard would score by the document frequencies of its own passages.
    """
    kind = "dfs_query_then_fetch" if body["size"] else "query_then_fetch"
    return {"search_type": kind, "allow_partial_search_results": "false"}
