"""Markdown: what is markup goes, what was printed stays to the character."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.document import Grid, Line, Part
from indexer.read_report import read_bytes
from indexer.readers.markdown.reader import MarkdownReader
from report_search.errors import ReadError
from report_search.model import Table
from tests.sampling import sampled


def parts(text: str) -> tuple[Part, ...]:
    return MarkdownReader().read(text.encode(), "x.md").parts


def lines(text: str) -> list[Line]:
    return [part for part in parts(text) if isinstance(part, Line)]


def texts(text: str) -> list[str]:
    return [line.text for line in lines(text)]


def test_marks_become_levels_and_leave_the_text() -> None:
    found = lines(
        "# 题\n\n##三、节\n\n**粗**\n\n- 项\n\n1. 数\n\n链[接](http://a)\n\n题二\n===\n\n---\n\n\\*星"
    )
    assert [(one.text, one.level, one.strong) for one in found] == [
        ("题", 1, False), ("三、节", 2, False), ("粗", 0, True), ("项", 0, False), ("1. 数", 0, False),
        ("链接", 0, False), ("题二", 1, False), ("*星", 0, False)]  # fmt: skip
    assert [one.where for one in found][:2] == ["第1行", "第3行"]


PRINTED = [
    "时限为 10 - 15 个工作日",
    "收入 + 结转 = 合计",
    "3 * 4 的表格",
    "7*24小时，5*8小时",
    "-183",
    "+5174",
    "-",
    "1. 属于国家秘密",
    "2) 重复申请",
    "文件 a_b_c.pdf 与 _x",
    "约 30~40 件",
    "100 $ 与 200 $",
    "<关于做好公开工作的通知>",
    "x < 3 且 y > 5",
    "[注]: 不含乡镇",
    "——3——",
    "！[见附件]",
    "&和& amp;",
    "C:\\文件",
    "    四格缩进的一段",
]


@pytest.mark.parametrize("printed", PRINTED)
def test_signs_inside_a_line_are_printed(printed: str) -> None:
    assert [line.strip() for line in texts(f"{printed}\n")] == [printed.strip()]


MARKED = {
    "**“放管服”**改革": "“放管服”改革",
    "推进**（一）主动公开**情况": "推进（一）主动公开情况",
    "*政府信息*公开": "政府信息公开",
    "__依法__ 公开": "依法 公开",
    "***全部***公开": "全部公开",
    "~~旧~~新": "旧新",
    "见`附件`": "见附件",
    "[条例](http://x.gov.cn/a(1).html)第三条": "条例第三条",
    "[条例](<http://x.gov.cn/a b> '题')第三条": "条例第三条",
    "公开[^1]工作": "公开工作",
    "[^1]: 含乡镇": "含乡镇",
    "公开<u>工作</u>": "公开工作",
    "政府&nbsp;信息": "政府\u00a0信息",
    "AT&amp;T公司 &lt;甲&gt;": "AT&T公司 <甲>",
    "正文<!-- 批注 -->内容": "正文内容",
    "正文<!-- 批\n\n注 -->内容": "正文内容",
    "满意率 $12.5\\%$": "满意率 12.5%",
    "面积 $3 \\times 4$ 米": "面积 3 ×4 米",
    "约 $\\mathrm{12}^{3}$ 件": "约 123 件",
    "![图](a.png)说明": "说明",
    "> > 引用": "引用",
    "- - 项": "项",
    "- # 题": "题",
    "<div align=center>题</div>": "题",
    "\\# 不是标题": "# 不是标题",
}


@pytest.mark.parametrize(("source", "printed"), MARKED.items())
def test_marks_leave_what_they_mark(source: str, printed: str) -> None:
    assert texts(source) == [printed]


def test_a_break_ends_a_line_and_not_a_paragraph() -> None:
    found = lines("政府信息公\\\n开工作\n\n甲。<br>乙  \n丙")
    assert [(one.text, one.gap) for one in found] == [
        ("政府信息公", True), ("开工作", False), ("甲。", True), ("乙", False), ("丙", False)]  # fmt: skip
    assert [one.where for one in found] == ["第1行", "第2行", "第4行", "第4行", "第5行"]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("推进政府信息<br>公开工作", ["推进政府信息公开工作"]),
        ("推进政府信息，<br/>公开 Web<br>服务", ["推进政府信息，公开 Web服务"]),
        ("一、总体情况<br>本年度我局公开信息。", ["一、总体情况", "本年度我局公开信息。"]),
        ("来源：某局<br>日期：2021-01-02", ["来源：某局", "日期：2021-01-02"]),
        ("公开信息。<br>回应关切。", ["公开信息。", "回应关切。"]),
        ("公开信息<br>（一）主动公开", ["公开信息", "（一）主动公开"]),
        ("**总体情况**<br>本年度公开", ["总体情况", "本年度公开"]),
    ],
)
def test_a_break_inside_a_sentence_is_no_break(source: str, wanted: list[str]) -> None:
    assert texts(source) == wanted


def test_each_item_of_a_list_begins_a_paragraph() -> None:
    found = lines("甲\n- 一\n- 二\n  续\n* 三")
    assert [(one.text, one.gap) for one in found] == [
        ("甲", True), ("一", True), ("二", True), ("  续", False), ("三", True)]  # fmt: skip


def test_cells_between_pipes_lose_their_marks_one_by_one() -> None:
    found = texts("| **甲** | 乙 |\n| --- | ---: |\n| a\\|b | 5 - 8 |\n| 甲<br>乙 | |\n丙 | ~~1~~2")
    assert found == ["| 甲 | 乙 |", "| --- | ---: |", "| a\\|b | 5 - 8 |", "| 甲乙 |  |", "| 丙 | 12 |"]


HEAD = "# 某某县审计局2021年政府信息公开工作年度报告\n\n## 一、总体情况\n\n"


@pytest.mark.parametrize("around", ["{}", "<html><body>{}</body></html>", "表一 {} 如上"])
def test_tables_written_as_html_are_tables(around: str) -> None:
    first, last = "<tr><td>办理</td><td>5 - 8</td></tr>", "<tr><td>答复</td><td>3</td></tr>"
    table = f"<table><tr><td colspan=2>项目</td></tr>{first}\n\n{last}</table>"
    report = read_bytes((HEAD + "无。\n\n" + around.format(table) + "\n\n完。").encode(), "x.md")
    blocks = report.sections[0].blocks
    (found,) = (block for block in blocks if isinstance(block, Table))
    values = [cell.text for row in found.rows for cell in row.cells]
    assert {"办理", "5 - 8", "答复", "3"} <= set(values)
    assert not any("<" in str(block) for block in blocks)


def test_tables_in_tables_and_tables_without_an_end() -> None:
    nested = "<table><tr><td><table><tr><td>内</td></tr></table></td><td>外</td></tr></table>\n后"
    assert [type(part) for part in parts(nested)][-1] is Line
    assert texts("前 <table><tr><td>甲")[0].startswith("前")


def test_quotes_and_lists_may_nest_however_deep() -> None:
    assert texts("> " * 60 + "甲") == ["甲"]
    assert texts("\n".join("  " * depth + f"- 第{depth}层" for depth in range(60))) == [
        f"第{n}层" for n in range(60)
    ]


def test_a_web_page_with_the_name_of_markdown_is_a_web_page() -> None:
    assert not MarkdownReader().recognises(b"<!doctype html><html><head></head></html>", "x.md")
    assert MarkdownReader().recognises("# 题".encode(), "x.MD")
    assert not MarkdownReader().recognises("# 题".encode(), "x.txt")


def test_a_file_of_pictures_says_so() -> None:
    with pytest.raises(ReadError) as error:
        parts("![](images/1.jpg)\n\n![](images/2.jpg)\n")
    assert error.value.code == "pictures-only"


def test_a_text_in_bold_is_strong_and_a_word_in_bold_is_not() -> None:
    assert [line.strong for line in lines("**甲****乙**\n\n**甲**乙\n\n<b>丙</b>")] == [True, False, True]


HOSTILE = [
    "[" * 20_000,
    "**a " * 10_000,
    "<!--" * 10_000,
    "<table>" * 10_000,
    "# a" + " " * 100_000 + "b",
    "> " * 20_000,
    "|" * 20_000,
    "$a" * 10_000,
    "`" * 20_000,
    "![" * 10_000,
    "<a " * 10_000,
    "甲<br>" * 20_000,
    "。<br>" * 20_000,
    "甲" + " " * 500_000 + "乙",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:5]))
def test_hostile_text_is_read_or_refused(text: str) -> None:
    try:
        found = texts(text)
    except ReadError:
        return
    assert found


MARKS = string.punctuation
PROSE = st.text("甲乙丙丁办理件数，。（）“”0123456789ab" + MARKS + " ", min_size=1, max_size=40)


@settings(max_examples=sampled(500), deadline=None)
@given(PROSE)
def test_what_is_escaped_is_printed_to_the_character(printed: str) -> None:
    """Every character of ASCII punctuation behind a backslash is printed, whatever stands around it."""
    escaped = "".join("\\" + char if char in MARKS else char for char in printed)
    wanted = [printed.strip()] if printed.strip() else []
    assert [line.strip() for line in texts("甲\n\n" + escaped)[1:]] == wanted


QUIET = st.text("甲乙丙丁办理件数，。；：（）《》“”0123456789abXY %/@,.;=?'", min_size=1, max_size=60)


@settings(max_examples=sampled(300), deadline=None)
@given(
    st.lists(
        QUIET.filter(lambda text: text.strip(" ='") and not text.startswith("=")), min_size=1, max_size=4
    )
)
def test_characters_that_mark_nothing_come_out_as_they_went_in(rows: list[str]) -> None:
    assert [line.strip() for line in texts("\n\n".join(rows))] == [row.strip() for row in rows]


@settings(max_examples=sampled(300), deadline=None)
@given(st.text("甲乙12 -+*~_$<>[]()#|", max_size=40))
def test_letters_and_digits_are_never_lost(text: str) -> None:
    """Whatever the marks are taken for, what they mark is handed on in its order."""
    source = "甲\n\n" + text
    found = "".join(part.text for part in parts(source) if isinstance(part, Line))
    kept = [char for char in found if char.isalnum()]
    assert kept == [char for char in source if char.isalnum()] or "](" in text or "$" in text or "#" in text


def test_grids_come_only_from_html() -> None:
    assert not any(isinstance(part, Grid) for part in parts("| a |\n| --- |\n| b |"))
