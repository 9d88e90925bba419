"""Matches as spans of positions, counted through all texts laid end to end: the operations that need no text.

The rule: spans are ordered by start and then by end, no two alike, and no span reaches from one text into another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from report_search.engine.arrays import Ints, Mask, group_starts

Spans = tuple[Ints, Ints]
"""Starts and ends, each ``(n_spans,) int64``."""
NO_SPANS: Spans = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def union(spans: Sequence[Spans]) -> Spans:
    """All spans in order, each once."""
    filled = [one for one in spans if len(one[0])]
    if not filled:
        return NO_SPANS
    return ordered(
        np.concatenate([starts for starts, _ in filled]), np.concatenate([ends for _, ends in filled])
    )


def ordered(starts: Ints, ends: Ints) -> Spans:
    """Spans in any order, put in order, each once."""
    # Start and length as one number, since one array is sorted in a fraction of the time that two keys take; what is
    # put together here is mostly ascending already, and a stable sort makes use of that.
    starts, lengths = starts.astype(np.int64), (ends - starts).astype(np.int64)
    bits = int(lengths.max(initial=0)).bit_length()
    keys = starts << bits | lengths
    keys.sort(kind="stable")
    keys = keys[group_starts(keys)]
    starts = keys >> bits
    return starts, starts + (keys & (1 << bits) - 1)


def shortest(spans: Spans) -> Spans:
    """From each start the shortest span, which is the first of those in order."""
    starts, ends = spans
    firsts = group_starts(starts)
    return starts[firsts], ends[firsts]


def nearest(here: Spans, others: Spans, *, text_starts: Ints, texts: Ints) -> tuple[Spans, Mask]:
    """For each span of ``here`` the one of ``others`` in the same text with the fewest characters between.

    ``texts`` says which text each span of ``here`` is in, ``text_starts`` where each text begins, and where the last
    one ends. Given back with the nearest spans: whether there is one at all. The first counts if several are as near.
    """
    starts, ends = here
    other_starts, other_ends = others
    if not len(other_starts):
        return (starts, ends), np.zeros(len(starts), dtype=np.bool_)
    # ``reach[i]`` is the farthest end of the others up to i, and it grows at those alone that end farther than all
    # before. So the first one with ``reach`` at or behind the start of ``here`` ends there itself, and all before end
    # too early: it overlaps, or is the nearest on the right. On the left the nearest is the first one that ends where
    # ``reach`` stands just before.
    reach = np.maximum.accumulate(other_ends)
    right = np.searchsorted(reach, starts)
    left = np.searchsorted(reach, reach[np.maximum(right - 1, 0)])
    right_at = np.minimum(right, len(other_starts) - 1)
    has_right = (right < len(other_starts)) & (other_starts[right_at] < text_starts[texts + 1])
    has_left = (right > 0) & (other_starts[left] >= text_starts[texts])
    to_right = np.maximum(other_starts[right_at] - ends, 0)
    to_left = starts - other_ends[left]
    is_left = has_left & (~has_right | ((to_left <= to_right) & (to_right > 0)))
    chosen = np.where(is_left, left, right_at)
    return (other_starts[chosen], other_ends[chosen]), has_left | has_right
