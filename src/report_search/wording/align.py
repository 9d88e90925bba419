"""Alignment: which statements of an older and a newer report are the same one, however it was edited.

Equal statements are paired first and serve as anchors. What is left is paired by similarity, the best first, with a
bonus for standing between the same anchors; one sentence is also held against two or more neighbours joined, so that
splits and merges are found. Where a statement stands is only a bonus: moved sections, and the form of 2019 that made
items of sections, break nothing. Rows of tables are paired by their heads alone. The rule: every statement is in one
link at most.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from report_search.analysis.similarity import opcodes, similarity
from report_search.wording.statements import Statement, joined, key_of, without_numbers

NEAR = 0.62
"""From this score on two sentences are one that was edited."""
NEAR_IF_SHORT = 0.7
"""The same for sentences of fewer than ``_SHORT`` characters."""
_SHORT = 16
_WORTH_A_LOOK = 0.35
_BONUS = 0.08
"""For each of the two neighbouring anchors that both share."""
_SAME_NAME = 0.3
"""For naming in quotation marks what hardly any other sentence speaks of."""
_SELDOM = 2
_JOINED_GAIN = 0.06
"""By how much two neighbours joined have to be nearer than the better of them."""
_PART = 0.3
_REST_SAID = 0.4
"""How near a neighbour has to be to what the one sentence says beyond the other, to be the rest of it."""
_SHORTEST_REST = 4
_MOST_JOINED = 4


_NAME = re.compile('["《]([^"《》]{4,20})["》]')
"""A name in quotation marks, as folding leaves them."""


class Link(Struct, frozen=True):
    """Statements that are one: positions in the older and in the newer report, each without a gap.

    ``similarity`` is that of the folded texts, 1 for equal ones.
    """

    older: tuple[int, ...]
    newer: tuple[int, ...]
    similarity: float


class _Candidate(NamedTuple):
    score: float
    older: tuple[int, ...]
    newer: tuple[int, ...]


def align(older: Sequence[Statement], newer: Sequence[Statement]) -> list[Link]:
    """The links between two reports, in the order of the newer one."""
    pairing = _Pairing(older, newer)
    pairing.pair_equal(lambda statement: (statement.key, statement.label, statement.section))
    pairing.pair_equal(lambda statement: (statement.key, statement.label))
    pairing.pair_rows()
    pairing.keep_anchors()
    pairing.pair_similar()
    pairing.join_neighbours()
    return sorted(pairing.links(), key=lambda link: link.newer)


class _Pairing:
    """What is paired so far, by position."""

    def __init__(self, older: Sequence[Statement], newer: Sequence[Statement]) -> None:
        self._older, self._newer = older, newer
        self._left = dict.fromkeys(range(len(older)))
        self._right = dict.fromkeys(range(len(newer)))
        keys = [[one.key for one in side if not one.is_row] for side in (older, newer)]
        # Spoken of hardly anywhere else: a name that tells sentences apart.
        self._names = {
            name
            for name in {name for key in keys[0] for name in _NAME.findall(key)}
            if all(1 <= sum(name in key for key in side) <= _SELDOM for side in keys)
        }
        self._pairs: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        self._anchors: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])

    def links(self) -> Iterator[Link]:
        for older, newer in self._pairs:
            first = key_of(joined([self._older[at] for at in older]))
            second = key_of(joined([self._newer[at] for at in newer]))
            yield Link(older, newer, similarity(first, second))

    def pair_equal(self, key: Callable[[Statement], Hashable]) -> None:
        """Pair what has the same key; of several in the order in which they stand."""
        places: dict[Hashable, list[int]] = defaultdict(list)
        for at in self._left:
            places[key(self._older[at])].append(at)
        for at in list(self._right):
            if same := places.get(key(self._newer[at])):
                self._pair((same.pop(0),), (at,))

    def pair_rows(self) -> None:
        """Pair rows with the same heads, first those of the same section; none is paired with a sentence."""
        self.pair_equal(lambda one: (one.label, one.section) if one.is_row else id(one))
        self.pair_equal(lambda one: one.label if one.is_row else id(one))

    def keep_anchors(self) -> None:
        """Take what is paired so far for anchors."""
        ends = sorted((older[0], newer[0]) for older, newer in self._pairs)
        self._anchors = (ends, sorted((newer, older) for older, newer in ends))

    def pair_similar(self) -> None:
        """Pair what is near enough, the best first."""
        older = [at for at in self._left if not self._older[at].is_row]
        newer = [at for at in self._right if not self._newer[at].is_row]
        for candidate in sorted(self._candidates(older, newer), key=lambda one: -one.score):
            is_free = self._left.keys() >= set(candidate.older) and self._right.keys() >= set(candidate.newer)
            if is_free and candidate.score >= self._needed(candidate):
                self._pair(candidate.older, candidate.newer)

    def _needed(self, candidate: _Candidate) -> float:
        """The score that a candidate needs: a higher one where a few common words make half of a sentence."""
        length = min(
            len(self._said(candidate.older, of=self._older)), len(self._said(candidate.newer, of=self._newer))
        )
        return NEAR if length >= _SHORT else NEAR_IF_SHORT

    def join_neighbours(self) -> None:
        """Let links take in the statements beside them that are left over, where that brings both sides nearer."""
        for at, (older, newer) in enumerate(self._pairs):
            is_row = self._newer[newer[0]].is_row
            if is_row or self._nearness(older, newer) == 1:
                continue
            older, newer = self._widened(older, newer)
            self._pairs[at] = (older, newer)

    def _widened(
        self, older: tuple[int, ...], newer: tuple[int, ...]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        for _ in range(_MOST_JOINED):
            best = max(self._wider(older, newer), default=None)
            if best is None:
                break
            older, newer = best.older, best.newer
            self._take(older, newer)
        return older, newer

    def _wider(self, older: tuple[int, ...], newer: tuple[int, ...]) -> Iterator[_Candidate]:
        """The link with one more neighbour, where that one is the rest of what the other side says."""
        old, new = self._said(older, of=self._older), self._said(newer, of=self._newer)
        for beside, wide in _with_neighbour(older, self._older):
            if beside in self._left and (gain := _rest(new, old, self._said((beside,), of=self._older))):
                yield _Candidate(gain, wide, newer)
        for beside, wide in _with_neighbour(newer, self._newer):
            if beside in self._right and (gain := _rest(old, new, self._said((beside,), of=self._newer))):
                yield _Candidate(gain, older, wide)

    def _candidates(self, older: Sequence[int], newer: Sequence[int]) -> Iterator[_Candidate]:
        near: dict[tuple[int, int], float] = {}
        for i in older:
            for j in newer:
                found = self._nearness((i,), (j,), at_least=_PART)
                near[i, j] = found
                if found >= _WORTH_A_LOOK:
                    yield _Candidate(found + self._bonus(i, j), (i,), (j,))
        yield from self._joined(near, older, newer)

    def _joined(
        self, near: dict[tuple[int, int], float], older: Sequence[int], newer: Sequence[int]
    ) -> Iterator[_Candidate]:
        """One statement against two neighbours: splits, then merges."""
        for first, second in self._neighbours(newer, self._newer):
            for i in older:
                best = max(near[i, first], near[i, second])
                if best >= _PART and (found := self._gain((i,), (first, second), best)):
                    yield _Candidate(found + self._bonus(i, first), (i,), (first, second))
        for first, second in self._neighbours(older, self._older):
            for j in newer:
                best = max(near[first, j], near[second, j])
                if best >= _PART and (found := self._gain((first, second), (j,), best)):
                    yield _Candidate(found + self._bonus(first, j), (first, second), (j,))

    def _gain(self, older: tuple[int, ...], newer: tuple[int, ...], single: float) -> float:
        """How near they are joined; 0 if that is hardly nearer than the better ``single`` one."""
        found = self._nearness(older, newer)
        return found if found >= single + _JOINED_GAIN else 0.0

    @staticmethod
    def _neighbours(places: Sequence[int], of: Sequence[Statement]) -> Iterator[tuple[int, int]]:
        for first, second in pairwise(places):
            if second == first + 1 and of[first].passage == of[second].passage:
                yield first, second

    def _nearness(self, older: tuple[int, ...], newer: tuple[int, ...], *, at_least: float = 0.0) -> float:
        """How near two statements are, whatever their numbers."""
        first, second = self._said(older, of=self._older), self._said(newer, of=self._newer)
        return similarity(first, second, at_least=at_least)

    @staticmethod
    def _said(places: tuple[int, ...], *, of: Sequence[Statement]) -> str:
        return "".join(without_numbers(of[at].key) for at in places)

    def _bonus(self, i: int, j: int) -> float:
        """What a pair gains by standing behind the same anchor, and before the same."""
        by_older, by_newer = self._anchors
        at, other = bisect_left(by_older, (i, -1)), bisect_left(by_newer, (j, -1))
        shared = 0
        for step in (-1, 0):
            before, after = _at(by_older, at + step), _at(by_newer, other + step)
            # Where neither side has an anchor, standing at the same end of a report says nothing.
            shared += before is not None and after is not None and before == after[::-1]
        old, new = self._older[i].key, self._newer[j].key
        has_same_name = any(name in old and name in new for name in self._names)
        return _BONUS * shared + (_SAME_NAME if has_same_name else 0.0)

    def _pair(self, older: tuple[int, ...], newer: tuple[int, ...]) -> None:
        self._take(older, newer)
        self._pairs.append((older, newer))

    def _take(self, older: tuple[int, ...], newer: tuple[int, ...]) -> None:
        for at in older:
            self._left.pop(at, None)
        for at in newer:
            self._right.pop(at, None)


def _at(anchors: Sequence[tuple[int, int]], position: int) -> tuple[int, int] | None:
    return anchors[position] if 0 <= position < len(anchors) else None


def _with_neighbour(
    places: tuple[int, ...], of: Sequence[Statement]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The position before, then that behind ``places`` in the same passage, each with all of them."""
    before, behind = places[0] - 1, places[-1] + 1
    if before >= 0 and of[before].passage == of[places[0]].passage:
        yield before, (before, *places)
    if behind < len(of) and of[behind].passage == of[places[0]].passage:
        yield behind, (*places, behind)


def _rest(whole: str, part: str, beside: str) -> float:
    """How near ``beside`` is to what ``whole`` says and ``part`` does not; 0 if it is not the rest of it."""
    rest = "".join(
        whole[step.old_start : step.old_end] for step in opcodes(whole, part) if step.edit == "delete"
    )
    return similarity(rest, beside, at_least=_REST_SAID) if len(rest) >= _SHORTEST_REST else 0.0
