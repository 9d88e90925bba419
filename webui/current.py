"""The searcher of the application that is answering, and what its pages have just shown.

A page of hits in tables needs the reports that the rows stand in; decoding one takes longer than searching, so
a few are kept, and so is the matrix of what is held. All is kept by generation: what an index no longer holds is
never shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import cast

from flask import Flask, current_app

from report_search.model import Report
from report_search.search import Searcher
from webui.shelves import Holdings, holdings_of

SEARCHER = "report_search.searcher"
REPORTS = "report_search.reports"
HOLDINGS = "report_search.holdings"
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

    app.extensions[SEARCHER] = searcher
    app.extensions[REPORTS] = kept
    app.extensions[HOLDINGS] = held


def searcher() -> Searcher:
    """The searcher of the current application."""
    return cast(Searcher, current_app.extensions[SEARCHER])


def report(report_id: str) -> Report:
    """One report of the current generation. Raises ``NotFoundError`` if there is none with that id."""
    kept = cast(Callable[[str, str], Report], current_app.extensions[REPORTS])
    return kept(searcher().state().generation, report_id)


def holdings() -> Holdings:
    """What the current generation holds."""
    held = cast(Callable[[str], Holdings], current_app.extensions[HOLDINGS])
    return held(searcher().state().generation)
