"""From the address of a long search to its page, and to that address from wherever a form or a link leads.

``/asked/CODE/mentions`` is answered as ``/mentions`` with the parameters in the code. The rule: one search has one
address. A page asked for by a long query string, a code with changes, and a code of what is short are redirected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, redirect, request

from report_search.fields import FILTER_FIELDS
from webui import urls
from webui.long_searches.carried import CARRIED, LONG, CarriedSearch, carried_search, spelled
from webui.long_searches.changes import changed
from webui.long_searches.codes import Pairs, packed, unpacked
from webui.responses import NOT_STORED

PREFIX = "/asked/"
CARRYING = (
    "pages.search",
    "pages.selection",
    "pages.mentions",
    "pages.report",
    "phrasing.concordance",
    "phrasing.distinctive",
)
"""The pages that repeat a search in their links."""
_ADDRESS = re.compile(r"/asked/([A-Za-z0-9_-]+)(/.*)", re.DOTALL)
_PLACES = {name: place for place, name in enumerate(urls.PAGE_PARAMETERS)}


def register(app: Flask) -> None:
    """Answer the addresses of long searches by ``app``."""
    # Flask's own way to wrap an application; a type checker sees a method that is assigned to.
    app.wsgi_app = _Unpacking(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_redirected)


class _Unpacking:
    """Puts what a code holds in the place of the query string; what is no code is asked for as it stands."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._app(_unpacked(environ) or environ, start_response)


def _unpacked(environ: WSGIEnvironment) -> WSGIEnvironment | None:
    """The environment of the page that an address with a code leads to; None for any other address."""
    found = _ADDRESS.fullmatch(environ.get("PATH_INFO", ""))
    if found is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    code, path = found.groups()
    # WSGI holds the bytes of an address as Latin-1; what was typed may be UTF-8 as it stands.
    typed = environ.get("QUERY_STRING", "").encode("latin-1").decode(errors="replace")
    asked = parse_qsl(typed, keep_blank_values=True, errors="replace")
    try:
        pairs = _in_order(changed(unpacked(code), asked))
    except ValueError:
        return None
    carried = CarriedSearch(pairs, path, is_final=not asked)
    return {**environ, "PATH_INFO": path, "QUERY_STRING": spelled(pairs), CARRIED: carried}


def _in_order(pairs: Pairs) -> Pairs:
    """``pairs`` in the order of an address."""
    return sorted(
        pairs,
        key=lambda pair: (_PLACES.get(pair[0], len(_PLACES)), pair[1] if pair[0] in FILTER_FIELDS else ""),
    )


def _redirected() -> Response | None:
    """The way to the one address of what is asked for; None where it was asked for at that address."""
    carried = carried_search()
    if carried is not None:
        is_long = len(request.query_string) > LONG
        return None if carried.is_final and is_long else _to_address(carried.pairs)
    if request.endpoint in CARRYING and len(request.query_string) > LONG:
        pairs = [(name, value) for name, value in urls.plain_names(request.args).items(multi=True) if value]
        return _to_address(_in_order(pairs))
    return None


def _to_address(pairs: Pairs) -> Response:
    query, path = spelled(pairs), quote(request.path)
    if len(query) > LONG:
        address = f"{request.script_root}{PREFIX}{packed(pairs)}{path}"
    else:
        address = f"{request.script_root}{path}?{query}" if query else f"{request.script_root}{path}"
    response = redirect(address)
    response.headers["Cache-Control"] = NOT_STORED
    assert isinstance(response, Response)
    return response
