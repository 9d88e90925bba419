"""Reports as saved pages really carry them: without line breaks, with the borders of their tables, under any title."""

from __future__ import annotations

import pytest

from indexer.read_report import read_bytes
from report_search.errors import ReadError
from report_search.model import Paragraph, Report, Table

BODY = (
    "一、总体情况\n\n全年公开信息12条。\n\n二、主动公开政府信息情况\n\n见下文。\n\n"
    "五、存在的主要问题及改进情况\n\n仍有不足。"
)
TITLE = "柳溪县2021年政府信息公开工作年度报告"
_CELLS = """第二十条第（一）项 信息内容 本年新制作数量 本年新公开数量 对外公开总数量 规章 0 1 2 规范性文件 3 4 5
    第二十条第（五）项 信息内容 上一年项目数量 本年增/减 处理决定数量 行政许可 6 -1 7 其他对外管理服务事项 8 0 9
    第二十条第（六）项 信息内容 上一年项目数量 本年增/减 处理决定数量 行政处罚 1 0 1 行政强制 2 0 2
    第二十条第（八）项 信息内容 上一年项目数量 本年增/减 行政事业性收费 3 0
    第二十条第（九）项 信息内容 采购项目数量 采购总金额 政府集中采购 4 50元"""
CELLS = tuple(_CELLS.split())


def read(text: str) -> Report:
    return read_bytes(text.encode(), "page.txt")


def texts(report: Report) -> list[str]:
    return [block.text for _, one in report.walk() for block in one.blocks if isinstance(block, Paragraph)]


def table(report: Report) -> Table:
    return next(block for _, one in report.walk() for block in one.blocks if isinstance(block, Table))


def row(found: Table, label: str) -> dict[str, str]:
    own = next(row for row in found.body if row.headers[-1].startswith(label))
    return {" › ".join(cell.path): cell.text for cell in own.values}


def tops(report: Report) -> list[str]:
    return [section.number for section in report.sections if section.number]


@pytest.mark.parametrize(
    "line",
    [
        "字体：[大 中 小] 打印",
        "字体:【 默认 超大",
        "[字体: ] 打印",
        "分享到：微信 微博 打印 关闭",
        "分享:",
        "字号：大 中 小  打印  关闭",
        "【打印本页】 【关闭窗口】",
        "浏览次数：12 次 【打印】",
        "• 字号：",
    ],
)
def test_a_line_of_buttons_is_boilerplate(line: str) -> None:
    report = read(f"{TITLE}\n\n{line}\n\n{BODY}\n\n{line}\n")
    assert texts(report) == ["全年公开信息12条。", "见下文。", "仍有不足。"]


@pytest.mark.parametrize(
    "line", ["打印", "微信、微博", "更多微信和微博内容", "打印设备更新项目", "大中小企业分布"]
)
def test_a_line_that_a_report_could_say_is_none(line: str) -> None:
    assert line in texts(read(f"{TITLE}\n\n一、总体情况\n\n{line}\n\n二、主动公开政府信息情况\n\n见下文。"))


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("来源：柳溪县  发布时间：2022-01-20 10:11  浏览次数：312", "2022-01-20"),
        ("2022年01月18日来源:1", "2022-01-18"),
        ("发布日期: 2022-01-29  来源:柳溪县 字体:  打印   分享至:", "2022-01-29"),
        ("来源: 作者: 时间:2022-01-31 点击率:【 打印 】【 关闭 】 |", "2022-01-31"),
        ("发布机构 | 柳溪县政府办公室 | 发文日期 | 2022-01-20", "2022-01-20"),
        ("日期:2022-01-29", "2022-01-29"),
    ],
)
def test_several_facts_on_one_line(line: str, published: str) -> None:
    report = read(f"{TITLE}\n{line}\n\n{BODY}")
    assert (report.title, report.published) == (TITLE, published)
    assert texts(report) == ["全年公开信息12条。", "见下文。", "仍有不足。"]


def test_the_agency_signs_under_a_title_that_lacks_it() -> None:
    report = read(f"2020年度信息公开工作年度报告\n柳溪农业大学\n(2020年10月30日)\n\n{BODY}")
    assert (report.agency, report.year, report.published) == ("柳溪农业大学", 2020, "2020-10-30")
    assert "柳溪农业大学" not in texts(report)


def test_a_signature_of_the_same_seat_is_no_conflict() -> None:
    report = read(f"青石路街道2021年政府信息公开工作年度报告\n青石路街道办事处\n\n{BODY}")
    assert report.agency == "青石路街道"
    assert "agency-conflict" not in [one.code for one in report.warnings]


def test_a_title_on_two_lines_with_its_year_at_the_end_of_the_first() -> None:
    report = read(
        f"柳溪市人民政府2016年\n政府信息公开工作年度报告\n柳溪市人民政府办公室\n2017年3月\n\n{BODY}"
    )
    assert report.title == "柳溪市人民政府2016年政府信息公开工作年度报告"
    assert (report.agency, report.year) == ("柳溪市人民政府", 2016)


@pytest.mark.parametrize(
    ("opening", "agency"),
    [
        ("根据条例规定,特向社会公布青石街道2021年度信息公开年度报告。", "青石街道"),
        (
            "本报告由柳溪县青石镇人民政府党政办公室编制，统计期限为2021年1月1日至12月31日。",
            "柳溪县青石镇人民政府",
        ),
        ("本报告由柳溪县人民政府办公室组织编制。2021年，全县公开信息12条。", "柳溪县人民政府"),
        ("2021年的工作如下。如有疑问，请与青石街道信息公开领导小组办公室联系。", "青石街道"),
    ],
)
def test_the_agency_from_the_opening_sentences(opening: str, agency: str) -> None:
    report = read(f"{opening}\n{BODY}\n六、其他需要报告的事项\n无。")
    assert report.agency == agency
    assert "agency-unsure" in [one.code for one in report.warnings]


def test_a_page_without_line_breaks_is_cut_at_its_titles_items_and_tables() -> None:
    glued = " ".join(("二、主动公开政府信息情况", *CELLS))
    text = (
        "一、总体情况 2021年工作有序。 （一）主动公开 公开信息12条。 （二）依申请公开 没有收到。 "
        f"{glued} 五、存在的主要问题及改进情况 仍有不足。 |"
    )
    report = read(f"{TITLE} |\n{'|' * 80}\n{text}")
    assert tops(report) == ["一", "二", "五"]
    assert texts(report) == [
        "2021年工作有序。",
        "（一）主动公开 公开信息12条。",
        "（二）依申请公开 没有收到。",
        "仍有不足。",
    ]
    assert row(table(report), "行政许可") == {"上一年项目数量": "6", "本年增/减": "-1", "处理决定数量": "7"}


def test_an_opening_that_lists_the_sections_is_not_cut() -> None:
    opening = "本报告包括一、总体情况，二、主动公开政府信息情况，三、其他需要报告的事项等部分。"
    assert opening in texts(read(f"{TITLE}\n\n{opening}\n\n{BODY}"))


def test_borders_of_the_page_are_no_text() -> None:
    report = read(f"| 当前位置: 首页 > 年度报告 |\n|\n{TITLE}\n|\n{'|' * 50}\n|\n{BODY} |")
    assert report.title == TITLE
    assert texts(report) == ["全年公开信息12条。", "见下文。", "仍有不足。"]


@pytest.mark.parametrize("between", ["\n", "\n\n", " |\n", "\n\n "])
def test_the_disclosure_table_one_cell_a_line(between: str) -> None:
    report = read(
        f"{TITLE}\n\n二、主动公开政府信息情况\n\n{between.join(CELLS)}\n\n六、其他需要报告的事项\n\n无。"
    )
    found = table(report)
    assert (found.form, len(found.body)) == ("a-2019", 8)
    assert row(found, "规范性文件") == {"本年新制作数量": "3", "本年新公开数量": "4", "对外公开总数量": "5"}


def test_torn_heads_explained_labels_and_rows_of_the_agency_s_own() -> None:
    cells = "\n\n".join(CELLS)
    cells = cells.replace("本年新制作数量", "本年新\n\n制作数量")
    cells = cells.replace("规章\n\n0", "规章(设区的市应提供)\n\n0").replace(
        "\n\n5\n\n第二十条", "\n\n5\n\n其他主动公开文件(以本单位名义印发)\n\n7\n\n8\n\n9\n\n第二十条"
    )
    found = table(read(f"{TITLE}\n\n二、主动公开政府信息情况\n\n{cells}"))
    heads = ("本年新制作数量", "本年新公开数量", "对外公开总数量")
    assert row(found, "规章(设区的市应提供)") == dict(zip(heads, "012", strict=True))
    assert row(found, "其他主动公开文件") == dict(zip(heads, "789", strict=True))
    assert len(found.body) == 9


def test_heads_whose_ends_were_cut_off_stay_as_printed() -> None:
    cells = "\n".join(CELLS).replace("本年新制作数量", "本年新").replace("本年新公开数量", "本年新")
    found = table(read(f"{TITLE}\n\n二、主动公开政府信息情况\n\n{cells}"))
    own = next(row for row in found.body if row.headers[-1] == "规范性文件")
    assert [(cell.path, cell.text) for cell in own.values] == [
        (("本年新",), "3"),
        (("本年新",), "4"),
        (("对外公开总数量",), "5"),
    ]


ANNEX = (
    ("统计指标", "单位", "统计数"),
    ("一、主动公开情况", "——", ""),
    ("（一）主动公开政府信息数", "条", "121"),
    ("其中：主动公开规范性文件数", "条", "3"),
    ("制发规范性文件总数", "件", "4"),
    ("二、回应解读情况", "——", ""),
    ("（一）通过不同渠道回应解读的情况", "——", ""),
    ("1.政策解读稿件发布数", "篇", "5"),
)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join("\t".join(cells) for cells in ANNEX),
        "\n\n".join(cell for cells in ANNEX for cell in cells if cell),
        "\n".join(f"| {cell}" for cells in ANNEX for cell in (*cells, "")),
        "\n".join("    ".join(cells) for cells in ANNEX),
    ],
    ids=["tabs", "cells", "borders", "blanks"],
)
def test_groups_of_the_annex_lead_to_its_rows(text: str) -> None:
    report = read(f"{TITLE.replace('2021', '2016')}\n\n{BODY}\n\n七、附表\n\n{text}")
    found = table(report)
    assert [row.headers for row in found.body] == [
        ("一、主动公开情况",),
        ("一、主动公开情况", "（一）主动公开政府信息数"),
        ("一、主动公开情况", "（一）主动公开政府信息数", "其中：主动公开规范性文件数"),
        ("一、主动公开情况", "制发规范性文件总数"),
        ("二、回应解读情况",),
        ("二、回应解读情况", "（一）通过不同渠道回应解读的情况"),
        ("二、回应解读情况", "（一）通过不同渠道回应解读的情况", "1.政策解读稿件发布数"),
    ]
    assert [(cell.text, cell.value) for cell in found.body[1].values] == [("条", None), ("121", 121)]


def test_a_short_sentence_under_a_long_title_is_not_its_end() -> None:
    title = "五、因政府信息公开申请行政复议和提起行政诉讼的情况"
    report = read(f"{TITLE}\n\n四、政府信息公开的收费及减免情况\n\n没有收费。\n\n{title}\n\n无。")
    assert [(one.number, one.kind) for one in report.sections] == [("四", "fees"), ("五", "review")]


def test_labels_in_traditional_script_and_its_vocabulary() -> None:
    cells = "\n".join(CELLS).replace("项目数量", "專案數量").replace("规范性文件", "規範性檔案")
    report = read(f"柳溪縣2021年政府資訊公開工作年度報告\n\n二、主動公開政府資訊情況\n\n{cells}")
    assert (report.year, table(report).form) == (2021, "a-2019")
    assert row(table(report), "規範性檔案")["本年新公开数量"] == "4"


def test_a_row_spelt_otherwise_in_traditional_script_is_the_official_one() -> None:
    head = "（本列數據的勾稽關係為：第一項加第二項之和，等於第三項加第四項之和）\n申請人情況\n"
    rows = ("一、本年新收政府信息公開申請數量", "3.要求提供公開出版物", "4.無正當理由大量反覆申請")
    text = head + "\n".join("\n".join((label, *"1000001")) for label in rows)
    found = table(read(f"{TITLE}\n\n三、收到和處理政府信息公開申請情況\n\n{text}"))
    assert row(found, "4.無正當理由大量反覆申請")["申請人情況 › 自然人"] == "1"


@pytest.mark.parametrize(
    "text",
    [
        "第一条 为规范政府信息公开工作年度报告，制定本制度。\n第二条 报告的内容：\n（一）主动公开情况\n说明数量。",
        "关于做好2022年政府信息公开工作年度报告编制工作的通知\n各单位：\n一、总体要求\n认真做好。\n二、其他事项\n无。",
        "政府信息公开年度工作报告范文\n一、概述\n某区开展工作。\n二、主动公开政府信息情况\n公开信息。",
    ],
)
def test_rules_notices_and_samples_are_refused(text: str) -> None:
    with pytest.raises(ReadError):
        read(text)


WRAPPED = (
    "全年在门户网站发布各类信息二百一十条，其中工作动态一百条。",
    "通知公告三十条，政策解读二十一篇，办事指南八十九篇，各类信息",
    "均按时更新。",
)


@pytest.mark.parametrize(
    ("indent", "between"), [("　　", "\n"), ("", "\n\n"), ("　　", "\n\n")], ids=["indents", "gaps", "both"]
)
def test_a_sentence_that_ends_at_the_margin_does_not_end_its_paragraph(indent: str, between: str) -> None:
    first = WRAPPED[0] if not indent else WRAPPED[0].replace("各类", "")
    paragraph = "\n".join((indent + first, *WRAPPED[1:]))
    report = read(f"{TITLE}\n\n一、总体情况{between}{between.join([paragraph] * 4)}")
    assert texts(report) == [first + "".join(WRAPPED[1:])] * 4


def test_lines_of_one_width_without_indents_or_gaps_stay_apart() -> None:
    lines = ["全年在门户网站发布各类信息二百一十条，其中工作动态一百条。"] * 4
    assert texts(read(f"{TITLE}\n\n一、总体情况\n" + "\n".join(lines))) == lines


def test_a_bracket_across_a_line_break_is_whole() -> None:
    first, second = "本报告根据中华人民共和国政府信息公开条例（以下简称《条例》", "）要求编制。"
    assert texts(read(f"{TITLE}\n\n一、总体情况\n\n{first}\n{second}")) == [first + second]


def item_warnings(*items: str) -> list[str]:
    report = read(
        f"{TITLE}\n\n一、总体情况\n\n" + "\n\n".join(items) + "\n\n二、主动公开政府信息情况\n\n见下文。"
    )
    return [one.message for one in report.warnings if one.code == "item-missing"]


def test_an_item_that_is_missing_is_warned_of() -> None:
    whole = [f"（{n}）第{n}项工作。全年办理事项若干。" for n in "一二三四"]
    headed = [text for n in "一二三四" for text in (f"（{n}）第{n}项工作", "全年办理事项若干。")]
    assert not item_warnings(*whole)
    assert not item_warnings(*headed)
    assert item_warnings(whole[0], *whole[2:]) == ["缺少（二）（（一）之后直接是（三））"]
    assert item_warnings(*headed[:2], *headed[6:]) == ["缺少（二）（三）（（一）之后直接是（四））"]


def test_a_second_list_in_a_section_is_no_gap() -> None:
    lists = [f"（{n}）第{n}项工作。全年办理事项若干。" for n in "一二一二三"]
    assert not item_warnings(*lists)


def test_a_key_and_its_value_on_two_lines() -> None:
    top = "索引号：\n000-1\n发布机构：\n青石镇人民政府\n发文日期：\n2022-01-20"
    report = read(f"{top}\n2021年政府信息公开工作年度报告\n\n{BODY}")
    assert (report.agency, report.published) == ("青石镇人民政府", "2022-01-20")
    assert texts(report) == ["全年公开信息12条。", "见下文。", "仍有不足。"]


def test_a_title_broken_within_the_agency_s_name() -> None:
    report = read(f"2015年柳溪市海石区\n\n教育局政府信息公开年度报告\n\n{BODY}")
    assert (report.title, report.year) == ("2015年柳溪市海石区教育局政府信息公开年度报告", 2015)
    assert report.agency == "柳溪市海石区教育局"


def test_the_year_that_the_opening_names() -> None:
    opening = "本报告是由柳溪市教育局编制的2015年度政府信息公开年度报告。"
    report = read(f"引 言\n{opening}\n{BODY}\n六、其他需要报告的事项\n无。")
    assert (report.year, report.agency) == (2015, "柳溪市教育局")
    assert "year-unsure" in [one.code for one in report.warnings]


def test_the_first_row_label_torn_in_two() -> None:
    head = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）\n申请人情况\n"
    rows = ("一、本年新\n收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "2.重复申请")
    text = head + "\n".join("\n".join((label, *"1000001")) for label in rows)
    found = table(read(f"{TITLE}\n\n三、收到和处理政府信息公开申请情况\n\n{text}"))
    assert row(found, "一、本年新收政府信息公开申请数量")["申请人情况 › 自然人"] == "1"
