"""A TLS proxy in front of a server that speaks plain HTTP, in place of a cluster's security module.

Its certificate is signed by an authority made for the test. It demands a password (in UTF-8, as OpenSearch reads it),
records the requests that have it, and passes them on.
"""

from __future__ import annotations

import base64
import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

USER, PASSWORD = "检索", "秘密-s3cret"
HEADERS = {"Content-Type", "Accept-Encoding"}
"""The headers of a request that are passed on."""


@dataclass
class Front:
    """A running proxy: its port, the requests it got, and (``authority``) the file with which it is trusted."""

    port: int
    authority: Path
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request that was passed on."""
    turned_away: int = 0

    def address(self, name: str) -> str:
        """What ``--engine`` takes."""
        return f"opensearch+https://127.0.0.1:{self.port}/{name}?shards=2"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    front: Front
    context: ssl.SSLContext
    behind: int | None

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            with self.context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        except OSError:
            """A client that refused the certificate, or left."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != wanted:
            self.server.front.turned_away += 1
            self._answer(401, b"Unauthorized", {"WWW-Authenticate": "Basic"})
            return
        self.server.front.asked.append((self.command, self.path))
        self._answer(*self._behind(body))

    do_GET = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815  # the names that the library calls

    def _behind(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if self.server.behind is None:
            return 200, b'{"fine":1}', {}
        there = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=120)
        try:
            head = {name: value for name, value in self.headers.items() if name in HEADERS}
            there.request(self.command, self.path, body or None, head)
            answer = there.getresponse()
            kept = {"Content-Encoding": answer.headers["Content-Encoding"] or "identity"}
            return answer.status, answer.read(), kept
        finally:
            there.close()

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing is printed."""


@contextmanager
def front(
    folder: Path, *, host: str = "127.0.0.1", behind: int | None = None, demanding: bool = False
) -> Iterator[Front]:
    """A proxy on a free port with a certificate for ``host``, its authority's file in ``folder``.

    ``behind`` is the port that requests are passed on to; without one, all are answered with the same JSON. A
    ``demanding`` proxy wants a certificate from the client, too.
    """
    authority = trustme.CA()
    with _Server(("127.0.0.1", 0), _Handler) as running:
        file = folder / f"authority-{running.server_port}.pem"
        authority.cert_pem.write_to_path(str(file))
        running.front = Front(running.server_port, file)
        running.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        running.behind = behind
        if demanding:
            running.context.verify_mode = ssl.CERT_REQUIRED
            authority.configure_trust(running.context)
        authority.issue_cert(host).configure_cert(running.context)
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield running.front
        finally:
            running.shutdown()
