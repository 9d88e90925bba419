"""Errors in one shape: JSON for programs, for people a Chinese page that says what to do next.

An error's class says who can put it right and so which status it gets: 400, 404 or 410 for the asker, 503 for
whoever runs the server, 500 for the project itself. An address whose text stands elsewhere now is a 308 to that
address, with the same parameters. The rule: no traceback is ever shown.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from report_search.errors import (
    BusyError,
    GoneError,
    MovedError,
    OperatorError,
    ReportSearchError,
    RequestError,
    Standing,
    TooCostlyError,
)
from report_search.presentation.english.answers import english_error
from report_search.presentation.json_payload import error_payload
from webui import urls
from webui.answers.language import in_language, is_for_programs
from webui.error_pages.words import words_of
from webui.operating import metrics
from webui.operating.public_words import without_folders
from webui.operating.rates import TooManyRequestsError
from webui.responses import REVALIDATED, json_response

LOG = logging.getLogger("webui")

HTTP_MESSAGES = {
    404: ("not-found", "没有这个地址。", "请检查地址是否完整，或从首页重新检索。"),
    405: ("method-not-allowed", "这个地址只接受 GET 和 HEAD。", "请改用 GET。"),
}
OTHER_HTTP_MESSAGE = ("bad-request", "请求有误。", "请检查地址和参数。")


def register(app: Flask) -> None:
    """Answer every error of ``app`` in the one shape."""
    app.register_error_handler(ReportSearchError, _handle_project_error)
    app.register_error_handler(HTTPException, _handle_http_error)
    app.register_error_handler(Exception, _handle_unexpected_error)


def status_of(error: ReportSearchError) -> int:
    """The HTTP status of an error of the project."""
    if isinstance(error, RequestError):
        return error.status
    if isinstance(error, OperatorError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _handle_project_error(error: ReportSearchError) -> Response:
    status = status_of(error)
    if isinstance(error, MovedError):
        return _moved_response(error)
    if isinstance(error, TooCostlyError):
        LOG.warning("%s at %s: %s", error.code, request.path, g.get("request_id", ""))
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("%s: %s", error.code, error.message)
    response = _error_response(_as_shown(error), status)
    if isinstance(error, BusyError):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.wait)
    return response


def _as_shown(error: ReportSearchError) -> ReportSearchError:
    """An error as the public sees it: one of the operator's names no folder."""
    if not isinstance(error, OperatorError):
        return error
    return OperatorError(error.code, without_folders(error.message), hint=without_folders(error.hint))


def _handle_http_error(error: HTTPException) -> Response:
    """What Flask itself refuses: an address or a method that is not there."""
    status = error.code or 500
    # A redirect is an HTTPException too (an address with a slash too many or too few) and no error.
    if status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    code, message, hint = HTTP_MESSAGES.get(status, OTHER_HTTP_MESSAGE)
    response = _error_response(RequestError(code, message, hint=hint), status)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = getattr(error, "valid_methods", None) or ("GET", "HEAD")
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _handle_unexpected_error(error: Exception) -> Response:
    LOG.error("unexpected error at %s: %s", request.path, g.get("request_id", ""), exc_info=error)
    shown = ReportSearchError(
        "internal-error", "系统出现错误，本次没有给出结果。", hint="请稍后再试；若再次出现，请告知维护者。"
    )
    return _error_response(shown, HTTPStatus.INTERNAL_SERVER_ERROR)


def _moved_response(error: MovedError) -> Response:
    """A redirect to the address where the text stands now: the same page or answer, asked with the same parameters."""
    new = error.nearest.id
    arguments: dict[str, Any] = {
        name: new if value == error.asked else value for name, value in (request.view_args or {}).items()
    }
    location = url_for(str(request.endpoint), **arguments)
    query = request.query_string.decode("latin-1")
    response = _error_response(error, HTTPStatus.PERMANENT_REDIRECT)
    response.headers["Location"] = f"{location}?{query}" if query else location
    # A cache would keep a 308 for good, and what stands where may change with the next index.
    response.headers["Cache-Control"] = REVALIDATED
    return response


def _error_response(error: ReportSearchError, status: int) -> Response:
    g.error_code = error.code
    metrics.count_error(error.code)
    nearest = error.nearest if isinstance(error, (GoneError, MovedError)) else None
    link = _link(nearest) if nearest else ""
    if is_for_programs():
        return json_response(error_payload(in_language(error, english_error), address=link), status)
    words = words_of(error, status)
    restart = _without_place() if words.restart else ""
    page = render_template(
        "error.html", error=error, words=words, status=status, nearest=link, restart=restart
    )
    return make_response(page, status)


def _without_place() -> str:
    """The address of this list from its first page."""
    asked = {name: request.args.getlist(name) for name in request.args if name != "cursor"}
    return urls.with_query(request.script_root + request.path, asked)


def _link(nearest: Standing) -> str:
    """The address of what stands nearest, below the path that the application is mounted at."""
    if nearest.kind == "passage":
        return urls.passage_link(nearest.id)
    return urls.report_link(nearest.id)
