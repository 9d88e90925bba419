"""Texts as they are compared for being near: the set of their four-character pieces, and a MinHash signature of it.

The rule: a signature only says which pairs of texts are worth comparing; how near two texts are is counted from their
pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from report_search.analysis.fold import fold_text

PIECE = 4
BANDS, ROWS = 25, 7
"""A pair of 0.85 shares a band with a probability of 1 - (1 - 0.85⁷)²⁵ = 0.9999, one of 0.5 with 0.18."""
FUNCTIONS = BANDS * ROWS
AGREEING = 120
"""Of ``FUNCTIONS`` at least so many agree in a pair worth comparing; of one of 0.85 fewer do once in ten millions."""
_SEED = 20_261_201
_BATCH = 1 << 15
"""So many characters are signed at a time: what all functions go over in turn stays in the processor's cache."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

Hashes = npt.NDArray[np.uint64]
Signatures = npt.NDArray[np.uint8]


def comparable_text(text: str) -> str:
    """A text as it is compared: folded, each number as one 0."""
    return without_numbers(fold_text(text))


def without_numbers(folded: str) -> str:
    """A folded text with each number as one 0."""
    return _NUMBER.sub("0", folded)


def pieces_of(text: str) -> Hashes:
    """The hashes of the different pieces of a text, ascending, ``(n_pieces,) uint64``."""
    codes = _codes(text)
    if len(codes) < PIECE:
        codes = np.append(codes, np.zeros(PIECE - len(codes), dtype=np.uint64))
    return np.unique(_hashes(codes))


def jaccard(one: Hashes, other: Hashes) -> float:
    """The share of two sets of pieces that both have."""
    merged = np.concatenate((one, other))
    merged.sort(kind="stable")  # two runs in order already, which only have to be merged
    common = int(np.count_nonzero(merged[1:] == merged[:-1]))
    return common / (len(merged) - common)


def _codes(text: str) -> Hashes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def _hashes(codes: Hashes) -> Hashes:
    """The hash of each piece that begins in ``codes``, ``(n_codes - 3,) uint64``."""
    count = len(codes) - PIECE + 1
    # Code points have 21 bits: three fit into 63, and the fourth is mixed in by a multiplication (Fibonacci hashing).
    packed = codes[:count] | codes[1 : count + 1] << np.uint64(21) | codes[2 : count + 2] << np.uint64(42)
    mixed = (packed ^ codes[3 : count + 3] * np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    found: Hashes = mixed ^ mixed >> np.uint64(29)
    return found


def signatures_of(texts: Sequence[str]) -> Signatures:
    """The signatures of texts of ``PIECE`` and more characters, ``(n_texts, FUNCTIONS) uint8``.

    Of each hash function the least value over the pieces of a text, of which eight bits are kept: two that differ
    agree by chance in one of 256 functions.
    """
    signatures = np.empty((len(texts), FUNCTIONS), dtype=np.uint8)
    for first, last in _batches(texts):
        signatures[first:last] = _signed(texts[first:last])
    return signatures


def _signed(texts: Sequence[str]) -> Signatures:
    random = np.random.default_rng(_SEED)
    functions = random.integers(0, 1 << 32, size=(2, FUNCTIONS), dtype=np.uint32)
    factors, offsets = functions[0] | np.uint32(1), functions[1]
    lengths = np.array([len(text) for text in texts])
    ends = np.cumsum(lengths)
    # Of 一二三四五 and 六七八九十 joined, the pieces that begin at 2, 3 and 4 are of both texts, and of neither.
    of_one = np.ones(ends[-1], dtype=np.bool_)
    for back in range(1, PIECE):
        of_one[ends - back] = False
    pieces = (_hashes(_codes("".join(texts))) >> np.uint64(32)).astype(np.uint32)[of_one[: 1 - PIECE]]
    starts = ends - lengths - (PIECE - 1) * np.arange(len(texts))
    least = np.empty((FUNCTIONS, len(texts)), dtype=np.uint32)
    values = np.empty_like(pieces)
    for at in range(FUNCTIONS):
        np.multiply(pieces, factors[at], out=values)
        np.add(values, offsets[at], out=values)
        np.minimum.reduceat(values, starts, out=least[at])
    # The least values are small numbers all: what tells them apart is mixed into the upper bits.
    mixed: Signatures = ((least * np.uint32(0x9E3779B1)) >> np.uint32(24)).astype(np.uint8).T
    return mixed


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Ranges of texts with about ``_BATCH`` characters together."""
    first = size = 0
    for at, text in enumerate(texts):
        size += len(text)
        if size >= _BATCH or at == len(texts) - 1:
            yield first, at + 1
            first, size = at + 1, 0


def band_keys(signatures: Signatures, band: int) -> Hashes:
    """What a band of each signature says, ``(n_texts,) uint64``: equal only where the band is."""
    rows = signatures[:, band * ROWS : (band + 1) * ROWS]
    keys = np.zeros(len(signatures), dtype=np.uint64)
    for at in range(ROWS):
        keys = keys << np.uint64(8) | rows[:, at]
    return keys


def agreeing(
    signatures: Signatures, *, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """In how many functions the signatures of each pair of rows agree, ``(n_pairs,) int64``."""
    counts: npt.NDArray[np.int64] = np.count_nonzero(signatures[one] == signatures[other], axis=1)
    return counts
