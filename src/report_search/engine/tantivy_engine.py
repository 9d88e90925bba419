"""Engine ``tantivy``: a million passages and more on one machine, with one extra package.

tantivy keeps the postings (wordings, pairs of characters, ranking words) and the passages; beside them lie
the columns, a folder for each batch of rows. The rule: tantivy's commit, the rename of its ``meta.json``, is
what makes a change visible; columns are written before it, and those that no commit names are dead. No file
is ever written again under its name, so that a generation may share it by a hard link. Small batches, as
updates leave them, are written anew as one once there are more than ``MANY``.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from types import TracebackType

import numpy as np
import tantivy

from report_search.analysis.fold import fold
from report_search.analysis.segment import bundled
from report_search.engine.boundary import Engine, EngineInfo, Snapshot, Writer
from report_search.engine.stream import Tokens
from report_search.engine.tantivy_columns import Batch, Columns, Row, open_batches, row_of, write_batch
from report_search.engine.tantivy_postings import ID, REPORT, Postings, document, schema
from report_search.engine.tantivy_snapshot import TantivySnapshot
from report_search.errors import OperatorError
from report_search.passages import Passage

INDEX = "index"
COLUMNS = "columns"
HEAP = 256 << 20
"""Bytes that tantivy gathers before it writes a segment."""
THREADS = 1
"""Threads that index: cutting words takes far longer than what one of them does with them."""
MANY_TEXTS = 500
"""From so many passages on it pays to load a cutter for many texts."""
FULL = 100_000
"""Rows of a batch; one with less than half of them alive is small."""
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
        self._snapshot: TantivySnapshot | None = None

    def writer(self) -> Writer:
        return TantivyWriter(self)

    def snapshot(self) -> Snapshot:
        return self.vectors()

    def info(self) -> EngineInfo:
        return EngineInfo(*self.vectors().counts())

    def close(self) -> None:
        with self._lock:
            self._snapshot = None

    def vectors(self) -> TantivySnapshot:
        """The committed state, opened once."""
        with self._lock:
            if self._snapshot is None:
                self.index.reload()
                columns = Columns(open_batches(self.batches))
                last = columns.batches[-1:]
                rows = max((batch.base + batch.size for batch in last), default=0)
                self._snapshot = TantivySnapshot(columns, Postings(self.index, rows))
            return self._snapshot

    def changed(self) -> None:
        """Forget the state that was read, and the batches without a living row."""
        with self._lock:
            self._snapshot = None
        for batch, alive in living(self.vectors()):
            if not alive:
                shutil.rmtree(batch.folder, ignore_errors=True)
        with self._lock:
            self._snapshot = None


def living(snapshot: TantivySnapshot) -> list[tuple[Batch, int]]:
    """Each batch with the number of its rows that are alive."""
    starts, live = snapshot.columns.starts, snapshot.live
    return [
        (batch, int(np.count_nonzero(live[start : start + batch.size])))
        for batch, start in zip(snapshot.columns.batches, starts, strict=False)
    ]


class TantivyWriter:
    """Changes that become visible together, by tantivy's commit."""

    def __init__(self, engine: TantivyEngine) -> None:
        self._engine = engine
        self._rows: list[Row] = []
        self._written: list[Path] = []
        self._removed: set[str] = set()
        self._count = 0

    def __enter__(self) -> Writer:
        try:
            self._index = self._engine.index.writer(HEAP, THREADS)
        except ValueError as error:
            raise OperatorError(
                "engine-locked", "索引正在被写入。", hint="请等另一个写入完成后再试。"
            ) from error
        self._before = self._engine.vectors()
        last = self._before.columns.batches[-1:]
        self._base = max((batch.base + batch.size for batch in last), default=0)
        return self

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages."""
        for passage in passages:
            self._count += 1
            if self._count == MANY_TEXTS:
                bundled().for_many()
            folded = fold(passage.text)
            words = Counter(bundled().search_words(folded.text))
            number = self._base + len(self._rows)
            self._index.add_document(document(passage, number, tokens=Tokens(folded), words=words))
            self._rows.append(row_of(passage, words=words.total(), text=folded.text))
            if len(self._rows) == FULL:
                self._write_batch()

    def remove_report(self, report_id: str) -> None:
        """Remove a report's passages, those just added too."""
        self._removed.add(report_id)
        self._index.delete_documents_by_term(REPORT, report_id)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            self._compact()
            self._write_batch()
            self._index.commit()
        except (ValueError, OSError) as failed:
            self._undo()
            raise OperatorError(
                "engine-write", f"索引写入失败：{failed}", hint="请检查磁盘空间和目录权限后重新运行。"
            ) from failed
        except BaseException:
            self._undo()
            raise
        self._index.wait_merging_threads()
        self._engine.changed()

    def _write_batch(self) -> None:
        if self._rows:
            folder = self._engine.batches / f"{self._base:012d}"
            self._written.append(folder)
            write_batch(folder, self._rows)
            self._base += len(self._rows)
            self._rows = []

    def _compact(self) -> None:
        """Add the passages of small batches anew, if there are too many; the largest of them stay."""
        small = [(alive, batch) for batch, alive in living(self._before) if 0 < alive < FULL // 2]
        if len(small) < MANY:
            return
        small.sort(key=lambda pair: pair[0])
        for _, batch in small[: MANY - MANY // 4]:
            rows = range(batch.base, batch.base + batch.size)
            for _, passage in list(self._before.postings.of_rows(rows)):
                if passage.report not in self._removed:
                    self._index.delete_documents_by_term(ID, passage.id)
                    self.add([passage])

    def _undo(self) -> None:
        self._index.rollback()
        self._index.wait_merging_threads()
        for folder in self._written:
            shutil.rmtree(folder, ignore_errors=True)
