"""Whoosh's codec with a faster pen and a faster eye: postings go block by block, and a block holds two arrays.

Whoosh's own blocks hold a Python number for each row and each weight, and cost a hundred times as much to read. What a
block says of itself (its length, its last row) and everything around it is as Whoosh writes it.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh import formats
from whoosh.codec.whoosh3 import W3Codec, W3PostingsWriter
from whoosh.columns import VarBytesColumn
from whoosh.reading import TermNotFound

from report_search.analysis.word_segmenter import Segmenter
from report_search.engine.arrays import Array, Ints
from report_search.engine.columnar.postings import WordLists, narrow_dtype
from report_search.engine.columnar.prepared import AnalyzedPassage, prepare
from report_search.passages import Passage

PASSAGE = "passage"
"""The one field that Whoosh stores of a passage."""
BLOCK = 1 << 16
"""Postings in a block: whole blocks are read at once."""
Packed = tuple[str, bytes]
"""An array: its type and its bytes."""


def prepare_stored(passage: Passage, segmenter: Segmenter) -> AnalyzedPassage:
    """Fold, cut and pack a passage; it is packed as Whoosh pickles and compresses the stored fields of a document."""
    prepared = prepare(passage, segmenter)
    return prepared._replace(packed=zlib.compress(pickle.dumps({PASSAGE: prepared.packed}, 2), 3))


def codec() -> W3Codec:
    """The codec for a new segment."""
    return _Codec(blocklimit=BLOCK)


def add_words(terms: Any, words: WordLists) -> None:
    """Give the writer of a field the words of a segment."""
    for word, rows, weights in words.postings():
        terms.start_term(word.encode("utf-8", "surrogatepass"))
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

    def _mini_ids(self) -> Packed:
        """The first row, and how far each is from the one before."""
        return _pack(np.diff(np.frombuffer(self._ids, dtype=np.uint32), prepend=np.uint32(0)))

    def _mini_weights(self) -> Packed | None:
        """The weights, which are counts; None if all of them are 1."""
        return None if self._maxweight == 1.0 else _pack(np.frombuffer(self._weights, dtype=np.float32))


def read_postings(terms: Any, field: str, *, word: bytes) -> tuple[Ints, Ints]:
    """The rows of a word, in order, and its weight in each, from a reader of terms; of none if it is not there."""
    rows, weights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for ids, often in _blocks(terms, field, word):
        rows.append(np.cumsum(_unpack(ids), dtype=np.int64))
        weights.append(np.ones(len(rows[-1]), dtype=np.int64) if often is None else _unpack(often))
    return np.concatenate(rows), np.concatenate(weights)


def _blocks(terms: Any, field: str, word: bytes) -> Iterator[tuple[Packed, Packed | None]]:
    try:
        matcher = terms.matcher(field, word, formats.Existence())
    except TermNotFound:
        return
    while matcher.is_active():
        matcher._read_data()
        ids, weights, _ = matcher._data
        yield ids, weights
        matcher._next_block()


def _pack(numbers: Array) -> Packed:
    packed = narrow_dtype(numbers.astype(np.uint32))
    return packed.dtype.newbyteorder("<").str, packed.astype(packed.dtype.newbyteorder("<")).tobytes()


def _unpack(packed: Packed) -> Ints:
    kind, data = packed
    return np.frombuffer(data, dtype=kind).astype(np.int64)
