"""Servers on this machine that take what alerts send: a mail server and one that is posted to. They keep it all."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class MailSink:
    """A mail server: what it was given, how it answers. ``context`` is its side of TLS."""

    port: int = 0
    context: ssl.SSLContext | None = None
    tls_at_once: bool = False
    user: str = ""
    refuses: set[str] = field(default_factory=set)
    dies_before_answering: bool = False
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    def accepted(self, to: str) -> list[EmailMessage]:
        """The mails for one address."""
        return [mail for address, mail in self.mails if address == to]


class _SmtpHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as smtplib speaks."""

    sink: MailSink

    def setup(self) -> None:
        self._encrypted = False
        if self.sink.tls_at_once:
            self._start_tls()
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def handle(self) -> None:
        self._say("220 sink")
        to = ""
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            command, _, rest = line.partition(" ")
            match command.upper():
                case "EHLO":
                    offers = ["250-sink", "250-8BITMIME"]
                    offers += ["250-AUTH PLAIN"] if self.sink.user else []
                    offers += ["250-STARTTLS"] if self.sink.context and not self._encrypted else []
                    self._say("\r\n".join([*offers, "250 HELP"]))
                case "STARTTLS":
                    self._say("220 go on")
                    self._start_tls()
                    self.rfile = self.connection.makefile("rb")
                    self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
                case "AUTH":
                    self.sink.logins.append(rest)
                    self._say("235 fine")
                case "RCPT":
                    to = rest.partition("<")[2].partition(">")[0]
                    self._say("550 nobody of that name" if to in self.sink.refuses else "250 fine")
                case "DATA":
                    self._say("354 go on")
                    self._take(to)
                    if self.sink.dies_before_answering:
                        return
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 fine")

    def _take(self, to: str) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail: Any = message_from_bytes(b"".join(lines), policy=policy.default)
        self.sink.mails.append((to, mail))
        self.sink.encrypted.append(self._encrypted)

    def _start_tls(self) -> None:
        assert self.sink.context is not None
        own = self.request if self.sink.tls_at_once else self.connection
        self.request = self.connection = self.sink.context.wrap_socket(own, server_side=True)
        self._encrypted = True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Quiet(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, as some tests want it, is no news."""


@contextmanager
def mail_sink(**options: Any) -> Iterator[MailSink]:
    """A mail server on a port of its own."""
    sink = MailSink(**options)
    handler = type("Handler", (_SmtpHandler,), {"sink": sink})
    with _Quiet(("127.0.0.1", 0), handler) as server:
        sink.port = server.server_address[1]
        yield from _serving(server, sink)


@dataclass
class HookSink:
    """A server that is posted to: what it was given, and how it answers."""

    port: int = 0
    status: int = 200
    location: str = ""
    waits: float = 0.0
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def hook_sink(**options: Any) -> Iterator[HookSink]:
    """A server that is posted to, on a port of its own."""
    sink = HookSink(**options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.posts.append((self.path, dict(self.headers.items()), body))
            end = time.monotonic() + sink.waits
            while time.monotonic() < end:
                # A drip keeps the connection from being silent.
                self.wfile.write(b"HTTP/1.1 200 OK\r\n" if not sink.location else b"")
                time.sleep(0.05)
            self.send_response(sink.status)
            if sink.location:
                self.send_header("Location", sink.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            sink.posts.append((self.path, {}, b"followed"))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that goes away is no news."""

    with Server(("127.0.0.1", 0), Handler) as server:
        sink.port = server.server_address[1]
        yield from _serving(server, sink)


def _serving(server: socketserver.BaseServer, sink: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        thread.join()
