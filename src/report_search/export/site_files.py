"""What a site says of itself to browsers and programs: the description of its search, sitemap, llms.txt, security.txt.

The rule: every address is a whole one, and nothing is named that the site does not answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from xml.etree import ElementTree

from msgspec import Struct

from report_search.config import SITE_NAME
from report_search.export.feeds import FEEDS, LANGUAGE
from report_search.export.site_address import SiteAddress
from report_search.export.xml_text import add, xml_document
from report_search.search.since.moments import feed_time

MAX_ADDRESSES = 50_000
"""The most addresses of one sitemap, by the protocol of sitemaps."""
SECURITY_DAYS = 180
"""So long a security.txt is good from the day on which it is asked for."""
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


class SitePage(Struct, frozen=True):
    """A page of a sitemap: its whole address, and the second since 1970 of its last new text (0 if unknown)."""

    address: str
    changed: int = 0


class NamedAddress(Struct, frozen=True):
    """An address of the site below its root, and what is there."""

    path: str
    title: str
    says: str


def opensearch_description(site: SiteAddress) -> bytes:
    """How a browser searches here, with suggestions while a query is typed, and where the feeds are."""
    root = ElementTree.Element("OpenSearchDescription", {"xmlns": _OPENSEARCH})
    add(root, "ShortName", text=SITE_NAME)
    add(root, "LongName", text=SITE_NAME)
    add(root, "Description", text="检索政府信息公开工作年度报告：词语、“原文”、年份、机关。")
    templates = {
        "text/html": f"{site.root}/?q={{searchTerms}}",
        "application/x-suggestions+json": f"{site.root}/api/v1/suggestions?q={{searchTerms}}",
        **{
            kind.media_type: f"{site.root}/feed.{suffix}?q={{searchTerms}}&strict=0"
            for suffix, kind in FEEDS.items()
        },
    }
    for media_type, template in templates.items():
        add(root, "Url", attributes={"type": media_type, "template": template})
    own = {"type": "application/opensearchdescription+xml", "rel": "self"}
    add(root, "Url", attributes={**own, "template": f"{site.root}/opensearch.xml"})
    add(root, "Language", text=LANGUAGE)
    add(root, "InputEncoding", text="UTF-8")
    add(root, "OutputEncoding", text="UTF-8")
    return xml_document(root)


def sitemap(pages: Sequence[SitePage]) -> bytes:
    """A sitemap of at most ``MAX_ADDRESSES`` pages."""
    root = ElementTree.Element("urlset", {"xmlns": _SITEMAP})
    for page in pages:
        element = add(root, "url")
        add(element, "loc", text=page.address)
        if page.changed:
            add(element, "lastmod", text=feed_time(page.changed))
    return xml_document(root)


def sitemap_index(addresses: Iterable[str]) -> bytes:
    """The index of several sitemaps."""
    root = ElementTree.Element("sitemapindex", {"xmlns": _SITEMAP})
    for address in addresses:
        add(add(root, "sitemap"), "loc", text=address)
    return xml_document(root)


def llms_text(site: SiteAddress, addresses: Iterable[NamedAddress]) -> str:
    """What a language model should know of the site before it reads on, in Markdown as llmstxt.org proposes."""
    lines = [
        f"# {SITE_NAME}",
        "",
        "> Full-text search over Chinese government disclosure reports (政府信息公开工作年度报告), one a year from "
        "each agency. Every passage has a permanent address, its place in the report and its source.",
        "",
        "A quoted phrase finds every passage that contains it and nothing else. Totals and facets are exact. "
        "A report that is not held is never counted as one that does not mention something: `/api/v1/mentions` and "
        "`/api/v1/trend` tell the two apart. Cite a passage by its address. "
        "`since=2026-11-01` leaves what was first published here at that time or later.",
        "",
        "## Addresses",
        "",
        *(f"- [{one.title}]({site.root}{one.path}): {one.says}" for one in addresses),
    ]
    return "\n".join(lines) + "\n"


def security_text(contacts: Sequence[str], *, canonical: str, now: datetime) -> str:
    """The security.txt (RFC 9116) of a site with these contacts, which are URIs; ``now`` has a time zone."""
    until = (now + timedelta(days=SECURITY_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [f"Contact: {contact}" for contact in contacts]
    lines += [f"Expires: {feed_time(int(until.timestamp()))}", "Preferred-Languages: zh, en"]
    return "\n".join([*lines, f"Canonical: {canonical}"]) + "\n"
