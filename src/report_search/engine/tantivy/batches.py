"""What the tantivy engine keeps beside tantivy's own files: the arrays and the words of a batch of rows, a folder
for each.

Every passage has a row, a number that is given once and never used again. The rule: a batch is written whole,
before the commit that makes its rows known to tantivy, and never changed; rows that tantivy does not know
(any more) are dead and masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from report_search.engine.columnar.array_file import read_arrays, write_arrays
from report_search.engine.columnar.postings import WordPostings
from report_search.engine.columnar.segment import Segment, SegmentBuilder

_WORDS = "words"


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows ``base`` … ``base + size`` as they were written."""

    folder: Path
    base: int
    segment: Segment
    words: WordPostings

    @property
    def size(self) -> int:
        return self.segment.size


def write_batch(folder: Path, gathered: SegmentBuilder) -> None:
    """Write what was gathered to a new ``folder``."""
    words = gathered.words.arrays()
    gathered.write(folder)
    write_arrays(folder / _WORDS, words)


def open_batches(folder: Path) -> list[Batch]:
    """The batches in ``folder`` in the order of their rows."""
    return [
        Batch(path, int(path.name), Segment(path), WordPostings(read_arrays(path / _WORDS)))
        for path in sorted(folder.glob("*"))
    ]
