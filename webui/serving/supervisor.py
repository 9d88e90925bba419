"""Several workers: started, started anew when they end, stopped together.

The listening socket is made once and handed to each worker, so a connection that comes while one of them is started
anew waits with the system. Workers are spawned, never forked after the index was opened: processes that share open
files would share the places in them, and read each other's bytes.

The rule: this process only watches. It opens no index and answers nothing, so there is little that could end it.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, MutableSequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import RawArray
from time import monotonic
from types import FrameType

from msgspec import Struct

from report_search.process_pool import begin_worker
from webui.operating.metrics import SHARED_FOLDER
from webui.operating.rates import PLACES
from webui.serving.balance import Share
from webui.serving.settings import STOPPING_SECONDS, ServerSettings

LOG = logging.getLogger("webui")
EARLY_SECONDS = 5.0
"""A worker that ends within this time is started anew only after a pause, which grows."""
LONGEST_PAUSE = 30.0
STOP_SECONDS = STOPPING_SECONDS + 5.0
STOP, RELOAD = b"s", b"r"


class _Worker(Struct):
    """A process in its place among the workers."""

    place: int
    process: SpawnProcess
    ready: Connection
    began: float
    is_ready: bool = False
    is_replaced: bool = False


class Supervisor:
    """Runs ``settings.processes`` workers over ``listener``."""

    def __init__(self, settings: ServerSettings, listener: socket.socket) -> None:
        self._settings, self._listener = settings, listener
        self._count = settings.processes
        # While all are replaced, the old and the new ones are there together.
        self._shares = Share.among(2 * self._count)
        self._rates: MutableSequence[float] = RawArray("d", PLACES)
        self._workers: list[_Worker] = []
        self._due: list[float] = [0.0] * self._count
        self._pause = 1.0
        self._woken, self._wake = socket.socketpair()
        self._wake.setblocking(False)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve until SIGTERM or SIGINT; SIGHUP replaces all workers, one after the other."""
        with _signals(self._signalled), _shared_figures():
            self._serve(on_ready)

    def _serve(self, on_ready: Callable[[], None]) -> None:
        is_announced = False
        while True:
            self._start_missing()
            order = self._wait()
            if order == STOP:
                self._stop()
                return
            if order == RELOAD:
                self._reload()
            if not is_announced and any(one.is_ready for one in self._workers):
                is_announced = True
                on_ready()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        order = RELOAD if number == getattr(signal, "SIGHUP", None) else STOP
        try:
            self._wake.send(order)
        except BlockingIOError:
            # So many signals wait already that one more says nothing new.
            return

    def _start_missing(self) -> None:
        """Start workers where there are too few, unless one has just failed."""
        working = sum(not one.is_replaced for one in self._workers)
        self._due = [due for due in self._due if due > monotonic()]
        for _ in range(self._count - working - len(self._due)):
            self._start()

    def _start(self) -> _Worker:
        taken = {one.place for one in self._workers}
        place = next(place for place in range(2 * self._count) if place not in taken)
        ready, tell = get_context("spawn").Pipe(duplex=False)
        process = get_context("spawn").Process(
            target=_work,
            args=(self._settings, self._listener),
            kwargs={"share": self._shares[place], "rates": self._rates, "tell": tell},
        )
        process.start()
        tell.close()
        started = _Worker(place, process, ready, monotonic())
        self._workers.append(started)
        return started

    def _wait(self) -> bytes:
        """Wait until a worker is ready or has ended, or for a signal, a second at most; what the signal asks for."""
        pending = [one.ready for one in self._workers if not one.is_ready]
        happened = wait(
            [self._woken, *pending, *(one.process.sentinel for one in self._workers)], timeout=1.0
        )
        for one in list(self._workers):
            if one.process.sentinel in happened:
                self._ended(one)
            elif one.ready in happened:
                one.is_ready = True
        return self._woken.recv(1) if self._woken in happened else b""

    def _ended(self, one: _Worker) -> None:
        one.process.join()
        self._workers.remove(one)
        self._shares[one.place].leave()
        one.ready.close()
        if one.is_replaced:
            return
        LOG.error("worker %d ended (%s), another one is started", one.process.pid, one.process.exitcode)
        if monotonic() - one.began < EARLY_SECONDS:
            self._due.append(monotonic() + self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        else:
            self._pause = 1.0

    def _reload(self) -> None:
        """Put a new worker in the place of each: first it can answer, then the old one stops."""
        for old in [one for one in self._workers if not one.is_replaced]:
            new = self._start()
            while not new.is_ready and new in self._workers:
                self._wait()
            if new.is_ready and old in self._workers:
                old.is_replaced = True
                old.process.terminate()

    def _stop(self) -> None:
        """Stop all workers; each answers what it was asked."""
        # The workers have it as well; the last one to close it takes all that waits just before.
        self._listener.close()
        for one in self._workers:
            one.process.terminate()
        until = monotonic() + STOP_SECONDS
        for one in self._workers:
            one.process.join(max(0.0, until - monotonic()))
            if one.process.is_alive():
                one.process.kill()
                one.process.join()


def _work(
    settings: ServerSettings,
    listener: socket.socket,
    *,
    share: Share,
    rates: MutableSequence[float],
    tell: Connection,
) -> None:
    """What a worker process does."""
    begin_worker()
    # By name, since the process that watches needs nothing of it: it takes 39 MB so, with the application 55.
    import_module("webui.serving.worker").serve(
        settings, listener, share=share, rate_table=rates, on_ready=lambda: tell.send_bytes(b"ready")
    )


@contextmanager
def _signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle the signals that tell a server what to do."""
    names = ("SIGTERM", "SIGINT", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


@contextmanager
def _shared_figures() -> Iterator[None]:
    """A folder for the figures that the workers count, unless the operator named one."""
    if os.environ.get(SHARED_FOLDER):
        yield
        return
    folder = tempfile.mkdtemp(prefix="report-search-figures-")
    os.environ[SHARED_FOLDER] = folder
    try:
        yield
    finally:
        del os.environ[SHARED_FOLDER]
        shutil.rmtree(folder, ignore_errors=True)
