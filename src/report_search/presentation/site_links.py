"""Where the site has its things: for each the address below the host (``url``) and the whole one (``link``).

The rule: both are made of one path, so that they never lead to different places.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from msgspec import Struct


class SiteLinks(Struct, frozen=True):
    """Makes addresses below ``root`` (``https://example.org/reports``), whose path is ``prefix`` (``/reports``)."""

    root: str
    prefix: str

    def passage(self, passage_id: str) -> tuple[str, str]:
        """The address of a passage below the host, and the whole one."""
        path = f"/passages/{_quoted(passage_id)}"
        return self.prefix + path, self.root + path

    def report(self, report_id: str) -> tuple[str, str]:
        """Those of a report."""
        path = f"/reports/{_quoted(report_id)}"
        return self.prefix + path, self.root + path

    def reference(self, key: str) -> tuple[str, str]:
        """Those of a cited document."""
        path = f"/references/{_quoted(key)}"
        return self.prefix + path, self.root + path


def quote_path(value: str) -> str:
    """A part of a path, as a browser writes it."""
    return quote(value, safe="!$&'()*+,/:;=@")


_quoted = lru_cache(maxsize=4096)(quote_path)
