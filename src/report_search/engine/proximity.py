"""How near two wordings stand to each other in texts that lie one behind the other.

The rule: what counts is the fewest characters between an occurrence of the one and an occurrence of the other, in
either order, in the base reading of one text, up to ``REACH``; occurrences that overlap are not near.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from report_search.engine.arrays import Ints, run_starts

REACH = 20
"""So many characters between two wordings still count as near."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a wording of ``length`` characters begins, in order, and the text of each place if it is known."""

    at: Ints
    length: int
    texts: Ints | None = None


def closest(one: Places, two: Places, *, starts: Ints) -> tuple[Ints, Ints]:
    """The texts (by number, in order) in which both are near, and the fewest characters between them.

    ``starts`` says where each text begins, and at its end where the last of them ends.
    """
    found = [_following(first, second, starts) for first, second in permutations((one, two))]
    texts, gaps = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((gaps, texts))
    texts, gaps = texts[order], gaps[order]
    heads = run_starts(texts)
    return texts[heads], gaps[heads]


def between(one: str, two: str, *, text: str) -> int | None:
    """The fewest characters between the wordings in a text; None if they are not near."""
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


def _following(first: Places, second: Places, starts: Ints) -> tuple[Ints, Ints]:
    """From each place of the first to the next of the second in the same text."""
    ends = first.at.astype(np.int64) + first.length
    following = np.searchsorted(second.at, ends)
    known = following < len(second.at)
    ends, begins = ends[known], second.at[following[known]].astype(np.int64)
    near = begins - ends <= REACH
    ends, begins = ends[near], begins[near]
    texts = _texts(first, np.flatnonzero(known)[near], starts)
    same = begins < starts[texts + 1]
    return texts[same], (begins - ends)[same]


def _texts(places: Places, chosen: Ints, starts: Ints) -> Ints:
    """The texts of chosen places."""
    if places.texts is None:
        return np.searchsorted(starts, places.at[chosen], side="right") - 1
    return places.texts[chosen].astype(np.int64)


def _occurrences(wording: str, text: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(wording, at)]
