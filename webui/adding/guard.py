"""Who may add reports: whoever sits at this machine, from a page of this very server.

The rule: a request counts only if it came over loopback and through no proxy, asked for this machine by name or number
(a foreign name may be made to lead here), from no foreign page, and, where it changes anything, with the token that
only a page of this server could read.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from report_search.errors import RequestError

_PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")
_OWN_PAGES = ("", "none", "same-origin")


class ForbiddenError(RequestError):
    """The request is one that this server answers to nobody but whoever sits at the machine."""

    status = 403

    def __init__(self, message: str) -> None:
        super().__init__("forbidden", message, hint="请在运行服务的这台机器上，从“添加报告”页操作。")


class AddingSettings(Struct, frozen=True):
    """Where files go (a corpus folder), the index that takes them in, and the secret of this run of the server."""

    folder: Path
    index: Path
    secret: str

    @property
    def token(self) -> str:
        """What a form has to send back."""
        return hmac.new(self.secret.encode(), b"adding", hashlib.sha256).hexdigest()


def is_loopback(host: str) -> bool:
    """Whether a host name or number is that of this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def require_own_machine(environ: Mapping[str, object]) -> None:
    """Raise ``ForbiddenError`` unless a request came from this machine and asked for it by its own name."""
    if not is_loopback(str(environ.get("REMOTE_ADDR", ""))) or any(environ.get(one) for one in _PASSED_ON):
        raise ForbiddenError("只有在运行服务的这台机器上才能添加报告。")
    if not is_loopback(_name(f"http://{environ.get('HTTP_HOST', '')}")):
        raise ForbiddenError("请用 127.0.0.1 或 localhost 打开本站。")


def require_own_page(environ: Mapping[str, object], settings: AddingSettings, *, token: str) -> None:
    """Raise ``ForbiddenError`` unless a form was sent by a page of this server."""
    origin, site = str(environ.get("HTTP_ORIGIN", "")), str(environ.get("HTTP_SEC_FETCH_SITE", ""))
    is_own = not origin or urlsplit(origin).netloc == environ.get("HTTP_HOST")
    if (
        not is_own
        or site not in _OWN_PAGES
        or not hmac.compare_digest(token.encode(), settings.token.encode())
    ):
        raise ForbiddenError("这个表单不是本站的页面送来的，或者服务已经重新启动。")


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
