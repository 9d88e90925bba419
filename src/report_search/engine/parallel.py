"""Passages prepared for an engine on all cores, in their order: what a writer does with each passage by itself.

The first ``PROCESSES_FROM`` are prepared in this process, so that an update of one report starts no other. From then
on processes are started, and this one goes on preparing until they have loaded; then it only hands out and collects.

The rule: whatever happens to another process, nothing is lost and nothing changes. What did not come back is prepared
here, and an error is raised here, at its passage. Only as many passages are under way as keep all processes busy.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from concurrent.futures import BrokenExecutor, Future
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from report_search import process_pool
from report_search.analysis.word_segmenter import Segmenter, build_segmenter, query_segmenter
from report_search.passages import Passage

Prepared = TypeVar("Prepared")
BULK_SEGMENTER_FROM = 500
"""From this many passages on it pays to load the segmenter for many texts."""
PROCESSES_FROM = 2000
"""From this many passages on it pays to start processes, each of which takes a second of a core to load."""
CHUNK_SIZE = 64
"""The passages that are handed to a process together."""
_NO_PASSAGES = msgspec.msgpack.encode([])


class _Chunk(Struct, Generic[Prepared], frozen=True):
    """Passages that were handed out, and the future of what is prepared; None if they could not be."""

    passages: list[Passage]
    future: Future[list[Prepared]] | None

    def is_ready(self) -> bool:
        """Whether no other process is working on it, or no longer."""
        return self.future is None or self.future.done()


class PassagePreparer(Generic[Prepared]):
    """Runs ``prepare``, a function of a module whose results can be pickled, over a writer's passages.

    ``feed`` takes passages, ``drain`` waits for those that are under way; both give pairs of a passage and
    what was prepared, and all pairs together come in the order of the passages. Must be closed at the end.
    """

    def __init__(
        self, prepare: Callable[[Passage, Segmenter], Prepared], *, processes_from: int | None = None
    ) -> None:
        self._prepare = prepare
        self._processes_from = PROCESSES_FROM if processes_from is None else processes_from
        self._count = 0
        self._pool: futures.ProcessPoolExecutor | None = None
        self._loading: list[Future[list[Prepared]]] = []
        # In the order of the passages: chunks that were handed out, then the passages of the next one.
        self._sent: deque[_Chunk[Prepared]] = deque()
        self._unsent: list[Passage] = []

    def feed(self, passages: Iterable[Passage]) -> Iterator[tuple[Passage, Prepared]]:
        """Take passages, and give the pairs that are ready, of these or of earlier ones."""
        for passage in passages:
            self._count += 1
            if self._count == self._processes_from:
                self._start()
            if not self._is_shared():
                # Once a process has died, earlier passages may still be under way: they come first.
                yield from self.drain()
                yield passage, self._prepare_here(passage)
                continue
            self._unsent.append(passage)
            if len(self._unsent) == CHUNK_SIZE:
                self._send()
                # Two chunks for each process: one that it works on, one that is waiting for it.
                yield from self._collect(2 * len(self._loading))

    def drain(self) -> Iterator[tuple[Passage, Prepared]]:
        """Give all pairs that were not given yet."""
        self._send()
        yield from self._collect(0)

    def close(self) -> None:
        """End the other processes; passages that are under way are dropped."""
        self._unsent, self._sent = [], deque()
        self._stop()

    def _prepare_here(self, passage: Passage) -> Prepared:
        # A small build, such as an update of one report, is done before a dictionary would be loaded.
        segmenter = build_segmenter() if self._count >= BULK_SEGMENTER_FROM else query_segmenter()
        return self._prepare(passage, segmenter)

    def _start(self) -> None:
        """Start processes, and give each an empty chunk, so that it loads what it needs."""
        useful = process_pool.useful()
        if useful == 1:
            return
        try:
            self._pool = process_pool.pool(useful)
            self._loading = [
                self._pool.submit(_prepare_all, self._prepare, _NO_PASSAGES) for _ in range(useful)
            ]
        except (OSError, BrokenExecutor):
            self._stop()

    def _stop(self) -> None:
        """End the pool, be its processes loading, preparing or waiting for work."""
        pool, self._pool = self._pool, None
        if pool is not None:
            process_pool.end(pool)

    def _is_shared(self) -> bool:
        """Whether passages go to other processes: as soon as one of them has loaded, until one dies."""
        if self._pool is None or not self._loading[0].done():
            return False
        if self._loading[0].exception() is not None:
            self._stop()
        return self._pool is not None

    def _send(self) -> None:
        """Hand out the next chunk, if there is one."""
        passages, self._unsent = self._unsent, []
        if passages:
            self._sent.append(_Chunk(passages, self._submit(passages)))

    def _submit(self, passages: list[Passage]) -> Future[list[Prepared]] | None:
        """Hand ``passages`` to a process; None if that is not possible, and they are to be prepared here."""
        if self._pool is None:
            return None
        try:
            return self._pool.submit(_prepare_all, self._prepare, msgspec.msgpack.encode(passages))
        except BrokenExecutor:
            self._stop()
        except UnicodeEncodeError:
            pass  # a lone surrogate, which msgpack can't carry
        return None

    def _collect(self, most: int) -> Iterator[tuple[Passage, Prepared]]:
        """Give the pairs of chunks that are ready, and wait until at most ``most`` chunks are under way."""
        while self._sent and (len(self._sent) > most or self._sent[0].is_ready()):
            chunk = self._sent.popleft()
            error = chunk.future.exception() if chunk.future else None
            if isinstance(error, BrokenExecutor):
                self._stop()
            if chunk.future is None or error is not None:
                # Whatever the error is, preparing them here raises it at its passage, or does without the process.
                yield from ((passage, self._prepare_here(passage)) for passage in chunk.passages)
            else:
                yield from zip(chunk.passages, chunk.future.result(), strict=True)


def _prepare_all(prepare: Callable[[Passage, Segmenter], Prepared], data: bytes) -> list[Prepared]:
    """Prepare the passages in ``data``; runs in another process."""
    segmenter = build_segmenter()
    return [prepare(passage, segmenter) for passage in msgspec.msgpack.decode(data, type=list[Passage])]
