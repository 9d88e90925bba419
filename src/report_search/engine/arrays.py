"""Names for the kinds of arrays that engines work on, and the few operations that all of them share.

The rule: a set of passages or texts is either a mask (one bool for each row) or an array of row numbers. Masks are
combined; row numbers are used to look something up. Functions that need row numbers in ascending order say so.
"""

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
    """A mask, ``(size,) bool``, that is True at ``rows``."""
    mask = np.zeros(size, dtype=np.bool_)
    mask[rows] = True
    return mask


def all_false(size: int) -> Mask:
    """A mask, ``(size,) bool``, without a single True."""
    return np.zeros(size, dtype=np.bool_)


def to_be_kept(mask: Mask) -> Mask:
    """``mask``, or where nothing is True in it an equal one of a single byte, which can't be changed.

    Most words that are tried in place of a misspelt one stand nowhere, and hundreds are tried.
    """
    return mask if mask.any() else np.broadcast_to(np.False_, mask.shape)


def equal_range(ordered: Array, value: int) -> tuple[int, int]:
    """The half-open range of positions at which an ascending array has ``value``: its lower and upper bound."""
    # Numbers are kept in the smallest type that holds them: what does not fit into it stands behind all of them.
    if value > np.iinfo(ordered.dtype).max:
        return len(ordered), len(ordered)
    # Searching for a value of another type would convert the whole array first.
    wanted = np.array([value], dtype=ordered.dtype)
    low, high = (np.searchsorted(ordered, wanted, side=side)[0] for side in _SIDES)
    return int(low), int(high)


def group_starts(ordered: Array) -> Array:
    """The position of the first of each group of equal neighbours, ``(n_groups,) int64``: [3 3 5 7 7] gives
    [0 2 3]."""
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))


def concat_ranges(starts: Array, stops: Array) -> Array:
    """The numbers of the half-open ranges ``starts[i]`` … ``stops[i]``, one range after another, int64."""
    lengths = stops - starts
    total = int(lengths.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    # Each number is its position in the result plus a constant of its range: where the range starts, less how many
    # numbers come before it. For 2…4 and 7…10 the positions 0 1 | 2 3 4 plus 2 2 | 5 5 5 give 2 3 | 7 8 9.
    shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    numbers: Array = np.arange(total, dtype=np.int64) + shifts
    return numbers


def count_distinct(codes: Array, reports: Array, *, values: int, reports_in_all: int) -> Array:
    """For each value the number of different reports that it occurs with, ``(values,)`` integers.

    ``codes[i]`` is a value, ``reports[i]`` a report that has it; a pair may be there many times.
    """
    # The pair (report, code) as one number; repeated pairs must count once.
    pairs = reports.astype(np.int64) * values + codes
    if values * reports_in_all <= FLAG_LIMIT:
        flags = np.zeros((reports_in_all, values), dtype=np.bool_)
        flags.reshape(-1)[pairs] = True
        per_value: Array = np.count_nonzero(flags, axis=0)
        return per_value
    return np.bincount(np.unique(pairs) % values, minlength=values)
