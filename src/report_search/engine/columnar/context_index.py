"""The context of many passages: headings, table headers, title, agency, year.

Many passages share a context, and contexts share parts. So each different part is indexed once: a needle is looked up
among the parts, then come the contexts that have such a part, then the passages that have such a context.

The rule: a needle never matches across the border between two parts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from report_search.analysis.fold import FoldedText, fold
from report_search.engine.arrays import Array, Mask, concat_ranges
from report_search.engine.columnar import text_index
from report_search.engine.columnar.indexed_text import text_of
from report_search.engine.columnar.text_index import TextIndex
from report_search.fields import BORDER


def build(contexts: Sequence[str]) -> dict[str, Array]:
    """The arrays of a ``ContextIndex`` over the context of each passage: those of ``text_index.build`` over the
    different parts, and

    - ``numbers``, ``(n_passages,) int32``: the context of each passage
    - ``part_contexts``, ``(n_entries,) int32``: the contexts of each part, one part after another
    - ``part_starts``, ``(n_parts + 1,) int64``: where the contexts of each part begin there
    - ``contexts``, ``(1,) int64``: how many different contexts there are
    """
    # Three passages with the contexts 外交部|2014, 外交部|2014 and 外交部|2019 (| is the border):
    #
    #     numbers  0 0 1     parts  外交部 2014 2019     part_contexts  0 1 | 0 | 1     part_starts  0 2 3 4
    number_of = _numbered(contexts)
    contexts_of_part: dict[str, list[int]] = {}
    for context, number in number_of.items():
        # A part that a context has twice is entered once.
        for part in dict.fromkeys(context.split(BORDER)):
            contexts_of_part.setdefault(part, []).append(number)
    items, starts = _pack_lists(list(contexts_of_part.values()))
    return {
        **text_index.build([text_of(fold(part)) for part in contexts_of_part]),
        "numbers": np.array([number_of[context] for context in contexts], dtype=np.int32),
        "part_contexts": items,
        "part_starts": starts,
        "contexts": np.array([len(number_of)], dtype=np.int64),
    }


class ContextIndex:
    """The contexts of passages, which are asked which of them contain a needle. See ``build`` for the layout."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._parts = TextIndex(arrays)
        self._numbers = arrays["numbers"]
        self._items, self._starts = arrays["part_contexts"], arrays["part_starts"]
        self._contexts = int(arrays["contexts"][0])

    def containing(self, needle: FoldedText) -> Mask:
        """The passages whose context contains ``needle``, ``(n_passages,) bool``."""
        parts = np.flatnonzero(self._parts.containing(needle))
        contexts = np.zeros(self._contexts, dtype=np.bool_)
        contexts[_unpack_lists(self._items, self._starts, chosen=parts)] = True
        passages: Mask = contexts[self._numbers]
        return passages


def _numbered(strings: Sequence[str]) -> dict[str, int]:
    """The different strings, numbered in the order in which they first come."""
    return {string: number for number, string in enumerate(dict.fromkeys(strings))}


def _pack_lists(lists: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    """Lists of numbers as one array, int32, and where each list begins in it, ``(n_lists + 1,) int64``."""
    starts = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(items) for items in lists], out=starts[1:])
    return np.array([number for items in lists for number in items], dtype=np.int32), starts


def _unpack_lists(items: Array, starts: Array, *, chosen: Array) -> Array:
    """The numbers of the ``chosen`` lists, one list after another."""
    return items[concat_ranges(starts[chosen], starts[chosen + 1])]
