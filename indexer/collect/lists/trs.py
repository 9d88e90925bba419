"""Lists of TRS WCM: a script draws the numbers of the pages, ``createPageHTML(total, current, "index", "html")``.

Pages are counted from 0 and the first has no number: of three pages the addresses are ``index.html``,
``index_1.html`` and ``index_2.html``, so that ``index_3.html`` is one too many. A newer script is given the id of an
element first, counts from 1, and its second page is ``index_2.html``.
"""

from __future__ import annotations

import re

from indexer.collect.addresses import normal_address
from indexer.collect.links import links_of
from indexer.collect.lists.found import FoundOnList, ListPage, NextPage

_CALL = re.compile(
    r"createPageHTML\(\s*(?:([\"'])[\w-]*\1\s*,\s*)?(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*([\"'])([\w-]+)\4\s*,"
    r"\s*([\"'])(\w+)\6",
    re.I,
)


def is_trs(text: str) -> bool:
    """Whether a page is a list of TRS."""
    return bool(_CALL.search(text))


def read_trs(page: ListPage, most: int) -> FoundOnList:
    """The links of a list page, and up to ``most`` further pages."""
    links = tuple(links_of(page.text, page.url))
    call = _CALL.search(page.text)
    if call is None:
        return FoundOnList(links)
    total, name, suffix = int(call[2]), call[5], call[7]
    numbers = range(2, total + 1) if call[1] else range(1, total)
    more = (
        NextPage(normal_address(f"{name}_{number}.{suffix}", page.url), at)
        for at, number in enumerate(numbers[:most], 1)
    )
    return FoundOnList(links, tuple(one for one in more if one.url))
