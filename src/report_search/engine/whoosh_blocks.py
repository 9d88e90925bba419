"""Whoosh's codec with a faster pen: the postings of a word are written block by block, not one by one.

The rule: the files are those that Whoosh's own writer makes of the same postings, byte for byte.
"""

from __future__ import annotations

from array import array
from operator import sub
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3PostingsWriter
from whoosh.columns import VarBytesColumn

BLOCK = 4096
"""Postings in a block: whole blocks are read at once."""


def codec() -> W3Codec:
    """The codec for a new segment."""
    return _Codec(blocklimit=BLOCK)


def add_postings(terms: Any, word: bytes, *, postings: tuple[array[int], array[float]]) -> None:
    """Give the writer of a field a word with its rows, in order, and its weight in each."""
    rows, weights = postings
    terms.start_term(word)
    for at in range(0, len(rows), BLOCK):
        terms._postwriter.take(rows[at : at + BLOCK], weights[at : at + BLOCK])
    terms.finish_term()


def add_stored(documents: Any, row: int, *, data: bytes) -> None:
    """Give the writer of documents one whose stored fields are pickled and compressed already."""
    documents.start_doc(row)
    VarBytesColumn.Writer.add(documents._get_column("_stored")._child, row, data)
    documents.finish_doc()


class _Codec(W3Codec):  # type: ignore[misc]
    def postings_writer(self, dbfile: Any, byteids: bool = False) -> W3PostingsWriter:
        return _PostingsWriter(
            dbfile, self._blocklimit, byteids, compression=self._compression, inlinelimit=self._inlinelimit
        )


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    def take(self, rows: array[int], weights: array[float]) -> None:
        """A block of postings, or the last ones."""
        if self._ids:
            self._write_block()
        self._ids: array[int] = rows
        self._weights: array[float] = weights
        self._maxweight = max(weights)

    def _mini_ids(self) -> tuple[int, ...]:
        return (self._ids[0], *map(sub, self._ids[1:], self._ids))

    def _mini_weights(self) -> tuple[float, ...] | float | None:
        least = min(self._weights)
        if least < self._maxweight:
            return tuple(self._weights)
        return None if least == 1.0 else least
