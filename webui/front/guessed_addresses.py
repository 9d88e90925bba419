"""Addresses that people guess: they lead to where the thing is, for good (308).

``/reports`` is ``/about``, ``/search?…`` is ``/?…``, and an address with a slash too many is the one without it. The
rule: parameters go along, and nothing is made up: a slash is taken off only where that gives an address that is there.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from flask import Flask, Response, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from webui import urls

PERMANENT = 308
GUESSED = {"/reports": "pages.corpus", "/search": "pages.search"}
"""The endpoints that guessed addresses lead to."""


def register(app: Flask) -> None:
    """Redirect guessed addresses of ``app``."""
    for path, endpoint in GUESSED.items():
        app.add_url_rule(path, f"guessed:{path}", partial(_to_endpoint, endpoint))
    app.before_request(_without_slash)


def _to_endpoint(endpoint: str) -> Response:
    return moved(urls.endpoint_url(endpoint))


def _without_slash() -> Response | None:
    """The answer to an address with a slash too many; None for any other."""
    path = request.path.rstrip("/")
    is_known = request.url_rule is not None
    if is_known or not path or path == request.path or not _is_there(path):
        return None
    return moved(request.script_root + quote(path, safe="/"))


def _is_there(path: str) -> bool:
    adapter = request_ctx.url_adapter
    try:
        return adapter is not None and bool(adapter.match(path))
    except HTTPException:
        return False


def moved(address: str) -> Response:
    """The answer that what was asked for is at ``address``, with the same parameters."""
    query = request.query_string.decode("ascii", "replace")
    return Response(status=PERMANENT, headers={"Location": f"{address}?{query}" if query else address})
