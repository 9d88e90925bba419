"""Which pages of a browser may ask ``/mcp``, so that no foreign page uses a reader's browser to ask a local server.

A page of an attacker can give its own name the address of this machine (DNS rebinding); then only ``Origin`` tells it
from a page of ours. The rule: without ``Origin`` nothing is refused, since only browsers send it and they always do.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from report_search.export.site_address import SiteAddress, bare_host


def may_ask(origin: str, *, site: SiteAddress, host: str) -> bool:
    """Whether a page of ``origin`` may ask.

    Once the site's address is set, only its own pages may. Else pages of this machine may, whatever their port, and
    those of the numeric address that was asked (``host``): a name can be made to lead here, a number can't.
    """
    try:
        parts = urlsplit(origin)
        name = parts.hostname or ""
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not name or parts.path or parts.query or "@" in parts.netloc:
        return False
    if not site.is_local:
        return (parts.scheme, bare_host(parts.netloc, parts.scheme)) == (site.scheme, site.host)
    if name == "localhost" or _is_loopback(name):
        return True
    return _is_number(name) and bare_host(parts.netloc, parts.scheme) == bare_host(host, parts.scheme)


def _is_loopback(name: str) -> bool:
    return _is_number(name) and ip_address(name).is_loopback


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
