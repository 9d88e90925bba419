"""The additional readings of many texts: which of them a wording runs through.

A reading is a stretch of characters in the place of another one of its text. What is kept: where it stands, its
characters (behind those of the texts), and the pairs of neighbouring characters of which at least one belongs to
it. A wording with none of those pairs needs no additional reading; for one that has some, the readings with such
a pair are laid out with as much of their texts on either side as the wording can reach, and searched.

What this can't see is a match that runs through two readings of one text. ``adjacent_variants`` says in which
texts that is possible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from report_search.analysis.fold import Variant
from report_search.engine.arrays import Array, Ints, Mask, equal_range, nothing, ranges
from report_search.engine.columnar import postings
from report_search.engine.columnar.bigram_index import BigramIndex
from report_search.engine.columnar.postings import BigramPostings, narrow_dtype

_PREFIX = "edge_"


@dataclass(frozen=True, slots=True)
class VariantSpans:
    """Readings: the text of each, the range there that it stands in place of, where its own characters begin
    among all codes (and, at the end, where the last of them ends). ``starts`` says where each text begins."""

    texts: Array
    low: Array
    high: Array
    own: Array
    starts: Array

    def around(self, chosen: Ints, reach: int) -> tuple[Ints, Ints]:
        """The places of chosen readings, each with up to ``reach`` characters of its text on either side and
        the place behind them; and where each begins."""
        texts = self.texts[chosen].astype(np.int64)
        first, last = self.starts[texts], self.starts[texts + 1] - 1
        low, high = first + self.low[chosen], first + self.high[chosen]
        froms = np.stack((np.maximum(first, low - reach), self.own[chosen], high), axis=1)
        tos = np.stack((low, self.own[chosen + 1], np.minimum(last, high + reach) + 1), axis=1)
        sizes = (tos - froms).sum(axis=1)
        return ranges(froms.reshape(-1), tos.reshape(-1)), np.append(0, np.cumsum(sizes))


def build(spans: VariantSpans, codes: Array, *, letters: int) -> dict[str, Array]:
    """The arrays of ``VariantIndex``; ``codes`` are all characters, each less than ``letters``."""
    count = len(spans.texts)
    places, starts = spans.around(np.arange(count), 1)
    beside = codes[places]
    beside[starts[1:] - 1] = 0
    one, two = _meeting(spans)
    joints = np.stack((codes[spans.own[one + 1] - 1], codes[spans.own[two]], two * 0), axis=1)
    all_codes = np.concatenate((beside, joints.astype(codes.dtype).reshape(-1)))
    all_starts = np.append(starts, starts[-1] + 3 * (1 + np.arange(len(one))))
    found = postings.pairs(all_codes, all_starts, letters=letters)
    texts, gaps = _gaps(spans)
    return {_PREFIX + name: array for name, array in found.items()} | {
        _PREFIX + "owners": narrow_dtype(np.append(np.arange(count), two)),
        _PREFIX + "texts": narrow_dtype(spans.texts),
        _PREFIX + "low": narrow_dtype(spans.low),
        _PREFIX + "high": narrow_dtype(spans.high),
        _PREFIX + "own": spans.own.astype(np.int64),
        "tangled_texts": narrow_dtype(texts),
        "tangled_gaps": narrow_dtype(gaps),
    }


def _meeting(spans: VariantSpans) -> tuple[Ints, Ints]:
    """All pairs of readings of which the second begins where the first ends."""
    begins, ends = _on_one_line(spans)
    low, high = (np.searchsorted(begins, ends, side=side) for side in ("left", "right"))
    return np.repeat(np.arange(len(ends)), high - low), ranges(low, high)


def _gaps(spans: VariantSpans) -> tuple[Ints, Ints]:
    """The readings behind which another one of the same text follows: their texts, and the characters between."""
    begins, ends = _on_one_line(spans)
    following = np.searchsorted(begins, ends)
    some = np.flatnonzero(following < len(begins))
    some = some[spans.texts[some] == spans.texts[following[some]]]
    return spans.texts[some], begins[following[some]] - ends[some]


def _on_one_line(spans: VariantSpans) -> tuple[Ints, Ints]:
    """Where readings begin (in order) and end among the characters of all texts."""
    first = spans.starts[spans.texts]
    return first + spans.low, first + spans.high


class VariantIndex:
    """The additional readings of ``base``."""

    def __init__(self, arrays: dict[str, Array], base: BigramIndex) -> None:
        self._base = base
        texts, low, high, own = (arrays[_PREFIX + name] for name in ("texts", "low", "high", "own"))
        self._spans = VariantSpans(texts, low, high, own, base.starts)
        self._pairs = BigramPostings(arrays, base.letters, prefix=_PREFIX)
        self._owners = arrays[_PREFIX + "owners"]
        self._tangled, self._gaps = arrays["tangled_texts"], arrays["tangled_gaps"]

    def with_gram(self, gram: str) -> Array:
        """The texts with a reading that has a character, or two side by side of which one may be its text's."""
        return self._spans.texts[self._having(gram)]

    def holding(
        self, wording: str, possible: Mask, *, cut_before: bool = False, cut_after: bool = False
    ) -> Array:
        """The texts, among those ``possible``, in which ``wording`` stands by way of one additional reading,
        neither end inside a number.

        ``cut_before`` and ``cut_after`` let that end lie inside one.
        """
        chosen = self._touched(wording)
        chosen = chosen[possible[self._spans.texts[chosen]]]
        codes = self._base.codes_of(wording)
        if codes is None or not len(chosen):
            return self._spans.texts[:0]
        places, starts = self._spans.around(chosen, len(codes) - 1)
        found = self._matches(codes, places=places, starts=starts)
        for at, cut in ((0, cut_before), (len(codes), cut_after)):
            if not cut:
                found = found[~self._base.is_cut(places[found + at])]
        return self._spans.texts[chosen[np.searchsorted(starts, found, side="right") - 1]]

    def is_touched(self, wording: str) -> bool:
        """Whether some additional reading has a gram of ``wording``."""
        return any(len(self._having(gram)) for gram in _grams(wording))

    def adjacent_variants(self, length: int) -> Mask:
        """The texts in which something of ``length`` characters may run through two readings."""
        found = nothing(self._base.size)
        found[self._tangled[self._gaps <= length - 2]] = True
        return found

    def of(self, text: int) -> tuple[Variant, ...]:
        """The additional readings of a text."""
        spans = self._spans
        low, high = equal_range(spans.texts, text)
        return tuple(
            Variant(
                int(spans.low[at]),
                int(spans.high[at]),
                self._base.decoded(slice(int(spans.own[at]), int(spans.own[at + 1]))),
            )
            for at in range(low, high)
        )

    def _matches(self, wanted: list[int], *, places: Ints, starts: Ints) -> Ints:
        """Where ``wanted`` begins among ``places``, of which pieces begin at ``starts``."""
        codes = self._base.codes[places]
        codes[starts[1:] - 1] = 0
        at = np.flatnonzero(codes[: len(codes) - len(wanted)] == wanted[0])
        for step, code in enumerate(wanted[1:], 1):
            at = at[codes[at + step] == code]
        return at

    def _touched(self, wording: str) -> Ints:
        """The readings, in order, with a gram of ``wording``."""
        found = [self._having(gram) for gram in _grams(wording)]
        return np.unique(np.concatenate(found)).astype(np.int64)

    def _having(self, gram: str) -> Array:
        codes = self._base.codes_of(gram)
        if codes is None:
            return self._owners[:0]
        if len(codes) == 2:
            return self._owners[self._pairs.texts(*codes)]
        return self._with_own(*self._pairs.beginning(codes[0]))

    def _with_own(self, pieces: Array, offsets: Array) -> Array:
        """The readings of pieces of which the character at an offset is their own and not their text's."""
        count = len(self._spans.texts)
        pieces, offsets = pieces[pieces < count], offsets[pieces < count]
        first = (self._spans.low[pieces] > 0).astype(np.int64)
        size = self._spans.own[pieces.astype(np.int64) + 1] - self._spans.own[pieces]
        own: Array = pieces[(offsets >= first) & (offsets < first + size)]
        return own


def _grams(wording: str) -> Iterable[str]:
    return map(str.__add__, wording, wording[1:]) if len(wording) > 1 else [wording]
