"""Errors in one shape: JSON for programs, for people a Chinese page that says what to do next.

An error's class says who can put it right and so which status it gets: 400, 404 or 410 for the asker, 503 for
whoever runs the server, 500 for the project itself. An address whose text stands elsewhere now is a 308 to that
address, with the same parameters. The rule: no traceback is ever shown.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from report_search.errors import (
    GoneError,
    MovedError,
    OperatorError,
    ReportSearchError,
    RequestError,
    Standing,
)
from report_search.presentation.json_payload import error_payload
from webui import urls
from webui.responses import REVALIDATED, json_response

API_PREFIX = "/api/"
FOR_PROGRAMS = ("/healthz", "/mcp")
"""Addresses outside of it that are for programs, too."""
LOG = logging.getLogger("webui")

TITLES = {
    308: "这里的内容换了地址",
    400: "这个请求没有读懂",
    404: "这里没有您要找的内容",
    405: "这个地址不接受这种访问方式",
    410: "这一页已经过期",
    500: "程序出了差错",
    503: "检索服务暂时不可用",
}

TITLES_BY_CODE = {
    "withdrawn": "这份报告已经撤下",
    "corrected": "这里的原文后来更正过",
    "superseded": "这份报告已由另一份取代",
    "removed": "这里的内容已不在库中",
}
"""Titles of errors that say more than their status."""

HTTP_MESSAGES = {
    404: ("not-found", "没有这个地址。", "请检查地址是否完整，或从首页重新检索。"),
    405: ("method-not-allowed", "这个地址只接受 GET 和 HEAD。", "请改用 GET。"),
}
OTHER_HTTP_MESSAGE = ("bad-request", "这个请求没有读懂。", "请检查地址和参数。")


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
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("%s: %s", error.code, error.message)
    return _error_response(error, status)


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
    LOG.error("unexpected error at %s", request.path, exc_info=error)
    shown = ReportSearchError(
        "internal-error", "程序出了差错，这次没有给出结果。", hint="请稍后再试；若再次出现，请告知维护者。"
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
    nearest = error.nearest if isinstance(error, (GoneError, MovedError)) else None
    link = _link(nearest) if nearest else ""
    if request.path.startswith(API_PREFIX) or request.path in FOR_PROGRAMS:
        return json_response(error_payload(error, address=link), status)
    title = TITLES_BY_CODE.get(error.code) or TITLES.get(status, TITLES[400])
    page = render_template("error.html", error=error, status=status, title=title, nearest=link)
    return make_response(page, status)


def _link(nearest: Standing) -> str:
    """The address of what stands nearest, below the path that the application is mounted at."""
    if nearest.kind == "passage":
        return urls.passage_link(nearest.id)
    return urls.report_link(nearest.id)
