"""The server itself, with its worker processes, over a real socket."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job

CORPUS = Path(__file__).resolve().parents[3] / "corpus"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    run_job(IndexJob(paths=(CORPUS,), index=folder, engine="whoosh"))
    return folder


@dataclass
class Served:
    """A server of two workers: its process, its port, and what it said."""

    process: subprocess.Popen[str]
    port: int
    errors: Path


@contextmanager
def serving(index: Path, folder: Path, *options: str) -> Iterator[Served]:
    command = [sys.executable, "-u", "-m", "report_search", "serve", "--port", "0", "--index", str(index)]
    errors = folder / "errors.txt"
    with (
        errors.open("wb") as said,
        subprocess.Popen(
            [*command, "--workers", "2", *options],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        assert process.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert address is not None, errors.read_text("utf-8")
        try:
            yield Served(process, int(address[1]), errors)
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def served(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(index, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def port(served: Served) -> int:
    return served.port


def ask(port: int, target: str) -> tuple[int, bytes]:
    """Status and body of a request whose target is sent as it is, in UTF-8."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def test_chinese_in_an_address_is_taken_as_typed(port: int) -> None:
    """``curl '…?q=领事保护'`` sends bare UTF-8, which the server library by itself answers with 400."""
    status, body = ask(port, "/api/v1/search?q=领事保护&year=2014..2019")
    assert status == 200
    told = json.loads(body)
    assert told["query"]["text"] == "领事保护"
    assert told["total"]["reports"] == 2


def test_the_server_answers_pages_and_health(port: int) -> None:
    assert ask(port, "/healthz")[0] == 200
    status, body = ask(port, "/?q=“领事保护”")
    assert status == 200
    assert "<mark>领事保护</mark>" in body.decode()


def test_a_port_that_is_taken_is_the_operators_to_change(port: int, index: Path) -> None:
    command = [sys.executable, "-m", "report_search", "serve", "--port", str(port), "--index", str(index)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@dataclass
class Clients:
    """Clients that ask again and again over kept connections; what they were told."""

    port: int
    statuses: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    generations: set[str] = field(default_factory=set)
    _ending: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def asking(self, number: int) -> Iterator[None]:
        threads = [threading.Thread(target=self._ask) for _ in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ending.set()
            for thread in threads:
                thread.join(30)

    def wait(self, more: int, *, seconds: float = 30) -> None:
        """Wait until so many more answers came."""
        wanted = len(self.statuses) + more
        until(lambda: len(self.statuses) >= wanted, seconds=seconds)

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        while not self._ending.is_set():
            try:
                if connection.sock is None:
                    connection.connect()
            except OSError:
                return  # Nobody listens any more, and nothing was asked.
            try:
                connection.request("GET", "/api/v1/search?q=%E5%85%AC%E5%BC%80&limit=1")
                answer = connection.getresponse()
                self.generations.add(json.loads(answer.read())["index"]["generation"])
            except (OSError, http.client.HTTPException) as error:
                self.lost.append(repr(error))
                return
            self.statuses.append(answer.status)


def until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def workers_of(process: int) -> set[int]:
    """The processes that a server has started to answer."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = status.read_text().rpartition(")")[2].split()[1]
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == str(process) and b"spawn_main" in command:
            found.add(int(status.parent.name))
    return found


on_linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")


@on_linux
def test_a_worker_that_is_killed_is_started_anew(served: Served) -> None:
    until(lambda: len(workers_of(served.process.pid)) == 2)
    killed = min(workers_of(served.process.pid))
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(workers_of(served.process.pid) - {killed}) == 2)
    assert ask(served.port, "/readyz")[0] == 200
    assert "another one is started" in served.errors.read_text("utf-8")


@on_linux
def test_a_stop_a_reload_and_a_new_index_lose_no_request(index: Path, tmp_path: Path) -> None:
    copied = tmp_path / "index"
    shutil.copytree(index, copied)
    with serving(copied, tmp_path) as server:
        until(lambda: len(workers_of(server.process.pid)) == 2)
        clients = Clients(server.port)
        with clients.asking(6):
            clients.wait(20)
            run_job(
                IndexJob(paths=(CORPUS / "mfa-2019.md",), index=copied, engine="whoosh", accept_losses=True)
            )
            until(lambda: len(clients.generations) == 2)
            before = workers_of(server.process.pid)
            server.process.send_signal(signal.SIGHUP)
            until(lambda: len(workers_of(server.process.pid) - before) == 2)
            until(lambda: not before & workers_of(server.process.pid))
            clients.wait(20)
            server.process.terminate()
            assert server.process.wait(30) == 0
    assert clients.lost == []
    assert set(clients.statuses) == {200}
    assert server.errors.read_text("utf-8") == ""
