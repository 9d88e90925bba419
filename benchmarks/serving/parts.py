"""Where the core's time of an answer goes: part by part, from reading the query to the template or the JSON.

The application is asked in this process, without a server and without other threads, and the functions in which the
parts are done are timed by the thread's own clock, so that what else the machine does counts little. A part done
inside another counts for itself alone. ``search`` is what else a search does, ``rest`` what no part accounts for
(Flask, ETag, headers, encoding); an answer's ``own`` time is everything but its search.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from wsgiref.util import setup_testing_defaults

from report_search.engine.registry import open_engine
from report_search.search import answering, relaxation, searcher
from webui import api, create_app, pages, responses

SEARCH_PARTS = ("reading", "engine", "fetching", "marking", "facets", "search")
WEB_PARTS = ("links", "template", "JSON", "rest")
COLUMNS = (*SEARCH_PARTS, *WEB_PARTS, "own", "all")


class Stopwatch:
    """Seconds of this thread by part."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._in_callees = 0.0
        """Seconds of the timed functions that the one now running has called."""

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, its time counted for ``part`` but for what is counted for others meanwhile."""

        def call(*args: Any, **kwargs: Any) -> Any:
            # The caller may be timed too: what it has spent in callees so far is put aside, and this call added to it.
            of_caller, self._in_callees, start = self._in_callees, 0.0, time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                passed = time.thread_time() - start
                self.seconds[part] += passed - self._in_callees
                self._in_callees = of_caller + passed

        return call


@contextmanager
def timed_application(index: Path) -> Iterator[tuple[Callable[..., Any], Stopwatch]]:
    """The application on an index, and the stopwatch that its parts are timed by.

    The engine finds and counts; facets are given their labels; links are the views of a page with every link made;
    JSON is its shapes and their encoding.
    """
    opened, stopwatch = searcher.Searcher(index), Stopwatch()
    generation = opened.generation()
    snapshot = type(open_engine(generation.record.engine, generation.engine_folder).snapshot())
    functions: Sequence[tuple[str, Any, str]] = (
        ("reading", searcher, "interpret"),
        ("engine", relaxation, "find"),
        ("fetching", snapshot, "passages"),
        ("marking", answering, "highlight"),
        ("facets", answering, "facet_of"),
        ("search", searcher.Searcher, "search"),
        ("links", pages, "results_view"),
        ("template", pages, "render_template"),
        ("JSON", api, "search_payload"),
        ("JSON", responses, "encoded"),
    )
    with ExitStack() as stack:
        for part, owner, name in functions:
            timed = stopwatch.timed(part, getattr(owner, name))
            stack.enter_context(patch.object(owner, name, timed))
        yield stopwatch.timed("rest", create_app(opened)), stopwatch


def ask(application: Callable[..., Any], address: str) -> None:
    """Ask for one address. Stops the measurement at any answer but 200."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    for _ in application(environ, lambda status, headers: statuses.append(status)):
        pass  # the body is made piece by piece as it is read
    if not statuses[0].startswith("200"):
        raise SystemExit(f"{address} was answered {statuses[0]}")


def parts_of(index: Path, addresses: Sequence[str]) -> dict[str, float]:
    """The median seconds of each column over ``addresses``, in order; each was asked once before."""
    rows: list[dict[str, float]] = []
    with timed_application(index) as (application, stopwatch):
        for address in dict.fromkeys(addresses):
            ask(application, address)
        for address in addresses:
            stopwatch.seconds.clear()
            ask(application, address)
            seconds = dict(stopwatch.seconds)
            own = sum(seconds.get(part, 0.0) for part in WEB_PARTS)
            rows.append({**seconds, "own": own, "all": sum(seconds.values())})
    return {column: statistics.median(row.get(column, 0.0) for row in rows) for column in COLUMNS}
