"""Where the parts of a tree match in all texts: in their base readings, and through one additional reading each.

The rule: what is said here of a text is what ``query.positions`` says of it, unless a match in it may run through
several additional readings. Which texts those are is asked of ``TextIndex.through_several``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np

from report_search import deadline
from report_search.analysis.fold import FoldedText
from report_search.engine.arrays import Ints, Mask, all_false, concat_ranges, mask_of
from report_search.engine.columnar.spans import NO_SPANS, Spans, nearest, shortest, union
from report_search.engine.columnar.text_index import TextIndex
from report_search.fields import BORDER
from report_search.query.ast import (
    And,
    AtLeast,
    Gap,
    IncludeHeadings,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Question,
    Term,
    Within,
)

PAIR_LIMIT = 1 << 21
"""The most pairs of spans that are laid out in memory; with more of them texts are verified one by one."""


class NoArrayFormError(Exception):
    """The tree asks for too much to lay out in memory."""


class Readings:
    """Where the parts of a tree match. Each leaf is looked up once."""

    def __init__(self, index: TextIndex) -> None:
        self._index = index
        self._base = index.base
        self._leaves: dict[Query, Spans] = {}

    def texts(self, tree: Pattern | Near | Within) -> Mask:
        """The texts for which ``tree`` holds, ``(n_texts,) bool``."""
        match tree:
            case Within():
                positions = self._index.sentence_starts[self._with_a_match(tree)].astype(np.int64)
            case Near():
                # Two that are near are in one text: whichever are fewer are looked at.
                fewer, more = sorted(
                    (self._spans(tree.left), self._spans(tree.right)), key=lambda one: len(one[0])
                )
                positions = fewer[0][self._has_near(fewer, more, tree.distance)]
            case Pattern():
                positions = self._spans(tree)[0]
        return mask_of(self._base.texts_at(positions), self._index.size)

    def sentences(self, tree: Query) -> Mask:
        """The sentences in which ``tree`` holds, ``(n_sentences,) bool``."""
        deadline.check()
        match tree:
            case And(children) | Within(children):
                return reduce(np.logical_and, map(self.sentences, children), self._index.printed_sentences)
            case Or(children):
                return reduce(np.logical_or, map(self.sentences, children), self._no_sentence())
            case AtLeast(count, children):
                counts = np.zeros(len(self._index.sentence_starts), dtype=np.int32)
                for child in children:
                    counts += self.sentences(child)
                return counts >= count
            case Not(child):
                # A sentence is not printed where a text ends: behind its last mark nothing follows.
                return ~self.sentences(child) & self._index.printed_sentences
            case Near():
                return self._near_sentences(tree)
            case _:
                return self._sentences_around(self._matched(tree))

    def _no_sentence(self) -> Mask:
        return all_false(len(self._index.sentence_starts))

    def _with_a_match(self, within: Within) -> Mask:
        """The sentences for which a Within holds and in which something that it asks for stands."""
        # 同句(甲 OR -乙) holds in a sentence without either, but nothing there could be marked: such a text is no hit.
        around = (self._sentences_around(self._matched(child)) for child in within.children)
        return self.sentences(within) & reduce(np.logical_or, around, self._no_sentence())

    def _spans(self, tree: Query) -> Spans:
        """The spans of a leaf, or of an operand of Near; what has no span (a field, a negation) is near to nothing."""
        if tree not in self._leaves:
            deadline.check()
            self._leaves[tree] = self._find_spans(tree)
        return self._leaves[tree]

    def _find_spans(self, tree: Query) -> Spans:
        match tree:
            case Term(_, folded, _, synonyms):
                return union([self._needle(needle) for needle in (folded, *synonyms)])
            case Phrase(_, folded):
                return self._needle(folded)
            case Pattern():
                return self._pattern(tree)
            case Or(children):
                return union(list(map(self._spans, children)))
            case And(children):
                return self._extended(list(map(self._spans, children)), count=len(children))
            case AtLeast(count, children):
                return self._extended(list(map(self._spans, children)), count=count)
            case Near():
                return self._hulls(tree)
            case Within():
                return self._sentence_hulls(tree)
            case _:
                return NO_SPANS

    def _matched(self, tree: Query) -> Spans:
        """The spans of everything that ``tree`` asks for, as ``positions.matched_ranges`` gives them."""
        match tree:
            case Near():
                return union(self._near_members(tree))
            case Within():
                return self._inside(tree)
            case And(children) | Or(children) | AtLeast(_, children):
                return union([self._matched(child) for child in children])
            case IncludeHeadings(child):
                return self._matched(child)
            case Question():
                raise NoArrayFormError
            case _:
                return self._spans(tree)

    def _needle(self, needle: FoldedText, *, cut_before: bool = False, cut_after: bool = False) -> Spans:
        """The spans of a needle; where several of its readings match from one start, the shortest."""
        found = self._index.spans(needle, cut_before=cut_before, cut_after=cut_after)
        if found is None:
            raise NoArrayFormError
        return found

    def _pattern(self, pattern: Pattern) -> Spans:
        """The spans of a pattern, from each start the shortest."""
        # 受理*件 and gap 10: the spans of 受理 are extended to every 件 that starts at most 10 characters behind their
        # end. An empty part (受理**件) is left out, and the reach grows by a gap for each ``*`` in between.
        needles = list(_parts(pattern))
        if not needles:
            return NO_SPANS
        part, _, cut_after = needles[0]
        gap = Gap(0, 0)
        spans = self._needle(part, cut_after=cut_after)
        for (part, cut_before, cut_after), (_, gap) in zip(needles[1:], pattern.steps()[1:], strict=True):
            next_spans = self._needle(part, cut_before=cut_before, cut_after=cut_after)
            spans = self._over_gap(spans, next_spans, gap=gap)
        return shortest(self._in_tables(spans) if gap.cells else spans)

    def _in_tables(self, spans: Spans) -> Spans:
        """The spans that are in a text with a border."""
        has_border = mask_of(self._base.texts_with_gram(BORDER), self._index.size)
        return _chosen(spans, has_border[self._base.texts_at(spans[0])])

    def _over_gap(self, spans: Spans, next_spans: Spans, *, gap: Gap) -> Spans:
        """Each span extended over every one of ``next_spans`` that is behind it with what ``gap`` allows between."""
        starts, ends = spans
        low = np.searchsorted(next_spans[0], ends + gap.low)
        high = np.searchsorted(next_spans[0], ends + gap.high, side="right")
        chosen = _limited_ranges(low, high)
        owners = np.repeat(np.arange(len(ends)), high - low)
        gap_starts, lengths = ends[owners], next_spans[0][chosen] - ends[owners]
        # All gaps are looked through together, one character of each at a time, until each has ended or met a
        # character that no gap has; borders count as punctuation, so that no gap runs into another text.
        clear = np.ones(len(chosen), dtype=np.bool_)
        open_ = np.flatnonzero(lengths > 0)
        distance = 0
        while len(open_):
            deadline.check()
            fits = self._fits(gap_starts[open_] + distance, lengths[open_], gap=gap)
            clear[open_[~fits]] = False
            distance += 1
            open_ = open_[fits & (lengths[open_] > distance)]
        return union([(starts[owners[clear]], next_spans[1][chosen[clear]])])

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
        low = np.searchsorted(starts, ends)
        high = np.searchsorted(starts, np.minimum(ends + distance, self._next_borders(ends)), side="right")
        return low, np.maximum(low, high)

    def _next_borders(self, positions: Ints) -> Ints:
        """For each position that of the first border at or behind it."""
        borders = self._index.borders
        # Each text ends with a border, so there is one at or behind every position of a text.
        return borders[np.searchsorted(borders, positions)] if len(positions) else positions

    def _near_members(self, near: Near) -> list[Spans]:
        """Of either operand the spans that have one of the other near them, before or behind."""
        left, right = self._spans(near.left), self._spans(near.right)
        return [
            _chosen(one, self._has_near(one, other, near.distance))
            for one, other in ((left, right), (right, left))
        ]

    def _has_near(self, here: Spans, other: Spans, distance: int) -> Mask:
        """Which spans of ``here`` have one of ``other`` near them, before or behind."""
        found = all_false(len(here[0]))
        if not len(other[0]):
            return found
        # Behind a span the first other one that starts is the nearest, before it the last one that has ended: where
        # that one is too far away, or beyond a border, so are all others.
        at = np.minimum(np.searchsorted(other[0], here[1]), len(other[0]) - 1)
        self._mark_near(found, here[1], other[0][at], distance=distance)
        left = np.flatnonzero(~found)
        ends = np.sort(other[1], kind="stable")
        at = np.maximum(np.searchsorted(ends, here[0][left], side="right") - 1, 0)
        near_left = all_false(len(left))
        self._mark_near(near_left, ends[at], here[0][left], distance=distance)
        found[left] = near_left
        return found

    def _mark_near(self, found: Mask, ends: Ints, starts: Ints, *, distance: int) -> None:
        """Set those of ``found`` whose start is near behind its end, and not beyond a border."""
        gaps = starts - ends
        close = np.flatnonzero((gaps >= 0) & (gaps <= distance))
        found[close] = starts[close] <= self._next_borders(ends[close])

    def _near_sentences(self, near: Near) -> Mask:
        """The sentences in which two spans are near that both lie in it as a whole, ``(n_sentences,) bool``."""
        # In one sentence no border stands between two spans. So of what lies whole in a sentence those are near that
        # start behind the end of another, at most so far away, and before the sentence ends.
        found = self._no_sentence()
        ends = self._index.sentence_ends
        left, right = (self._whole(self._spans(operand)) for operand in (near.left, near.right))
        for (first, sentence), (second, _) in ((left, right), (right, left)):
            if len(second[0]):
                next_start = second[0][np.minimum(np.searchsorted(second[0], first[1]), len(second[0]) - 1)]
                farthest = np.minimum(first[1] + near.distance, ends[sentence] - 1)
                found[sentence[(next_start >= first[1]) & (next_start <= farthest)]] = True
        return found

    def _hulls(self, near: Near) -> Spans:
        """For each two spans that are near, the span from the start of the first to the end of the second."""
        left, right = self._spans(near.left), self._spans(near.right)
        hulls = []
        for first, second in ((left, right), (right, left)):
            low, high = self._near_behind(first[1], second[0], near.distance)
            chosen = _limited_ranges(low, high)
            owners = np.repeat(np.arange(len(low)), high - low)
            hulls.append((first[0][owners], second[1][chosen]))
        return union(hulls)

    def _extended(self, operands: Sequence[Spans], *, count: int) -> Spans:
        """The spans of several words together, in the texts that have ``count`` of them.

        Those of the first word that a text has, each extended to the nearest span of every other one that it has.
        """
        # 领事 at 0–2 and 9–11, 保护 at 3–5: the spans 0–5 and 3–11.
        texts = [self._base.texts_at(starts) for starts, _ in operands]
        in_text = np.zeros(self._index.size, dtype=np.int32)
        for own in texts:
            in_text += mask_of(own, self._index.size)
        has_no_first = (in_text >= count) & (in_text > 0)
        found = []
        for at, (spans, own) in enumerate(zip(operands, texts, strict=True)):
            is_first = has_no_first[own]
            here = _chosen(spans, is_first)
            found.append(self._with_nearest(here, own[is_first], operands[at + 1 :]))
            has_no_first = has_no_first & ~mask_of(own, self._index.size)
        return union(found)

    def _with_nearest(self, here: Spans, texts: Ints, others: Sequence[Spans]) -> Spans:
        """Each span extended to the nearest one of each of ``others`` that its text has."""
        starts, ends = here
        for other in others if len(here[0]) else ():
            deadline.check()
            (near_starts, near_ends), is_there = nearest(
                here, other, text_starts=self._base.starts, texts=texts
            )
            starts = np.where(is_there, np.minimum(starts, near_starts), starts)
            ends = np.where(is_there, np.maximum(ends, near_ends), ends)
        return starts, ends

    def _inside(self, within: Within) -> Spans:
        """The spans of everything that a Within asks for, where they lie in a sentence for which it holds."""
        spans, sentence = self._whole(union([self._matched(child) for child in within.children]))
        return _chosen(spans, self.sentences(within)[sentence])

    def _sentence_hulls(self, within: Within) -> Spans:
        """For each sentence for which a Within holds, the span that covers all that it asks for."""
        (starts, ends), sentence = self._whole(self._inside(within))
        if not len(starts):
            return NO_SPANS
        firsts = np.flatnonzero(np.append(True, sentence[1:] != sentence[:-1]))
        return union([(starts[firsts], np.maximum.reduceat(ends, firsts))])

    def _sentences_around(self, spans: Spans) -> Mask:
        """The sentences in which one of the spans lies as a whole, ``(n_sentences,) bool``."""
        return mask_of(self._whole(spans)[1], len(self._index.sentence_starts))

    def _whole(self, spans: Spans) -> tuple[Spans, Ints]:
        """The spans that lie in one sentence as a whole, and the sentence of each."""
        sentence_starts = self._index.sentence_starts
        starts, ends = spans
        sentence = np.searchsorted(sentence_starts, starts.astype(sentence_starts.dtype), side="right") - 1
        is_whole = ends <= self._index.sentence_ends[sentence]
        return _chosen(spans, is_whole), sentence[is_whole]


def _chosen(spans: Spans, which: Mask) -> Spans:
    return spans[0][which], spans[1][which]


def _parts(pattern: Pattern) -> Iterator[tuple[FoldedText, bool, bool]]:
    """The parts of a pattern, each with whether its start and its end may lie inside a number.

    An end beside a wildcard may, any other may not.
    """
    steps = pattern.steps()
    if not steps:
        return
    before_wildcard = [not gap.cells for _, gap in steps[1:]]
    for (part, _), cut_before, cut_after in zip(
        steps, (False, *before_wildcard), (*before_wildcard, False), strict=True
    ):
        yield part, cut_before, cut_after


def _limited_ranges(low: Ints, high: Ints) -> Ints:
    """The numbers of the ranges ``low[i]`` … ``high[i]``, unless there are too many to lay out."""
    if int((high - low).sum()) > PAIR_LIMIT:
        raise NoArrayFormError
    return concat_ranges(low, high)
