"""Exact wording over the texts of a batch: the same answer as ``analysis.matching.occurs_in`` for each of them.

Every reading of a needle is looked up in the base readings of the texts, and in those of their additional
readings that hold a part of it. Only texts in which a match may run through two additional readings are asked
one by one, and of them only those that hold the right characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from report_search.analysis.arabic_numbers import number_cuts
from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import candidate_grams, expand_variants, occurs_in
from report_search.engine.arrays import Array, Ints, Mask, mask_of, nothing, run_starts
from report_search.engine.columnar import postings, variant_index
from report_search.engine.columnar.bigram_index import BigramIndex
from report_search.engine.columnar.indexed_text import END, ENDS_SENTENCE, IndexedText, unfolded
from report_search.engine.columnar.postings import narrow_dtype
from report_search.engine.columnar.variant_index import VariantIndex, VariantSpans
from report_search.fields import BORDER


def build(texts: Sequence[IndexedText]) -> dict[str, Array]:
    """The arrays of ``TextIndex`` over ``texts``."""
    variants = [(at, edge) for at, text in enumerate(texts) for edge in text.variants]
    whole = "".join([*(text.text + END for text in texts), *(edge.text for _, edge in variants)])
    alphabet, codes = _encoded(np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32))
    starts = np.cumsum([0, *(len(text.text) + 1 for text in texts)], dtype=np.int64)
    spans = VariantSpans(
        texts=np.array([at for at, _ in variants], dtype=np.int64),
        low=np.array([edge.start for _, edge in variants], dtype=np.int64),
        high=np.array([edge.end for _, edge in variants], dtype=np.int64),
        own=np.cumsum([starts[-1], *(len(edge.text) for _, edge in variants)], dtype=np.int64),
        starts=starts,
    )
    cuts = np.frombuffer(b"".join(_cuts(texts)), dtype=np.uint8)
    breaks = [base + at for text, base in zip(texts, starts, strict=False) for at in text.breaks]
    ends = np.isin(alphabet, [ord(char) for char in (*ENDS_SENTENCE, END)])
    begins = np.concatenate(([0], np.flatnonzero(ends[codes[: starts[-1]]]) + 1, breaks)).astype(np.int64)
    begins.sort()
    return {
        "alphabet": alphabet,
        "codes": codes,
        "starts": starts,
        "cuts": np.packbits(cuts, bitorder="little"),
        "breaks": np.array(breaks, dtype=np.int64),
        "sentences": narrow_dtype(begins[run_starts(begins)]),
        **postings.pairs(codes[: starts[-1]], starts, letters=len(alphabet)),
        **variant_index.build(spans, codes, letters=len(alphabet)),
    }


def _cuts(texts: Sequence[IndexedText]) -> Iterator[bytes]:
    """The flags of all texts, then those of their additional readings: inside each its own numbers may not be
    cut, and before it what may not be cut in its text."""
    behind = []
    for text in texts:
        cuts = number_cuts(text.text)
        yield cuts
        behind += [cuts[e.start : e.start + 1] + number_cuts(e.text)[1:-1] for e in text.variants]
    yield from behind


def _encoded(points: Array) -> tuple[Array, Array]:
    """The characters in use, in order (the border first), and each place as a position among them."""
    used = np.zeros(0x110000, dtype=np.bool_)
    used[points] = True
    used[0] = True
    alphabet = np.flatnonzero(used).astype(np.uint32)
    table = np.cumsum(used, dtype=np.int32) - 1
    small = len(alphabet) <= 1 << 16
    return alphabet, table[points].astype(np.uint16 if small else np.uint32)


class TextIndex:
    """Texts that are asked which of them a needle stands in."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.characters = BigramIndex(arrays)
        self.size = self.characters.size
        self._edges = VariantIndex(arrays, self.characters)
        self._breaks = arrays["breaks"]
        self.sentence_starts = arrays["sentences"]
        """The places at which a sentence begins, the first of each text included."""

    def stands(self, needle: FoldedText) -> Mask:
        """The texts that ``needle`` stands in."""
        found = nothing(self.size)
        if needle.is_empty:
            return found
        all_readings = expand_variants(needle)
        if all_readings is None:
            return self._asked(needle, self.may_hold(needle), found)
        for reading in all_readings:
            found[self.characters.holding(reading)] = True
        open_ = self._open(needle, all_readings) & ~found
        if not open_.any():
            return found
        for reading in all_readings:
            found[self._edges.holding(reading, open_)] = True
        return self._asked(needle, open_ & self._edges.adjacent_variants(max(map(len, all_readings))), found)

    def may_hold(self, needle: FoldedText) -> Mask:
        """The texts that hold all pairs of characters of some reading of the needle, in some reading of
        theirs."""
        possible = nothing(self.size)
        for wanted in candidate_grams(needle):
            held = ~nothing(self.size)
            for gram in wanted:
                here = mask_of(self.characters.with_gram(gram), self.size)
                here[self._edges.with_gram(gram)] = True
                held &= here
            possible |= held
        return possible

    def may_vary(self, needle: FoldedText, *, cut_before: bool = False, cut_after: bool = False) -> Mask:
        """The texts in which an additional reading may have a part in a match of ``needle``; surely in no
        other.

        ``cut_before`` and ``cut_after`` let that end of the match lie inside a number.
        """
        all_readings = expand_variants(needle)
        if all_readings is None:
            return ~nothing(self.size)
        open_ = self._open(needle, all_readings)
        if not open_.any():
            return open_
        found = open_ & self._edges.adjacent_variants(max(map(len, all_readings)))
        for reading in all_readings:
            found[self._edges.holding(reading, open_, cut_before=cut_before, cut_after=cut_after)] = True
        return found

    @cached_property
    def borders(self) -> Ints:
        """The places of all borders of cells and ends of texts."""
        return self.characters.places_of(BORDER + END)

    def folded(self, text: int) -> FoldedText:
        """A text with its additional readings, as it was folded but for what was printed: in place of that
        there is the folded text with its blank lines, so that it has the same sentences."""
        start, end = (int(at) for at in self.characters.starts[text : text + 2])
        low, high = np.searchsorted(self._breaks, (start, end))
        breaks = (self._breaks[low:high] - start).tolist()
        return unfolded(IndexedText(self.characters.text(text), self._edges.of(text), tuple(breaks)))

    def _open(self, needle: FoldedText, all_readings: list[str]) -> Mask:
        """The texts that may hold the needle by way of an additional reading of theirs."""
        if not any(map(self._edges.is_touched, all_readings)):
            return nothing(self.size)
        return self.may_hold(needle) & self._touched(needle)

    def _touched(self, needle: FoldedText) -> Mask:
        """The texts with an additional reading that has a gram of the needle."""
        found = nothing(self.size)
        for wanted in candidate_grams(needle):
            for gram in wanted:
                found[self._edges.with_gram(gram)] = True
        return found

    def _asked(self, needle: FoldedText, doubtful: Mask, found: Mask) -> Mask:
        """``found`` with those of ``doubtful`` that hold the needle, each of them looked at by itself."""
        for text in np.flatnonzero(doubtful & ~found):
            found[text] = occurs_in(needle, self.folded(int(text)))
        return found
