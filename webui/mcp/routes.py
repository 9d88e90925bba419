"""``/mcp``: each POST is a message by itself, answered with JSON; no session, no stream, no cookie.

The rule: what a message means is decided in ``presentation.mcp``. Here are only method, origin, size, type and status.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request

from report_search.presentation.json_payload import encoded
from report_search.presentation.mcp import versions
from report_search.presentation.mcp.jsonrpc import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    UNSUPPORTED_VERSION,
    ProtocolError,
    fault_reply,
)
from report_search.presentation.mcp.server import MOST_BYTES, Conversation, Reply, is_opening
from report_search.presentation.mcp.setting import Setting
from webui import app_state, site
from webui.answers.language import is_english
from webui.mcp.header_values import decoded
from webui.mcp.origins import may_ask
from webui.responses import NOT_STORED

PATH = "/mcp"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""All are answered here, so that each gets the answer that the protocol has for it."""
ALLOWED = "POST, OPTIONS"
ALLOWED_HEADERS = (
    "Accept, Content-Type, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID"
)
PREFLIGHT_SECONDS = "600"
_JSON = "application/json"
_SAID_BY_STATUS: Mapping[int, HTTPStatus] = {
    PARSE_ERROR: HTTPStatus.BAD_REQUEST,
    INVALID_REQUEST: HTTPStatus.BAD_REQUEST,
}
"""Faults that every version tells by the status too."""
_SAID_BY_STATUS_TOO: Mapping[int, HTTPStatus] = {
    **_SAID_BY_STATUS,
    INVALID_PARAMS: HTTPStatus.BAD_REQUEST,
    HEADER_MISMATCH: HTTPStatus.BAD_REQUEST,
    UNSUPPORTED_VERSION: HTTPStatus.BAD_REQUEST,
    METHOD_NOT_FOUND: HTTPStatus.NOT_FOUND,
}
"""Those that versions from 2026-07-28 on tell by it."""
_ENVELOPE_FAULTS = (HEADER_MISMATCH, UNSUPPORTED_VERSION)
blueprint = Blueprint("mcp", __name__)


@blueprint.route(PATH, methods=METHODS, provide_automatic_options=False)
def endpoint() -> Response:
    """The reply to a message."""
    origin = request.headers.get("Origin")
    if origin is not None and not may_ask(origin, site=site.address(), host=request.host):
        return _refused(HTTPStatus.FORBIDDEN, "A page of this origin may not ask here.")
    response = _for_method()
    response.headers["Cache-Control"] = NOT_STORED
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
    return response


def _for_method() -> Response:
    if request.method == "POST":
        return _posted()
    if request.method == "OPTIONS":
        return _preflight()
    response = _refused(
        HTTPStatus.METHOD_NOT_ALLOWED, "Send messages with POST: there are no streams and no sessions."
    )
    response.headers["Allow"] = ALLOWED
    return response


def _preflight() -> Response:
    """What a browser may send."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Allow"] = ALLOWED
    response.headers["Access-Control-Allow-Methods"] = ALLOWED
    response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def _posted() -> Response:
    if request.mimetype != _JSON:
        return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send {_JSON}.")
    if request.accept_mimetypes and not request.accept_mimetypes.quality(_JSON):
        return _refused(HTTPStatus.NOT_ACCEPTABLE, f"Answers are {_JSON}: accept it.")
    sent = _body()
    if sent is None:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A message has at most {MOST_BYTES} bytes.")
    version = request.headers.get("MCP-Protocol-Version")
    if version is not None and version not in versions.KNOWN and not is_opening(sent):
        return _json(fault_reply(None, versions.unsupported(version)), HTTPStatus.BAD_REQUEST)
    conversation = Conversation(_setting, version or versions.UNNAMED, _headers(version), is_english())
    return _replied(conversation.answer(sent))


def _body() -> bytes | None:
    """What was sent, None where it is too long; of that no more is read than shows it."""
    if (request.content_length or 0) > MOST_BYTES:
        return None
    sent = request.stream.read(MOST_BYTES + 1)
    return sent if len(sent) <= MOST_BYTES else None


def _headers(version: str | None) -> Mapping[str, str | None]:
    return {
        "version": version,
        "method": request.headers.get("Mcp-Method"),
        "name": decoded(request.headers.get("Mcp-Name")),
    }


def _setting() -> Setting:
    """What is answered from: the generation of this request."""
    return Setting(app_state.searcher(), app_state.figures, site.address())


def _replied(reply: Reply) -> Response:
    if reply.body is None:
        return Response(status=HTTPStatus.ACCEPTED)
    is_told = reply.is_enveloped or reply.code in _ENVELOPE_FAULTS
    statuses = _SAID_BY_STATUS_TOO if is_told else _SAID_BY_STATUS
    return Response(reply.body, statuses.get(reply.code, HTTPStatus.OK), mimetype=_JSON)


def _refused(status: HTTPStatus, message: str) -> Response:
    """An answer to what is no message at all."""
    return _json(fault_reply(None, ProtocolError(INVALID_REQUEST, message)), status)


def _json(told: Mapping[str, object], status: HTTPStatus) -> Response:
    return Response(encoded(told), status, mimetype=_JSON)
