"""Addresses of pages: one spelling each, which host they belong to, and the name of the file that is kept of them.

The rule: an address that a browser would take for the same gives the same text here, and so the same file.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.I)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 2000
_STEM = 48
"""Characters of an address that stand in a file's name; the hash behind them makes it unique."""


def normal_address(address: str, base: str = "") -> str:
    """``address`` as it stands on the page ``base``, in one spelling and without a fragment.

    "" for what can't be fetched: another scheme, a user name, a host that is none, a text without end.
    """
    bare = re.sub(r"[\t\r\n]", "", address).strip()
    if not bare or len(bare) > _LONGEST:
        return ""
    try:
        parts = urlsplit(urljoin(base, bare))
        host = _host(parts)
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        return ""
    # What is percent-encoded stays, what is not and has to be becomes so, in UTF-8 as browsers do for paths.
    path = quote(_SESSION.sub("", _without_dots(parts.path)) or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((parts.scheme, host, path, query, ""))


def _without_dots(path: str) -> str:
    """A path without the steps ``.`` and ``..``, which ``urljoin`` leaves in an address that is whole already."""
    if "/." not in path:
        return path
    kept: list[str] = []
    for step in path.split("/")[1:]:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    ends_open = path.endswith(("/.", "/.."))
    return "/" + "/".join([*kept, ""] if ends_open else kept)


def host_of(address: str) -> str:
    """The host of a normal address, with its port where it is not the usual one; "" if it has none."""
    try:
        return _host(urlsplit(address))
    except ValueError:
        return ""


def origin_of_address(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def fragment_of(address: str) -> str:
    """What stands behind the # of an address as typed."""
    return urlsplit(address).fragment


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").rstrip(".")
    try:
        name.encode("ascii")
    except UnicodeEncodeError:
        name = name.encode("idna").decode("ascii")
    if ":" in name:
        name = f"[{name}]"
    return name if parts.port in (None, _PORTS.get(parts.scheme)) else f"{name}:{parts.port}"


def file_name(address: str, *, suffix: str) -> str:
    """The path of the file that is kept of ``address``: its host, what people read of it, its hash.

    ``https://a.gov.cn/zwgk/t2019_1.html`` → ``a.gov.cn/t2019_1-5f3a0c11.html``.
    """
    parts = urlsplit(address)
    last = [piece for piece in parts.path.split("/") if piece][-1:] or ["index"]
    stem = _UNSAFE.sub("-", last[0].rpartition(".")[0] or last[0]).strip("-._")[:_STEM] or "page"
    digits = hashlib.sha256(address.encode()).hexdigest()[:8]
    folder = _UNSAFE.sub("-", parts.netloc).strip("-._") or "other"
    return f"{folder}/{stem}-{digits}{suffix}"
