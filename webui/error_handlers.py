"""What goes wrong, in one shape: JSON for programs, a Chinese page that says what to do next for people.

An error's class says who can put it right and so which status it gets: 400, 404 or 410 for the asker, 503 for
whoever runs the server, 500 for the project itself. No traceback is ever shown.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from report_search.errors import OperatorError, ReportSearchError, RequestError
from report_search.presentation.json_payload import error_payload
from webui.responses import json_answer

API = "/api/"
LOG = logging.getLogger("webui")

TITLES = {
    400: "这个请求没有读懂",
    404: "这里没有您要找的内容",
    405: "这个地址不接受这种访问方式",
    410: "这一页已经过期",
    500: "程序出了差错",
    503: "检索服务暂时不可用",
}

HTTP_MESSAGES = {
    404: ("not-found", "没有这个地址。", "请检查地址是否完整，或从首页重新检索。"),
    405: ("method-not-allowed", "这个地址只接受 GET 和 HEAD。", "请改用 GET。"),
}


def status_of(error: ReportSearchError) -> int:
    """The HTTP status of an error of the project."""
    if isinstance(error, RequestError):
        return error.status
    return (
        HTTPStatus.SERVICE_UNAVAILABLE
        if isinstance(error, OperatorError)
        else HTTPStatus.INTERNAL_SERVER_ERROR
    )


def register(app: Flask) -> None:
    """Answer every error of ``app`` in the one shape."""
    app.register_error_handler(ReportSearchError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unknown)


def _known(error: ReportSearchError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("%s: %s", error.code, error.message)
    return _show(error, status)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    code, message, hint = HTTP_MESSAGES.get(
        status, ("bad-request", "这个请求没有读懂。", "请检查地址和参数。")
    )
    answer = _show(RequestError(code, message, hint=hint), status)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ("GET", "HEAD"))
    return answer


def _unknown(error: Exception) -> Response:
    LOG.error("unexpected error at %s", request.path, exc_info=error)
    shown = ReportSearchError(
        "internal-error", "程序出了差错，这次没有给出结果。", hint="请稍后再试；若再次出现，请告知维护者。"
    )
    return _show(shown, HTTPStatus.INTERNAL_SERVER_ERROR)


def _show(error: ReportSearchError, status: int) -> Response:
    if request.path.startswith(API) or request.path == "/healthz":
        return json_answer(error_payload(error), status)
    title = TITLES.get(status, TITLES[400])
    return make_response(render_template("fault.html", error=error, status=status, title=title), status)
