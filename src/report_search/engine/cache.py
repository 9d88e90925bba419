"""A bounded store for arrays that were costly to work out.

The rule: what it holds never takes more than its bound; what was not asked for longest goes first. An array
in it is shared between requests and must not be changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

import numpy as np

from report_search.engine.arrays import Array

Value = TypeVar("Value", bound=Array | tuple[Array, ...])


class ArrayCache:
    """Arrays, or tuples of arrays, by key; at most ``bound`` bytes of them. Safe to share between threads."""

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self.size = 0
        self._held: OrderedDict[Hashable, Array | tuple[Array, ...]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What stands under ``key``; made (perhaps by two threads at once) and kept if nothing does."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return cast(Value, self._held[key])
        value = make()
        self._keep(key, value)
        return value

    def _keep(self, key: Hashable, value: Array | tuple[Array, ...]) -> None:
        size = _bytes(value)
        if size > self.bound:
            return
        with self._lock:
            if key in self._held:
                return
            self._held[key] = value
            self.size += size
            while self.size > self.bound:
                _, dropped = self._held.popitem(last=False)
                self.size -= _bytes(dropped)


def _bytes(value: Array | tuple[Array, ...]) -> int:
    arrays = (value,) if isinstance(value, np.ndarray) else value
    return 256 + sum(array.nbytes for array in arrays)
