"""Passages on their way into a segment: folded, cut into ranking words, their postings and columns collected."""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import msgspec

from report_search.analysis.fold import Variant, fold
from report_search.analysis.segment import bundled
from report_search.engine.exact import Text, text_of
from report_search.engine.segments import Gathered
from report_search.passages import Passage

PASSAGE = "passage"
"""The one field that Whoosh stores of a passage."""


class Prepared(NamedTuple):
    """What can be said of a passage by itself; small and quick to hand from process to process.

    ``stored`` is the passage as Whoosh's column of stored fields holds it. ``words`` are the ranking words, each
    once, with a blank between, and ``counts`` says how often each stands in the text.
    """

    stored: bytes
    text: str
    variants: tuple[tuple[int, int, str], ...]
    breaks: tuple[int, ...]
    words: str
    counts: tuple[int, ...]


def prepare(passage: Passage) -> Prepared:
    """Fold, cut and pack a passage."""
    folded = fold(passage.text)
    counts = Counter(bundled().search_words(folded.text))
    text = text_of(folded)
    return Prepared(
        _stored(passage),
        text.text,
        tuple((edge.start, edge.end, edge.text) for edge in text.variants),
        text.breaks,
        " ".join(counts),
        tuple(counts.values()),
    )


def _stored(passage: Passage) -> bytes:
    """As Whoosh pickles and compresses the stored fields of a document."""
    return zlib.compress(pickle.dumps({PASSAGE: msgspec.msgpack.encode(passage)}, 2), 3)


class Pending:
    """What a new segment will hold, in the order of its rows."""

    def __init__(self) -> None:
        self._gathered = Gathered()
        self._postings: dict[str, tuple[array[int], array[float]]] = {}

    def __len__(self) -> int:
        return len(self._gathered)

    def take(self, passage: Passage, prepared: Prepared) -> None:
        """Collect one more passage."""
        row = len(self._gathered)
        postings = self._postings
        for word, count in zip(prepared.words.split(), prepared.counts, strict=True):
            found = postings.get(word)
            if found is None:
                found = postings[word] = array("I"), array("f")
            found[0].append(row)
            found[1].append(count)
        variants = tuple(Variant(*edge) for edge in prepared.variants)
        text = Text(prepared.text, variants, prepared.breaks)
        self._gathered.take(passage, text=text, words=sum(prepared.counts))

    def postings(self) -> list[tuple[bytes, tuple[array[int], array[float]]]]:
        """Each ranking word in order, with its rows and its count in each."""
        return sorted(
            (word.encode("utf-8", "surrogatepass"), found) for word, found in self._postings.items()
        )

    def rows_of(self, report: str) -> list[int]:
        """The rows of a report."""
        return self._gathered.rows_of(report)

    def write(self, folder: Path) -> None:
        """Write the arrays to a new ``folder``."""
        self._gathered.write(folder)
