"""What a reader must survive, one by one: metadata, boilerplate around the report, and what is no report."""

from __future__ import annotations

import pytest

from indexer.document import Document, Grid, GridCell, Line
from indexer.manifest import Entry
from indexer.read_report import make_report, read_bytes
from report_search.errors import ReadError
from report_search.model import Paragraph, Report, Source

BODY = "一、总体情况\n\n全年工作有序开展。\n\n二、主动公开政府信息情况\n\n无。"


def read(text: str, **facts: str) -> Report:
    return read_bytes(text.encode(), "x.txt", entry=Entry(facts))


def titled(title: str, *, top: str = "", end: str = "") -> Report:
    return read(f"{title}\n\n{top}\n\n{BODY}\n\n{end}\n")


def texts(report: Report) -> list[str]:
    return [block.text for _, one in report.walk() for block in one.blocks if isinstance(block, Paragraph)]


def codes(report: Report) -> list[str]:
    return [one.code for one in report.warnings]


def page(facts: dict[str, str], *lines: str, title: str = "") -> Report:
    parts = tuple(Line(line) for line in (*lines, *BODY.split("\n\n")))
    return make_report(
        Document("html", parts, title=title, facts=facts), Source("x.html", "", "0" * 64, "html")
    )


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("外交部2014年政府信息公开工作情况", "外交部", 2014),
        ("外交部政府信息公开工作 2019 年度报告", "外交部", 2019),
        ("2020年上海市政府信息公开工作年度报告", "上海市人民政府", 2020),
        ("中华人民共和国外交部2016年政府信息公开年报", "外交部", 2016),
        ("国家税务总局2010年政府信息公开工作年度报告", "国家税务总局", 2010),
        ("环境保护部2015年政府信息公开工作年度报告", "生态环境部", 2015),
        ("二〇二三年度示例县气象局政府信息公开工作年度报告", "示例县气象局", 2023),
        ("示例县气象局二○一八年政府信息公开年度报告", "示例县气象局", 2018),
        ("示例市人民政府办公室关于2021年政府信息公开工作的年度报告", "示例市人民政府办公室", 2021),
        ("示例区２０１２年政府信息公开工作年度报告", "示例区", 2012),
        ("示例市教育局2017年政务公开工作总结", "示例市教育局", 2017),
    ],
)
def test_agency_and_year_from_the_title(title: str, agency: str, year: int) -> None:
    report = titled(title)
    assert (report.title, report.agency, report.year) == (title, agency, year)
    assert next(one.found_in for one in report.evidence if one.field == "agency") == "标题"
    assert "agency-unsure" not in codes(report)
    assert "year-unsure" not in codes(report)


def test_our_ministry_is_resolved_by_what_the_page_says() -> None:
    report = read(f"首页 > 外交部 > 政府信息公开\n\n我部2014年政府信息公开工作情况\n\n{BODY}")
    assert (report.agency, report.agency_key) == ("外交部", "waijiaobu")
    assert "agency-unsure" in codes(report)


def test_our_county_is_resolved_by_the_publisher() -> None:
    report = titled(
        "我县2020年政府信息公开工作年度报告", top="发布机构：示例县人民政府办公室    发布日期：2021-01-20"
    )
    assert report.agency == "示例县人民政府办公室"
    assert report.published == "2021-01-20"


def test_a_short_name_on_its_own_site_is_unsure() -> None:
    report = page({"SiteName": "示例县人民政府"}, "县政府办2020年政府信息公开工作年度报告")
    assert "agency-unsure" in codes(report)
    assert report.agency != "县政府办"


def test_the_publisher_of_a_copy_is_not_the_author() -> None:
    report = titled("外交部2019年政府信息公开工作年度报告", top="发布机构：示例市档案馆中心")
    assert report.agency == "外交部"
    assert "agency-conflict" in codes(report)


@pytest.mark.parametrize(
    ("publisher", "conflict"),
    [
        ("示例县望湖镇人民政府", False),
        ("示例县望湖镇", False),
        ("望湖镇", False),
        ("另一县望山镇人民政府", True),
    ],
)
def test_a_government_of_the_same_area_is_no_other_agency(publisher: str, conflict: bool) -> None:
    report = titled("示例县望湖镇2019年政府信息公开工作年度报告", top=f"发布机构：{publisher}")
    assert ("agency-conflict" in codes(report)) is conflict


def test_a_headline_is_not_the_title() -> None:
    report = read(f"外交部发布2019年政府信息公开工作年度报告\n\n外交部政府信息公开工作2019年度报告\n\n{BODY}")
    assert report.title == "外交部政府信息公开工作2019年度报告"
    alone = titled("外交部发布2019年政府信息公开工作年度报告")
    assert alone.agency == "外交部"
    assert "title-headline" in codes(alone)


def test_a_title_on_two_lines_is_one() -> None:
    report = read(f"示例市民政局\n2020年政府信息公开工作年度报告\n\n{BODY}")
    assert report.title == "示例市民政局2020年政府信息公开工作年度报告"
    assert report.agency == "示例市民政局"
    assert texts(report) == ["全年工作有序开展。", "无。"]


def test_the_agency_above_a_title_without_one() -> None:
    report = read(f"2020年政府信息公开工作年度报告\n\n发布机构：示例市民政局\n\n{BODY}")
    assert (report.agency, report.year) == ("示例市民政局", 2020)


@pytest.mark.parametrize(
    ("top", "published"),
    [
        ("2021-01-20 09:37", "2021-01-20"),
        ("（2021年1月20日）", "2021-01-20"),
        ("发布时间：2021/1/20 来源：本站 浏览次数：128", "2021-01-20"),
        ("发布日期：2021年01月20日 字号：[大 中 小]", "2021-01-20"),
        ("索引号：000-1  成文日期：2021-01-20", "2021-01-20"),
        ("日期：二〇二一年一月二十日", ""),
    ],
)
def test_published_from_the_lines_above_the_text(top: str, published: str) -> None:
    report = titled("示例市民政局2020年政府信息公开工作年度报告", top=top)
    if published:
        assert report.published == published
        assert texts(report) == ["全年工作有序开展。", "无。"]


def test_the_date_of_publishing_beats_the_date_of_writing_and_both_are_named() -> None:
    report = titled(
        "示例市民政局2020年政府信息公开工作年度报告", top="成文日期：2021-01-10\n\n发布日期：2021-01-31"
    )
    assert report.published == "2021-01-31"
    conflict = next(one for one in report.warnings if one.code == "date-conflict")
    assert "2021-01-10" in conflict.message


def test_a_signature_gives_the_date_and_stays_in_the_text() -> None:
    report = titled("示例市民政局2020年政府信息公开工作年度报告", end="示例市民政局\n\n2021年1月20日")
    assert report.published == "2021-01-20"
    assert texts(report)[-1] == "2021年1月20日"


def test_the_year_only_in_the_address_is_unsure() -> None:
    report = page({"url": "http://www.example.gov.cn/2018nb/1.html"}, "示例市民政局政府信息公开工作年度报告")
    assert report.year == 2018
    assert "year-unsure" in codes(report)
    assert report.source.url == "http://www.example.gov.cn/2018nb/1.html"


def test_the_year_from_the_date_of_publishing_is_unsure() -> None:
    report = titled("示例市民政局政府信息公开工作年度报告", top="发布日期：2019-03-20")
    assert report.year == 2018
    assert "year-unsure" in codes(report)


def test_no_year_at_all() -> None:
    report = titled("示例市民政局政府信息公开工作年度报告")
    assert report.year is None
    assert report.id.endswith("-nd")
    assert "year-unknown" in codes(report)


def test_a_report_published_within_its_own_year() -> None:
    report = titled("外交部2014年政府信息公开工作情况", top="2014-12-19 09:37")
    assert (report.year, report.published) == (2014, "2014-12-19")
    assert "year-conflict" not in codes(report)


def test_a_title_and_a_period_that_contradict_each_other() -> None:
    report = read(
        "示例市民政局2020年政府信息公开工作年度报告\n\n本报告中所列数据的统计期限自2019年1月1日至2019年12月31日。\n\n"
        + BODY
    )
    assert report.year == 2020
    assert "year-conflict" in codes(report)


def test_academic_years_stay_as_printed() -> None:
    report = read(
        "示例大学2020-2021学年信息公开工作年度报告\n\n统计期限为2020年9月1日至2021年8月31日。\n\n"
        "一、概述\n\n甲。\n\n二、评议情况\n\n乙。\n\n三、清单事项公开情况表\n\n丙。"
    )
    assert report.agency == "示例大学"
    assert report.year == 2020
    assert report.period == "2020年9月1日至2021年8月31日"
    assert [one.kind for one in report.sections[-3:]] == ["overview", "organisation", "statistics"]


def test_the_document_number_is_metadata() -> None:
    report = titled("示例市民政局2020年政府信息公开工作年度报告", top="示民〔2021〕3号")
    assert report.number == "示民〔2021〕3号"
    assert texts(report) == ["全年工作有序开展。", "无。"]


def test_a_metadata_table_becomes_facts() -> None:
    grid = Grid(
        (
            (
                GridCell("索 引 号："),
                GridCell("000014348/2021-00001"),
                GridCell("发布机构："),
                GridCell("示例市民政局"),
            ),
            (GridCell("发布日期："), GridCell("2021-01-31"), GridCell("名　　称："), GridCell("年报")),
        )
    )
    parts = (grid, Line("2020年政府信息公开工作年度报告"), *(Line(line) for line in BODY.split("\n\n")))
    report = make_report(Document("html", parts), Source("x", "", "0" * 64, "html"))
    assert (report.agency, report.published, report.year) == ("示例市民政局", "2021-01-31", 2020)
    assert texts(report) == ["全年工作有序开展。", "无。"]


def test_the_manifest_wins() -> None:
    text = f"外交部2014年政府信息公开工作情况\n\n2014-12-19\n\n{BODY}"
    report = read(
        text, agency="商务部", year="2015", published="2016-01-02", title="改题", url="https://example.org/a"
    )
    assert (report.agency, report.agency_key, report.year) == ("商务部", "shangwubu", 2015)
    assert (report.published, report.title, report.source.url) == (
        "2016-01-02",
        "改题",
        "https://example.org/a",
    )
    first = {one.field: one.found_in for one in reversed(report.evidence)}
    assert (first["agency"], first["year"], first["published"]) == ("manifest", "manifest", "manifest")
    assert not {"agency-conflict", "year-conflict", "date-conflict"} & set(codes(report))


CHROME = """首页 > 外交部 > 政府信息公开 > 政府信息公开年报

当前位置：首页 >> 政务公开 >> 年报

外交部2014年政府信息公开工作情况

来源：外交部网站  发布时间：2014-12-19 09:37  字体：【大 中 小】 打印本页

分享到：微信 微博

{body}

扫一扫在手机打开当前页

上一篇：2013年年报

下一篇：没有了

【打印本页】

【关闭窗口】

返回顶部
信息提示

您即将离开外交部门户网站,跳转到其他网站,
是否继续访问?

继续访问放弃

主办单位：外交部  承办单位：办公厅

版权所有：外交部 京ICP备06038296号 京公网安备 11040102700114号

网站标识码：bm02000001

联系我们 | 网站地图"""


def test_boilerplate_around_the_report_goes_and_the_text_stays() -> None:
    report = read(CHROME.format(body=BODY))
    assert texts(report) == ["全年工作有序开展。", "无。"]
    assert (report.agency, report.published) == ("外交部", "2014-12-19")


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2019年政府信息公开工作年度报告编制发布工作的通知",
        "国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知",
        "中华人民共和国政府信息公开工作年度报告格式（试行）",
        "政府信息公开工作年度报告（模板）",
        "XX局2021年政府信息公开工作年度报告",
        "××市2020年政府信息公开工作年度报告",
        "____年政府信息公开工作年度报告",
        "政府信息公开工作年度报告范文",
        "示例市2020年上半年政府信息公开工作情况报告",
        "示例市2020年第三季度政府信息公开工作情况",
        "示例市政府信息公开年报列表",
        "示例市历年政府信息公开工作年度报告汇总页",
    ],
)
def test_notices_templates_half_years_and_listings_are_no_reports(title: str) -> None:
    with pytest.raises(ReadError) as caught:
        titled(title)
    assert caught.value.code == "not-a-report"
    assert title in caught.value.message


def test_a_listing_of_reports_is_no_report() -> None:
    lines = "\n\n".join(
        f"示例市{name}局2020年政府信息公开工作年度报告 2021-01-20"
        for name in ("民政", "教育", "财政", "公安")
    )
    with pytest.raises(ReadError) as caught:
        read(lines)
    assert caught.value.code == "not-a-report"


def test_a_blank_form_under_a_report_title_is_no_report() -> None:
    with pytest.raises(ReadError) as caught:
        read(
            "政府信息公开工作年度报告\n\n一、总体情况\n\n（此处填写）XX年，XX局认真落实条例。\n\n二、主动公开政府信息情况\n\nXX局共公开XX条。"
        )
    assert caught.value.code == "not-a-report"


@pytest.mark.parametrize(
    "text", ["今日天气晴。", "会议纪要\n\n一、总体情况\n\n无。", "# 说明\n\n本目录放报告。"]
)
def test_other_texts_are_no_reports(text: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(text)
    assert caught.value.code == "not-a-report"


def test_a_title_alone_is_an_empty_report() -> None:
    with pytest.raises(ReadError) as caught:
        read("外交部2014年政府信息公开工作情况")
    assert caught.value.code == "empty"


@pytest.mark.parametrize("above", ["中国政府网", "政府信息公开", "示例市人民政府", "信息公开年报"])
def test_what_stands_above_a_whole_title_is_not_part_of_it(above: str) -> None:
    report = read(f"{above}\n\n外交部2014年政府信息公开工作情况\n\n{BODY}")
    assert (report.title, report.agency) == ("外交部2014年政府信息公开工作情况", "外交部")


def test_a_title_that_breaks_off_goes_on_below() -> None:
    report = read(f"示例市民政局2020年政府信息公开\n工作年度报告\n\n{BODY}")
    assert report.title == "示例市民政局2020年政府信息公开工作年度报告"
    assert texts(report) == ["全年工作有序开展。", "无。"]
