"""What can be set of the application: how long a query may take, who may ask how often, what is written down.

The rule: by default nothing is written down of who asked what, and nothing that a request says of itself is believed.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

from msgspec import Struct

from report_search.errors import OperatorError
from webui.adding.guard import AddingSettings

DEFAULT_DEADLINE = 2.0
"""Seconds that a query may take."""
Network = IPv4Network | IPv6Network


class ServiceSettings(Struct, frozen=True):
    """``deadline`` in seconds (None: no end), ``rate`` in requests a minute and client (0: any number).

    ``trusted_proxies`` are the addresses of proxies whose ``X-Forwarded-For`` is believed. ``access_log`` is a file
    ("-": standard output; "": none) that gets a line for each request, with the client's address and with the query
    only if asked; ``missed_log`` one that gets each query that found nothing. ``adding`` lets whoever sits at this
    machine add reports; None: nobody may. ``kept_megabytes`` of answers are kept by each process.
    """

    deadline: float | None = DEFAULT_DEADLINE
    rate: int = 0
    trusted_proxies: tuple[Network, ...] = ()
    access_log: str = ""
    log_addresses: bool = False
    log_queries: bool = False
    missed_log: str = ""
    adding: AddingSettings | None = None
    kept_megabytes: int = 0


def networks(named: tuple[str, ...]) -> tuple[Network, ...]:
    """Addresses and networks (127.0.0.1, 10.0.0.0/8, ::1). Raises ``OperatorError`` for what is none."""
    found = []
    for name in named:
        try:
            found.append(ip_network(name.strip()))
        except ValueError as error:
            raise OperatorError(
                "bad-proxy",
                f"“{name}”不是 IP 地址或网段。",
                hint="请写成 127.0.0.1 或 10.0.0.0/8，可以重复给出。",
            ) from error
    return tuple(found)
