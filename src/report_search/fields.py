"""The fields of a passage and every word that people read or type for them.

Filters, facets, sorts, the kinds of query parts and their Chinese labels are listed here once. The rule: page, API
and command line take them from here, so that they always use the same word for the same thing. Nothing here decides
whether a passage matches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

FACET_FIELDS = ("year", "section", "topic", "agency", "type")
"""Fields that are counted beside a result, in the order in which they are shown."""
FILTER_FIELDS = (*FACET_FIELDS, "report")
"""Fields that narrow a result."""
FIELD_LABELS: Mapping[str, str] = {
    "year": "年份",
    "section": "章节",
    "topic": "主题",
    "agency": "机关",
    "type": "类型",
    "report": "报告",
}
FIELD_NAMES: Mapping[str, str] = {
    **{FIELD_LABELS[field]: field for field in FACET_FIELDS},
    **{field: field for field in FILTER_FIELDS},
}
"""Names that may be typed before a colon, each with its field. A report has no Chinese one."""
NUMBER_NAMES = ("数", "number")
"""Names that may be typed before a colon and a comparison with the numbers of a text."""
DOCUMENT_NAMES = ("整份", "document")
"""Names that may be typed before a colon and what the whole report is asked for."""

NO_YEAR = "nd"
"""The value of the field ``year`` of a report whose year is not known."""
NO_YEAR_LABEL = "年份不详"

TYPE_LABELS: Mapping[str, str] = {"paragraph": "段落", "table": "表格", "heading": "标题"}
"""The types of passages, each with its label."""
HEAD_LABEL = "表头"
"""What the head of a table is called, which is of the type table."""

BORDER = "\t"
"""The character between two cells of a table row, and between two parts of a context. No match spans it."""

Sort = Literal["relevance", "newest", "oldest"]
SORT_LABELS: Mapping[Sort, str] = {"relevance": "相关度", "newest": "最新在前", "oldest": "最早在前"}
SORTS: tuple[Sort, ...] = tuple(SORT_LABELS)
"""The orders of hits; the first is the default."""

Group = Literal["", "report"]
GROUPS: tuple[Group, ...] = ("", "report")
"""By what hits may be grouped; the first is the default: not at all."""
Collapse = Literal["", "report", "text"]
"""By what hits are put together, each group shown by its first: not at all, by report, by equal text."""

PartKind = Literal["word", "exact", "number", "synonym", "pattern", "field", "dropped"]
"""How a part of a query was read; ``as`` in the JSON."""
PART_LABELS: Mapping[PartKind, str] = {
    "word": "词",
    "exact": "原文",
    "number": "数",
    "synonym": "同义词",
    "pattern": "通配",
    "field": "筛选",
    "dropped": "已忽略",
}

TrendField = Literal["year", "agency", "section"]
TREND_FIELDS: tuple[TrendField, ...] = ("year", "agency", "section")
"""Fields by which a result is set against the reports held; the first is the default."""

MentionState = Literal["mentioned", "not_mentioned", "not_held"]
"""What is known of an agency's year: a report mentions it, reports are held and none does, no report is held."""
MENTION_MARKS: Mapping[MentionState, str] = {"mentioned": "●", "not_mentioned": "○", "not_held": "·"}
MENTION_LABELS: Mapping[MentionState, str] = {
    "mentioned": "提到",
    "not_mentioned": "已收录，没有提到",
    "not_held": "未收录",
}
MentionChoice = Literal["", "mentioned", "never"]
MENTION_CHOICES: tuple[MentionChoice, ...] = ("", "mentioned", "never")
"""Which agencies are wanted: all, those that mention it at least once, those that never do."""
MENTION_CHOICE_LABELS: Mapping[MentionChoice, str] = {
    "": "全部机关",
    "mentioned": "提到过的",
    "never": "从未提到的",
}
