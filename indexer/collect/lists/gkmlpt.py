"""Lists of the disclosure platform of Guangdong (gkmlpt): JSON behind a page that a script draws.

``/gkmlpt/index#1620`` is the page of a column; ``/gkmlpt/api/all/1620?page=1&sid=2`` gives its articles, a hundred
a page at most, with the number of all. ``sid``, the number of the site, stands in the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

from indexer.collect.addresses import normal_address, origin_of_address
from indexer.collect.links import FoundLink
from indexer.collect.lists.found import FoundOnList, ListPage, NextPage

_API = re.compile(r"(.*/gkmlpt)/api/all/(\d+)$")
_INDEX = re.compile(r"(.*/gkmlpt)(?:/index|/)?$")
_SID = re.compile(r"\bSID[\"']?\s*[:=]\s*[\"']?(\d{1,12})", re.I)
_DETAIL = re.compile(r"\bDETAIL\s*[:=]\s*(?=\{)")


def is_gkmlpt(url: str) -> bool:
    """Whether an address is one of the platform's lists."""
    path = urlsplit(url).path
    return bool(_API.match(path) or _INDEX.match(path))


def read_gkmlpt(page: ListPage, column: str, *, sid: str = "") -> FoundOnList:
    """The articles of a page of JSON and the page behind it; of the page of a column, the first page of JSON."""
    path = urlsplit(page.url).path
    index = _INDEX.match(path)
    if index:
        found = _SID.search(page.text)
        number = sid or (found[1] if found else "")
        if not (column and number):
            return FoundOnList()
        url = f"{origin_of_address(page.url)}{index[1]}/api/all/{column}?page=1&sid={number}"
        return FoundOnList(more=(NextPage(url, 1),))
    data = _json(page.text)
    listed = data.get("articles")
    articles = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    links = tuple(link for one in articles if (link := _link(one, page.url)))
    return FoundOnList(links, tuple(_following(page.url, data, articles)))


def attachments_in_script(text: str, url: str) -> list[FoundLink]:
    """The attachments that an article's page names in its script."""
    found = _DETAIL.search(text)
    if found is None:
        return []
    try:
        detail, _ = json.JSONDecoder().raw_decode(text, found.end())
    except (json.JSONDecodeError, RecursionError):
        return []
    listed = detail.get("attachments") if isinstance(detail, dict) else None
    links = (_link(one, url) for one in listed or [] if isinstance(one, dict))
    return [link for link in links if link]


def _following(url: str, data: dict[str, object], articles: list[dict[str, object]]) -> Iterator[NextPage]:
    """All further pages, told by the first: pages are of one size but the last."""
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    total = str(data.get("total") or "")
    if parameters.get("page", "1") != "1" or not articles or not total.isdigit():
        return
    for number in range(2, -(-int(total[:7]) // len(articles)) + 1):
        query = urlencode({**parameters, "page": number})
        yield NextPage(normal_address(f"{url.partition('?')[0]}?{query}"), number)


def _link(one: dict[str, object], base: str) -> FoundLink | None:
    typed = next((str(one[key]) for key in ("url", "post_url", "link") if one.get(key)), "")
    address = normal_address(typed, base)
    title = str(one.get("title") or one.get("name") or "")
    return FoundLink(address, title) if address else None


def _json(text: str) -> dict[str, object]:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
