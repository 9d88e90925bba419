"""Lists of jpaas (Hanweb's newer platform): an interface gives pieces of HTML in JSON.

The page names in ``queryData`` what belongs into the request; ``paramJson`` says which page of the list and how many
entries. The answer is ``{"data": {"html": "<ul>…"}}``; one without entries is behind the last page.
"""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

from indexer.collect.addresses import normal_address, origin_of_address
from indexer.collect.links import links_of
from indexer.collect.lists.found import FoundOnList, ListPage, NextPage

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_QUERY_DATA = re.compile(
    r"queryData\s*=\s*(?:\"(\{[^\"]{0,4000}\})\"|'(\{[^']{0,4000}\})'|(\{[^}]{0,4000}\}))", re.I
)
_PAIR = re.compile(r"[\"'](\w+)[\"']\s*:\s*(?:[\"']([^\"']*)[\"']|null)")
_WANTED = ("parseType", "webId", "tplSetId", "pageType", "tagId", "editType", "pageId")
_PAGE_SIZE = 50


def is_jpaas(url: str, text: str) -> bool:
    """Whether a page is a list of jpaas, or an answer of its interface."""
    return urlsplit(url).path.endswith(UNIT) or bool(_QUERY_DATA.search(text))


def read_jpaas(page: ListPage, number: int) -> FoundOnList:
    """The links of a page or of an answer, and the page behind it."""
    if not urlsplit(page.url).path.endswith(UNIT):
        first = _first(page)
        return FoundOnList(tuple(links_of(page.text, page.url)), (first,) if first else ())
    links = tuple(links_of(f"<html><body>{_html(page.text)}", page.url))
    if not links:
        return FoundOnList()
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    asked = _asked(parameters.get("paramJson", ""))
    more = NextPage(_address(page.url.partition("?")[0], parameters, page=asked + 1), number + 1)
    return FoundOnList(links, (more,))


def _first(page: ListPage) -> NextPage | None:
    found = _QUERY_DATA.search(page.text)
    if found is None:
        return None
    said = dict(_PAIR.findall(unescape(found[1] or found[2] or found[3])))
    usual = {"parseType": "bulidstatic", "pageType": "column"}
    parameters = {name: said.get(name) or usual.get(name, "") for name in _WANTED}
    url = _address(origin_of_address(page.url) + UNIT, {k: v for k, v in parameters.items() if v}, page=1)
    return NextPage(url, 1)


def _address(url: str, parameters: dict[str, str], *, page: int) -> str:
    wanted = json.dumps({"pageNo": page, "pageSize": _PAGE_SIZE}, separators=(",", ":"))
    return normal_address(f"{url}?{urlencode({**parameters, 'paramJson': wanted})}")


def _asked(text: str) -> int:
    """The page that a request asked for."""
    found = re.search(r"pageNo\D{1,4}(\d{1,5})", text)
    return int(found[1]) if found else 1


def _html(text: str) -> str:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return ""
    inner = data.get("data") if isinstance(data, dict) else None
    html = inner.get("html") if isinstance(inner, dict) else None
    return html if isinstance(html, str) else ""
