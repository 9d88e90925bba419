"""Engine ``opensearch``: a cluster of servers, for an index that many ask and no single machine should hold.

A generation's folder holds one small file, which names an index of the cluster. The rule: an index is filled,
sealed against writing, and only then named there; it never changes afterwards. An update clones the previous index
(the server links its files, as a generation does with its own), changes the clone, seals it, and points the alias
(the name in the address) at it in one step. Readers follow their generation's file and not the alias, which is there
for everyone else. One address belongs to one index folder: indexes that two later ones have replaced are deleted.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

import msgspec
from msgspec import Struct

from report_search.engine.memory import MemorySnapshot
from report_search.engine.opensearch.client import (
    BULK_BYTES,
    Address,
    Client,
    RefusedError,
    not_opensearch,
    url_path,
)
from report_search.engine.opensearch.facet_cells import fetch_cells
from report_search.engine.opensearch.index_reader import IndexReader
from report_search.engine.opensearch.mapping import mapping, prepare
from report_search.engine.opensearch.query_dsl import ALL, NOT_HEADINGS
from report_search.engine.opensearch.snapshot import OpenSearchSnapshot
from report_search.engine.parallel import PassagePreparer
from report_search.engine.protocol import Engine, EngineInfo, Snapshot, Writer
from report_search.errors import OperatorError
from report_search.passages import Passage

POINTER_FILE = "opensearch.json"
GRACE = 600.0
"""Seconds that an index is kept for its readers once two others have come after it."""
DELETE_BYTES = 100
"""What deleting a document adds to a bulk request, about."""
_K1_PLUS_1 = 2.2
"""The constant factor of BM25 that newer servers leave out."""
_TIMESTAMP_DIGITS = 13
"""Digits of milliseconds since 1970, until the year 2286: so names of indexes sort by the time of their creation."""


class Pointer(Struct, frozen=True):
    """What a generation's folder says: the index, and what it holds; ``documents`` are the passages and headings."""

    index: str
    passages: int
    reports: int
    documents: int


def open_engine(folder: Path, address: str) -> Engine:
    """The engine at ``address`` whose pointer is in ``folder``, which is made where it is missing."""
    return OpenSearchEngine(folder, Address.parse(address))


class OpenSearchEngine:
    """An index of a cluster. What a writer commits is seen by snapshots taken afterwards."""

    def __init__(self, folder: Path, address: Address) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.address = address
        self.client = Client(address.nodes)
        self._file = folder / POINTER_FILE
        self._writer_lock, self._lock = Lock(), Lock()
        self._snapshot: Snapshot | None = None
        self.pointer = _read_pointer(self._file)

    def writer(self) -> Writer:
        return OpenSearchWriter(self)

    def snapshot(self) -> Snapshot:
        with self._lock:
            if self._snapshot is None:
                self._snapshot = self._open_snapshot()
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

    def switch_to(self, pointer: Pointer) -> None:
        """Read from another index from now on; snapshots taken before go on reading theirs."""
        # Never written in place: the file may be a hard link that an earlier generation shares.
        aside = self._file.with_suffix(".new")
        aside.write_bytes(msgspec.json.encode(pointer))
        aside.replace(self._file)
        with self._lock:
            self.pointer, self._snapshot = pointer, None

    def acquire_writer(self) -> None:
        """Become the one writer. Raises ``OperatorError`` if there is another."""
        if not self._writer_lock.acquire(blocking=False):
            raise OperatorError("engine-locked", "索引正在被写入。", hint="请等另一个写入完成后再试。")

    def release_writer(self) -> None:
        """Let the next writer in."""
        self._writer_lock.release()

    def _open_snapshot(self) -> Snapshot:
        if self.pointer is None:
            return MemorySnapshot(())
        reader = IndexReader(self.client, self.pointer.index)
        try:
            scale = _bm25_scale(self.client.get("/"))
        except (KeyError, TypeError, ValueError) as error:
            raise not_opensearch(self.address.nodes[0]) from error
        return OpenSearchSnapshot(reader, self.pointer.documents, scale=scale)


def _read_pointer(file: Path) -> Pointer | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Pointer)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise OperatorError(
            "index-damaged", f"索引文件损坏：{file}", hint="请运行 report-search index 重建索引。"
        ) from error


def _bm25_scale(server: Any) -> float:
    """The factor that turns the server's BM25 into that of ``engine.scoring``; ``server`` is its answer to GET /.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` if that is no answer of OpenSearch or Elasticsearch.
    """
    version = server["version"]
    # OpenSearch 3 made Lucene's BM25 without the factor k₁ + 1 its default; older ones and Elasticsearch keep it.
    is_new = version.get("distribution") == "opensearch" and int(version["number"].split(".")[0]) >= 3
    return _K1_PLUS_1 if is_new else 1.0


class OpenSearchWriter:
    """Changes to a new index, which becomes the engine's when they are all in it."""

    def __init__(self, engine: OpenSearchEngine) -> None:
        self._engine, self._client = engine, engine.client
        self._index = ""
        self._pending: list[tuple[dict[str, Any], Any]] = []
        self._pending_bytes = 0
        self._added: dict[str, list[str]] = {}
        self._preparing = PassagePreparer(prepare)

    def __enter__(self) -> Writer:
        self._engine.acquire_writer()
        return self

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages."""
        self._put_all(self._preparing.feed(passages))

    def remove_report(self, report_id: str) -> None:
        """Remove a report's passages, those just added too."""
        # A bulk request must not have two operations for one id: one that is sent again would come after the other.
        # So what was added is sent before what is deleted, and that before what may be added afterwards.
        self._put_all(self._preparing.drain())
        self._flush()
        removed = [*self._ids_before(report_id), *self._added.pop(report_id, ())]
        for id_ in dict.fromkeys(removed):
            self._put({"delete": self._target(id_)}, None, size=DELETE_BYTES)
        self._flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                self._discard()
                return
            self._put_all(self._preparing.drain())
            if self._index:
                self._commit()
        except RefusedError as refused:
            self._discard()
            raise refused.as_operator_error() from refused
        except BaseException:
            self._discard()
            raise
        finally:
            self._preparing.close()
            self._engine.release_writer()

    def _put_all(self, prepared: Iterable[tuple[Passage, bytes]]) -> None:
        for passage, document in prepared:
            self._added.setdefault(passage.report, []).append(passage.id)
            self._put({"index": self._target(passage.id)}, msgspec.Raw(document), size=len(document))

    def _put(self, operation: dict[str, Any], document: Any, *, size: int) -> None:
        self._pending.append((operation, document))
        self._pending_bytes += size
        if self._pending_bytes > BULK_BYTES:
            self._flush()

    def _flush(self) -> None:
        pending, self._pending, self._pending_bytes = self._pending, [], 0
        if pending:
            self._client.bulk(pending)

    def _target(self, id_: str) -> dict[str, str]:
        """Where a document goes; the new index is created for the first one, so that no change means no index."""
        if not self._index:
            self._index = self._create_index()
        return {"_index": self._index, "_id": id_}

    def _create_index(self) -> str:
        """A new index to write to: a clone of the previous one, or an empty one."""
        milliseconds = time.time_ns() // 1_000_000
        name = f"{self._engine.address.name}-{milliseconds:0{_TIMESTAMP_DIGITS}d}-{secrets.token_hex(3)}"
        before = self._engine.pointer
        try:
            if before is None:
                body = {"settings": self._settings(), "mappings": mapping()}
                self._client.put(url_path(name), body)
            else:
                writable = {"settings": {"index.blocks.write": None}}
                self._client.put(url_path(before.index, "_clone", name), writable)
        except RefusedError as refused:
            # The name is new, so an index that already exists is ours: a first try that was cut off made it.
            if refused.kind != "resource_already_exists_exception":
                raise refused.as_operator_error() from refused
        return name

    def _settings(self) -> dict[str, Any]:
        """One copy of each shard besides the first, where there is a second node to hold it."""
        shards = self._engine.address.shards
        return {"number_of_shards": shards, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}

    def _ids_before(self, report_id: str) -> Iterator[str]:
        """The ids of a report's passages in the previous index."""
        if self._engine.pointer is not None:
            yield from (passage.id for passage in self._engine.snapshot().report_passages(report_id))

    def _commit(self) -> None:
        """Seal the new index, count what is in it, and make it the engine's."""
        self._flush()
        self._client.post(url_path(self._index, "_refresh"))
        self._client.put(url_path(self._index, "_settings"), {"index.blocks.write": True})
        self._client.post(url_path(self._index, "_flush"))
        # Counted by the server, not from what was sent: the counts are checked before a generation is published.
        reader = IndexReader(self._client, self._index)
        passages, reports = fetch_cells(reader, NOT_HEADINGS).totals({})
        documents, _ = fetch_cells(reader, ALL).totals({})
        reader.close()
        before = self._engine.pointer
        self._move_alias()
        self._engine.switch_to(Pointer(self._index, passages, reports, documents))
        self._delete_replaced(kept={self._index, before.index if before else ""})

    def _move_alias(self) -> None:
        """Point the alias at the new index, and at no other, in one step."""
        name = self._engine.address.name
        actions = [
            {"remove": {"index": name + "-*", "alias": name, "must_exist": False}},
            {"add": {"index": self._index, "alias": name}},
        ]
        self._client.post("/_aliases", {"actions": actions})

    def _delete_replaced(self, *, kept: set[str]) -> None:
        """Delete indexes that two later ones have replaced, once their readers had time to leave."""
        name = self._engine.address.name
        listed = self._client.get(url_path(name + "-*", "_settings", "index.creation_date"))
        # ``reports-*`` also matches the indexes of an address named ``reports-old``.
        own = sorted(index for index in listed if _created_ms(index, name))
        for index, successor in pairwise(own):
            replaced_for = time.time() - _created_ms(successor, name) / 1000
            if index not in kept and replaced_for > GRACE:
                self._client.delete(url_path(index, ignore_unavailable="true"))

    def _discard(self) -> None:
        """Leave nothing of the changes behind."""
        self._pending = []
        if self._index:
            self._client.delete(url_path(self._index, ignore_unavailable="true"))


def _created_ms(index: str, name: str) -> int:
    """When an index of ours was created, in milliseconds since 1970; 0 if its name is not one that we give.

    ``reports-1700000000000-0a1b2c`` of the address named ``reports`` was created at 1,700,000,000,000 ms.
    """
    parts = index.removeprefix(name + "-").split("-")
    is_ours = len(parts) == 2 and len(parts[0]) == _TIMESTAMP_DIGITS and parts[0].isdigit()
    return int(parts[0]) if is_ours else 0
