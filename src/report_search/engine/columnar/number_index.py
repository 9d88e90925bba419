"""The numbers of many passages, sorted, so that a comparison is a slice and its rows are an array.

Plain numbers and percentages are kept apart, since neither is ever compared with the other. Beside each number stands
its row, and its sentence if it is no cell of a table, so that what has to stand beside it is one look into a mask of
sentences.

The rule: the answer is that of ``query.evaluate`` for each passage. Where a word beside a number may stand in an
additional reading of the text, the few rows in question are verified one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from report_search import deadline
from report_search.engine.arrays import Array, Ints, Mask, all_false, group_starts, mask_of
from report_search.engine.columnar.positional import sentences_matching
from report_search.engine.columnar.text_index import TextIndex
from report_search.query.ast import HasNumber, NumberRange
from report_search.query.numbers.of_passage import PassageNumber
from report_search.query.positions import sentences, sentences_with

IN_CELL = -1
"""The sentence of a number that is the value of a cell."""
KINDS = ("plain", "percent")
FEW = 200
"""Up to so many numbers are looked at one by one, which takes less than to find the words in all texts."""


def build(numbers: Sequence[Sequence[PassageNumber]], text: dict[str, Array]) -> dict[str, Array]:
    """The arrays of a ``NumberIndex`` over the numbers of each passage; ``text`` are those of their ``TextIndex``.

    For each of ``KINDS``, all of them ``(n_numbers,)`` and in the order of the values:

    - ``…_values``, float64, ascending: what each number is worth, in units of one or in per cent
    - ``…_rows``, int32: the passage that it is in
    - ``…_sentences``, int32: its sentence, as a position in the array ``sentences`` of the texts; -1 in a cell
    """
    # 举办 225 场。发布 732 条 as row 0 and a table row with the cells 12 and 5.5% as row 1:
    #
    #     plain_values    12 225 732     plain_rows  1 0 0     plain_sentences  -1 0 1
    #     percent_values  5.5            percent_rows  1       percent_sentences  -1
    arrays: dict[str, Array] = {}
    for kind in KINDS:
        entries = [
            (row, number)
            for row, own in enumerate(numbers)
            for number in own
            if number.is_percent is (kind == "percent")
        ]
        values = np.array([number.value for _, number in entries], dtype=np.float64)
        rows = np.array([row for row, _ in entries], dtype=np.int32)
        starts = np.array([number.start for _, number in entries], dtype=np.int64)
        in_cell = np.array([number.in_cell for _, number in entries], dtype=np.bool_)
        sentence = np.searchsorted(text["sentences"], text["starts"][rows] + starts, side="right") - 1
        order = np.argsort(values, kind="stable")
        arrays[kind + "_values"] = values[order]
        arrays[kind + "_rows"] = rows[order]
        arrays[kind + "_sentences"] = np.where(in_cell, IN_CELL, sentence).astype(np.int32)[order]
    return arrays


class NumberIndex:
    """The numbers of the passages of a segment; see ``build`` for the layout."""

    def __init__(self, arrays: dict[str, Array], text: TextIndex) -> None:
        self._arrays, self._text = arrays, text

    def containing(self, wanted: HasNumber) -> Mask:
        """The passages that have the number that a node asks for, ``(n_passages,) bool``."""
        rows, in_sentences = self._in_range(wanted.range)
        if not len(rows) or not wanted.beside:
            return mask_of(rows, self._text.size)
        in_cell = in_sentences == IN_CELL
        found = mask_of(rows[in_cell], self._text.size)
        rows, in_sentences = rows[~in_cell], in_sentences[~in_cell]
        if len(rows) <= FEW:
            maybe = ~all_false(self._text.size)
        else:
            certain, by_variant = zip(
                *(sentences_matching(leaf, self._text) for leaf in wanted.beside), strict=True
            )
            found[rows[reduce(np.logical_or, certain)[in_sentences]]] = True
            maybe = reduce(np.logical_or, by_variant)
        return self._add_verified(found, wanted, rows=rows, in_sentences=in_sentences, maybe=maybe)

    def _in_range(self, wanted: NumberRange) -> tuple[Ints, Ints]:
        """The row and the sentence of every number in a range."""
        kind = "percent" if wanted.is_percent else "plain"
        values = self._arrays[kind + "_values"]
        low, high = 0, len(values)
        if wanted.low is not None:
            low = int(np.searchsorted(values, wanted.low, side="left" if wanted.includes[0] else "right"))
        if wanted.high is not None:
            high = int(np.searchsorted(values, wanted.high, side="right" if wanted.includes[1] else "left"))
        return self._arrays[kind + "_rows"][low:high], self._arrays[kind + "_sentences"][low:high]

    def _add_verified(
        self, found: Mask, wanted: HasNumber, *, rows: Ints, in_sentences: Ints, maybe: Mask
    ) -> Mask:
        """``found`` with those of ``rows`` that are in ``maybe``, each of them verified by itself."""
        open_ = maybe[rows] & ~found[rows]
        rows, in_sentences = rows[open_], in_sentences[open_]
        order = np.argsort(rows, kind="stable")
        rows, in_sentences = rows[order], in_sentences[order]
        firsts = group_starts(rows)
        for first, last in zip(firsts, np.append(firsts[1:], len(rows)), strict=False):
            deadline.check()
            row = int(rows[first])
            text = self._text.folded(row)
            # The sentences of all texts are numbered on, so those of this one begin at that of its first character.
            base = np.searchsorted(self._text.sentence_starts, self._text.base.starts[row], side="right") - 1
            matching = set(sentences_with(wanted.beside, text))
            good = [at for at, sentence in enumerate(sentences(text)) if sentence in matching]
            found[row] = bool(np.isin(in_sentences[first:last] - base, good).any())
        return found
