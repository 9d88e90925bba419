"""Writes a report as a web page, in the layouts that agencies use, chrome included.

The layouts differ in everything but the report: plain paragraphs, ``<br>`` in one cell of a layout table,
spans as a word processor exports them, a bare fragment; UTF-8 or GB18030.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from html import escape
from typing import Literal

from indexer.synthetic.vocabulary import MARK
from report_search.model import Cell, Paragraph, Report, Row, Section, Table
from report_search.passages import heading

Layout = Literal["article", "cells", "office", "fragment", "print", "print-large", "print-plain"]
LAYOUTS: tuple[Layout, ...] = ("article", "cells", "office", "fragment")
PRINTS: tuple[Layout, ...] = ("print", "print-large", "print-plain")
"""Layouts for the printer: as agencies set a report, in large type with rows that pages cut, without indents."""

Head = Callable[[Section, int], str]
_NAVIGATION = ("首页", "机构职能", "新闻动态", "政务公开", "办事服务", "互动交流", "专题专栏")
_PRINT_STYLES = {
    "print": (
        "@page{size:A4;margin:22mm 20mm}body{font:12pt/1.75 'Noto Serif CJK SC',serif;margin:0}"
        "h1{font-size:18pt;text-align:center}h2{font-size:14pt}p{text-indent:2em;margin:0;text-align:justify}"
        "p.date{text-indent:0;text-align:center}td p{text-indent:0;text-align:center}"
        "table{border-collapse:collapse;width:100%;font-size:9pt;margin:6pt 0}"
        "td{border:1px solid #000;padding:2pt;line-height:1.3}tr{break-inside:avoid}"
    ),
    "print-large": (
        "@page{size:A4;margin:25mm 26mm}body{font:16pt/28pt 'Noto Serif CJK SC',serif;margin:0}"
        "h1{font-size:22pt;text-align:center}h2,h3{font-size:16pt;margin:0;text-indent:2em}"
        "p{text-indent:2em;margin:0}td p{text-indent:0}"
        "table{border-collapse:collapse;width:100%;font-size:10pt;line-height:1.3}"
        "td{border:1px solid #000;padding:8pt 2pt;text-align:center}tr:nth-child(odd) td{background:#eee}"
    ),
    "print-plain": (
        "@page{size:A4;margin:20mm}body{font:12pt/1.5 'Noto Sans CJK SC',sans-serif;margin:0}"
        "p{margin:0 0 8pt}h2{font-size:13pt}table{border-collapse:collapse;width:100%;font-size:9pt}"
        "td{border:0.5pt solid #444;padding:1pt}td p{margin:0}"
    ),
}


def write_html(report: Report, *, layout: Layout | None = None) -> bytes:
    """The page of ``report``; its layout follows from its id unless given."""
    chosen = layout or LAYOUTS[zlib.crc32(report.id.encode()) % len(LAYOUTS)]
    writers = {"article": _article, "cells": _cells, "office": _office, "fragment": _fragment}
    text = writers[chosen](report) if chosen in writers else _print(report, chosen)
    return text.encode("gb18030" if chosen == "cells" else "utf-8")


def _article(report: Report) -> str:
    links = "".join(f"<li><a href='/{at}.html'>{name}</a></li>" for at, name in enumerate(_NAVIGATION))
    return _document(
        report,
        f"<div class='top'><ul>{links}</ul></div><div class='path'>您当前的位置：<a href='/'>首页</a> &gt; "
        f"<a href='/zwgk'>政务公开</a> &gt; <a href='/zwgk/nb'>年报</a></div>"
        f"<div class='article'><h1>{escape(report.title)}</h1>"
        f"<div class='info'>发布日期：{report.published}　来源：{escape(report.agency)}　"
        "【字号：<a>大</a> <a>中</a> <a>小</a>】</div><div class='text'>"
        f"{''.join(_parts(report, _heading_element, _paragraph_element))}</div><div class='turn'>"
        "<a href='/1.html'>上一篇：通知公告</a><a href='/2.html'>下一篇：工作动态</a></div></div>"
        f"<div class='foot'><p>主办：{escape(report.agency)}　版权所有</p><p>网站标识码：0000000000</p></div>"
        "<div style='display:none'>您即将离开本网站，是否继续访问？</div>",
    )


def _cells(report: Report) -> str:
    def line(text: str) -> str:
        return f"　　{escape(text)}<br>\n"

    def head(section: Section, depth: int) -> str:
        return line(heading(section)) if depth else f"　　<b>{escape(heading(section))}</b><br>\n"

    menu = "".join(f"<tr><td><a href='{at}.htm'>{name}</a></td></tr>" for at, name in enumerate(_NAVIGATION))
    facts = (
        f"<table border=1><tr><td>索 引 号：</td><td>SL-{report.year}-01</td><td>发布机构：</td>"
        f"<td>{escape(report.agency)}</td></tr><tr><td>发布日期：</td><td>{report.published}</td>"
        f"<td>名　　称：</td><td>{escape(report.title)}</td></tr></table>"
    )
    return (
        "<HTML><HEAD><META http-equiv=Content-Type content='text/html; charset=gb2312'>"
        f"<TITLE>{escape(report.title)}</TITLE><META name=description content='{MARK}'></HEAD><BODY>"
        f"<TABLE width=1000><TR><TD width=180><TABLE>{menu}</TABLE></TD><TD>{facts}<center>"
        f"<font size=5><b>{escape(report.title)}</b></font></center><br>"
        f"{''.join(_parts(report, head, line))}</TD></TR></TABLE></BODY></HTML>"
    )


def _office(report: Report) -> str:
    def paragraph(text: str) -> str:
        middle = len(text) // 2
        runs = f"<span>{escape(text[:middle])}</span><span\n lang=ZH-CN>{escape(text[middle:])}</span>"
        return f"<p class=MsoNormal style='text-indent:24.0pt'>{runs}<o:p></o:p></p>\n"

    def head(section: Section, depth: int) -> str:
        return f"<p class=MsoNormal><b><span>{escape(heading(section))}</span></b></p>\n"

    return _document(
        report,
        f"<p class=MsoNormal align=center><b><span>{escape(report.title)}</span></b></p>"
        f"<p class=MsoNormal align=center>（{report.published}）</p>"
        f"<div class=WordSection1>{''.join(_parts(report, head, paragraph))}</div>",
    )


def _fragment(report: Report) -> str:
    return (
        f"<p style='text-align: center;font-weight: bold;'>{escape(report.title)}</p>\t"
        f"<p style='text-align: center'>发布日期：{report.published}</p>"
        + "".join(_parts(report, lambda section, _: _paragraph_element(heading(section)), _paragraph_element))
    )


def _print(report: Report, layout: Layout) -> str:
    paragraph = _plain_paragraph if layout == "print-plain" else _paragraph_element
    return _document(
        report,
        f"<h1>{escape(report.title)}</h1><p class=date>发布日期：{report.published}</p>"
        + "".join(_parts(report, _heading_element, paragraph)),
        style=_PRINT_STYLES[layout],
    )


def _document(report: Report, body: str, *, style: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>{escape(report.title)}</title>"
        f"<meta name='ArticleTitle' content='{escape(report.title)}'><meta name='PubDate' content="
        f"'{report.published} 09:30'><meta name='description' content='{MARK}'><style>{style}</style></head>"
        f"<body>{body}</body></html>"
    )


def _heading_element(section: Section, depth: int) -> str:
    return f"<h{depth + 2}>{escape(heading(section))}</h{depth + 2}>\n"


def _plain_paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def _paragraph_element(text: str) -> str:
    return f"<p>　　{escape(text)}</p>\n"


def _parts(report: Report, head: Head, paragraph: Callable[[str], str]) -> Iterator[str]:
    """The markup of all sections, given how a layout sets a heading (with its depth) and a paragraph."""
    for path, section in report.walk():
        if heading(section):
            yield head(section, len(path) - 1)
        for block in section.blocks:
            yield paragraph(block.text) if isinstance(block, Paragraph) else _table(block)


def _table(table: Table) -> str:
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    rows = "".join(map(_row, table.rows))
    return f"<table border='1' cellspacing='0'>{caption}<tbody>{rows}</tbody></table>\n"


def _row(row: Row) -> str:
    return f"<tr>{''.join(map(_cell, row.cells))}</tr>"


def _cell(cell: Cell) -> str:
    spans = f" rowspan='{cell.rowspan}'" if cell.rowspan > 1 else ""
    spans += f" colspan='{cell.colspan}'" if cell.colspan > 1 else ""
    return f"<td{spans}><p>{escape(cell.text) or '&nbsp;'}</p></td>"
