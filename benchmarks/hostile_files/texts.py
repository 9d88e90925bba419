"""Text and Markdown: fragments within a line, as lines, at the top of a file."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.hostile_files.kind import TITLE, Kind, Write, inside, numbered, times

HEAD = f"{TITLE}\n\n一、总体情况\n\n全年公开信息30条。\n\n"
TAIL = (
    "\n\n二、主动公开政府信息情况\n\n公开规章2件。\n\n三、收到和处理政府信息公开申请情况\n\n收到申请4件。\n"
)
CHARACTERS = (
    *(" ", "\t", "\u3000", "\xa0", "\u200b", "\x0c", "\u0300"),
    *tuple("（([《“×＿·—-①一1。：；，第\\`<&>|｜*_~#!年月日%+十〇○甲aA."),
)
WORDS = (
    *(
        "二〇",
        "1,",
        "1.",
        "20",
        "2021年",
        "2021年1月1日 ",
        "二〇二一年一月一日",
        "2021-01-01 ",
        "公开",
        "政府信息公开",
    ),
    *(
        "通知（",
        "（答复）",
        "百分之",
        "三点",
        "*a",
        "首页>",
        "首页 > ",
        "a / ",
        "| ",
        "【打印】",
        "分享到：",
        "来源：",
        "来源 ：",
    ),
    *(
        "一、",
        "（一）",
        "第一条",
        "某某",
        "人民政府",
        "XX局",
        "甲市乙区",
        "大学",
        "办公室",
        "其中：",
        "第二十条第（一）项 ",
    ),
    *(
        "规章 0 ",
        "0 ",
        "1,234 ",
        "1.属于国家秘密 0 ",
        "&nbsp;",
        "[a](",
        "![a](b)",
        "<b>",
        "</b>",
        "<!--",
        "$a$",
        "\\|",
        "~~",
    ),
    *(
        "http://a.b/",
        "10件",
        "10%",
        "。\u3000",
        "：\u3000",
        "年度报告",
        "报告（",
        "发布",
        "位置：",
        "A+ ",
        "我局",
        "请与甲联系",
    ),
)
LINES = (
    *(
        "甲",
        "一、甲",
        "（一）甲",
        "1.甲",
        "1、甲",
        "（1）甲",
        "①甲",
        "第一部分 甲",
        "第一条 甲",
        "一、存在的问题",
        "一、总体情况",
    ),
    *(
        "甲，乙",
        "打印",
        "首页 > 公开 > 正文",
        "【字体：大 中 小】",
        "版权所有",
        "——",
        "- 1 -",
        "第1页",
        "2021年1月1日",
        "12",
    ),
    *(
        "|甲|1|",
        "|---|---|",
        "甲\t1",
        "甲\t",
        "\t1",
        "甲  1",
        "  甲    乙    丙  ",
        "#甲",
        "# a",
        "## 甲",
        ">甲",
        "- 甲",
        "1. 甲",
    ),
    *(
        "信息内容",
        "统计指标",
        "统计指标 单位 统计数",
        "单位",
        "条",
        "第二十条第（一）项",
        "规章",
        "予以公开",
        "予以公开  甲",
    ),
    *(
        "予以公开\t1\t2",
        "1.属于国家秘密 0 0 3",
        "七、总计",
        "行政复议",
        "结果维持",
        "自然人",
        "总计",
        "制发件数",
        "0",
        "0 0 0",
    ),
    *(
        "a: 1",
        "h: x",
        "[a]: //b",
        "[a]: b",
        "来源：甲",
        "发布日期：2021-01-01",
        "索引号",
        "索引号：",
        "示例市人民政府",
        TITLE,
    ),
    *(
        "现将本报告公布如下。",
        "全年公开信息一千余条并通过多种渠道作出说明推动各项工作有序开展，取得明显",
        "\u3000\u3000全年公开信息一千条。",
    ),
    *(
        "<p>甲",
        "<table><tr><td>甲</td><td>1</td></tr></table>",
        "<td>甲",
        "```",
        "***",
        "===",
        "$$",
        "[^a]: b",
        "\\",
        "&#20;",
    ),
    *(
        "第二十条第（一）项 信息内容 本年制发件数",
        "规章 1 2 3",
        "注：甲",
        "其中：甲",
        "某某讯",
        "（此件公开发布）",
        "",
    ),
)


def text_of(unit: str) -> Write:
    """Writes a report with ``unit`` over and over in its first section."""
    return lambda size: f"{HEAD}{times(unit, size)}{TAIL}".encode()


def texts(suffix: str) -> Iterator[Kind]:
    """Fragments within one line, at the top of a file, and as lines, close and apart."""
    for unit in (*CHARACTERS, *WORDS):
        yield Kind(suffix, f"in a line {unit!r}", inside(f"{HEAD}甲", unit, f"乙{TAIL}"))
        yield Kind(suffix, f"as the first line {unit!r}", inside("", unit, f"\n\n{HEAD}{TAIL}"))
    for line in LINES:
        yield Kind(suffix, f"lines {line!r}", text_of(f"{line}\n"))
        yield Kind(suffix, f"paragraphs {line!r}", text_of(f"{line}\n\n"))
        yield Kind(suffix, f"lines at the top {line!r}", inside("", f"{line}\n", f"{HEAD}{TAIL}"))
    for pattern in (
        "第{}部分 甲",
        "{}. 甲",
        "h{}: x",
        "来源{}：甲",
        "[a{}]: b",
        "|甲{}|1|",
        "甲{}\t1",
        "甲{}：乙",
    ):
        yield Kind(suffix, f"lines numbered {pattern!r}", numbered(HEAD, f"{pattern}\n", TAIL))
    yield Kind(suffix, "one row of cells", inside(f"{HEAD}|", "甲|", f"\n|{TAIL}"))
    yield Kind(suffix, "one row of tabs", inside(f"{HEAD}甲", "\t1", f"\n甲\t1{TAIL}"))
    yield Kind(suffix, "one row of glued cells", inside(f"{HEAD}予以公开", " 0", f"\n予以公开 1{TAIL}"))
    yield Kind(suffix, "quotes in quotes", inside(HEAD, "> ", f"甲{TAIL}"))
