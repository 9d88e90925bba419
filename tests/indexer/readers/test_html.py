"""Web pages: what is printed is read, in order; what the page puts around the report is not."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest

from indexer.document import Document, Grid, Line
from indexer.readers import limits
from indexer.readers.html.reader import HtmlReader
from report_search.errors import ReadError

PROSE = "围绕群众关心的事项，全年公开各类信息一千余条，并通过多种渠道作出说明。"


def read(page: str | bytes, name: str = "page.html") -> Document:
    data = page.encode() if isinstance(page, str) else page
    reader = HtmlReader()
    assert reader.recognises(data, name)
    return reader.read(data, name)


def lines(page: str | bytes) -> list[str]:
    return [part.text for part in read(page).parts if isinstance(part, Line)]


def grids(page: str | bytes) -> list[Grid]:
    return [part for part in read(page).parts if isinstance(part, Grid)]


def failure(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        HtmlReader().read(data, "page.html")
    assert caught.value.message
    assert caught.value.hint
    return caught.value


def body(content: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{content}</body></html>"


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8", "<meta charset=gb2312>"),
        ("gb18030", "<meta charset=gb2312>"),
        ("gb18030", "<meta http-equiv=Content-Type content='text/html; charset=GBK'>"),
        ("gb18030", ""),
        ("gb18030", "<meta charset=utf-8>"),
        ("big5", "<meta charset=big5>"),
        ("utf-16", ""),
        ("utf-8-sig", ""),
    ],
)
def test_encodings(encoding: str, head: str) -> None:
    text = "一、總體情況" if encoding == "big5" else "一、总体情况㎡"
    if encoding == "big5":
        page = body(f"<p>{text}</p><p>主動公開政府信息</p>", head)
    else:
        page = body(f"<p>{text}</p><p>{PROSE}</p>", head)
    assert lines(page.encode(encoding))[0] == text


def test_charset_of_a_saved_header_and_of_mhtml() -> None:
    page = body(f"<p>一、总体情况</p><p>{PROSE}</p>").encode("gb18030")
    saved = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n\r\n" + page
    assert lines(saved)[0] == "一、总体情况"
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "http://www.example.gov.cn/nb.html"
    message["Subject"] = "saved"
    message["MIME-Version"] = "1.0"
    message.set_content("none")
    message.add_alternative(page.decode("gb18030"), subtype="html")
    document = read(message.as_bytes())
    assert document.facts["url"] == "http://www.example.gov.cn/nb.html"
    assert document.parts[0] == Line("一、总体情况", where="第1段")


def test_damaged_bytes_are_reported_and_binary_is_refused() -> None:
    data = body(f"<p>{PROSE * 20}</p>").encode() + b"<p>\xff\xfe\xfa\xff</p>"
    assert [warning.code for warning in read(data).warnings][:1] == ["encoding-damaged"]
    assert failure(b"<html><body>" + bytes(range(128, 256)) * 40).code == "encoding"


def test_breaks_part_paragraphs_and_their_gaps_are_told() -> None:
    page = body(
        f"引言说明了报告的来历。<br>　　一、总体情况<br>　　{PROSE}<br><br>二、其他<br>无缩进的行<br>又一行"
    )
    found = [(part.text, part.gap) for part in read(page).parts if isinstance(part, Line)]
    assert found == [
        ("引言说明了报告的来历。", True),
        ("一、总体情况", True),
        (PROSE, True),
        ("二、其他", True),
        ("无缩进的行", False),
        ("又一行", False),
    ]


def test_source_line_ends_and_split_spans_leave_no_blanks_in_chinese() -> None:
    page = body(
        "<p>主动\n   公开<span>政府</span>\n<span>信息</span> COVID-19 and\n SARS，领事<font>保</font>护</p>"
    )
    assert lines(page) == ["主动公开政府信息 COVID-19 and SARS，领事保护"]


def test_blanks_as_printed_stay() -> None:
    assert lines(body("<p>收到 2 350&nbsp;件，增长 6.62 %</p>")) == ["收到 2 350\u00a0件，增长 6.62 %"]


def test_headings_and_bold_are_told() -> None:
    page = body(
        f"<h2>一、总体情况</h2><p>{PROSE}</p><p><b>二、</b><strong>其他</strong></p>"
        "<p style='font-weight: bold'>三、粗体</p>"
        "<p><b>开头</b>不全是粗体</p>"
        "<p><b>a<i style='font-weight:400'>b</i></b></p>"
    )
    found = [(part.text, part.level, part.strong) for part in read(page).parts if isinstance(part, Line)]
    assert found == [
        ("一、总体情况", 2, False),
        (PROSE, 0, False),
        ("二、其他", 0, True),
        ("三、粗体", 0, True),
        ("开头不全是粗体", 0, False),
        ("ab", 0, False),
    ]


def test_hidden_things_are_not_read() -> None:
    page = body(
        f"<script>var a='一、脚本'</script><style>p{{}}</style><!-- 注释 --><p>{PROSE}</p><div style='display: none'>"
        "您即将离开本网站</div><p hidden>藏</p><span style='visibility:hidden'>藏</span><noscript>藏</noscript>"
        "<select><option>选项</option></select><ruby>公<rt>gong</rt></ruby>"
    )
    assert lines(page) == [PROSE, "公"]


def test_numbers_of_an_ordered_list_are_printed() -> None:
    page = body(f"<p>{PROSE}</p><ol start=3><li>第一件</li><li>第二件</li></ol><ul><li>无号</li></ul>")
    assert lines(page)[1:] == ["3.第一件", "4.第二件", "无号"]


def test_spans_and_header_cells_are_handed_on() -> None:
    page = body(
        "<table><caption>表一</caption><tr><th rowspan=2>项目</th><td colspan='2'>数量</td></tr>"
        "<tr><td>甲<br>类</td><td><p>乙</p><p>类</p></td></tr><tr><td>规章</td><td>&nbsp;</td><td>1,234</td></tr></table>"
    )
    (grid,) = grids(page)
    assert grid.caption == "表一"
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["项目", "数量"],
        ["甲类", "乙类"],
        ["规章", "", "1,234"],
    ]
    assert (grid.rows[0][0].rowspan, grid.rows[0][0].is_header, grid.rows[0][1].colspan) == (2, True, 2)


def test_rowspan_zero_reaches_the_last_row() -> None:
    (grid,) = grids(
        body("<table><tr><td rowspan=0>a</td><td>1</td></tr><tr><td>2</td></tr><tr><td>3</td></tr></table>")
    )
    assert grid.rows[0][0].rowspan == 3


def test_a_number_that_its_cell_tears_in_two_is_whole() -> None:
    (grid,) = grids(
        body("<table><tr><td>行政<br>许可</td><td>128<br>54</td></tr><tr><td>a</td><td>1</td></tr></table>")
    )
    assert [cell.text for cell in grid.rows[0]] == ["行政许可", "12854"]


def test_layout_tables_dissolve_and_data_tables_in_them_stay() -> None:
    data = "<table><tr><td>规章</td><td>1</td></tr><tr><td>规范性文件</td><td>2</td></tr></table>"
    page = body(
        f"<table><tr><td><a href=1>首页</a></td></tr><tr><td><table><tr><td><p>一、总体情况</p><p>{PROSE}</p>{data}"
        "<p>二、其他</p></td></tr></table></td></tr></table>"
    )
    parts = read(page).parts
    assert [part.text if isinstance(part, Line) else "表" for part in parts] == [
        "一、总体情况",
        PROSE,
        "表",
        "二、其他",
    ]


def test_whole_report_in_one_cell_beside_a_menu() -> None:
    menu = "".join(f"<li><a href={at}>栏目{at}</a></li>" for at in range(9))
    text = f"一、总体情况<br>{PROSE * 3}<br>二、主动公开情况<br>{PROSE}<br>"
    page = body(f"<table><tr><td><ul>{menu}</ul></td><td>{text}</td></tr></table>")
    assert lines(page) == ["一、总体情况", PROSE * 3, "二、主动公开情况", PROSE]


def test_chrome_around_the_report_is_left_out() -> None:
    page = body(
        "<div class=a><a href=1>首页</a><a href=2>政务公开</a></div><div>当前位置：<a>首页</a> &gt; <a>年报</a></div>"
        "<div><h1>示例市2020年政府信息公开工作年度报告</h1><p>发布日期：2021-01-20　来源：示例市政府办</p>"
        f"<div><p>{PROSE}</p><p>一、总体情况</p><p>{PROSE * 4}</p><p>二、其他需要报告的事项</p><p>无。</p></div>"
        "<p>上一篇：<a>2019年报告</a></p><p>下一篇：<a>没有了</a></p><ul><li><a>相关链接</a></li></ul></div>"
        "<div><p>版权所有：示例市政府　ICP备00000000号</p><p>您即将离开本网站，是否继续访问？</p></div>"
    )
    assert lines(page) == [
        "示例市2020年政府信息公开工作年度报告",
        "发布日期：2021-01-20　来源：示例市政府办",
        PROSE,
        "一、总体情况",
        PROSE * 4,
        "二、其他需要报告的事项",
        "无。",
    ]


def test_a_short_last_section_in_a_box_of_its_own_is_kept() -> None:
    first = f"<div><h2>一、总体情况</h2><p>{PROSE * 30}</p></div>"
    assert lines(body(first + "<div><h2>六、其他需要报告的事项</h2><p>无。</p></div>"))[-2:] == [
        "六、其他需要报告的事项",
        "无。",
    ]


def test_a_paragraph_that_is_one_link_is_kept() -> None:
    page = body(
        f"<h2>一、总体情况</h2><p>{PROSE}</p><p><a href=x>本年度政府采购目录和限额标准</a></p><p>{PROSE}</p>"
    )
    assert "本年度政府采购目录和限额标准" in lines(page)


def test_facts_from_meta_elements_tables_lines_and_the_address() -> None:
    page = body(
        "<table><tr><td>索 引 号：</td><td>AB-1</td><td>发布机构：</td><td>示例市政府办</td></tr>"
        "<tr><td>成文日期：</td><td>2021年1月18日</td><td>文号：</td><td></td></tr></table>"
        f"<p>发布时间：2021-01-20 09:37来源：示例市政府办字号：[大 中 小]</p><p>一、总体情况</p><p>{PROSE}</p>",
        "<title>标题 - 示例市</title><meta name=ArticleTitle content='示例市2020年报告'><meta name=PubDate "
        "content='2021-01-20 09:37'><meta property='og:url' content='http://www.example.gov.cn/1.html'>",
    )
    document = read(page)
    assert document.title == "示例市2020年报告"
    assert {
        "索引号": "AB-1",
        "发布机构": "示例市政府办",
        "成文日期": "2021年1月18日",
        "发布时间": "2021-01-20 09:37",
        "来源": "示例市政府办",
        "PubDate": "2021-01-20 09:37",
        "url": "http://www.example.gov.cn/1.html",
    }.items() <= document.facts.items()
    assert "文号" not in document.facts
    assert not any(isinstance(part, Grid) for part in document.parts)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<link rel=canonical href='https://a.example/x'>", "https://a.example/x"),
        ("<!-- saved from url=(0021)http://b.example/y.htm -->", "http://b.example/y.htm"),
        ("<meta property=og:url content=//relative><link rel=canonical href=/x>", ""),
    ],
)
def test_address_of_the_page(head: str, url: str) -> None:
    assert read(body(f"<p>{PROSE}</p>", head)).facts.get("url", "") == url


def test_preformatted_lines_keep_their_tabs() -> None:
    page = body(f"<p>{PROSE}</p><pre>信息内容\t本年制发件数\n规章\t3\n</pre>")
    assert lines(page)[1:] == ["信息内容\t本年制发件数", "规章\t3"]


def test_a_page_cut_off_is_reported() -> None:
    page = f"<html><body><p>一、总体情况</p><p>{PROSE}</p><table><tr><td>a</td><td>1</td></tr><tr><td>b"
    document = read(page)
    assert [warning.code for warning in document.warnings] == ["file-truncated"]
    assert any(isinstance(part, Grid) for part in document.parts)
    assert not read(body(f"<p>{PROSE}</p>")).warnings
    assert not read(f"<p>一、总体情况</p><p>{PROSE}</p>").warnings


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        ("<p>片段</p><p>二</p>".encode(), "x.txt", True),
        (b"  <!DOCTYPE html><title>x</title>", "x", True),
        ("# 标题\n\n正文 <b>粗</b> 文字".encode(), "x.html", False),
        ("<国务院>的通知".encode(), "x.html", False),
        (b"%PDF-1.7", "x.html", False),
        (b"<?xml version='1.0'?><a/>", "x.html", False),
    ],
)
def test_content_decides(data: bytes, name: str, expected: bool) -> None:
    assert HtmlReader().recognises(data, name) is expected


def test_limits_are_errors_that_name_them() -> None:
    started = time.monotonic()
    assert failure(b"<html><table><tr>" + b"<td>1" * (limits.MAX_CELLS + 1)).code == "limit"
    wide = "<table>" + "<tr><td colspan=100000>甲<td>1</tr>" * 2 + "</table>"
    assert failure(body(wide).encode()).code == "limit"
    deep = "<div>" * 100_000 + PROSE + "</div>" * 100_000
    assert failure(body(deep).encode()).code == "limit"
    assert failure(b"<p>" + b"<b>" * (limits.MAX_TAGS + 1)).code == "limit"
    assert failure(b"<html>" + b" " * limits.MAX_BYTES).code == "limit"
    assert time.monotonic() - started < 20


def test_nesting_within_the_limit_is_read() -> None:
    depth = limits.MAX_DEPTH - 10
    assert lines(body("<div>" * depth + PROSE + "</div>" * depth)) == [PROSE]


@pytest.mark.parametrize("data", [b"", b"\x00\x00", b" \r\n"])
def test_an_empty_file(data: bytes) -> None:
    assert failure(data).code == "empty"


def test_a_page_that_scripts_would_fill() -> None:
    assert failure(b"<html><body><div id=app></div><script>load()</script></body></html>").code == "no-text"


def test_elements_that_old_pages_never_close() -> None:
    page = body("".join(f"<font size=3><span lang=EN-US>第{at}项，{PROSE}<p>" for at in range(600)))
    assert len(lines(page)) == 600


@pytest.mark.parametrize(
    "link",
    [
        "<a href='./P020210120.pdf'>2020年年报</a>",
        "<iframe src='/pdf/view/1.PDF?x=1'></iframe>",
        "<a href=a.docx>x</a>",
    ],
)
def test_a_page_that_only_hands_on_a_file(link: str) -> None:
    error = failure(body(f"<h1>示例市2020年政府信息公开工作年度报告</h1><p>附件：{link}</p>").encode())
    assert error.code == "attachment-only"
    assert lines(body(f"<h2>一、总体情况</h2><p>{PROSE * 5}</p><p>附件：{link}</p>"))


def test_blanks_by_the_million_take_no_time() -> None:
    started = time.monotonic()
    blanks = " " * 1_000_000
    lines(body(f"<p>公开{blanks}信息</p><p>{PROSE}</p><!--{chr(10) * 500_000}-->"))
    grids(
        body(
            f"<table><tr><td>甲{blanks}乙</td><td>1</td></tr><tr><td>{chr(10) * 500_000}</td><td>2</td></tr></table>"
        )
    )
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("blank", ["\u2028", "\u2029", "\u0085", "\u200b", "\u00a0", "\u2009\u2028"])
@pytest.mark.parametrize("tag", ["p", "pre", "li"])
def test_a_line_of_nothing_but_unicode_blanks_is_none(blank: str, tag: str) -> None:
    page = body(f"<{tag}>正文一二三<br>{blank}<br>乙<a href=x>{blank}</a></{tag}>")
    assert lines(page) == ["正文一二三", "乙"]
