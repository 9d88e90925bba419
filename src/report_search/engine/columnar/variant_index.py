"""The additional readings (*variants*) of many texts: which texts a wording matches by way of one of them.

A variant is a stretch of characters in place of another stretch of its text: in 依法答覆 the character 复 may be read
in place of 覆. What is kept of each: the stretch it replaces, its own characters (behind those of all texts), and the
bigrams with at least one character of its own: here 答复. A wording without any of those bigrams needs no variant. For
one that has some, those variants are laid out with as much of their texts on either side as the wording can reach, and
searched.

The rule: what this can't see is a match that runs through two variants of one text. ``adjacent_variants`` says in
which texts that is possible.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from report_search.analysis.fold import Variant
from report_search.engine.arrays import Array, Ints, Mask, all_false, concat_ranges, equal_range
from report_search.engine.columnar import postings
from report_search.engine.columnar.bigram_index import BigramIndex
from report_search.engine.columnar.postings import BigramPostings, narrow_dtype
from report_search.engine.columnar.spans import Spans

_PREFIX = "edge_"
"""The start of the names of these arrays on the disk: a variant is an edge in the lattice of a text's readings."""


class VariantSpans(Struct, frozen=True):
    """Variants, ordered by their text and then by their start.

    ``texts``, ``starts``, ``ends``, each ``(n_variants,)`` integers: the text of each, and the offsets there of the
    stretch that it replaces. ``code_starts``, ``(n_variants + 1,) int64``: the position of its own characters among all
    codes, and the one behind the last. ``text_starts``, ``(n_texts + 1,) int64``: the position of each text.
    """

    texts: Array
    starts: Array
    ends: Array
    code_starts: Array
    text_starts: Array

    def layout(self, chosen: Ints, *, reach: int) -> tuple[Ints, Ints]:
        """The chosen variants as *fragments*: positions of characters in the order in which they are read.

        A fragment is up to ``reach`` characters of the text before the variant, its own characters, up to ``reach``
        characters of the text behind it, and one position more, where a separator belongs. Given back: the positions
        of all fragments, one after another, and where each fragment begins among them, ``(n_chosen + 1,) int64``.
        """
        # 依法答覆。 at positions 0 … 5 (its border at 5), 复 at 6, reach 2: 法 答 | 复 | 。 border gives 1 2 6 4 5.
        # With reach 1 the last position is that of the border again; in a longer text it would be the next character.
        texts = self.texts[chosen].astype(np.int64)
        first, border = self.text_starts[texts], self.text_starts[texts + 1] - 1
        start, end = first + self.starts[chosen], first + self.ends[chosen]
        froms = np.stack((np.maximum(first, start - reach), self.code_starts[chosen], end), axis=1)
        tos = np.stack(
            (start, self.code_starts[chosen + 1], np.minimum(border, end + reach) + 1),
            axis=1,
        )
        sizes = (tos - froms).sum(axis=1)
        return concat_ranges(froms.reshape(-1), tos.reshape(-1)), np.append(0, np.cumsum(sizes))

    def positions(self) -> tuple[Ints, Ints]:
        """The positions at which each variant's stretch starts and ends among all texts; the starts ascend."""
        first = self.text_starts[self.texts]
        return first + self.starts, first + self.ends


def build(spans: VariantSpans, codes: Array, *, alphabet_size: int) -> dict[str, Array]:
    """The arrays of ``VariantIndex``; ``codes`` are all characters, each below ``alphabet_size``.

    The names begin with ``edge_`` but for the last two; but for ``own``, each is of the smallest unsigned type that
    holds it.

    - ``texts``, ``low``, ``high``, ``(n_variants,)``: the text of each variant, the offsets that it replaces
    - ``own``, ``(n_variants + 1,) int64``: the position of its own characters among all codes
    - ``pair_keys``, ``pair_starts``, ``pair_texts``, ``pair_offsets``: ``postings.build_bigrams`` over fragments in
      place of texts: one for each variant, with one character of its text on either side, then one for each two
      variants that touch
    - ``owners``, ``(n_fragments,)``: the variant of each fragment
    - ``tangled_texts``, ``tangled_gaps``, ``(n_gaps,)``: for each variant with another one behind it in its text: that
      text, and the number of characters between the two
    """
    # 依法答覆。 gives the fragment 答 复 。 border, and so the bigrams 答复, 复。 and 。border.
    count = len(spans.texts)
    positions, starts = spans.layout(np.arange(count), reach=1)
    fragment_codes = codes[positions]
    fragment_codes[starts[1:] - 1] = 0
    # Where two variants touch, as in 答覆十三件 (复 for 覆, 13 for 十三), the bigram 复1 is in neither of their
    # fragments, which have characters of the text on either side: 答复十 and 覆13件. It gets a fragment of its own,
    # 复 1 border, which belongs to the second.
    first, second = _touching(spans)
    joints = np.stack(
        (codes[spans.code_starts[first + 1] - 1], codes[spans.code_starts[second]], second * 0), axis=1
    )
    all_codes = np.concatenate((fragment_codes, joints.astype(codes.dtype).reshape(-1)))
    all_starts = np.append(starts, starts[-1] + 3 * (1 + np.arange(len(first))))
    bigrams = postings.build_bigrams(all_codes, all_starts, alphabet_size=alphabet_size)
    gap_texts, gaps = _gaps(spans)
    return {_PREFIX + name: array for name, array in bigrams.items()} | {
        _PREFIX + "owners": narrow_dtype(np.append(np.arange(count), second)),
        _PREFIX + "texts": narrow_dtype(spans.texts),
        _PREFIX + "low": narrow_dtype(spans.starts),
        _PREFIX + "high": narrow_dtype(spans.ends),
        _PREFIX + "own": spans.code_starts.astype(np.int64),
        "tangled_texts": narrow_dtype(gap_texts),
        "tangled_gaps": narrow_dtype(gaps),
    }


def _touching(spans: VariantSpans) -> tuple[Ints, Ints]:
    """All pairs of variants of which the second starts where the first ends."""
    starts, ends = spans.positions()
    low, high = (np.searchsorted(starts, ends, side=side) for side in ("left", "right"))
    return np.repeat(np.arange(len(ends)), high - low), concat_ranges(low, high)


def _gaps(spans: VariantSpans) -> tuple[Ints, Ints]:
    """Of each variant with another one behind it in its text: the text, and the characters between the two."""
    starts, ends = spans.positions()
    next_ = np.searchsorted(starts, ends)
    chosen = np.flatnonzero(next_ < len(starts))
    chosen = chosen[spans.texts[chosen] == spans.texts[next_[chosen]]]
    return spans.texts[chosen], starts[next_[chosen]] - ends[chosen]


class _Found(NamedTuple):
    """Matches: the positions of their first and last characters among all codes, and the variant each runs through."""

    firsts: Ints
    lasts: Ints
    variants: Ints


class VariantIndex:
    """The variants of the texts in ``base``. See ``build`` for the layout."""

    def __init__(self, arrays: dict[str, Array], base: BigramIndex) -> None:
        self._base = base
        texts, low, high, own = (arrays[_PREFIX + name] for name in ("texts", "low", "high", "own"))
        self._spans = VariantSpans(texts, low, high, own, base.starts)
        self._postings = BigramPostings(arrays, base.alphabet_size, prefix=_PREFIX)
        self._owners = arrays[_PREFIX + "owners"]
        self._gap_texts, self._gaps = arrays["tangled_texts"], arrays["tangled_gaps"]

    def texts_with_gram(self, gram: str) -> Array:
        """The texts with a variant that has one character, or two side by side of which one may be its text's."""
        return self._spans.texts[self._with_gram(gram)]

    def texts_containing(self, wording: str, *, among: Mask) -> Array:
        """The texts among ``among``, ``(n_texts,) bool``, that contain ``wording`` by way of one variant, neither end
        inside a number; some of them more than once."""
        chosen = self._with_any_gram_of(wording)
        found = self._find(wording, chosen[among[self._spans.texts[chosen]]])
        return self._spans.texts[found.variants]

    def spans(self, wording: str, *, cut_before: bool = False, cut_after: bool = False) -> Spans:
        """The spans of all matches of ``wording`` by way of one variant, in no order, as ``matching.matches`` has them.

        ``cut_before`` and ``cut_after`` let that end lie inside a number.
        """
        found = self._find(
            wording, self._with_any_gram_of(wording), cut_before=cut_before, cut_after=cut_after
        )
        starts = self._in_base(found.firsts, found.variants, is_end=False)
        return starts, self._in_base(found.lasts, found.variants, is_end=True)

    def has_gram_of(self, wording: str) -> bool:
        """Whether some variant has a bigram of ``wording``, or its only character."""
        return any(len(self._with_gram(gram)) for gram in _grams(wording))

    def adjacent_variants(self, length: int) -> Mask:
        """The texts in which a match of ``length`` characters may run through two variants, ``(n_texts,) bool``."""
        # Such a match has at least one character of each of the two, and all characters between them.
        found = all_false(self._base.size)
        found[self._gap_texts[self._gaps <= length - 2]] = True
        return found

    def variants_of(self, text: int) -> tuple[Variant, ...]:
        """The variants of a text, in order."""
        spans = self._spans
        low, high = equal_range(spans.texts, text)
        return tuple(
            Variant(
                int(spans.starts[at]),
                int(spans.ends[at]),
                self._base.decode(slice(int(spans.code_starts[at]), int(spans.code_starts[at + 1]))),
            )
            for at in range(low, high)
        )

    def _find(
        self, wording: str, chosen: Ints, *, cut_before: bool = False, cut_after: bool = False
    ) -> _Found:
        """Where ``wording`` matches by way of one of the ``chosen`` variants."""
        codes = self._base.codes_of(wording)
        if codes is None or not len(chosen):
            return _Found(chosen[:0], chosen[:0], chosen[:0])
        # With one character less than the wording on either side, each match has a character of the variant.
        positions, starts = self._spans.layout(chosen, reach=len(codes) - 1)
        found = self._matches(codes, positions=positions, starts=starts)
        for distance, may_cut in ((0, cut_before), (len(codes), cut_after)):
            if not may_cut:
                found = found[~self._base.is_cut(positions[found + distance])]
        fragments = np.searchsorted(starts, found, side="right") - 1
        return _Found(positions[found], positions[found + len(codes) - 1], chosen[fragments])

    def _in_base(self, positions: Ints, variants: Ints, *, is_end: bool) -> Ints:
        """The position of the base text that is given for a match that begins, or ends, at a character.

        ``positions`` are those of the first, or the last, characters of matches: some of the texts, some of their
        variants' own. The rule is that of ``matching``: the character of the text below that of the variant, else the
        start or the end of what the variant replaces.
        """
        spans = self._spans
        found = positions + is_end
        is_own = positions >= self._base.end
        positions, variants = positions[is_own], variants[is_own]
        first = spans.text_starts[spans.texts[variants]]
        low, high = first + spans.starts[variants], first + spans.ends[variants]
        below = self._below(positions, variants)
        if is_end:
            is_last = positions + 1 == spans.code_starts[variants + 1]
            found[is_own] = np.where(is_last | (below < 0), high, low + below + 1)
        else:
            is_first = positions == spans.code_starts[variants]
            found[is_own] = np.where(is_first | (below < 0), low, low + below)
        return found

    def _below(self, positions: Ints, variants: Ints) -> Ints:
        """For each of the variants' own characters the one below it, counted from where the variant begins; -1 where
        that can't be told: ``matching._places_in_base``."""
        # wifi over wi-fi: 0 1 3 4. All variants are gone through together, one character of the base text at a time;
        # ``matched`` says how many of its own characters each has found by now.
        spans = self._spans
        own, size = spans.code_starts[variants], np.diff(spans.code_starts)[variants]
        low = spans.text_starts[spans.texts[variants]] + spans.starts[variants]
        length = spans.ends[variants].astype(np.int64) - spans.starts[variants]
        wanted = positions - own
        below = np.where(size == length, wanted, -1)
        matched = np.zeros(len(variants), dtype=np.int64)
        for at in range(int(length.max(initial=0))):
            is_next = (at < length) & (matched < size)
            base_code = self._base.codes[np.minimum(low + at, self._base.end - 1)]
            is_next &= base_code == self._base.codes[own + np.minimum(matched, size - 1)]
            below[is_next & (matched == wanted) & (size != length)] = at
            matched += is_next
        below[(matched < size) & (size != length)] = -1
        return below

    def _matches(self, wanted: list[int], *, positions: Ints, starts: Ints) -> Ints:
        """Where the codes ``wanted`` begin among ``positions``, whose fragments begin at ``starts``; ascending."""
        codes = self._base.codes[positions]
        # The last position of each fragment is a separator, so that no match runs from one fragment into the next.
        codes[starts[1:] - 1] = 0
        found = np.flatnonzero(codes[: len(codes) - len(wanted)] == wanted[0])
        for distance, code in enumerate(wanted[1:], 1):
            found = found[codes[found + distance] == code]
        return found

    def _with_any_gram_of(self, wording: str) -> Ints:
        """The variants, ascending, with a bigram of ``wording``, or its only character."""
        found = [self._with_gram(gram) for gram in _grams(wording)]
        return np.unique(np.concatenate(found)).astype(np.int64)

    def _with_gram(self, gram: str) -> Array:
        """The variants with one character or two side by side; some of them more than once."""
        codes = self._base.codes_of(gram)
        if codes is None:
            return self._owners[:0]
        if len(codes) == 2:
            return self._owners[self._postings.texts(*codes)]
        return self._with_own_character(*self._postings.starting_with(codes[0]))

    def _with_own_character(self, fragments: Array, offsets: Array) -> Array:
        """The variants of those fragments of which the character at the offset is the variant's and not its text's."""
        # Pieces behind those of the variants are of two that touch, whose characters are in their own fragments too.
        count = len(self._spans.texts)
        fragments, offsets = fragments[fragments < count], offsets[fragments < count]
        # A fragment begins with one character of the text, unless the variant is at the very start of it.
        before = (self._spans.starts[fragments] > 0).astype(np.int64)
        size = self._spans.code_starts[fragments.astype(np.int64) + 1] - self._spans.code_starts[fragments]
        own: Array = fragments[(offsets >= before) & (offsets < before + size)]
        return own


def _grams(wording: str) -> Iterable[str]:
    return map(str.__add__, wording, wording[1:]) if len(wording) > 1 else [wording]
