"""What a server that runs for long takes: garbage is found while it is little, also by a single worker."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.long_process import THRESHOLDS, expect_long_process

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
ROUND = 150
"""Pages of 70 KB: at the threshold of short commands they leave 10 MB behind."""
MOST_GROWN = 4 << 10
"""KB that so many further pages may add."""


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
            before = _own_memory(server.pid)
            _ask(found[0], 2 * ROUND)
            assert _own_memory(server.pid) - before < MOST_GROWN
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


def _ask(address: str, times: int) -> None:
    for _ in range(times):
        with urlopen(f"{address}?q=%E5%85%AC%E5%BC%80") as answer:
            assert answer.read()


def _own_memory(pid: int) -> int:
    """KB that a process holds beside what is mapped."""
    found = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])
