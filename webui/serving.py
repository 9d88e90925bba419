"""Serving: the application on a production server, from an index in a folder.

The rule: the server answers from the first moment. Until there is an index, every page says how to make one.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server

from report_search.errors import OperatorError
from report_search.search.searcher import Searcher
from webui.app import create_app

THREADS = 8
ALL_INTERFACES = {"0.0.0.0", "::", ""}
"""Hosts that mean every address of this machine, and so are none to open in a browser."""


def serve_forever(index: Path, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the index in the folder ``index`` at ``host``:``port`` until interrupted (port 0: any free one).

    ``announce`` is told the address once connections are taken. Raises ``OperatorError`` where the address is
    in use or not of this machine.
    """
    app = create_app(Searcher(index))
    listener = _listen(host, port)
    server = create_server(app, sockets=[listener], threads=THREADS, ident="")
    assert isinstance(server, BaseWSGIServer), "one socket makes one server"
    server.channel_class = _Channel
    # That a request waits for a thread is no fault; waitress warns of each.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    announce(f"在浏览器中打开 {address(host, listener.getsockname()[1])}（按 Ctrl+C 停止）")
    try:
        server.run()
    except KeyboardInterrupt:
        announce("已停止。")
    finally:
        server.close()


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    name = "localhost" if host in ALL_INTERFACES else host
    # An IPv6 address needs brackets, to tell its colons from that of the port.
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/"


class _Parser(HTTPRequestParser):
    """Takes Chinese in an address as typed (``curl '…?q=领事保护'``), which by itself waitress refuses."""

    def parse_header(self, header_plus: bytes) -> None:
        """Percent-encode what is not ASCII in the request line, as browsers do."""
        request_line, line_break, rest = header_plus.partition(b"\r\n")
        if not request_line.isascii():
            request_line = b"".join(map(_percent_encoded, request_line))
        super().parse_header(request_line + line_break + rest)


def _percent_encoded(byte: int) -> bytes:
    """A byte of UTF-8 as %XX, an ASCII character as it is."""
    return bytes([byte]) if byte < 0x80 else b"%%%02X" % byte


class _Channel(HTTPChannel):
    parser_class = _Parser


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. An address that is taken is the operator's to change, not a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # A server that was just stopped leaves its port in TIME_WAIT; POSIX takes it again with this option. On Windows
    # the same option would let two servers share a port.
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise OperatorError(
            "address-unavailable",
            f"不能在 {host}:{port} 上提供服务：{error}",
            hint="请用 --port 换一个端口，或先停止占用它的程序。",
        ) from error
    return listener
