"""Texts one behind the other as codes of characters, with the places of their pairs: where a wording stands in
their base readings.

A border (code 0) stands behind each text. A wording is looked up by its rarest pair and the rest of it compared
in place. The rule of numbers is a bit at each place: a cut before it lies inside a number.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from itertools import pairwise

import numpy as np

from report_search.analysis.arabic_numbers import NUMBER_CHARACTERS
from report_search.engine.arrays import Array, Ints, Mask
from report_search.engine.columnar.indexed_text import END
from report_search.engine.columnar.postings import BigramPostings
from report_search.engine.proximity import Places, closest
from report_search.fields import BORDER

BLOCK = 6
"""A block is 2 to the power of this many places: fewer than most texts have, so that one or two looks are enough."""
FEW = 1000
"""So few places are looked up one by one."""


class BigramIndex:
    """Texts to search; a *place* is a position in the array that holds them all.

    ``codes`` and the bits of ``cuts`` may go on behind the texts.
    """

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._alphabet, self._cuts = arrays["alphabet"], arrays["cuts"]
        self.codes, self.starts = arrays["codes"], arrays["starts"]
        self.size = len(self.starts) - 1
        self.limit = int(self.starts[-1])
        self.letters = len(self._alphabet)
        self._pairs = BigramPostings(arrays, self.letters)

    def codes_of(self, wording: str) -> list[int] | None:
        """A wording as codes; None if it is empty or a character of it is not used at all."""
        points = np.frombuffer(wording.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        at = np.searchsorted(self._alphabet, points)
        if not len(points) or at.min() == 0 or at.max() == self.letters:
            return None
        if (self._alphabet[at] != points).any():
            return None
        return [int(code) for code in at]

    def holding(self, wording: str) -> Ints:
        """The texts in which ``wording`` stands, neither end inside a number; some of them more than once."""
        codes = self.codes_of(wording)
        if codes is None:
            return _NONE
        if wording[0] in NUMBER_CHARACTERS or wording[-1] in NUMBER_CHARACTERS or len(codes) > 2:
            return self._found(wording)[0]
        return self._pairs.beginning(codes[0])[0] if len(codes) == 1 else self._pairs.texts(*codes)

    def find(self, wording: str, *, cut_before: bool = False, cut_after: bool = False) -> Ints:
        """The places, in order, where ``wording`` (not empty) begins, neither end inside a number.

        ``cut_before`` and ``cut_after`` let that end lie inside one.
        """
        places = self._found(wording, cut_before=cut_before, cut_after=cut_after)[1]
        return np.sort(places) if len(wording) == 1 else places

    def places_of(self, chars: str) -> Ints:
        """The places where one of ``chars`` stands, in order; ``END`` stands behind every text."""
        found = [self.starts[1:] - 1] if END in chars else []
        found += [self._single(codes[0])[1] for char in chars if (codes := self.codes_of(char))]
        return np.sort(np.concatenate([_NONE, *found]))

    def is_punctuation(self, places: Ints) -> Mask:
        """Which of the places hold punctuation or a border."""
        found: Mask = self._punctuation[self.codes[places]]
        return found

    def is_cut(self, places: Ints) -> Mask:
        """Before which of the places a cut lies inside a number."""
        found: Mask = (self._cuts[places >> 3] >> (places & 7).astype(np.uint8) & 1).astype(np.bool_)
        return found

    def rows(self, places: Ints) -> Ints:
        """The text that each place stands in."""
        if len(places) < FEW:
            return np.searchsorted(self.starts, places, side="right") - 1
        found: Ints = self._block_rows[places >> BLOCK]
        while (behind := places >= self.starts[found + 1]).any():
            found = found + behind
        return found

    def counts(self, pair: str) -> tuple[Ints, Ints]:
        """The texts that hold the two characters ``pair`` side by side, and how often; numbers have no
        say."""
        codes = self.codes_of(pair)
        return (_NONE, _NONE) if codes is None else self._pairs.counts(codes[0], codes[1])

    def with_gram(self, gram: str) -> Array:
        """The texts that hold one or two characters, numbers having no say; some of them more than once."""
        codes = self.codes_of(gram)
        if codes is None:
            return _NONE
        return self._pairs.beginning(codes[0])[0] if len(codes) == 1 else self._pairs.texts(*codes)

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        """The texts in which two wordings are near, and the gap in each; numbers have no say."""
        return closest(self._places(one), self._places(two), starts=self.starts)

    def lengths(self) -> Ints:
        """The characters of each text."""
        return np.diff(self.starts) - 1

    def text(self, row: int) -> str:
        """The characters of a text."""
        return self.decoded(slice(int(self.starts[row]), int(self.starts[row + 1]) - 1))

    def decoded(self, places: slice) -> str:
        """The characters of a stretch of places."""
        points = self._alphabet[self.codes[places]]
        return points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")

    @cached_property
    def _block_rows(self) -> Ints:
        """For each block of places the text that its first one stands in."""
        firsts = np.arange(0, self.limit, 1 << BLOCK)
        return np.searchsorted(self.starts, firsts, side="right") - 1

    @cached_property
    def _punctuation(self) -> Mask:
        """For each character of the alphabet whether it is punctuation or a border."""
        chars = map(chr, self._alphabet.tolist())
        return np.array(
            [c in (END, BORDER) or unicodedata.category(c)[0] == "P" for c in chars], dtype=np.bool_
        )

    def _places(self, wording: str) -> Places:
        texts, places = self._found(wording, cut_before=True, cut_after=True)
        if len(wording) == 1:
            order = np.argsort(places)
            texts, places = texts[order], places[order]
        return Places(places, len(wording), texts)

    def _found(self, wording: str, *, cut_before: bool = False, cut_after: bool = False) -> tuple[Ints, Ints]:
        """The texts in which ``wording`` stands and the places where it begins; in order, but for those of a
        single character."""
        codes = self.codes_of(wording)
        if codes is None:
            return _NONE, _NONE
        texts, places = self._single(codes[0]) if len(codes) == 1 else self._longer(codes)
        for at, cut in ((0, cut_before), (len(codes), cut_after)):
            if not cut and wording[at - 1 if at else 0] in NUMBER_CHARACTERS:
                whole = ~self.is_cut(places + at)
                texts, places = texts[whole], places[whole]
        return texts, places

    def _single(self, code: int) -> tuple[Ints, Ints]:
        texts, offsets = self._pairs.beginning(code)
        return texts, self.starts[texts] + offsets

    def _longer(self, codes: list[int]) -> tuple[Ints, Ints]:
        often = [self._pairs.often(first, second) for first, second in pairwise(codes)]
        rarest = min(range(len(often)), key=often.__getitem__)
        texts, offsets = self._pairs.places(codes[rarest], codes[rarest + 1])
        places = self.starts[texts] + offsets - rarest
        inside = slice(None) if not rarest else places >= 0
        texts, places = texts[inside], places[inside]
        for at in sorted(range(len(codes)), key=lambda at: min(often[max(0, at - 1) : at + 1])):
            if at not in (rarest, rarest + 1) and len(places):
                same = self.codes[places + at] == codes[at]
                texts, places = texts[same], places[same]
        return texts, places


_NONE: Ints = np.zeros(0, dtype=np.int64)
