"""What can be set of the server itself; what can be set of the application is in ``operating.settings``."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct, field

from report_search.process_pool import cores
from webui.operating.settings import ServiceSettings

DEFAULT_QUEUE = 64
"""Requests that wait in one worker; at a hundred pages a second the last one waits for two thirds of a second."""
DEFAULT_CLIENT_CONNECTIONS = 100
STOPPING_SECONDS = 30.0
"""So long a stop may take: then what is still being written (an export to a slow reader) is cut off."""


class ServerSettings(Struct, frozen=True):
    """``workers`` are processes (0: one a core), ``queue`` and ``client_connections`` count in each of them.

    A client has no more than ``client_connections`` open: a further one ends the oldest that asks nothing. Trusted
    proxies and 0 have no such bound.
    """

    index: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    queue: int = DEFAULT_QUEUE
    client_connections: int = DEFAULT_CLIENT_CONNECTIONS
    service: ServiceSettings = field(default_factory=ServiceSettings)

    @property
    def processes(self) -> int:
        """How many worker processes there are to be."""
        # On Windows a listening socket is not shared by processes in a way that we could test.
        return 1 if os.name == "nt" else self.workers or cores()
