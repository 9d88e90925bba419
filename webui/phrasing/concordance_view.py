"""The view model of a concordance.

The rule: what is cut off a line is cut by the page's style alone, so whoever copies a line gets all that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from report_search.config import DEFAULT_LIMIT
from report_search.presentation.concordance_payload import group_label
from report_search.search.request import SearchRequest
from report_search.wording.concordance import (
    DEFAULT_WIDTH,
    LINE_ORDERS,
    SENTENCE,
    ConcordanceLine,
    ConcordancePage,
    ConcordanceRequest,
    LineOrder,
)
from webui import phrasing_urls, urls
from webui.views.options import OptionView

ORDER_LABELS: dict[LineOrder, str] = {"right": "按右边", "left": "按左边", "year": "按年份"}
WIDTHS = (15, DEFAULT_WIDTH, 60, SENTENCE)
SHOWN_GROUPS = 24
"""So many groups are listed at once, the others unfold."""
WIDEST_KEY = 9
"""The style has a rule for keywords of each number of characters up to here; longer ones are cut."""


class ConcordanceLineView(Struct, frozen=True):
    """A line with the address of its passage in its report."""

    line: ConcordanceLine
    link: str


class LineBlock(Struct, frozen=True):
    """Lines of one group that stand together on the page; ``count`` is that of the whole concordance."""

    label: str
    count: int
    lines: tuple[ConcordanceLineView, ...]


class ConcordanceView(Struct, frozen=True):
    """A page of a concordance. ``groups`` are (label, count) pairs; links are "" where there is nothing to go to.

    ``key_size`` is the number of characters for which the column of keywords has to be wide enough.
    """

    page: ConcordancePage
    title: str
    hidden_fields: tuple[tuple[str, str], ...]
    orders: tuple[OptionView, ...]
    widths: tuple[OptionView, ...]
    groups: tuple[tuple[str, int], ...]
    blocks: tuple[LineBlock, ...]
    key_size: int
    notice: str
    search_link: str
    api_link: str
    csv_link: str
    next_link: str
    previous_link: str


def concordance_view(page: ConcordancePage, *, notice: str = "") -> ConcordanceView:
    """The view of a page."""
    asked = page.whole.request
    first = replace(asked, search=replace(asked.search, cursor=""))
    query = asked.search.text.strip()
    return ConcordanceView(
        page=page,
        title=f"{query} · 逐处并列" if query else "逐处并列",
        hidden_fields=tuple(urls.hidden_fields(_plain(first.search), without=("q", "limit"))),
        orders=tuple(
            OptionView(
                ORDER_LABELS[one],
                phrasing_urls.concordance_link(replace(first, order=one)),
                one == first.order,
            )
            for one in LINE_ORDERS
        ),
        widths=tuple(
            OptionView(
                f"{one} 字" if one else "整句",
                phrasing_urls.concordance_link(replace(first, width=one)),
                one == first.width,
            )
            for one in WIDTHS
        ),
        groups=tuple((group_label(one.text), one.count) for one in page.whole.groups),
        blocks=tuple(_blocks(page)),
        key_size=max(1, min(WIDEST_KEY, max((len(line.key) for line in page.lines), default=1))),
        notice=notice,
        search_link=urls.search_link(_plain(first.search)),
        api_link=phrasing_urls.concordance_api_link(first),
        csv_link=phrasing_urls.concordance_file_link(first),
        next_link=_page_link(first, page.next),
        previous_link=_page_link(first, page.previous) or (_first_link(first) if page.first > 1 else ""),
    )


def _plain(request: SearchRequest) -> SearchRequest:
    """The search itself, without the page's own order and length of list."""
    return replace(request, sort="relevance", limit=DEFAULT_LIMIT, cursor="")


def _page_link(first: ConcordanceRequest, cursor: str) -> str:
    if not cursor:
        return ""
    return phrasing_urls.concordance_link(replace(first, search=replace(first.search, cursor=cursor)))


def _first_link(first: ConcordanceRequest) -> str:
    return phrasing_urls.concordance_link(first)


def _blocks(page: ConcordancePage) -> Iterator[LineBlock]:
    counts = {one.text: one.count for one in page.whole.groups}
    for text, lines in groupby(page.lines, key=lambda line: line.group):
        yield LineBlock(group_label(text), counts[text], tuple(_line_views(page, list(lines))))


def _line_views(page: ConcordancePage, lines: Sequence[ConcordanceLine]) -> Iterator[ConcordanceLineView]:
    request = page.whole.request.search
    for line in lines:
        link = urls.report_link(line.passage.report, passage=line.passage.id, request=request)
        yield ConcordanceLineView(line, link)
