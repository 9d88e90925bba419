"""Passages prepared for an engine on all cores, in their order: what a writer can do with each passage by itself.

The first ``FEW`` are prepared in this process, so that an update of one report starts no other. From then on others
are started, and this one goes on until they are ready; then it only hands out and collects. The rule: whatever
happens to another process, nothing is lost and nothing changes. What did not come back is prepared here, and an error
is raised here, at its passage. No more passages are on their way than keep everyone at work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from report_search import process_pool
from report_search.analysis.word_segmenter import Segmenter, build_segmenter, query_segmenter
from report_search.passages import Passage

Prepared = TypeVar("Prepared")
MANY = 500
"""From so many passages on it pays to load the segmenter for many texts."""
FEW = 2000
"""From so many passages on it pays to start processes, which takes each of them a second of a core."""
CHUNK = 64
"""Passages that are handed out together."""
_NONE = msgspec.msgpack.encode([])


@dataclass(frozen=True, slots=True)
class _Chunk(Generic[Prepared]):
    """Passages that were handed out, and what will become of them."""

    passages: list[Passage]
    future: Future[list[Prepared]] | None

    def is_ready(self) -> bool:
        """Whether nobody else works on it (any more)."""
        return self.future is None or self.future.done()


class Preparing(Generic[Prepared]):
    """A writer's passages on their way through ``prepare``, a function of a module, whose results can be pickled.

    ``feed`` takes passages, ``rest`` waits for those that are still on their way; both give pairs of a passage and
    what was prepared, and all pairs together come in the order of the passages. To be closed at the end.
    """

    def __init__(self, prepare: Callable[[Passage, Segmenter], Prepared], *, few: int | None = None) -> None:
        self._prepare = prepare
        self._few = FEW if few is None else few
        self._count = 0
        self._pool: ProcessPoolExecutor | None = None
        self._loading: list[Future[list[Prepared]]] = []
        self._open: list[Passage] = []
        self._sent: deque[_Chunk[Prepared]] = deque()

    def feed(self, passages: Iterable[Passage]) -> Iterator[tuple[Passage, Prepared]]:
        """Take passages, and give the pairs that are ready, of these or of those before."""
        for passage in passages:
            self._count += 1
            if self._count == self._few:
                self._start()
            if not self._is_shared():
                yield from self.rest()
                yield passage, self._prepare_here(passage)
                continue
            self._open.append(passage)
            if len(self._open) == CHUNK:
                self._send()
                yield from self._collect(2 * len(self._loading))

    def rest(self) -> Iterator[tuple[Passage, Prepared]]:
        """Give all pairs that were not given yet."""
        self._send()
        yield from self._collect(0)

    def close(self) -> None:
        """End the other processes; what is still on its way is dropped."""
        self._open, self._sent = [], deque()
        self._stop()

    def _prepare_here(self, passage: Passage) -> Prepared:
        # A small build, such as an update of one report, is done before a dictionary would be loaded.
        segmenter = build_segmenter() if self._count >= MANY else query_segmenter()
        return self._prepare(passage, segmenter)

    def _start(self) -> None:
        """Start other processes, which then load what they need."""
        useful = process_pool.useful()
        if useful == 1:
            return
        try:
            self._pool = process_pool.pool(useful)
            self._loading = [self._pool.submit(_run, self._prepare, _NONE) for _ in range(useful)]
        except (OSError, BrokenProcessPool):
            self._stop()

    def _stop(self) -> None:
        """End the pool. Processes that are still loading end when they have loaded, and are not waited for."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=any(future.done() for future in self._loading), cancel_futures=True)

    def _is_shared(self) -> bool:
        """Whether passages go to other processes: as soon as one of them has loaded, until one dies."""
        if self._pool is None or not self._loading[0].done():
            return False
        if self._loading[0].exception() is not None:
            self._stop()
        return self._pool is not None

    def _send(self) -> None:
        passages, self._open = self._open, []
        if passages:
            self._sent.append(_Chunk(passages, self._future(passages)))

    def _future(self, passages: list[Passage]) -> Future[list[Prepared]] | None:
        """What will become of ``passages`` elsewhere; None if they can't go there."""
        if self._pool is None:
            return None
        try:
            return self._pool.submit(_run, self._prepare, msgspec.msgpack.encode(passages))
        except BrokenProcessPool:
            self._stop()
        except UnicodeEncodeError:
            pass
        return None

    def _collect(self, most: int) -> Iterator[tuple[Passage, Prepared]]:
        """Give what is ready, and wait until no more than ``most`` chunks are on their way."""
        while self._sent and (len(self._sent) > most or self._sent[0].is_ready()):
            chunk = self._sent.popleft()
            error = chunk.future.exception() if chunk.future else None
            if isinstance(error, BrokenProcessPool):
                self._stop()
            if chunk.future is None or error is not None:
                yield from ((passage, self._prepare_here(passage)) for passage in chunk.passages)
            else:
                yield from zip(chunk.passages, chunk.future.result(), strict=True)


def _run(prepare: Callable[[Passage, Segmenter], Prepared], data: bytes) -> list[Prepared]:
    """Prepare the passages in ``data``; in another process."""
    segmenter = build_segmenter()
    return [prepare(passage, segmenter) for passage in msgspec.msgpack.decode(data, type=list[Passage])]
