"""Patterns, nearness and sentences over many texts at once: ``query.positions`` for whole arrays.

Matches are spans of positions, counted through all texts laid end to end. That gives a certain answer for base
readings. Texts are verified one by one, by ``query.positions`` itself, in two cases: where a match may run through an
additional reading of the text; and, all candidates, where a tree asks for something that has no array form here
(operands of several words, a negation in a sentence).

The rule: the answer is that of ``query.positions`` for each text; candidates only spare it the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import expand_variants
from report_search.engine.arrays import Ints, Mask, all_false, concat_ranges, group_starts, mask_of
from report_search.engine.columnar.text_index import TextIndex
from report_search.fields import BORDER
from report_search.query.ast import (
    And,
    AtLeast,
    Gap,
    Leaf,
    Near,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
    leaves,
)
from report_search.query.positions import holds

PAIR_LIMIT = 1 << 21
"""The most pairs of spans that are laid out in memory; with more of them texts are verified one by one."""
Spans = tuple[Ints, Ints]
"""Starts and ends, each ``(n_spans,) int64``, ordered by start and then by end, no two alike."""

_NO_SPANS: Spans = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


class _NoArrayFormError(Exception):
    """The tree asks for something that has no array form, or too much of it."""


def texts_matching(tree: Pattern | Near | Within, index: TextIndex) -> Mask:
    """The texts for which ``tree`` holds, ``(n_texts,) bool``."""
    candidates = _candidates(tree, index)
    try:
        found = _BaseReadings(index).texts(tree) & candidates
        by_variant = (
            index.matching_by_variant(needle, cut_before=cut_before, cut_after=cut_after)
            for needle, cut_before, cut_after in _needles(tree)
        )
        maybe = candidates & reduce(np.logical_or, by_variant, all_false(index.size))
    except _NoArrayFormError:
        found = all_false(index.size)
        maybe = candidates
    # Texts found by their base reading are verified too: from one start the shortest match counts, and one through a
    # variant may be shorter, so that less is near it.
    for text in np.flatnonzero(maybe):
        found[text] = holds(tree, index.folded(int(text)))
    return found


def sentences_matching(leaf: Leaf, index: TextIndex) -> tuple[Mask, Mask]:
    """The sentences in which ``leaf`` stands by its base reading, ``(n_sentences,) bool``, and a superset of the texts
    in which it may stand anywhere else, ``(n_texts,) bool``: by an additional reading, or because it has no array form.
    """
    try:
        certain = _BaseReadings(index).sentences(leaf)
    except _NoArrayFormError:
        return all_false(len(index.sentence_starts)), _candidates(leaf, index)
    by_variant = (
        index.matching_by_variant(needle, cut_before=cut_before, cut_after=cut_after)
        for needle, cut_before, cut_after in _needles(leaf)
    )
    return certain, reduce(np.logical_or, by_variant, all_false(index.size))


def _candidates(tree: Query, index: TextIndex) -> Mask:
    """A superset of the texts for which ``tree`` holds: those that have the words without which it can't."""
    match tree:
        case Term(_, folded, _, synonyms):
            return reduce(np.logical_or, map(index.containing, (folded, *synonyms)))
        case Phrase(_, folded):
            return index.containing(folded)
        case Pattern():
            # The inner ends of a part may lie inside a number, so ``containing`` would ask too much.
            wanted = map(index.candidates, _wanted_characters(tree))
            return reduce(np.logical_and, wanted, ~all_false(index.size))
        case Near(left, right):
            return _candidates(left, index) & _candidates(right, index)
        case And(children) | Within(children):
            return reduce(np.logical_and, (_candidates(child, index) for child in children))
        case Or(children):
            return reduce(np.logical_or, (_candidates(child, index) for child in children))
        case _:
            return ~all_false(index.size)


def _wanted_characters(pattern: Pattern) -> Iterator[FoldedText]:
    """The parts of a pattern; a border with them where one has to be in the text."""
    steps = pattern.steps()
    yield from (part for part, _ in steps)
    if any(gap.cells for _, gap in steps):
        yield fold(BORDER)


def _needles(tree: Query) -> Iterator[tuple[FoldedText, bool, bool]]:
    """The needles that ``tree`` asks for, each with whether its start and its end may lie inside a number."""
    for leaf in leaves(tree, negated=False):
        match leaf:
            case Term(_, folded, _, synonyms):
                yield from ((needle, False, False) for needle in (folded, *synonyms))
            case Phrase(_, folded):
                yield folded, False, False
            case Pattern():
                yield from _needles_of_pattern(leaf)


def _needles_of_pattern(pattern: Pattern) -> Iterator[tuple[FoldedText, bool, bool]]:
    """The parts of a pattern; an end beside a wildcard may lie inside a number, any other end may not."""
    steps = pattern.steps()
    if not steps:
        return
    before_wildcard = [not gap.cells for _, gap in steps[1:]]
    for (part, _), cut_before, cut_after in zip(
        steps, (False, *before_wildcard), (*before_wildcard, False), strict=True
    ):
        yield part, cut_before, cut_after


class _BaseReadings:
    """Where the parts of a tree match in the base readings of all texts."""

    def __init__(self, index: TextIndex) -> None:
        self._index = index
        self._base = index.base

    def texts(self, tree: Pattern | Near | Within) -> Mask:
        """The texts for which ``tree`` holds in their base reading, ``(n_texts,) bool``."""
        match tree:
            case Within():
                positions = self._index.sentence_starts[self.sentences(tree)]
            case Near():
                positions = self._near_starts(tree)
            case Pattern():
                positions = self._spans(tree)[0]
        return mask_of(self._base.texts_at(positions), self._index.size)

    def _near_starts(self, near: Near) -> Ints:
        """For each two spans that are near, a position in their text; cheaper than the hulls of all pairs."""
        left, right = self._spans(near.left), self._spans(near.right)
        low, high = self._near_behind(left[1], right[0], near.distance)
        has_right_behind = high > low
        # For the other order too the left starts are given, here those that are near behind some right end.
        lefts_behind = concat_ranges(*self._near_behind(right[1], left[0], near.distance))
        return np.concatenate((left[0][has_right_behind], left[0][lefts_behind]))

    def _spans(self, tree: Query) -> Spans:
        """The spans of a leaf, or of an operand of Near."""
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
                raise _NoArrayFormError

    def _needle(self, needle: FoldedText, *, cut_before: bool = False, cut_after: bool = False) -> Spans:
        """The spans of a needle; where several of its readings match from one start, the shortest."""
        if needle.is_empty:
            return _NO_SPANS
        all_readings = expand_variants(needle)
        if all_readings is None:
            raise _NoArrayFormError
        spans = []
        for reading in all_readings:
            starts = self._base.find(reading, cut_before=cut_before, cut_after=cut_after)
            spans.append((starts, starts + len(reading)))
        return _shortest(_union(spans))

    def _pattern(self, pattern: Pattern) -> Spans:
        """The spans of a pattern, from each start the shortest."""
        # 受理*件 and gap 10: the spans of 受理 are extended to every 件 that starts at most 10 characters behind their
        # end. An empty part (受理**件) is left out, and the reach grows by a gap for each ``*`` in between.
        needles = list(_needles_of_pattern(pattern))
        if not needles:
            return _NO_SPANS
        part, _, cut_after = needles[0]
        gap = Gap(0, 0)
        spans = self._needle(part, cut_after=cut_after)
        for (part, cut_before, cut_after), (_, gap) in zip(needles[1:], pattern.steps()[1:], strict=True):
            next_spans = self._needle(part, cut_before=cut_before, cut_after=cut_after)
            spans = self._extended(spans, next_spans, gap=gap)
        return _shortest(self._in_tables(spans) if gap.cells else spans)

    def _in_tables(self, spans: Spans) -> Spans:
        """The spans that are in a text with a border."""
        has_border = mask_of(self._base.texts_with_gram(BORDER), self._index.size)
        kept = has_border[self._base.texts_at(spans[0])]
        return spans[0][kept], spans[1][kept]

    def _extended(self, spans: Spans, next_spans: Spans, *, gap: Gap) -> Spans:
        """Each span extended over every one of ``next_spans`` that is behind it with what ``gap`` allows between."""
        starts, ends = spans
        low = np.searchsorted(next_spans[0], ends + gap.low)
        high = np.searchsorted(next_spans[0], ends + gap.high, side="right")
        chosen = _limited_ranges(low, high)
        owners = np.repeat(np.arange(len(ends)), high - low)
        gap_starts, gap_ends = ends[owners], next_spans[0][chosen]
        # All gaps are looked through together, one character of each at a time; borders count as punctuation, so that
        # no gap runs into another text.
        clear = np.ones(len(chosen), dtype=np.bool_)
        for distance in range(int((gap_ends - gap_starts).max(initial=0))):
            position = np.minimum(gap_starts + distance, self._base.end - 1)
            is_behind_gap = gap_starts + distance >= gap_ends
            clear &= is_behind_gap | self._fits(position, gap_ends - gap_starts, gap=gap)
        return _union([(starts[owners[clear]], next_spans[1][chosen[clear]])])

    def _fits(self, positions: Ints, lengths: Ints, *, gap: Gap) -> Mask:
        """Which of ``positions``, each in a gap of one of ``lengths``, hold a character that may stand in the gap."""
        if not gap.cells:
            return ~self._base.stops_wildcard(positions)
        is_only_space = self._base.is_char(positions, " ") & (lengths == 1)
        fits: Mask = self._base.is_char(positions, BORDER) | is_only_space
        return fits

    def _near_behind(self, ends: Ints, starts: Ints, distance: int) -> tuple[Ints, Ints]:
        """For each end the half-open range of those ``starts`` (ascending) that are near behind it.

        Both ``(n_ends,) int64``. Near is at most ``distance`` characters, and not beyond the next border of a table
        cell or end of the text.
        """
        borders = self._index.borders
        next_border = ends
        if len(borders):
            # Each text ends with a border, so there is one at or behind every end.
            next_border = borders[np.minimum(np.searchsorted(borders, ends), len(borders) - 1)]
        low = np.searchsorted(starts, ends)
        high = np.searchsorted(starts, np.minimum(ends + distance, next_border), side="right")
        return low, np.maximum(low, high)

    def _hulls(self, near: Near) -> Spans:
        """For each two spans that are near, the span from the start of the first to the end of the second."""
        left, right = self._spans(near.left), self._spans(near.right)
        hulls = []
        for first, second in ((left, right), (right, left)):
            low, high = self._near_behind(first[1], second[0], near.distance)
            chosen = _limited_ranges(low, high)
            owners = np.repeat(np.arange(len(low)), high - low)
            hulls.append((first[0][owners], second[1][chosen]))
        return _union(hulls)

    def sentences(self, tree: Query) -> Mask:
        """The sentences in which ``tree`` holds, ``(n_sentences,) bool``."""
        match tree:
            case And(children) | Within(children):
                return reduce(np.logical_and, map(self.sentences, children))
            case Or(children):
                return reduce(np.logical_or, map(self.sentences, children))
            case AtLeast(count, children):
                each = np.stack([self.sentences(child) for child in children])
                enough: Mask = np.count_nonzero(each, axis=0) >= count
                return enough
            case Term() | Phrase() | Pattern() | Near():
                return self._sentences_around(*self._spans(tree))
            case _:
                raise _NoArrayFormError

    def _sentences_around(self, starts: Ints, ends: Ints) -> Mask:
        """The sentences in which one of the spans lies as a whole, ``(n_sentences,) bool``."""
        sentence_starts = self._index.sentence_starts
        # The upper bound of a start is the sentence behind its own: where its own ends.
        next_sentence = np.searchsorted(sentence_starts, starts.astype(sentence_starts.dtype), side="right")
        end = np.array([self._base.end], dtype=sentence_starts.dtype)
        is_whole = ends <= np.concatenate((sentence_starts, end))[next_sentence]
        return mask_of(next_sentence[is_whole] - 1, len(sentence_starts))


def _union(spans: list[Spans]) -> Spans:
    """All spans in order, each once."""
    starts = np.concatenate([starts for starts, _ in spans]).astype(np.int64)
    ends = np.concatenate([ends for _, ends in spans]).astype(np.int64)
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    is_new = np.ones(len(starts), dtype=np.bool_)
    is_new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    return starts[is_new], ends[is_new]


def _shortest(spans: Spans) -> Spans:
    """From each start the shortest span, which is the first of those in order."""
    starts, ends = spans
    firsts = group_starts(starts)
    return starts[firsts], ends[firsts]


def _limited_ranges(low: Ints, high: Ints) -> Ints:
    """The numbers of the ranges ``low[i]`` … ``high[i]``, unless there are too many to lay out."""
    if int((high - low).sum()) > PAIR_LIMIT:
        raise _NoArrayFormError
    return concat_ranges(low, high)
