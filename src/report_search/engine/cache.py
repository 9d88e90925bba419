"""A bounded cache for what was costly to work out, shared between the threads that answer requests.

``cachetools`` keeps the bound and decides what goes: the least recently used first. It leaves out what is here: a
lock, and getting a value or making it. The rules: what is kept never exceeds the bound; a value that is larger than
the bound is returned but not kept; the lock is not held while a value is made, so two threads may make the same
value at once. Cached values are shared between threads and must not be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from cachetools import LRUCache

from report_search.engine.arrays import Array

Value = TypeVar("Value")

_OVERHEAD = 256
"""Bytes that a key and its entry take beside the arrays themselves, about."""
_MISSING: Any = object()


class LruCache:
    """Values by key, bounded by their number or, with ``size_of``, by the sum of their sizes."""

    def __init__(self, bound: int, *, size_of: Callable[[Any], int] | None = None) -> None:
        self._values: LRUCache[Hashable, Any] = LRUCache(maxsize=bound, getsizeof=size_of)
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._values

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value kept under ``key``; if there is none, ``make`` is called and its result kept."""
        with self._lock:
            kept: Value = self._values.get(key, _MISSING)
        if kept is not _MISSING:
            return kept
        value = make()
        self.put(key, value)
        return value

    def put(self, key: Hashable, value: object) -> None:
        """Keep ``value`` under ``key``, in place of what was kept there."""
        with self._lock:
            # Without this, a value too large to be kept would leave the old one to be found in its place.
            self._values.pop(key, None)
            try:
                self._values[key] = value
            except ValueError:  # how cachetools says that the value is larger than the bound
                return


def array_bytes(value: Array | tuple[Array, ...]) -> int:
    """The bytes that an array, or a tuple of arrays, takes in a cache; one that repeats a single element takes none."""
    arrays = value if isinstance(value, tuple) else (value,)
    return _OVERHEAD + sum(array.nbytes for array in arrays if 0 not in array.strides)
