"""The searcher of the application that is answering: where pages and API find it."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from report_search.search import Searcher

KEY = "report_search.searcher"


def install(app: Flask, searcher: Searcher) -> None:
    """Give ``app`` its searcher."""
    app.extensions[KEY] = searcher


def searcher() -> Searcher:
    """The searcher of the current application."""
    return cast(Searcher, current_app.extensions[KEY])
