"""What is asked of every site without a link: ``/robots.txt`` for crawlers, ``/favicon.ico`` for browsers.

The rule: a crawler is shown whatever has an address that lasts (reports, passages, agencies) and kept from
what has no end (searches and their filters), from what is large (exports, the data set, originals), and from the API.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request

from webui import site
from webui.responses import REVALIDATED

blueprint = Blueprint("well_known", __name__)

_ICON = Path(__file__).parents[1] / "static" / "favicon.ico"
DISALLOWED = (
    "/?",
    "/asked/",
    "/search",
    "/distinctive",
    "/selection",
    "/mentions?",
    "/concordance",
    "/compare",
    "/match.",
    "/agencies?",
    "/agencies/*/phrases",
    "/agencies/*/rewriting",
    "/reports/*?",
    "/reports/*/original",
    "/reports/*/pages/",
    "/passages/*/history",
    "/data?",
    "/data/checks?",
    "/data/*.",
    "/distinctive",
    "/feed.",
    "/references?",
    "/api/",
    "/mcp",
    "/healthz",
    "/readyz",
    "/metrics",
)
"""Beginnings of addresses that crawlers leave alone; a star stands for anything (RFC 9309)."""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers leave alone, and where they find the rest, below the path that the application is mounted at."""
    lines = ["User-agent: *", *(f"Disallow: {request.script_root}{path}" for path in DISALLOWED)]
    lines += ["", f"Sitemap: {site.address().root}/sitemap.xml"]
    response = Response("\n".join(lines) + "\n", mimetype="text/plain")
    response.headers["Cache-Control"] = REVALIDATED
    return response


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon for whoever asks for it by its old name."""
    response = Response(_icon(), mimetype="image/vnd.microsoft.icon")
    response.headers["Cache-Control"] = REVALIDATED
    return response


@cache
def _icon() -> bytes:
    return _ICON.read_bytes()
