"""Where every run of two characters stands: exact wording from whole arrays, on any text, of any length.

All texts stand one behind the other in one array of characters, a border behind each. The places of each pair
of neighbouring characters are kept together and in order, so a wording is looked up by its rarest pair and
the rest of it compared in place. A single character is all pairs that begin with it.

The additional readings of a text stand behind the texts as *fragments*: one reading with ``REACH`` characters
of the text on either side. The rule of numbers is a flag at each place: a cut there lies inside a number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np

from report_search.analysis.fold import BORDER, Variant
from report_search.analysis.numbers import number_cuts
from report_search.engine.arrays import Array, Ints, Mask, ranges, run_heads
from report_search.engine.nearness import Places, closest

REACH = 32
"""Characters on either side of an additional reading that its fragment holds."""
BLOCK = 6
"""A block is 2 to the power of this many places: fewer than most texts have, so that one or two looks are enough."""
FEW = 1000
"""So few places are looked up one by one."""
END = "\0"
"""Stands behind every text; folding lets none through."""


@dataclass(slots=True)
class _Piece:
    """A text or fragment with its cut flags, one for each place before a character."""

    owner: int
    text: str
    cuts: bytes


class Readable(Protocol):
    """A folded text: its base reading and its additional ones."""

    @property
    def text(self) -> str: ...

    @property
    def variants(self) -> tuple[Variant, ...]: ...


def build(texts: Sequence[Readable]) -> dict[str, Array]:
    """The arrays of a ``GramIndex`` over ``texts``."""
    pieces = [_Piece(at, text.text, number_cuts(text.text)) for at, text in enumerate(texts)]
    for at, text in enumerate(texts):
        if text.variants:
            pieces.extend(_fragments(pieces[at], text))
    whole = "".join(piece.text + END for piece in pieces)
    points = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    alphabet, codes = encode(points)
    starts = np.zeros(len(pieces) + 1, dtype=np.int64)
    np.cumsum([len(piece.text) + 1 for piece in pieces], out=starts[1:])
    return {
        "alphabet": alphabet,
        "codes": codes,
        "starts": starts,
        "owners": np.array([piece.owner for piece in pieces], dtype=np.int32),
        "texts": np.array([len(texts)], dtype=np.int64),
        "cuts": np.frombuffer(b"".join(piece.cuts for piece in pieces), dtype=np.uint8),
        **_postings(codes, len(alphabet)),
    }


def _fragments(base: _Piece, text: Readable) -> Iterator[_Piece]:
    """Each additional reading in its place; inside it its own numbers may not be cut, outside those of the
    text."""
    for edge in text.variants:
        low, high = max(0, edge.start - REACH), edge.end + REACH
        inner = number_cuts(edge.text)[1:-1]
        yield _Piece(
            base.owner,
            base.text[low : edge.start] + edge.text + base.text[edge.end : high],
            base.cuts[low : edge.start + 1] + inner + base.cuts[edge.end : min(high, len(base.text)) + 1],
        )


def encode(points: Array) -> tuple[Array, Array]:
    """The characters in use, in order (the border first), and each place as a position among them."""
    used = np.zeros(0x110000, dtype=np.bool_)
    used[points] = True
    used[0] = True
    alphabet = np.flatnonzero(used).astype(np.uint32)
    table = np.cumsum(used, dtype=np.int32) - 1
    small = len(alphabet) <= 1 << 16
    return alphabet, table[points].astype(np.uint16 if small else np.uint32)


def _postings(codes: Array, letters: int) -> dict[str, Array]:
    """The places of each pair, sorted by pair and then by place; pairs that begin with a border are left
    out."""
    following = np.append(codes[1:], codes[:1] * 0)
    order = np.lexsort((following, codes))
    order = order[np.searchsorted(codes[order], 1) :] if len(codes) else order
    keys = codes[order].astype(np.uint64) * np.uint64(letters) + following[order]
    heads = run_heads(keys)
    wide = np.int32 if len(codes) < 1 << 31 else np.int64
    return {
        "pairs": keys[heads],
        "pair_starts": np.append(heads, len(keys)).astype(np.int64),
        "places": order.astype(wide),
    }


class GramIndex:
    """Texts to search. A *row* is a text or a fragment; the first ``texts`` rows are the texts."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.starts = arrays["starts"]
        self.owners = arrays["owners"]
        self.texts = int(arrays["texts"][0])
        self.limit = int(self.starts[self.texts])
        self._alphabet, self._codes, self._cuts = arrays["alphabet"], arrays["codes"], arrays["cuts"]
        self._pairs, self._pair_starts = arrays["pairs"], arrays["pair_starts"]
        self._places = arrays["places"]
        self.rows_in_all = len(self.owners)

    def find(self, wording: str, *, cut_before: bool = False, cut_after: bool = False) -> Ints:
        """The places, in order, where ``wording`` (one reading, not empty) begins, neither end inside a
        number.

        ``cut_before`` and ``cut_after`` let that end lie inside one.
        """
        codes = self._codes_of(wording)
        if codes is None:
            return np.zeros(0, dtype=np.int64)
        places = self._single(codes[0]) if len(codes) == 1 else self._longer(codes)
        if not cut_before:
            places = places[self._cuts[places] == 0]
        if not cut_after:
            places = places[self._cuts[places + len(codes)] == 0]
        return places

    def places_of(self, chars: str) -> Ints:
        """The places in the texts where one of ``chars`` stands, in order; ``END`` stands behind every
        text."""
        found = [self.starts[1 : self.texts + 1] - 1] if END in chars else []
        found += [self._single(codes[0]) for char in chars if (codes := self._codes_of(char))]
        places: Ints = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *found]))
        return places[: np.searchsorted(places, self.limit)]

    def is_punctuation(self, places: Ints) -> Mask:
        """Which of the places hold punctuation or a border."""
        found: Mask = self._punctuation[self._codes[places]]
        return found

    def rows(self, places: Ints) -> Ints:
        """The row that each place stands in."""
        if len(places) < FEW:
            return np.searchsorted(self.starts, places, side="right") - 1
        found: Ints = self._block_rows[places >> BLOCK]
        while (behind := places >= self.starts[found + 1]).any():
            found = found + behind
        return found

    def counts(self, pair: str) -> tuple[Ints, Ints]:
        """The texts that hold the two characters ``pair`` side by side, and how often; numbers have no
        say."""
        codes = self._codes_of(pair)
        places = np.zeros(0, dtype=np.int64) if codes is None else self._pair(codes[0], codes[1])
        rows = self.rows(places[: np.searchsorted(places, self.limit)])
        heads = run_heads(rows)
        return rows[heads], np.diff(np.append(heads, len(rows)))

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        """The texts in which two wordings are near, and the gap in each; numbers have no say."""
        return closest(self._everywhere(one), self._everywhere(two), starts=self.starts)

    def _everywhere(self, wording: str) -> Places:
        found = self.find(wording, cut_before=True, cut_after=True)
        return Places(found[: np.searchsorted(found, self.limit)], len(wording))

    def lengths(self) -> Ints:
        """The characters of each text."""
        return np.diff(self.starts[: self.texts + 1]) - 1

    def text(self, row: int) -> str:
        """The characters of a row."""
        codes = self._codes[self.starts[row] : self.starts[row + 1] - 1]
        return self._alphabet[codes].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")

    @cached_property
    def _block_rows(self) -> Ints:
        """For each block of places the row that its first one stands in."""
        firsts = np.arange(0, self.starts[-1], 1 << BLOCK)
        return np.searchsorted(self.starts, firsts, side="right") - 1

    @cached_property
    def _punctuation(self) -> Mask:
        """For each character of the alphabet whether it is punctuation or a border."""
        chars = map(chr, self._alphabet.tolist())
        return np.array(
            [c in (END, BORDER) or unicodedata.category(c)[0] == "P" for c in chars], dtype=np.bool_
        )

    def _codes_of(self, wording: str) -> list[int] | None:
        points = np.frombuffer(wording.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        at = np.searchsorted(self._alphabet, points)
        if len(points) == 0 or at.min() == 0 or at.max() == len(self._alphabet):
            return None
        if (self._alphabet[at] != points).any():
            return None
        return [int(code) for code in at]

    def _single(self, code: int) -> Ints:
        letters = len(self._alphabet)
        borders = np.array([code * letters, (code + 1) * letters], dtype=np.uint64)
        low, high = np.searchsorted(self._pairs, borders)
        return np.sort(self._places[self._pair_starts[low] : self._pair_starts[high]])

    def _pair(self, first: int, second: int) -> Ints:
        key = np.uint64(first * len(self._alphabet) + second)
        at = int(np.searchsorted(self._pairs, key))
        if at == len(self._pairs) or self._pairs[at] != key:
            return np.zeros(0, dtype=np.int64)
        return self._places[self._pair_starts[at] : self._pair_starts[at + 1]]

    def _longer(self, codes: list[int]) -> Ints:
        lists = [self._pair(first, second) for first, second in pairwise(codes)]
        rarest = min(range(len(lists)), key=lambda at: len(lists[at]))
        places = lists[rarest].astype(np.int64) - rarest
        places = places[(places >= 0) & (places + len(codes) <= len(self._codes))]
        for at in sorted(range(len(codes)), key=lambda at: min(map(len, lists[max(0, at - 1) : at + 1]))):
            if at not in (rarest, rarest + 1) and len(places):
                places = places[self._codes[places + at] == codes[at]]
        return places


def lines(groups: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    """Lists of numbers as one array and where each list begins."""
    starts = np.zeros(len(groups) + 1, dtype=np.int64)
    np.cumsum([len(group) for group in groups], out=starts[1:])
    return np.array([number for group in groups for number in group], dtype=np.int32), starts


def gather(items: Array, starts: Array, *, chosen: Array) -> Array:
    """The numbers of the ``chosen`` lists, one list after another."""
    return items[ranges(starts[chosen], starts[chosen + 1])]
