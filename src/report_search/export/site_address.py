"""Where the site stands: the address that citations and exports print.

It is a setting, ``REPORT_SEARCH_URL`` (scheme, host, path prefix), because a program behind a proxy can't know it. The
rule: without the setting an address is only that of this machine, and whatever prints it says so.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from report_search.config import DEFAULT_SITE, URL_VARIABLE, site_url
from report_search.errors import OperatorError
from report_search.presentation.site_links import SiteLinks, quote_path

LOCAL_NOTE = "本机地址，他人未必能打开"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SiteAddress(Struct, frozen=True):
    """The address of the site without a slash at its end: ``https://example.org/reports``.

    ``is_local`` says that nobody set it: it is what this machine was asked by.
    """

    root: str
    is_local: bool = False

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return urlsplit(self.root).scheme

    @property
    def host(self) -> str:
        """Host and port as ``bare_host`` gives them."""
        return bare_host(urlsplit(self.root).netloc, self.scheme)

    @property
    def prefix(self) -> str:
        """The path in front of every path of the site: ``/reports``, "" for none."""
        return urlsplit(self.root).path

    @property
    def links(self) -> SiteLinks:
        """What makes the addresses of its things, each below the host and whole."""
        return SiteLinks(self.root, self.prefix)

    def passage_path(self, passage_id: str) -> str:
        """The permanent address of a passage below the host."""
        return f"{self.prefix}/passages/{quote_path(passage_id)}"

    def passage(self, passage_id: str) -> str:
        """The permanent address of a passage."""
        return f"{self.root}/passages/{quote_path(passage_id)}"

    def report(self, report_id: str) -> str:
        """The address of a report."""
        return f"{self.root}/reports/{quote_path(report_id)}"

    def agency(self, key: str) -> str:
        """The address of an agency's page."""
        return f"{self.root}/agencies/{quote_path(key)}"

    def reference(self, key: str) -> str:
        """The address of a cited document."""
        return f"{self.root}/references/{quote_path(key)}"


def bare_host(netloc: str, scheme: str) -> str:
    """``Example.org:443`` as a browser sends it: in lower case, without the port that the scheme has anyway."""
    host, colon, port = netloc.lower().rpartition(":")
    is_default = colon and port == str(_DEFAULT_PORTS.get(scheme))
    return host if is_default else netloc.lower()


def configured_site() -> SiteAddress | None:
    """The address that ``REPORT_SEARCH_URL`` sets, None if it is not set.

    Raises ``OperatorError`` (``bad-url``) for one that is no address of a site.
    """
    text = site_url()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        is_site = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        # A port that is no number, or brackets that are no IPv6 address.
        is_site = False
    if not is_site or parts.query or parts.fragment or "@" in parts.netloc or not text.isascii():
        raise OperatorError(
            "bad-url",
            f"环境变量 {URL_VARIABLE} 不是网站的地址：{text}",
            hint="请写成 https://example.org 或 https://example.org/reports，中文域名用 Punycode。",
        )
    netloc = bare_host(parts.netloc, parts.scheme)
    return SiteAddress(f"{parts.scheme}://{netloc}{parts.path.rstrip('/')}")


def command_line_site() -> SiteAddress:
    """The address that commands print: the one set, else where ``serve`` stands on this machine by default."""
    return configured_site() or SiteAddress(DEFAULT_SITE, is_local=True)
