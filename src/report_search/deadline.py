"""The deadline of what is being answered: long work looks now and then whether its time is over.

A server sets a deadline for a request; the command line sets none. Matching calls ``check`` wherever work may pile up:
at each leaf of a query, each text that is verified by itself, each hit that is marked. So a query that costs too much
ends soon after its time, and the thread that it held is free again.

The rule: the deadline belongs to the context in which it was set and ends with it. A stream that is written after its
matching was done, outside of that context, has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

from msgspec import Struct

from report_search.errors import TooCostlyError


class _Deadline(Struct, frozen=True):
    """The moment, on the clock of ``time.monotonic``, at which ``seconds`` are over."""

    seconds: float
    ends: float


_CURRENT: ContextVar[_Deadline | None] = ContextVar("report_search_deadline", default=None)


@contextmanager
def limited_to(seconds: float | None) -> Iterator[None]:
    """Let what is done inside take ``seconds`` at most, without end for None; an earlier deadline stays in force."""
    outer = _CURRENT.get()
    own = None if seconds is None else _Deadline(seconds, monotonic() + seconds)
    both = [one for one in (outer, own) if one is not None]
    token = _CURRENT.set(min(both, key=lambda one: one.ends, default=None))
    try:
        yield
    finally:
        _CURRENT.reset(token)


@contextmanager
def uncounted() -> Iterator[None]:
    """Let what is done inside take no time of the deadline: whoever asks first is not to pay for what is made once."""
    current = _CURRENT.get()
    began = monotonic()
    try:
        yield
    finally:
        if current is not None:
            # Put back with the outer deadline by whoever set the current one.
            _CURRENT.set(_Deadline(current.seconds, current.ends + monotonic() - began))


def check() -> None:
    """Raise ``TooCostlyError`` once the time is over."""
    current = _CURRENT.get()
    if current is not None and monotonic() > current.ends:
        raise TooCostlyError(current.seconds)


def seconds_left() -> float | None:
    """How many seconds are left, not less than 0; None if there is no deadline."""
    current = _CURRENT.get()
    return None if current is None else max(0.0, current.ends - monotonic())
