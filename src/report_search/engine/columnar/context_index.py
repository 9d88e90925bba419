"""The context of many passages: headings, column heads, title, agency, year.

The same context stands over many passages, so each part of it is kept once. A word is looked up among the
parts; which passages have such a part is then a matter of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from report_search.analysis.fold import FoldedText, fold
from report_search.engine.arrays import Array, Mask, ranges
from report_search.engine.columnar import text_index
from report_search.engine.columnar.indexed_text import text_of
from report_search.engine.columnar.text_index import TextIndex
from report_search.fields import BORDER


def build(contexts: Sequence[str]) -> dict[str, Array]:
    """The arrays of a ``ContextIndex`` over the context of each passage."""
    own: dict[str, int] = {}
    numbers = np.array([own.setdefault(context, len(own)) for context in contexts], dtype=np.int32)
    parts: dict[str, int] = {}
    groups = [[parts.setdefault(part, len(parts)) for part in context.split(BORDER)] for context in own]
    owners: list[list[int]] = [[] for _ in parts]
    for at, group in enumerate(groups):
        for part in dict.fromkeys(group):
            owners[part].append(at)
    items, starts = _lines(owners)
    return {
        **text_index.build([text_of(fold(part)) for part in parts]),
        "numbers": numbers,
        "part_contexts": items,
        "part_starts": starts,
        "contexts": np.array([len(own)], dtype=np.int64),
    }


class ContextIndex:
    """The contexts of passages, which are asked which of them a word stands in."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._parts = TextIndex(arrays)
        self._numbers = arrays["numbers"]
        self._items, self._starts = arrays["part_contexts"], arrays["part_starts"]
        self._contexts = int(arrays["contexts"][0])

    def stands(self, needle: FoldedText) -> Mask:
        """The passages whose context ``needle`` stands in."""
        parts = np.flatnonzero(self._parts.stands(needle))
        having = np.zeros(self._contexts, dtype=np.bool_)
        having[_gather(self._items, self._starts, chosen=parts)] = True
        found: Mask = having[self._numbers]
        return found


def _lines(groups: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    """Lists of numbers as one array and where each list begins."""
    starts = np.zeros(len(groups) + 1, dtype=np.int64)
    np.cumsum([len(group) for group in groups], out=starts[1:])
    return np.array([number for group in groups for number in group], dtype=np.int32), starts


def _gather(items: Array, starts: Array, *, chosen: Array) -> Array:
    """The numbers of the ``chosen`` lists, one list after another."""
    return items[ranges(starts[chosen], starts[chosen + 1])]
