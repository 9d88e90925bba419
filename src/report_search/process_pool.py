"""Processes of our own, for work that one core would take long with.

They are spawned: a fork would copy the locks of threads that it does not copy, and tantivy, numpy and a server have
threads. The rule: a process of ours never outlives the one that started it, and leaves Ctrl+C to it. As with all
spawned processes, a script that fills an index needs ``if __name__ == "__main__":`` around what it does.
"""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import current_process, get_context, parent_process
from threading import Thread

MOST = 8
"""Processes at most: each takes memory, and whoever collects what they do keeps up with no more."""


def cores() -> int:
    """The cores that this process may use."""
    known = getattr(os, "sched_getaffinity", None)
    return len(known(0)) if known else os.cpu_count() or 1


def useful() -> int:
    """How many processes are of use beside this one; 1 if others would gain nothing, or none may be started."""
    return 1 if current_process().daemon else min(cores(), MOST)


def pool(processes: int) -> ProcessPoolExecutor:
    """A pool of processes, each started when there is work for it. ``OSError`` where the system has none."""
    try:
        return ProcessPoolExecutor(processes, get_context("spawn"), initializer=_begin)
    except (ImportError, NotImplementedError) as missing:
        raise OSError(f"no processes here: {missing}") from missing


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
