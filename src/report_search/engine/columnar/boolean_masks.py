"""Query trees over arrays: ``query.algebra`` with a boolean array, one element a passage, for each set.

The rule: this module only combines masks. Which passages a leaf selects is asked of the snapshot (``LeafMasks``).
No mask is changed once it was handed out, since the snapshot keeps those of leaves in its cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Protocol

import numpy as np

from report_search.analysis.fold import FoldedText
from report_search.engine.arrays import Mask, all_false
from report_search.query.ast import HasNumber, Near, Pattern, Question, Within


class LeafMasks(Protocol):
    """The passages that each kind of leaf selects; every mask is ``(size,) bool``."""

    @property
    def size(self) -> int: ...

    def text_contains(self, needle: FoldedText) -> Mask:
        """The passages whose own text contains ``needle``."""
        ...

    def context_contains(self, needle: FoldedText) -> Mask:
        """The passages whose context contains ``needle``."""
        ...

    def positional(self, tree: Pattern | Near | Within) -> Mask:
        """The passages for which a node holds that compares positions in the text."""
        ...

    def with_number(self, wanted: HasNumber) -> Mask:
        """The passages that have the number that a node asks for."""
        ...

    def of_reports(self, found: Mask) -> Mask:
        """All passages of the reports that have one of ``found``, deleted ones apart."""
        ...

    def answering(self, question: Question, among: Mask) -> Mask:
        """The passages that answer a question, by the best score of any of ``among``."""
        ...

    def having(self, field: str, values: Sequence[str]) -> Mask:
        """The passages with one of ``values`` in ``field``."""
        ...

    def between(self, low: int | None, high: int | None) -> Mask:
        """The passages with a year of ``low`` … ``high``."""
        ...


class MaskAlgebra:
    """Sets of passages as masks of ``leaves.size``."""

    def __init__(self, leaves: LeafMasks) -> None:
        self._leaves = leaves

    def everything(self) -> Mask:
        return ~all_false(self._leaves.size)

    def nothing(self) -> Mask:
        return all_false(self._leaves.size)

    def all_of(self, sets: Sequence[Mask]) -> Mask:
        return reduce(np.logical_and, sets) if sets else self.everything()

    def any_of(self, sets: Sequence[Mask]) -> Mask:
        return reduce(np.logical_or, sets) if sets else self.nothing()

    def at_least(self, count: int, sets: Sequence[Mask]) -> Mask:
        # One counter a passage, (size,) int32, instead of a table of sets: a run may have hundreds of words.
        counts = np.zeros(self._leaves.size, dtype=np.int32)
        for mask in sets:
            counts += mask
        return counts >= count

    def negate(self, found: Mask) -> Mask:
        return ~found

    def text_contains(self, needle: FoldedText) -> Mask:
        return self._leaves.text_contains(needle)

    def context_contains(self, needle: FoldedText) -> Mask:
        return self._leaves.context_contains(needle)

    def by_position(self, node: Pattern | Near | Within) -> Mask:
        return self._leaves.positional(node)

    def with_number(self, node: HasNumber) -> Mask:
        return self._leaves.with_number(node)

    def of_reports(self, found: Mask) -> Mask:
        return self._leaves.of_reports(found)

    def answering(self, question: Question, among: Mask) -> Mask:
        return self._leaves.answering(question, among)

    def having(self, field: str, values: Sequence[str]) -> Mask:
        return self._leaves.having(field, values)

    def year_between(self, low: int | None, high: int | None) -> Mask:
        return self._leaves.between(low, high)
