"""Engine ``whoosh``, embedded and with nothing to install: Whoosh 2.7.4 is the store, arrays answer.

Whoosh keeps the postings of the ranking words, the passages, what is deleted, and the commit: its table of
contents, renamed into place, is what makes a commit visible. Beside each Whoosh segment lies a folder with
the arrays of its passages, of the same name and in the same order. A segment's files never change, so an
index can be shared file by file with hard links, and an update of one report costs what its passages cost.
Once there are more than ``MANY`` small segments, the smaller ones are written anew as one.

Whoosh reads parts of its files with pickle: open only what someone vouches for. Its query parser, scorers,
collectors, highlighter and phrase queries are not used, and postings are written and read as whole blocks
(``whoosh_blocks``), since a call for each posting costs a hundred times as much.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

import numpy as np
from whoosh import analysis, fields, formats, index
from whoosh.filedb.filestore import FileStorage
from whoosh.writing import LockError, SegmentWriter

from report_search.engine.arrays import Ints, Mask
from report_search.engine.columnar.prepared import AnalyzedPassage, unpack
from report_search.engine.columnar.segment import Segment, SegmentBuilder
from report_search.engine.columnar.snapshot import ColumnarSnapshot
from report_search.engine.parallel import Preparing
from report_search.engine.protocol import Engine, EngineInfo, Snapshot, Writer
from report_search.engine.whoosh.codec import (
    PASSAGE,
    add_stored,
    add_words,
    codec,
    prepare_stored,
    read_postings,
)
from report_search.errors import OperatorError
from report_search.passages import Passage

NAME = "passages"
ARRAYS = "arrays"
WORDS = "words"
MANY = 16
"""Small segments that an index may have before the smaller ones are written anew as one."""
FULL = 1 << 16
"""Passages that a segment takes at most, so that the number of one takes two bytes; those with less than half of
it count as small."""


def open_engine(folder: Path) -> Engine:
    """The engine with its index in ``folder``, which is made where it is missing."""
    return WhooshEngine(folder)


def _schema() -> Any:
    word = fields.FieldType(formats.Existence(), analysis.IDAnalyzer())
    return fields.Schema(**{WORDS: word, PASSAGE: fields.STORED()})


class WhooshEngine:
    """An index in a folder. What a writer commits is seen by snapshots taken afterwards."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.storage = FileStorage(str(folder), supports_mmap=False)
        try:
            self.index = index.FileIndex(self.storage, indexname=NAME)
        except index.EmptyIndexError:
            self.index = index.FileIndex.create(self.storage, _schema(), NAME)
        self._lock = Lock()
        self._snapshot: ColumnarSnapshot | None = None

    def writer(self) -> Writer:
        return WhooshWriter(self)

    def snapshot(self) -> Snapshot:
        return self.vectors()

    def info(self) -> EngineInfo:
        snapshot = self.vectors()
        return EngineInfo(snapshot.passages_in_all, snapshot.report_count())

    def close(self) -> None:
        with self._lock:
            self._snapshot = None
            self.index.close()

    def vectors(self) -> ColumnarSnapshot:
        """The committed state, opened once."""
        with self._lock:
            if self._snapshot is None:
                segments = self.segments()
                self._snapshot = ColumnarSnapshot(
                    [Segment(self.arrays(segment)) for segment in segments],
                    [_Store(self.storage, segment) for segment in segments],
                    live=_live(segments),
                )
            return self._snapshot

    def segments(self) -> list[Any]:
        """Whoosh's segments as committed, in their order."""
        return list(index.TOC.read(self.storage, NAME).segments)

    def arrays(self, segment: Any) -> Path:
        """The folder of a segment's arrays."""
        return self.folder / ARRAYS / str(segment.segment_id())

    def changed(self) -> None:
        """Forget the state that was read, and what belongs to no segment any more."""
        with self._lock:
            self._snapshot = None
        kept = {self.arrays(segment).name for segment in self.segments()}
        for path in (self.folder / ARRAYS).glob("*"):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)


def _live(segments: Sequence[Any]) -> Mask:
    parts = [np.zeros(0, dtype=np.bool_)]
    for segment in segments:
        live = np.ones(segment.doc_count_all(), dtype=np.bool_)
        live[list(segment.deleted_docs())] = False
        parts.append(live)
    return np.concatenate(parts)


class _Store:
    """A Whoosh segment opened for reading; one thread at a time, since its files are read by seeking."""

    def __init__(self, storage: Any, segment: Any) -> None:
        files = segment.open_compound_file(storage)
        weakref.finalize(self, files.close)
        codec = segment.codec()
        self._terms = codec.terms_reader(files, segment)
        self._documents = codec.per_document_reader(files, segment)
        self._lock = Lock()

    def postings(self, word: str) -> tuple[Ints, Ints]:
        """The rows of the segment that have a ranking word, and how often."""
        with self._lock:
            return read_postings(self._terms, WORDS, word=word.encode("utf-8", "surrogatepass"))

    def passage(self, row: int) -> Passage:
        """The passage of a row of the segment."""
        with self._lock:
            packed = self._documents.stored_fields(row)[PASSAGE]
        return unpack(packed)


class _Segmenting(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer of one new segment, given postings that are sorted already, and a folder of arrays.

    Only the one that holds the lock commits; the segments of the others are handed to it.
    """

    def __init__(self, engine: WhooshEngine, *, lock: bool = True) -> None:
        super().__init__(engine.index, codec=codec(), timeout=0, _lk=lock)
        self.engine = engine
        self.gathered = SegmentBuilder()
        self.dropped: set[int] = set()

    def take(self, passage: Passage, prepared: AnalyzedPassage) -> None:
        """Add a passage."""
        add_stored(self.perdocwriter, self.docnum, data=prepared.packed)
        self.docnum += 1
        self._added = True
        self.gathered.take(passage, prepared)

    def drop(self, report_id: str) -> None:
        """Take a report out again."""
        self.dropped.update(self.gathered.rows_of(report_id))

    def finished(self) -> Any:
        """The segment with its files complete."""
        return self._finalize_segment()

    def abandon(self) -> None:
        """Close its files; the next commit removes them."""
        self._close_segment()

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        terms = self.fieldwriter
        terms.start_field(WORDS, self.schema[WORDS])
        add_words(terms, self.gathered.words)
        terms.finish_field()
        terms.close()

    def _finalize_segment(self) -> Any:
        segment = super()._finalize_segment()
        for row in self.dropped:
            segment.delete_document(row)
        self.gathered.write(self.engine.arrays(segment))
        return segment


class WhooshWriter:
    """Changes that become visible together, by the rename of Whoosh's table of contents."""

    def __init__(self, engine: WhooshEngine) -> None:
        self._engine = engine
        self._writer: Any = None
        self._filling: Any = None
        self._full: list[Any] = []
        self._preparing = Preparing(prepare_stored)

    def __enter__(self) -> Writer:
        try:
            self._writer = self._filling = _Segmenting(self._engine)
        except LockError as error:
            raise OperatorError(
                "engine-locked", "索引正在被写入。", hint="请等另一个写入完成后再试。"
            ) from error
        self._before = self._engine.vectors()
        return self

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages; each ``FULL`` of them make a segment, so that memory stays bounded."""
        self._take(self._preparing.feed(passages))

    def remove_report(self, report_id: str) -> None:
        """Remove a report's passages, those just added too."""
        self._take(self._preparing.rest())
        mine = self._before.having("report", (report_id,)) & self._before.table.live
        for row in np.flatnonzero(mine).tolist():
            self._writer.delete_document(row)
        self._writer.drop(report_id)
        self._filling.drop(report_id)
        for segment in self._full:
            for row in Segment(self._engine.arrays(segment)).rows_of("report", report_id):
                segment.delete_document(row)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._cancel()
            return
        try:
            self._take(self._preparing.rest())
            self._writer.commit(mergetype=self._merged)
        except BaseException:
            self._cancel()
            raise
        self._preparing.close()
        self._engine.changed()

    def _take(self, prepared: Iterable[tuple[Passage, AnalyzedPassage]]) -> None:
        for passage, parts in prepared:
            if len(self._filling.gathered) >= FULL:
                self._next()
            self._filling.take(passage, parts)

    def _next(self) -> None:
        """Go on with another segment."""
        if self._filling is not self._writer:
            self._full.append(self._filling.finished())
        self._filling = _Segmenting(self._engine, lock=False)

    def _merged(self, writer: _Segmenting, segments: list[Any]) -> list[Any]:
        """The segments that stay, new ones among them; the passages of the others are added again."""
        alive = [segment for segment in segments if segment.doc_count()]
        small = sorted((s for s in alive if s.doc_count() < FULL // 2), key=lambda s: s.doc_count())
        again = small[: MANY - MANY // 4] if len(small) >= MANY else []
        for segment in again:
            store = _Store(self._engine.storage, segment)
            self.add(store.passage(row) for row in np.flatnonzero(_live([segment])).tolist())
        self._take(self._preparing.rest())
        if self._filling is not self._writer:
            self._full.append(self._filling.finished())
        return [segment for segment in alive if segment not in again] + self._full

    def _cancel(self) -> None:
        self._preparing.close()
        if self._filling is not self._writer:
            self._filling.abandon()
        if not self._writer.is_closed:
            self._writer.cancel()
        self._engine.changed()
