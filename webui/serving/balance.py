"""Which worker takes the next connection: the one that has the fewest.

All workers listen on one socket, and a connection that is kept stays with the worker that took it. Left to chance, one
worker would have most of them and the other cores nothing to do. So each worker writes into memory that all share how
many it has, and leaves a new connection to others while they have fewer.

The rule: a worker that has not written for a moment (it died, or hangs) keeps nobody from taking a connection.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from dataclasses import dataclass
from multiprocessing.sharedctypes import RawArray
from time import monotonic

STALE_SECONDS = 3.0
"""A worker writes about every second, and more often while anything happens."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The connections of each worker, and when it last wrote (0: never), ``(workers,)`` each."""

    connections: MutableSequence[int]
    written: MutableSequence[float]

    @classmethod
    def of(cls, workers: int) -> Balance:
        """For so many workers, in memory that can be handed to processes that are spawned."""
        return cls(RawArray("i", workers), RawArray("d", workers))

    def may_take(self, worker: int, own: int) -> bool:
        """Whether ``worker``, which has ``own`` connections, is to take the next one; it is noted that it asked."""
        now = monotonic()
        self.connections[worker], self.written[worker] = own, now
        return own <= min(
            count
            for count, written in zip(self.connections, self.written, strict=True)
            if written > now - STALE_SECONDS
        )

    def leave(self, worker: int) -> None:
        """Take ``worker`` out: it takes no connection any more."""
        self.written[worker] = 0.0
