"""What the tantivy engine keeps beside tantivy's own files: texts, words, columns and contexts, a folder for each
batch of rows.

Every passage has a row, a number that is given once and never used again. The rule: a batch is written whole,
before the commit that makes its rows known to tantivy, and never changed; rows that tantivy does not know
(any more) are dead and masked.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np

from report_search.engine import context, occurrences, texts
from report_search.engine.arrayfile import read_arrays, write_arrays
from report_search.engine.arrays import Array
from report_search.engine.boundary import FILTER_FIELDS
from report_search.engine.context import ContextIndex
from report_search.engine.exact import Text
from report_search.engine.fields import values_of
from report_search.engine.occurrences import Words
from report_search.engine.strings import Lookup, Strings, pack, pack_lookup
from report_search.engine.tantivy_rows import Prepared, text_in, words_in
from report_search.engine.texts import Texts
from report_search.passages import Passage

NAMED = (*FILTER_FIELDS, "published")
"""The columns whose values are names."""
_NUMBERS = ("words", "position", "year_number", "has_year")


class Filling:
    """A batch being filled, in the order of its rows: names, words and contexts are kept once."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._texts: list[Text] = []
        self._contexts: list[str] = []
        self._own_contexts: dict[str, str] = {}
        self._numbers = {name: array("i") for name in _NUMBERS}
        self._names: dict[str, dict[str, int]] = {field: {} for field in NAMED}
        self._codes = {field: array("i") for field in NAMED}
        self._topic_rows = array("i")
        self._words: dict[str, int] = {}
        self._occurrences = array("i"), array("i"), array("i")

    def __len__(self) -> int:
        return len(self._ids)

    def take(self, passage: Passage, prepared: Prepared) -> None:
        """Add a row."""
        row = len(self)
        numbers = (sum(prepared.counts), passage.position, passage.year or 0, passage.year is not None)
        for column, number in zip(self._numbers.values(), numbers, strict=True):
            column.append(number)
        for field in NAMED:
            values = (passage.published,) if field == "published" else values_of(passage, field)
            names = self._names[field]
            self._codes[field].extend(names.setdefault(value, len(names)) for value in values)
            if field == "topic":
                self._topic_rows.extend(row for _ in values)
        self._take_words(row, prepared)
        context_ = passage.context
        self._contexts.append(self._own_contexts.setdefault(context_, context_))
        self._texts.append(text_in(prepared))
        self._ids.append(passage.id)

    def write(self, folder: Path) -> None:
        """Write what was taken to a new ``folder``."""
        folder.mkdir(parents=True)
        numbers, rows, counts = (np.array(column, dtype=np.int32) for column in self._occurrences)
        words = occurrences.words(list(self._words), numbers, texts=rows, counts=counts)
        write_arrays(folder / "columns", self._columns())
        write_arrays(folder / "words", words)
        write_arrays(folder / "text", texts.build(self._texts))
        write_arrays(folder / "context", context.build(self._contexts))

    def _take_words(self, row: int, prepared: Prepared) -> None:
        numbers, rows, counts = self._occurrences
        own = self._words
        numbers.extend(own.setdefault(word, len(own)) for word in words_in(prepared))
        rows.extend(row for _ in prepared.counts)
        counts.extend(prepared.counts)

    def _columns(self) -> dict[str, Array]:
        columns = {name: np.array(column, dtype=np.int32) for name, column in self._numbers.items()}
        columns |= pack_lookup(self._ids, "id_")
        for field, codes in self._codes.items():
            columns[field + "_codes"] = np.array(codes, dtype=np.int32)
            columns |= pack(list(self._names[field]), field + "_")
        return columns | {"topic_rows": np.array(self._topic_rows, dtype=np.int32)}


class Batch:
    """The rows ``base`` … ``base + size`` as they were written; arrays stay on the disk until looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = int(folder.name)
        self.columns = read_arrays(folder / "columns")
        self.words = Words(read_arrays(folder / "words"))
        self.text = Texts(read_arrays(folder / "text"))
        self.context = ContextIndex(read_arrays(folder / "context"))
        self.ids = Strings(self.columns, "id_")
        self.lookup = Lookup(self.columns, "id_")
        self.size = len(self.ids)

    def names(self, field: str) -> list[str]:
        """The names of a column in the order of its codes."""
        return list(Strings(self.columns, field + "_"))


def open_batches(folder: Path) -> list[Batch]:
    """The batches in ``folder`` in the order of their rows."""
    return [Batch(path) for path in sorted(folder.glob("*"))]
