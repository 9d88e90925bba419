"""Folding: a text as it is compared, with a map back to what was printed, and its variants.

The rules, the same for the index side and the query side:

- Characters fold one at a time, a base character with its combining marks being one (``char_folding``): width,
  radicals, 繁→简, case, quotation marks, dashes. One character may fold to several (㎡ ½ ⑴).
- Characters of no width vanish. Several dashes are one dash (—— ― ⸺ -).
- White space, line breaks included, vanishes, unless both its neighbours are Latin letters or digits: then it is
  one space. A tab is the border of a cell and stays; white space beside it vanishes.
- Digits that come out of ① ² ⑴ ⒈ ½ never join the number beside them: a separator is put between.
- Variants (``variants``) are additional readings and never take a reading away.

Folding a folded text changes nothing. Folded text is for comparing and is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from typing import TypeVar

from msgspec import Struct, field

from report_search.analysis import char_folding, variants
from report_search.analysis.char_folding import DASH, DIGITS, SEPARATOR, SPECIAL
from report_search.fields import BORDER

_Entry = TypeVar("_Entry", int, str)

_DASHES = re.compile(f"{DASH}{{2,}}")
_LONGEST_CACHED = 1000
"""Characters of a text that may be cached: so all 1,024 of them take twenty megabytes at worst."""


class Variant(Struct, frozen=True):
    """``text[start:end]`` of a folded text may also be read as ``text``; neither is empty."""

    start: int
    end: int
    text: str


class FoldedText(Struct, frozen=True):
    """A folded text: its base text, its map, its variants.

    The folded character at ``i`` came from ``original[starts[i]:ends[i]]`` (code points), which is empty only for
    a separator. ``variants`` are in order of ``start``; a reading of the text takes any set of them that do not
    overlap.
    """

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    variants: tuple[Variant, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to compare: such a text occurs nowhere."""
        return not self.text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the non-empty folded range ``start`` … ``end`` came from."""
        return self.starts[start], self.ends[end - 1]


class _Table(dict[int, str]):
    """Code point to folded character, filled on first use, for ``str.translate``.

    SPECIAL for a character that depends on its neighbours (white space, marks) or does not fold to exactly one. A tab
    is SPECIAL too, but stays itself with ``keeps_borders``.
    """

    def __init__(self, *, simplified: bool, keeps_borders: bool = False) -> None:
        super().__init__()
        self._fold = char_folding.fold_cluster if simplified else char_folding.fold_cluster_unsimplified
        if keeps_borders:
            self[ord(BORDER)] = BORDER

    def __missing__(self, code: int) -> str:
        self[code] = folded = self._folded(chr(code))
        return folded

    def _folded(self, char: str) -> str:
        if char.isspace() or char_folding.is_ignorable(char) or char_folding.is_combining(char):
            return SPECIAL
        folded = self._fold(char)
        is_one = len(folded) == 1 and not char_folding.has_detached_digits(char, folded)
        return folded if is_one else SPECIAL


_FOLDED = _Table(simplified=True)
_UNSIMPLIFIED = _Table(simplified=False)
_ROW_FOLDED = _Table(simplified=True, keeps_borders=True)
_ROW_UNSIMPLIFIED = _Table(simplified=False, keeps_borders=True)
"""For texts whose tabs are borders. Without white space beside them (another SPECIAL) they change nothing."""


def fold(text: str, *, border: bool = True) -> FoldedText:
    """Fold ``text``. A tab is the border of a cell, or plain white space if not ``border`` (as in a query).

    What was folded last is cached: a passage is folded for its topics and for the engine, a hit on page after page.
    """
    return _fold_cached(text, border) if len(text) <= _LONGEST_CACHED else _fold(text, border)


def fold_text(text: str) -> str:
    """The folded text of ``fold`` by itself, in a tenth of the time: without a map back and without variants."""
    folded = text.translate(_ROW_FOLDED)
    if _depends_on_neighbours(folded):
        return _walk(text, border=True).text
    return folded


def _fold(text: str, border: bool) -> FoldedText:
    folded = text.translate(_ROW_FOLDED if border else _FOLDED)
    starts: Sequence[int] = range(len(text))
    ends: Sequence[int] = range(1, len(text) + 1)
    # Most texts fold character by character, and the map is 0, 1, 2 …; without a special one a translation is all.
    if _depends_on_neighbours(folded):
        walk = _walk(text, border=border)
        folded, unsimplified = walk.text, walk.unsimplified_text
        if walk.starts != list(starts) or walk.ends != list(ends):
            starts, ends = tuple(walk.starts), tuple(walk.ends)
    else:
        unsimplified = text.translate(_ROW_UNSIMPLIFIED if border else _UNSIMPLIFIED)
    found = tuple(Variant(*one) for one in variants.find_variants(folded, unsimplified))
    return FoldedText(text, folded, starts, ends, found)


def _depends_on_neighbours(translated: str) -> bool:
    """Whether a text does not fold character by character."""
    return SPECIAL in translated or DASH * 2 in translated


def _walk(text: str, *, border: bool) -> _Walk:
    return _Walk(text, text.translate(_FOLDED), border)


_fold_cached = lru_cache(maxsize=1024)(_fold)


class _Walk(Struct):
    """The folding of a text in which some characters are SPECIAL, from left to right.

    Four columns grow side by side, one entry a folded character: ``folded``, ``unsimplified`` (the same before
    繁→简), ``starts`` and ``ends``. For 領 事①5——é, whose é is an e with a combining accent:

        source          領   ␣   事   ①   5   —   —   e   ◌́
        translated      领   ⁇   事   ⁇   5   -   -   e   ⁇       ⁇ is SPECIAL
        folded          领       事   1 ⏐ 5   -       é           ⏐ is SEPARATOR
        unsimplified    領       事   1 ⏐ 5   -       é
        starts          0        2    3 4 4   5       7
        ends            1        3    4 4 5   7       9

    What translated to one character is taken over in stretches. White space waits as ``blank`` until the next
    character says whether it counts (領 事: no). A mark folds the cluster before it again, together with itself
    (e → é). Only at the end, when all neighbours are known, come the separators (1⏐5) and dashes become one.
    """

    source: str
    translated: str
    border: bool
    folded: list[str] = field(default_factory=list)
    unsimplified: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    detached: dict[int, int] = field(default_factory=dict)
    """Folded ranges, from start to end, whose digits must not join a number."""
    cluster_at: int = 0
    """The folded position of the last cluster."""
    cluster: str | None = None
    """The last cluster as printed; None where marks have nothing to belong to (at the start, after a border)."""
    blank: tuple[int, int] | None = None
    """The span of the white space before the next character, none of it decided on yet."""

    def __post_init__(self) -> None:
        at = 0
        while at < len(self.source):
            special = self.translated.find(SPECIAL, at)
            if special < 0:
                special = len(self.source)
            if at < special:
                self._take_stretch(at, special)
            at = self._take_special(special) if special < len(self.source) else special
        self._separate_digits()
        self._join_dashes()

    @property
    def text(self) -> str:
        return "".join(self.folded)

    @property
    def unsimplified_text(self) -> str:
        return "".join(self.unsimplified)

    def _take_stretch(self, start: int, end: int) -> None:
        """Take over characters that fold one by one."""
        self._settle_blank(self.translated[start], is_detached=False)
        self.folded.extend(self.translated[start:end])
        self.unsimplified.extend(self.source[start:end].translate(_UNSIMPLIFIED))
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))
        self.cluster_at, self.cluster = len(self.folded) - 1, self.source[end - 1]

    def _take_special(self, at: int) -> int:
        """Take the special character at ``at``, and give the position behind it and its marks."""
        char = self.source[at]
        if char == BORDER and self.border:
            self.blank = None
            self._put(BORDER, BORDER, span=(at, at + 1))
            self.cluster = None
        elif self._is_blank(char):
            self.blank = (self.blank[0] if self.blank else at, at + 1)
        elif char_folding.is_ignorable(char):
            pass
        elif char_folding.is_combining(char) and self.cluster is not None:
            return self._take_marks(self.cluster, at)
        else:
            # One that folds to several (㎡) or to digits that stay apart (①), or a mark with nothing before it.
            self._take_cluster(char, at, at + 1)
        return at + 1

    def _take_marks(self, cluster: str, at: int) -> int:
        """Fold the last cluster again with all marks from ``at`` on, and give the position behind them."""
        marks, end = self._marks(at)
        start = self.starts[self.cluster_at]
        # A blank between the cluster and its marks is inside the new cluster, so it is none.
        self.blank = None
        for column in (self.folded, self.unsimplified, self.starts, self.ends):
            del column[self.cluster_at :]
        self.detached.pop(self.cluster_at, None)
        self._take_cluster(cluster + marks, start, end)
        return end

    def _marks(self, at: int) -> tuple[str, int]:
        """The combining marks from ``at`` on, over blanks and characters of no width, and where the last one ends."""
        marks, end = "", at
        while at < len(self.source) and self.translated[at] == SPECIAL:
            char = self.source[at]
            at += 1
            if char_folding.is_ignorable(char) or self._is_blank(char):
                continue
            if not char_folding.is_combining(char):
                break
            marks += char
            end = at
        return marks, end

    def _is_blank(self, char: str) -> bool:
        return char.isspace() and not (char == BORDER and self.border)

    def _take_cluster(self, raw: str, start: int, end: int) -> None:
        """Take a cluster that folds to any number of characters."""
        folded = char_folding.fold_cluster(raw)
        if not folded:
            return
        is_detached = char_folding.has_detached_digits(raw, folded)
        self._settle_blank(folded[0], is_detached=is_detached)
        self.cluster_at, self.cluster = len(self.folded), raw
        if is_detached:
            self.detached[self.cluster_at] = self.cluster_at + len(folded)
        unsimplified = char_folding.fold_cluster_unsimplified(raw)
        # The columns must stay of one length.
        self._put(folded, unsimplified if len(unsimplified) == len(folded) else folded, span=(start, end))

    def _put(self, folded: str, unsimplified: str, *, span: tuple[int, int]) -> None:
        self.folded.extend(folded)
        self.unsimplified.extend(unsimplified)
        self.starts.extend([span[0]] * len(folded))
        self.ends.extend([span[1]] * len(folded))

    def _settle_blank(self, char: str, *, is_detached: bool) -> None:
        """Make of the white space before ``char`` one space, or nothing."""
        if self.blank is None:
            return
        blank, self.blank = self.blank, None
        follows_detached = self.detached.get(self.cluster_at) == len(self.folded)
        if not self.folded or is_detached or follows_detached:
            # Beside ① a separator says what a space would: the two are apart.
            return
        if char_folding.is_latin(self.folded[-1]) and char_folding.is_latin(char):
            self._put(" ", " ", span=blank)

    def _separate_digits(self) -> None:
        """Put a separator at each end of a detached range where its digits would join a number."""
        ends = {at for pair in self.detached.items() for at in pair}
        joining = [at for at in sorted(ends) if 0 < at < len(self.folded) and self._would_join(at)]
        if not joining:
            return
        positions = [self.ends[at - 1] for at in joining]
        self.folded = _with_insertions(self.folded, joining, [SEPARATOR] * len(joining))
        self.unsimplified = _with_insertions(self.unsimplified, joining, [SEPARATOR] * len(joining))
        self.starts = _with_insertions(self.starts, joining, positions)
        self.ends = _with_insertions(self.ends, joining, positions)

    def _would_join(self, at: int) -> bool:
        """Whether the characters before and behind position ``at`` would be of one number: 1|5, 1|.5, 1.|5."""
        before, left = "".join(self.folded[max(0, at - 2) : at - 1]), self.folded[at - 1]
        right, behind = self.folded[at], "".join(self.folded[at + 1 : at + 2])
        if left in DIGITS:
            return right in DIGITS or (right in ".," and _is_digit(behind))
        return left in ".," and right in DIGITS and _is_digit(before)

    def _join_dashes(self) -> None:
        dashes = [found.span() for found in _DASHES.finditer(self.text)]
        if not dashes:
            return
        for first, last in dashes:
            # The one dash leads back to all that was printed: —— is marked whole.
            self.ends[first] = self.ends[last - 1]
        kept = bytearray(b"\1") * len(self.folded)
        for first, last in dashes:
            kept[first + 1 : last] = bytes(last - first - 1)
        self.folded = list(compress(self.folded, kept))
        self.unsimplified = list(compress(self.unsimplified, kept))
        self.starts = list(compress(self.starts, kept))
        self.ends = list(compress(self.ends, kept))


def _with_insertions(column: list[_Entry], places: list[int], entries: list[_Entry]) -> list[_Entry]:
    """``column`` with an entry before each of ``places``, ascending."""
    found: list[_Entry] = []
    done = 0
    for at, entry in zip(places, entries, strict=True):
        found += column[done:at]
        found.append(entry)
        done = at
    return found + column[done:]


def _is_digit(char: str) -> bool:
    return char != "" and char in DIGITS
