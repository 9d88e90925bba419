"""Where the running application stands: the address that it prints, its path behind a proxy, the hosts it answers to.

The rule: once ``REPORT_SEARCH_URL`` is set, nothing that a request says of its own address is believed. Requests that
name another host are refused, so that no link and no citation can be made to lead elsewhere; only probes of this very
machine are answered under any of its names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import cast
from urllib.parse import unquote, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, current_app, request

from report_search.errors import RequestError
from report_search.export.citations import Visit
from report_search.export.site_address import SiteAddress, bare_host

EXTENSION = "report_search_site"
PROBES = ("/healthz", "/readyz", "/metrics")
"""What is asked by whoever watches the server, from the same machine and by no name."""


def install(app: Flask, configured: SiteAddress | None) -> None:
    """Let ``app`` stand at the address configured, else wherever it is asked."""
    app.extensions[EXTENSION] = configured
    if configured is not None:
        app.before_request(_refuse_other_hosts)
        # Flask's own way to wrap an application; a type checker sees a method that is assigned to.
        app.wsgi_app = _Placed(app.wsgi_app, configured)  # type: ignore[method-assign]


def address() -> SiteAddress:
    """The address of the site: the one configured, else the one of this request, which is only local."""
    configured = cast("SiteAddress | None", current_app.extensions[EXTENSION])
    return configured or SiteAddress(request.url_root.rstrip("/"), is_local=True)


def visit() -> Visit:
    """What a citation says of the address that it gives: that it was looked at today, and whether it is only local."""
    return Visit(datetime.now().astimezone().date(), address().is_local)


class _Placed:
    """Puts the application at the scheme and below the path of the site, whether a proxy passes that path on or not."""

    def __init__(self, app: WSGIApplication, configured: SiteAddress) -> None:
        self._app, self._scheme = app, configured.scheme
        # WSGI holds the bytes of a path as Latin-1.
        self._prefix = unquote(configured.prefix, encoding="latin-1")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):
            path = path.removeprefix(self._prefix) or "/"
        placed = {"SCRIPT_NAME": self._prefix, "PATH_INFO": path, "wsgi.url_scheme": self._scheme}
        return self._app({**environ, **placed}, start_response)


def _refuse_other_hosts() -> None:
    configured, asked = address(), request.environ.get("HTTP_HOST", "")
    if bare_host(asked, configured.scheme) == configured.host:
        return
    if request.path in PROBES and _is_loopback(asked):
        return
    raise RequestError(
        "other-host",
        "这里不以这个主机名提供服务。",
        hint=f"请访问 {configured.root}/；如由反向代理转发，请让它原样传递 Host。",
    )


def _is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, names the machine itself."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
