"""A worker in a thread of the test, over a small application, and sockets to ask it by."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from webui.serving.balance import Share
from webui.serving.listener import listen
from webui.serving.settings import ServerSettings
from webui.serving.worker import Server

Application = Callable[[dict[str, Any], Any], Any]


@contextmanager
def serving(app: Application, **settings: Any) -> Iterator[tuple[Server, int]]:
    """A server and its port; it is stopped in the end."""
    wrapped: Any = WrappedApplication(app)
    with listen("127.0.0.1", 0) as listener:
        chosen = ServerSettings(index=Path("none"), **settings)
        server = Server(wrapped, listener, settings=chosen, share=Share.whole())
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server, listener.getsockname()[1]
        finally:
            server.stop()
            thread.join(10)
            assert not thread.is_alive()


class WrappedApplication(SimpleNamespace):
    def __init__(self, app: Application) -> None:
        super().__init__(app=app, extensions={})

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.app(environ, start_response)


def hello(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """An application that answers at once."""
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def connect(port: int, sent: bytes = b"") -> socket.socket:
    """A connection over which ``sent`` was sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(sent)
    return connection


def request(path: str = "/", *, keep: bool = False) -> bytes:
    """A request for ``path``."""
    connection = "keep-alive" if keep else "close"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\n\r\n".encode()


def read_all(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    try:
        return b"".join(iter(lambda: connection.recv(65536), b""))
    except ConnectionResetError:
        return b""


def ask(port: int, path: str = "/") -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case) and body."""
    with connect(port, request(path)) as connection:
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    return *_status_and_headers(head), body


def ask_again(connection: socket.socket, path: str = "/") -> tuple[int, dict[str, str], bytes]:
    """As ``ask``, over a connection that is kept."""
    connection.sendall(request(path, keep=True))
    head = body = b""
    while not head:
        received = connection.recv(65536)
        assert received, "the connection was closed"
        body += received
        if b"\r\n\r\n" in body:
            head, _, body = body.partition(b"\r\n\r\n")
    status, headers = _status_and_headers(head)
    while len(body) < int(headers["content-length"]):
        body += connection.recv(65536)
    return status, headers, body


def _status_and_headers(head: bytes) -> tuple[int, dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), headers


def until(condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


class Slow:
    """An application whose answers wait until they are let go."""

    def __init__(self) -> None:
        self.go, self.asked = threading.Event(), 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked += 1
        assert self.go.wait(20)
        return hello(environ, start_response)


@contextmanager
def full(**settings: Any) -> Iterator[tuple[Slow, Server, int]]:
    """A server with as many requests as may wait."""
    slow = Slow()
    with serving(slow, queue=1, **settings) as (server, port), ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, port)
        until(lambda: slow.asked == 1)
        second = pool.submit(ask, port)
        until(lambda: len(server.task_dispatcher.queue) == 1)
        try:
            yield slow, server, port
        finally:
            slow.go.set()
        assert (first.result()[0], second.result()[0]) == (200, 200)
