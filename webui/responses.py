"""Responses: JSON as programs want it, and the headers that every answer carries.

The rule: a page loads nothing from elsewhere and runs nothing but the project's own script; the headers say so to the
browser. What may be cached for good has its version in the address; an error is never cached.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, request

import report_search
from report_search.presentation.csv_table import TableRow, csv_lines
from report_search.presentation.json_payload import encoded
from report_search.presentation.payloads.parts import Payload

PROGRAM_FOLDERS = (Path(__file__).parent, Path(report_search.__file__).parent)
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"
"""May be stored, but has to be asked for again with its ETag."""
NOT_STORED = "no-store"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def attachment(name: str) -> str:
    """The header of a file to keep under ``name``, which may be Chinese (RFC 6266); for old clients one in ASCII."""
    plain = name if _PLAIN_NAME.fullmatch(name) else f"report-search{PurePosixPath(name).suffix}"
    if not plain.isascii():
        plain = "report-search"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def json_response(payload: Payload | Mapping[str, Any], status: int = 200) -> Response:
    """``payload`` as UTF-8 JSON, Chinese not escaped."""
    return Response(encoded(payload) + b"\n", status, mimetype="application/json")


def csv_response(rows: Iterable[TableRow], name: str) -> Response:
    """``rows``, the head first, as a CSV file to be saved as ``name``."""
    response = Response(b"".join(csv_lines(rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = attachment(name)
    return response


@cache
def program_digest() -> str:
    """A digest of the program's own files, so that a cache never takes another version's answer for this one's."""
    digest = hashlib.sha256()
    for folder in PROGRAM_FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def register(app: Flask) -> None:
    """Set the headers of every response of ``app``."""
    app.after_request(_set_headers)


def _set_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        # What is handed out as a file has a policy of its own, a stricter one.
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        has_version = bool(request.args.get("v"))
        response.headers["Cache-Control"] = IMMUTABLE if has_version else REVALIDATED
    elif response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = NOT_STORED
    return response
