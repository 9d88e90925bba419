"""Patterns, nearness and sentences over many texts at once: ``query.places`` for whole arrays.

Places are ranges of one long array of characters (``characters``), in order. Two kinds of text are left to be
asked one by one, by ``query.places`` itself: those with additional readings, and all of them where a tree
asks for something that has no array form here (hulls of several words, a negation in a sentence). Only texts
that hold all the words that can't be done without are asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import expand_variants
from report_search.engine.arrays import Ints, Mask, mask_of, nothing, ranges, run_starts
from report_search.engine.columnar.text_index import TextIndex
from report_search.query.ast import And, AtLeast, Near, Or, Pattern, Phrase, Query, Term, Within, leaves
from report_search.query.positions import holds

PAIRS = 1 << 21
"""Pairs of places that are laid out at most; beyond that texts are asked one by one."""
Spans = tuple[Ints, Ints]
"""Starts and ends, in order, no two alike."""


class _OneByOneError(Exception):
    """The tree asks for something that has no array form."""


def placed(tree: Pattern | Near | Within, index: TextIndex) -> Mask:
    """The texts for which ``tree`` holds."""
    possible = _possible(tree, index)
    try:
        found = _Places(index).texts(tree) & possible
        varying = (
            index.may_vary(needle, cut_before=before, cut_after=after)
            for needle, before, after in _needles(tree)
        )
        open_ = possible & reduce(np.logical_or, varying, nothing(index.size))
    except _OneByOneError:
        found = nothing(index.size)
        open_ = possible
    for text in np.flatnonzero(open_):
        found[text] = holds(tree, index.folded(int(text)))
    return found


def _possible(tree: Query, index: TextIndex) -> Mask:
    """The texts that hold the words without which ``tree`` can't hold; more of them where that is unknown."""
    match tree:
        case Term(_, folded, _, synonyms):
            return reduce(np.logical_or, map(index.stands, (folded, *synonyms)))
        case Phrase(_, folded):
            return index.stands(folded)
        case Pattern(_, parts):
            return reduce(np.logical_and, map(index.may_hold, parts))
        case Near(left, right):
            return _possible(left, index) & _possible(right, index)
        case And(children) | Within(children):
            return reduce(np.logical_and, (_possible(child, index) for child in children))
        case Or(children):
            return reduce(np.logical_or, (_possible(child, index) for child in children))
        case _:
            return ~nothing(index.size)


def _needles(tree: Query) -> Iterator[tuple[FoldedText, bool, bool]]:
    """The wordings that ``tree`` asks for, and which of their ends may lie inside a number."""
    for leaf in leaves(tree, negated=False):
        match leaf:
            case Term(_, folded, _, synonyms):
                yield from ((needle, False, False) for needle in (folded, *synonyms))
            case Phrase(_, folded):
                yield folded, False, False
            case Pattern(_, parts):
                asked = [part for part in parts if not part.is_empty]
                yield from ((part, at > 0, at + 1 < len(asked)) for at, part in enumerate(asked))


class _Places:
    """Where the parts of a tree stand, in the base readings of all texts."""

    def __init__(self, index: TextIndex) -> None:
        self._index = index
        self._characters = index.characters

    def texts(self, tree: Pattern | Near | Within) -> Mask:
        """The texts for which ``tree`` holds, additional readings left out."""
        if isinstance(tree, Within):
            places = self._index.sentence_starts[self._sentences(tree)]
        elif isinstance(tree, Near):
            (left, ends), rights = self._spans(tree.left), self._spans(tree.right)
            low, high = self._near(ends, rights[0], tree.distance)
            back = self._near(rights[1], left, tree.distance)
            behind = ranges(*back)
            places = np.concatenate((left[high > low], left[behind]))
        else:
            places = self._spans(tree)[0]
        return mask_of(self._characters.rows(places), self._index.size)

    def _spans(self, tree: Query) -> Spans:
        """The places of an operand of Near, or of a leaf."""
        match tree:
            case Term(_, folded, _, synonyms):
                return _union([self._needle(needle) for needle in (folded, *synonyms)])
            case Phrase(_, folded):
                return self._needle(folded)
            case Pattern():
                return self._pattern(tree)
            case Or(children):
                return _union([self._spans(child) for child in children])
            case Near():
                return self._hulls(tree)
            case _:
                raise _OneByOneError

    def _needle(self, needle: FoldedText, *, cut_before: bool = False, cut_after: bool = False) -> Spans:
        """The places of a needle; where several of its readings begin at one, the shortest."""
        if needle.is_empty:
            return _NONE
        all_readings = expand_variants(needle)
        if all_readings is None:
            raise _OneByOneError
        spans = []
        for reading in all_readings:
            starts = self._characters.find(reading, cut_before=cut_before, cut_after=cut_after)
            spans.append((starts, starts + len(reading)))
        starts, ends = _union(spans)
        heads = run_starts(starts)
        return starts[heads], ends[heads]

    def _pattern(self, pattern: Pattern) -> Spans:
        parts = [(at, part) for at, part in enumerate(pattern.parts) if not part.is_empty]
        if not parts:
            return _NONE
        last = len(parts) - 1
        firsts, ends = self._needle(parts[0][1], cut_after=last > 0)
        before = parts[0][0]
        for number, (at, part) in enumerate(parts[1:], 1):
            found = self._needle(part, cut_before=True, cut_after=number < last)
            reach = pattern.gap * (at - before)
            firsts, ends = self._onward(firsts, ends, found=found, reach=reach)
            before = at
        heads = run_starts(firsts)
        return firsts[heads], ends[heads]

    def _onward(self, firsts: Ints, ends: Ints, *, found: Spans, reach: int) -> Spans:
        """From each end to every place of the next part within ``reach``, without punctuation between."""
        low = np.searchsorted(found[0], ends)
        high = np.searchsorted(found[0], ends + reach, side="right")
        chosen = _laid_out(low, high)
        owners = np.repeat(np.arange(len(ends)), high - low)
        froms, tos = ends[owners], found[0][chosen]
        clear = np.ones(len(chosen), dtype=np.bool_)
        for step in range(int((tos - froms).max(initial=0))):
            here = np.minimum(froms + step, self._characters.limit - 1)
            clear &= (froms + step >= tos) | ~self._characters.is_punctuation(here)
        return _union([(firsts[owners[clear]], found[1][chosen[clear]])])

    def _near(self, ends: Ints, starts: Ints, distance: int) -> tuple[Ints, Ints]:
        """For each end the half-open range of those ``starts`` that are near behind it."""
        borders = self._index.borders
        limit = (
            borders[np.minimum(np.searchsorted(borders, ends), len(borders) - 1)] if len(borders) else ends
        )
        low = np.searchsorted(starts, ends)
        high = np.searchsorted(starts, np.minimum(ends + distance, limit), side="right")
        return low, np.maximum(low, high)

    def _hulls(self, near: Near) -> Spans:
        left, right = self._spans(near.left), self._spans(near.right)
        found = []
        for first, second in ((left, right), (right, left)):
            low, high = self._near(first[1], second[0], near.distance)
            chosen = _laid_out(low, high)
            found.append((first[0][np.repeat(np.arange(len(low)), high - low)], second[1][chosen]))
        return _union(found)

    def _sentences(self, tree: Query) -> Mask:
        """The sentences in which ``tree`` holds."""
        match tree:
            case And(children) | Within(children):
                return reduce(np.logical_and, map(self._sentences, children))
            case Or(children):
                return reduce(np.logical_or, map(self._sentences, children))
            case AtLeast(count, children):
                each = np.stack([self._sentences(child) for child in children])
                enough: Mask = np.count_nonzero(each, axis=0) >= count
                return enough
            case Term() | Phrase() | Pattern() | Near():
                return self._around(*self._spans(tree))
            case _:
                raise _OneByOneError

    def _around(self, starts: Ints, ends: Ints) -> Mask:
        """The sentences in which one of the places lies as a whole."""
        begins = self._index.sentence_starts
        behind = np.searchsorted(begins, starts.astype(begins.dtype), side="right")
        last = np.array([self._characters.limit], dtype=begins.dtype)
        whole = ends <= np.concatenate((begins, last))[behind]
        return mask_of(behind[whole] - 1, len(begins))


_NONE: Spans = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def _union(spans: list[Spans]) -> Spans:
    """All spans in order, each once."""
    starts = np.concatenate([starts for starts, _ in spans]).astype(np.int64)
    ends = np.concatenate([ends for _, ends in spans]).astype(np.int64)
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    fresh = np.ones(len(starts), dtype=np.bool_)
    fresh[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    return starts[fresh], ends[fresh]


def _laid_out(low: Ints, high: Ints) -> Ints:
    if int((high - low).sum()) > PAIRS:
        raise _OneByOneError
    return ranges(low, high)
