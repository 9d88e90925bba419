"""The header ``Link`` (RFC 8288) of a page of a list: where the next one is, and the one before.

The rule: an address differs from the one that was asked for in its cursor alone, so no other parameter gets lost.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Response, request

from webui import site
from webui.long_searches.carried import carried_search


def with_paging(response: Response, following: str | None, *, previous: str | None = None) -> Response:
    """``response`` with the addresses of its neighbours, by their cursors; None where there is none."""
    for relation, cursor in (("next", following), ("prev", previous)):
        if cursor:
            response.headers.add("Link", f'<{_address(cursor)}>; rel="{relation}"')
    return response


def _address(cursor: str) -> str:
    """The whole address of the page at a cursor of the list that is asked for."""
    if carried_search():
        # Relative to what was asked for, whose path has all the rest.
        return f"?{urlencode({'cursor': cursor})}"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    path = site.address().root + quote(request.path)
    return f"{path}?{urlencode([*kept, ('cursor', cursor)])}"
