"""The searcher of the application that is answering, and what its pages have just shown.

A page of hits in tables needs the reports that the rows stand in; decoding one takes longer than searching, so
a few are kept, and so are the matrix of what is held and the examples that find something. All is kept by
generation: what an index no longer holds is never shown. Which one is current is asked once a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import cast

from flask import Flask, current_app, g

from report_search.model import Report
from report_search.search.request import SearchRequest
from report_search.search.searcher import IndexState, Searcher
from webui.holdings import Holdings, holdings_of

SEARCHER = "report_search.searcher"
REPORTS = "report_search.reports"
HOLDINGS = "report_search.holdings"
EXAMPLES = "report_search.examples"
KEPT = 64
"""How many reports are kept decoded; one takes about a tenth of a megabyte."""


def install(app: Flask, searcher: Searcher) -> None:
    """Give ``app`` its searcher."""

    @lru_cache(maxsize=KEPT)
    def kept(generation: str, report_id: str) -> Report:
        return searcher.report(report_id)

    @lru_cache(maxsize=1)
    def held(generation: str) -> Holdings:
        return holdings_of(searcher.generation())

    @lru_cache(maxsize=1)
    def useful(generation: str, queries: tuple[str, ...]) -> tuple[str, ...]:
        bare = SearchRequest(limit=1, facets=())
        return tuple(q for q in queries if searcher.search(replace(bare, text=q)).total.complete)

    app.extensions[SEARCHER] = searcher
    app.extensions[REPORTS] = kept
    app.extensions[HOLDINGS] = held
    app.extensions[EXAMPLES] = useful


def searcher() -> Searcher:
    """The searcher of the current application."""
    return cast(Searcher, current_app.extensions[SEARCHER])


def state() -> IndexState:
    """What the index is, for the whole of this request."""
    if "state" not in g:
        g.state = searcher().state()
    return cast(IndexState, g.state)


def reports() -> Callable[[str], Report]:
    """Gives a report of the current generation by its id; raises ``NotFoundError`` where there is none."""
    kept = cast(Callable[[str, str], Report], current_app.extensions[REPORTS])
    return partial(kept, state().generation)


def holdings() -> Holdings:
    """What the current generation holds."""
    held = cast(Callable[[str], Holdings], current_app.extensions[HOLDINGS])
    return held(state().generation)


def examples(queries: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``queries`` that find something whole in the current generation."""
    useful = cast(Callable[[str, tuple[str, ...]], tuple[str, ...]], current_app.extensions[EXAMPLES])
    return useful(state().generation, queries)
