"""Worker processes, for work that would keep one core busy for long.

They are spawned, not forked: a fork copies the locks but not the threads that would release them, and tantivy, numpy
and a server have threads. The rule: a worker never outlives the process that started it, and leaves Ctrl+C to it. As
with all spawned processes, a script that builds an index needs ``if __name__ == "__main__":`` around what it does.
"""

from __future__ import annotations

import os
import signal

# Not the class, which the standard library imports when it is first named: a search starts no pool.
from concurrent import futures
from multiprocessing import current_process, get_context, parent_process
from threading import Thread

MOST = 8
"""Workers at most: each takes memory, and the process that collects their results keeps up with no more."""


def cores() -> int:
    """The cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def useful() -> int:
    """How many workers would speed up this process; 1 if none would, or if it may start none."""
    # A daemonic process, as the workers of a server may be, must not have children.
    return 1 if current_process().daemon else min(cores(), MOST)


def pool(processes: int) -> futures.ProcessPoolExecutor:
    """A pool of workers, each started when there is work for it. Raises ``OSError`` where the system has none."""
    try:
        return futures.ProcessPoolExecutor(processes, get_context("spawn"), initializer=begin_worker)
    except (ImportError, NotImplementedError) as missing:
        # So Python says that the system has no semaphores, by which processes wait for each other.
        raise OSError(f"no processes here: {missing}") from missing


def end(pool: futures.ProcessPoolExecutor) -> None:
    """End a pool at once, whatever its workers do; what was not collected is lost.

    A worker that is still loading, which takes seconds, would otherwise keep the interpreter from ending.
    """
    # The executor has no such method before Python 3.14, and forgets its processes when it is shut down.
    processes = dict(getattr(pool, "_processes", None) or {})
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes.values():
        process.kill()
    for process in processes.values():
        process.join()


def begin_worker() -> None:
    """What a worker does first."""
    # Ctrl+C reaches every process of a terminal; the parent decides what becomes of the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process as soon as its parent has ended, however that happened.

    A worker of a killed parent would wait for work for ever: the queue that it reads stays open, because the worker
    itself holds an end of it.
    """
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
