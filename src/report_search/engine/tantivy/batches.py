"""What the tantivy engine keeps beside tantivy's own files: a folder for each batch of rows, with the arrays of a
segment and the postings of its ranking words.

Every passage has a row, a number that is given once and never used again; a batch of rows is named by its first. The
rule: a batch is written whole, before the commit that makes its rows known to tantivy, and never changed; rows that
tantivy does not know, not yet or no longer, are dead and masked.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from report_search.engine.columnar.array_file import read_arrays, write_arrays
from report_search.engine.columnar.postings import WordPostings
from report_search.engine.columnar.segment import Segment, SegmentBuilder

_WORDS = "words"


class Batch(Struct, frozen=True):
    """The rows from ``base`` up to ``base + size``, dead ones included."""

    folder: Path
    base: int
    segment: Segment
    words: WordPostings

    @property
    def size(self) -> int:
        return self.segment.size


def write_batch(folder: Path, builder: SegmentBuilder) -> None:
    """Write what the builder gathered to a new ``folder``."""
    # The words first: their lists are released before the texts, which take the most memory, are sorted.
    words = builder.words.arrays()
    builder.write(folder)
    write_arrays(folder / _WORDS, words)


def open_batches(folder: Path) -> list[Batch]:
    """The batches in ``folder``, in the order of their rows: their names have 12 digits."""
    return [
        Batch(path, int(path.name), Segment(path), WordPostings(read_arrays(path / _WORDS)))
        for path in sorted(folder.glob("*"))
    ]
