"""Folded texts as tokens, for engines that index tokens with their positions and know nothing of Chinese.

A text becomes a stream of *symbols*: its characters, and a mark wherever a text may be cut beside a digit, a
point or a comma. Every two neighbouring symbols are one token, so a wording is a phrase of tokens, and the
rule that a number is never cut is part of the wording: 350条 reads ·350·条, which does not stand in ·2,350·条.
Behind the text, after a gap, stand the fragments of its additional readings.

What a stream can't tell: a match that runs through two additional readings, or farther from one than
``REACH``. Texts in which that is possible are flagged, and have to be asked one by one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from report_search.analysis import matching
from report_search.analysis.arabic_numbers import number_cuts
from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import expand_variants

REACH = 12
"""Characters on either side of an additional reading that its fragment holds."""
TANGLED = "tangled"
"""Flag of a text in which a match of any length may be missed."""
VARIANTS = "variants"
"""Flag of a text with additional readings: a match longer than ``REACH`` may be missed."""
ALTERNATIVES = 32
"""So many wordings one needle may ask for; a needle with more is looked for text by text."""

_ESCAPE = "\\"
_MARK = _ESCAPE + "m"
GAP = _ESCAPE + "g"
"""The token that stands between a text and the fragments behind it."""
_DIGITS = frozenset("0123456789")
_POINTS = frozenset(".,")
_RUN = re.compile(r"[0-9.,]+")
_LONGEST = 60
"""Characters of a word that are kept as they are; servers cut tokens at 255 or so."""


class _Symbols(dict[str, str]):
    """A character as a symbol: itself, or escaped where a tokenizer or an encoder might trip over it."""

    def __missing__(self, char: str) -> str:
        strange = char == _ESCAPE or unicodedata.category(char)[0] in "ZC"
        self[char] = f"{_ESCAPE}{ord(char):x};" if strange else char
        return self[char]


_SYMBOL = _Symbols()


@dataclass(frozen=True)
class Tokens:
    """The tokens of a text, each kind worked out when it is asked for."""

    folded: FoldedText

    @cached_property
    def stream(self) -> list[str]:
        """The tokens with positions: the text, then each fragment behind a gap."""
        found = _tokens(_symbols(self.folded.text, self._cuts))
        for text, cuts in self._fragments:
            found.append(GAP)
            found += _tokens(_symbols(text, cuts))
        return found

    @cached_property
    def characters(self) -> set[str]:
        """The characters of all readings."""
        edges = (edge.text for edge in self.folded.variants)
        return set(map(_SYMBOL.__getitem__, set(self.folded.text).union(*edges)))

    @cached_property
    def base_pairs(self) -> list[str]:
        """The pairs of neighbouring characters of the base reading, as often as they stand in it."""
        return _tokens([_SYMBOL[char] for char in self.folded.text])

    @cached_property
    def edge_pairs(self) -> set[str]:
        """The pairs that only additional readings have."""
        if not self.folded.variants:
            return set()
        pairs = {pair_token(gram) for gram in matching.grams(self.folded) if len(gram) == 2}
        return pairs - set(self.base_pairs)

    @cached_property
    def flags(self) -> list[str]:
        """Which matches the stream may miss."""
        found = [VARIANTS] if self.folded.variants else []
        return [*found, TANGLED] if self._is_tangled() or not self._is_regular() else found

    @cached_property
    def _cuts(self) -> bytes:
        return number_cuts(self.folded.text)

    @cached_property
    def _fragments(self) -> list[tuple[str, bytes]]:
        """Each additional reading in its place; inside it its own numbers are whole, outside those of the
        text."""
        base, cuts, found = self.folded.text, self._cuts, []
        for edge in self.folded.variants:
            low, high = max(0, edge.start - REACH), min(len(base), edge.end + REACH)
            text = base[low : edge.start] + edge.text + base[edge.end : high]
            inner = number_cuts(edge.text)[1:-1]
            found.append((text, cuts[low : edge.start + 1] + inner + cuts[edge.end : high + 1]))
        return found

    def _is_tangled(self) -> bool:
        edges = self.folded.variants
        return any(
            one.end <= two.start <= one.end + REACH for at, one in enumerate(edges) for two in edges[at + 1 :]
        )

    def _is_regular(self) -> bool:
        every = [(self.folded.text, self._cuts), *self._fragments]
        return all(_is_regular(text, cuts) for text, cuts in every)


def wordings(needle: FoldedText) -> list[tuple[str, ...]] | None:
    """The symbols of which one sequence has to stand in a text's stream; None if there are too many.

    A point or comma between digits may belong to one number or part two, so each gives two sequences.
    """
    all_readings = expand_variants(needle)
    if all_readings is None:
        return None
    found: dict[tuple[str, ...], None] = {}
    for reading in all_readings:
        open_ = [at for at in range(1, len(reading) - 1) if _joins(reading, at)]
        if len(found) + 2 ** len(open_) > ALTERNATIVES:
            return None
        for choice in product((0, 1), repeat=len(open_)):
            joined = {at for at, chosen in zip(open_, choice, strict=True) if chosen}
            found[tuple(_symbols(reading, _needle_cuts(reading, joined)))] = None
    return list(found)


def is_long(needle: FoldedText) -> bool:
    """Whether some reading of ``needle`` is longer than ``REACH``."""
    return max(map(len, expand_variants(needle) or [needle.text])) > REACH


def phrase(symbols: Sequence[str]) -> list[str]:
    """The tokens of a wording of at least two symbols; they stand at consecutive positions."""
    return _tokens(symbols)


def pair_token(pair: str) -> str:
    """The token of two neighbouring characters of the base reading."""
    return _SYMBOL[pair[0]] + _SYMBOL[pair[1]]


def character_token(char: str) -> str:
    """The token of a character of any reading."""
    return _SYMBOL[char]


def word_token(word: str) -> str:
    """The token of a ranking word; a very long one stands as its beginning and its hash."""
    if len(word) <= _LONGEST and word.isalnum():
        return word
    if len(word) > _LONGEST:
        word = word[:_LONGEST] + hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
    return "".join(map(_SYMBOL.__getitem__, word))


def _symbols(text: str, cuts: bytes) -> list[str]:
    found: list[str] = []
    done = 0
    for run in _RUN.finditer(text):
        found.extend(map(_SYMBOL.__getitem__, text[done : run.start()]))
        for at in range(run.start(), run.end()):
            if not cuts[at]:
                found.append(_MARK)
            found.append(text[at])
        done = run.end()
        if not cuts[done]:
            found.append(_MARK)
    found.extend(map(_SYMBOL.__getitem__, text[done:]))
    return found


def _tokens(symbols: Sequence[str]) -> list[str]:
    return list(map(str.__add__, symbols, symbols[1:]))


def _needle_cuts(text: str, joined: Iterable[int]) -> bytes:
    """One byte a position: 1 where a needle's inner characters belong to one number."""
    cuts = bytearray(len(text) + 1)
    for at, (left, right) in enumerate(pairwise(text), 1):
        cuts[at] = left in _DIGITS and right in _DIGITS
    for at in joined:
        cuts[at] = cuts[at + 1] = 1
    return bytes(cuts)


def _joins(text: str, at: int) -> bool:
    return text[at] in _POINTS and text[at - 1] in _DIGITS and text[at + 1] in _DIGITS


def _is_regular(text: str, cuts: bytes) -> bool:
    """Whether the numbers of a text are such that a wording's inner marks can be told from its characters."""
    inside = 0
    for run in _RUN.finditer(text):
        low, high = run.span()
        found = cuts[low + 1 : high]
        joined = [
            at
            for at in range(1, high - low - 1)
            if _joins(run.group(), at) and found[at - 1 : at + 1] == b"\1\1"
        ]
        if found != _needle_cuts(run.group(), joined)[1:-1]:
            return False
        inside += sum(found)
    return inside == sum(cuts[1 : len(text)])
