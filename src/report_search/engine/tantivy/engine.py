"""Engine ``tantivy``: a million passages and more on one machine, with one extra package.

tantivy keeps the passages, which of them are there, and the commit; beside it are the arrays that answer, a folder for
each batch of rows. Once there are ``MAX_SMALL_BATCHES`` small batches, as updates leave them, most are merged.

The rule: tantivy's commit, the rename of its ``meta.json``, makes a change visible. Batches are written before it, and
those without a row that the commit knows are dead. No file is ever written again under its name, so that a generation
may share it by a hard link.

Wordings are looked up in the arrays and not in tantivy: the hits of its phrase query could be had only as counts of
rows (``live_rows``), which takes two to three times as long where there are many, and their positions not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType

import numpy as np
import tantivy

from report_search.engine.arrays import Ints
from report_search.engine.columnar.prepared import AnalyzedPassage, prepare
from report_search.engine.columnar.segment import SegmentBuilder
from report_search.engine.columnar.snapshot import ColumnarSnapshot
from report_search.engine.parallel import PassagePreparer
from report_search.engine.protocol import Engine, EngineInfo, Snapshot, Writer
from report_search.engine.tantivy.batches import Batch, open_batches, write_batch
from report_search.engine.tantivy.live_rows import REPORT, LiveRows, document, schema
from report_search.errors import OperatorError
from report_search.passages import Passage

INDEX = "index"
COLUMNS = "columns"
HEAP = 64 << 20
"""The bytes that tantivy gathers before it writes a segment of its own."""
THREADS = 1
"""The threads of tantivy's writer: splitting passages into words takes far longer than what one of them does."""
BATCH_ROWS = 1 << 16
"""The most rows in a batch, so that a row number takes two bytes. One with less than half of it live is small."""
MAX_SMALL_BATCHES = 16
"""With this many small batches, the smaller three quarters of them are merged by the next commit."""


def open_engine(folder: Path) -> Engine:
    """The engine with its index in ``folder``, which is created if it is missing."""
    return TantivyEngine(folder)


class TantivyEngine:
    """An index in a folder. A commit is seen by snapshots that are taken after it."""

    def __init__(self, folder: Path) -> None:
        self.batches = folder / COLUMNS
        for path in (folder / INDEX, self.batches):
            path.mkdir(parents=True, exist_ok=True)
        try:
            self.index = tantivy.Index(schema(), path=str(folder / INDEX))
        except (ValueError, OSError) as error:
            raise OperatorError(
                "index-damaged",
                f"索引文件损坏：{folder / INDEX}（{error}）",
                hint="请运行 report-search index 重建索引。",
            ) from error
        self.index.config_reader("manual")  # a snapshot must not move on with the next commit
        self._lock = Lock()
        self._state: CommittedState | None = None

    def writer(self) -> Writer:
        return TantivyWriter(self)

    def snapshot(self) -> Snapshot:
        return self.state().snapshot

    def info(self) -> EngineInfo:
        return self.state().snapshot.info()

    def close(self) -> None:
        with self._lock:
            self._state = None

    def state(self) -> CommittedState:
        """The committed state, opened once and kept until the next commit."""
        with self._lock:
            if self._state is None:
                self.index.reload()
                self._state = CommittedState(self.index, open_batches(self.batches))
            return self._state

    def refresh(self) -> None:
        """Drop the state that was opened, and delete the batches without a live row."""
        with self._lock:
            self._state = None
        for batch, live in self.state().live_counts():
            if not live:
                shutil.rmtree(batch.folder, ignore_errors=True)
        # The state that was just opened has the deleted batches.
        with self._lock:
            self._state = None


class CommittedState:
    """What one commit has, opened for reading: the rows from 0 up to ``rows``."""

    def __init__(self, index: tantivy.Index, batches: Sequence[Batch]) -> None:
        self.batches = batches
        self.rows = max((batch.base + batch.size for batch in batches), default=0)
        self.live_rows = LiveRows(index, self.rows)
        live = self.live_rows.mask()
        # A batch that was deleted leaves a gap in the rows; those of a segment are counted without gaps.
        self._live_parts = [live[batch.base : batch.base + batch.size] for batch in batches]
        self.snapshot = ColumnarSnapshot(
            [batch.segment for batch in batches],
            [_TantivyStore(self.live_rows, batch) for batch in batches],
            live=np.concatenate([np.zeros(0, dtype=np.bool_), *self._live_parts]),
        )

    def live_counts(self) -> Iterator[tuple[Batch, int]]:
        """Each batch with the number of its live rows."""
        for batch, live in zip(self.batches, self._live_parts, strict=True):
            yield batch, int(np.count_nonzero(live))


class _TantivyStore:
    """The ranking words and the passages of a batch."""

    def __init__(self, live_rows: LiveRows, batch: Batch) -> None:
        self._live_rows, self._batch = live_rows, batch

    def postings(self, word: str) -> tuple[Ints, Ints]:
        """The rows of the batch that have a ranking word, ascending int64, and how often."""
        return self._batch.words.counts(word)

    def packed_passage(self, row: int) -> bytes:
        """The passage of a row of the batch that is live, packed."""
        return self._live_rows.packed_of_row(self._batch.base + row)


class TantivyWriter:
    """Changes that become visible together, by tantivy's commit.

    ``_builder`` gathers the batch that begins at row ``_base``; ``_written`` are the folders of those before it.
    """

    def __init__(self, engine: TantivyEngine) -> None:
        self._engine = engine
        self._builder = SegmentBuilder()
        self._written: list[Path] = []
        self._removed: set[str] = set()
        self._preparer = PassagePreparer(prepare)

    def __enter__(self) -> Writer:
        try:
            self._index = self._engine.index.writer(HEAP, THREADS)
        except ValueError as error:
            raise OperatorError(
                "engine-locked", "索引正在被写入。", hint="请等另一个写入完成后再试。"
            ) from error
        self._before = self._engine.state()
        self._base = self._before.rows
        return self

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages."""
        self._append(self._preparer.feed(passages))

    def remove_report(self, report_id: str) -> None:
        """Remove a report's passages, those just added too."""
        # Passages that are still being prepared were added before this call, so they are removed too.
        self._append(self._preparer.drain())
        self._removed.add(report_id)
        self._index.delete_documents_by_term(REPORT, report_id)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            self._append(self._preparer.drain())
            self._commit()
        except BaseException:
            self._undo()
            raise
        self._preparer.close()
        self._index.wait_merging_threads()
        self._engine.refresh()

    def _append(self, prepared: Iterable[tuple[Passage, AnalyzedPassage]]) -> None:
        """Add prepared passages to tantivy and to the batch, under the same rows."""
        for passage, parts in prepared:
            row = self._base + len(self._builder)
            self._index.add_document(document(passage, row, packed=parts.packed))
            self._builder.add(passage, parts)
            if len(self._builder) == BATCH_ROWS:
                self._write_batch()

    def _commit(self) -> None:
        try:
            self._merge_small_batches()
            self._write_batch()
            self._index.commit()
        except (ValueError, OSError) as failed:
            raise OperatorError(
                "engine-write", f"索引写入失败：{failed}", hint="请检查磁盘空间和目录权限后重新运行。"
            ) from failed

    def _write_batch(self) -> None:
        if len(self._builder):
            folder = self._engine.batches / f"{self._base:012d}"
            self._written.append(folder)  # first, so that a batch that is written in part is deleted
            write_batch(folder, self._builder)
            self._base += len(self._builder)
            self._builder = SegmentBuilder()

    def _merge_small_batches(self) -> None:
        """Move the passages of most small batches to new rows, if there are too many small ones."""
        for batch in self._batches_to_merge():
            rows = range(batch.base, batch.base + batch.size)
            moved = list(self._before.live_rows.of_rows(rows))
            # Deletions have no part in what is added after them, so the new rows of these passages stay.
            self._index.delete_documents_by_query(self._before.live_rows.having(rows))
            # The state before still has what this writer removed.
            self.add(passage for passage in moved if passage.report not in self._removed)
        self._append(self._preparer.drain())

    def _batches_to_merge(self) -> list[Batch]:
        """The smaller three quarters of the small batches, if there are too many small ones."""
        # The larger quarter stays as it is, so that a passage is moved a few times at most, however many updates come.
        counted = self._before.live_counts()
        small = [(live, batch) for batch, live in counted if 0 < live < BATCH_ROWS // 2]
        if len(small) < MAX_SMALL_BATCHES:
            return []
        small.sort(key=lambda pair: pair[0])
        return [batch for _, batch in small[: MAX_SMALL_BATCHES - MAX_SMALL_BATCHES // 4]]

    def _undo(self) -> None:
        self._preparer.close()
        self._index.rollback()
        self._index.wait_merging_threads()
        for folder in self._written:
            shutil.rmtree(folder, ignore_errors=True)
