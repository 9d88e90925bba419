"""The smallest gap between two wordings, in one text and in many texts at once.

The rule: a gap is the number of characters between an occurrence of one wording and an occurrence of the other, in
either order, in the base reading of one text. Only gaps up to ``REACH`` count; occurrences that overlap have none.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
from msgspec import Struct

from report_search.engine.arrays import Ints, group_starts

REACH = 20
"""The largest gap, in characters, at which two wordings still count as near."""


class Positions(Struct, frozen=True):
    """Where a wording of ``length`` characters begins in texts that are laid end to end.

    ``starts``, ``(n,)`` integers, are ascending positions; ``texts``, ``(n,)`` integers, says which text each is in,
    where that is known already.
    """

    starts: Ints
    length: int
    texts: Ints | None = None


def smallest_gaps(one: Positions, two: Positions, *, text_starts: Ints) -> tuple[Ints, Ints]:
    """The texts in which both wordings are near, ascending, and the smallest gap in each; two int64 arrays.

    ``text_starts``, ``(n_texts + 1,) int64``, says where each text begins and, at its end, where the last one ends.
    """
    both_orders = [_gaps_to_next(first, second, text_starts) for first, second in permutations((one, two))]
    texts, gaps = (np.concatenate(parts) for parts in zip(*both_orders, strict=True))
    # By text, then by gap: the first of each text has its smallest gap.
    order = np.lexsort((gaps, texts))
    texts, gaps = texts[order], gaps[order]
    firsts = group_starts(texts)
    return texts[firsts], gaps[firsts]


def smallest_gap(one: str, two: str, *, text: str) -> int | None:
    """The smallest gap between two wordings in one text; None if they are not near."""
    if one not in text or two not in text:
        return None
    gaps = [
        start - end
        for first, second in ((one, two), (two, one))
        for end in (at + len(first) for at in _occurrences(first, text))
        for start in _occurrences(second, text)
        if 0 <= start - end <= REACH
    ]
    return min(gaps, default=None)


def _gaps_to_next(first: Positions, second: Positions, text_starts: Ints) -> tuple[Ints, Ints]:
    """From each occurrence of the first to the next one of the second in the same text: the text and the gap."""
    # No other occurrence of the second can be nearer behind that end, so one look for each is enough.
    ends = first.starts.astype(np.int64) + first.length
    next_ = np.searchsorted(second.starts, ends)
    has_next = next_ < len(second.starts)
    ends, begins = ends[has_next], second.starts[next_[has_next]].astype(np.int64)
    near = begins - ends <= REACH
    ends, begins = ends[near], begins[near]
    # Which text that is costs a search for each, so it is asked only of the few that are near.
    texts = _texts_of(first, np.flatnonzero(has_next)[near], text_starts)
    same_text = begins < text_starts[texts + 1]
    return texts[same_text], (begins - ends)[same_text]


def _texts_of(positions: Positions, chosen: Ints, text_starts: Ints) -> Ints:
    """The texts of the ``chosen`` ones among the positions."""
    if positions.texts is None:
        return np.searchsorted(text_starts, positions.starts[chosen], side="right") - 1
    return positions.texts[chosen].astype(np.int64)


def _occurrences(wording: str, text: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(wording, at)]
