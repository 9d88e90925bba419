"""How reports and what only looks like one begin: openings without a title, titles with their text, notices."""

from __future__ import annotations

import pytest

from indexer.read_report import read_bytes
from report_search.errors import ReadError
from report_search.model import Report

RULE = "根据《中华人民共和国政府信息公开条例》"
SECTIONS = "一、总体情况\n\n全年有序推进。\n"


def read(text: str) -> Report:
    return read_bytes(text.encode(), "x.txt")


def codes(report: Report) -> list[str]:
    return [warning.code for warning in report.warnings]


@pytest.mark.parametrize(
    ("opening", "agency"),
    [
        (
            f"{RULE}要求，示例税务局甲市税务局向社会公布本单位2020年政府信息公开工作年度报告。",
            "示例税务局甲市税务局",
        ),
        (
            f"{RULE}，特向社会公布2020年度示例税务局甲市税务局政府信息公开工作报告。如对本报告有疑问，请来电。",
            "示例税务局甲市税务局",
        ),
        (f"{RULE}，编制2020年度我乡报告。本报告主要包括：总体情况；其他。", "机关不明"),
        ("本报告由甲区财政局（以下简称我局）根据条例编制。", "甲区财政局"),
    ],
)
def test_an_opening_without_a_title_says_that_it_reports_and_who(opening: str, agency: str) -> None:
    report = read(f"{opening}\n\n{SECTIONS}")
    assert report.agency == agency
    assert {"agency-unsure", "agency-unknown"} & set(codes(report))


def test_the_name_of_a_notice_is_no_agency() -> None:
    cited = "《甲市政务公开工作办公室关于编制发布2021年政府信息公开工作年度报告的函》"
    text = f"一、总体情况\n\n2021年，乙河街道认真贯彻{cited}要求，有序推进。\n\n二、主动公开政府信息情况\n\n无。\n\n"
    assert read(f"{text}三、收到和处理政府信息公开申请情况\n\n无。").agency == "乙河街道"


def test_a_name_alone_above_an_opening_without_a_title_is_the_agency() -> None:
    report = read(f"甲区财政局\n\n2023-01-19\n\n本报告中所列数据截至2022年12月31日。\n\n{SECTIONS}")
    assert (report.agency, report.published) == ("甲区财政局", "2023-01-19")
    assert "agency-unsure" in codes(report)


@pytest.mark.parametrize("begin", ["本报告是根据《条例》要求编制的。", "根据《条例》要求，编制本报告。"])
def test_a_title_and_its_text_on_one_line_are_two(begin: str) -> None:
    title = "示例县审计局2021年政府信息公开工作年度报告"
    report = read(f"{title}{begin}\n\n{SECTIONS}")
    assert (report.title, report.agency) == (title, "示例县审计局")
    assert report.sections[0].kind == "preamble"


def test_a_title_of_a_place_yields_to_the_agency_that_wrote_the_report() -> None:
    title = "示例市政府信息公开工作年度报告"
    report = read(f"{title}\n\n本报告由示例市统计局（以下简称市局）编制，数据截至2012年底。\n\n{SECTIONS}")
    assert report.agency == "示例市统计局"
    assert "agency-unsure" in codes(report)
    own = read(f"{title}\n\n本报告由示例市人民政府办公室编制，数据截至2012年底。\n\n{SECTIONS}")
    assert own.agency == "示例市"


def test_a_short_heading_glued_behind_a_sentence_begins_its_section() -> None:
    text = (
        "示例县审计局2012年政府信息公开工作年度报告\n\n电话：请见网站。一、概述\n\n（一）人员\n\n配备2人。\n"
    )
    report = read(text)
    assert [(one.number, one.title) for one in report.sections] == [("", ""), ("一", "概述")]


def test_a_heading_with_a_full_stop_is_one_beside_those_without() -> None:
    text = (
        "示例县审计局2022年政府信息公开工作年度报告\n\n一、总体情况\n\n有序推进。\n\n（一）主动公开方面。\n\n"
        "公开47条。\n\n（二）依申请公开方面。\n\n无申请。\n\n（三）信息管理方面\n\n专人负责。\n"
    )
    assert [one.number for one in read(text).sections[0].subsections] == ["（一）", "（二）", "（三）"]


NOTICE = "各县人民政府，市政府各部门：\n\n现就有关事项通知如下。\n\n一、总体要求\n\n请认真编制。\n"


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2017年政府信息公开工作年度报告\n\n编制和公布工作的通知",
        "示例市人民政府办公室\n\n关于做好2025年政府信息公开工作年度报告\n编制和发布工作的通知",
        "關於政府信息公開工作年度報告\n有關事項的通知",
        "关于印发2021年政府信息公开工作年度报告",
        "示例市2009年政府信息公开工作年度报告\n编制公布情况的通报",
    ],
)
def test_notices_about_reports_are_refused(title: str) -> None:
    with pytest.raises(ReadError) as refusal:
        read(f"{title}\n\n{NOTICE}")
    assert refusal.value.code == "not-a-report"


@pytest.mark.parametrize(
    "title", ["示例市教育局关于开展2021年政府信息公开工作情况的报告", "关于2021年政府信息公开工作情况的报告"]
)
def test_a_letter_that_reports_is_a_report(title: str) -> None:
    assert read(f"{title}\n\n{SECTIONS}").title == title
