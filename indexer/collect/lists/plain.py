"""A list in plain HTML, whose pages are joined by a link: 下一页, or rel=next."""

from __future__ import annotations

import re

from indexer.collect.links import links_of
from indexer.collect.lists.found import FoundOnList, ListPage, NextPage

_NEXT = re.compile(r"(?:下一?页|后一?页|下页)\s*[>›»＞]*|[>›»＞]|next", re.I)


def read_plain(page: ListPage, number: int) -> FoundOnList:
    """The links of a list page, and the page behind it."""
    links = links_of(page.text, page.url)
    following = next((link.url for link in links if _NEXT.fullmatch(link.text) and link.url != page.url), "")
    return FoundOnList(tuple(links), (NextPage(following, number + 1),) if following else ())
