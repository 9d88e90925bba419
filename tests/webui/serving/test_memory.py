"""What a server that runs for long takes: garbage is found while it is little, also by a single worker."""

from __future__ import annotations

import ctypes
import gc
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from benchmarks.machine import private_memory
from indexer.run.pipeline import IndexJob, run_job
from report_search import long_process
from report_search.long_process import THRESHOLDS, expect_long_process, release_memory

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
ROUND = 150
"""Pages of 70 KB: at the threshold of short commands they leave 10 MB behind."""
MOST_GROWN = 4 << 20
"""Bytes that so many further pages may add."""


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
def test_one_worker_takes_no_more_for_what_it_answered_before(tmp_path: Path) -> None:
    run_job(IndexJob(paths=(CORPUS,), index=tmp_path, engine="whoosh"))
    command = [sys.executable, "-u", "-m", "report_search", "serve", "--port", "0", "--index", str(tmp_path)]
    with subprocess.Popen(
        [*command, "--workers", "1", "--keep-answers", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://[^/]+/", server.stdout.readline())
            assert found
            _ask(found[0], ROUND)
            before = private_memory(server.pid)
            assert before
            _ask(found[0], 2 * ROUND)
            after = private_memory(server.pid)
            assert after
            assert after - before < MOST_GROWN
        finally:
            server.terminate()


def test_a_long_process_looks_for_garbage_as_python_does() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(50_000)
        expect_long_process()
        assert gc.get_threshold() == THRESHOLDS
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
def test_memory_below_what_is_in_use_is_given_back() -> None:
    script = """
import os
from benchmarks.machine import private_memory
from report_search.long_process import release_memory
blocks = [bytes(2000) for _ in range(20_000)]
last = blocks[-1]
del blocks
before = private_memory(os.getpid())
print(release_memory(), before - private_memory(os.getpid()))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CORPUS.parent, capture_output=True, text=True, check=True
    )
    was_any, given_back = done.stdout.split()
    assert was_any == "True"
    assert int(given_back) > 30_000 << 10


def test_where_the_c_library_gives_nothing_back_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    for fault in (AttributeError, OSError, TypeError):

        def load(name: None, fault: type[Exception] = fault) -> None:
            raise fault

        monkeypatch.setattr(ctypes, "CDLL", load)
        long_process._malloc_trim.cache_clear()
        assert release_memory() is False
    long_process._malloc_trim.cache_clear()


def _ask(address: str, times: int) -> None:
    for _ in range(times):
        with urlopen(f"{address}?q=%E5%85%AC%E5%BC%80") as answer:
            assert answer.read()
