"""The words of the paragraphs that a search found, and of all others, counted by the table of a generation.

The rule: a generation without a table counts nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
from msgspec import Struct

from report_search.generations.boilerplate_file import StoredCatalogue
from report_search.wording.boilerplate.catalogue import restored
from report_search.wording.boilerplate.word_table import Rows, count_words


class WordSides(Struct, frozen=True):
    """How often words stand in the paragraphs of a selection and in the rest, and how many paragraphs these are."""

    selection: Mapping[str, int]
    rest: Mapping[str, int]
    paragraphs: int
    rest_paragraphs: int


class ParagraphWords:
    """What a generation keeps of its paragraphs' words. Safe to share between threads."""

    def __init__(self, kept: StoredCatalogue | None) -> None:
        catalogue = restored(kept)
        self._table, self._folded = catalogue.words, catalogue.folded
        self._row_of = {passage: row for row, passage in enumerate(catalogue.passages)}
        self._all = count_words(self._table, self._folded)

    def sides(self, passages: Iterable[str], *, stopwords: Collection[str]) -> WordSides:
        """The words of the paragraphs among ``passages``, by their ids, and those of all others."""
        rows = {self._row_of[one] for one in passages if one in self._row_of}
        chosen = np.fromiter(rows, dtype=np.int64, count=len(rows))
        counts = count_words(self._table, self._folded[chosen])
        return WordSides(
            self._named(counts, stopwords),
            self._named(self._all - counts, stopwords),
            len(rows),
            len(self._row_of) - len(rows),
        )

    def _named(self, counts: Rows, stopwords: Collection[str]) -> Mapping[str, int]:
        vocabulary = self._table.vocabulary
        found = np.flatnonzero(counts)
        named = zip(found.tolist(), counts[found].tolist(), strict=True)
        return {vocabulary[at]: count for at, count in named if vocabulary[at] not in stopwords}
