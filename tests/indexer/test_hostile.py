"""Files made to take forever: reading one four times as long takes about four times as long, and no gigabytes.

The CPU time of a part is measured at two sizes; a quadratic one takes sixteen times as long for four times the file.
"""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest

from indexer.read_report import read_bytes
from indexer.readers.docx.reader import DocxReader
from indexer.readers.docx.styles import W
from indexer.readers.html.reader import HtmlReader
from indexer.readers.pdf.streams import check_streams
from report_search.analysis.fold import fold
from report_search.analysis.normalise import one_line
from report_search.errors import ReadError
from report_search.model import Table
from report_search.passages import passages_of

HEAD = "示例市审计局2021年政府信息公开工作年度报告\n\n一、总体情况\n\n全年公开信息30条。\n\n"
TAIL = (
    "\n\n二、主动公开政府信息情况\n\n公开规章2件。\n\n三、收到和处理政府信息公开申请情况\n\n收到申请4件。\n"
)
TITLE = "<h1>示例市审计局2021年政府信息公开工作年度报告</h1>"
PAGE = f"<html><body>{TITLE}<p>一、总体情况</p>{{}}<p>二、存在的问题</p></body></html>"
WORD = f'<w:document xmlns:w="{W[1:-1]}"><w:body>{{}}</w:body></w:document>'

Maker = Callable[[int], tuple[str, str]]
"""A file of a size: its text, and its name."""


def in_a_line(unit: str, suffix: str = "txt") -> Maker:
    """One line of a report that holds ``unit`` over and over."""
    return lambda size: (f"{HEAD}甲{unit * (size // len(unit))}乙{TAIL}", f"a.{suffix}")


def in_lines(unit: str, suffix: str = "txt") -> Maker:
    """So many lines of ``unit``, an eighth of the size."""
    return lambda size: (HEAD + f"{unit}\n" * (size // 8) + TAIL, f"a.{suffix}")


def at_the_top(unit: str) -> Maker:
    """A first line of ``unit`` over and over."""
    return lambda size: (f"{unit * (size // len(unit))}乙\n\n{HEAD}{TAIL}", "a.txt")


def in_a_page(before: str, unit: str, behind: str = "") -> Maker:
    """A page with ``unit`` over and over between two pieces of HTML."""
    return lambda size: (PAGE.format(before + unit * (size // len(unit)) + behind), "a.html")


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of ``work``, the better of two runs; a refusal is an answer too."""
    times = []
    for _ in range(2):
        begin = time.process_time()
        with suppress(ReadError):
            work()
        times.append(time.process_time() - begin)
    return min(times)


def assert_linear(work: Callable[[int], Callable[[], object]], size: int) -> None:
    """Four times the size takes at most eight times as long, apart from a twentieth of a second that noise may take."""
    small, large = seconds(work(size)), seconds(work(4 * size))
    assert large < 8 * small + 0.05, f"{size}: {small:.3f} s, {4 * size}: {large:.3f} s"


def reading(make: Maker) -> Callable[[int], Callable[[], object]]:
    """The work of reading a file of a size, passages and their folding included."""

    def at(size: int) -> Callable[[], object]:
        text, name = make(size)
        data = text.encode()
        return lambda: [fold(passage.text) for passage in passages_of(read_bytes(data, name))]

    return at


BLANKS = (" ", "\t", "\u3000", "\xa0")
CHARACTERS = tuple("（([《“×＿·—-①一1。：第\\`<&")
WORDS = ("二〇", "1,", "20", "2000年", "公开", "通知（", "百分之", "三点", "*a", "首页>", "| ")


@pytest.mark.parametrize("unit", [*BLANKS, *CHARACTERS, *WORDS])
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_one_long_line(unit: str, suffix: str) -> None:
    assert_linear(reading(in_a_line(unit, suffix)), 5_000)


@pytest.mark.parametrize(
    "unit", [" ", "\t", "（", "×", "①", "1", "20", "来源：", "通知（", "首页>", "2000年1月1日 "]
)
def test_a_long_first_line(unit: str) -> None:
    assert_linear(reading(at_the_top(unit)), 5_000)


LINES = (
    "甲",
    "一、甲",
    "（一）甲",
    "1.甲",
    "一、存在的问题",
    "甲，乙",
    "打印",
    "|甲|1|",
    "#甲",
    ">甲",
    "- 甲",
    "——",
)
LABELS = (
    "信息内容",
    "统计指标",
    "统计指标 单位 统计数",
    "第二十条第（一）项",
    "甲  乙",
    "予以公开  甲",
    "a: 1",
    "[a]: //b",
)


@pytest.mark.parametrize("unit", [*LINES, *LABELS])
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_very_many_lines(unit: str, suffix: str) -> None:
    assert_linear(reading(in_lines(unit, suffix)), 5_000)


@pytest.mark.parametrize(
    "make",
    [
        in_a_page("<p>甲", "\u3000", "乙</p>"),
        in_a_page("<p>甲", "&nbsp;", "乙</p>"),
        in_a_page('<p style="', "font:", '">甲</p>'),
        in_a_page("<!-- ", "saved from url=(1", " -->"),
        in_a_page("", "<table><tr><td>甲</td><td>"),
        in_a_page("", "</b><p>甲"),
        in_a_page("<table>", "<tr><td>甲<td>1"),
        in_a_page("<table>", "<tr><td colspan=2>甲</td></tr><tr><td>甲</td><td>1</td></tr>"),
        in_a_page("<table><tr>", "<th>甲</th>", "</tr><tr><td>甲</td><td>1</td></tr></table>"),
        in_a_page("", "<table><tr><td>甲</td><td>1</td></tr></table>"),
        in_a_page("<ol>", "<li>甲"),
        in_a_page("", "</body></html><p>甲"),
    ],
)
def test_pages(make: Maker) -> None:
    assert_linear(reading(make), 12_000)


def test_pages_nested_deeper_than_the_tree_of_lxml() -> None:
    assert_linear(reading(in_a_page("", "<font>", "甲")), 24_000)


def test_headers_of_an_archive_that_is_none() -> None:
    """Lines like headers before no ``MIME-Version`` took twice the time for each line more."""
    data = b"".join(b"h%d: x\r\n" % number for number in range(300)) + b"zz"
    assert seconds(lambda: HtmlReader().recognises(data, "a.txt")) < 0.1


def test_a_nest_of_text_boxes_is_read_once() -> None:
    """Each box gave what is in the boxes within it once more: sixty boxes were more than there is time for."""
    inner = "".join(f"<w:p><w:r><w:t>第{at}层</w:t></w:r><w:txbxContent>" for at in range(60))
    text = WORD.format(inner + "</w:txbxContent></w:p>" * 60)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", text)
    parts = DocxReader().read(file.getvalue(), "a.docx").parts
    assert len(parts) == 60


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_pdf_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(layers: int) -> None:
    stream = b"q\n" * 20_000_000
    for _ in range(layers):
        stream = zlib.compress(stream, 9)
    data = b"%PDF-1.7\n4 0 obj<</Filter 5 0 R>>stream\n" + stream + b"\nendstream endobj\n%%EOF"
    with pytest.raises(ReadError, match="解压后") as refusal:
        check_streams(data)
    assert refusal.value.code == "limit"


def test_a_long_stream_of_a_page_and_a_longer_image_are_let_through() -> None:
    page, image = zlib.compress(b"q Q\n" * 1_000_000), zlib.compress(bytes(50_000_000))
    check_streams(b"4 0 obj<<>>stream\n" + page + b"\nendstream")
    check_streams(b"4 0 obj<</Subtype /Image>>stream\n" + image + b"\nendstream")


def test_a_section_with_a_number_of_eleven_digits_needs_no_warning_for_each_before_it() -> None:
    read = read_bytes(f"{HEAD}第99999999999部分 甲\n\n第900部分 乙\n\n甲。{TAIL}".encode(), "a.txt")
    assert len(read.warnings) < 60


def test_a_cell_of_five_thousand_digits_is_a_text() -> None:
    read = read_bytes(f"{HEAD}项目\t数量\n甲\t{'1' * 5_000}\n乙\t{'1' * 18}\n{TAIL}".encode(), "a.txt")
    blocks = (block for _, section in read.walk() for block in section.blocks)
    tables = [block for block in blocks if isinstance(block, Table)]
    values = [cell.value for table in tables for row in table.body for cell in row.values]
    assert values == [None, 111_111_111_111_111_111]


def test_accents_in_one_heap_are_refused() -> None:
    accents = "\u0316\u0300" * 3_000
    with pytest.raises(ReadError, match="组合字符") as refusal:
        read_bytes(f"{HEAD}a{accents}{TAIL}".encode(), "a.txt")
    assert refusal.value.code == "limit"


def test_tables_in_tables_beyond_any_layout_are_refused() -> None:
    with pytest.raises(ReadError, match="表格嵌套"):
        read_bytes(PAGE.format("<table><tr><td>甲</td><td>" * 60).encode(), "a.html")


@pytest.mark.parametrize("breaks", ["\n", "\u3000\n\u3000", " \n\n"])
def test_line_breaks_inside_a_text(breaks: str) -> None:
    assert_linear(lambda size: lambda: one_line(f"甲{breaks}" * size), 5_000)
