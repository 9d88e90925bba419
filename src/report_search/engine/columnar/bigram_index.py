"""The base readings of many texts: where a wording of any length occurs in them, from postings of bigrams.

Texts are laid end to end as codes of characters, each followed by a border (code 0). A *position* counts through all
of them, an *offset* through one text. A wording is looked up by its rarest bigram, which gives candidates, and the
rest of it is verified in place.

The rule of numbers is a bit for each position: whether a cut before it lies inside an Arabic number. In 收到2,350条
it is set before , 3 5 and 0, so 350条, whose match would begin at 3, does not occur there. ``cut_before`` and
``cut_after`` lift the rule for one end of a match, for the inner ends of a pattern's parts.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from itertools import pairwise

import numpy as np

from report_search.analysis.arabic_numbers import NUMBER_CHARACTERS
from report_search.engine.arrays import Array, Ints, Mask
from report_search.engine.columnar.indexed_text import TEXT_END
from report_search.engine.columnar.postings import BigramPostings
from report_search.engine.proximity import Positions, smallest_gaps
from report_search.fields import BORDER

BLOCK_BITS = 6
"""A block is 2 to the power of this many positions: shorter than most texts, so that one or two steps find a text."""
BINARY_SEARCH_BELOW = 1000
"""Fewer positions than this are looked up one by one, without the table of blocks."""

_NONE: Ints = np.zeros(0, dtype=np.int64)


class BigramIndex:
    """Texts to be searched, laid end to end.

    ``codes``, ``(n_codes,)`` unsigned, and the bits of ``cuts`` hold the texts first; what additional readings have of
    their own may follow. ``starts``, ``(n_texts + 1,) int64``, says where each text begins and where the last one ends;
    ``alphabet``, ``(alphabet_size,) uint32``, is the code point of each code, ascending, the border first.
    """

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._alphabet, self._cuts = arrays["alphabet"], arrays["cuts"]
        self.codes, self.starts = arrays["codes"], arrays["starts"]
        self.size = len(self.starts) - 1
        self.end = int(self.starts[-1])
        self.alphabet_size = len(self._alphabet)
        self._postings = BigramPostings(arrays, self.alphabet_size)

    def codes_of(self, wording: str) -> list[int] | None:
        """A wording as codes; None if it is empty or has a character that no text has."""
        points = np.frombuffer(wording.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        codes = np.searchsorted(self._alphabet, points)
        # Code 0 is the border, which is no character of a wording; behind the last code nothing can be compared.
        if not len(points) or codes.min() == 0 or codes.max() == self.alphabet_size:
            return None
        if (self._alphabet[codes] != points).any():
            return None
        return [int(code) for code in codes]

    def texts_containing(self, wording: str) -> Array:
        """The texts that contain ``wording``, neither end inside a number; some of them more than once."""
        codes = self.codes_of(wording)
        if codes is None:
            return _NONE
        may_cut_number = wording[0] in NUMBER_CHARACTERS or wording[-1] in NUMBER_CHARACTERS
        if len(codes) > 2 or may_cut_number:
            return self._occurrences(wording)[0]
        return self._texts_with(codes)

    def find(self, wording: str, *, cut_before: bool = False, cut_after: bool = False) -> Ints:
        """The positions, ascending, at which ``wording`` (not empty) begins, neither end inside a number."""
        positions = self._occurrences(wording, cut_before=cut_before, cut_after=cut_after)[1]
        return np.sort(positions) if len(wording) == 1 else positions

    def positions_of(self, chars: str) -> Ints:
        """The positions of all of ``chars``, ascending; ``TEXT_END`` stands for the border behind each text."""
        found = [self.starts[1:] - 1] if TEXT_END in chars else []
        found += [self._occurrences_of_char(codes[0])[1] for char in chars if (codes := self.codes_of(char))]
        return np.sort(np.concatenate([_NONE, *found]))

    def stops_wildcard(self, positions: Ints) -> Mask:
        """Which of the positions hold a character that no wildcard matches, as ``query.positions`` says."""
        found: Mask = self._wildcard_stops[self.codes[positions]]
        return found

    def is_char(self, positions: Ints, char: str) -> Mask:
        """Which of the positions hold ``char``."""
        codes = self.codes_of(char)
        found: Mask = self.codes[positions] == (codes[0] if codes else self.alphabet_size)
        return found

    def is_cut(self, positions: Ints) -> Mask:
        """At which of the positions a cut, just before that character, lies inside a number."""
        # Eight flags a byte, the lowest bit first: position 11 is bit 3 of byte 1.
        bits = self._cuts[positions >> 3] >> (positions & 7).astype(np.uint8)
        found: Mask = (bits & 1).astype(np.bool_)
        return found

    def texts_at(self, positions: Ints) -> Ints:
        """The text that each position is in, ``(n_positions,) int64``."""
        if len(positions) < BINARY_SEARCH_BELOW:
            return np.searchsorted(self.starts, positions, side="right") - 1
        # The text at the start of the position's block is the right one or a little before it.
        texts: Ints = self._block_texts[positions >> BLOCK_BITS]
        while (too_early := positions >= self.starts[texts + 1]).any():
            texts = texts + too_early
        return texts

    def counts(self, bigram: str) -> tuple[Ints, Ints]:
        """The texts that have two characters side by side, ascending, and how often; the rule of numbers is not
        applied."""
        codes = self.codes_of(bigram)
        return (_NONE, _NONE) if codes is None else self._postings.counts(codes[0], codes[1])

    def character_counts(self, char: str) -> tuple[Ints, Ints]:
        """The texts that have a character, ascending, and how often."""
        codes = self.codes_of(char)
        return (_NONE, _NONE) if codes is None else self._postings.counts_of(codes[0], texts=self.size)

    def texts_with_gram(self, gram: str) -> Array:
        """The texts that have one character, or two side by side, some of them more than once; the rule of numbers
        is not applied."""
        codes = self.codes_of(gram)
        return _NONE if codes is None else self._texts_with(codes)

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        """The texts in which two wordings are near, and the smallest gap in each, as ``engine.proximity`` says; the
        rule of numbers is not applied."""
        return smallest_gaps(self._all_positions(one), self._all_positions(two), text_starts=self.starts)

    def lengths(self) -> Ints:
        """The number of characters of each text, ``(n_texts,) int64``."""
        return np.diff(self.starts) - 1

    def text(self, row: int) -> str:
        """The characters of a text."""
        return self.decode(slice(int(self.starts[row]), int(self.starts[row + 1]) - 1))

    def decode(self, positions: slice) -> str:
        """The characters at a range of positions."""
        points = self._alphabet[self.codes[positions]]
        return points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")

    @cached_property
    def _block_texts(self) -> Ints:
        """The text that the first position of each block is in, ``(n_blocks,) int64``."""
        firsts = np.arange(0, self.end, 1 << BLOCK_BITS)
        return np.searchsorted(self.starts, firsts, side="right") - 1

    @cached_property
    def _wildcard_stops(self) -> Mask:
        """Which codes no wildcard matches: punctuation but a printed *, and borders; ``(alphabet_size,) bool``."""
        chars = map(chr, self._alphabet.tolist())
        return np.array(
            [c in (TEXT_END, BORDER) or (unicodedata.category(c)[0] == "P" and c != "*") for c in chars],
            dtype=np.bool_,
        )

    def _all_positions(self, wording: str) -> Positions:
        """Where ``wording`` begins, inside numbers too, ascending, with the text of each."""
        texts, positions = self._occurrences(wording, cut_before=True, cut_after=True)
        if len(wording) == 1:
            order = np.argsort(positions)
            texts, positions = texts[order], positions[order]
        return Positions(positions, len(wording), texts)

    def _texts_with(self, codes: list[int]) -> Array:
        """The texts that have one code, or two side by side; some of them more than once."""
        return self._postings.starting_with(codes[0])[0] if len(codes) == 1 else self._postings.texts(*codes)

    def _occurrences(
        self, wording: str, *, cut_before: bool = False, cut_after: bool = False
    ) -> tuple[Array, Ints]:
        """The text of each occurrence of ``wording`` and the position where it begins; ascending, but for a single
        character."""
        codes = self.codes_of(wording)
        if codes is None:
            return _NONE, _NONE
        texts, positions = (
            self._occurrences_of_char(codes[0]) if len(codes) == 1 else self._occurrences_of(codes)
        )
        for distance, may_cut, char in (
            (0, cut_before, wording[0]),
            (len(codes), cut_after, wording[-1]),
        ):
            # An end beside a character that no number has can't lie inside one, so the bits need no look.
            if not may_cut and char in NUMBER_CHARACTERS:
                allowed = ~self.is_cut(positions + distance)
                texts, positions = texts[allowed], positions[allowed]
        return texts, positions

    def _occurrences_of_char(self, code: int) -> tuple[Array, Ints]:
        """The text and the position of each occurrence of a code, in no order."""
        texts, offsets = self._postings.starting_with(code)
        return texts, self.starts[texts] + offsets

    def _occurrences_of(self, codes: list[int]) -> tuple[Array, Ints]:
        """The text and the position of each occurrence of two or more codes, ascending."""
        # 领事保护 in a corpus where 领事 occurs 900 times, 事保 300 and 保护 5,000 times: the candidates are the 300
        # of 事保, each moved back by one to where the wording would begin; then 领 and 护 are compared in place.
        frequencies = [self._postings.frequency(first, second) for first, second in pairwise(codes)]
        rarest = min(range(len(frequencies)), key=frequencies.__getitem__)
        texts, offsets = self._postings.occurrences(codes[rarest], codes[rarest + 1])
        positions = self.starts[texts] + offsets - rarest
        # A candidate that reaches over the start or the end of its text meets a border, which equals no code of a
        # wording. Only before the first text and behind the last there is none: 甲乙丙丁戊, looked up by its 甲乙,
        # would be compared beyond the end of a last text 甲乙.
        inside = (positions >= 0) & (positions + len(codes) <= self.end)
        texts, positions = texts[inside], positions[inside]
        # Characters of rare bigrams first: they leave the fewest candidates for the next comparison.
        by_rarity = sorted(range(len(codes)), key=lambda at: min(frequencies[max(0, at - 1) : at + 1]))
        for at in by_rarity:
            if at not in (rarest, rarest + 1) and len(positions):
                same = self.codes[positions + at] == codes[at]
                texts, positions = texts[same], positions[same]
        return texts, positions
