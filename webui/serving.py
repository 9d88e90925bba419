"""Serving: the application on a production server, from an index in a folder.

The server answers from the first moment: until there is an index, every page says how to make one.
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
EVERYWHERE = {"0.0.0.0", "::", ""}


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


class _Parser(HTTPRequestParser):
    """Takes Chinese in an address as typed (``curl '…?q=领事保护'``), which by itself waitress refuses."""

    def parse_header(self, header_plus: bytes) -> None:
        """Percent-encode what is not ASCII in the request line, as browsers do."""
        line, mark, rest = header_plus.partition(b"\r\n")
        if not line.isascii():
            line = b"".join(bytes([byte]) if byte < 0x80 else b"%%%02X" % byte for byte in line)
        super().parse_header(line + mark + rest)


class _Channel(HTTPChannel):
    parser_class = _Parser


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    name = "localhost" if host in EVERYWHERE else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. An address that is taken is the operator's to change, not a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere it would let two servers share a port
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
