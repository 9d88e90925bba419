"""Title, agency, year and date however sites print them around a report: each kind in several shapes."""

from __future__ import annotations

import pytest

from indexer.read_report import read_bytes
from report_search.model import Paragraph, Report

TITLE = "示例县审计局2021年政府信息公开工作年度报告"
BODY = "一、总体情况\n\n有序推进。\n\n二、主动公开政府信息情况\n\n见下。\n\n三、收到和处理政府信息公开申请情况\n\n无。"
OWN = ["有序推进。", "见下。", "无。"]


def read(top: str, *, end: str = "") -> Report:
    return read_bytes(f"{top}\n\n{BODY}\n\n{end}\n".encode(), "x.txt")


def texts(report: Report) -> list[str]:
    return [block.text for _, one in report.walk() for block in one.blocks if isinstance(block, Paragraph)]


def codes(report: Report) -> list[str]:
    return [one.code for one in report.warnings]


@pytest.mark.parametrize(
    "trail",
    [
        "首页/ 政务公开 / 年报 / 2021年 / 正文",
        "政务公开 / 信息公开年报 / 2021年 / 正文",
        "首页 » 政府信息公开年报 » 2021年 » 审计局",
        "网站首页＞政府信息公开年报＞2021",
        "您现在所在的位置: 网站首页 > 政府信息公开年报",
        "你当前所处位置：政府信息公开年报 -> 2021年",
        "政务公开 > 政府信息公开年报 > 2021",
    ],
)
def test_a_trail_is_neither_title_nor_text(trail: str) -> None:
    report = read(f"{trail}\n\n{TITLE}")
    assert (report.title, report.agency, report.year) == (TITLE, "示例县审计局", 2021)
    assert texts(report) == OWN


def test_a_trail_alone_ends_with_the_title() -> None:
    assert read(f"首页>政府信息公开年报>{TITLE}").title == TITLE


@pytest.mark.parametrize(
    "line",
    [
        "发布者:审计局   发布日期:2022-01-19 14:36:15   浏览次数:19432",
        "发布来源:某平台网站 发布时间:2022-01-19 16:55:49",
        "上报人：某某　刊发时间：2022-01-19　阅读：55",
        "作者：办公室　发布于：2022-01-19　点击：55",
        "生成日期 2022-01-19 15:35:23 是否有效",
        "发文日期 2022-01-19 公开方式 主动公开",
        "某某资讯 时间:2022-01-19 我要投稿",
        "2022年01月19日来源:办公室",
        "〖2022-01-19〗 【 字体： 大 中 小 】",
        "来源：审计局发布日期：2022-01-19",
    ],
)
def test_a_date_behind_any_keys_is_found_and_its_line_is_no_text(line: str) -> None:
    report = read(f"{TITLE}\n{line}")
    assert report.published == "2022-01-19"
    assert texts(report) == OWN


@pytest.mark.parametrize(
    "line",
    [
        "统计时间：2021年1月1日至2021年12月31日",
        "数据统计日期：2022-01-01",
        "办公时间：8:30至17:30 联系电话：0000-1234567",
        "联系人：某某",
    ],
)
def test_other_dates_and_contacts_stay_in_the_text(line: str) -> None:
    report = read(f"{TITLE}\n{line}")
    assert report.published == ""
    assert texts(report) == [line, *OWN]


@pytest.mark.parametrize(
    "above",
    [
        "• 无障碍\n• 长辈版\n示例县人民政府\n您现在的位置: 网站首页 > 年报",
        "登录 注册",
        "中国政府网 | 示例县人民政府网 | 智能机器人\n部门街镇 注册 网站支持IPv6",
        "图片",
        "简体 | 繁体 | 移动版\n示例县审计局网页",
    ],
)
def test_what_a_site_prints_above_the_title_is_no_text(above: str) -> None:
    report = read(f"{above}\n{TITLE}")
    assert report.title == TITLE
    assert texts(report) == OWN


def test_a_line_above_the_title_stays_where_nothing_tells_of_a_site() -> None:
    assert texts(read(f"附件一\n{TITLE}")) == ["附件一", *OWN]


@pytest.mark.parametrize(
    "footer",
    [
        "(责任编辑:某某)",
        "【审核：某某】",
        "建议使用IE9以上浏览器 访问总数：123456",
        "您是本站第1234位访客",
        "微信扫一扫分享",
        "主办：示例县人民政府\n访问总数：123456\n版权所有 示例县",
    ],
)
def test_what_a_site_prints_below_the_report_is_no_text(footer: str) -> None:
    assert texts(read(TITLE, end=footer)) == OWN


def test_a_count_of_visits_that_a_report_gives_stays() -> None:
    assert texts(read(TITLE, end="网站总访问量：123456次")) == [*OWN, "网站总访问量：123456次"]


@pytest.mark.parametrize(
    "again", ["2021年政府信息公开工作年度报告", "审计局2021年政府信息公开工作年度报告", TITLE]
)
def test_a_part_of_the_title_printed_again_is_no_text(again: str) -> None:
    for top in (f"{again}\n{TITLE}", f"{TITLE}\n{again}", f"{again}\n\n示例县审计局\n{again}"):
        assert read(top).agency == "示例县审计局"
        assert texts(read(top)) == OWN


@pytest.mark.parametrize(
    "title",
    [
        "示例大学关于2021-2022学年度\n信息公开工作的报告",
        "示例大学\n关于2021-2022学年信息公开工作的\n报告",
        "关于示例大学2021-2022学年度\n信息公开工作的报告",
        "示例大学2021—2022学年\n信息公开工作年度报告",
    ],
)
def test_a_title_that_breaks_off_after_its_year_is_whole(title: str) -> None:
    report = read(f"{title}\n省教育厅：")
    assert report.title == title.replace("\n", "")
    assert (report.agency, report.year) == ("示例大学", 2021)


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("2021年示例县人民政府信息公开工作年度报告", "示例县人民政府"),
        ("示例自治县人民政府信息公开2021年度报告", "示例自治县人民政府"),
        ("示例县人民政府2021年政府信息公开工作年度报告", "示例县人民政府"),
        ("示例县政府信息公开2021年度报告", "示例县"),
    ],
)
def test_the_word_government_belongs_to_both(title: str, agency: str) -> None:
    report = read(title)
    assert (report.agency, report.year) == (agency, 2021)


def test_an_office_that_signs_for_its_government_is_no_other_agency() -> None:
    report = read("2021年示例县人民政府信息公开工作年度报告\n示例县政务公开领导小组办公室")
    assert report.agency == "示例县人民政府"
    assert "agency-conflict" not in codes(report)


@pytest.mark.parametrize(
    "opening",
    [
        "现公布2021年度我局政府信息公开工作年度报告。{ask}",
        "现将本机关2021年度政府信息公开工作年度报告公布如下。{ask}",
        "本局2021年政府信息公开工作年度报告由本局编制。{ask}",
    ],
)
@pytest.mark.parametrize(
    ("ask", "agency"),
    [
        ("如有疑问，请与示例市水利局政府信息公开领导小组办公室联系（地址：某路）。", "示例市水利局"),
        ("如有疑问，请与我局办公室联系。", "机关不明"),
        ("如有疑问，请与本溪市水利局办公室联系。", "本溪市水利局"),
    ],
)
def test_a_pronoun_is_no_agency(opening: str, ask: str, agency: str) -> None:
    report = read(opening.format(ask=ask))
    assert report.agency == agency
    assert {"agency-unsure", "agency-unknown"} & set(codes(report))


@pytest.mark.parametrize("name", ["我局", "本机关", "本委员会", "各单位", "该局"])
def test_a_publisher_that_is_a_pronoun_is_none(name: str) -> None:
    assert read(f"{name}2021年政府信息公开工作年度报告\n发布机构：{name}").agency == "机关不明"


@pytest.mark.parametrize(
    ("title", "text", "agency"),
    [
        ("乙区人民政府", "本报告由示例市乙区人民政府办公室编制。", "示例市乙区人民政府"),
        ("乙区人民政府", "如有疑问，请与某某省示例市乙区人民政府办公室联系。", "示例市乙区人民政府"),
        ("乙区人民政府", "发布机构：示例市乙区人民政府 发布日期：2022-01-20", "示例市乙区人民政府"),
        ("乙区教育局", "现公布示例市乙区教育局年度报告。", "示例市乙区教育局"),
        ("丙镇人民政府", "请与示例市乙区丙镇人民政府联系。", "示例市乙区丙镇人民政府"),
        ("乙区教育局", "全市乙区教育局与我市乙区教育局。", "乙区教育局"),
        ("乙区教育局", "示例市乙区教育局与某某市乙区教育局。", "乙区教育局"),
        ("示例市教育局", "请与某某省示例市教育局联系。", "示例市教育局"),
    ],
)
def test_the_full_name_that_a_report_prints_is_its_agency(title: str, text: str, agency: str) -> None:
    report = read(f"{title}2021年政府信息公开工作年度报告\n{text}")
    assert report.agency == agency
    assert not {"agency-unsure", "agency-conflict"} & set(codes(report))


PERIOD = "本报告数据统计期限为2020年9月1日至2021年8月31日。"


@pytest.mark.parametrize(
    "year",
    ["2020-2021学年", "2020—2021学年度", "2020/2021学年", "2020-21学年", "二〇二〇—二〇二一学年", ""],
)
def test_an_academic_year_is_the_one_in_which_it_begins(year: str) -> None:
    report = read(f"示例大学{year}信息公开工作年度报告\n\n{PERIOD}")
    assert report.year == 2020
    assert not {"year-unsure", "year-conflict"} & set(codes(report))


def test_a_title_that_names_the_other_half_of_an_academic_year_is_a_conflict() -> None:
    report = read(f"示例大学2021年信息公开工作年度报告\n\n{PERIOD}")
    assert report.year == 2021
    assert "year-conflict" in codes(report)


@pytest.mark.parametrize(
    "opening",
    ["现编制2020-2021学年示例学院信息公开工作年度报告。", "2020—2021学年，示例学院认真推进信息公开。"],
)
def test_an_academic_year_from_the_opening(opening: str) -> None:
    report = read(f"信息公开工作年度报告\n\n{opening}")
    assert (report.agency, report.year) == ("示例学院", 2020)
