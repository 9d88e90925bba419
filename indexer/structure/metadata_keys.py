"""Lines and tables of keys and values: ``索引号：0001  发布日期：2020-01-20``.

The rule: a line is metadata only if it opens with a key, holds no sentence, and at least one of its keys is known or
gives a date; a key that nobody knows may stand before, between or behind the known ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from indexer.document import Grid, GridCell
from indexer.text.dates import date_in
from indexer.text.ordinals import ordinal_of
from report_search.analysis.normalise import one_line

_ABOUT = {
    "published": "发布日期 日期 时间 发布时间 公开日期 公开时间 发表时间 发表日期 信息发布日期 发布于 发稿时间 "
    "发稿日期 公布日期 公布时间 上传时间 上传日期 录入时间 添加时间 更新时间 更新日期 PubDate publishdate",
    "written": "成文日期 成文时间 生成日期 生成时间 制发日期 发文日期 发文时间 印发日期 形成日期",
    "publisher": "发布机构 发布单位 发文机关 公开机构 公开主体 发布机关 制发机关 信息公开单位 发文机构 发文单位",
    "origin": "来源 信息来源 文章来源 稿件来源 发布来源 ContentSource 责任部门",
    "site": "SiteName 网站名称 站点名称",
    "number": "文号 发文字号 文件编号 发文号",
    "title": "标题 名称 信息名称 文件名称 ArticleTitle title",
    "url": "url Url URL canonical og:url 原文链接 source 链接",
    "": "索引号 索取号 主题分类 主题词 体裁分类 组配分类 有效性 公开方式 公开形式 公开范围 公开时限 信息类别 "
    "文种 载体 作者 编辑 撰稿 审核 供稿 初审 复审 终审 点击率 浏览量 浏览 阅读量 阅读 点击 访问量 责任编辑 "
    "浏览次数 点击数 阅读次数 访问次数 点击量 分类 主题 关键词 服务对象 生命周期 废止日期 "
    "生效日期 内容概述 信息分类 所属主题 发布人 发布者 投稿 投稿人 是否有效 时效 时效性 效力状态 字体 字号 字体大小 "
    "浏览人数 阅读人数 录入人 录入者 信息索引 文件状态 网址",
}
KEYS: Mapping[str, str] = {name: about for about, names in _ABOUT.items() for name in names.split()}
"""Printed and technical keys of metadata and what each is about ("" for what no report needs)."""

_NAMES = sorted((name for name in KEYS if not name.isascii()), key=len, reverse=True)
_SPACED = "|".join(r"\s*".join(name) for name in _NAMES)
_DATED = r"\s+(?=20\d\d\s?[-年/.])"
"""What some sites print between a key and its date instead of a colon."""
KNOWN_KEY = re.compile(rf"[【\[(（]?({_SPACED})[】\]]?(?:\s*[:：]|{_DATED})")
"""A known key at the beginning of a line."""
_ANY_KEY = re.compile(
    rf"(?<![\u4e00-\u9fff])[【\[(（]?([\u4e00-\u9fff]{{2,8}})[】\]]?\s*[:：]|{KNOWN_KEY.pattern}"
)
"""A known key wherever it is, or any short word before a colon that nothing is glued to."""
_STAMP = re.compile(
    r"[（(【〖\[]?\s*+(发布)?(日期|时间)?[:：]?\s*+20\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*+日?\s*+(\d{1,2}[:：]\d{2}([:：]\d{2})?)?\s*[）)】〗\]]?"
)
_BUTTONS = re.compile(
    r"(?:(?<![\s【\[（(|])[\s【\[（(|]++)?(?:字[号体號體]|打印|列印|分享|关闭|關閉|收藏).*$"
)
_BORDERS = re.compile(r"(?:(?<!\s)\s*[|｜\t]|[|｜])\s*")
_DATE_KEY = re.compile(r"(?:日期|时间|日|于)$")
_OTHER_DATE = re.compile(r"统计|期限|时限|生效|失效|废止|截止|截至|有效|施行|实施|起止|开始|结束|审结|受理")
"""Words of keys whose dates are not those of the report."""
_WRITING = re.compile(r"成文|形成|制|印|签|写|生成|文件|落款")
_EDGES = " \u3000\xa0|\t[]【】（）();；,，"
_LONGEST = 400
_LONGEST_VALUE = 80
_LONGEST_NAME = 20
_DATES = ("published", "written")
_SENTENCE = re.compile(r"[。！？]|；.*；")

Pairs = list[tuple[str, str]]
"""What each key is about and its value, in order."""


def is_stamp(text: str) -> bool:
    """Whether ``text`` is a date and nothing else, with or without its key; buttons may follow a bare one."""
    bare = text if KNOWN_KEY.match(text) else _BUTTONS.sub("", text)
    return bool(_STAMP.fullmatch(bare))


def line_pairs(text: str) -> Pairs:
    """The keys and values of a line that holds nothing else (a date stamp or a name may come before them)."""
    # 2020-01-20 来源：办公室 字号：大 中 小 → (stamp, 2020-01-20), (origin, 办公室); the buttons are cut off.
    # 发布者：某某 发布日期：2020-01-20 → the date; the line counts though 发布者 might be unknown.
    if len(text) > _LONGEST or _SENTENCE.search(text):
        return []
    # 2020年1月20日来源：办公室: the date is no part of the key behind it.
    date = None if KNOWN_KEY.match(text) else _STAMP.match(text)
    pairs = _pairs_behind_name(text[date.end() :] if date else text)
    return [("stamp", date_in(date.group())), *pairs] if date and pairs else pairs


def _pairs_behind_name(text: str) -> Pairs:
    """The keys and values of ``text``, which may begin with a name if a key gives the date."""
    keys = _keys_in(text)
    if not keys:
        return []
    values = _values_of(keys, text)
    pairs = [(_about(key.name, value), value) for key, value in zip(keys, values, strict=True)]
    known = [(about, _BUTTONS.sub("", value)) for about, value in pairs if about is not None]
    is_prose = pairs[0][0] is None and max(map(len, values)) > _LONGEST_VALUE
    before = text[: keys[0].start].strip(_EDGES)
    return known if known and not is_prose and _may_come_before(before, known) else []


def _values_of(keys: Sequence[_PrintedKey], text: str) -> list[str]:
    """The value of each key: what is printed up to the next one."""
    ends = [*(key.start for key in keys[1:]), len(text)]
    return [text[key.end : end].strip(_EDGES) for key, end in zip(keys, ends, strict=True)]


def _may_come_before(before: str, pairs: Pairs) -> bool:
    """Whether ``before`` may stand before the keys of a line: nothing, or a name if a key gives the date."""
    # 某某网 时间：2020-01-20 我要投稿
    if not before:
        return True
    is_name = (
        len(before) <= _LONGEST_NAME and not re.search(r"[，,；]", before) and ordinal_of(before) is None
    )
    return is_name and any(about in _DATES and date_in(value) for about, value in pairs)


class _PrintedKey(NamedTuple):
    """A key as printed in a line: the range of its characters with its colon, and its bare name."""

    start: int
    end: int
    name: str


def _keys_in(text: str) -> list[_PrintedKey]:
    """Every key in ``text``; what is glued before a known key belongs to the value before it."""
    # 来源：水利局发布日期：2020-01-20 has the keys 来源 and 发布日期, not 水利局发布日期.
    return [
        _PrintedKey(match.end() - len(match[0]) + at, match.end(), name)
        for match in _ANY_KEY.finditer(text)
        for at, name in [_bare_key(match)]
    ]


def _bare_key(match: re.Match[str]) -> tuple[int, str]:
    """Where in the match the key begins, and its name without blanks."""
    if match[1] is None:
        return 0, "".join(match[2].split())
    # 办公时间 is no 时间 that was glued to a name.
    known = next((name for name in _NAMES if len(name) > 2 and match[1].endswith(name)), match[1])
    return match.start(1) - match.start() + len(match[1]) - len(known), known


def _about(key: str, value: str) -> str | None:
    """What ``key`` is about; None for one that is unknown and gives no date of the report."""
    if key in KEYS:
        return KEYS[key]
    if not _DATE_KEY.search(key) or _OTHER_DATE.search(key) or not date_in(value[:24]):
        return None
    return "written" if _WRITING.search(key) else "published"


def row_pairs(text: str) -> Pairs:
    """The keys and values of a row of a metadata table that was saved as text."""
    bare = text.strip("|｜ ")
    if not _BORDERS.search(text.strip()):
        return []
    return grid_pairs(Grid((tuple(GridCell(cell) for cell in _BORDERS.split(bare)),)))


def has_borders(text: str) -> bool:
    """Whether ``text`` holds tabs or pipes that part cells."""
    return bool(_BORDERS.search(text))


def grid_pairs(grid: Grid) -> Pairs:
    """The keys and values of a metadata table, none if it is another table."""
    # 索引号 | 0001 | 发布机构 | 教育局 / 发布日期：2020-01-20 | : a value is in the cell behind its key or in the same.
    cells = [one_line(cell.text) for row in grid.rows for cell in row]
    keys = [at for at, text in enumerate(cells) if _is_printed_key(_key_and_value(text)[0])]
    filled = sum(map(bool, cells))
    least = 1 if len(grid.rows) == 1 and filled <= 2 else 2
    # A table of values may have a 时间 or 名称 in its head: keys have to be a good part of all cells.
    if len(keys) < least or len(keys) * 3 < filled:
        return []
    return [_pair_at(cells, at, keys) for at in keys]


def _pair_at(cells: Sequence[str], at: int, keys: Sequence[int]) -> tuple[str, str]:
    name, value = _key_and_value(cells[at])
    has_value_behind = at + 1 < len(cells) and at + 1 not in keys
    return KEYS[name], value or (cells[at + 1] if has_value_behind else "")


def _key_and_value(text: str) -> tuple[str, str]:
    """What is before and behind the colon of a cell, the key without blanks (``来　源：``)."""
    name, _, value = text.replace("：", ":").partition(":")
    return "".join(name.split()), value.strip()


def _is_printed_key(name: str) -> bool:
    return name in KEYS and not name.isascii()
