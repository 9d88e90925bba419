"""Each request as the operator sees it: an id, the rate of its client, its deadline, its line in the log.

The rule: a request that is refused here costs nothing but the refusal, and probes of the server are never refused.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, MutableSequence
from time import perf_counter
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, current_app, g, request
from msgspec import Struct

from report_search import deadline
from report_search.search.results import SearchPage
from webui.answers import kept
from webui.operating import metrics
from webui.operating.clients import client_address, household, is_trusted
from webui.operating.logs import LineLog
from webui.operating.rates import PLACES, Rates, TooManyRequestsError
from webui.operating.settings import ServiceSettings
from webui.site import PROBES

EXTENSION = "report_search_watch"
WAITED = "report_search.waited"
"""Where a server puts, in the WSGI environment, how many seconds a request waited for its turn."""
PATIENT = ("/match", "/concordance", "/phrases")
"""Ends of the paths of work that compares many texts: bounded by what may be pasted, it may take longer."""
PATIENCE = 10
"""So many times the deadline of a search."""
_ADDING = re.compile(r"/add(?:/[0-9a-f]{24})?$")
"""Where reports are added: files are read and indexed while the request waits."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SUFFIX = re.compile(r"\.(?:csv|json|xlsx|ndjson)$")


class _Watch(Struct, frozen=True):
    settings: ServiceSettings
    access: LineLog
    missed: LineLog
    rates: Rates | None


def install(
    app: Flask, settings: ServiceSettings, *, rate_table: MutableSequence[float] | None = None
) -> None:
    """Watch every request of ``app``. ``rate_table`` is shared by the processes of a server.

    Raises ``OperatorError`` for a log that can't be written.
    """
    table = [0.0] * PLACES if rate_table is None else rate_table
    app.extensions[EXTENSION] = _Watch(
        settings,
        LineLog(settings.access_log),
        LineLog(settings.missed_log),
        Rates(settings.rate, table) if settings.rate else None,
    )
    app.before_request(_begin)
    app.after_request(_finish)
    # Flask's own way to wrap an application; a type checker sees a method that is assigned to.
    app.wsgi_app = _Limited(app.wsgi_app, settings.deadline)  # type: ignore[method-assign]


def is_patient(path: str) -> bool:
    """Whether what is asked for at a path compares many texts, and may take longer than a search."""
    return _SUFFIX.sub("", path).endswith(PATIENT) or bool(_ADDING.search(path))


def note_missed(page: SearchPage) -> None:
    """Write down a query that found nothing, if that is asked for."""
    watch = _watch()
    if watch.missed.is_on and not page.total.passages and not page.request.cursor:
        chosen = {field: list(values) for field, values in page.request.filters if values}
        kept.leave_out()
        watch.missed.write({"query": page.request.text, "filters": chosen})


class _Limited:
    """Sets the deadline of a request while it is answered; what is streamed after that has none."""

    def __init__(self, app: WSGIApplication, seconds: float | None) -> None:
        self._app, self._seconds = app, seconds

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seconds = self._seconds
        if seconds is not None and is_patient(environ.get("PATH_INFO", "")):
            seconds *= PATIENCE
        with deadline.limited_to(seconds):
            return self._app(environ, start_response)


def _watch() -> _Watch:
    return cast(_Watch, current_app.extensions[EXTENSION])


def _begin() -> None:
    watch = _watch()
    g.began = perf_counter()
    g.request_id = _request_id(watch)
    g.client = client_address(request.environ, watch.settings.trusted_proxies)
    if watch.rates is not None and request.path not in PROBES and request.endpoint != "static":
        g.allowance = watch.rates.ask(household(g.client))
        if g.allowance.wait:
            raise TooManyRequestsError(watch.rates.rate, g.allowance.wait)


def _request_id(watch: _Watch) -> str:
    """The id of a request: the one that a trusted proxy gave it, else a new one."""
    given = request.headers.get("X-Request-Id", "")
    is_ours = is_trusted(request.environ.get("REMOTE_ADDR", ""), watch.settings.trusted_proxies)
    return given if is_ours and _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _finish(response: Response) -> Response:
    watch = _watch()
    if "request_id" not in g:
        # Refused before it began: Flask answers what it can't route without the functions before a request.
        return response
    response.headers["X-Request-Id"] = g.request_id
    if watch.rates is not None and "allowance" in g:
        rate, left = watch.rates.rate, g.allowance
        response.headers["RateLimit-Policy"] = f'"client";q={rate};w=60'
        response.headers["RateLimit"] = f'"client";r={left.left};t={left.seconds}'
    line, began = _line(watch, response), g.began
    endpoint = request.endpoint or "none"

    def close() -> None:
        seconds = perf_counter() - began
        metrics.count(endpoint, response.status_code, seconds=seconds)
        watch.access.write({**line, "ms": round(1000 * seconds, 1)})

    response.call_on_close(close)
    return response


def _line(watch: _Watch, response: Response) -> dict[str, Any]:
    """A line of the access log but for its time; the path says which page it was, not what was looked for."""
    line: dict[str, Any] = {
        "id": g.request_id,
        "method": request.method,
        "path": request.path,
        "endpoint": request.endpoint or "",
        "status": response.status_code,
        "bytes": response.content_length,
        "waited_ms": round(1000 * float(request.environ.get(WAITED, 0.0)), 1),
    }
    if "error_code" in g:
        line["error"] = g.error_code
    if watch.settings.log_queries:
        line["query"] = request.query_string.decode("utf-8", "replace")
    if watch.settings.log_addresses:
        line["address"] = g.client
    return line
