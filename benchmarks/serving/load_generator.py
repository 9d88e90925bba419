"""Clients that cost the machine next to nothing: one thread, one connection each, answers read but not taken apart.

Server and clients share the cores of a machine, so what clients take is missing to the server, and a second worker
seems to give less than it does.

The rule: a client asks the next request as soon as the answer before has come whole.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack

HOST = "127.0.0.1"
LONGEST = 60.0
"""Seconds without anything from the server, after which it counts as lost."""
AT_ONCE = 1 << 20
"""Bytes read at once."""
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.I)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.I)
_LAST = re.compile(rb"\r\nconnection: *close", re.I)
_NO_CHUNK = b"0\r\n\r\n"
_LAST_CHUNK = b"\r\n" + _NO_CHUNK
_HEAD_END = b"\r\n\r\n"


class Client:
    """A kept connection with what it still has to ask; ``times`` are the seconds of each answer, ``size`` the bytes of
    all bodies. A connection that ends with an answer is followed by another."""

    def __init__(self, port: int, addresses: Sequence[str]) -> None:
        self.times: list[float] = []
        self.size = 0
        self.is_over = False
        """Whether the answer said that its connection ends."""
        self._port = port
        self._addresses = deque(addresses)
        self._address = ""
        self._begun = b""
        """What has come of an answer whose length is not known yet."""
        self._missing: int | None = None
        """Bytes that are still to come; None while the head is not there, or does not say."""
        self.connect()

    def connect(self) -> None:
        """Connect, or connect anew."""
        self.is_over = False
        self.socket = socket.create_connection((HOST, self._port), timeout=LONGEST)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def is_done(self) -> bool:
        """Whether everything was asked."""
        return not self._addresses

    def ask(self) -> None:
        """Send the next request."""
        self._address, self._begun, self._missing = self._addresses.popleft(), b"", None
        self._asked = time.perf_counter()
        self.socket.sendall(f"GET {self._address} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())

    def take(self) -> bool:
        """Take in what has come; whether the answer is whole. Raises ``SystemExit`` if it is not 200."""
        received = self.socket.recv(AT_ONCE)
        if not received:
            raise SystemExit(f"{self._address}: the connection was closed")
        if self._missing is None:
            self._begun += received
            is_whole = self._take_head()
        else:
            self._missing -= len(received)
            is_whole = self._missing <= 0
        if is_whole:
            self.times.append(time.perf_counter() - self._asked)
        return is_whole

    def _take_head(self) -> bool:
        """Read from the head how long the answer is; whether it is there already."""
        head, end, body = self._begun.partition(_HEAD_END)
        if not end:
            return False
        status = head.split(b" ", 2)[1].decode("latin-1")
        if status != "200":
            raise SystemExit(f"{self._address} was answered {status}")
        self.is_over = _LAST.search(head) is not None
        if length := _LENGTH.search(head):
            self._missing = int(length[1]) - len(body)
            self.size += int(length[1])
            return self._missing <= 0
        assert _CHUNKED.search(head), "an answer without a length"
        is_whole = body.endswith(_LAST_CHUNK) or body == _NO_CHUNK
        self.size += len(body) if is_whole else 0
        return is_whole


def ask_all(port: int, shares: Sequence[Sequence[str]]) -> tuple[list[float], int]:
    """Ask each share of addresses over a connection of its own, all at once.

    Gives the seconds of each answer, and the bytes of all.
    """
    with ExitStack() as closing, selectors.DefaultSelector() as selector:
        clients = [Client(port, share) for share in shares]
        for client in clients:
            closing.callback(_close, client)
            if not client.is_done:
                client.ask()
                selector.register(client.socket, selectors.EVENT_READ, client)
        while selector.get_map():
            ready = selector.select(LONGEST)
            if not ready:
                raise SystemExit(f"no answer for {LONGEST:g} s")
            for key, _ in ready:
                if key.data.take():
                    _go_on(key.data, selector)
    return [seconds for client in clients for seconds in client.times], sum(client.size for client in clients)


def _go_on(client: Client, selector: selectors.BaseSelector) -> None:
    """Ask what is next; on another connection if this one ends."""
    if client.is_done:
        selector.unregister(client.socket)
        return
    if client.is_over:
        selector.unregister(client.socket)
        client.socket.close()
        client.connect()
        selector.register(client.socket, selectors.EVENT_READ, client)
    client.ask()


def _close(client: Client) -> None:
    client.socket.close()
