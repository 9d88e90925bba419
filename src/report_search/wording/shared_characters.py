"""Which of many texts may be near a given one, or contain it: looked up by the characters that they share.

Two texts that share few characters can't be near each other, whatever their order: the characters that they share in
order (``analysis.similarity``) are at most those that they share at all. So counting shared characters leaves a
superset of what is near, and only that is compared. The rule: nothing that is near, or contains a text, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_RANK_BITS = 8
_MOST_RANKS = 1 << _RANK_BITS
_LEFT_OUT = 0.5
"""The share of the characters needed that are not looked up: the most frequent, which most texts have."""
_LOOKED_UP = 3
"""So many of the rarest characters of a wording are looked up, before texts are searched for it."""
_ROUNDING = 1e-9


class SharedCharacters:
    """The characters of texts, each with the texts that have it.

    The second 公 of a text is another token than its first one, so that characters shared by two texts, repeated ones
    as often as both have them, are tokens that both have. Texts are numbered by their length, the shortest first:
    ``order``, ``(n_texts,) int64``, is the position of each in what was given.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        given = np.array([len(text) for text in texts], dtype=np.int64)
        self.order: Ints = np.argsort(given, kind="stable")
        self._lengths: Ints = given[self.order]
        # 公公开 and 开 give the codes 公 公 开 开 of the texts 0 0 0 1 (once sorted by length: of 1 1 1 0).
        joined = "".join(texts[at] for at in self.order.tolist())
        points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        owners = np.repeat(np.arange(len(texts), dtype=np.int32), self._lengths)
        tokens, self._texts = _tokens(points, owners)
        is_first = np.append(True, tokens[1:] != tokens[:-1])[: len(tokens)]
        starts = np.flatnonzero(is_first)
        self._known = tokens[starts]
        self._starts: Ints = np.append(starts, len(tokens)).astype(np.int64)

    def may_be_near(self, text: str, *, at_least: float) -> Ints:
        """The numbers of the texts that may be ``at_least`` so near to ``text``, ascending."""
        # 2 × shared ÷ (both lengths) ≥ at_least, and no more is shared than the shorter one has.
        shortest = ceil(len(text) * at_least / (2 - at_least) - _ROUNDING)
        longest = int(len(text) * (2 - at_least) / at_least + _ROUNDING)
        first, last = np.searchsorted(self._lengths, (shortest, longest + 1)).tolist()
        lengths = self._lengths[first:last]
        needed = at_least * (len(text) + lengths) / 2 - _ROUNDING
        if not len(lengths):
            return np.zeros(0, dtype=np.int64)
        left_out = int(_LEFT_OUT * needed[0])
        postings = [_between(one, first, last) for one in self._postings(text)]
        postings.sort(key=len)
        looked_up = postings[: len(postings) - left_out] or [np.zeros(0, dtype=np.int32)]
        shared = np.bincount(np.concatenate(looked_up) - first, minlength=len(lengths))
        # A character of the text that no other has is in no postings, and is one of those that were not left out.
        skipped = max(0, len(postings) - len(looked_up))
        found: Ints = np.flatnonzero(shared + skipped >= needed) + first
        return found

    def may_contain(self, text: str) -> Ints:
        """The numbers of the texts that may contain ``text``, ascending."""
        postings = sorted(self._postings(text), key=len)
        if len(postings) < len(text):
            return np.zeros(0, dtype=np.int64)
        found = postings[0]
        for one in postings[1:_LOOKED_UP]:
            found = found[np.isin(found, one, assume_unique=True)]
        return found.astype(np.int64)

    def _postings(self, text: str) -> Iterator[npt.NDArray[np.int32]]:
        """The texts that have each character of ``text``, ascending; one that none has is left out."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        tokens, _ = _tokens(points, np.zeros(len(points), dtype=np.int32))
        places = np.searchsorted(self._known, tokens)
        places[places == len(self._known)] = 0
        for place in places[self._known[places] == tokens].tolist() if len(self._known) else ():
            yield self._texts[self._starts[place] : self._starts[place + 1]]


def _tokens(
    points: npt.NDArray[np.uint32], owners: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """The token of each character, ascending, and the text that has it, ascending within a token.

    A token is a code point and, in its lowest eight bits, how often its text has it before; from the 256th on they are
    the same. ``owners`` ascend.
    """
    order = _stable_order(points)
    points, owners = points[order], owners[order]
    same = (points[1:] == points[:-1]) & (owners[1:] == owners[:-1])
    run_starts = np.flatnonzero(np.append(True, ~same)[: len(points)])
    run_lengths = np.diff(np.append(run_starts, len(points)))
    ranks = np.arange(len(points)) - np.repeat(run_starts, run_lengths)
    tokens = points << np.uint32(_RANK_BITS) | np.minimum(ranks, _MOST_RANKS - 1).astype(np.uint32)
    # Runs of one character are sorted by text, and within a text by rank; most have rank 0, so little has to move.
    order = np.argsort(tokens, kind="stable")
    return tokens[order], owners[order]


def _stable_order(points: npt.NDArray[np.uint32]) -> Ints:
    """What sorts code points, equal ones in their order."""
    # Numbers of 16 bits are sorted by radix, ten times as fast: only rare characters are above them.
    if len(points) and points.max() < 1 << 16:
        return np.argsort(points.astype(np.uint16), kind="stable")
    return np.argsort(points, kind="stable")


def _between(ascending: npt.NDArray[np.int32], first: int, last: int) -> npt.NDArray[np.int32]:
    low, high = np.searchsorted(ascending, (first, last)).tolist()
    return ascending[low:high]
