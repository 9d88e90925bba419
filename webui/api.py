"""The same searches as JSON. Its shapes are made by ``presentation.json_payload``, for the command line as well.

The rule: parsing is strict. An unknown parameter, a value that names nothing or a query that can't be read is a 400
that says which and why, never an empty 200.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from report_search.errors import OperatorError
from report_search.presentation.json_payload import (
    completions_payload,
    error_payload,
    passage_payload,
    report_payload,
    reports_payload,
    search_payload,
)
from report_search.search.request import SearchRequest
from webui import app_state, urls
from webui.app_state import searcher
from webui.responses import json_response
from webui.view_decorators import conditional, no_args, use_args

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
@use_args(partial(urls.read_request, strict=True))
@conditional
def search(asked: SearchRequest) -> Response:
    """Hits, totals and facets of a query."""
    return json_response(search_payload(searcher().search(asked), urls.passage_link))


@blueprint.get("/api/v1/completions")
@use_args(partial(urls.read_request, strict=True))
@conditional
def completions(asked: SearchRequest) -> Response:
    """What may follow the text in the search box, with its filters."""
    return json_response(completions_payload(searcher().completions(asked), searcher().state()))


@blueprint.get("/api/v1/reports")
@no_args
@conditional
def reports() -> Response:
    """Every report of the index."""
    return json_response(reports_payload(searcher().reports(), searcher().state()))


@blueprint.get("/api/v1/reports/<report_id>")
@no_args
@conditional
def report(report_id: str) -> Response:
    """One report, whole, as ``report-search parse --json`` gives it."""
    return json_response(report_payload(searcher().report(report_id)))


@blueprint.get("/api/v1/passages/<passage_id>")
@no_args
@conditional
def passage(passage_id: str) -> Response:
    """One passage with its locator and its source."""
    return json_response(passage_payload(searcher().passage(passage_id), urls.passage_link))


@blueprint.get("/healthz")
def health() -> Response:
    """200 with the generation while there is an index to answer from, else 503."""
    try:
        generation = app_state.generation()
    except OperatorError as error:
        return json_response({"status": "unavailable", **error_payload(error)}, 503)
    return json_response({"status": "ok", "generation": generation.id, "built": generation.record.built})
