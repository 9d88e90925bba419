"""What stands in the heads of requests and answers: languages, conditions, packing, rates, when to come again.

The rule: each header is described once and named by every operation that has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from webui.answers.language import ALSO_FOR_PROGRAMS, FOR_PROGRAMS
from webui.openapi.operations import JSON, ApiOperation, Schema
from webui.site import PROBES

WAIT_CODES = {429: ("too-many-requests",), 503: ("busy",)}
"""The errors that say when to come again, by their status."""
_TEXT: Schema = {"type": "string"}
REQUEST_HEADERS: dict[str, tuple[str, str]] = {
    "AcceptLanguage": (
        "Accept-Language",
        "`en` for English messages, hints and labels; Chinese by default. What was printed is never translated.",
    ),
    "IfNoneMatch": (
        "If-None-Match",
        "The `ETag` of an answer that you have: 304 without a body while it is still the same.",
    ),
}
"""The headers of requests by their names in the components."""
RESPONSE_HEADERS: dict[str, tuple[str, Schema]] = {
    "ETag": (
        "Of the content at this address in this language, until the next index or the next day; weak where it is packed"
        " or streamed.",
        _TEXT,
    ),
    "Cache-Control": (
        "`no-cache`: may be kept, and has to be asked for again by `If-None-Match`; `no-store` on errors and probes.",
        _TEXT,
    ),
    "Content-Encoding": (
        "`gzip` or `zstd` where `Accept-Encoding` has it and the text is worth it.",
        {"type": "string", "enum": ["gzip", "zstd"]},
    ),
    "Content-Language": ("The language of the messages.", {"type": "string", "enum": ["zh", "en"]}),
    "Content-Disposition": ("The name under which a file is kept.", _TEXT),
    "Link": (
        'The pages before and behind this one of a list, `rel="prev"` and `rel="next"` (RFC 8288).',
        _TEXT,
    ),
    "Location": ("Where it stands.", _TEXT),
    "Retry-After": (
        "Seconds after which to ask again. A 503 for another reason than `busy` has none: it would fail again.",
        {"type": "integer", "minimum": 1},
    ),
    "RateLimit": (
        'Where the operator has set a rate: `"client";r=`requests left`;t=`seconds until all are there again.',
        _TEXT,
    ),
    "RateLimit-Policy": ('And the rate: `"client";q=`requests`;w=60`.', _TEXT),
    "X-Request-Id": (
        "Names this answer in the log of the server; to be named in a report of a fault.",
        _TEXT,
    ),
}
"""The headers of answers beside those of any HTTP server."""
_ANY = ("X-Request-Id", "RateLimit", "RateLimit-Policy")


def is_told(one: ApiOperation) -> bool:
    """Whether its messages are in the language that is asked for."""
    return one.path.startswith(FOR_PROGRAMS) or one.path in ALSO_FOR_PROGRAMS


def request_headers(one: ApiOperation) -> Iterator[dict[str, str]]:
    """References to the headers that a request of ``one`` may have."""
    if is_told(one):
        yield {"$ref": "#/components/parameters/AcceptLanguage"}
    if one.is_conditional:
        yield {"$ref": "#/components/parameters/IfNoneMatch"}


def response_headers(one: ApiOperation, status: int) -> dict[str, dict[str, str]]:
    """References to the headers that an answer of ``one`` with ``status`` may have."""
    names = [*_ANY, *_of_status(one, status)]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _of_status(one: ApiOperation, status: int) -> Iterator[str]:
    if status in WAIT_CODES:
        yield "Retry-After"
    if status in (301, 302, 308):
        yield "Location"
    if status not in (200, 304):
        return
    if one.is_conditional:
        yield from ("ETag", "Cache-Control")
    if status == 304:
        return
    yield "Content-Encoding"
    if _has_language(one):
        yield "Content-Language"
    if any(parameter.name == "cursor" for parameter in one.parameters):
        yield "Link"
    if one.is_file:
        yield "Content-Disposition"


def _has_language(one: ApiOperation) -> bool:
    is_json = one.answers[0].media_type == JSON
    return is_json and is_told(one) and one.path not in PROBES


def components() -> dict[str, Any]:
    """The headers, each described once."""
    parameters = {
        key: {"name": name, "in": "header", "required": False, "description": text, "schema": dict(_TEXT)}
        for key, (name, text) in REQUEST_HEADERS.items()
    }
    headers = {
        name: {"description": text, "required": False, "schema": dict(schema)}
        for name, (text, schema) in RESPONSE_HEADERS.items()
    }
    return {"parameters": parameters, "headers": headers}
