"""The application: one searcher behind pages for people and JSON for programs.

Nothing here searches. A request is read by ``urls``, answered by the searcher, shown by ``pages`` or ``api``;
what goes wrong is shown by ``faults``. The application keeps no state, sets no cookie and fetches nothing.
"""

from __future__ import annotations

from flask import Flask

from report_search import coverage
from report_search.search import Searcher
from webui import answers, api, current, faults, pages, shown, urls


def create_app(searcher: Searcher) -> Flask:
    """The WSGI application that answers from ``searcher``.

    An index that is missing or can't be read is no reason not to start: every request then says so (503)
    until ``report-search index`` has made one.
    """
    app = Flask(__name__)
    current.install(app, searcher)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(shown.FILTERS)
    app.jinja_env.tests.update(shown.TESTS)
    app.jinja_env.globals.update(asset=_asset, place=urls.place, marks=coverage.MARKS, labels=coverage.LABELS)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    answers.register(app)
    faults.register(app)
    return app


def _asset(name: str) -> str:
    """The address of a static file of this very version, so that caches may keep it for good."""
    return f"{urls.place('static', 'filename')}{name}?v={answers.program_digest()}"
