"""Folded texts as tokens, for engines that index tokens with their positions and know nothing of Chinese.

A text becomes a stream of *symbols*: its characters, and a mark wherever a text may be cut beside a digit, a point or
a comma. Every two neighbouring symbols are one token, so a wording is a phrase of tokens, and the rule that a number
is never cut is part of the wording: 350条 becomes ·350·条 (· is the mark), which is not a part of ·2,350·条. The
fragments of a text's variants (additional readings) follow the text, each after a gap.

The rule: a phrase of tokens never matches where the wording does not stand. It may miss a match: one that runs
through two variants, or farther from one than ``FRAGMENT_REACH``. Texts in which that is possible are flagged, and
have to be verified one by one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise, product

from msgspec import Struct

from report_search.analysis import matching
from report_search.analysis.arabic_numbers import number_cuts
from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import expand_variants

FRAGMENT_REACH = 12
"""Characters on either side of a variant that its fragment holds."""
UNRELIABLE = "tangled"
"""Flag of a text in which a match of any length may be missed."""
VARIANTS = "variants"
"""Flag of a text with variants: a match longer than ``FRAGMENT_REACH`` may be missed."""
ALTERNATIVES = 32
"""Sequences of symbols that one needle may ask for; candidates of a needle with more are verified one by one."""

_ESCAPE = "\\"
_MARK = _ESCAPE + "m"
GAP = _ESCAPE + "g"
"""The token between a text and the fragments that follow it."""
_DIGITS = frozenset("0123456789")
_SEPARATORS = frozenset(".,")
_NUMBER_SPAN = re.compile(r"[0-9.,]+")
_LONGEST_WORD = 60
"""Characters of a word that are kept as they are; servers cut tokens at 255 or so."""


class _Symbols(dict[str, str]):
    """A character as a symbol: itself, or escaped where a tokenizer or an encoder might trip over it."""

    def __missing__(self, char: str) -> str:
        # Z is white space, at which the tokenizer splits; C are controls and halves of surrogate pairs.
        is_unsafe = char == _ESCAPE or unicodedata.category(char)[0] in "ZC"
        self[char] = f"{_ESCAPE}{ord(char):x};" if is_unsafe else char
        return self[char]


_SYMBOL = _Symbols()


class Tokens(Struct, frozen=True, dict=True):
    """The tokens of a text, each kind worked out when it is asked for."""

    folded: FoldedText

    @cached_property
    def stream(self) -> list[str]:
        """The tokens with positions: the text, then each fragment after a gap."""
        tokens = _tokens(_symbols(self.folded.text, self._inside_number))
        for text, inside_number in self._fragments:
            tokens.append(GAP)
            tokens += _tokens(_symbols(text, inside_number))
        return tokens

    @cached_property
    def characters(self) -> set[str]:
        """The characters of the text and all its variants."""
        variants = (variant.text for variant in self.folded.variants)
        return set(map(_SYMBOL.__getitem__, set(self.folded.text).union(*variants)))

    @cached_property
    def base_pairs(self) -> list[str]:
        """The pairs of neighbouring characters of the base reading, as often as they occur."""
        return _tokens([_SYMBOL[char] for char in self.folded.text])

    @cached_property
    def variant_pairs(self) -> set[str]:
        """The pairs that only readings with variants have."""
        if not self.folded.variants:
            return set()
        pairs = {pair_token(gram) for gram in matching.grams(self.folded) if len(gram) == 2}
        return pairs - set(self.base_pairs)

    @cached_property
    def flags(self) -> list[str]:
        """Which matches the stream may miss."""
        flags = [VARIANTS] if self.folded.variants else []
        is_unreliable = self._has_adjacent_variants() or not self._has_regular_numbers()
        return [*flags, UNRELIABLE] if is_unreliable else flags

    @cached_property
    def _inside_number(self) -> bytes:
        """One byte for each position 0 … len(text): 1 where the position is inside a number."""
        return number_cuts(self.folded.text)

    @cached_property
    def _fragments(self) -> list[tuple[str, bytes]]:
        """Each variant in its place, with ``FRAGMENT_REACH`` characters around it, and the bytes as above.

        With a reach of 2, 办理申请十三件事项 with the variant 13 gives 申请13件事. Around the variant, positions are
        inside the numbers of the text; within it, inside its own.
        """
        base, inside_number = self.folded.text, self._inside_number
        fragments = []
        for variant in self.folded.variants:
            low, high = max(0, variant.start - FRAGMENT_REACH), min(len(base), variant.end + FRAGMENT_REACH)
            text = base[low : variant.start] + variant.text + base[variant.end : high]
            # n characters have n + 1 positions. The first and the last of the variant are positions of the text too,
            # and it is the text's numbers that count there.
            inner = number_cuts(variant.text)[1:-1]
            before, after = inside_number[low : variant.start + 1], inside_number[variant.end : high + 1]
            fragments.append((text, before + inner + after))
        return fragments

    def _has_adjacent_variants(self) -> bool:
        """Whether one match might run through two variants: no fragment has both."""
        variants = self.folded.variants
        return any(
            one.end <= two.start <= one.end + FRAGMENT_REACH
            for number, one in enumerate(variants)
            for two in variants[number + 1 :]
        )

    def _has_regular_numbers(self) -> bool:
        readings = [(self.folded.text, self._inside_number), *self._fragments]
        return all(_is_regular(text, inside_number) for text, inside_number in readings)


def symbol_sequences(needle: FoldedText) -> list[tuple[str, ...]] | None:
    """The sequences of symbols of which one is in the stream of a text if the needle stands there.

    None if there are more than ``ALTERNATIVES``. A point or comma between digits may be part of one number or divide
    two, which the text decides, so each doubles the sequences: 1.5 is ·1.5· in 占1.5% and ·1·.·5· in 2019.1.5.
    """
    readings = expand_variants(needle)
    if readings is None:
        return None
    # A dict as an ordered set: two readings may give the same sequence.
    sequences: dict[tuple[str, ...], None] = {}
    for reading in readings:
        separators = [at for at in range(1, len(reading) - 1) if _separates_digits(reading, at)]
        if len(sequences) + 2 ** len(separators) > ALTERNATIVES:
            return None
        for choice in product((False, True), repeat=len(separators)):
            joining = [at for at, joins in zip(separators, choice, strict=True) if joins]
            sequences[tuple(_symbols(reading, _joined_digits(reading, joining)))] = None
    return list(sequences)


def exceeds_reach(needle: FoldedText) -> bool:
    """Whether some reading of ``needle`` is longer than ``FRAGMENT_REACH``."""
    return max(map(len, expand_variants(needle) or [needle.text])) > FRAGMENT_REACH


def phrase(symbols: Sequence[str]) -> list[str]:
    """The tokens, at consecutive positions, of a wording of at least two symbols."""
    return _tokens(symbols)


def pair_token(pair: str) -> str:
    """The token of two neighbouring characters of the base reading."""
    return _SYMBOL[pair[0]] + _SYMBOL[pair[1]]


def character_token(char: str) -> str:
    """The token of a character of any reading."""
    return _SYMBOL[char]


def word_token(word: str) -> str:
    """The token of a ranking word; a very long one is represented by its beginning and its hash."""
    if len(word) <= _LONGEST_WORD and word.isalnum():
        return word
    if len(word) > _LONGEST_WORD:
        word = word[:_LONGEST_WORD] + hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
    return "".join(map(_SYMBOL.__getitem__, word))


def _symbols(text: str, inside_number: bytes) -> list[str]:
    """The symbols of a text: its characters, and a mark at every position beside a number character but inside none.

    共2,350条 is 共·2,350·条, and 2019.5.1, which is three numbers, is ·2019·.·5·.·1·.
    """
    symbols: list[str] = []
    done = 0
    # Everywhere else a text may be cut, so a mark there would say nothing.
    for span in _NUMBER_SPAN.finditer(text):
        symbols.extend(map(_SYMBOL.__getitem__, text[done : span.start()]))
        for at in range(span.start(), span.end()):
            if not inside_number[at]:
                symbols.append(_MARK)
            symbols.append(text[at])
        done = span.end()
        if not inside_number[done]:
            symbols.append(_MARK)
    symbols.extend(map(_SYMBOL.__getitem__, text[done:]))
    return symbols


def _tokens(symbols: Sequence[str]) -> list[str]:
    """Every two neighbouring symbols as one token."""
    return list(map(str.__add__, symbols, symbols[1:]))


def _joined_digits(text: str, joining: Iterable[int]) -> bytes:
    """One byte for each position of a text: 1 between two digits and on both sides of a ``joining`` separator."""
    inside_number = bytearray(len(text) + 1)
    for at, (left, right) in enumerate(pairwise(text), 1):
        inside_number[at] = left in _DIGITS and right in _DIGITS
    for at in joining:
        inside_number[at] = inside_number[at + 1] = 1
    return bytes(inside_number)


def _separates_digits(text: str, at: int) -> bool:
    """Whether the character ``at`` is a point or comma between two digits."""
    return text[at] in _SEPARATORS and text[at - 1] in _DIGITS and text[at + 1] in _DIGITS


def _is_regular(text: str, inside_number: bytes) -> bool:
    """Whether the numbers of a text are marked as one of the sequences of a needle would be.

    Not so where digits side by side belong to different numbers, or a number has characters other than digits,
    points and commas: then a needle's sequences lack or have marks that the text has or lacks.
    """
    checked = 0
    for span in _NUMBER_SPAN.finditer(text):
        low, high = span.span()
        marked = inside_number[low + 1 : high]
        joining = [
            at
            for at in range(1, high - low - 1)
            if _separates_digits(span.group(), at) and marked[at - 1 : at + 1] == b"\1\1"
        ]
        if marked != _joined_digits(span.group(), joining)[1:-1]:
            return False
        checked += sum(marked)
    # Positions inside a number that are not between two of its characters have not been looked at.
    return checked == sum(inside_number[1 : len(text)])
