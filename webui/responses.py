"""Answers: JSON as programs want it, validators bound to the index, headers that keep a page to itself.

Whatever a page shows follows from its address, the index's generation and the program. The three together are
its ETag, so a browser or a cache asks again and mostly hears "not modified", before anything is searched or
rendered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

import report_search
from report_search.presentation.json_payload import encoded
from webui import app_state

PROGRAM = (Path(__file__).parent, Path(report_search.__file__).parent)
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LONG_LASTING = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"


def json_answer(payload: Mapping[str, Any], status: int = 200) -> Response:
    """``payload`` as UTF-8 JSON, Chinese left as it is."""
    return Response(encoded(payload) + b"\n", status, mimetype="application/json")


@cache
def program_digest() -> str:
    """A digest of the program's own files: what another version answered is not taken for this one's."""
    digest = hashlib.sha256()
    for folder in PROGRAM:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def tag(generation: str) -> str:
    """The ETag of what is asked for at this address while ``generation`` is current."""
    parts = (program_digest(), generation, request.host_url, request.full_path)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def fresh(make: Callable[[], Response]) -> Response:
    """What ``make`` gives, with its ETag; the short answer for who already has it."""
    here = tag(app_state.state().generation)
    answer = Response(status=304) if here in request.if_none_match else make()
    answer.set_etag(here)
    answer.headers["Cache-Control"] = REVALIDATED
    return answer


def register(app: Flask) -> None:
    """Set the headers of every answer of ``app``."""
    app.after_request(_guard)


def _guard(answer: Response) -> Response:
    answer.headers.update(HEADERS)
    if request.path.startswith("/api/"):
        answer.headers["Access-Control-Allow-Origin"] = "*"
    if request.endpoint == "static":
        answer.headers["Cache-Control"] = LONG_LASTING if request.args.get("v") else REVALIDATED
    elif answer.status_code >= 400:
        answer.headers["Cache-Control"] = "no-store"
    return answer
