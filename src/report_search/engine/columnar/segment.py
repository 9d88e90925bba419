"""A segment: the passages of one commit as arrays in files, which never change afterwards.

The rule: everything that is asked of all passages at once is here; ranking words and the passages themselves are kept
by the engine's store.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np

from report_search.engine.arrays import Array
from report_search.engine.columnar import context_index, number_index, text_index
from report_search.engine.columnar.array_file import read_arrays, write_arrays
from report_search.engine.columnar.context_index import ContextIndex
from report_search.engine.columnar.indexed_text import IndexedText
from report_search.engine.columnar.number_index import NumberIndex
from report_search.engine.columnar.postings import WordPostingsBuilder
from report_search.engine.columnar.prepared import (
    AnalyzedPassage,
    numbers_of_prepared,
    text_of_prepared,
    words_of_prepared,
)
from report_search.engine.columnar.string_table import StringLookup, StringTable, pack, pack_lookup
from report_search.engine.columnar.text_index import TextIndex
from report_search.engine.protocol import tier_of
from report_search.fields import FILTER_FIELDS
from report_search.hashing import hash64
from report_search.passages import Passage, values_of
from report_search.query.numbers.of_passage import PassageNumber

NAMED_COLUMNS = (*FILTER_FIELDS, "published")
"""The columns whose values are names, kept once and numbered."""


class SegmentBuilder:
    """Gathers the passages of a new segment row by row: values as numbers, names once.

    ``words`` are the ranking words, which the engine's store takes over.
    """

    def __init__(self) -> None:
        self.words = WordPostingsBuilder()
        self._texts: list[IndexedText] = []
        self._passage_numbers: list[list[PassageNumber]] = []
        self._ids: list[str] = []
        self._contexts: list[str] = []
        self._own_contexts: dict[str, str] = {}
        self._numbers = {
            name: array("i") for name in ("words", "position", "tier", "year_number", "has_year")
        }
        self._names: dict[str, dict[str, int]] = {field: {} for field in NAMED_COLUMNS}
        self._codes = {field: array("i") for field in NAMED_COLUMNS}
        self._topic_rows = array("i")
        self._text_groups = array("Q")

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, passage: Passage, prepared: AnalyzedPassage) -> None:
        """Add a passage as the next row."""
        self._add_columns(passage, words=sum(prepared.counts))
        # Equal contexts, which whole tables share, are kept as one string.
        context = passage.context
        self._contexts.append(self._own_contexts.setdefault(context, context))
        self._texts.append(text_of_prepared(prepared))
        self._text_groups.append(hash64(prepared.text))
        self._passage_numbers.append(numbers_of_prepared(prepared))
        self.words.add(words_of_prepared(prepared), prepared.counts)
        self._ids.append(passage.id)

    def rows_of(self, report: str) -> list[int]:
        """The rows of a report, ascending."""
        code = self._names["report"].get(report)
        return [] if code is None else [row for row, own in enumerate(self._codes["report"]) if own == code]

    def write(self, folder: Path) -> None:
        """Write the arrays to a new ``folder``, as ``Segment`` reads them."""
        folder.mkdir(parents=True)
        text = text_index.build(self._texts)
        write_arrays(folder / "text", text)
        write_arrays(folder / "numbers", number_index.build(self._passage_numbers, text))
        write_arrays(folder / "context", context_index.build(self._contexts))
        write_arrays(folder / "columns", self._columns())

    def _add_columns(self, passage: Passage, *, words: int) -> None:
        """Add the values of the next row to every column."""
        has_year = passage.year is not None
        numbers = (words, passage.position, tier_of(passage), passage.year or 0, has_year)
        for column, number in zip(self._numbers.values(), numbers, strict=True):
            column.append(number)
        for field in NAMED_COLUMNS:
            values = (passage.published,) if field == "published" else values_of(passage, field)
            # A new name gets the next number: the first passage's section is 0, the first other one is 1.
            names = self._names[field]
            self._codes[field].extend(names.setdefault(value, len(names)) for value in values)
            # The one field with any number of values: beside each value, the row that has it.
            if field == "topic":
                self._topic_rows.extend(len(self) for _ in values)

    def _columns(self) -> dict[str, Array]:
        """The arrays of the file ``columns``.

        - ``words``, ``position``, ``tier``, ``year_number``, ``(n_rows,) int32``; ``has_year``, ``(n_rows,) bool``
        - ``id_…``: a ``StringLookup`` of the passage ids
        - for each of ``NAMED_COLUMNS`` the table of its names, in the order in which they came, and its ``…_codes``,
          ``(n_rows,) int32``; for ``topic`` one for each value, and
        - ``topic_rows``, as long as ``topic_codes``, int32: the row of each
        - ``text_group``, ``(n_rows,) uint64``: the group of equal texts, which is the hash of the folded text
        """
        # Three rows with the topics {预算}, {} and {预算, 复议} have topic_codes 0 0 1 and topic_rows 0 2 2.
        columns: dict[str, Array] = {
            name: np.array(numbers, dtype=np.bool_ if name == "has_year" else np.int32)
            for name, numbers in self._numbers.items()
        }
        columns |= pack_lookup(self._ids, "id_")
        for field in NAMED_COLUMNS:
            columns[field + "_codes"] = np.array(self._codes[field], dtype=np.int32)
            columns |= pack(list(self._names[field]), field + "_")
        return columns | {
            "topic_rows": np.array(self._topic_rows, dtype=np.int32),
            "text_group": np.array(self._text_groups, dtype=np.uint64),
        }


class Segment:
    """A segment opened for reading. Its arrays are mapped: what no query needs stays on the disk."""

    def __init__(self, folder: Path) -> None:
        self.text = TextIndex(read_arrays(folder / "text"))
        self.numbers = NumberIndex(read_arrays(folder / "numbers"), self.text)
        self.context = ContextIndex(read_arrays(folder / "context"))
        self.columns = read_arrays(folder / "columns")
        self.size = len(self.columns["words"])
        self.ids = StringTable(self.columns, "id_")
        self.lookup = StringLookup(self.columns, "id_")

    def rows_of(self, field: str, value: str) -> list[int]:
        """The rows, ascending, that have ``value`` in a column with one value a row."""
        names = self.names(field)
        code = names.index(value) if value in names else -1
        return [int(row) for row in np.flatnonzero(self.columns[field + "_codes"] == code)]

    def names(self, field: str) -> list[str]:
        """The names of a column, in the order of its codes."""
        return list(StringTable(self.columns, field + "_"))
