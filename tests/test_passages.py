"""Passages: their texts, their locators, and addresses that last."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from report_search.model import Cell, Paragraph, Report, Row, Section, Source, Table
from report_search.passage_ids import id_of, possible_reports, split_id
from report_search.passages import (
    Passage,
    count_passages,
    heading,
    passages_of,
    passages_with_headings,
    with_report_id,
)
from report_search.taxonomy.topics import assign

ITEM = Paragraph("（一）做好新闻发布。全年举办发布会。", "（一）", "做好新闻发布")
TABLE = Table(
    (
        Row((Cell("信息内容", 0, is_header=True), Cell("数量", 1, is_header=True)), is_head=True),
        Row(
            (
                Cell("规章", 0, is_header=True),
                Cell("3", 1, path=("数量",), value=3),
                Cell("", 2, path=("备注",)),
            ),
            headers=("第（一）项", "规章"),
        ),
    ),
    caption="主动公开情况",
    notes=("注：截至年底",),
)


def report(*blocks: Paragraph | Table, **changes: object) -> Report:
    section = Section("二", "主动公开政府信息情况", "proactive", (Paragraph("概述。"),))
    below = Section("（一）", "规章", "proactive", blocks)
    preamble = Section("", "", "preamble", (Paragraph("本报告依据条例编制。"), Paragraph(" \u3000 ")))
    source = Source("a/b.txt", "", "0" * 64, "text")
    whole = Report(
        "x-2020",
        "某局",
        "x",
        2020,
        "某局年度报告",
        "",
        source,
        (preamble, replace(section, subsections=(below,))),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def last(*blocks: Paragraph | Table) -> list[Passage]:
    return passages_of(report(*blocks))[2:]


def test_passages_are_in_reading_order_and_blank_ones_are_left_out() -> None:
    found = passages_of(report(ITEM))
    assert [p.text for p in found] == ["本报告依据条例编制。", "概述。", ITEM.text]
    assert [p.position for p in found] == [0, 1, 2]
    assert [p.section for p in found] == ["preamble", "proactive", "proactive"]
    assert [p.locator.section for p in found] == [(0,), (1,), (1, 0)]


def test_a_passage_knows_the_headings_that_lead_to_it() -> None:
    [item] = last(ITEM)
    assert item.headings == ("二、主动公开政府信息情况", "（一）规章", "（一）做好新闻发布")
    assert item.section_title == "二、主动公开政府信息情况"
    assert passages_of(report())[0].headings == ()


def test_a_table_gives_its_head_and_its_rows() -> None:
    head, row = last(TABLE)
    assert (head.type, head.locator.row) == ("table", -1)
    assert head.text == "主动公开情况\t信息内容\t数量\t注：截至年底"
    assert (row.type, row.locator.row, row.text) == ("table", 1, "第（一）项\t规章\t3\t")
    assert row.path == ("数量", "备注")
    assert row.headings[-1] == "主动公开情况"


def test_nothing_of_a_cell_reaches_into_the_next() -> None:
    tabbed = Row((Cell("甲\t乙", 0, value=None),), headers=("丙\t丁",))
    [row] = last(Table((tabbed,)))
    assert row.text == "丙 丁\t甲 乙"


def test_the_context_holds_headings_title_agency_and_year() -> None:
    [item] = last(ITEM)
    assert item.context.split("\t") == [*item.headings, "某局年度报告", "某局", "2020年"]
    [undated] = passages_of(report(ITEM, year=None))[2:]
    assert undated.context.endswith("\t某局")


class TestAddresses:
    def test_they_are_the_reports_id_and_eight_digits_of_the_text(self) -> None:
        [item] = last(ITEM)
        assert item.id.startswith("x-2020-")
        assert len(item.id) == len("x-2020-") + 8

    def test_white_space_does_not_change_them(self) -> None:
        [one] = last(Paragraph("全年 举办\n发布会。"))
        [other] = last(Paragraph("全年举办发布会。"))
        assert one.id == other.id

    def test_any_other_character_does(self) -> None:
        assert last(Paragraph("全年举办。"))[0].id != last(Paragraph("全年举办."))[0].id

    def test_their_position_does_not_change_them(self) -> None:
        before = {p.text: p.id for p in passages_of(report(ITEM))}
        moved = {p.text: p.id for p in passages_of(report(Paragraph("插入一段。"), ITEM, title="另一标题"))}
        assert all(moved[text] == before[text] for text in before)

    def test_equal_texts_carry_digits_of_their_place_whatever_stands_before(self) -> None:
        same, other = Paragraph("无。"), Paragraph("另有一段。")
        ids = [p.id for p in last(same, ITEM, same)]
        stem = ids[0][: len("x-2020-00000000")]
        assert all(one.startswith(f"{stem}-") and len(one) == len(stem) + 5 for one in (ids[0], ids[2]))
        assert len(set(ids)) == 3
        more = [p.id for p in last(other, same, ITEM, other, same, ITEM, same)]
        assert more[-1] == ids[2], "its neighbours are as they were"

    def test_twins_are_counted(self) -> None:
        same = Paragraph("无。")
        ids = [p.id for p in last(*[same] * 5)]
        assert len(set(ids)) == 5
        assert [one.rpartition("-")[2] for one in ids[2:4]] == ["2", "3"]

    def test_an_id_is_found_in_its_parts(self) -> None:
        for one in passages_of(report(Paragraph("无。"), ITEM, Paragraph("无。"))):
            assert one.report in possible_reports(one.id)
            parts = split_id(one.id, one.report)
            assert parts is not None
            assert id_of(f"{one.report}-", parts.stem << 28, suffix=parts.suffix) == one.id
        assert split_id("x-2020-zzzzzzzz", "x-2020") is None
        assert split_id("y-2020-00000000", "x-2020") is None


class TestHeadings:
    def found(self, *blocks: Paragraph | Table, **changes: object) -> list[Passage]:
        return [p for p in passages_with_headings(report(*blocks, **changes)) if p.is_heading]

    def test_the_title_and_every_heading_are_passages_behind_the_others(self) -> None:
        whole = passages_with_headings(report(ITEM))
        assert whole[:3] == passages_of(report(ITEM))
        assert count_passages(whole) == 3
        assert [(p.text, p.type, p.position) for p in whole[3:]] == [
            ("某局年度报告", "heading", 3),
            ("二、主动公开政府信息情况", "heading", 4),
            ("（一）规章", "heading", 5),
        ]

    def test_a_heading_is_in_the_section_that_it_opens_and_a_title_in_the_preamble(self) -> None:
        title, top, below = self.found()
        assert [p.section for p in (title, top, below)] == ["preamble", "proactive", "proactive"]
        assert [p.headings for p in (title, top, below)] == [(), (), ("二、主动公开政府信息情况",)]
        assert [p.locator.section for p in (title, top, below)] == [(), (1,), (1, 0)]

    def test_a_heading_moves_no_address_and_its_own_is_told_apart(self) -> None:
        same = Paragraph("（一）规章")
        assert passages_of(report(same))[2].id == last(same)[0].id
        heading_id = self.found(same)[2].id
        assert heading_id == passages_of(report(same))[2].id.replace("x-2020-", "x-2020-h")
        assert "x-2020" in possible_reports(heading_id)

    def test_equal_headings_are_told_apart_among_themselves(self) -> None:
        made = report()
        twice = replace(made, sections=(*made.sections, replace(made.sections[1], blocks=())))
        ids = [p.id for p in passages_with_headings(twice) if p.is_heading]
        assert len(set(ids)) == 5
        stems = [one[: len("x-2020-h00000000")] for one in ids]
        assert (stems[3], stems[4]) == (stems[1], stems[2])

    def test_they_have_no_topics_and_move_to_another_id_with_their_report(self) -> None:
        made = report(title="领事保护年度报告")
        found = assign(made, passages_with_headings(made))
        assert [p.topics for p in found if p.is_heading] == [()] * 3
        other = replace(made, id="y-2020")
        assert with_report_id(found, "y-2020") == assign(other, passages_with_headings(other))

    def test_what_has_no_words_is_none(self) -> None:
        assert [p.text for p in self.found(title=" ")] == ["二、主动公开政府信息情况", "（一）规章"]


def test_the_mark_behind_a_number_is_kept() -> None:
    assert heading(Section("（一）", "规章", "other", mark="、")) == "（一）、规章"
    assert heading(Section("第一部分", "概述", "other", mark="：")) == "第一部分：概述"


@pytest.mark.parametrize(
    ("number", "title", "printed"),
    [
        ("一", "总体情况", "一、总体情况"),
        ("（一）", "规章", "（一）规章"),
        ("1.", "规章", "1.规章"),
        ("", "引言", "引言"),
        ("三", "", "三"),
        ("", "", ""),
    ],
)
def test_headings_as_printed(number: str, title: str, printed: str) -> None:
    assert heading(Section(number, title, "other")) == printed
