"""Where the server listens: the socket, and the address to open in a browser."""

from __future__ import annotations

import os
import socket

from report_search.errors import OperatorError

ALL_INTERFACES = {"0.0.0.0", "::", ""}
"""Hosts that mean every address of this machine, and so are none to open in a browser."""
BACKLOG = 1024
"""Connections that the system keeps while no worker has taken them yet."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. An address that is taken is the operator's to change, not a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # A server that was just stopped leaves its port in TIME_WAIT; POSIX takes it again with this option. On Windows
    # the same option would let two servers share a port.
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise OperatorError(
            "address-unavailable",
            f"不能在 {host}:{port} 上提供服务：{error}",
            hint="请用 --port 换一个端口，或先停止占用它的程序。",
        ) from error
    return listener


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    name = "localhost" if host in ALL_INTERFACES else host
    # An IPv6 address needs brackets, to tell its colons from that of the port.
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/"
