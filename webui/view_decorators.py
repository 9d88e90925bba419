"""Decorators of views: read the parameters, then answer a conditional request before anything is searched.

Whatever a view shows follows from its address, the generation of the index, the program and the day. These together are
the ETag, so a browser or a cache that asks again mostly gets 304 (not modified) for the cost of one look at the index.
The rule: parameters are read outside of ``conditional``, so a wrong parameter is a 400 whatever the reader has cached;
and ``If-None-Match: *`` is 304 only where there is something to answer with.

    @blueprint.get("/api/v1/search")
    @use_args(read)
    @conditional
    def search(asked): ...
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import Response, make_response, request

from webui import app_state, responses, urls
from webui.answers.kept import kept_answers
from webui.answers.language import language

Parsed = TypeVar("Parsed")
P = ParamSpec("P")


def use_args(
    parse: Callable[[urls.Arguments], Parsed],
) -> Callable[[Callable[Concatenate[Parsed, P], Response]], Callable[P, Response]]:
    """Give a view, as its first argument, what ``parse`` makes of the parameters of the address."""

    def decorate(view: Callable[Concatenate[Parsed, P], Response]) -> Callable[P, Response]:
        @wraps(view)
        def with_args(*args: P.args, **kwargs: P.kwargs) -> Response:
            return view(parse(request.args), *args, **kwargs)

        return with_args

    return decorate


def no_args(view: Callable[P, Response]) -> Callable[P, Response]:
    """Refuse every parameter of the address of a view."""

    @wraps(view)
    def without_args(*args: P.args, **kwargs: P.kwargs) -> Response:
        urls.refuse_parameters(request.args)
        return view(*args, **kwargs)

    return without_args


def conditional(view: Callable[P, Response | str]) -> Callable[P, Response]:
    """Answer with the ETag of the address; with 304 and no body, without calling the view, if the asker has it."""

    @wraps(view)
    def unless_not_modified(*args: P.args, **kwargs: P.kwargs) -> Response:
        current = etag(app_state.generation().id)
        asked = request.if_none_match
        # Whoever has this very ETag was answered with it before. A star says nothing of the kind.
        if not asked.star_tag and asked.contains_weak(current):
            response = Response(status=304)
        else:
            response = _answer(current, lambda: view(*args, **kwargs))
            if asked.star_tag:
                response = Response(status=304)
        # Streams are weak: each is packed anew, and proxies that compress may keep a weak ETag as it is.
        response.set_etag(current, weak=response.is_streamed)
        response.headers["Cache-Control"] = responses.REVALIDATED
        return response

    return unless_not_modified


def _answer(current: str, view: Callable[[], Response | str]) -> Response:
    """What ``view`` answers, or the same from when it was asked for last."""
    kept = kept_answers()
    if found := kept.get(current):
        return found
    return kept.put(current, make_response(view()))


def etag(generation: str) -> str:
    """The ETag of what is asked for at this address while ``generation`` is current."""
    # A citation names the day on which it was asked for.
    today = date.today().isoformat()
    accepted = request.headers.get("Accept", "") if request.path.endswith("/citation") else ""
    # And the API says what it says in two languages.
    told = (today, accepted, language())
    parts = (responses.program_digest(), generation, request.url_root, request.full_path, *told)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
