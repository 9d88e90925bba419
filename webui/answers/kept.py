"""Answers that were given lately, so that the same question is not answered anew: one link in the news brings many.

An answer is kept under its ETag, which stands for all that it follows from (see ``view_decorators``): the address, the
generation, the program, the day, the language. It is kept as it was sent: packed, a page takes an eighth, and most who
ask for it later accept the same coding. The rules: what is kept is bounded in bytes; it is whole and of status 200; and
an answer is left out whose making did something besides, as writing down a query that found nothing.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple, cast

from cachetools import LRUCache
from flask import Flask, Response, current_app, g

from webui.answers import packing

EXTENSION = "report_search_kept_answers"
LARGEST_SHARE = 16
"""An answer of more than one part in so many of all that is kept would push too many others out."""
HEAD_BYTES = 500
"""What the head of an answer and its ETag take beside its body, about."""


class _Kept(NamedTuple):
    body: bytes
    coding: str
    """By which the body is packed; "" if it is not."""
    headers: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        return len(self.body) + HEAD_BYTES

    def answer(self) -> Response:
        """The answer for whoever asks now: packed if it is kept so and they want this coding."""
        body, headers = self.body, list(self.headers)
        if self.coding and self.coding == packing.chosen_coding():
            headers.append(("Content-Encoding", self.coding))
        elif self.coding:
            body = packing.codings()[self.coding].unpack(body)
        return Response(body, headers=headers)


class KeptAnswers:
    """Answers by their ETags, the least recently asked for going first. Safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._largest = most_bytes // LARGEST_SHARE
        self._answers: LRUCache[str, _Kept] = LRUCache(most_bytes, getsizeof=lambda kept: kept.size)
        self._lock = Lock()

    def get(self, etag: str) -> Response | None:
        """A copy of the answer; None if it is not kept."""
        with self._lock:
            kept = self._answers.get(etag)
        return None if kept is None else kept.answer()

    def put(self, etag: str, response: Response) -> Response:
        """Keep what a view answered, if it can be, and give the answer to be sent."""
        if self._largest == 0 or response.status_code != 200 or response.is_streamed or "not_to_be_kept" in g:
            return response
        if not response.get_data():
            return response
        kept = _pack(response)
        if kept.size <= self._largest:
            with self._lock:
                self._answers[etag] = kept
        # Packed once: what is kept is what is sent, and is not unpacked again for whoever wants it as it is.
        return kept.answer() if kept.coding == packing.chosen_coding() else response


def _pack(response: Response) -> _Kept:
    coding, body = "", response.get_data()
    if packing.gains(response):
        coding = packing.chosen_coding() or next(iter(packing.codings()))
        body = packing.pack_whole(body, coding)
    return _Kept(body, coding, tuple(response.headers.items()))


def install(app: Flask, most_bytes: int) -> None:
    """Let ``app`` keep answers, ``most_bytes`` of them in each process; 0 keeps none."""
    app.extensions[EXTENSION] = KeptAnswers(most_bytes)


def kept_answers() -> KeptAnswers:
    """Those of the running application."""
    return cast(KeptAnswers, current_app.extensions[EXTENSION])


def leave_out() -> None:
    """Keep nothing of the answer to this request: making it did more than answer."""
    g.not_to_be_kept = True
