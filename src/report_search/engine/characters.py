"""Texts one behind the other as codes of characters, to be scanned: where a wording stands in their base readings.

Two bytes a character and nothing beside it, for engines that look up wordings elsewhere and need places only now
and then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from report_search.engine.arrays import Array, Ints
from report_search.engine.grams import END, encode
from report_search.engine.nearness import Places, closest


def build(texts: Sequence[str]) -> dict[str, Array]:
    """The arrays of ``Characters`` over folded texts."""
    whole = "".join(text + END for text in texts)
    alphabet, codes = encode(np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32))
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) + 1 for text in texts], out=starts[1:])
    often = np.bincount(codes, minlength=len(alphabet)).astype(np.int64)
    return {"alphabet": alphabet, "codes": codes, "starts": starts, "often": often}


class Characters:
    """Texts to scan."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._alphabet, self._codes = arrays["alphabet"], arrays["codes"]
        self._starts, self._often = arrays["starts"], arrays["often"]

    def find(self, wording: str) -> Ints:
        """The places, in order, where ``wording`` (not empty) begins; numbers have no say."""
        points = np.frombuffer(wording.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        at = np.searchsorted(self._alphabet, points)
        if len(self._codes) < len(points) or at.max() == len(self._alphabet):
            return np.zeros(0, dtype=np.int64)
        if (self._alphabet[at] != points).any():
            return np.zeros(0, dtype=np.int64)
        rarest, *others = np.argsort(self._often[at], kind="stable").tolist()
        last = len(self._codes) - len(points) + 1
        places = np.flatnonzero(self._codes[rarest : rarest + last] == at[rarest])
        for step in others:
            places = places[self._codes[places + step] == at[step]]
        return places

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        """The texts in which two wordings are near, and the gap in each."""
        first, second = (Places(self.find(wording), len(wording)) for wording in (one, two))
        return closest(first, second, starts=self._starts)
