"""What browsers and programs look for at well-known addresses: opensearch.xml, sitemap.xml, llms.txt, security.txt.

The rule: nothing is named that the site does not answer, and a security.txt is there only where somebody reads what is
sent to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, current_app

from report_search.config import SECURITY_CONTACT_VARIABLE, security_contact
from report_search.errors import OperatorError
from report_search.export.site_files import (
    MAX_ADDRESSES,
    NamedAddress,
    SitePage,
    llms_text,
    opensearch_description,
    security_text,
    sitemap,
    sitemap_index,
)
from report_search.presentation.json_payload import encoded, suggestions_payload
from report_search.search.request import SearchRequest
from webui import site, urls
from webui.app_state import searcher
from webui.feeds.routes import unless_known
from webui.view_decorators import conditional, no_args, use_args

blueprint = Blueprint("discovery", __name__)
PAGES = ("/", "/about", "/agencies", "/mentions", "/data", "/references", "/help")
"""Pages that are there in every index."""
ADDRESSES = (
    NamedAddress("/help", "Query language", "how to write a query, in Chinese, with the API in short"),
    NamedAddress("/api/v1", "API", "an index of all addresses for programs"),
    NamedAddress("/api/v1/openapi.json", "OpenAPI", "the API described for programs; `/api` for people"),
    NamedAddress("/mcp", "MCP", "the same for agents, by the Model Context Protocol (streamable HTTP)"),
    NamedAddress(
        "/api/v1/search",
        "Search",
        "`?q=` and filters `year`, `agency`, `section`, `topic`, `type`: hits as JSON",
    ),
    NamedAddress("/api/v1/mentions", "Mentions", "`?q=`: by agency and year, who says it and who does not"),
    NamedAddress("/api/v1/trend", "Trend", "`?q=`: by year, how many of the reports held say it"),
    NamedAddress(
        "/api/v1/reports", "Reports", "every report that is held; `/api/v1/reports/ID` is one, whole"
    ),
    NamedAddress("/api/v1/agencies", "Agencies", "names through the years, reports held and missing"),
    NamedAddress(
        "/api/v1/measures", "Measures", "the numbers of the official tables; `/api/v1/series?measure=`"
    ),
    NamedAddress("/api/v1/references", "References", "documents that passages cite"),
    NamedAddress("/feed.atom", "Feed", "`?q=`: the newest passages of any search; `/feed.json` too"),
    NamedAddress("/sitemap.xml", "Sitemap", "every report and agency"),
)
_CONTACT = re.compile(r"(?:mailto:|https://|tel:)[!-~]+")
_MAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")


def _read_typed(args: urls.Arguments) -> str:
    """What is being typed, just as it is: a browser compares it. Raises ``RequestError`` for another parameter."""
    urls.refuse_unknown_or_repeated(args, known=("q",), single=("q",))
    return args.get("q", "")


@blueprint.get("/opensearch.xml")
@no_args
@conditional
def opensearch() -> Response:
    """How a browser searches here."""
    return Response(
        opensearch_description(site.address()),
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


@blueprint.get("/api/v1/suggestions")
@use_args(_read_typed)
@conditional
def suggestions(typed: str) -> Response:
    """Completions in the shape that browsers ask of OpenSearch."""
    shape = suggestions_payload(typed, searcher().completions(SearchRequest(typed)))
    return Response(encoded(shape), content_type="application/x-suggestions+json; charset=utf-8")


@blueprint.get("/llms.txt")
@no_args
@conditional
def llms() -> Response:
    """What a language model should know of the site."""
    held = [one for one in ADDRESSES if _is_answered(one.path)]
    return Response(llms_text(site.address(), held), content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
@no_args
def whole_sitemap() -> Response:
    """Every page that stays: the whole of them, or an index of sitemaps where they are too many for one."""
    pages = list(_pages())
    if len(pages) <= MAX_ADDRESSES:
        return _xml(sitemap(pages))
    root = site.address().root
    return _xml(sitemap_index(f"{root}/sitemap-{number + 1}.xml" for number in range(_sitemaps(len(pages)))))


@blueprint.get("/sitemap-<int:number>.xml")
@no_args
def one_sitemap(number: int) -> Response:
    """One of several sitemaps."""
    pages = list(_pages())
    if len(pages) <= MAX_ADDRESSES or not 1 <= number <= _sitemaps(len(pages)):
        abort(404)
    return _xml(sitemap(pages[(number - 1) * MAX_ADDRESSES : number * MAX_ADDRESSES]))


@blueprint.get("/.well-known/security.txt")
@no_args
def security() -> Response:
    """Who is to be told of a weakness; 404 where the operator has named nobody."""
    contacts = [_contact(one) for one in security_contact().replace(",", " ").split()]
    if not contacts:
        abort(404)
    canonical = f"{site.address().root}/.well-known/security.txt"
    text = security_text(contacts, canonical=canonical, now=datetime.now(UTC))
    return unless_known(Response(text, content_type="text/plain; charset=utf-8"))


def _pages() -> Iterator[SitePage]:
    """The pages of a sitemap: those of every index, then agencies, then reports."""
    stands, held = site.address(), searcher()
    yield from (SitePage(f"{stands.root}{path}") for path in PAGES if _is_answered(path))
    yield from (SitePage(stands.agency(card.key)) for card in held.agencies().cards("") if card.held)
    yield from (SitePage(stands.report(report.id), held.latest(report.id)) for report in held.reports())


def _sitemaps(pages: int) -> int:
    return -(-pages // MAX_ADDRESSES)


def _is_answered(path: str) -> bool:
    """Whether the application answers at ``path``."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())


def _xml(document: bytes) -> Response:
    return unless_known(Response(document, content_type="application/xml; charset=utf-8"))


def _contact(text: str) -> str:
    """A contact as a URI. Raises ``OperatorError`` for what is none."""
    if _CONTACT.fullmatch(text):
        return text
    if _MAIL.fullmatch(text):
        return f"mailto:{text}"
    raise OperatorError(
        "bad-security-contact",
        f"环境变量 {SECURITY_CONTACT_VARIABLE} 不是联系方式：{text}",
        hint="请写成 mailto:security@example.org 或 https:// 开头的网址；可以写几个，用空格隔开。",
    )
