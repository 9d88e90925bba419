"""The application: one searcher behind pages for people and JSON for programs.

Nothing here searches. A request is read by ``urls``, answered by the searcher, shown by ``pages`` or ``api``;
what goes wrong is shown by ``faults``. The application keeps no state, sets no cookie and fetches nothing.
"""

from __future__ import annotations

from flask import Flask

from report_search import corpus_coverage
from report_search.search.searcher import Searcher
from webui import api, app_state, error_handlers, pages, responses, template_filters, urls


def create_app(searcher: Searcher) -> Flask:
    """The WSGI application that answers from ``searcher``.

    An index that is missing or can't be read is no reason not to start: every request then says so (503)
    until ``report-search index`` has made one.
    """
    app = Flask(__name__)
    app_state.install(app, searcher)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(template_filters.FILTERS)
    app.jinja_env.tests.update(template_filters.TESTS)
    app.jinja_env.globals.update(
        asset=_asset, place=urls.place, marks=corpus_coverage.MARKS, labels=corpus_coverage.LABELS
    )
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    responses.register(app)
    error_handlers.register(app)
    return app


def _asset(name: str) -> str:
    """The address of a static file of this very version, so that caches may keep it for good."""
    return f"{urls.place('static', 'filename')}{name}?v={responses.program_digest()}"
