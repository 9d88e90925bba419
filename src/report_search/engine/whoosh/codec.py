"""Whoosh's codec with postings in whole blocks: a block holds two arrays instead of a Python number for each posting.

Whoosh takes and gives postings one call at a time, which costs a hundred times as much, so ``add_words``,
``add_stored`` and ``read_postings`` go past its public methods. The rule: what a block says of itself (its length, its
last row) and everything around it is as Whoosh writes it, so that Whoosh's own files, checks and commits stay in use.
That is why Whoosh is pinned to one version.
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
from report_search.engine.columnar.postings import WordPostingsBuilder, narrow_dtype
from report_search.engine.columnar.prepared import AnalyzedPassage, prepare
from report_search.engine.whoosh import plain_pickles
from report_search.passages import Passage

PASSAGE = "passage"
"""The one field that Whoosh stores of a passage."""
BLOCK = 1 << 16
"""The most postings in a block: as many as a segment of ours has rows, so that a word is read in one piece."""
PackedArray = tuple[str, bytes]
"""An array: its dtype, as numpy writes it (``<u2``), and its bytes."""


def prepare_stored(passage: Passage, segmenter: Segmenter) -> AnalyzedPassage:
    """``prepare``, with the passage packed as Whoosh pickles and compresses the stored fields of a document."""
    prepared = prepare(passage, segmenter)
    return prepared._replace(packed=zlib.compress(pickle.dumps({PASSAGE: prepared.packed}, 2), 3))


def codec() -> W3Codec:
    """The codec for a new segment."""
    return _Codec(blocklimit=BLOCK)


def add_words(terms: Any, words: WordPostingsBuilder) -> None:
    """Write the words of a segment; ``terms`` is Whoosh's writer of a field."""
    for word, rows, weights in words.postings():
        terms.start_term(word.encode("utf-8", "surrogatepass"))
        for at in range(0, len(rows), BLOCK):
            terms._postwriter.add_block(rows[at : at + BLOCK], weights[at : at + BLOCK])
        terms.finish_term()


def add_stored(documents: Any, row: int, *, data: bytes) -> None:
    """Write a document whose stored fields are pickled and compressed already; ``documents`` is Whoosh's writer."""
    documents.start_doc(row)
    VarBytesColumn.Writer.add(documents._get_column("_stored")._child, row, data)
    documents.finish_doc()


class _Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec with another writer of postings."""

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> W3PostingsWriter:
        return _PostingsWriter(
            dbfile, self._blocklimit, byteids, compression=self._compression, inlinelimit=self._inlinelimit
        )


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """Whoosh's writer of postings, given whole blocks. ``_mini_ids`` and ``_mini_weights`` encode one for it."""

    def add_block(self, rows: array[int], weights: array[float]) -> None:
        """Write the next postings of a word: a full block, or the last one of it."""
        # Whoosh gathers postings in these attributes until a block is full. The block that is there at the end of a
        # word is written by Whoosh itself, marked as the last one.
        if self._ids:
            self._write_block()
        self._ids: array[int] = rows
        self._weights: array[float] = weights
        self._maxweight = max(weights)

    def _mini_ids(self) -> PackedArray:
        """The first row, then how far each is from the one before: rows 7 9 12 become 7 2 3, a byte each."""
        return _pack(np.diff(np.frombuffer(self._ids, dtype=np.uint32), prepend=np.uint32(0)))

    def _mini_weights(self) -> PackedArray | None:
        """The weights, which are counts; None if all of them are 1, as Whoosh has it."""
        return None if self._maxweight == 1.0 else _pack(np.frombuffer(self._weights, dtype=np.float32))


def read_postings(terms: Any, field: str, *, word: bytes) -> tuple[Ints, Ints]:
    """The rows of a word, ascending, and its weight in each; int64, empty if it is not there."""
    rows, weights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for packed_rows, packed_weights in _blocks(terms, field, word):
        # The first number of a block is a row itself, so blocks need nothing of the one before.
        rows.append(np.cumsum(_unpack(packed_rows), dtype=np.int64))
        weights.append(
            np.ones(len(rows[-1]), dtype=np.int64) if packed_weights is None else _unpack(packed_weights)
        )
    return np.concatenate(rows), np.concatenate(weights)


def _blocks(terms: Any, field: str, word: bytes) -> Iterator[tuple[PackedArray, PackedArray | None]]:
    """The packed rows and weights of each block of a word."""
    try:
        matcher = terms.matcher(field, word, formats.Existence())
    except TermNotFound:
        return
    while matcher.is_active():
        matcher._read_data()
        ids, weights, _ = matcher._data
        yield ids, weights
        matcher._next_block()


def _pack(numbers: Array) -> PackedArray:
    """Numbers, none negative, in the smallest type that holds them, little-endian."""
    packed = narrow_dtype(numbers.astype(np.uint32))
    return packed.dtype.newbyteorder("<").str, packed.astype(packed.dtype.newbyteorder("<")).tobytes()


def _unpack(packed: PackedArray) -> Ints:
    dtype, data = packed
    return np.frombuffer(data, dtype=dtype).astype(np.int64)


plain_pickles.guard(_Codec)
