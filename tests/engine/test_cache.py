"""The bounded cache: what it keeps, what goes first, and what it never does."""

from __future__ import annotations

from threading import Barrier, Thread

import numpy as np
import pytest

from report_search.engine.arrays import Array, to_be_kept
from report_search.engine.cache import LruCache, array_bytes


def test_a_value_is_made_once_and_then_found() -> None:
    cache = LruCache(2)
    made = iter([1, 2])
    assert [cache.get("a", lambda: next(made)) for _ in range(2)] == [1, 1]
    assert next(made) == 2


def test_none_is_a_value() -> None:
    cache = LruCache(2)
    cache.put("a", None)
    assert "a" in cache
    assert cache.get("a", lambda: 1) is None


def test_the_least_recently_used_goes_first() -> None:
    cache = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a", lambda: 0)
    cache.put("c", 3)
    assert [key for key in "abc" if key in cache] == ["a", "c"]


def test_the_sizes_of_arrays_stay_within_the_bound() -> None:
    one = np.zeros(100, dtype=np.uint8)
    cache = LruCache(2 * array_bytes(one), size_of=array_bytes)
    for key in "abc":
        cache.put(key, one)
    assert [key for key in "abc" if key in cache] == ["b", "c"]
    pair: tuple[Array, Array] = (one, one)
    assert array_bytes(pair) == array_bytes(one) + 100
    assert cache.get("pair", lambda: pair) is pair
    assert "pair" in cache


def test_a_mask_of_nothing_takes_nothing() -> None:
    nothing = to_be_kept(np.zeros(10_000, dtype=np.bool_))
    assert nothing.shape == (10_000,)
    assert not nothing.any()
    assert array_bytes(nothing) == array_bytes(np.zeros(0))
    with pytest.raises(ValueError, match="read-only"):
        nothing[0] = True
    some = np.arange(10) == 3
    assert to_be_kept(some) is some


def test_a_value_larger_than_the_bound_is_returned_but_not_kept() -> None:
    cache = LruCache(300, size_of=array_bytes)
    small, large = np.zeros(1, dtype=np.uint8), np.zeros(100, dtype=np.uint8)
    assert cache.get("large", lambda: large) is large
    assert "large" not in cache
    cache.put("a", small)
    cache.put("a", large)
    assert "a" not in cache


def test_two_threads_may_make_the_same_value_at_once() -> None:
    """Neither waits for the other: each makes its value only when both have begun."""
    cache = LruCache(2)
    both = Barrier(2, timeout=10)
    found: list[int] = []

    def make() -> int:
        both.wait()
        return 1

    threads = [Thread(target=lambda: found.append(cache.get("a", make))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1, 1]
    assert "a" in cache
