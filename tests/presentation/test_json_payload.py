"""The JSON shapes: every key of the contract, whatever a report or an answer lacks."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from report_search.engine.protocol import Total
from report_search.errors import NotFoundError, OperatorError, ReadError, RequestError
from report_search.model import Cell, Paragraph, Report, ReportWarning, Row, Section, Source, Table
from report_search.passages import Passage, TopicReason, passages_of, passages_with_headings
from report_search.presentation.json_payload import (
    encoded,
    error_payload,
    passage_payload,
    search_payload,
)
from report_search.presentation.payloads.parts import Payload
from report_search.presentation.report_payload import report_payload
from report_search.presentation.site_links import SiteLinks
from report_search.query.interpret import Hint, read
from report_search.search.corpus_lexicon import lexicon_of
from report_search.search.facets import Facet, FacetValue
from report_search.search.highlight import Snippet
from report_search.search.request import SearchRequest
from report_search.search.searcher import Hit, IndexState, SearchPage

TABLE = Table(
    (
        Row((Cell("内容", 0, is_header=True), Cell("数量", 1, is_header=True)), is_head=True),
        Row(
            (
                Cell("许可", 0, is_header=True),
                Cell("66.7 万件", 1, path=("数量",), value=66.7, unit="万件"),
                Cell("", 2, path=("备注",)),
            ),
            headers=("许可",),
        ),
    ),
    caption="表一",
    notes=("注",),
)
REPORT = Report(
    "x-nd",
    "某局",
    "x",
    None,
    "年报",
    "",
    Source("a.txt", "", "f" * 64, "text"),
    (Section("一", "总体情况", "overview", (Paragraph("（一）甲。乙。", "（一）", "甲"), TABLE)),),
    (ReportWarning("year-unknown", "年份不明"),),
)


LINKS = SiteLinks("https://example.org/reports", "/reports")


def plain(payload: Payload) -> dict[str, Any]:
    """A payload as a program gets it."""
    told = json.loads(encoded(payload))
    assert isinstance(told, dict)
    return told


def test_a_report_has_the_keys_of_the_contract_in_their_order() -> None:
    told = plain(report_payload(REPORT, passages_with_headings(REPORT), links=LINKS))
    paragraph, head, row = (passage.id for passage in passages_of(REPORT))
    assert (told["url"], told["link"]) == (
        "/reports/reports/x-nd",
        "https://example.org/reports/reports/x-nd",
    )
    wanted = ["id", "agency", "year", "title", "published", "format", "source", "sections", "warnings"]
    assert [key for key in told if key in wanted] == wanted
    assert (told["year"], told["published"], told["format"]) == (None, None, "text")
    [section] = told["sections"]
    assert section["passage"] == next(
        p.id for p in passages_with_headings(REPORT) if p.text == "一、总体情况"
    )
    assert list(section) == ["number", "title", "kind", "passage", "blocks", "subsections"]
    assert section["blocks"] == [
        {
            "type": "paragraph",
            "ordinal": "（一）",
            "lead": "甲",
            "text": "（一）甲。乙。",
            "passage": paragraph,
            "recognised": None,
        },
        {
            "type": "table",
            "caption": "表一",
            "notes": ["注"],
            "rows": [
                {
                    "headers": ["许可"],
                    "cells": [
                        {"path": ["数量"], "text": "66.7 万件", "value": 66.7, "unit": "万件"},
                        {"path": ["备注"], "text": "", "value": None, "unit": ""},
                    ],
                    "passage": row,
                    "recognised": None,
                }
            ],
            "passage": head,
        },
    ]
    assert told["warnings"] == [{"code": "year-unknown", "message": "年份不明", "where": ""}]


def page(passage: Passage) -> SearchPage:
    reading = read("甲 -丙", lexicon_of(()), strict=True)
    return SearchPage(
        request=SearchRequest("甲 -丙", filters=(("year", ("nd",)),)),
        interpretation=reading,
        hints=(Hint("unknown-value", "没有。", 3, "甲"),),
        total=Total(2, 1, 1),
        facets=(
            Facet("year", "年份", (FacetValue("nd", "年份不详", 2, 1, True),)),
            Facet("agency", "机关", (), 7),
        ),
        hits=(Hit(passage, Snippet(passage.text, ((3, 4),)), ("丙",), 1.23456789),),
        next="",
        index=IndexState("1", "2026-01-01", "memory", 2, 1, "f"),
    )


def test_an_answer_has_every_key_of_the_contract() -> None:
    passage = passages_of(REPORT)[0]
    passage = Passage(
        **{n: getattr(passage, n) for n in Passage.__struct_fields__ if n != "topics"},
        topics=(TopicReason("k", ("甲",)),),
    )
    told = plain(search_payload(page(passage), LINKS))
    assert told["query"] == {
        "text": "甲 -丙",
        "read_as": [{"text": "甲", "as": "word"}, {"text": "-丙", "as": "word"}],
        "filters": {"year": ["nd"]},
        "since": None,
        "hints": [{"code": "unknown-value", "message": "没有。", "position": 3, "suggestion": "甲"}],
    }
    assert told["total"] == {"passages": 2, "reports": 1, "complete": 1}
    assert told["facets"] == {
        "year": [{"value": "nd", "label": "年份不详", "passages": 2, "reports": 1, "chosen": True}],
        "agency": [],
    }
    assert told["more_values"] == {"agency": 7}
    assert (told["next"], told["index"]) == (None, {"generation": "1", "built": "2026-01-01"})
    [hit] = told["hits"]
    assert hit["text"] == "（一）甲。乙。"
    assert (hit["spans"], hit["missing"], hit["score"]) == ([[3, 4]], ["丙"], 1.234568)
    assert (hit["year"], hit["section"], hit["section_title"]) == (None, "overview", "一、总体情况")
    assert (hit["topics"], hit["type"]) == ([{"key": "k", "because": ["甲"]}], "paragraph")
    assert hit["url"] == f"/reports/passages/{hit['id']}"
    assert hit["source"] == "a.txt"
    assert json.loads(json.dumps(told)) == told


def test_a_hit_says_of_its_passage_what_the_passage_says() -> None:
    passage = passages_of(REPORT)[1]
    told = plain(passage_payload(passage, LINKS))
    assert told["url"] == f"/reports/passages/{passage.id}"
    assert told["link"] == f"https://example.org/reports/passages/{passage.id}"
    [hit] = plain(search_payload(page(passage), LINKS))["hits"]
    assert {key: hit[key] for key in told} == told


def test_errors_have_one_shape() -> None:
    errors = (
        RequestError("a", "甲", hint="乙", position=3, suggestion="丙"),
        NotFoundError("a", "甲"),
        OperatorError("a", "甲"),
        ReadError("a", "甲", where="第1行"),
    )
    for error in errors:
        told = plain(error_payload(error))["error"]
        assert list(told) == ["code", "message", "position", "hint", "suggestion"]
        assert (told["code"], told["message"]) == ("a", "甲")
    assert error_payload(errors[0]).error.position == 3


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.floats(0.0001, 1e9)
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text("ab公开"), inner))


@given(st.dictionaries(st.text("ab公开"), VALUES))
def test_encoded_json_is_that_of_the_standard_library_without_spaces(payload: dict[str, Any]) -> None:
    assert encoded(payload) == json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
