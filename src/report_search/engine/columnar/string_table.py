"""Many short strings as two arrays, so that a list of ids costs nothing to open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from report_search.engine.arrays import Array, equal_range
from report_search.hashing import hash64


def pack(strings: Sequence[str], prefix: str = "") -> dict[str, Array]:
    """The strings as arrays: their bytes, and where each begins."""
    parts = [string.encode("utf-8", "surrogatepass") for string in strings]
    starts = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in parts], out=starts[1:])
    return {prefix + "bytes": np.frombuffer(b"".join(parts), dtype=np.uint8), prefix + "starts": starts}


class Strings(Sequence[str]):
    """Packed strings by position."""

    def __init__(self, arrays: dict[str, Array], prefix: str = "") -> None:
        self._bytes, self._starts = arrays[prefix + "bytes"], arrays[prefix + "starts"]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: int) -> str:  # type: ignore[override]  # slices are never asked for
        return bytes(self._bytes[self._starts[at] : self._starts[at + 1]]).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        data, starts = bytes(self._bytes), self._starts.tolist()
        return (data[a:b].decode("utf-8", "surrogatepass") for a, b in pairwise(starts))


class Lookup:
    """From strings to their positions, by sorted digests and a look at the string itself."""

    def __init__(self, arrays: dict[str, Array], prefix: str = "") -> None:
        self._strings = Strings(arrays, prefix)
        self._digests, self._order = arrays[prefix + "digests"], arrays[prefix + "order"]

    def find(self, string: str) -> list[int]:
        """The positions of ``string``, in order."""
        low, high = equal_range(self._digests, hash64(string))
        found = sorted(int(at) for at in self._order[low:high])
        return [at for at in found if self._strings[at] == string]


def pack_lookup(strings: Sequence[str], prefix: str = "") -> dict[str, Array]:
    """The strings as ``pack`` gives them, and what ``Lookup`` needs."""
    digests = np.array([hash64(string) for string in strings], dtype=np.uint64)
    order = np.argsort(digests, kind="stable").astype(np.int32)
    return pack(strings, prefix) | {prefix + "digests": digests[order], prefix + "order": order}
