"""What the tantivy engine keeps beside tantivy's own files: columns, characters and contexts, a folder for each
batch of rows.

Every passage has a row, a number that is given once and never used again. The rule: a batch is written whole,
before the commit that makes its rows known to tantivy, and never changed; rows that tantivy does not know
(any more) are dead and masked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np

from report_search.engine import characters, context
from report_search.engine.arrayfile import read_arrays, write_arrays
from report_search.engine.arrays import Array, Mask
from report_search.engine.boundary import FILTER_FIELDS, SortKey
from report_search.engine.characters import Characters
from report_search.engine.context import ContextIndex
from report_search.engine.counting import Column
from report_search.engine.fields import values_of
from report_search.engine.order import Keys, Ranks
from report_search.engine.strings import Strings, pack
from report_search.passages import Passage

NAMED = (*FILTER_FIELDS, "published")
"""The columns whose values are names."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the columns keep of a passage: ``words`` counts its ranking words, ``text`` is its folded text."""

    id: str
    values: tuple[tuple[str, ...], ...]
    year: int | None
    position: int
    words: int
    text: str
    context: str


def row_of(passage: Passage, *, words: int, text: str) -> Row:
    """The row of a passage with ``words`` ranking words and a folded text."""
    values = (*(values_of(passage, field) for field in FILTER_FIELDS), (passage.published,))
    return Row(passage.id, values, passage.year, passage.position, words, text, passage.context)


def write_batch(folder: Path, rows: Sequence[Row]) -> None:
    """Write the columns and contexts of ``rows`` to a new ``folder``."""
    folder.mkdir(parents=True)
    columns: dict[str, Array] = {
        "words": np.array([row.words for row in rows], dtype=np.int32),
        "characters": np.array([len(row.text) for row in rows], dtype=np.int32),
        "position": np.array([row.position for row in rows], dtype=np.int32),
        "year_number": np.array([row.year or 0 for row in rows], dtype=np.int32),
        "has_year": np.array([row.year is not None for row in rows], dtype=np.bool_),
        **pack([row.id for row in rows], "id_"),
    }
    for at, field in enumerate(NAMED):
        names: dict[str, int] = {}
        pairs = [(n, names.setdefault(v, len(names))) for n, row in enumerate(rows) for v in row.values[at]]
        columns[field + "_codes"] = np.array([code for _, code in pairs], dtype=np.int32)
        columns |= pack(list(names), field + "_")
        if field == "topic":
            columns["topic_rows"] = np.array([number for number, _ in pairs], dtype=np.int32)
    write_arrays(folder / "columns", columns)
    write_arrays(folder / "text", characters.build([row.text for row in rows]))
    write_arrays(folder / "context", context.build([row.context for row in rows]))


class Batch:
    """The rows ``base`` … ``base + size`` as they were written; arrays stay on the disk until looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = int(folder.name)
        self.columns = read_arrays(folder / "columns")
        self.text = Characters(read_arrays(folder / "text"))
        self.context = ContextIndex(read_arrays(folder / "context"))
        self.ids = Strings(self.columns, "id_")
        self.size = len(self.ids)

    def names(self, field: str) -> list[str]:
        """The names of a column in the order of its codes."""
        return list(Strings(self.columns, field + "_"))


def open_batches(folder: Path) -> list[Batch]:
    """The batches in ``folder`` in the order of their rows."""
    return [Batch(path) for path in sorted(folder.glob("*"))]


class Columns:
    """The columns of all batches as one table; a *place* is a row of the table, counted without gaps."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        self.batches = batches
        self.starts = [0, *accumulate(batch.size for batch in batches)]
        self.size = self.starts[-1]
        self.fields = {field: self._column(field) for field in FILTER_FIELDS}
        self.published = self._column("published")
        self.year = self.joined("year_number")
        self.has_year = self.joined("has_year").astype(np.bool_)
        self.position = self.joined("position")

    def joined(self, name: str) -> Array:
        """An array of every batch, one behind the other."""
        return np.concatenate([np.zeros(0, dtype=np.int32), *(batch.columns[name] for batch in self.batches)])

    def of_rows(self, rows: Mask) -> Mask:
        """A mask over row numbers as one over places."""
        parts = [rows[batch.base : batch.base + batch.size] for batch in self.batches]
        return np.concatenate([np.zeros(0, dtype=np.bool_), *parts])

    def row(self, place: int) -> int:
        """The row number of a place."""
        batch, own = self._find(place)
        return batch.base + own

    def places(self, rows: Sequence[int]) -> list[int]:
        """The places of row numbers."""
        bases = [batch.base for batch in self.batches]
        ats = [bisect_right(bases, row) - 1 for row in rows]
        return [self.starts[at] + row - bases[at] for at, row in zip(ats, rows, strict=True)]

    def id(self, place: int) -> str:
        """The id of the passage of a place."""
        batch, own = self._find(place)
        return batch.ids[own]

    def key(self, place: int, *, complete: bool, score: float) -> SortKey:
        """Where the passage of a place stands in an order."""
        report = self.fields["report"]
        return SortKey(
            complete,
            score,
            int(self.year[place]),
            self.published.names[self.published.codes[place]],
            report.names[report.codes[place]],
            int(self.position[place]),
        )

    @cached_property
    def ranks(self) -> Ranks:
        """The orders by date; worked out when the first page is cut."""
        report, published = self.fields["report"], self.published
        return Ranks(
            Keys(self.year, published.codes, report.codes, self.position, published.names, report.names)
        )

    def _find(self, place: int) -> tuple[Batch, int]:
        at = bisect_right(self.starts, place) - 1
        return self.batches[at], place - self.starts[at]

    def _column(self, field: str) -> Column:
        own = [batch.names(field) for batch in self.batches]
        names = sorted({name for names in own for name in names})
        code = {name: at for at, name in enumerate(names)}
        codes, rows = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int64)]
        for batch, start, mine in zip(self.batches, self.starts, own, strict=False):
            table = np.array([code[name] for name in mine], dtype=np.int32)
            codes.append(table[batch.columns[field + "_codes"]])
            if field == "topic":
                rows.append(batch.columns["topic_rows"].astype(np.int64) + start)
        return Column(names, np.concatenate(codes), np.concatenate(rows) if field == "topic" else None)
