"""Answers that were given lately, so that the same question is not answered anew: one link in the news brings many.

An answer is kept under its ETag, which stands for all that it follows from (see ``view_decorators``): the address, the
generation, the program, the day, the language. The rules: what is kept is bounded in bytes; it is whole and of status
200; and an answer is left out whose making did something besides, as writing down a query that found nothing.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple, cast

from cachetools import LRUCache
from flask import Flask, Response, current_app, g

EXTENSION = "report_search_kept_answers"
LARGEST_SHARE = 16
"""An answer of more than one part in so many of all that is kept would push too many others out."""


class _Kept(NamedTuple):
    body: bytes
    headers: tuple[tuple[str, str], ...]


class KeptAnswers:
    """Answers by their ETags, the least recently asked for going first. Safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._largest = most_bytes // LARGEST_SHARE
        self._answers: LRUCache[str, _Kept] = LRUCache(most_bytes, getsizeof=lambda kept: len(kept.body))
        self._lock = Lock()

    def get(self, etag: str) -> Response | None:
        """A copy of the answer as its view gave it; None if it is not kept."""
        with self._lock:
            kept = self._answers.get(etag)
        return None if kept is None else Response(kept.body, headers=list(kept.headers))

    def put(self, etag: str, response: Response) -> None:
        """Keep what a view answered, if it can be."""
        if response.status_code != 200 or response.is_streamed or "not_to_be_kept" in g:
            return
        body = response.get_data()
        if 0 < len(body) <= self._largest:
            with self._lock:
                self._answers[etag] = _Kept(body, tuple(response.headers.items()))


def install(app: Flask, most_bytes: int) -> None:
    """Let ``app`` keep answers, ``most_bytes`` of them in each process; 0 keeps none."""
    app.extensions[EXTENSION] = KeptAnswers(most_bytes)


def kept_answers() -> KeptAnswers:
    """Those of the running application."""
    return cast(KeptAnswers, current_app.extensions[EXTENSION])


def leave_out() -> None:
    """Keep nothing of the answer to this request: making it did more than answer."""
    g.not_to_be_kept = True
