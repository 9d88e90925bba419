"""Which pages elsewhere may read what programs read: all of them. The data is public, and no cookie knows a reader.

The API, the feeds and the files of numbers are open; the pages for people are not, and ``/mcp`` has rules of its own.
The rule: what may be asked is what reads (GET, HEAD, and POST of a text to be compared), a browser is told so before it
asks, and a script sees every header that a program needs.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Flask, Response, request

OPEN = re.compile(r"/api/|/feed\.|/data/[\w-]+\.\w+$")
"""The addresses that pages elsewhere may read; below ``/data/`` there are pages too, without a suffix."""
METHODS = ("GET", "HEAD", "POST")
ASKED_HEADERS = "Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match"
SHOWN_HEADERS = ", ".join(
    (
        *("Content-Disposition", "Content-Language", "ETag", "Link", "RateLimit", "RateLimit-Policy"),
        *("Retry-After", "X-Request-Id"),
    )
)
READ_BY_ALL = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": SHOWN_HEADERS}
"""The headers of an answer that pages elsewhere may read."""
PREFLIGHT_SECONDS = "86400"


def register(app: Flask) -> None:
    """Answer preflights, and let pages elsewhere read what is open."""
    app.before_request(_preflight)
    app.after_request(_set_headers)


def is_open() -> bool:
    """Whether pages elsewhere may read what is asked for."""
    return OPEN.match(request.path) is not None


def _preflight() -> Response | None:
    """The answer to a browser that asks what may be asked at an address; None for any other request."""
    if request.method != "OPTIONS" or request.url_rule is None or not is_open():
        return None
    allowed = [method for method in METHODS if method in (request.url_rule.methods or ())]
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Allow"] = ", ".join([*allowed, "OPTIONS"])
    response.headers["Access-Control-Allow-Methods"] = ", ".join(allowed)
    response.headers["Access-Control-Allow-Headers"] = ASKED_HEADERS
    response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def _set_headers(response: Response) -> Response:
    if is_open():
        response.headers.update(READ_BY_ALL)
    return response
