"""Where the core's time of an answer goes: part by part, from reading the query to the template or the JSON.

The application is asked in this process, without a server and without other threads, and the functions in which the
parts are done are timed by the thread's own clock, so that what else the machine does counts little. A part done
inside another counts for itself alone. ``search`` is what else a search does, ``rest`` what no part accounts for
(Flask, ETag, headers, encoding); an answer's ``own`` time is everything but its search.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from wsgiref.util import setup_testing_defaults

from benchmarks.machine import middle
from report_search.engine.registry import open_engine
from report_search.search import relaxation
from report_search.search import searcher as search
from webui import api, create_app, pages, responses
from webui.views import search as views

SEARCH = ("reading", "engine", "fetching", "marking", "facets", "search")
OWN = ("links", "template", "JSON", "rest")
COLUMNS = (*SEARCH, *OWN, "own", "all")
Answer = Callable[..., Any]


class Stopwatch:
    """Seconds of this thread by part."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inside = 0.0

    def timed(self, part: str, function: Answer) -> Answer:
        """``function``, its time counted for ``part`` but for what is counted for others meanwhile."""

        def call(*given: Any, **named: Any) -> Any:
            before, self._inside, start = self._inside, 0.0, time.thread_time()
            try:
                return function(*given, **named)
            finally:
                passed = time.thread_time() - start
                self.spent[part] += passed - self._inside
                self._inside = before + passed

        return call


@contextmanager
def watched(index: Path) -> Iterator[tuple[Answer, Stopwatch]]:
    """The application on an index, and the watch that its parts are timed by.

    The engine finds and counts; facets are given their labels; links are the views of a page with every link made;
    JSON is its shapes and their encoding.
    """
    searcher, watch = search.Searcher(index), Stopwatch()
    generation = searcher.generation()
    snapshot = type(open_engine(generation.record.engine, generation.engine_folder).snapshot())
    places: Sequence[tuple[str, Any, str]] = (
        ("reading", search, "read"),
        ("engine", relaxation, "find"),
        ("fetching", snapshot, "passages"),
        ("marking", search, "highlight"),
        ("facets", search, "present"),
        ("search", search.Searcher, "search"),
        ("links", views, "results_view"),
        ("template", pages, "render_template"),
        ("JSON", api, "search_payload"),
        ("JSON", responses, "encoded"),
    )
    with ExitStack() as stack:
        for part, owner, name in places:
            stack.enter_context(patch.object(owner, name, watch.timed(part, getattr(owner, name))))
        yield watch.timed("rest", create_app(searcher)), watch


def ask(application: Answer, address: str) -> None:
    """Ask for one address. Stops the measurement at any answer but 200."""
    path, _, asked = address.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": asked}
    setup_testing_defaults(environ)
    said: list[str] = []
    for _ in application(environ, lambda status, headers: said.append(status)):
        pass
    if not said[0].startswith("200"):
        raise SystemExit(f"{address} was answered {said[0]}")


def parts_of(index: Path, asked: Sequence[str]) -> dict[str, float]:
    """The median seconds of each column over the addresses ``asked``, in order; each was asked once before."""
    found: list[dict[str, float]] = []
    with watched(index) as (application, watch):
        for address in dict.fromkeys(asked):
            ask(application, address)
        for address in asked:
            watch.spent.clear()
            ask(application, address)
            own = sum(watch.spent[part] for part in OWN)
            found.append({**watch.spent, "own": own, "all": sum(watch.spent.values())})
    return {column: middle([one.get(column, 0.0) for one in found])[0] for column in COLUMNS}
