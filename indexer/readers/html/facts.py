"""What a page says about its report outside the text: tables and lines of keys and values, its own address.

The rule: keys stay as they are printed, without the blanks and colons that set them apart, and only keys that pages
are known to print count, so that no sentence of a report is taken for one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PRINTED_KEYS = """
索引号 信息索引号 信息索引 索引 发布机构 发布单位 发文机关 发文机构 发文单位 公开主体 公开机构
公开责任部门 制发机关 制作单位 信息来源 来源 稿件来源 文章来源 作者 成文日期 成文时间 发文日期
发文时间 生成日期 生成时间 形成日期 公开日期 公开时间 发布日期 发布时间 公布日期 公布时间 印发日期
更新日期 更新时间 发稿时间 日期 时间 文号 发文字号 发文号 文件编号 公文编号 名称 信息名称 文件名称
标题 主题词 主题分类 信息分类 分类 信息类别 类别 组配分类 体裁分类 服务对象 服务对象分类 有效性
是否有效 效力状态 公开方式 公开范围 公开形式 公开时限 公开属性 公开程序 公开类别 载体类型 生效日期
失效日期 废止日期 责任编辑 信息有效期 关键词 关键字 审核程序 责任部门 浏览次数 浏览量 点击数
阅读次数 访问量 字号 字体 字体大小 视力保护色 语种 内容概述 有效期
"""
KEYS = frozenset(_PRINTED_KEYS.split())
"""Keys that the pages of agencies print beside a document."""

_KEY = re.compile(r"[\s\u00a0\u3000:：【】\[\]]+")
_COLON = re.compile(r"([\u4e00-\u9fff][\u4e00-\u9fff\s\u3000]*+)([:：]?)")
"""Characters of a stretch, and the colon behind them if there is one."""
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)|^[ \t]*url:[ \t]*(https?://\S+)", re.I | re.M)
_CELLS_AT_MOST = 60
"""A table with more filled cells than this is data, whatever its labels are."""
_LINE_AT_MOST = 300
"""A line with more characters than this is prose."""


def key_of(text: str) -> str:
    """The bare key in a printed label (``索 引 号：`` is 索引号), "" if it is none of ``KEYS``."""
    bare = _KEY.sub("", text)
    return bare if bare in KEYS else ""


def from_rows(rows: list[list[str]]) -> dict[str, str]:
    """The pairs of a table that holds nothing but metadata, {} for any other table."""
    filled = sum(map(_count_filled, rows))
    if not 0 < filled <= _CELLS_AT_MOST:
        return {}
    facts: dict[str, str] = {}
    used = 0
    for row in rows:
        at = 0
        while at < len(row):
            pairs, taken = _pairs_at(row, at)
            facts.update((key, value) for key, value in pairs.items() if value)
            if pairs:
                used += _count_filled(row[at : at + taken])
            at += taken
    # At least two pairs, and two thirds of what is printed: a table of data may have a column 日期 or 名称.
    return facts if len(facts) >= 2 and used * 3 >= filled * 2 else {}


def _count_filled(cells: list[str]) -> int:
    return sum(map(bool, cells))


def _pairs_at(row: list[str], at: int) -> tuple[dict[str, str], int]:
    """The pairs that begin at a cell, and how many cells they take: ``索引号 | 001`` two, ``索引号：001`` one."""
    key = key_of(row[at])
    if key and at + 1 < len(row):
        return {key: row[at + 1]}, 2
    return from_line(row[at]), 1


def from_line(text: str) -> dict[str, str]:
    """The ``key：value`` pairs of a line that opens with one. Unknown keys are part of a value.

    ``来源：水利局 网址：example.org 日期：2020-01-31`` has two pairs: 网址 is no known key.
    """
    if len(text) > _LINE_AT_MOST:
        return {}
    labels = [label for label in map(_label, filter(_ends_in_colon, _COLON.finditer(text))) if label.key]
    if not labels or text[: labels[0].start].strip():
        return {}
    # A value goes on to where the next label starts.
    stops = [label.start for label in labels[1:]] + [len(text)]
    values = [
        text[label.end : stop].strip(" \t\u00a0\u3000|｜") for label, stop in zip(labels, stops, strict=True)
    ]
    return {label.key: value for label, value in zip(labels, values, strict=True) if value}


class _Label(NamedTuple):
    """A key with its colon in a line, as a range of the line's characters."""

    start: int
    end: int
    key: str


def _ends_in_colon(match: re.Match[str]) -> bool:
    return bool(match[2])


def _label(match: re.Match[str]) -> _Label:
    """The longest known key right before a colon; the key is "" if there is none.

    What is before it belongs to the value before: in ``水利局 发布日期：`` the key is 发布日期, not 日期.
    """
    before_colon = match[1]
    for at, char in enumerate(before_colon):
        if not char.isspace() and (key := key_of(before_colon[at:])):
            return _Label(match.start() + at, match.end(), key)
    return _Label(match.start(), match.end(), "")


def saved_from(comments: list[str]) -> str:
    """The address a browser wrote into the page when it saved it, "" if there is none."""
    for comment in comments:
        found = _SAVED_FROM.search(comment)
        if found:
            return (found[1] or found[2]).strip()
    return ""
