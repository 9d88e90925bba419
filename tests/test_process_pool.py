"""Worker processes: how many, and that none of them outlives the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError, Future

import pytest

from report_search import process_pool

ORPHANS = """
import os, signal, time
from report_search import process_pool

if __name__ == "__main__":
    with process_pool.pool(2) as pool:
        busy = [pool.submit(os.getpid) for _ in range(2)]
        print(*{future.result() for future in busy}, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def _is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_workers_end_with_the_process_that_started_them() -> None:
    """Left to themselves, they would wait for work for ever."""
    done = subprocess.run([sys.executable, "-c", ORPHANS], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    pids = [int(pid) for pid in done.stdout.split()]
    assert pids
    deadline = time.monotonic() + 20
    while any(map(_is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if _is_alive(pid)]


def _came_to_nothing(future: Future[None]) -> bool:
    """Whether the work was cancelled or failed, within five seconds."""
    try:
        return future.exception(timeout=5) is not None
    except CancelledError:
        return True


def test_a_pool_is_ended_whatever_its_workers_do() -> None:
    pool = process_pool.pool(2)
    assert pool.submit(os.getpid).result()
    sleeping = [pool.submit(time.sleep, 60) for _ in range(8)]
    began = time.monotonic()
    process_pool.end(pool)
    assert all(map(_came_to_nothing, sleeping))
    assert time.monotonic() - began < 5


def test_workers_leave_interrupts_to_this_process() -> None:
    with process_pool.pool(1) as pool:
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
        assert pool.submit(os.getpid).result() != os.getpid()


def test_there_are_no_more_workers_than_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= process_pool.useful() <= min(process_pool.cores(), process_pool.MOST)
    monkeypatch.setattr(process_pool, "cores", lambda: 64)
    assert process_pool.useful() == process_pool.MOST


def test_a_daemonic_process_starts_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Daemon:
        daemon = True

    monkeypatch.setattr(process_pool, "current_process", Daemon)
    assert process_pool.useful() == 1
