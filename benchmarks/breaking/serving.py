"""A server in processes of its own, clients that ask it, and what its workers hold in memory."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from benchmarks.breaking.changing import PROGRAM
from benchmarks.machine import private_memory

HOST = "127.0.0.1"
LONGEST = 30.0
"""Seconds that a client waits for an answer."""


class Server(Struct):
    """A running server: its port and its process."""

    port: int
    process: int

    def memory(self) -> int:
        """Bytes that the workers hold for themselves, what is mapped from files not counted."""
        return sum(private_memory(one) for one in self.workers())

    def workers(self) -> list[int]:
        """The processes that answer."""
        return [one for one, parent in _parents().items() if parent == self.process and _is_worker(one)]


@contextmanager
def served(index: Path, *options: str, workers: int = 2) -> Iterator[Server]:
    """A server of ``index``; whatever it says on standard error while it runs makes it fail in the end."""
    command = [*PROGRAM, "serve", "--index", str(index), "--port", "0", "--workers", str(workers), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        found = re.search(r":([0-9]+)/", process.stdout.readline())
        if found is None:
            raise SystemExit("the server said no address")
        try:
            yield Server(int(found[1]), process.pid)
        finally:
            process.terminate()
            process.wait(40)


@dataclass
class Clients:
    """Clients that ask for ``addresses`` in turn over kept connections: what they were answered, and what was lost."""

    port: int
    addresses: Sequence[str]
    statuses: Counter[int] = field(default_factory=Counter)
    unadvised: int = 0
    """Refusals that did not say when to come again."""
    slowest: float = 0.0
    lost: list[str] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def asking(self, number: int) -> Iterator[None]:
        """Ask from ``number`` connections as long as the context lasts."""
        threads = [threading.Thread(target=self._ask, args=(turn,)) for turn in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ending.set()
            for thread in threads:
                thread.join(LONGEST)

    def _ask(self, turn: int) -> None:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=LONGEST)
        while not self._ending.is_set():
            address = self.addresses[turn % len(self.addresses)]
            turn += 1
            began = time.perf_counter()
            try:
                connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                with self._lock:
                    self.lost.append(f"{address}: {error!r}")
                connection.close()
                continue
            with self._lock:
                self.statuses[answer.status] += 1
                self.unadvised += answer.status == 503 and "Retry-After" not in answer.headers
                self.slowest = max(self.slowest, time.perf_counter() - began)
        connection.close()


class Answer(NamedTuple):
    """An answer, and the seconds that it took."""

    status: int
    body: bytes
    took: float


def answered(port: int, target: str, *, body: bytes = b"") -> Answer:
    """The answer to one request on a connection of its own."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(HOST, port, timeout=LONGEST)
    try:
        connection.request("POST" if body else "GET", target, body or None)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(), time.perf_counter() - began)
    finally:
        connection.close()


def connected(port: int, sent: bytes) -> socket.socket:
    """A connection over which ``sent`` was sent."""
    connection = socket.create_connection((HOST, port), timeout=LONGEST)
    connection.sendall(sent)
    return connection


def _parents() -> dict[int, int]:
    """Every process of the machine with its parent; {} where the system has no ``/proc``."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    return found


def _is_worker(process: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
