"""Sections that are numbered oddly, cut by pages or missing, and files that are no reports at all."""

from __future__ import annotations

import io
import zipfile
from itertools import chain

import pytest

from indexer.read_report import read_bytes
from indexer.readers.scans import recognizer
from report_search.bundle import archives
from report_search.errors import ReadError
from report_search.model import Paragraph, Report, Section

TITLE = "示例县审计局2021年政府信息公开工作年度报告"
SIX = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)
HAN = "一二三四五六七八九十"


def read(body: str, *, title: str = TITLE) -> Report:
    return read_bytes(f"{title}\n\n{body}\n".encode(), "x.txt")


def tops(report: Report) -> list[str]:
    return [one.title for one in report.sections if one.title]


def texts(section: Section | Report) -> list[str]:
    found = section.walk() if isinstance(section, Report) else [((), section)]
    return [block.text for _, one in found for block in one.blocks if isinstance(block, Paragraph)]


def codes(report: Report) -> list[str]:
    return [one.code for one in report.warnings if one.code not in ("published-unknown", "table-missing")]


def sections(*titles: str) -> str:
    return "\n".join(f"{HAN[at]}、{title}\n写在{title}下。" for at, title in enumerate(titles))


def failure(data: bytes, name: str = "x.txt") -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_bytes(data, name)
    return caught.value


NARRATIVE = ("总体情况", "机制保障", "主动公开工作情况", "信息公开申请情况", "政府信息管理", "公开平台建设")


@pytest.mark.parametrize("narrative", [NARRATIVE, NARRATIVE[:4], NARRATIVE[:3]])
@pytest.mark.parametrize("again", [SIX[1:], SIX, SIX[2:4]])
def test_sections_that_begin_again_are_all_sections(
    narrative: tuple[str, ...], again: tuple[str, ...]
) -> None:
    report = read(f"{sections(*narrative)}\n{sections(*again)}")
    assert tops(report) == [*narrative, *again]
    restarts = [one.where for one in report.warnings if one.code == "section-restarted"]
    assert restarts == [f"一、{again[0]}"]


def test_where_all_sections_are_there_none_is_missing_though_numbers_begin_again() -> None:
    assert codes(read(f"{sections(*NARRATIVE)}\n{sections(*SIX[1:])}")) == ["section-restarted"]


@pytest.mark.parametrize("mark", ["{}、", "{}. ", "{}．"])
@pytest.mark.parametrize("between", ["。", "\n"])
def test_items_numbered_like_their_sections_stand_under_them(mark: str, between: str) -> None:
    items = ("主动公开", "依申请公开", "政府信息管理", "平台建设", "监督保障")
    inner = (f"{mark.format(at)}{item}{between}做好{item}。" for at, item in enumerate(items, 1))
    outer = (f"{mark.format(at)}{title}\n写在{title}下。" for at, title in enumerate(SIX, 1))
    first, *others = outer
    report = read("\n\n".join(chain([first], inner, others)))
    assert tops(report) == list(SIX)
    assert codes(report) == []


def test_a_list_of_the_same_style_that_known_titles_close_is_within_a_section() -> None:
    body = f"一、{SIX[0]}\n甲。\n一、健全机制\n乙。\n二、加强培训\n丙。\n二、{SIX[1]}\n丁。"
    assert tops(read(body)) == [SIX[0], SIX[1]]


def test_lists_below_two_items_of_a_section_are_both_below_them() -> None:
    body = "（一）组织领导\n1.强化领导\n甲。\n2.完善规章\n乙。\n（二）平台维护情况\n1.公开栏\n丙。"
    section = read(f"一、总体情况\n{body}").sections[0]
    assert [[two.title for two in one.subsections] for one in section.subsections] == [
        ["强化领导", "完善规章"],
        ["公开栏"],
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "四、政府信息公开类行政复议、行政诉讼和举报申诉等情况",
        "四、关于政府信息公开工作被申请行政复议以及提起行政诉讼的有关数量",
        "四、因政府信息公开引起的行政复议和行政诉讼以及各类投诉举报处理",
    ],
)
@pytest.mark.parametrize("text", ["无。", "未发生。", "1件。", "2021年共3件。", "本年度没有。"])
def test_a_short_sentence_is_no_end_of_a_long_heading(heading: str, text: str) -> None:
    report = read(f"{sections(*SIX[:3])}\n{heading}\n{text}\n五、存在的问题\n有待加强。")
    assert report.sections[3].title == heading[2:]
    assert texts(report.sections[3]) == [text]


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        ("（一）深化政务公开各项工作，进一步规范依申请公开办", "理流程。"),
        ("（一）深化政务公开各项工作，不断提升政府信息公开质量", "和水平。"),
    ],
)
def test_a_heading_over_two_lines_is_one(first: str, rest: str) -> None:
    assert texts(read(f"一、总体情况\n{first}\n{rest}")) == [first + rest]


def test_a_known_title_with_a_colon_is_a_heading() -> None:
    assert tops(read("一、主动公开政府信息的情况:\n5条；\n二、依申请公开情况\n无。")) == [
        "主动公开政府信息的情况:",
        "依申请公开情况",
    ]


@pytest.mark.parametrize("left_out", range(6))
def test_every_section_of_the_form_that_is_missing_is_warned_of(left_out: int) -> None:
    kept = [title for at, title in enumerate(SIX) if at != left_out]
    missing = [one for one in read(sections(*kept)).warnings if one.code == "section-missing"]
    assert missing, f"{SIX[left_out]} is missing in silence"
    assert HAN[left_out] in {one.where for one in missing} or left_out < 5


def test_sections_of_another_order_are_not_missing() -> None:
    assert codes(read(sections(*reversed(SIX)))) == []


def test_older_reports_and_schools_have_no_form() -> None:
    older = read(sections("概述", "主动公开情况"), title=TITLE.replace("2021", "2016"))
    school = read(sections("概述", "主动公开情况"), title="示例大学2020-2021学年信息公开工作年度报告")
    assert codes(older) == codes(school) == []


def test_a_report_without_any_heading_says_so() -> None:
    missing = [one for one in read("全年工作有序，没有收到申请。").warnings if one.code == "section-missing"]
    assert [one.where for one in missing] == ["全文"]


@pytest.mark.parametrize("mark", ["— 3 —", "-3-", "－３－", "·3·", "第3页", "第 3 页 共 12 页"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("全年共受理信息公开申请", "12件，均已办结。"),
        ("全年工作有序，公开信息", "三百条。"),
        # Too short for a sentence and without a comma: a set phrase or a word that the mark tears tells it.
        ("落实政府信息", "公开条例的各项要求"),
        ("加强行政", "复议工作"),
        ("做好领事", "保护"),
    ],
)
def test_a_sentence_goes_on_over_the_mark_of_a_page(first: str, second: str, gap: str, mark: str) -> None:
    assert texts(read(f"一、总体情况\n\n{gap.join((first, mark, second))}")) == [first + second]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("全年工作有序。", "均已办结，没有遗留。"),
        ("全年共受理信息公开申请", "（二）主动公开，好。"),
        ("某某县审计局", "附表如下，请看。"),
        ("示例县审计局，2022年1月20日", "附表如下，请看。"),
        ("机构职能", "领导信息"),
    ],
)
def test_what_is_whole_before_a_page_mark_stays_whole(first: str, second: str) -> None:
    assert texts(read(f"一、总体情况\n\n{first}\n\n— 3 —\n\n{second}")) == [first, second]


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("政府信息公开年度报告制度", "制度"),
        ("示例县政府信息公开工作年度报告管理规定（试行）", "规定"),
        ("示例县政府信息公开年度报告编制发布办法", "制度"),
        ("政府信息公开工作年度报告工作规范", "规定"),
        ("2020年政府信息公开第三方评估报告", "文章"),
        ("示例省政府信息公开工作年度报告评议情况通报", "文章"),
        ("高校信息公开年度报告 要有这几类内容", "文章"),
        ("政府信息公开工作年度报告怎么写", "文章"),
        ("一图读懂示例县2020年政府信息公开工作年度报告", "文章"),
    ],
)
def test_rules_and_articles_about_reports_are_none(title: str, what: str) -> None:
    error = failure(f"{title}\n\n{sections(*SIX)}".encode())
    assert error.code == "not-a-report"
    assert what in error.message


def test_articles_of_a_rule_tell_it_whatever_its_title_is() -> None:
    articles = "\n".join(f"第{numeral}条 各单位应当按时报送，写明办理情况。" for numeral in HAN[:4])
    error = failure(f"政府信息公开年度报告\n{articles}\n{sections(*SIX[:3])}".encode())
    assert "制度" in error.message


@pytest.mark.parametrize(
    "text",
    [
        "示例县发布2020年政府信息公开工作年度报告\n\n全年公开信息一万条，较上年增长。",
        "示例县2020年政府信息公开工作年度报告\n\n本报讯（记者 某某）昨日，该县晒出成绩单。",
    ],
)
def test_news_about_a_report_is_none(text: str) -> None:
    assert failure(text.encode()).code == "not-a-report"


@pytest.mark.parametrize("layout", ["{}\n2021-01-20", "· {} [2021-01-20]", "{}", "{}\n详情"])
def test_a_list_of_links_is_no_report(layout: str) -> None:
    titles = (f"示例县{name}局2020年政府信息公开工作年度报告" for name in ("民政", "教育", "财政", "公安"))
    page = "\n\n".join(layout.format(title) for title in titles)
    assert failure(f"政府信息公开年报\n\n{page}\n\n共3页 下一页".encode()).code == "not-a-report"


@pytest.mark.parametrize(
    "opening",
    [
        "根据条例要求编制本报告。",
        "现将学院2021年度信息公开工作报告如下。",
        "本报告中所列数据的统计期限为2021年1月1日至12月31日。",
    ],
)
def test_an_opening_that_says_so_makes_a_report_of_few_sections(opening: str) -> None:
    text = f"{opening}\n{sections(*SIX[:2])}"
    assert tops(read_bytes(text.encode(), "x.txt")) == list(SIX[:2])
    assert failure(sections(*SIX[:2]).encode()).code == "not-a-report"


def _package(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            # A fixed date: the bytes are part of the test's name, which has to be the same in every process.
            package.writestr(zipfile.ZipInfo(name), "<x/>")
    return buffer.getvalue()


TORN = "damaged" if recognizer.is_available() else "picture"
"""What is said of the beginning of a scan: a picture that could be read, were it whole, or one that can't be."""


@pytest.mark.parametrize("name", ["x.txt", "x.png", "x.pdf", "x"])
@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", TORN, "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", TORN, "JPG"),
        (b"GIF89a\x01\0\x01\0", "picture", "GIF"),
        (b"II*\0\x08\0\0\0", TORN, "TIFF"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "picture", "WebP"),
        (_package("OFD.xml", "Doc_0/Document.xml"), "damaged", "OFD"),
        (_package("OFD.xml", "Doc_0/Document.xml")[:60], "damaged", "OFD"),
        (b"Rar!\x1a\x07\0", "damaged" if archives.program() else "archive", "RAR"),
        (_package("x.txt"), "archive", "压缩包"),
    ],
)
def test_a_file_that_is_no_text_says_what_it_is(data: bytes, code: str, word: str, name: str) -> None:
    error = failure(data, name)
    assert (error.code, word in error.message, bool(error.hint)) == (code, True, True)


FOOTER = "<div class=foot>主办：示例县人民政府<br>建议使用IE9以上浏览器 访问总数：123456</div>"


@pytest.mark.parametrize("footer", ["", FOOTER, "<p>扫码查看</p>"])
@pytest.mark.parametrize("date", ["", "<p>发布日期：2022-01-25</p>"])
def test_a_page_of_pictures_is_no_report(date: str, footer: str) -> None:
    pictures = "<p><img src=1.jpg></p><p><img src='2.jpg' width='100%'></p>"
    page = f"<html><body><h1>{TITLE}</h1>{date}<div>{pictures}</div>{footer}</body></html>"
    error = failure(page.encode(), "x.html")
    assert (error.code, "2 张图片" in error.message) == ("pictures-only", True)


def test_pictures_beside_a_report_do_no_harm() -> None:
    page = f"<html><body><h1>{TITLE}</h1><p>本年度没有收到申请。</p><img src=1.jpg></body></html>"
    assert texts(read_bytes(page.encode(), "x.html")) == ["本年度没有收到申请。"]


def test_icons_are_no_pictures_of_a_report() -> None:
    page = f"<html><body><h1>{TITLE}</h1><p><img src=logo.png><img src=a.png width=16></p></body></html>"
    assert failure(page.encode(), "x.html").code == "empty"


_DRAWING = (
    '<w:p><w:r><w:drawing><wp:extent cx="{0}" cy="{0}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"/>'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"/></w:drawing></w:r></w:p>'
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _word(body: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", f"<w:document {_WORD}><w:body>{body}</w:body></w:document>")
    return stream.getvalue()


def _archive(page: str) -> bytes:
    return f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}".encode()


_TITLED = f"<w:p><w:r><w:t>{TITLE}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (f"# {TITLE}\n\n![第1页](images/1.jpg)\n\n![](images/2.jpg)\n".encode(), "x.md"),
        (f"# {TITLE}\n\n发布日期：2022-01-25\n\n<img src=1.jpg>\n\n![甲][乙]\n".encode(), "x.md"),
        (_word(_TITLED + _DRAWING.format(5_000_000) * 2), "x.docx"),
        (_word(_DRAWING.format(5_000_000) * 2 + _DRAWING.format(90_000)), "x.docx"),
        (_archive(f"<html><body><h1>{TITLE}</h1><img src=1.jpg><img src=2.jpg></body></html>"), "x.mhtml"),
    ],
)
def test_a_title_and_pictures_say_that_the_report_is_in_the_pictures(data: bytes, name: str) -> None:
    error = failure(data, name)
    assert (error.code, "2 张图片" in error.message, "OCR" in error.hint) == ("pictures-only", True, True)


def test_a_word_file_of_a_title_and_an_emblem_is_empty() -> None:
    assert failure(_word(_TITLED + _DRAWING.format(90_000)), "x.docx").code == "empty"
