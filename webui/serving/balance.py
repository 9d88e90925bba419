"""Which worker takes the next connection: the one that has the fewest.

All workers listen on one socket, and a connection that is kept stays with the worker that took it. Left to chance, one
worker would have most of them and the other cores nothing to do. So each worker writes into memory that all share how
many it has, and leaves a new connection to others while they have fewer. Connections end as they like; so a worker that
has come to have two more than another ends one after its answer, whose client comes again to the other.

The rule: a worker that has not written for a moment (it died, or hangs) keeps nobody from taking a connection.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from multiprocessing.sharedctypes import RawArray
from time import monotonic
from typing import Self

from msgspec import Struct

STALE_SECONDS = 3.0
"""A worker writes about every second, and more often while anything happens."""


class Share(Struct, frozen=True):
    """One worker's share of the connections.

    ``connections`` of each worker and when it last wrote them (0: never), ``(workers,)`` each; ``worker`` is its place.
    """

    connections: MutableSequence[int]
    written: MutableSequence[float]
    worker: int

    @classmethod
    def among(cls, workers: int) -> tuple[Self, ...]:
        """The shares of so many workers, in memory that can be handed to processes that are spawned."""
        connections, written = RawArray("i", workers), RawArray("d", workers)
        return tuple(cls(connections, written, worker) for worker in range(workers))

    @classmethod
    def whole(cls) -> Self:
        """The share of a worker that has no other beside it."""
        return cls.among(1)[0]

    def may_take(self, own: int) -> bool:
        """Whether this worker, which has ``own`` connections, is to take the next one; it is noted that it asked."""
        self.connections[self.worker], self.written[self.worker] = own, monotonic()
        return own <= self._fewest(own)

    def has_too_many(self, own: int) -> bool:
        """Whether this worker, which has ``own`` connections, has so many more than another that one is to go there."""
        return own >= self._fewest(own) + 2

    def leave(self) -> None:
        """Take this worker out: it takes no connection any more."""
        self.written[self.worker] = 0.0

    def _fewest(self, own: int) -> int:
        """The connections of the worker that has the fewest, of this one and of all that wrote lately."""
        since = monotonic() - STALE_SECONDS
        counts = zip(self.connections, self.written, strict=True)
        return min((own, *(count for count, written in counts if written > since)))
