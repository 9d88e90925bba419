"""Passages on their way into a segment: folded, cut into ranking words, their postings collected."""

from __future__ import annotations

from array import array
from collections import Counter
from pathlib import Path

from report_search.analysis.fold import fold
from report_search.analysis.segment import bundled
from report_search.engine.exact import Text, text_of
from report_search.engine.segments import write_segment
from report_search.passages import Passage

MANY = 500
"""From so many passages on it pays to load a cutter for many texts."""


class Pending:
    """What a new segment will hold, in the order of its rows."""

    def __init__(self) -> None:
        self._passages: list[Passage] = []
        self._texts: list[Text] = []
        self._lengths: list[int] = []
        self._postings: dict[bytes, tuple[array[int], array[float]]] = {}

    def __len__(self) -> int:
        return len(self._passages)

    def take(self, passage: Passage) -> None:
        """Fold and cut one more passage."""
        if len(self) == MANY:
            bundled().for_many()
        folded = fold(passage.text)
        counts = Counter(bundled().search_words(folded.text))
        row = len(self._passages)
        for word, count in counts.items():
            key = word.encode("utf-8", "surrogatepass")
            if key not in self._postings:
                self._postings[key] = (array("I"), array("f"))
            rows, weights = self._postings[key]
            rows.append(row)
            weights.append(count)
        self._passages.append(passage)
        self._texts.append(text_of(folded))
        self._lengths.append(counts.total())

    def postings(self) -> list[tuple[bytes, tuple[array[int], array[float]]]]:
        """Each ranking word in order, with its rows and its count in each."""
        return sorted(self._postings.items())

    def rows_of(self, report: str) -> list[int]:
        """The rows of a report."""
        return [row for row, passage in enumerate(self._passages) if passage.report == report]

    def write(self, folder: Path) -> None:
        """Write the arrays to a new ``folder``."""
        write_segment(folder, self._passages, texts=self._texts, words=self._lengths)
