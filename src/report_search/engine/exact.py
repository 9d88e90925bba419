"""Exact wording over many texts at once: the same answer as ``analysis.matching.stands_in`` for each of them.

Every reading of the needle is looked up in the texts and in the fragments of their additional readings. What
this can't see is a match that runs through two additional readings, or farther from one than its fragment
reaches. Texts in which that is possible are few; those that hold the right characters are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from report_search.analysis.fold import BORDER, FoldedText, Variant
from report_search.analysis.matching import candidate_grams, readings, stands_in
from report_search.engine import grams
from report_search.engine.arrays import Array, Ints, Mask, equal_range, mask_of, nothing, run_heads
from report_search.engine.grams import END, REACH, GramIndex
from report_search.engine.strings import Strings, pack
from report_search.query.places import sentences

ENDS_SENTENCE = frozenset("。!?;" + BORDER)
"""What a sentence ends behind, besides a blank line, as ``query.places`` says."""
_LINE_ENDS = "\n\r\v\f\x85\u2028"
_BLANK = "\u2029"
_SHIFT = 21
"""Bits of a code point: two of them make one number."""


@dataclass(frozen=True, slots=True)
class Text:
    """A folded text as it is indexed: its readings, and where a sentence begins behind a blank line.

    It takes a tenth of the memory of a ``FoldedText``, since it has no way back to what was printed.
    """

    text: str
    variants: tuple[Variant, ...]
    breaks: tuple[int, ...]


def text_of(folded: FoldedText) -> Text:
    """What is indexed of a folded text."""
    return Text(folded.text, folded.variants, _breaks(folded))


def build(texts: Sequence[Text]) -> dict[str, Array]:
    """The arrays of an ``ExactIndex`` over ``texts``."""
    edges = [(at, edge) for at, text in enumerate(texts) for edge in text.variants]
    pairs = sorted({(_key(pair), at) for at, text in enumerate(texts) for pair in _edge_pairs(text)})
    arrays = grams.build(texts)
    return arrays | {
        "edge_texts": np.array([at for at, _ in edges], dtype=np.int32),
        "edge_spans": np.array([(edge.start, edge.end) for _, edge in edges], dtype=np.int32).reshape(-1, 2),
        "edge_pairs": np.array([key for key, _ in pairs], dtype=np.int64),
        "edge_pair_texts": np.array([at for _, at in pairs], dtype=np.int32),
        "breaks": np.array(
            [base + at for text, base in zip(texts, arrays["starts"], strict=False) for at in text.breaks],
            dtype=np.int64,
        ),
        "tangled": np.array([at for at, text in enumerate(texts) if _is_tangled(text)], dtype=np.int32),
        **pack([edge.text for _, edge in edges], "edge_"),
    }


def _breaks(text: FoldedText) -> tuple[int, ...]:
    """Where in ``text`` a sentence begins behind a blank line."""
    if "\u2029" not in text.original and sum(map(text.original.count, _LINE_ENDS)) < 2:
        return ()
    return tuple(at for at, _ in sentences(text)[1:] if text.text[at - 1] not in ENDS_SENTENCE)


def _edge_pairs(text: Text) -> Iterator[str]:
    """The pairs of neighbouring characters of which at least one belongs to an additional reading."""
    base = text.text
    ends: dict[int, set[str]] = {}
    for edge in text.variants:
        ends.setdefault(edge.end, set()).add(edge.text[-1])
    for edge in text.variants:
        inner = edge.text + base[edge.end : edge.end + 1]
        yield from map(str.__add__, inner, inner[1:])
        for left in {*base[max(0, edge.start - 1) : edge.start], *ends.get(edge.start, ())}:
            yield left + edge.text[0]


def _is_tangled(text: Text) -> bool:
    """Whether a match of up to ``REACH`` characters may run through two additional readings."""
    return any(
        one.end <= two.start <= one.end + REACH
        for at, one in enumerate(text.variants)
        for two in text.variants[at + 1 :]
    )


def _key(pair: str) -> int:
    return ord(pair[0]) << _SHIFT | ord(pair[1])


def unfolded(text: Text) -> FoldedText:
    """A folded text that is its own original, with a blank line before each of its breaks."""
    base, breaks = text.text, list(text.breaks)
    if not breaks:
        at = tuple(range(len(base) + 1))
        return FoldedText(base, base, at[:-1], at[1:], text.variants)
    shift = np.zeros(len(base), dtype=np.int64)
    shift[breaks] = len(_BLANK)
    starts = (np.arange(len(base)) + np.cumsum(shift)).tolist()
    parts = [base[a:b] for a, b in pairwise([0, *breaks, len(base)])]
    return FoldedText(_BLANK.join(parts), base, tuple(starts), tuple(at + 1 for at in starts), text.variants)


class ExactIndex:
    """Texts that are asked which of them a needle stands in."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.grams = GramIndex(arrays)
        self.size = self.grams.texts
        self._edge_texts, self._edge_spans = arrays["edge_texts"], arrays["edge_spans"]
        self._edge_strings = Strings(arrays, "edge_")
        self._edge_pairs, self._edge_pair_texts = arrays["edge_pairs"], arrays["edge_pair_texts"]
        self._tangled, self._breaks = arrays["tangled"], arrays["breaks"]

    def stands(self, needle: FoldedText) -> Mask:
        """The texts that ``needle`` stands in."""
        found = nothing(self.size)
        if needle.is_empty:
            return found
        all_readings = readings(needle)
        if all_readings is None:
            return self._asked(needle, np.arange(self.size), found)
        for reading in all_readings:
            found[self.grams.owners[self.grams.rows(self.grams.find(reading))]] = True
        longest = max(len(reading) for reading in all_readings)
        if len(self._edge_texts) and longest > 1:
            doubtful = self._tangled if longest <= REACH else np.unique(self._edge_texts)
            may_differ = np.flatnonzero(mask_of(doubtful, self.size) & self.may_vary(needle))
            self._asked(needle, may_differ, found)
        return found

    def may_hold(self, needle: FoldedText) -> Mask:
        """The texts that hold all pairs of characters of some reading of the needle, in some reading of
        theirs."""
        return self._possible(needle)

    def may_vary(self, needle: FoldedText, *, cut_before: bool = False, cut_after: bool = False) -> Mask:
        """The texts in which an additional reading may have a part in a match of ``needle``, be its ends where
        they like; surely in no other."""
        found = nothing(self.size)
        for wanted in candidate_grams(needle):
            for gram in wanted:
                if len(gram) == 1:
                    return mask_of(self._edge_texts, self.size)
                low, high = equal_range(self._edge_pairs, _key(gram))
                found[self._edge_pair_texts[low:high]] = True
        return found

    @cached_property
    def borders(self) -> Ints:
        """The places of all borders of cells and ends of texts."""
        return self.grams.places_of(BORDER + END)

    @cached_property
    def sentence_starts(self) -> Ints:
        """The places at which a sentence begins, the first of each text included."""
        ends = self.grams.places_of("".join(ENDS_SENTENCE) + END) + 1
        starts = np.sort(np.concatenate((np.zeros(1, dtype=np.int64), ends, self._breaks)))
        return starts[run_heads(starts)]

    def folded(self, text: int) -> FoldedText:
        """A text with its additional readings, as it was folded but for what was printed.

        In place of the original there is the folded text with its blank lines, so that it has the same
        sentences.
        """
        low, high = equal_range(self._edge_texts, text)
        variants = tuple(
            Variant(int(self._edge_spans[at, 0]), int(self._edge_spans[at, 1]), self._edge_strings[at])
            for at in range(low, high)
        )
        base = self.grams.text(text)
        low, high = np.searchsorted(self._breaks, self.grams.starts[text : text + 2])
        breaks = (self._breaks[low:high] - self.grams.starts[text]).tolist()
        return unfolded(Text(base, variants, tuple(breaks)))

    def _asked(self, needle: FoldedText, doubtful: Ints, found: Mask) -> Mask:
        """``found`` with those of ``doubtful`` that hold the needle, each of them looked at by itself."""
        open_ = mask_of(doubtful, self.size) & ~found
        if open_.any():
            for text in np.flatnonzero(open_ & self._possible(needle)):
                found[text] = stands_in(needle, self.folded(int(text)))
        return found

    def _possible(self, needle: FoldedText) -> Mask:
        """The texts that hold all pairs of characters of some reading of the needle, additional readings
        counted."""
        possible = nothing(self.size)
        for wanted in candidate_grams(needle):
            pairs = [pair for pair in wanted if len(pair) == 2]
            possible |= self._holding(pairs)
        return possible

    def _holding(self, pairs: Iterable[str]) -> Mask:
        held = np.ones(self.size, dtype=np.bool_)
        for pair in pairs:
            here = mask_of(self.grams.counts(pair)[0], self.size)
            low, high = equal_range(self._edge_pairs, _key(pair))
            here[self._edge_pair_texts[low:high]] = True
            held &= here
        return held
