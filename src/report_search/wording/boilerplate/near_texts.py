"""Which texts are near one another: their sets of pieces overlap by at least ``SIMILAR`` (Jaccard).

Near texts are linked; a group is all that links connect. Signatures name the pairs that are worth comparing, and each
such pair is compared in full, unless links connect it already. Whether two texts are near depends on the two alone, so
what was found of them once holds whatever other texts come and go: only texts that are new, and those that a text which
left may have connected, are compared again. The rule: texts shorter than ``SHORTEST`` characters are near no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from report_search.wording.boilerplate.signatures import (
    AGREEING,
    BANDS,
    Hashes,
    Signatures,
    agreeing,
    band_keys,
    comparable_text,
    jaccard,
    pieces_of,
    signatures_of,
)

SIMILAR = 0.85
SHORTEST = 20
_PAIRS = 1 << 14
"""So many pairs have their signatures compared at a time."""
_FETCHED = 64
"""So many pairs are compared in full at a time: their texts are fetched together."""

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Fetch = Callable[[Sequence[int]], Sequence[str]]
"""Gives the texts with these numbers, as they are compared, in the order asked."""


def near_groups(texts: Sequence[str]) -> list[list[int]]:
    """The positions of texts that are equal or near, groups of two and more, in the order of their first."""
    by_text: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        by_text[comparable_text(text)].append(at)
    distinct = list(by_text)
    long = [text for text in distinct if len(text) >= SHORTEST]
    links = Links(len(long))
    everything = np.ones(len(long), dtype=np.bool_)
    link_near(signatures_of(long), links, unsettled=everything, fetch=lambda ats: [long[at] for at in ats])
    group_of = dict(zip(long, links.groups().tolist(), strict=True))
    joined: dict[object, list[int]] = defaultdict(list)
    for text in distinct:
        joined[group_of.get(text, text)] += by_text[text]
    return sorted(sorted(group) for group in joined.values() if len(group) > 1)


class Links:
    """Pairs of near texts, no more than connect them, and which texts they connect (disjoint sets)."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))
        self.pairs: list[tuple[int, int]] = []

    def connects(self, one: int, other: int) -> bool:
        """Whether links lead from one text to the other."""
        return self._root(one) == self._root(other)

    def add(self, one: int, other: int) -> None:
        """Link two near texts, unless they are connected."""
        low, high = sorted((self._root(one), self._root(other)))
        if low != high:
            self._above[high] = low
            self.pairs.append((one, other))

    def groups(self) -> Rows:
        """The least number of a text that each is connected with, ``(n_texts,) int64``."""
        return self.groups_of(np.arange(len(self._above)))

    def groups_of(self, texts: Rows) -> Rows:
        """The same of some texts, in the order given."""
        return np.fromiter(map(self._root, texts.tolist()), dtype=np.int64, count=len(texts))

    def _root(self, at: int) -> int:
        above = self._above
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at


def link_near(signatures: Signatures, links: Links, *, unsettled: Flags, fetch: Fetch) -> None:
    """Link the near texts of which at least one is ``unsettled``; all others are linked where they are near.

    ``signatures`` has a row for each text of ``links``, ``unsettled`` is ``(n_texts,) bool``.
    """
    comparison = _Comparison(signatures, links, fetch)
    for band in range(BANDS):
        rows, starts = _buckets(band_keys(signatures, band), unsettled)
        comparison.compare(*_with_first(rows, starts, unsettled))
        for pairs in _batches(_pairs_apart(_divided(rows, starts, links.groups_of(rows)), unsettled)):
            comparison.compare(*pairs)


def _buckets(keys: Hashes, unsettled: Flags) -> tuple[Rows, Rows]:
    """The texts that share their key with another, if one of those is unsettled, and where each bucket begins.

    Texts are sorted by key, in a bucket the unsettled ones first.
    """
    rows = np.arange(len(keys))
    if not unsettled.all():
        wanted = np.unique(keys[unsettled])
        places = np.searchsorted(wanted, keys)
        places[places == len(wanted)] = 0
        rows = np.flatnonzero(wanted[places] == keys) if len(wanted) else rows[:0]
    rows = rows[np.lexsort((~unsettled[rows], keys[rows]))]
    sorted_keys = keys[rows]
    is_first = np.append(True, sorted_keys[1:] != sorted_keys[:-1])[: len(rows)]
    sizes = np.diff(np.append(np.flatnonzero(is_first), len(rows)))
    rows = rows[np.repeat(sizes > 1, sizes)]
    return rows, np.cumsum(sizes[sizes > 1]) - sizes[sizes > 1]


def _with_first(rows: Rows, starts: Rows, unsettled: Flags) -> tuple[Rows, Rows]:
    """Each text of a bucket beside the first one, which is unsettled."""
    sizes = np.diff(np.append(starts, len(rows)))
    firsts = np.repeat(rows[starts], sizes)
    return firsts[firsts != rows], rows[firsts != rows]


def _divided(rows: Rows, starts: Rows, of_row: Rows) -> Iterator[tuple[Rows, Rows]]:
    """The buckets of three and more texts that are not all connected, each with the groups of its texts."""
    if not len(rows):
        return
    low, high = np.minimum.reduceat(of_row, starts), np.maximum.reduceat(of_row, starts)
    stops = np.append(starts[1:], len(rows))
    for at in np.flatnonzero((low != high) & (stops - starts > 2)).tolist():
        bucket = slice(starts[at], stops[at])
        yield rows[bucket], of_row[bucket]


def _pairs_apart(buckets: Iterable[tuple[Rows, Rows]], unsettled: Flags) -> Iterator[tuple[Rows, Rows]]:
    """The pairs of each bucket, the first of which is unsettled, that no links connect; each once."""
    for bucket, groups in buckets:
        count = int(unsettled[bucket].sum())  # they come first
        step = max(1, _PAIRS // len(bucket))
        for start in range(0, count, step):
            apart = groups[start : min(count, start + step), None] != groups
            one, other = np.nonzero(np.triu(apart, start + 1))
            yield bucket[one + start], bucket[other]


def _batches(pairs: Iterable[tuple[Rows, Rows]]) -> Iterator[tuple[Rows, Rows]]:
    """The same pairs, many at a time."""
    gathered: list[tuple[Rows, Rows]] = []
    count = 0
    for one in pairs:
        gathered.append(one)
        count += len(one[0])
        if count >= _PAIRS:
            yield _joined(gathered)
            gathered, count = [], 0
    if gathered:
        yield _joined(gathered)


def _joined(pairs: Sequence[tuple[Rows, Rows]]) -> tuple[Rows, Rows]:
    return np.concatenate([one for one, _ in pairs]), np.concatenate([other for _, other in pairs])


class _Comparison(Struct):
    """Compares pairs of texts in full and links the near ones; no pair twice."""

    signatures: Signatures
    links: Links
    fetch: Fetch
    pieces: dict[int, Hashes] = field(default_factory=dict)
    rejected: set[tuple[int, int]] = field(default_factory=set)

    def compare(self, one: Rows, other: Rows) -> None:
        """Link the near ones of the pairs ``one[i]`` and ``other[i]``."""
        for start in range(0, len(one), _PAIRS):
            self._compare(one[start : start + _PAIRS], other[start : start + _PAIRS])

    def _compare(self, one: Rows, other: Rows) -> None:
        agreement = agreeing(self.signatures, one=one, other=other)
        worth = np.flatnonzero(agreement >= AGREEING)
        # The likeliest first: once they are linked, most others are connected.
        worth = worth[np.argsort(-agreement[worth], kind="stable")]
        pairs = list(zip(one[worth].tolist(), other[worth].tolist(), strict=True))
        for start in range(0, len(pairs), _FETCHED):
            open_pairs = [pair for pair in pairs[start : start + _FETCHED] if self._is_open(pair)]
            self._have_pieces(at for pair in open_pairs for at in pair)
            for pair in open_pairs:
                self._link_if_near(pair)

    def _is_open(self, pair: tuple[int, int]) -> bool:
        return pair not in self.rejected and not self.links.connects(*pair)

    def _link_if_near(self, pair: tuple[int, int]) -> None:
        if self.links.connects(*pair):
            return
        if jaccard(self.pieces[pair[0]], self.pieces[pair[1]]) >= SIMILAR:
            self.links.add(*pair)
        else:
            self.rejected |= {pair, pair[::-1]}

    def _have_pieces(self, numbers: Iterable[int]) -> None:
        missing = sorted(set(numbers) - self.pieces.keys())
        if missing:
            self.pieces |= zip(missing, map(pieces_of, self.fetch(missing)), strict=True)
