"""Who asks: the address of a client, also behind proxies.

The rule: ``X-Forwarded-For`` is believed only as far as trusted proxies wrote it. Each proxy adds at the right end whom
it was asked by, so it is read from the right, and the first address that is no trusted proxy's is the client.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from webui.operating.settings import Network

HOME_BITS = 64
"""A household or an office has all IPv6 addresses with the same so many first bits, and may change among them."""


def client_address(environ: Mapping[str, Any], trusted: Sequence[Network]) -> str:
    """The address of who asks; "" where it is not known, as from a test."""
    nearest = str(environ.get("REMOTE_ADDR", ""))
    passed_on = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    for further in reversed(passed_on):
        if not is_trusted(nearest, trusted):
            break
        address = _address(further)
        if address is None:
            break
        nearest = str(address)
    return nearest


def is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    """Whether an address is that of a trusted proxy."""
    found = _address(address)
    return found is not None and any(found in network for network in trusted)


def household(address: str) -> str:
    """What counts as one client: an IPv4 address, or the network that an IPv6 address is in."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        network = ip_network((found, HOME_BITS), strict=False)
        assert isinstance(network, IPv6Network)
        return str(network)
    return str(found) if found else address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    # Where IPv4 comes in over an IPv6 socket it is written ::ffff:127.0.0.1.
    return getattr(found, "ipv4_mapped", None) or found
