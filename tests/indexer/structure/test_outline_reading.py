"""What a reader must survive, one by one: sections and paragraphs."""

from __future__ import annotations

import pytest

from indexer.read_report import read_bytes
from report_search.model import Paragraph, Report, Section
from report_search.passages import passages_of

TITLE = "示例市民政局2020年政府信息公开工作年度报告"


def read(body: str, *, name: str = "x.txt", title: str = TITLE) -> Report:
    return read_bytes(f"{title}\n\n{body}\n".encode(), name)


def texts(report: Report) -> list[str]:
    return [block.text for _, one in report.walk() for block in one.blocks if isinstance(block, Paragraph)]


def tops(report: Report) -> list[tuple[str, str]]:
    return [(one.number, one.title) for one in report.sections if one.kind != "preamble"]


def codes(report: Report) -> list[str]:
    return [one.code for one in report.warnings]


def section(report: Report, number: str) -> Section:
    return next(one for one in report.sections if one.number == number)


@pytest.mark.parametrize(
    "line",
    [
        "小化妆包",
        "本页显示待处理申请",
        "2022年度报告",
        "在建工程项目清单",
        "二〇二三年度政府信息公开工作年度报告",
        "江苏省外事办公室",
        "季秀芬",
        "儿童节",
        "无。",
        "选择对冲基金的3个考虑",
        "联系电话：010-65961114",
        "打印",
        "2020",
        "搜索",
        "前次募集资金使用情况报告",
        "安装简单，没有复杂的配置：省心",
    ],
)
@pytest.mark.parametrize("layout", ["{}", "　　{}", "{}\n\n"])
def test_a_short_line_of_body_is_never_taken_for_boilerplate(line: str, layout: str) -> None:
    report = read("一、总体情况\n\n" + layout.format(line))
    assert tops(report) == [("一", "总体情况")]
    assert texts(report) == [line]


def test_short_lines_between_empty_lines_stay_apart() -> None:
    lines = ["小化妆包", "本页显示待处理申请", "在建工程项目清单", "江苏省外事办公室", "领事保护 协助"]
    assert texts(read("一、总体情况\n\n" + "\n\n".join(lines))) == lines


def test_a_title_and_one_line_are_a_report() -> None:
    report = read("本年度未收到申请。")
    assert [one.kind for one in report.sections] == ["preamble"]
    assert texts(report) == ["本年度未收到申请。"]


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("加强领事\n保护工作", ["加强领事保护工作"]),
        (
            "全年举行例行记者会225场，回应记者提问约2350个。部内一些司局负责人出席\n\n国务院新闻办公室发布会，主动宣介。",
            [
                "全年举行例行记者会225场，回应记者提问约2350个。部内一些司局负责人出席国务院新闻办公室发布会，主动宣介。"
            ],
        ),
        (
            "人大平时建议答复3件，主动上网公开答复1件；政协平时建议答\n\n复 1 件。",
            ["人大平时建议答复3件，主动上网公开答复1件；政协平时建议答复 1 件。"],
        ),
        ("第一段已经写完。\n第二段另起一行。", ["第一段已经写完。", "第二段另起一行。"]),
        (
            "　　全年主动公开信息一千条\n　　全年受理申请二十件",
            ["　　全年主动公开信息一千条".strip(), "全年受理申请二十件"],
        ),
        ("一是健全制度\n二是加强培训", ["一是健全制度", "二是加强培训"]),
        ("主要做法如下：\n组织专题培训。", ["主要做法如下：", "组织专题培训。"]),
        ("大力推进 open government 与 open\ndata 工作。", ["大力推进 open government 与 open data 工作。"]),
        ("全年共公开20\n19条信息。", ["全年共公开2019条信息。"]),
    ],
)
def test_torn_paragraphs_are_whole_and_whole_ones_stay_apart(body: str, whole: list[str]) -> None:
    assert texts(read("一、总体情况\n\n" + body)) == whole


def test_hard_line_breaks_at_a_fixed_width_are_healed() -> None:
    text = (
        "本年度全市政府信息公开工作坚持以公开为常态、不公开为例外，围绕决策、执行、管理、服务、结果五个环节，不断提升公开的质量和实效，"
        * 2
    )
    lines = [text[at : at + 34] for at in range(0, len(text), 34)]
    assert texts(read("一、总体情况\n\n" + "\n".join(lines))) == [text]


def test_page_numbers_between_the_halves_of_a_sentence_go() -> None:
    first, second = (
        "按照上级部署，全年组织各类专题培训和业务交流活动共计十二次，参加",
        "人员八百余人次，效果明显。",
    )
    assert texts(read(f"一、总体情况\n\n{first}\n\n— 3 —\n\n{second}")) == [first + second]


def test_a_stray_foreign_word_stays() -> None:
    assert texts(read("一、总体情况\n\n以新思想 and 新理念为指导。")) == ["以新思想 and 新理念为指导。"]


SIX = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况",
       "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项")  # fmt: skip


@pytest.mark.parametrize(
    "style",
    ["{}、{}", "## {}、{}", "### {}．{}", "**{}、{}**", "　　{}、　{}", "{}.{}"],
)
def test_sections_are_told_by_their_numbers_whatever_the_marks(style: str) -> None:
    body = "\n\n".join(
        f"{style.format(n, title)}\n\n正文{n}。" for n, title in zip("一二三四五六", SIX, strict=True)
    )
    report = read(body, name="x.md")
    assert tops(report) == list(zip("一二三四五六", SIX, strict=True))
    assert texts(report) == [f"正文{n}。" for n in "一二三四五六"]
    assert [one.kind for one in report.sections] == [
        "overview",
        "proactive",
        "requests",
        "review",
        "problems",
        "other",
    ]


@pytest.mark.parametrize(
    ("style", "number"),
    [("{}、{}", "{}"), ("{}. {}", "{}"), ("第{}部分　{}", "第{}部分")],
)
def test_sections_with_arabic_numbers_or_as_parts(style: str, number: str) -> None:
    digits = "一二三四五六" if "部分" in style else "123456"
    body = "\n\n".join(f"{style.format(n, title)}\n\n正文{n}。" for n, title in zip(digits, SIX, strict=True))
    assert tops(read(body)) == [(number.format(n), title) for n, title in zip(digits, SIX, strict=True)]


def test_markdown_levels_that_lie_do_not_nest_sections() -> None:
    report = read(
        "## 一、总体情况\n\n甲。\n\n#### 二、主动公开政府信息情况\n\n乙。\n\n# 三、其他需要报告的事项\n\n丙。",
        name="x.md",
    )
    assert [number for number, _ in tops(report)] == ["一", "二", "三"]


def test_a_missing_number_is_a_warning_with_its_place() -> None:
    report = read(
        "一、总体情况\n\n甲。\n\n二、主动公开政府信息情况\n\n乙。\n\n五、存在的主要问题及改进情况\n\n丙。"
    )
    missing = [one for one in report.warnings if one.code == "section-missing"]
    assert [one.where for one in missing] == ["三", "四", "六"]
    assert "二、主动公开政府信息情况" in missing[0].message


def test_a_repeated_number_is_a_warning_and_both_sections_stay() -> None:
    body = "一、总体情况\n\n甲。\n\n二、主动公开政府信息情况\n\n乙。\n\n"
    report = read(body + "二、收到和处理政府信息公开申请情况\n\n丙。\n\n四、其他需要报告的事项\n\n丁。")
    assert [number for number, _ in tops(report)] == ["一", "二", "二", "四"]
    assert "section-repeated" in codes(report)
    assert texts(report) == ["甲。", "乙。", "丙。", "丁。"]


def test_numbers_that_restart_inside_a_section_are_its_items() -> None:
    body = "一、总体情况\n\n甲。\n\n二、主动公开政府信息情况\n\n一、健全公开制度\n\n乙。\n\n二、加强平台建设\n\n丙。"
    report = read(body + "\n\n三、收到和处理政府信息公开申请情况\n\n丁。")
    assert tops(report) == [
        ("一", "总体情况"),
        ("二", "主动公开政府信息情况"),
        ("三", "收到和处理政府信息公开申请情况"),
    ]
    assert [one.title for one in section(report, "二").subsections] == ["健全公开制度", "加强平台建设"]


@pytest.mark.parametrize(
    "body", ["……取得成效。二、主动公开政府信息情况", "……取得成效。\n二、主动公开政府信息情况"]
)
def test_a_heading_glued_behind_a_sentence_is_a_heading(body: str) -> None:
    report = read(f"一、总体情况\n\n{body}\n\n乙。")
    assert tops(report) == [("一", "总体情况"), ("二", "主动公开政府信息情况")]
    assert texts(report) == ["……取得成效。", "乙。"]


@pytest.mark.parametrize("glue", ["　　", "。", "：", " "])
def test_text_glued_behind_a_known_heading_is_its_text(glue: str) -> None:
    report = read(f"一、总体情况{glue}2020年，我局认真落实各项要求。\n\n二、主动公开政府信息情况\n\n乙。")
    assert tops(report)[0] == ("一", "总体情况")
    assert texts(report)[0] == "2020年，我局认真落实各项要求。"


def test_a_section_numbered_like_its_items() -> None:
    body = "一、总体情况\n\n1、健全制度。\n\n2、加强培训。\n\n二、主动公开政府信息情况\n\n乙。\n\n"
    report = read(body + "3、收到和处理政府信息公开申请情况\n\n丙。\n\n四、其他需要报告的事项\n\n丁。")
    assert [title for _, title in tops(report)] == [SIX[0], SIX[1], SIX[2], SIX[5]]
    assert [one.where for one in report.warnings if one.code == "section-missing"] == ["五", "六", "四"]


def test_items_with_lead_sentences_are_paragraphs() -> None:
    report = read(
        "一、总体情况\n\n(一)加强组织领导。我局成立领导小组。\n\n（二）全年受理申请45件。均已答复。"
    )
    blocks = [block for block in section(report, "一").blocks if isinstance(block, Paragraph)]
    assert [(one.ordinal, one.lead) for one in blocks] == [("(一)", "加强组织领导"), ("（二）", "")]


def test_short_item_lines_with_text_below_are_subsections_at_any_depth() -> None:
    body = "一、总体情况\n\n（一）主动公开\n\n甲。\n\n1.健全制度\n\n乙。\n\n（1）印发办法\n\n丙。\n\n"
    first = section(read(body + "2.加强培训\n\n丁。\n\n（二）依申请公开\n\n戊。"), "一")
    assert [(one.number, one.title) for one in first.subsections] == [
        ("（一）", "主动公开"),
        ("（二）", "依申请公开"),
    ]
    deeper = first.subsections[0].subsections
    assert [(one.number, one.title) for one in deeper] == [("1.", "健全制度"), ("2.", "加强培训")]
    assert [(one.number, one.title) for one in deeper[0].subsections] == [("（1）", "印发办法")]


def test_a_list_of_short_items_is_a_list_of_paragraphs() -> None:
    report = read(
        "一、总体情况\n\n公开内容包括：\n\n1.机构职能\n\n2.政策文件\n\n3.规划计划\n\n二、主动公开政府信息情况\n\n乙。"
    )
    assert texts(report) == ["公开内容包括：", "1.机构职能", "2.政策文件", "3.规划计划", "乙。"]


def test_an_unnumbered_introduction_with_blanks_in_its_title() -> None:
    report = read("引 言\n\n本报告依法编制。\n\n一、概述\n\n甲。")
    assert (report.sections[0].title, report.sections[0].kind) == ("引 言", "preamble")
    assert texts(report) == ["本报告依法编制。", "甲。"]


def test_bold_lines_without_numbers_are_headings() -> None:
    report = read(
        "**总体情况**\n\n甲。\n\n**主动公开政府信息情况**\n\n乙。\n\n**其他需要报告的事项**\n\n丙。",
        name="x.md",
    )
    assert [title for _, title in tops(report)] == [SIX[0], SIX[1], SIX[5]]


def test_nothing_of_the_text_is_lost() -> None:
    body = "序\n\n一、总体情况\n\n（一）甲\n（二）乙\n\n①丙；\n\n（3）丁\n\n附：戊\n\n己\n\n2020年12月31日"
    read_back = "".join(
        one.number + one.title + "".join(block.text for block in one.blocks if isinstance(block, Paragraph))
        for _, one in read(body).walk()
    )
    for char in "序甲乙丙丁戊己":
        assert char in read_back


def test_traditional_copies_keep_their_print_and_find_their_sections() -> None:
    report = read(
        "一、總體情況\n\n本年度認真貫徹落實條例，加強領事保護機制建設，積極回應關切。\n\n二、主動公開政府信息情況\n\n無。",
        title="示例市民政局2020年政府信息公開工作年度報告",
    )
    assert report.script == "traditional"
    assert [one.kind for one in report.sections] == ["overview", "proactive"]
    assert texts(report)[0].startswith("本年度認真貫徹")
    assert read("一、总体情况\n\n本年度认真贯彻落实条例。").script == "simplified"


def test_an_item_with_text_behind_subsections_is_not_swallowed_by_the_last_one() -> None:
    body = "一、总体情况\n\n（一）主动公开\n\n甲。\n\n（二）依申请公开。全年收到申请13件。\n\n乙。"
    body += "\n\n（三）监督保障\n\n丙。"
    first = section(read(body), "一")
    assert [(one.number, one.title) for one in first.subsections] == [
        ("（一）", "主动公开"),
        ("", ""),
        ("（三）", "监督保障"),
    ]
    assert texts(read(body)) == ["甲。", "（二）依申请公开。全年收到申请13件。", "乙。", "丙。"]


def test_the_fixed_form_tells_what_is_missing_at_the_end() -> None:
    body = "一、总体情况\n\n甲。\n\n二、主动公开政府信息情况\n\n乙。\n\n三、收到和处理政府信息公开申请情况\n\n丙。"
    missing = [one.where for one in read(body).warnings if one.code == "section-missing"]
    assert missing == ["四", "五", "六"]


@pytest.mark.parametrize("leader", ["", "…………3", "......3"])
def test_a_table_of_contents_opens_no_sections(leader: str) -> None:
    contents = "\n\n".join(f"{n}、{title}{leader}" for n, title in zip("一二三四五六", SIX, strict=True))
    body = "\n\n".join(f"{n}、{title}\n\n正文{n}。" for n, title in zip("一二三四五六", SIX, strict=True))
    report = read(f"目 录\n\n{contents}\n\n{body}")
    assert tops(report) == list(zip("一二三四五六", SIX, strict=True))
    assert report.sections[0].kind == "preamble"
    assert len(texts(report)) == 7 + 6
    assert codes(report) == ["published-unknown", *["table-missing"] * 3]


def test_a_list_of_lines_without_empty_lines_between_is_not_one_paragraph() -> None:
    lines = [
        "小化妆包",
        "本页显示待处理申请",
        "儿童节",
        "江苏省外事办公室",
        "在建工程项目清单",
        "前次募集资金使用情况报告",
    ]
    assert texts(read("一、总体情况\n\n" + "\n".join(lines))) == lines


def test_a_known_title_with_nothing_under_it_is_text() -> None:
    assert texts(read("主动公开政府信息")) == ["主动公开政府信息"]


def test_a_traditional_title_names_the_same_agency() -> None:
    report = read("一、總體情況\n\n無。", title="外交部政府信息公開工作2019年度報告")
    assert (report.id, report.agency) == ("waijiaobu-2019", "外交部")
    assert report.title == "外交部政府信息公開工作2019年度報告"


def test_a_line_break_inside_a_word_is_healed_and_one_between_entries_is_kept() -> None:
    """A file without empty lines gives no other evidence than the words themselves."""
    title = "外交部2019年政府信息公开工作年度报告"
    torn = read_bytes(f"{title}\n一、总体情况\n加强领事\n保护工作\n".encode(), "x.txt")
    listed = read_bytes(f"{title}\n一、总体情况\n规章制度\n新闻发布\n".encode(), "x.txt")
    assert [passage.text for passage in passages_of(torn)] == ["加强领事保护工作"]
    assert [passage.text for passage in passages_of(listed)] == ["规章制度", "新闻发布"]
