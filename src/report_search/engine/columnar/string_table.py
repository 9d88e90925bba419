"""Many short strings as two arrays, so that opening a list of a million ids reads nothing.

The rule: strings are kept as UTF-8 one after another, and found again by a hash that is always checked against the
string itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

import numpy as np

from report_search.engine.arrays import Array, Ints, equal_range
from report_search.hashing import hash64


def pack(strings: Sequence[str], prefix: str = "") -> dict[str, Array]:
    """The arrays of a ``StringTable``; ``prefix`` comes before their names.

    ``bytes``, ``(n_bytes,) uint8``: all strings as UTF-8; ``starts``, ``(n_strings + 1,) int64``: where each begins,
    and where the last ends. 领事, 公开 and the empty string take 12 bytes, and their starts are [0 6 12 12].
    """
    # Lone surrogates occur in what PDF files give as text, and must come back as they were.
    parts = [string.encode("utf-8", "surrogatepass") for string in strings]
    starts = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in parts], out=starts[1:])
    return {prefix + "bytes": np.frombuffer(b"".join(parts), dtype=np.uint8), prefix + "starts": starts}


class StringTable(Sequence[str]):
    """Packed strings by position; each is decoded when it is asked for."""

    def __init__(self, arrays: dict[str, Array], prefix: str = "") -> None:
        self._bytes, self._starts = arrays[prefix + "bytes"], arrays[prefix + "starts"]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: int) -> str:  # type: ignore[override]  # slices are never asked for
        return bytes(self._bytes[self._starts[at] : self._starts[at + 1]]).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        # One copy of everything: slicing the mapped array for each string takes three times as long.
        data, starts = bytes(self._bytes), self._starts.tolist()
        return (data[a:b].decode("utf-8", "surrogatepass") for a, b in pairwise(starts))


class StringLookup:
    """From strings to their positions: a binary search for the hash, then a look at the string itself."""

    def __init__(self, arrays: dict[str, Array], prefix: str = "") -> None:
        self._strings = StringTable(arrays, prefix)
        self._digests, self._order = arrays[prefix + "digests"], arrays[prefix + "order"]

    def find(self, string: str) -> list[int]:
        """The positions of ``string``, ascending; [] if it is not there."""
        low, high = equal_range(self._digests, hash64(string))
        candidates = sorted(int(at) for at in self._order[low:high])
        return [at for at in candidates if self._strings[at] == string]

    def find_all(self, strings: Collection[str]) -> Ints:
        """The positions, int64 in no order, that have one of ``strings``: all hashes are looked up at once."""
        wanted = np.array([hash64(string) for string in strings], dtype=np.uint64)
        wanted.sort()
        at = np.searchsorted(wanted, self._digests)
        is_wanted = at < len(wanted)
        is_wanted[is_wanted] = wanted[at[is_wanted]] == self._digests[is_wanted]
        candidates = self._order[is_wanted].astype(np.int64)
        known = frozenset(strings)
        is_it = [self._strings[position] in known for position in candidates.tolist()]
        return candidates[np.array(is_it, dtype=np.bool_)]


def pack_lookup(strings: Sequence[str], prefix: str = "") -> dict[str, Array]:
    """The arrays of a ``StringLookup``: those of ``pack`` and two more.

    ``digests``, ``(n_strings,) uint64``: the hashes, ascending; ``order``, ``(n_strings,) int32``: the position of the
    string that each belongs to.
    """
    digests = np.array([hash64(string) for string in strings], dtype=np.uint64)
    order = np.argsort(digests, kind="stable").astype(np.int32)
    return pack(strings, prefix) | {prefix + "digests": digests[order], prefix + "order": order}
