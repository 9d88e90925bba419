"""Engine ``tantivy``: a million passages and more on one machine, with one extra package.

tantivy keeps the passages, which of them are there, and the commit; beside it lie the arrays that answer, a
folder for each batch of rows. The rule: tantivy's commit, the rename of its ``meta.json``, is what makes a
change visible; batches are written before it, and those that no commit names are dead. No file is ever
written again under its name, so that a generation may share it by a hard link. Small batches, as updates
leave them, are written anew as one once there are more than ``MANY``.

Wordings are looked up in the arrays and not in tantivy: what a phrase query has can be had only as counts of
rows (``tantivy_postings``), which takes two to three times as long where it has many, and places not at all.
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
from report_search.engine.parallel import Preparing
from report_search.engine.protocol import Engine, EngineInfo, Snapshot, Writer
from report_search.engine.tantivy.batches import Batch, open_batches, write_batch
from report_search.engine.tantivy.live_rows import REPORT, LiveRows, document, schema
from report_search.errors import OperatorError
from report_search.passages import Passage

INDEX = "index"
COLUMNS = "columns"
HEAP = 64 << 20
"""Bytes that tantivy gathers before it writes a segment."""
THREADS = 1
"""Threads that index: cutting words takes far longer than what one of them does with them."""
FULL = 1 << 16
"""Rows of a batch, so that the number of one takes two bytes; one with less than half of them alive is small."""
MANY = 16
"""Small batches that an index may have before most of them are written anew as one."""


def open_engine(folder: Path) -> Engine:
    """The engine with its index in ``folder``, which is made where it is missing."""
    return TantivyEngine(folder)


class TantivyEngine:
    """An index in a folder. What a writer commits is seen by snapshots taken afterwards."""

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
        self.index.config_reader("manual")
        self._lock = Lock()
        self._state: State | None = None

    def writer(self) -> Writer:
        return TantivyWriter(self)

    def snapshot(self) -> Snapshot:
        return self.vectors()

    def info(self) -> EngineInfo:
        snapshot = self.vectors()
        return EngineInfo(snapshot.passages_in_all, snapshot.report_count())

    def close(self) -> None:
        with self._lock:
            self._state = None

    def vectors(self) -> ColumnarSnapshot:
        """The committed state, opened once."""
        return self.state().snapshot

    def state(self) -> State:
        """The committed state and its batches, opened once."""
        with self._lock:
            if self._state is None:
                self.index.reload()
                self._state = State(self.index, open_batches(self.batches))
            return self._state

    def changed(self) -> None:
        """Forget the state that was read, and the batches without a living row."""
        with self._lock:
            self._state = None
        for batch, alive in self.state().living():
            if not alive:
                shutil.rmtree(batch.folder, ignore_errors=True)
        with self._lock:
            self._state = None


class State:
    """What was committed at one time, opened for reading."""

    def __init__(self, index: tantivy.Index, batches: Sequence[Batch]) -> None:
        self.batches = batches
        self.rows = max((batch.base + batch.size for batch in batches), default=0)
        self.postings = LiveRows(index, self.rows)
        alive = self.postings.alive()
        self._parts = [alive[batch.base : batch.base + batch.size] for batch in batches]
        self.snapshot = ColumnarSnapshot(
            [batch.segment for batch in batches],
            [_Store(self.postings, batch) for batch in batches],
            live=np.concatenate([np.zeros(0, dtype=np.bool_), *self._parts]),
        )

    def living(self) -> Iterator[tuple[Batch, int]]:
        """Each batch with the number of its rows that are alive."""
        for batch, alive in zip(self.batches, self._parts, strict=True):
            yield batch, int(np.count_nonzero(alive))


class _Store:
    """The words and the passages of a batch."""

    def __init__(self, postings: LiveRows, batch: Batch) -> None:
        self._postings, self._batch = postings, batch

    def postings(self, word: str) -> tuple[Ints, Ints]:
        """The rows of the batch that have a ranking word, and how often."""
        return self._batch.words.counts(word)

    def passage(self, row: int) -> Passage:
        """The passage of a row that is alive."""
        return self._postings.of_row(self._batch.base + row)


class TantivyWriter:
    """Changes that become visible together, by tantivy's commit."""

    def __init__(self, engine: TantivyEngine) -> None:
        self._engine = engine
        self._filling = SegmentBuilder()
        self._written: list[Path] = []
        self._removed: set[str] = set()
        self._preparing = Preparing(prepare)

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
        self._take(self._preparing.feed(passages))

    def remove_report(self, report_id: str) -> None:
        """Remove a report's passages, those just added too."""
        self._take(self._preparing.rest())
        self._removed.add(report_id)
        self._index.delete_documents_by_term(REPORT, report_id)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            self._take(self._preparing.rest())
            self._commit()
        except BaseException:
            self._undo()
            raise
        self._preparing.close()
        self._index.wait_merging_threads()
        self._engine.changed()

    def _take(self, prepared: Iterable[tuple[Passage, AnalyzedPassage]]) -> None:
        for passage, parts in prepared:
            row = self._base + len(self._filling)
            self._index.add_document(document(passage, row, packed=parts.packed))
            self._filling.take(passage, parts)
            if len(self._filling) == FULL:
                self._write_batch()

    def _commit(self) -> None:
        try:
            self._compact()
            self._write_batch()
            self._index.commit()
        except (ValueError, OSError) as failed:
            raise OperatorError(
                "engine-write", f"索引写入失败：{failed}", hint="请检查磁盘空间和目录权限后重新运行。"
            ) from failed

    def _write_batch(self) -> None:
        if len(self._filling):
            folder = self._engine.batches / f"{self._base:012d}"
            self._written.append(folder)
            write_batch(folder, self._filling)
            self._base += len(self._filling)
            self._filling = SegmentBuilder()

    def _compact(self) -> None:
        """Add the passages of small batches anew, if there are too many; the largest of them stay."""
        small = [(alive, batch) for batch, alive in self._before.living() if 0 < alive < FULL // 2]
        if len(small) < MANY:
            return
        small.sort(key=lambda pair: pair[0])
        for _, batch in small[: MANY - MANY // 4]:
            rows = range(batch.base, batch.base + batch.size)
            moved = list(self._before.postings.of_rows(rows))
            self._index.delete_documents_by_query(self._before.postings.having(rows))
            self.add(passage for passage in moved if passage.report not in self._removed)
        self._take(self._preparing.rest())

    def _undo(self) -> None:
        self._preparing.close()
        self._index.rollback()
        self._index.wait_merging_threads()
        for folder in self._written:
            shutil.rmtree(folder, ignore_errors=True)
