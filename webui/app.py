"""The application: one searcher behind pages for people and JSON for programs.

Nothing here searches. A request is read by ``urls``, answered by the searcher, shown by ``pages`` or ``api``; errors
are shown by ``error_pages``. The rule: nothing is kept of a request or of who asked, no cookie is set, nothing is
fetched from elsewhere.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from flask import Flask

from report_search import corpus_coverage, fields
from report_search.config import SITE_NAME
from report_search.export.site_address import configured_site
from report_search.search.searcher import Searcher
from webui import (
    api,
    app_state,
    downloads,
    pages,
    responses,
    site,
    template_filters,
    urls,
)
from webui.adding import routes as adding
from webui.answers import cross_origin, kept, language, packing
from webui.error_pages import handlers as error_handlers
from webui.feeds import discovery
from webui.feeds import routes as feeds
from webui.front import guessed_addresses, long_searches, well_known
from webui.mcp import routes as mcp_routes
from webui.numbers import routes as figure_routes
from webui.openapi import routes as openapi
from webui.operating import health, watching
from webui.operating.settings import ServiceSettings
from webui.page_environment import PageEnvironment
from webui.phrasing import routes as phrasing
from webui.phrasing import wording_pages
from webui.references import routes as reference_routes


def create_app(
    searcher: Searcher,
    settings: ServiceSettings | None = None,
    *,
    rate_table: MutableSequence[float] | None = None,
) -> Flask:
    """The WSGI application that answers from ``searcher``.

    ``settings`` are the defaults if None; ``rate_table`` is shared by the processes of one server, see
    ``operating.rates``. An index that is missing or can't be read is no reason not to start: every request then says
    so (503) until ``report-search index`` has made one. Raises ``OperatorError`` if ``REPORT_SEARCH_URL`` is no
    address, and for a log that can't be written.
    """
    app = Flask(__name__)
    app.jinja_environment = PageEnvironment
    app_state.install(app, searcher)
    watching.install(app, settings or ServiceSettings(), rate_table=rate_table)
    packing.register(app)
    kept.install(app, settings.kept_megabytes << 20 if settings else 0)
    long_searches.register(app)
    site.install(app, configured_site())
    adding.install(app, settings.adding if settings else None)
    _set_up_templates(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(downloads.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(figure_routes.blueprint)
    app.register_blueprint(reference_routes.blueprint)
    app.register_blueprint(wording_pages.blueprint)
    app.register_blueprint(phrasing.blueprint)
    app.register_blueprint(well_known.blueprint)
    app.register_blueprint(mcp_routes.blueprint)
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(discovery.blueprint)
    app.register_blueprint(openapi.blueprint)
    guessed_addresses.register(app)
    language.register(app)
    cross_origin.register(app)
    responses.register(app)
    error_handlers.register(app)
    return app


def _set_up_templates(app: Flask) -> None:
    environment = app.jinja_env
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(template_filters.FILTERS)
    environment.tests.update(template_filters.TESTS)
    environment.globals.update(
        asset=_asset,
        endpoint_url=urls.endpoint_url,
        site_name=SITE_NAME,
        state_marks=corpus_coverage.MARKS,
        state_labels=corpus_coverage.LABELS,
        mention_marks=fields.MENTION_MARKS,
        mention_labels=fields.MENTION_LABELS,
    )


def _asset(name: str) -> str:
    """The address of a static file of this very version, so that caches may keep it for good."""
    return f"{urls.url_prefix('static', 'filename')}{name}?v={responses.program_digest()}"
