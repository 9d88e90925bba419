"""The same searches as JSON. Its shapes stand in ``report_search.payload``, shared with the command line.

Parsing is strict: an unknown parameter, a value that names nothing or a query that can't be read is a 400
that says which and why, never an empty 200.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from report_search.errors import OperatorError
from report_search.presentation.json_payload import (
    error_payload,
    passage_payload,
    report_payload,
    reports_payload,
    search_payload,
)
from webui import app_state, responses, urls
from webui.app_state import searcher

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
def search() -> Response:
    """Hits, totals and facets of a query."""
    asked = urls.read_request(request.args, strict=True)
    return _fresh(lambda: search_payload(searcher().search(asked), urls.passage_link))


@blueprint.get("/api/v1/reports")
def reports() -> Response:
    """Every report of the index."""
    urls.refuse_parameters(request.args)
    return _fresh(lambda: reports_payload(searcher().reports(), searcher().state()))


@blueprint.get("/api/v1/reports/<report_id>")
def report(report_id: str) -> Response:
    """One report, whole, as ``report-search parse --json`` gives it."""
    urls.refuse_parameters(request.args)
    return _fresh(lambda: report_payload(searcher().report(report_id)))


@blueprint.get("/api/v1/passages/<passage_id>")
def passage(passage_id: str) -> Response:
    """One passage with its place and its source."""
    urls.refuse_parameters(request.args)
    return _fresh(lambda: passage_payload(searcher().passage(passage_id), urls.passage_link))


@blueprint.get("/healthz")
def health() -> Response:
    """200 with the generation while there is an index to answer from, else 503."""
    try:
        state = app_state.state()
    except OperatorError as error:
        return responses.json_answer({"status": "unavailable", **error_payload(error)}, 503)
    return responses.json_answer({"status": "ok", "generation": state.generation, "built": state.built})


def _fresh(payload: Callable[[], Mapping[str, Any]]) -> Response:
    return responses.fresh(lambda: responses.json_answer(payload()))
