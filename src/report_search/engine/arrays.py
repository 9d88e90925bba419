"""Names for the arrays that engines work on, and the few operations that all of them share."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.signedinteger[Any]]
Floats = npt.NDArray[np.float64]


FLAG_LIMIT = 1 << 25
"""Up to this many (report, value) pairs are flagged in one array of bytes; above it they are sorted
instead."""

_SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")


def mask_of(rows: Array, size: int) -> Mask:
    """A mask of ``size`` with True at ``rows``."""
    mask = np.zeros(size, dtype=np.bool_)
    mask[rows] = True
    return mask


def nothing(size: int) -> Mask:
    """A mask that holds for no row."""
    return np.zeros(size, dtype=np.bool_)


def equal_range(ordered: Array, value: int) -> tuple[int, int]:
    """Where ``value`` stands in an array in order: its first place, and the first place behind it."""
    wanted = np.array([value], dtype=ordered.dtype)
    low, high = (np.searchsorted(ordered, wanted, side=side)[0] for side in _SIDES)
    return int(low), int(high)


def run_starts(ordered: Array) -> Array:
    """Where each run of equal numbers begins."""
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))


def ranges(starts: Array, stops: Array) -> Array:
    """All numbers of the half-open ranges ``starts[i]`` … ``stops[i]``, one range after another."""
    lengths = stops - starts
    total = int(lengths.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    found: Array = np.arange(total, dtype=np.int64) + offsets
    return found


def count_distinct(codes: Array, reports: Array, *, values: int, reports_in_all: int) -> Array:
    """For each value the number of different reports it occurs with."""
    pairs = reports.astype(np.int64) * values + codes
    if values * reports_in_all <= FLAG_LIMIT:
        flags = np.zeros((reports_in_all, values), dtype=np.bool_)
        flags.reshape(-1)[pairs] = True
        per_value: Array = np.count_nonzero(flags, axis=0)
        return per_value
    return np.bincount(np.unique(pairs) % values, minlength=values)
