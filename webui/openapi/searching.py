"""The operations that search and count, and the files of every hit."""

from __future__ import annotations

from report_search.export.citations import STYLES as CITATION_STYLES
from report_search.export.feeds import FEEDS
from report_search.export.formats import FORMATS
from report_search.presentation.payloads.counts import MentionsPayload, TrendPayload
from report_search.presentation.payloads.schemas import ChosenSearchPayload
from report_search.presentation.payloads.searching import CompletionsPayload, SearchPayload
from webui.openapi import error_codes as codes
from webui.openapi import parameters as given
from webui.openapi.operations import ApiAnswer, ApiOperation, joined

GROUP = "检索与统计"
_CSV = ApiAnswer("text/csv")
_MENTIONS_CODES = joined(codes.SEARCH, {400: ("bad-only",)})

OPERATIONS = (
    ApiOperation(
        "search",
        GROUP,
        "/api/v1/search",
        "A page of hits with totals and facets.",
        "检索：一页结果，连同总数和筛选项。",
        (ApiAnswer(shapes=(SearchPayload, ChosenSearchPayload)),),
        (*given.SEARCH, given.FIELDS, given.CELLS),
        joined(codes.SEARCH, {400: ("bad-fields", "bad-cells")}),
    ),
    ApiOperation(
        "trend",
        GROUP,
        "/api/v1/trend",
        "How many of the reports held have a hit, by year, agency or section.",
        "逐年统计：收录的报告中有多少份写到；可另按机关或章节。",
        (ApiAnswer(shapes=(TrendPayload,)),),
        given.SEARCH,
        codes.SEARCH,
    ),
    ApiOperation(
        "trend_csv",
        GROUP,
        "/api/v1/trend.csv",
        "The same as a table.",
        "同上，CSV 表格。",
        (_CSV,),
        given.SEARCH,
        codes.SEARCH,
    ),
    ApiOperation(
        "mentions",
        GROUP,
        "/api/v1/mentions",
        "Who mentions it and who does not, by agency and year.",
        "谁提到，谁没有提到：按机关和年份。",
        (ApiAnswer(shapes=(MentionsPayload,)),),
        (*given.SEARCH, given.ONLY),
        _MENTIONS_CODES,
    ),
    ApiOperation(
        "mentions_csv",
        GROUP,
        "/api/v1/mentions.csv",
        "The same as a table, a row for each year of each agency.",
        "同上，CSV 表格，每个机关每年一行。",
        (_CSV,),
        (*given.SEARCH, given.ONLY),
        _MENTIONS_CODES,
    ),
    ApiOperation(
        "completions",
        GROUP,
        "/api/v1/completions",
        "What may follow a query that is being typed.",
        "补全正在输入的检索式。",
        (ApiAnswer(shapes=(CompletionsPayload,)),),
        (given.UNFINISHED_Q, *given.SEARCH[1:]),
        codes.SEARCH,
    ),
    ApiOperation(
        "suggestions",
        GROUP,
        "/api/v1/suggestions",
        "The same in the shape that browsers ask for (OpenSearch suggestions).",
        "同上，浏览器搜索框用的格式。",
        (ApiAnswer("application/x-suggestions+json"),),
        (given.TYPED,),
        joined(codes.QUERY, {400: ("repeated-parameter",)}),
    ),
    ApiOperation(
        "export",
        GROUP,
        "/api/v1/search.{suffix}",
        "Every hit of a search, or the passages picked, as a file.",
        "导出：全部结果，或选定的段落，存成文件。",
        tuple(ApiAnswer(one.media_type) for one in FORMATS.values()),
        (given.SUFFIX, *given.EVERY_HIT, given.PICK, given.STRICT),
        joined(codes.EXPORT, {404: ("not-found",)}),
    ),
    ApiOperation(
        "citations",
        GROUP,
        "/api/v1/search.citations",
        "The citations of every hit, or of the passages picked.",
        "全部结果或选定段落的引文。",
        tuple(ApiAnswer(one) for one in dict.fromkeys(style.media_type for style in CITATION_STYLES)),
        (*given.EVERY_HIT, given.PICK, given.STRICT, given.STYLE),
        joined(codes.EXPORT, codes.STYLES),
    ),
    *(
        ApiOperation(
            f"feed_{suffix}",
            GROUP,
            f"/feed.{suffix}",
            "The hits of a search that were first published here last, as a feed.",
            "订阅：最近收录的结果。",
            (ApiAnswer(kind.media_type),),
            (*given.EVERY_HIT, given.STRICT),
            joined(codes.SEARCH, {400: ("bad-strict",)}),
        )
        for suffix, kind in FEEDS.items()
    ),
)
