"""View model of the front page: what can be done here, each with a way in that works on what is held.

The rule: nothing is offered that leads nowhere. An example stands here only where this corpus answers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from report_search.generations import ReportSummary
from report_search.search.facets import Facet
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from webui import app_state, count_urls, export_urls, phrasing_urls, urls, wording_urls
from webui.holdings import CorpusSummary, Holdings
from webui.views.narrowing import FOLD_AT_LEAST
from webui.views.options import OptionView

EXAMPLES = (
    "领事保护",
    "“三公”经费",
    "依申请公开 答复",
    "新媒体 -抖音",
    "一件事一次办",
    "行政复议",
    "建议提案 数:>10",
)
"""Queries that show what can be asked; only those that find something in this corpus are offered."""
PLAIN = tuple(query for query in EXAMPLES if query.isalpha())
"""Those of a single word, which the other pages can be asked for too."""
HOME_FACETS = ("year", "topic", "agency")
HOME_OPEN_VALUES = 20


class BrowseView(Struct, frozen=True):
    """A facet on the front page, each value a link to its passages; ``total`` counts those that stand elsewhere too."""

    field: str
    label: str
    options: tuple[OptionView, ...]
    total: int

    @property
    def is_cut(self) -> bool:
        """Whether some values are not shown."""
        return self.total > len(self.options)


class CardView(Struct, frozen=True):
    """One thing that can be done here: where, what it gives, and examples of it."""

    title: str
    link: str
    text: str
    examples: tuple[OptionView, ...] = ()


class HomeView(Struct, frozen=True):
    """The page before anything is asked."""

    examples: tuple[OptionView, ...]
    cards: tuple[CardView, ...]
    facets: tuple[BrowseView, ...]
    summary: CorpusSummary
    all_passages_link: str
    hidden_fields: tuple[tuple[str, str], ...] = ()


def home_view(searcher: Searcher) -> HomeView:
    """The view of the front page."""
    blank, held = SearchRequest(), app_state.holdings()
    page = searcher.search(SearchRequest(limit=1, facets=HOME_FACETS))
    examples = app_state.finding(EXAMPLES)
    return HomeView(
        examples=tuple(OptionView(query, urls.search_link(replace(blank, text=query))) for query in examples),
        cards=tuple(_cards(examples, held)) if held.summary.reports else (),
        facets=tuple(_browse_view(facet, blank) for facet in page.facets),
        summary=held.summary,
        # A blank search is this page; with an order of its own it lists every passage.
        all_passages_link=urls.search_link(replace(blank, sort="newest")),
        hidden_fields=tuple(urls.hidden_fields(blank)),
    )


def _cards(examples: Sequence[str], held: Holdings) -> Iterator[CardView]:
    """What can be done, the most usual first."""
    word = next((query for query in examples if query in PLAIN), "")
    yield from _finding_cards(word)
    yield from _wording_cards(word, held)
    yield from _holding_cards(held)
    yield from _taking_cards(word)


def _finding_cards(word: str) -> Iterator[CardView]:
    """What is found, and counted; ``word`` is an example that finds something, "" for none."""
    asked = SearchRequest(text=word)
    yield CardView(
        "查找原文",
        urls.endpoint_url("pages.guide"),
        "引号里的字句一处不漏，一处不多；也可以写词语、问句、数量，排除某个词，限定年份和机关。",
        (OptionView("检索语法", urls.endpoint_url("pages.guide")),),
    )
    yield CardView(
        "逐年统计",
        urls.search_link(asked if word else SearchRequest(sort="newest")),
        "每次检索都附一张小图：各年份有多少报告写到，占收录的几成。没有收录的年份单独标出，不当作零。",
        _if_any(word, urls.search_link(asked)),
    )
    yield CardView(
        "谁提到，谁没有提到",
        urls.endpoint_url("pages.mentions"),
        "按机关和年份列成一张表，也能只看从未提到的机关。未收录的报告不算没有提到。",
        _if_any(word, count_urls.mentions_link(asked)),
    )


def _wording_cards(word: str, held: Holdings) -> Iterator[CardView]:
    """What is compared."""
    yield CardView(
        "文字的沿革",
        _compare_link(held) or urls.endpoint_url("pages.agencies"),
        "一句话哪年首次出现、哪年改过；相邻两年的报告逐节比较；哪些说法新出现，哪些不再出现。",
        tuple(_wording_examples(word, held)),
    )
    yield CardView(
        "比对草稿",
        urls.endpoint_url("wording.match_box"),
        "粘贴一段文字或一张清单，看每一句以前是否写过，逐字相同还是略有改动。粘贴的文字不保存。",
    )
    yield CardView(
        "逐处并列",
        urls.endpoint_url("phrasing.concordance"),
        "检索词每出现一处列成一行，居中对齐，前后文一目了然，看清一个词是怎样用的。",
        _if_any(word, phrasing_urls.concordance_link_of(SearchRequest(text=word))),
    )


def _holding_cards(held: Holdings) -> Iterator[CardView]:
    """What there is without a query: numbers, agencies, documents, what is held."""
    yield CardView(
        "统计表里的数",
        urls.endpoint_url("figures.series"),
        "申请、复议、诉讼等各项指标的历年数值，附折线图，点开是印着它的那一行；互相不符的数另行列出。",
        (
            OptionView("数据", urls.endpoint_url("figures.series")),
            OptionView("数字核对", urls.endpoint_url("figures.checks")),
        ),
    )
    yield CardView(
        "按机关看",
        urls.endpoint_url("pages.agencies"),
        "每个机关一页：历年名称和前身，收录与缺少的年份，各年谈到的主题。可按简称、拼音查找。",
        tuple(OptionView(named.agency, _agency_link(held, named.agency)) for named in held.summary.named[:2]),
    )
    yield CardView(
        "引用的文件",
        urls.endpoint_url("references.listing"),
        "报告提到的文号和书名号里的名称，各有多少份报告、哪些机关引用，逐段可查。",
    )
    yield CardView(
        "收录范围",
        urls.endpoint_url("pages.corpus"),
        "哪个机关哪一年的报告收录了，哪些缺，哪些有疑点。没有收录的，没有查到不代表没有提及。",
    )


def _taking_cards(word: str) -> Iterator[CardView]:
    """What goes on elsewhere: readers of feeds, spreadsheets, programs."""
    asked = SearchRequest(text=word)
    yield CardView(
        "留意新收录的",
        urls.search_link(asked if word else SearchRequest(sort="newest")),
        "把任何一次检索订阅到阅读器，有新收录的段落就会出现；浏览器也可以把本站添加为搜索引擎。",
        _if_any(word, export_urls.feed_link(asked, "atom", strict=True)),
    )
    yield CardView(
        "导出与引用",
        urls.endpoint_url("figures.download"),
        "检索结果可全部导出为 Excel、CSV；每段都有固定地址和现成引文；统计表的数据可整套下载，程序可用接口。",
        (
            OptionView("下载数据", urls.endpoint_url("figures.download")),
            OptionView("程序接口", urls.endpoint_url("openapi.page")),
        ),
    )


def _if_any(word: str, link: str) -> tuple[OptionView, ...]:
    return (OptionView(f"例：{word}", link),) if word else ()


def _wording_examples(word: str, held: Holdings) -> Iterator[OptionView]:
    passage = app_state.first_paragraph(word) if word else None
    if passage is not None:
        yield OptionView("一句话的沿革", wording_urls.history_link_of(passage))
    if link := _compare_link(held):
        yield OptionView("两年的比较", link)


def _compare_link(held: Holdings) -> str:
    """The address of the latest two reports of neighbouring years, of the agency that has the most; "" for none."""
    for row in sorted(held.coverage.rows, key=lambda row: -len(row.held)):
        dated = [held.reports[cell.reports[0]] for cell in row.cells if cell.reports]
        pairs = [pair for pair in pairwise(dated) if _are_neighbours(*pair)]
        if pairs:
            before, after = pairs[-1]
            return wording_urls.compare_link(before.id, after.id)
    return ""


def _are_neighbours(before: ReportSummary, after: ReportSummary) -> bool:
    return before.year is not None and after.year is not None and after.year - before.year == 1


def _agency_link(held: Holdings, agency: str) -> str:
    return urls.agency_link(held.rows[agency].key)


def _browse_view(facet: Facet, request: SearchRequest) -> BrowseView:
    link = urls.toggle_links(request, facet.field)
    shown = facet.values
    if len(shown) - HOME_OPEN_VALUES >= FOLD_AT_LEAST:
        shown = shown[:HOME_OPEN_VALUES]
    options = tuple(OptionView(value.label, link(value.value), passages=value.passages) for value in shown)
    return BrowseView(facet.field, facet.label, options, len(facet.values) + facet.more)
