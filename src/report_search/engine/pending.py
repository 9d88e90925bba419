"""Passages on their way into a segment: folded, cut into ranking words, their postings and columns collected."""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from report_search.analysis.fold import Variant, fold
from report_search.analysis.segment import bundled
from report_search.engine.exact import Text, text_of
from report_search.engine.occurrences import smallest
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


class _Numbers(dict[str, int]):
    """Names to numbers, given in the order in which they are first asked for."""

    def __missing__(self, name: str) -> int:
        self[name] = len(self)
        return self[name]


class Pending:
    """What a new segment will hold, in the order of its rows."""

    def __init__(self) -> None:
        self._gathered = Gathered()
        self._words = _Numbers()
        self._numbers, self._counts, self._distinct = array("I"), array("I"), array("I")

    def __len__(self) -> int:
        return len(self._gathered)

    def take(self, passage: Passage, prepared: Prepared) -> None:
        """Collect one more passage."""
        self._numbers.extend(map(self._words.__getitem__, prepared.words.split()))
        self._counts.extend(prepared.counts)
        self._distinct.append(len(prepared.counts))
        variants = tuple(Variant(*edge) for edge in prepared.variants)
        text = Text(prepared.text, variants, prepared.breaks)
        self._gathered.take(passage, text=text, words=sum(prepared.counts))

    def postings(self) -> Iterator[tuple[bytes, tuple[array[int], array[float]]]]:
        """Each ranking word in order, with its rows and its count in each; they are handed over, and not kept."""
        names = [word.encode("utf-8", "surrogatepass") for word in self._words]
        numbers = np.array(self._numbers, dtype=smallest(len(names)))
        order = np.argsort(numbers, kind="stable")
        rows = array("I", np.repeat(np.arange(len(self), dtype=np.uint32), self._distinct)[order].tobytes())
        weights = array("f", np.array(self._counts, dtype=np.float32)[order].tobytes())
        ends = np.cumsum(np.bincount(numbers, minlength=len(names))).tolist()
        self._words, self._numbers, self._counts = _Numbers(), array("I"), array("I")
        for name, low, high in sorted(zip(names, [0, *ends], ends, strict=False)):
            yield name, (rows[low:high], weights[low:high])

    def rows_of(self, report: str) -> list[int]:
        """The rows of a report."""
        return self._gathered.rows_of(report)

    def write(self, folder: Path) -> None:
        """Write the arrays to a new ``folder``."""
        self._gathered.write(folder)
