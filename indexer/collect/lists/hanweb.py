"""Lists of Hanweb's jcms: the page holds the first records in a data island, ``dataproxy.jsp`` gives the others.

The island and each answer are a ``datastore`` whose records are pieces of HTML in CDATA (older answers are a script
with an array of strings). How many there are stands in the script of the page or in the answer; the site's own script
asks for three pages' worth at a time, by POST, and so does this. An address of the island's ``nextgroup`` carries the
parameters that belong into the form.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from indexer.collect.addresses import normal_address
from indexer.collect.links import FoundLink, links_of
from indexer.collect.lists.found import FoundOnList, ListPage, NextPage

_RECORD_START = re.compile(r"<record>\s{0,99}<!\[CDATA\[", re.I)
_NEXT_GROUP = re.compile(
    r"<nextgroup>\s{0,99}<!\[CDATA\[\s{0,99}<a[^>]{0,99}href\s{0,9}=\s{0,9}[\"']([^\"']{1,2000})", re.I
)
_TOTAL = re.compile(r"totalRecord[\"']?\s*[:=]\s*[\"']?(\d{1,7})|<totalrecord>\s*(\d{1,7})", re.I)
_PER_PAGE = re.compile(r"perPage[\"']?\s*[:=]\s*[\"']?(\d{1,4})", re.I)
_ARRAY_START = re.compile(r"dataStore\s{0,9}=\s{0,9}\[")
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_PAGES_AT_ONCE = 3
_PER_PAGE_USUAL = 15


def is_hanweb(text: str) -> bool:
    """Whether a page is a list of Hanweb, or an answer of its data proxy."""
    return bool(_RECORD_START.search(text)) or ("dataproxy.jsp" in text and "dataStore" in text)


def read_hanweb(page: ListPage, most: int, *, method: str) -> FoundOnList:
    """The links of a list page or of an answer; of the page also the requests for the rest of its records."""
    records = _records(page.text)
    links: dict[str, FoundLink] = {}
    for record in records:
        links |= {link.url: link for link in links_of(f"<html><body>{record}", page.url)}
    following = _NEXT_GROUP.search(page.text)
    if following is None or "dataproxy.jsp" in urlsplit(page.url).path:
        return FoundOnList(tuple(links.values()))
    address = normal_address(unescape(following[1]), page.url)
    return FoundOnList(tuple(links.values()), tuple(_rest(page.text, address, method=method)[:most]))


def _records(text: str) -> list[str]:
    """The pieces of HTML in a text; each character is looked at once, however the text is made."""
    # Cut where records begin: an expression for a whole record would look for the end of each that has none.
    _, *pieces = _RECORD_START.split(text)
    records = [piece.partition("]]>")[0] for piece in pieces if "]]>" in piece]
    array = _ARRAY_START.search(text)
    if records or array is None:
        return records
    strings = _STRING.findall(text, array.end(), text.rfind("]") + 1)
    return [(one or other).replace("\\", "") for one, other in strings]


def _rest(text: str, address: str, *, method: str) -> list[NextPage]:
    """The requests for all records; those that the page has already are asked for again only as part of a group."""
    parts = urlsplit(address)
    parameters = [(name, value) for name, value in parse_qsl(parts.query) if name != "page"]
    found, paged = _TOTAL.search(text), _PER_PAGE.search(text)
    total = int(found[1] or found[2]) if found else 0
    per_page = max(1, int(paged[1])) if paged else _PER_PAGE_USUAL
    group = per_page * _PAGES_AT_ONCE
    requests = []
    for number, start in enumerate(range(1, total + 1, group), 1):
        bounds = [("startrecord", start), ("endrecord", min(start + group - 1, total)), ("perpage", per_page)]
        query = urlencode(bounds if method == "post" else [*bounds, *parameters])
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        requests.append(
            NextPage(normal_address(url), number, urlencode(parameters) if method == "post" else "")
        )
    return requests
