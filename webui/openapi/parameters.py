"""The parameters of the API, each described once.

The rule: a default or a bound is the constant that the reader of the address enforces.
"""

from __future__ import annotations

from typing import Any

from report_search.config import DEFAULT_LIMIT, MAX_LIMIT
from report_search.export.citations import STYLES
from report_search.fields import FACET_FIELDS, MENTION_CHOICES, SORTS, TREND_FIELDS, TYPE_LABELS
from report_search.figures.checks import KINDS
from report_search.presentation.payloads.hits import HIT_FIELDS
from report_search.query.lexer import MAX_LENGTH
from report_search.references.database import SORTS as REFERENCE_SORTS
from report_search.search.walks import MOST_CHOSEN
from report_search.wording.concordance import DEFAULT_LINES, DEFAULT_WIDTH, LINE_ORDERS, MAX_WIDTH
from webui.openapi.operations import ApiParameter, Schema, in_path

YEAR_PATTERN = r"^([0-9]{4}|[0-9]{4}\.\.([0-9]{4})?|\.\.[0-9]{4}|nd)$"
ID_PATTERN = r"^[^/?#]+$"


def _text(**more: Any) -> Schema:
    return {"type": "string", **more}


def _choice(values: tuple[str, ...], **more: Any) -> Schema:
    return {"type": "string", "enum": [value for value in values if value], **more}


def _several(items: Schema) -> Schema:
    # How many there may be is said of all filters together: values that are repeated count once.
    return {"type": "array", "items": items}


def _switch(*, default: bool) -> Schema:
    return {"type": "string", "enum": ["0", "1"], "default": "1" if default else "0"}


def _number(low: int, high: int, default: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high, "default": default}


Q = ApiParameter(
    "q",
    _text(maxLength=MAX_LENGTH, default=""),
    "The query, as docs/query-language.md describes it; empty is everything.",
    "检索式，写法见“检索语法”；不填为全部。",
    example="领事保护",
)
YEAR = ApiParameter(
    "year",
    _several(_text(pattern=YEAR_PATTERN)),
    "`2019`, `2014..2019`, `2014..`, `..2019`, or `nd` for reports without a year.",
    "年份：2019、2014..2019、2014..、..2019，nd 为年份不详。",
    example="2014..2019",
)
SECTION = ApiParameter(
    "section",
    _several(_text(minLength=1)),
    "A section by its key or label.",
    "章节的编号或名称。",
    example="overview",
)
TOPIC = ApiParameter(
    "topic",
    _several(_text(minLength=1)),
    "A topic by its key or label.",
    "主题的编号或名称。",
    example="consular-protection",
)
AGENCY = ApiParameter(
    "agency",
    _several(_text(minLength=1)),
    "An agency by any of its names.",
    "机关的任一名称。",
    example="外交部",
)
REPORT = ApiParameter(
    "report", _several(_text(minLength=1)), "A report by its id.", "报告的编号。", example="waijiaobu-2019"
)
TYPE = ApiParameter(
    "type",
    _several(_choice(tuple(TYPE_LABELS))),
    "The type of the passages.",
    "段落的类型：paragraph 段落、table 表格、heading 标题。",
    example="paragraph",
)
FROM = ApiParameter(
    "from",
    _text(pattern=r"^[0-9]{4}$"),
    "The first year; together with `to` it replaces `year`.",
    "起始年份；与 to 一起取代 year。",
)
TO = ApiParameter("to", _text(pattern=r"^[0-9]{4}$"), "The last year.", "截止年份。")
SORT = ApiParameter(
    "sort", _choice(SORTS, default=SORTS[0]), "The order of the hits.", "排序：相关度、最新在前、最早在前。"
)
LIMIT = ApiParameter(
    "limit", _number(1, MAX_LIMIT, DEFAULT_LIMIT), "How many are given at once.", "一次给出几条。", example=1
)
CURSOR = ApiParameter(
    "cursor",
    _text(),
    "The `next` or `previous` of an answer, with the same request and the same generation of the index.",
    "上一次答复里的 next 或 previous，其余参数不变。",
)
EXPAND = ApiParameter("expand", _switch(default=True), "`0` leaves out synonyms.", "0 为不查同义词。")
TITLES = ApiParameter(
    "titles",
    _switch(default=False),
    "`1` looks in headings and titles as well.",
    "1 为也查标题。",
)
LINEAGE = ApiParameter(
    "lineage",
    _switch(default=False),
    "`1` takes the predecessors of the agencies asked for along.",
    "1 为连同所选机关的前身。",
)
GROUP = ApiParameter(
    "group",
    _choice(("report",)),
    "The first hit of each report, with what is behind it; not together with `fold`.",
    "report 为每份报告只列最前的一段；不能与 fold 同用。",
)
FOLD = ApiParameter(
    "fold",
    _switch(default=False),
    "`1` gives the first of the hits of equal or nearly equal text.",
    "1 为合并文字相同或大同小异的段落。",
)
BY = ApiParameter(
    "by", _choice(TREND_FIELDS, default=TREND_FIELDS[0]), "What a trend counts by.", "逐年统计时还按什么分。"
)
SINCE = ApiParameter(
    "since",
    _text(),
    "Only what was first published here at this date or moment (ISO 8601) or later.",
    "只要这个日期或时刻（ISO 8601）起收录的。",
    example="2026-11-01",
)
WHOLE = ApiParameter(
    "whole",
    _several(_choice(FACET_FIELDS)),
    "A facet that is to list all of its values instead of the first 50.",
    "哪一项筛选要列出全部取值，而不只是前 50 个。",
)
FIELDS = ApiParameter(
    "fields",
    _text(),
    f"The fields of a hit that are wanted, with commas between: {', '.join(HIT_FIELDS)}.",
    "每个结果只要哪些字段，用逗号隔开；不填为全部。",
    example="id,agency,year,text,link",
)
CELLS = ApiParameter(
    "cells", _switch(default=False), "`1` gives rows of tables their cells.", "1 为表格的行附上各格。"
)
ONLY = ApiParameter(
    "only",
    _choice(MENTION_CHOICES),
    "Only agencies that mention it at least once, or never.",
    "只列提到过的（mentioned），或从未提到的（never）。",
)
STRICT = ApiParameter(
    "strict",
    _switch(default=True),
    "`0` reads the query as a page does: always an answer, with hints.",
    "0 为像网页那样读检索式：读不懂的也给结果。",
)
PICK = ApiParameter(
    "pick",
    {"type": "array", "items": _text(minLength=1), "maxItems": MOST_CHOSEN},
    f"Exactly these passages, by their ids, at most {MOST_CHOSEN}.",
    f"只要这些段落（编号，最多 {MOST_CHOSEN} 段）。",
)
STYLE = ApiParameter(
    "style",
    _choice(tuple(style.name for style in STYLES), default=STYLES[0].name),
    "The style of the citations.",
    "引用格式。",
)
SUFFIX = in_path(
    ApiParameter("suffix", _choice(("csv", "xlsx", "ndjson", "json")), "The format.", "格式。", example="csv")
)
REPORT_ID = in_path(
    ApiParameter(
        "report_id",
        _text(pattern=ID_PATTERN),
        "The id of a report.",
        "报告的编号。",
        example="waijiaobu-2019",
    )
)
PAGE_NUMBER = in_path(
    ApiParameter(
        "number",
        {"type": "integer", "minimum": 1, "maximum": 9999},
        "The number of the page in the file, from 1.",
        "原件的页码，从 1 起。",
        example=1,
    )
)
SITEMAP_NUMBER = in_path(
    ApiParameter(
        "number",
        {"type": "integer", "minimum": 1, "maximum": 9999},
        "The number of a part, from 1.",
        "第几部分，从 1 起。",
        example=1,
    )
)
PASSAGE_ID = in_path(
    ApiParameter(
        "passage_id",
        _text(pattern=ID_PATTERN),
        "The id of a passage.",
        "段落的编号。",
        example="waijiaobu-2019-87f85258",
    )
)
AGENCY_KEY = in_path(
    ApiParameter(
        "key",
        _text(pattern=ID_PATTERN),
        "The key of an agency; a name of it leads there (308).",
        "机关的编号；用名称会转到编号（308）。",
        example="waijiaobu",
    )
)
REFERENCE_KEY = in_path(
    ApiParameter(
        "key",
        _text(pattern=ID_PATTERN),
        "The key of a cited document; a title or number as printed is understood too.",
        "被引文件的编号；印出的标题、文号也可以。",
        example="国办公开办函2021-30号",
    )
)
AGENCY_QUERY = ApiParameter(
    "q",
    _text(default=""),
    "Finds agencies by name, other name, pinyin or its initials.",
    "按名称、简称、拼音或拼音首字母查找。",
    example="wjb",
)
UNFINISHED_Q = ApiParameter(
    "q",
    _text(default=""),
    "A query whose end is to be completed; one that can't be read yet is no error.",
    "正在输入的检索式；还读不懂的也不算错。",
    example="领",
)
TYPED = ApiParameter("q", _text(default=""), "What is being typed.", "正在输入的文字。", example="领事")
ONE_YEAR = ApiParameter(
    "year",
    _text(pattern=r"^[0-9]{4}$"),
    "A held year; the newest by default.",
    "哪一年，默认最近收录的一年。",
)
MEASURE = ApiParameter(
    "measure",
    _text(minLength=1),
    "The key or the label of a measure, of `/api/v1/measures`.",
    "指标的编号或名称，见 /api/v1/measures。",
    required=True,
    example="requests.new.total",
)
MEASURES = ApiParameter(
    "measure",
    _several(_text(minLength=1)),
    "Measures by key or label; requests.new.total by default.",
    "一个或几个指标，默认 requests.new.total。",
    example="requests.new.total",
)
KIND = ApiParameter("kind", _several(_choice(KINDS)), "The kind of check.", "哪种核对。")
WIDTH = ApiParameter(
    "width",
    {
        "anyOf": [
            {"type": "integer", "minimum": 1, "maximum": MAX_WIDTH},
            {"type": "string", "enum": ["sentence"]},
        ],
        "default": DEFAULT_WIDTH,
    },
    "Characters on each side of the keyword, or `sentence`.",
    "两边各几个字，或 sentence（整句）。",
)
LINE_SORT = ApiParameter(
    "sort",
    _choice(LINE_ORDERS, default=LINE_ORDERS[0]),
    "The order of the lines.",
    "按右边、左边或年份排列。",
)
LINE_LIMIT = ApiParameter(
    "limit", _number(1, MAX_LIMIT, DEFAULT_LINES), "How many lines are given at once.", "一次给出几行。"
)
REFERENCE_QUERY = ApiParameter(
    "q",
    _text(default=""),
    "A part of a title, a number or a short form.",
    "标题、文号或简称的一部分。",
    example="条例",
)
REFERENCE_SORT = ApiParameter(
    "sort", _choice(REFERENCE_SORTS, default=REFERENCE_SORTS[0]), "The order of the documents.", "排序。"
)
SENTENCE = ApiParameter(
    "sentence",
    {"type": "integer", "minimum": 0, "maximum": 999_999},
    "The number of the sentence, from 0; the longest by default.",
    "第几句，从 0 起；默认最长的一句。",
)
A = ApiParameter(
    "a",
    _text(minLength=1),
    "The id of a report.",
    "一份报告的编号。",
    required=True,
    example="waijiaobu-2014",
)
B = ApiParameter(
    "b",
    _text(minLength=1),
    "The id of another.",
    "另一份报告的编号。",
    required=True,
    example="waijiaobu-2019",
)

FILTERS = (YEAR, SECTION, TOPIC, AGENCY, REPORT, TYPE, FROM, TO)
READING = (EXPAND, TITLES, LINEAGE, SINCE)
PLACING = (LIMIT, CURSOR, GROUP, FOLD)
EVERY_HIT = (Q, *FILTERS, SORT, *READING, BY, WHOLE)
"""The parameters of a search without those that only say which of its hits are shown."""
SEARCH = (Q, *FILTERS, SORT, LIMIT, CURSOR, EXPAND, TITLES, LINEAGE, GROUP, FOLD, BY, SINCE, WHOLE)
"""The parameters that every search has."""
