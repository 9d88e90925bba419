"""How often one client may ask: a rate of requests a minute, shared by all worker processes.

A client may ask a quarter of a minute's requests at once; from then on as often as the rate says. One number a client
is kept, the moment at which all that it asked so far is worked off (the generic cell rate algorithm), in a table that
the processes share. The rule: nobody is kept by name; two clients that share a place in the table share their rate,
and where two processes write at the same moment one request may go uncounted.
"""

from __future__ import annotations

import hashlib
from collections.abc import MutableSequence
from math import ceil
from time import monotonic

from msgspec import Struct

from report_search.errors import RequestError

PLACES = 1 << 14
"""Places of the table: with a thousand clients at once every sixteenth shares one."""
MINUTE = 60.0
BURST = 0.25
"""The share of a minute's requests that may come at once."""


class Allowance(Struct, frozen=True):
    """What a client may still ask: so many requests at once, and all again after ``seconds``.

    ``wait`` is how many seconds there are to the next request that is allowed; 0 if it is allowed now.
    """

    left: int
    seconds: int
    wait: int


class TooManyRequestsError(RequestError):
    """A client asked more often than it may."""

    status = 429

    def __init__(self, rate: int, wait: int) -> None:
        super().__init__(
            "too-many-requests",
            f"请求太频繁：每分钟最多 {rate} 次。",
            hint=f"请过 {wait} 秒再试；要取大量结果，请用导出一次取全。",
        )
        self.wait = wait


class Rates:
    """The rate of every client; ``table`` are ``PLACES`` moments, 0 at first."""

    def __init__(self, rate: int, table: MutableSequence[float]) -> None:
        self.rate = rate
        self.burst = max(1, round(rate * BURST))
        self._table = table

    def ask(self, client: str, *, now: float | None = None) -> Allowance:
        """Count a request of ``client``, unless it is one too many."""
        now = monotonic() if now is None else now
        each, place = MINUTE / self.rate, _place(client, len(self._table))
        worked_off = max(now, self._table[place]) + each
        over = worked_off - now - self.burst * each
        # A little more than nothing may be left by adding floats.
        if over > 1e-6:
            return Allowance(0, ceil(worked_off - each - now), max(1, ceil(over)))
        self._table[place] = worked_off
        return Allowance(int(-over / each + 1e-6), ceil(worked_off - now), 0)


def _place(client: str, places: int) -> int:
    return int.from_bytes(hashlib.blake2b(client.encode(), digest_size=8).digest()) % places
