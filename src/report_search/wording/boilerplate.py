"""Boilerplate: passages of a corpus that say nearly the same, found once, when an index is built.

Two texts are near if their sets of four-character pieces overlap by at least ``SIMILAR`` (Jaccard), numbers taken as
one; a group is all that is connected by near pairs. Equal texts are put together by their hash. Of the others, MinHash
signatures say which pairs are worth comparing, and each such pair is compared in full: a signature never decides. The
rule: texts shorter than ``SHORTEST`` characters are grouped only with their equals, and rows of tables and headings not
at all, since the official forms make them alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from report_search.analysis.fold import fold
from report_search.generations.boilerplate_file import BoilerplateGroup
from report_search.passages import Passage

SIMILAR = 0.85
PIECE = 4
SHORTEST = 20
BANDS, ROWS = 20, 5
"""A pair as near as ``SIMILAR`` shares a band with a probability of 1 - (1 - 0.85⁵)²⁰ = 0.99999."""
_SEED = 20_261_201
_BATCH = 1 << 18
"""So many pieces are signed at a time, with one function after another: a few megabytes."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

Hashes = npt.NDArray[np.uint64]


def boilerplate_groups(passages: Iterable[Passage]) -> list[BoilerplateGroup]:
    """The groups of two and more passages, in the order of their first passage."""
    paragraphs = [passage for passage in passages if passage.type == "paragraph"]
    groups = near_groups([passage.text for passage in paragraphs])
    return [
        BoilerplateGroup(
            tuple(paragraphs[at].id for at in group), len({paragraphs[at].agency for at in group})
        )
        for group in groups
    ]


def near_groups(texts: Sequence[str]) -> list[list[int]]:
    """The positions of texts that are near one another, groups of two and more, in the order of their first."""
    by_text: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        by_text[comparable_text(text)].append(at)
    distinct = list(by_text)
    groups = _Union(len(distinct))
    pieces = [pieces_of(text) for text in distinct]
    long = [at for at, text in enumerate(distinct) if len(text) >= SHORTEST]
    for bucket in _buckets([pieces[at] for at in long]):
        _join_near([long[at] for at in bucket], pieces, groups=groups)
    joined: dict[int, list[int]] = defaultdict(list)
    for at, text in enumerate(distinct):
        joined[groups.root(at)] += by_text[text]
    return sorted(sorted(group) for group in joined.values() if len(group) > 1)


def comparable_text(text: str) -> str:
    """A text as it is compared: folded, each number as one 0."""
    return _NUMBER.sub("0", fold(text).text)


def pieces_of(text: str) -> Hashes:
    """The hashes of the different pieces of a text, ascending, ``(n_pieces,) uint64``."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < PIECE:
        codes = np.append(codes, np.zeros(PIECE - len(codes), dtype=np.uint64))
    count = len(codes) - PIECE + 1
    # Code points have 21 bits: three fit into 63, and the fourth is mixed in by a multiplication (Fibonacci hashing).
    packed = codes[:count] | codes[1 : count + 1] << np.uint64(21) | codes[2 : count + 2] << np.uint64(42)
    mixed = (packed ^ codes[3 : count + 3] * np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    return np.unique(mixed ^ mixed >> np.uint64(29))


def jaccard(one: Hashes, other: Hashes) -> float:
    """The share of two sets of pieces that both have."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def _buckets(pieces: Sequence[Hashes]) -> Iterator[list[int]]:
    """Positions that agree in a whole band of their signatures, two and more at a time."""
    if not pieces:
        return
    signatures = signatures_of(pieces)
    for band in range(BANDS):
        found: dict[bytes, list[int]] = defaultdict(list)
        part = np.ascontiguousarray(signatures[:, band * ROWS : (band + 1) * ROWS])
        for at, row in enumerate(part):
            found[row.tobytes()].append(at)
        yield from (bucket for bucket in found.values() if len(bucket) > 1)


def signatures_of(pieces: Sequence[Hashes]) -> npt.NDArray[np.uint32]:
    """MinHash signatures, ``(n_texts, BANDS * ROWS) uint32``: of each hash function the least value over a text."""
    random = np.random.default_rng(_SEED)
    functions = random.integers(1, 1 << 63, size=(2, BANDS * ROWS), dtype=np.uint64)
    # Multiply-shift hashing: an odd factor, an offset, the upper half of the product.
    factors, offsets = functions[0] | np.uint64(1), functions[1]
    signatures = np.empty((len(pieces), BANDS * ROWS), dtype=np.uint32)
    for first, last in _batches(pieces):
        joined = np.concatenate(pieces[first:last])
        starts = np.cumsum([0, *map(len, pieces[first : last - 1])])
        for at in range(BANDS * ROWS):
            values = ((joined * factors[at] + offsets[at]) >> np.uint64(32)).astype(np.uint32)
            signatures[first:last, at] = np.minimum.reduceat(values, starts)
    return signatures


def _batches(pieces: Sequence[Hashes]) -> Iterator[tuple[int, int]]:
    """Ranges of texts with about ``_BATCH`` pieces together."""
    first = size = 0
    for at, one in enumerate(pieces):
        size += len(one)
        if size >= _BATCH or at == len(pieces) - 1:
            yield first, at + 1
            first, size = at + 1, 0


def _join_near(bucket: Sequence[int], pieces: Sequence[Hashes], *, groups: _Union) -> None:
    """Join what is near in a bucket; what is joined already is not compared again."""
    for place, one in enumerate(bucket):
        for other in bucket[:place]:
            if groups.root(one) != groups.root(other) and jaccard(pieces[one], pieces[other]) >= SIMILAR:
                groups.join(one, other)


class _Union:
    """Which positions are connected (disjoint sets with path halving)."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def root(self, at: int) -> int:
        above = self._above
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._above[high] = low
