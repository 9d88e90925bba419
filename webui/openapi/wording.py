"""The operations on wording: concordance, distinctive words, history, comparison, matching."""

from __future__ import annotations

from report_search.presentation.payloads.phrasing import ConcordancePayload, DistinctivePayload
from report_search.presentation.payloads.wording import ComparisonPayload, HistoryPayload, MatchPayload
from report_search.wording.matching import MOST_CHARACTERS
from webui.openapi import error_codes as codes
from webui.openapi import parameters as given
from webui.openapi.operations import ApiAnswer, ApiOperation, joined

GROUP = "文字"
_CSV = ApiAnswer("text/csv")
_PLACED = tuple(one for one in given.SEARCH if one not in (given.SORT, given.LIMIT))
_LINES = joined(codes.SEARCH, {400: ("bad-width",)})
_MATCH_CODES = {400: ("bad-body", "bad-mode", "no-text", "too-long", "too-many-lines", "too-much")}
_PASTED = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "description": f"At most {MOST_CHARACTERS} characters, or 500 lines."},
        "mode": {"type": "string", "enum": ["sentences", "lines", ""], "default": "sentences"},
    },
    "required": ["text"],
    "additionalProperties": False,
}
_SAMPLE = {"text": "为海外同胞提供领事保护与服务。", "mode": "sentences"}

OPERATIONS = (
    ApiOperation(
        "concordance",
        GROUP,
        "/api/v1/concordance",
        "Every place that a search marks, one a line, with what stands to its left and right.",
        "逐处并列：检索词的每一处一行，连同前后文。",
        (ApiAnswer(shapes=(ConcordancePayload,)),),
        (*_PLACED, given.WIDTH, given.LINE_SORT, given.LINE_LIMIT),
        _LINES,
    ),
    ApiOperation(
        "concordance_csv",
        GROUP,
        "/api/v1/concordance.csv",
        "Every line as a table.",
        "同上，CSV 表格，全部各行。",
        (_CSV,),
        (
            *(one for one in given.EVERY_HIT if one is not given.SORT),
            *(given.WIDTH, given.LINE_SORT, given.STRICT),
        ),
        joined(_LINES, {400: ("bad-strict",)}),
    ),
    ApiOperation(
        "distinctive",
        GROUP,
        "/api/v1/distinctive",
        "The words that what a search finds says more often than all else.",
        "特征词：检索到的段落里用得明显多的词。",
        (ApiAnswer(shapes=(DistinctivePayload,)),),
        tuple(one for one in given.EVERY_HIT if one is not given.SORT),
        codes.SEARCH,
    ),
    ApiOperation(
        "history",
        GROUP,
        "/api/v1/passages/{passage_id}/history",
        "A sentence of a passage in every other year.",
        "一句话的沿革：各年怎样写。",
        (ApiAnswer(shapes=(HistoryPayload,)),),
        (given.PASSAGE_ID, given.SENTENCE),
        joined(codes.PASSAGE, {400: ("bad-sentence", "repeated-parameter"), 404: ("no-history",)}),
    ),
    ApiOperation(
        "compare",
        GROUP,
        "/api/v1/compare",
        "Two reports side by side.",
        "两份报告逐节比较。",
        (ApiAnswer(shapes=(ComparisonPayload,)),),
        (given.A, given.B),
        joined(codes.REPORT, {400: ("missing-report", "same-report", "repeated-parameter")}),
    ),
    ApiOperation(
        "match",
        GROUP,
        "/api/v1/match",
        "Where each sentence or line of a text stands.",
        "比对一段文字：每一句在哪里逐字出现，或相近。",
        (ApiAnswer(shapes=(MatchPayload,)),),
        codes=_MATCH_CODES,
        method="post",
        is_conditional=False,
        sent=_PASTED,
        sample=_SAMPLE,
    ),
    ApiOperation(
        "match_csv",
        GROUP,
        "/api/v1/match.csv",
        "The same as a table.",
        "同上，CSV 表格。",
        (_CSV,),
        codes=_MATCH_CODES,
        method="post",
        is_conditional=False,
        sent=_PASTED,
        sample=_SAMPLE,
    ),
)
