"""Exact wording over many texts at once: for each of them the same answer as ``analysis.matching.occurs_in``.

A text has a base reading and additional readings (*variants*) of some stretches: 答覆 may also be read 答复. A needle
has readings of its own. The texts that contain it are found in three steps, each dearer and each over fewer texts:

1. in base readings: every reading of the needle by ``BigramIndex``;
2. through one variant: only in texts with a variant that has a bigram of the needle, by ``VariantIndex``;
3. through several variants of one text: those texts are verified one by one, by ``occurs_in`` itself.

The rule: steps 1 and 2 give certain matches, and what they can't see is among the candidates of step 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from report_search import deadline
from report_search.analysis.arabic_numbers import number_cuts
from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import candidate_grams, expand_variants, occurs_in
from report_search.engine.arrays import Array, Ints, Mask, all_false, group_starts, mask_of
from report_search.engine.columnar import postings, variant_index
from report_search.engine.columnar.bigram_index import BigramIndex
from report_search.engine.columnar.indexed_text import ENDS_SENTENCE, TEXT_END, IndexedText, as_folded
from report_search.engine.columnar.postings import narrow_dtype
from report_search.engine.columnar.spans import NO_SPANS, Spans, shortest, union
from report_search.engine.columnar.variant_index import VariantIndex, VariantSpans
from report_search.fields import BORDER


def build(texts: Sequence[IndexedText]) -> dict[str, Array]:
    """The arrays of ``TextIndex`` over ``texts``.

    - ``alphabet``, ``(alphabet_size,) uint32``: the code points in use, ascending, the border (0) first
    - ``codes``, ``(n_codes,) uint16``, or uint32 if the alphabet needs it: each character as its position in
      ``alphabet``; first all texts, each followed by its border, then the characters of all variants
    - ``starts``, ``(n_texts + 1,) int64``: the position of each text, and the one behind the last
    - ``cuts``, ``(ceil(n_codes / 8),) uint8``: a bit for each code, lowest first, if a cut before it lies inside a
      number
    - ``breaks``, ``(n_breaks,) int64``: the positions of sentences that only a blank line divides from the one before
    - ``sentences``, ``(n_sentences,)`` unsigned: the positions at which a sentence begins, ascending

    and those of ``postings.build_bigrams`` and of ``variant_index.build``.
    """
    starts = np.cumsum([0, *(len(text.text) + 1 for text in texts)], dtype=np.int64)
    spans = _variant_spans(texts, starts)
    alphabet, codes = _encode(_code_points(texts))
    text_codes = codes[: starts[-1]]
    cuts = np.frombuffer(b"".join(_cut_flags(texts)), dtype=np.uint8)
    breaks = [start + at for text, start in zip(texts, starts, strict=False) for at in text.breaks]
    return {
        "alphabet": alphabet,
        "codes": codes,
        "starts": starts,
        "cuts": np.packbits(cuts, bitorder="little"),
        "breaks": np.array(breaks, dtype=np.int64),
        "sentences": narrow_dtype(_sentence_starts(alphabet, text_codes, breaks)),
        **postings.build_bigrams(text_codes, starts, alphabet_size=len(alphabet)),
        **variant_index.build(spans, codes, alphabet_size=len(alphabet)),
    }


def _variant_spans(texts: Sequence[IndexedText], starts: Array) -> VariantSpans:
    """The variants of all texts, text by text."""
    variants = [(row, variant) for row, text in enumerate(texts) for variant in text.variants]
    return VariantSpans(
        texts=np.array([row for row, _ in variants], dtype=np.int64),
        starts=np.array([variant.start for _, variant in variants], dtype=np.int64),
        ends=np.array([variant.end for _, variant in variants], dtype=np.int64),
        code_starts=np.cumsum([starts[-1], *(len(variant.text) for _, variant in variants)], dtype=np.int64),
        text_starts=starts,
    )


def _code_points(texts: Sequence[IndexedText]) -> Array:
    """The characters of all texts with their borders, then those of all variants, ``(n_codes,) uint32``."""
    variants = (variant.text for text in texts for variant in text.variants)
    whole = "".join([*(text.text + TEXT_END for text in texts), *variants])
    return np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _encode(points: Array) -> tuple[Array, Array]:
    """The code points in use, ascending (the border first), and each character as its position among them."""
    used = np.zeros(0x110000, dtype=np.bool_)
    used[points] = True
    used[0] = True
    alphabet = np.flatnonzero(used).astype(np.uint32)
    # At a code point in use, the number of those in use up to it, less one, is its position in the alphabet.
    table = np.cumsum(used, dtype=np.int32) - 1
    small = len(alphabet) <= 1 << 16
    return alphabet, table[points].astype(np.uint16 if small else np.uint32)


def _cut_flags(texts: Sequence[IndexedText]) -> Iterator[bytes]:
    """A byte for each code, 1 where a cut before it lies inside a number: all texts first, then all variants."""
    # 收到2,350条 with the variant 2350 for 2,350. The text and its border: 0 0 0 1 1 1 1 0 0. The variant: before its
    # first character the flag of the text there (0), then its own (1 1 1): 350条 is no match in 2350条 either.
    of_variants = []
    for text in texts:
        flags = number_cuts(text.text)
        yield flags
        of_variants += [
            flags[variant.start : variant.start + 1] + number_cuts(variant.text)[1:-1]
            for variant in text.variants
        ]
    yield from of_variants


def _sentence_starts(alphabet: Array, text_codes: Array, breaks: list[int]) -> Array:
    """The positions at which a sentence begins, ascending, each once, ``(n_sentences,) int64``.

    The position behind the last text is among them, if there is a text.
    """
    ends_sentence = np.isin(alphabet, [ord(char) for char in (*ENDS_SENTENCE, TEXT_END)])
    behind_ends = np.flatnonzero(ends_sentence[text_codes]) + 1
    starts = np.concatenate(([0], behind_ends, breaks)).astype(np.int64)
    starts.sort()
    return starts[group_starts(starts)]


class TextIndex:
    """Texts that are asked which of them contain a needle. Every mask is ``(n_texts,) bool``."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.base = BigramIndex(arrays)
        self.size = self.base.size
        self._variants = VariantIndex(arrays, self.base)
        self._breaks = arrays["breaks"]
        self.sentence_starts = arrays["sentences"]
        """The positions at which a sentence begins, ascending, the first of each text included."""

    def containing(self, needle: FoldedText) -> Mask:
        """The texts that contain ``needle``."""
        # For 答复13件 and the texts 答复13件, 答覆13件 and 答覆十三件 (覆 may be read 复, and 十三 may be read 13): the
        # first is certain by its base reading, the second by one variant. In the third a match has to run through two
        # variants, so it is verified.
        certain = all_false(self.size)
        if needle.is_empty:
            return certain
        all_readings = expand_variants(needle)
        if all_readings is None:  # too many to look up each
            return self._add_verified(needle, certain, candidates=self.candidates(needle))
        for reading in all_readings:
            certain[self.base.texts_containing(reading)] = True
        maybe = self._variant_candidates(needle, all_readings) & ~certain
        if not maybe.any():
            return certain
        for reading in all_readings:
            certain[self._variants.texts_containing(reading, among=maybe)] = True
        # Now only matches through several variants are missing, which need two that are near enough.
        maybe &= self._variants.adjacent_variants(max(map(len, all_readings)))
        return self._add_verified(needle, certain, candidates=maybe)

    def candidates(self, needle: FoldedText) -> Mask:
        """A superset of the texts that contain ``needle``, inside numbers too.

        They have all bigrams of some reading of it, in some reading of their own.
        """
        candidates = all_false(self.size)
        for grams_of_reading in candidate_grams(needle):
            has_all = ~all_false(self.size)
            for gram in grams_of_reading:
                has_gram = mask_of(self.base.texts_with_gram(gram), self.size)
                has_gram[self._variants.texts_with_gram(gram)] = True
                has_all &= has_gram
            candidates |= has_all
        return candidates

    def spans(self, needle: FoldedText, *, cut_before: bool = False, cut_after: bool = False) -> Spans | None:
        """Where ``needle`` matches in base readings and through one variant; None if it has too many readings.

        From each start the shortest match, as ``analysis.matching.matches`` gives it for each text but those of
        ``through_several``. ``cut_before`` and ``cut_after`` let that end of a match lie inside a number.
        """
        if needle.is_empty:
            return NO_SPANS
        all_readings = expand_variants(needle)
        if all_readings is None:
            return None
        found = []
        for reading in all_readings:
            starts = self.base.find(reading, cut_before=cut_before, cut_after=cut_after)
            found.append((starts.astype(np.int64), starts + len(reading)))
            found.append(self._variants.spans(reading, cut_before=cut_before, cut_after=cut_after))
        filled = [spans for spans in found if len(spans[0])]
        # Most needles have one reading and touch no variant, and then all is in order already.
        return filled[0] if len(filled) == 1 else shortest(union(filled))

    def through_several(self, needle: FoldedText) -> Mask:
        """A superset of the texts in which a match of ``needle`` runs through several variants."""
        all_readings = expand_variants(needle)
        if needle.is_empty or all_readings is None:
            return np.full(self.size, not needle.is_empty)
        # Two variants that are near enough are rarer than one that shares a bigram, and cheaper to look for.
        found = self._variants.adjacent_variants(max(map(len, all_readings)))
        return found & self._variant_candidates(needle, all_readings) if found.any() else found

    @cached_property
    def borders(self) -> Ints:
        """The positions of all borders of table cells and ends of texts, ascending, ``(n_borders,) int64``."""
        return self.base.positions_of(BORDER + TEXT_END)

    @cached_property
    def sentence_ends(self) -> Ints:
        """Where each of ``sentence_starts`` ends, ``(n_sentences,) int64``; the border of a text belongs to none."""
        behind_last = np.full(1, self.base.end, dtype=np.int64)
        return np.concatenate((self.sentence_starts[1:].astype(np.int64), behind_last))[
            : len(self.sentence_starts)
        ]

    @cached_property
    def printed_sentences(self) -> Mask:
        """Which of ``sentence_starts`` begin a sentence that has a character, ``(n_sentences,) bool``."""
        # Behind the mark that ends a text only its border follows, and behind the last text nothing at all.
        starts = self.sentence_starts.astype(np.int64)
        printed = starts < self.base.end
        printed[printed] = ~self.base.is_char(starts[printed], TEXT_END)
        return printed

    def folded(self, text: int) -> FoldedText:
        """A text with its variants, as ``indexed_text.as_folded`` gives it back."""
        # Breaks are positions among all texts; those between the start and the end of this one are its own.
        start, end = (int(at) for at in self.base.starts[text : text + 2])
        low, high = np.searchsorted(self._breaks, (start, end))
        breaks = (self._breaks[low:high] - start).tolist()
        return as_folded(IndexedText(self.base.text(text), self._variants.variants_of(text), tuple(breaks)))

    def _variant_candidates(self, needle: FoldedText, all_readings: list[str]) -> Mask:
        """A superset of the texts that contain the needle by way of a variant of theirs."""
        # Few variants share a bigram with a needle, so this first look ends most searches.
        if not any(map(self._variants.has_gram_of, all_readings)):
            return all_false(self.size)
        return self.candidates(needle) & self._texts_with_variant_gram(needle)

    def _texts_with_variant_gram(self, needle: FoldedText) -> Mask:
        """The texts with a variant that has a bigram of the needle."""
        found = all_false(self.size)
        for grams_of_reading in candidate_grams(needle):
            for gram in grams_of_reading:
                found[self._variants.texts_with_gram(gram)] = True
        return found

    def _add_verified(self, needle: FoldedText, certain: Mask, *, candidates: Mask) -> Mask:
        """``certain`` with those of the candidates that contain the needle, each of them verified by itself."""
        for text in np.flatnonzero(candidates & ~certain):
            deadline.check()
            certain[text] = occurs_in(needle, self.folded(int(text)))
        return certain
