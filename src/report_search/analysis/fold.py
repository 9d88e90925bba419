"""Folding: a text as it is compared, with a map back to what was printed, and its additional readings.

The rules, the same for the index side and the query side:

- Characters fold one at a time, a base character with its combining marks being one (``characters``): width,
  radicals, 繁→简, case, quotation marks, dashes. One character may fold to several (㎡ ½ ⑴).
- Characters of no width vanish. A run of dashes is one dash (—— ― ⸺ -).
- White space, line breaks included, vanishes, unless both its neighbours are Latin letters or digits: then it is
  one space. A tab is the border of a cell and stays; white space beside it vanishes.
- Digits that come out of ① ² ⑴ ⒈ ½ never join the number beside them: a separator stands between.
- Additional readings (``variants``) come on top and never take a reading away.

Folding a folded text changes nothing. Nobody is ever shown one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from report_search.analysis import char_folding, variants
from report_search.analysis.char_folding import DASH, DIGITS, SEPARATOR, SPECIAL
from report_search.fields import BORDER

_DASHES = re.compile(f"{DASH}{{2,}}")
_LONGEST = 1000
"""Characters of a text that may be kept: so all of them take twenty megabytes at worst."""


@dataclass(frozen=True, slots=True)
class Variant:
    """``text[start:end]`` of a folded text may also be read as ``text``; neither is empty."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text: its base reading, its map, its additional readings.

    The folded character at ``i`` came from ``original[starts[i]:ends[i]]`` (code points), which is empty only for
    a separator. ``variants`` are in order of ``start``; a reading of the text takes any set of them that do not
    overlap.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    variants: tuple[Variant, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to compare: such a text stands nowhere."""
        return not self.text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the non-empty folded range ``start`` … ``end`` came from."""
        return self.starts[start], self.ends[end - 1]


class _Table(dict[int, str]):
    """Code point to folded character, filled on first use; SPECIAL where neighbours have a say."""

    def __init__(self, *, simplified: bool) -> None:
        super().__init__()
        self._fold = char_folding.fold_chunk if simplified else char_folding.plain_chunk

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = SPECIAL
        if not (char.isspace() or char_folding.is_ignorable(char) or char_folding.is_follower(char)):
            folded = self._fold(char)
            if len(folded) != 1 or char_folding.is_loose(char, folded):
                folded = SPECIAL
        self[code] = folded
        return folded


_FOLDED = _Table(simplified=True)
_PLAIN = _Table(simplified=False)


def fold(text: str, *, border: bool = True) -> FoldedText:
    """Fold ``text``. A tab is the border of a cell, or plain white space if not ``border`` (as in a query).

    What was folded last is kept: a passage is folded for its topics and for the engine, a hit on page after page.
    """
    return _kept(text, border) if len(text) <= _LONGEST else _fold(text, border)


def _fold(text: str, border: bool) -> FoldedText:
    folded = text.translate(_FOLDED)
    if SPECIAL in folded or DASH * 2 in folded:
        walk = _Walk(text, folded, border)
        folded, plain = walk.text, walk.plain
        starts, ends = tuple(walk.starts), tuple(walk.ends)
    else:
        plain = text.translate(_PLAIN)
        starts, ends = tuple(range(len(text))), tuple(range(1, len(text) + 1))
    found = tuple(Variant(*edge) for edge in variants.find_variants(folded, plain))
    return FoldedText(text, folded, starts, ends, found)


_kept = lru_cache(maxsize=1024)(_fold)


@dataclass(slots=True)
class _Walk:
    """The way through a text that is not folded character by character.

    ``at`` and ``raw`` are the last chunk: its place in the folded text and its characters, None after a border.
    ``loose`` are the ranges whose digits join no number.
    """

    source: str
    marked: str
    border: bool
    folded: list[str] = field(default_factory=list)
    unsimplified: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    loose: dict[int, int] = field(default_factory=dict)
    at: int = 0
    raw: str | None = None
    blank: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        here = 0
        while here < len(self.source):
            special = self.marked.find(SPECIAL, here)
            if special < 0:
                special = len(self.source)
            if here < special:
                self._plain_run(here, special)
            here = self._special(special) if special < len(self.source) else special
        self._separate()
        self._join_dashes()

    @property
    def text(self) -> str:
        return "".join(self.folded)

    @property
    def plain(self) -> str:
        return "".join(self.unsimplified)

    def _plain_run(self, start: int, end: int) -> None:
        self._space_before(self.marked[start], loose=False)
        self.folded.extend(self.marked[start:end])
        self.unsimplified.extend(self.source[start:end].translate(_PLAIN))
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))
        self.at, self.raw = len(self.folded) - 1, self.source[end - 1]

    def _special(self, at: int) -> int:
        """Deal with the special character at ``at`` and give the place behind it, and behind its marks."""
        char = self.source[at]
        if char == BORDER and self.border:
            self.blank = None
            self._put(BORDER, BORDER, (at, at + 1))
            self.raw = None
        elif self._is_blank(char):
            self.blank = (self.blank[0] if self.blank else at, at + 1)
        elif char_folding.is_ignorable(char):
            pass
        elif char_folding.is_follower(char) and self.raw is not None:
            return self._extend_chunk(self.raw, at)
        else:
            self._chunk(char, at, at + 1)
        return at + 1

    def _extend_chunk(self, raw: str, at: int) -> int:
        """Fold the last chunk again with all marks that follow it, over blanks and characters of no width."""
        marks, end = [], at
        while at < len(self.source) and self.marked[at] == SPECIAL:
            char = self.source[at]
            at += 1
            if char_folding.is_follower(char) and not char_folding.is_ignorable(char):
                marks.append(char)
                end = at
            elif not char_folding.is_ignorable(char) and not self._is_blank(char):
                break
        start = self.starts[self.at]
        self.blank = None
        for column in (self.folded, self.unsimplified, self.starts, self.ends):
            del column[self.at :]
        self.loose.pop(self.at, None)
        self._chunk(raw + "".join(marks), start, end)
        return end

    def _is_blank(self, char: str) -> bool:
        return char.isspace() and not (char == BORDER and self.border)

    def _chunk(self, raw: str, start: int, end: int) -> None:
        folded = char_folding.fold_chunk(raw)
        if not folded:
            return
        loose = char_folding.is_loose(raw, folded)
        self._space_before(folded[0], loose=loose)
        self.at, self.raw = len(self.folded), raw
        if loose:
            self.loose[self.at] = self.at + len(folded)
        plain = char_folding.plain_chunk(raw)
        self._put(folded, plain if len(plain) == len(folded) else folded, (start, end))

    def _put(self, folded: str, plain: str, span: tuple[int, int]) -> None:
        self.folded.extend(folded)
        self.unsimplified.extend(plain)
        self.starts.extend([span[0]] * len(folded))
        self.ends.extend([span[1]] * len(folded))

    def _space_before(self, char: str, *, loose: bool) -> None:
        """Settle the white space before ``char``: one space, or nothing."""
        if self.blank is None:
            return
        blank, self.blank = self.blank, None
        if not self.folded or loose or self.loose.get(self.at) == len(self.folded):
            return
        if char_folding.is_latin(self.folded[-1]) and char_folding.is_latin(char):
            self._put(" ", " ", blank)

    def _separate(self) -> None:
        """Put a separator at each end of a loose chunk where its digits would join a number."""
        borders = {place for pair in self.loose.items() for place in pair}
        for place in sorted(borders, reverse=True):
            if 0 < place < len(self.folded) and self._joins(place):
                edge = self.ends[place - 1]
                for column, value in ((self.folded, SEPARATOR), (self.unsimplified, SEPARATOR)):
                    column.insert(place, value)
                self.starts.insert(place, edge)
                self.ends.insert(place, edge)

    def _joins(self, place: int) -> bool:
        left, right = self.folded[place - 1], self.folded[place]
        if left in DIGITS and right in DIGITS:
            return True
        if left in ".," and right in DIGITS:
            return place > 1 and self.folded[place - 2] in DIGITS
        return left in DIGITS and right in ".," and "".join(self.folded[place + 1 : place + 2]) in (*DIGITS,)

    def _join_dashes(self) -> None:
        for run in reversed(list(_DASHES.finditer(self.text))):
            first, last = run.start(), run.end()
            self.ends[first] = self.ends[last - 1]
            for column in (self.folded, self.unsimplified, self.starts, self.ends):
                del column[first + 1 : last]
