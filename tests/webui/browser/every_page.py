"""Addresses of every page of the site, in each of the states that look different.

The rule: an endpoint that answers with a page has an entry here, all others are named as files or data; a test holds
both lists to the map of addresses, so that no page is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

PAGES: dict[str, tuple[str, ...]] = {
    "pages.search": (
        "/",
        "/?q=领事保护",
        "/?q=公开&by=agency&group=report&pick={paragraph}",
        "/?q=领事保护&year=2019&year=2020&agency={agency_name}&by=section",
        "/?q=“领事保护&expand=0",
        "/?q=哪些机关没有提到领事保护",
        "/?q={agency_name}",
        "/?q=没有这个词&year=2017&agency={agency_name}",
        "/?q=公开&sort=upwards",
    ),
    "pages.selection": (
        "/selection",
        "/selection?q=公开&pick={paragraph}&pick={row}&pick={agency}-2019-00000000",
    ),
    "pages.mentions": ("/mentions", "/mentions?q=领事保护"),
    "pages.report": (
        "/reports/{report}",
        "/reports/{report}?q=公开",
        "/reports/{report}?q=没有这个词",
        "/reports/{withdrawn}",
        "/reports/nobody-1999",
    ),
    "pages.passage": ("/passages/{paragraph}", "/passages/{row}"),
    "pages.corpus": ("/about", "/about?agency={agency_name}"),
    "pages.agencies": ("/agencies", "/agencies?q=sl", "/agencies?q=没有这个机关"),
    "pages.agency": ("/agencies/{agency}", "/agencies/{renamed}"),
    "references.listing": ("/references", "/references?q=没有这个文件"),
    "references.document": ("/references/{document}",),
    "pages.guide": ("/help",),
    "openapi.page": ("/api",),
    "figures.series": ("/data", "/data?measure=requests.new.total&agency={agency_name}&year=2017..2020"),
    "figures.download": ("/data/download",),
    "figures.checks": ("/data/checks", "/data/checks?agency={agency_name}&year=2017"),
    "wording.history": ("/passages/{paragraph}/history", "/passages/{row}/history"),
    "wording.compare": ("/compare?a={agency}-2019&b={agency}-2020",),
    "wording.match_box": ("/match",),
    "wording.match": ("POST /match",),
    "phrasing.concordance": (
        "/concordance",
        "/concordance?q=公开&sort=left",
        "/concordance?q=公开&width=sentence",
        "/concordance?q=没有这个词",
    ),
    "phrasing.distinctive": ("/distinctive", "/distinctive?q=公开&year=2019", "/distinctive?q=没有这个词"),
    "phrasing.rewriting": ("/agencies/{agency}/rewriting",),
    "phrasing.phrases": ("/agencies/{agency}/phrases", "/agencies/{agency}/phrases?year=2019"),
}
"""The addresses by endpoint; what stands in braces is filled in from the corpus. POST is a form that is filled in."""

NO_PAGES = frozenset(
    (
        "static",
        "discovery.llms",
        "discovery.one_sitemap",
        "discovery.opensearch",
        "discovery.security",
        "discovery.whole_sitemap",
        "downloads.original",
        "downloads.page",
        "feeds.atom",
        "feeds.json",
        "figures.cells",
        "figures.database",
        "figures.data_package",
        "figures.data_set",
        "figures.metadata",
        "mcp.endpoint",
        "well_known.favicon",
        "well_known.robots",
    )
)
"""Endpoints outside ``/api`` that answer with a file, or programs in their own protocol."""

NOWHERE = "/nowhere"
"""An address that is none."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the corpus has to fill in: ids of passages and reports, keys of agencies and documents, an agency's name."""

    agency: str
    agency_name: str
    renamed: str
    report: str
    withdrawn: str
    paragraph: str
    row: str
    document: str


def unlisted(app: Flask) -> list[str]:
    """Endpoints of ``app`` that answer with a page and have no entry."""
    return [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/api/", "/healthz", "/readyz", "/metrics"))
        and not rule.endpoint.startswith("guessed:")
        and rule.endpoint not in PAGES.keys() | NO_PAGES
    ]


def addresses() -> Iterator[str]:
    """Every address, still with braces."""
    for own in PAGES.values():
        yield from own
    yield NOWHERE
