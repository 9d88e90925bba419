"""Health: whether the server can answer, tried by an answer.

``/healthz`` is for whoever would start the server anew, ``/readyz`` for whoever sends requests to it: a server that is
told to stop still answers what it was asked, and is not ready any more. The rule: both ask what a reader asks, a
passage from the engine and its report from the disk, so that neither says 200 while pages say 503.
"""

from __future__ import annotations

from time import monotonic

from flask import Blueprint, Response, current_app

from report_search.errors import OperatorError, RequestError
from report_search.generations import Generation
from report_search.presentation.json_payload import error_payload
from report_search.presentation.payloads.service import HealthPayload, UnavailablePayload
from report_search.search.request import SearchRequest
from webui import app_state
from webui.operating import metrics
from webui.operating.public_words import without_folders
from webui.responses import NOT_STORED, json_response

blueprint = Blueprint("operating", __name__)
STOPPING = "report_search_stopping"
"""Where a server says in the application's extensions that it was told to stop."""
TRUSTED_FOR = 1.0
"""Seconds that a trial that went well stands for the next ones, so that probes cost next to nothing."""
_TRIED = "report_search_tried"
_SMALLEST = SearchRequest(limit=1, facets=())


@blueprint.get("/healthz")
def health() -> Response:
    """200 with the generation while questions can be answered, else 503."""
    return _health()


@blueprint.get("/readyz")
def readiness() -> Response:
    """The same, and 503 as soon as the server is told to stop."""
    if current_app.extensions.get(STOPPING):
        return _unavailable(OperatorError("stopping", "服务正在停止。", hint="请改用另一个服务进程。"))
    return _health()


@blueprint.get("/metrics")
def figures() -> Response:
    """Figures in the format of Prometheus."""
    try:
        generation = app_state.generation()
    except OperatorError:
        generation = None
    try:
        text, media_type = metrics.exposition(generation)
    except RequestError as error:
        return json_response(error_payload(error), 404)
    return _not_stored(Response(text, content_type=media_type))


def _health() -> Response:
    try:
        generation = _tried()
    except OperatorError as error:
        return _unavailable(error)
    except OSError as error:
        # What the machine says of a file that can't be read any more.
        return _unavailable(OperatorError("index-damaged", f"索引读不出来：{error.strerror}。"))
    return _not_stored(
        json_response(HealthPayload(status="ok", generation=generation.id, built=generation.record.built))
    )


def _tried() -> Generation:
    """The generation that was just answered from. Raises ``OperatorError`` or ``OSError`` if it can't be."""
    generation = app_state.generation()
    tried = current_app.extensions.get(_TRIED)
    if tried is not None and tried[0] == generation.id and monotonic() < tried[1] + TRUSTED_FOR:
        return generation
    page = app_state.searcher().search(_SMALLEST, is_helping=False)
    if page.hits:
        found = page.hits[0].passage.report
        if generation.report(found) is None:
            raise OperatorError("index-damaged", "索引缺少一份报告。", hint="请运行 report-search index。")
    current_app.extensions[_TRIED] = (generation.id, monotonic())
    return generation


def _unavailable(error: OperatorError) -> Response:
    shown = OperatorError(error.code, without_folders(error.message), hint=without_folders(error.hint))
    return _not_stored(
        json_response(UnavailablePayload(status="unavailable", error=error_payload(shown).error), 503)
    )


def _not_stored(response: Response) -> Response:
    response.headers["Cache-Control"] = NOT_STORED
    return response
