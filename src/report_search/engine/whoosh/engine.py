"""Engine ``whoosh``, embedded and with nothing to install: Whoosh 2.7.4 is the store, the columnar index answers.

Whoosh keeps the postings of the ranking words, the passages, which are deleted, and the commit: its table of contents
(TOC), renamed into place, makes a commit visible. Beside Whoosh's files each segment has a folder of arrays, named by
its id, with the same passages in the same order. Once there are ``MAX_SMALL_SEGMENTS`` small segments, most of them
are merged into one.

The rule: a segment's files never change. So an index can be shared file by file with hard links, and an update of one
report costs what its passages cost.

Whoosh keeps parts of its files as pickles; they are read as data, and nothing that they name is run
(``whoosh.plain_pickles``). Its query parser, scorers, collectors, highlighter and phrase queries are not used, and
postings are written and read as whole blocks (``whoosh.codec``), since a call for each posting costs a hundred times
as much.
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
from report_search.engine.parallel import PassagePreparer
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
MAX_SMALL_SEGMENTS = 16
"""With this many small segments, the smaller three quarters of them are merged by the next commit."""
SEGMENT_PASSAGES = 1 << 16
"""The most passages in a segment, so that a row number takes two bytes. One with less than half of it is small."""


def open_engine(folder: Path) -> Engine:
    """The engine with its index in ``folder``, which is created if it is missing."""
    return WhooshEngine(folder)


def _schema() -> Any:
    word = fields.FieldType(formats.Existence(), analysis.IDAnalyzer())
    return fields.Schema(**{WORDS: word, PASSAGE: fields.STORED()})


class WhooshEngine:
    """An index in a folder. A commit is seen by snapshots that are taken after it."""

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
        return self.columnar_snapshot()

    def info(self) -> EngineInfo:
        return self.columnar_snapshot().info()

    def close(self) -> None:
        with self._lock:
            self._snapshot = None
            self.index.close()

    def columnar_snapshot(self) -> ColumnarSnapshot:
        """The committed state, opened once and kept until the next commit."""
        with self._lock:
            if self._snapshot is None:
                segments = self.segments()
                self._snapshot = ColumnarSnapshot(
                    [Segment(self.arrays(segment)) for segment in segments],
                    [_WhooshStore(self.storage, segment) for segment in segments],
                    live=_live_mask(segments),
                )
            return self._snapshot

    def segments(self) -> list[Any]:
        """Whoosh's segments as committed, in the order of their rows."""
        # Read from the TOC each time: ``self.index`` may remember a commit before the last.
        return list(index.TOC.read(self.storage, NAME).segments)

    def arrays(self, segment: Any) -> Path:
        """The folder of a segment's arrays."""
        return self.folder / ARRAYS / str(segment.segment_id())

    def refresh(self) -> None:
        """Drop the state that was opened, and delete the arrays of segments that no commit has."""
        with self._lock:
            self._snapshot = None
        committed = {self.arrays(segment).name for segment in self.segments()}
        for path in list((self.folder / ARRAYS).glob("*")):
            if path.name not in committed:
                # Open snapshots have them mapped, and go on reading: the system frees a file when the last one ends.
                shutil.rmtree(path, ignore_errors=True)


def _live_mask(segments: Sequence[Any]) -> Mask:
    """Which rows of the segments, one after another, are not deleted, ``(n_rows,) bool``."""
    parts = [np.zeros(0, dtype=np.bool_)]
    for segment in segments:
        live = np.ones(segment.doc_count_all(), dtype=np.bool_)
        live[list(segment.deleted_docs())] = False
        parts.append(live)
    return np.concatenate(parts)


class _WhooshStore:
    """A Whoosh segment opened for reading; one thread at a time, since its files are read by seeking."""

    def __init__(self, storage: Any, segment: Any) -> None:
        files = segment.open_compound_file(storage)
        # A snapshot may be in use when its engine is closed, so its files close when nothing refers to it.
        weakref.finalize(self, files.close)
        codec = segment.codec()
        self._terms = codec.terms_reader(files, segment)
        self._documents = codec.per_document_reader(files, segment)
        self._lock = Lock()

    def postings(self, word: str) -> tuple[Ints, Ints]:
        """The rows of the segment that have a ranking word, ascending int64, and how often."""
        with self._lock:
            return read_postings(self._terms, WORDS, word=word.encode("utf-8", "surrogatepass"))

    def packed_passage(self, row: int) -> bytes:
        """The passage of a row of the segment, packed."""
        with self._lock:
            packed: bytes = self._documents.stored_fields(row)[PASSAGE]
        return packed


class _SegmentWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer of one new segment, given postings that are sorted already, and the folder of its arrays.

    A commit may add several segments: only the first writer holds Whoosh's lock and commits; those of the others are
    handed to it.
    """

    def __init__(self, engine: WhooshEngine, *, lock: bool = True) -> None:
        super().__init__(engine.index, codec=codec(), timeout=0, _lk=lock)
        self.engine = engine
        self.builder = SegmentBuilder()
        self.dropped: set[int] = set()

    def append(self, passage: Passage, prepared: AnalyzedPassage) -> None:
        """Add a passage as the next row."""
        add_stored(self.perdocwriter, self.docnum, data=prepared.packed)
        self.docnum += 1
        self._added = True  # without it, Whoosh takes the segment for empty and writes none
        self.builder.add(passage, prepared)

    def drop(self, report_id: str) -> None:
        """Delete the passages of a report that were added here."""
        self.dropped.update(self.builder.rows_of(report_id))

    def finish(self) -> Any:
        """Write the files of the segment, and return it."""
        return self._finalize_segment()

    def abandon(self) -> None:
        """Close the files of the segment; the next commit deletes them."""
        self._close_segment()

    def _flush_segment(self) -> None:
        # In place of Whoosh's own, which would sort postings that it gathered one by one.
        self.perdocwriter.close()
        terms = self.fieldwriter
        terms.start_field(WORDS, self.schema[WORDS])
        add_words(terms, self.builder.words)
        terms.finish_field()
        terms.close()

    def _finalize_segment(self) -> Any:
        segment = super()._finalize_segment()
        for row in self.dropped:
            segment.delete_document(row)
        # Before the commit, which is the rename of the TOC: arrays without a segment do no harm.
        self.builder.write(self.engine.arrays(segment))
        return segment


class WhooshWriter:
    """Changes that become visible together, by the rename of Whoosh's table of contents.

    ``_writer`` commits; ``_current`` takes passages, and is another one once the first segment is full. ``_full`` are
    the segments of those in between.
    """

    def __init__(self, engine: WhooshEngine) -> None:
        self._engine = engine
        self._writer: Any = None
        self._current: Any = None
        self._full: list[Any] = []
        self._preparer = PassagePreparer(prepare_stored)

    def __enter__(self) -> Writer:
        try:
            self._writer = self._current = _SegmentWriter(self._engine)
        except LockError as error:
            raise OperatorError(
                "engine-locked", "索引正在被写入。", hint="请等另一个写入完成后再试。"
            ) from error
        self._before = self._engine.columnar_snapshot()
        return self

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages; each ``SEGMENT_PASSAGES`` of them make a segment, so that memory stays bounded."""
        self._append(self._preparer.feed(passages))

    def remove_report(self, report_id: str) -> None:
        """Remove a report's passages, those just added too."""
        # Passages that are still being prepared were added before this call, so they are removed too.
        self._append(self._preparer.drain())
        for row in self._before.live_rows_of_report(report_id).tolist():
            self._writer.delete_document(row)
        self._writer.drop(report_id)
        self._current.drop(report_id)
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
            self._append(self._preparer.drain())
            self._writer.commit(mergetype=self._choose_segments)
        except BaseException:
            self._cancel()
            raise
        self._preparer.close()
        self._engine.refresh()

    def _append(self, prepared: Iterable[tuple[Passage, AnalyzedPassage]]) -> None:
        for passage, parts in prepared:
            if len(self._current.builder) >= SEGMENT_PASSAGES:
                self._finish_current()
                self._current = _SegmentWriter(self._engine, lock=False)
            self._current.append(passage, parts)

    def _finish_current(self) -> None:
        """Write the current segment, unless it is that of the committing writer, which does so by itself."""
        if self._current is not self._writer:
            self._full.append(self._current.finish())

    def _choose_segments(self, writer: _SegmentWriter, segments: list[Any]) -> list[Any]:
        """Whoosh's merge policy: the segments of the new TOC, beside that of ``writer``.

        The passages of those that are merged are added again, as the last ones of this commit.
        """
        nonempty = [segment for segment in segments if segment.doc_count()]
        merged = _segments_to_merge(nonempty)
        for segment in merged:
            store = _WhooshStore(self._engine.storage, segment)
            live_rows = np.flatnonzero(_live_mask([segment])).tolist()
            self.add(unpack(store.packed_passage(row)) for row in live_rows)
        self._append(self._preparer.drain())
        self._finish_current()
        return [segment for segment in nonempty if segment not in merged] + self._full

    def _cancel(self) -> None:
        self._preparer.close()
        if self._current is not self._writer:
            self._current.abandon()
        if not self._writer.is_closed:
            self._writer.cancel()
        self._engine.refresh()


def _segments_to_merge(segments: list[Any]) -> list[Any]:
    """The smaller three quarters of the small segments, if there are too many small ones."""
    # The larger quarter stays as it is, so that a passage is rewritten a few times at most, however many updates come.
    small = [segment for segment in segments if segment.doc_count() < SEGMENT_PASSAGES // 2]
    if len(small) < MAX_SMALL_SEGMENTS:
        return []
    small.sort(key=lambda segment: segment.doc_count())
    return small[: MAX_SMALL_SEGMENTS - MAX_SMALL_SEGMENTS // 4]
