"""Engine ``opensearch``: a cluster of servers, for an index that many ask and no single machine should hold.

A generation's folder holds one small file, which names an index of the cluster. The rule: an index is filled,
sealed against writing, and only then named; it never changes afterwards. An update clones the index before (the
server links its files, as a generation does with its own), changes the clone, seals it, and points the alias (the
name in the address) at it in one step. Readers follow their generation's file and not the alias, which is there
for everyone else. One address belongs to one index folder: indexes that two later ones have replaced are removed.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

import msgspec

from report_search.engine.memory import MemorySnapshot
from report_search.engine.opensearch.client import (
    BULK_BYTES,
    Address,
    Client,
    RefusedError,
    foreign,
    path,
)
from report_search.engine.opensearch.facet_cells import cells_of, total
from report_search.engine.opensearch.index_reader import IndexReader
from report_search.engine.opensearch.mapping import mapping, prepare
from report_search.engine.opensearch.query_dsl import ALL
from report_search.engine.opensearch.snapshot import OpenSearchSnapshot
from report_search.engine.parallel import PassagePreparer
from report_search.engine.protocol import Engine, EngineInfo, Snapshot, Writer
from report_search.errors import OperatorError
from report_search.passages import Passage

FILE = "opensearch.json"
GRACE = 600.0
"""Seconds that an index is kept for its readers once two others have come after it."""
_K1_PLUS_1 = 2.2
"""The constant factor that newer servers leave out of BM25."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a generation's folder says: the index, and what it holds."""

    index: str
    passages: int
    reports: int


def open_engine(folder: Path, address: str) -> Engine:
    """The engine at ``address`` whose pointer lies in ``folder``, which is made where it is missing."""
    return OpenSearchEngine(folder, Address.parse(address))


class OpenSearchEngine:
    """An index of a cluster. What a writer commits is seen by snapshots taken afterwards."""

    def __init__(self, folder: Path, address: Address) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.address = address
        self.client = Client(address.nodes)
        self._file = folder / FILE
        self._writing, self._lock = Lock(), Lock()
        self._snapshot: Snapshot | None = None
        self.pointer = _read(self._file)

    def writer(self) -> Writer:
        return OpenSearchWriter(self)

    def snapshot(self) -> Snapshot:
        with self._lock:
            if self._snapshot is None:
                self._snapshot = self._opened()
            return self._snapshot

    def info(self) -> EngineInfo:
        if self.pointer is None:
            return EngineInfo(0, 0)
        return EngineInfo(self.pointer.passages, self.pointer.reports)

    def close(self) -> None:
        with self._lock:
            if isinstance(self._snapshot, OpenSearchSnapshot):
                self._snapshot.close()
            self._snapshot = None
            self.client.close()

    def point(self, pointer: Pointer) -> None:
        """Read from another index from now on."""
        aside = self._file.with_suffix(".new")
        aside.write_bytes(msgspec.json.encode(pointer))
        aside.replace(self._file)
        with self._lock:
            self.pointer, self._snapshot = pointer, None

    def lock(self) -> None:
        """Become the one writer. Raises ``OperatorError`` if there is another."""
        if not self._writing.acquire(blocking=False):
            raise OperatorError("engine-locked", "索引正在被写入。", hint="请等另一个写入完成后再试。")

    def unlock(self) -> None:
        """Let the next writer in."""
        self._writing.release()

    def _opened(self) -> Snapshot:
        if self.pointer is None:
            return MemorySnapshot(())
        reading = IndexReader(self.client, self.pointer.index)
        try:
            scale = _scale(self.client.get("/"))
        except (KeyError, TypeError, ValueError) as error:
            raise foreign(self.address.nodes[0]) from error
        return OpenSearchSnapshot(reading, self.pointer.passages, scale=scale)


def _read(file: Path) -> Pointer | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Pointer)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise OperatorError(
            "index-damaged", f"索引文件损坏：{file}", hint="请运行 report-search index 重建索引。"
        ) from error


def _scale(server: Any) -> float:
    """What the server's BM25 has to be multiplied by to be Lucene's of old."""
    version = server["version"]
    newer = version.get("distribution") == "opensearch" and int(version["number"].split(".")[0]) >= 3
    return _K1_PLUS_1 if newer else 1.0


class OpenSearchWriter:
    """Changes to a new index, which is named when they are all in it."""

    def __init__(self, engine: OpenSearchEngine) -> None:
        self._engine, self._client = engine, engine.client
        self._index = ""
        self._pending: list[tuple[dict[str, Any], Any]] = []
        self._bytes = 0
        self._added: dict[str, list[str]] = {}
        self._preparing = PassagePreparer(prepare)

    def __enter__(self) -> Writer:
        self._engine.lock()
        return self

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages."""
        self._take(self._preparing.feed(passages))

    def remove_report(self, report_id: str) -> None:
        """Remove a report's passages, those just added too."""
        self._take(self._preparing.drain())
        self._flush()
        gone = [*self._held(report_id), *self._added.pop(report_id, ())]
        for id_ in dict.fromkeys(gone):
            self._put({"delete": self._place(id_)}, None, size=100)
        self._flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                self._undo()
                return
            self._take(self._preparing.drain())
            if self._index:
                self._commit()
        except RefusedError as refused:
            self._undo()
            raise refused.explained() from refused
        except BaseException:
            self._undo()
            raise
        finally:
            self._preparing.close()
            self._engine.unlock()

    def _take(self, prepared: Iterable[tuple[Passage, bytes]]) -> None:
        for passage, body in prepared:
            self._added.setdefault(passage.report, []).append(passage.id)
            self._put({"index": self._place(passage.id)}, msgspec.Raw(body), size=len(body))

    def _put(self, operation: dict[str, Any], body: Any, *, size: int) -> None:
        self._pending.append((operation, body))
        self._bytes += size
        if self._bytes > BULK_BYTES:
            self._flush()

    def _flush(self) -> None:
        pending, self._pending, self._bytes = self._pending, [], 0
        if pending:
            self._client.bulk(pending)

    def _place(self, id_: str) -> dict[str, str]:
        if not self._index:
            self._index = self._started()
        return {"_index": self._index, "_id": id_}

    def _started(self) -> str:
        """A new index to write to: a clone of the one before, or an empty one."""
        fresh = f"{self._engine.address.name}-{time.time_ns() // 1_000_000:013d}-{secrets.token_hex(3)}"
        before = self._engine.pointer
        try:
            if before is None:
                body = {"settings": self._settings(), "mappings": mapping()}
                self._client.put(path(fresh), body)
            else:
                changed = {"settings": {"index.blocks.write": None}}
                self._client.put(path(before.index, "_clone", fresh), changed)
        except RefusedError as refused:
            if refused.kind != "resource_already_exists_exception":
                raise refused.explained() from refused
        return fresh

    def _settings(self) -> dict[str, Any]:
        """One copy of each shard besides the first, where there is a second node to hold it."""
        shards = self._engine.address.shards
        return {"number_of_shards": shards, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}

    def _held(self, report_id: str) -> Iterator[str]:
        """The ids of a report's passages in the index before."""
        if self._engine.pointer is not None:
            yield from (passage.id for passage in self._engine.snapshot().report_passages(report_id))

    def _commit(self) -> None:
        self._flush()
        self._client.post(path(self._index, "_refresh"))
        self._client.put(path(self._index, "_settings"), {"index.blocks.write": True})
        self._client.post(path(self._index, "_flush"))
        reading = IndexReader(self._client, self._index)
        passages, reports = total(cells_of(reading, ALL), {})
        reading.close()
        before = self._engine.pointer
        self._name()
        self._engine.point(Pointer(self._index, passages, reports))
        self._clean({self._index, before.index if before else ""})

    def _name(self) -> None:
        """Point the alias at the new index, and at no other, in one step."""
        name = self._engine.address.name
        actions = [
            {"remove": {"index": name + "-*", "alias": name, "must_exist": False}},
            {"add": {"index": self._index, "alias": name}},
        ]
        self._client.post("/_aliases", {"actions": actions})

    def _clean(self, kept: set[str]) -> None:
        """Remove indexes that two later ones have replaced, once their readers had time to leave."""
        name = self._engine.address.name
        found = self._client.get(path(name + "-*", "_settings", "index.creation_date"))
        own = sorted(index for index in found if _time_of(index, name))
        for index, later in pairwise(own):
            if index not in kept and time.time() - _time_of(later, name) / 1000 > GRACE:
                self._client.delete(path(index, ignore_unavailable="true"))

    def _undo(self) -> None:
        self._pending = []
        if self._index:
            self._client.delete(path(self._index, ignore_unavailable="true"))


def _time_of(index: str, name: str) -> int:
    """When an index of ours was begun, in milliseconds; 0 if its name is not one that we give."""
    parts = index.removeprefix(name + "-").split("-")
    return int(parts[0]) if len(parts) == 2 and len(parts[0]) == 13 and parts[0].isdigit() else 0
