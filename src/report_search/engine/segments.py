"""A segment: the passages of one commit as arrays in files, which nobody changes afterwards.

Everything that is asked of all passages at once is here; ranking words and the passages themselves are the
store's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from report_search.engine import context, exact
from report_search.engine.arrayfile import read_arrays, write_arrays
from report_search.engine.arrays import Array
from report_search.engine.boundary import FILTER_FIELDS
from report_search.engine.context import ContextIndex
from report_search.engine.exact import ExactIndex, Text
from report_search.engine.fields import values_of
from report_search.engine.strings import Lookup, Strings, pack, pack_lookup
from report_search.passages import Passage

FILES = ("text", "context", "columns")
NAMED = (*FILTER_FIELDS, "published")
"""The columns whose values are names."""


def write_segment(
    folder: Path, passages: Sequence[Passage], *, texts: Sequence[Text], words: Sequence[int]
) -> None:
    """Write the arrays of ``passages`` to a new ``folder``; ``words`` counts the ranking words of each."""
    folder.mkdir(parents=True)
    write_arrays(folder / "text", exact.build(texts))
    write_arrays(folder / "context", context.build([passage.context for passage in passages]))
    write_arrays(folder / "columns", _columns(passages, words))


def _columns(passages: Sequence[Passage], words: Sequence[int]) -> dict[str, Array]:
    columns: dict[str, Array] = {
        "words": np.array(words, dtype=np.int32),
        "position": np.array([p.position for p in passages], dtype=np.int32),
        "year_number": np.array([p.year or 0 for p in passages], dtype=np.int32),
        "has_year": np.array([p.year is not None for p in passages], dtype=np.bool_),
        **pack_lookup([p.id for p in passages], "id_"),
    }
    for field in NAMED:
        names: dict[str, int] = {}
        rows, codes = [], []
        for row, passage in enumerate(passages):
            for value in (passage.published,) if field == "published" else values_of(passage, field):
                rows.append(row)
                codes.append(names.setdefault(value, len(names)))
        columns |= {field + "_codes": np.array(codes, dtype=np.int32), **pack(list(names), field + "_")}
        if field == "topic":
            columns["topic_rows"] = np.array(rows, dtype=np.int32)
    return columns


class Segment:
    """A segment opened for reading; its arrays stay on the disk until they are looked at."""

    def __init__(self, folder: Path) -> None:
        self.text = ExactIndex(read_arrays(folder / "text"))
        self.context = ContextIndex(read_arrays(folder / "context"))
        self.columns = read_arrays(folder / "columns")
        self.size = len(self.columns["words"])
        self.ids = Strings(self.columns, "id_")
        self.lookup = Lookup(self.columns, "id_")

    def rows_of(self, field: str, value: str) -> list[int]:
        """The rows that have ``value`` in a column with one value a row."""
        names = self.names(field)
        code = names.index(value) if value in names else -1
        return [int(row) for row in np.flatnonzero(self.columns[field + "_codes"] == code)]

    def names(self, field: str) -> list[str]:
        """The names of a column in the order of its codes."""
        return list(Strings(self.columns, field + "_"))
