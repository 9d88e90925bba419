"""Passages prepared on all cores: the same pairs in the same order, whatever happens to the other processes."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import wait

import pytest

from report_search import process_pool
from report_search.analysis.word_segmenter import Segmenter, build_segmenter, query_segmenter
from report_search.engine.parallel import BULK_SEGMENTER_FROM, CHUNK_SIZE, PROCESSES_FROM, PassagePreparer
from report_search.passages import Passage
from tests.engine.corpus import passage

ENDLESS = 200_000
"""More passages than are ever needed before another process is ready."""


class UnpicklableError(Exception):
    """Can't be unpickled: its arguments are not those of its constructor."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def worker(passage: Passage, segmenter: Segmenter) -> tuple[str, int]:
    return passage.id, os.getpid()


def dies_elsewhere(passage: Passage, segmenter: Segmenter) -> tuple[str, int]:
    if passage.text == "poison" and multiprocessing.parent_process() is not None:
        os._exit(1)
    return worker(passage, segmenter)


def fails(passage: Passage, segmenter: Segmenter) -> tuple[str, int]:
    if passage.text == "poison":
        raise UnpicklableError("bad", passage.id)
    return worker(passage, segmenter)


def only_here(passage: Passage, segmenter: Segmenter) -> object:
    """Its result can't be pickled."""
    return worker(passage, segmenter), lambda: passage


def _are_ended() -> bool:
    """Whether no process is left, within two seconds: the pool's own thread may be the one that notes its end."""
    deadline = time.monotonic() + 2
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.01)
    return not multiprocessing.active_children()


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "useful", lambda: 2)


class Stream:
    """Passages until one came back from another process, then ``more`` of them, the middle one with ``text``."""

    def __init__(self, text: str = "领事保护", more: int = 5 * CHUNK_SIZE) -> None:
        self.text, self.more = text, more
        self.fed: list[str] = []
        self.back: list[tuple[str, int]] = []

    def passages(self) -> Iterator[Passage]:
        number = 0
        while all(pid == os.getpid() for _, pid in self.back):
            assert number < ENDLESS, "no passage ever came from another process"
            yield self._next(number, "领事保护")
            number += 1
        for turn in range(self.more):
            yield self._next(number + turn, self.text if turn == self.more // 2 else "领事保护")

    def _next(self, number: int, text: str) -> Passage:
        one = passage(number, text)
        self.fed.append(one.id)
        return one

    def run(self, preparer: PassagePreparer[tuple[str, int]]) -> None:
        for given, result in preparer.feed(self.passages()):
            assert given.id == result[0]
            self.back.append(result)
        for _, result in preparer.drain():
            self.back.append(result)

    @property
    def poisoned(self) -> int:
        return len(self.fed) - self.more + self.more // 2

    @property
    def ids(self) -> list[str]:
        return [id_ for id_, _ in self.back]

    @property
    def pids(self) -> set[int]:
        return {pid for _, pid in self.back}


def test_order_is_kept_over_processes_and_calls() -> None:
    stream = Stream()
    preparer = PassagePreparer(worker, processes_from=10)
    stream.run(preparer)
    assert stream.ids == stream.fed
    assert all(pid == os.getpid() for _, pid in stream.back[:10])
    fed = [passage(number, "又一段", report=2) for number in range(2 * CHUNK_SIZE + 7)]
    later = [pair for at in range(0, len(fed), 13) for pair in preparer.feed(fed[at : at + 13])]
    later += preparer.drain()
    assert [one for one, _ in later] == fed
    assert [result[0] for _, result in later] == [one.id for one in fed]
    assert all(result[1] != os.getpid() for _, result in later)
    preparer.close()
    assert _are_ended()


def test_few_passages_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "pool", lambda process_pool: pytest.fail("a process was started"))
    preparer = PassagePreparer(worker)
    fed = [passage(number, "一段") for number in range(PROCESSES_FROM - 1)]
    assert [pair[0] for pair in preparer.feed(fed)] == fed
    assert list(preparer.drain()) == []
    preparer.close()


def test_a_small_build_loads_no_dictionary() -> None:
    query_segmenter().words("领事")  # writes the mapped dictionary where there is none
    code = (
        "import sys; from tests.engine.corpus import passage;"
        "from report_search.engine.parallel import PassagePreparer;"
        "from report_search.engine.columnar.prepared import prepare;"
        "fed = [passage(number, '领事保护') for number in range(60)];"
        "assert len(list(PassagePreparer(prepare).feed(fed))) == 60; assert not {'jieba', 'rjieba'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_many_passages_are_segmented_by_the_loaded_dictionary() -> None:
    def used(passage: Passage, segmenter: Segmenter) -> Segmenter:
        return segmenter

    fed = [passage(number, "一段") for number in range(BULK_SEGMENTER_FROM + 1)]
    segmenters = [segmenter for _, segmenter in PassagePreparer(used).feed(fed)]
    assert {*segmenters[: BULK_SEGMENTER_FROM - 1]} == {query_segmenter()}
    assert {*segmenters[BULK_SEGMENTER_FROM - 1 :]} == {build_segmenter()}


def test_a_process_that_dies_loses_nothing() -> None:
    stream = Stream("poison")
    preparer = PassagePreparer(dies_elsewhere, processes_from=10)
    stream.run(preparer)
    assert stream.ids == stream.fed
    assert stream.back[stream.poisoned][1] == os.getpid()
    more = [passage(number, "以后", report=2) for number in range(3)]
    assert [result for _, result in preparer.feed(more)] == [(one.id, os.getpid()) for one in more]
    preparer.close()
    assert _are_ended()


def test_an_error_is_raised_here_at_its_passage() -> None:
    stream = Stream("poison")
    preparer = PassagePreparer(fails, processes_from=10)
    with pytest.raises(UnpicklableError, match=r"^bad") as raised:
        stream.run(preparer)
    assert str(raised.value) == "bad" + stream.fed[len(stream.back)]
    assert stream.ids == stream.fed[: len(stream.back)]
    assert len(stream.pids) > 1
    preparer.close()
    assert _are_ended()


def test_a_result_that_cannot_be_pickled_is_prepared_here() -> None:
    preparer = PassagePreparer(only_here, processes_from=1)
    fed = [passage(number, "一段") for number in range(3 * CHUNK_SIZE)]
    found = list(preparer.feed(fed[:1]))
    wait(preparer._loading)
    found += [*preparer.feed(fed[1:]), *preparer.drain()]
    preparer.close()
    assert [one for one, _ in found] == fed


def test_processes_that_are_still_loading_are_not_waited_for() -> None:
    preparer = PassagePreparer(worker, processes_from=1)
    assert len(list(preparer.feed([passage(0, "一段")]))) == 1
    assert multiprocessing.active_children()
    assert not preparer._loading[0].done()
    preparer.close()
    # Left to themselves, they would keep the interpreter from ending for seconds after Ctrl+C.
    assert _are_ended()


def test_without_other_processes_all_is_prepared_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(process_pool: int) -> None:
        raise OSError("no semaphores here")

    monkeypatch.setattr(process_pool, "pool", none)
    preparer = PassagePreparer(worker, processes_from=1)
    fed = [passage(number, "一段") for number in range(3)]
    assert [result[1] for _, result in preparer.feed(fed)] == [os.getpid()] * 3
    preparer.close()


def test_passages_under_way_are_dropped_when_closed() -> None:
    stream = Stream()
    preparer = PassagePreparer(worker, processes_from=10)
    for _, result in preparer.feed(stream.passages()):
        stream.back.append(result)
    preparer.close()
    assert list(preparer.drain()) == []
    assert _are_ended()
