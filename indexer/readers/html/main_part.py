"""Which part of a page is the report, found by what all these pages have in common.

A report holds numbered headings, tables and prose; the page around it holds links and short lines. The smallest
element with all headings, all tables and nearly all prose is the report; the title and the lines with date and
source, which many pages set above it, join it. The rule: no site is known by name.
"""

from __future__ import annotations

import re
from collections import defaultdict

from indexer.document import Grid, Line
from indexer.readers.html import facts
from indexer.readers.html.lines import Item
from indexer.readers.html.tree import HtmlNode

_HEADING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)])\s*\S"
)
_TITLE = re.compile(r"(?:信息|政务)公开.*(?:报告|年报|情况|总结)|年度?报告|年报")
_SITE = re.compile(r"版权所有|您即将离开|ICP备|网站标识码|技术支持|主办单位|承办单位|建议使用|返回顶部")
_TURN = re.compile(r"^[\[【<«]?\s*(?:上|下)一[篇条页]|相关(?:阅读|文章|链接|信息|新闻)|^附件下载")
_PATH = re.compile(r"[\[【]?(?:您?(?:当前|现在|所在)的?位置|首页\s*[>›»＞])")
_TOOLS = re.compile(
    r"(?:字[体号]|打印(?:本[页文])?|关闭(?:窗口|本页)?|分享[到至]?|收藏|视力保护色|默认|特?大|中|小|微信|微博|QQ空间|朋友圈|更多"
    r"|[:：\[\]【】（）()|｜、\s\u3000+\-A])+"
)
_PROSE = 25
"""A line with at least so many characters is prose."""
_MOSTLY_LINKS = 0.6
"""A line with at least this share of links leads elsewhere."""
_SHARE = 0.95
"""The share of the weight that the report must have: 5 % may be a preface, an advertisement, a footer."""
_ABOVE = 15
"""So many items above the report may hold its title."""
_TABLE_WEIGHT = 500.0
_HEADING_WEIGHT = 60.0
"""Weights are in characters of prose."""
_CONTAINERS = frozenset(("body", "div", "td", "article", "section", "main", "center", "form", "blockquote"))
"""Elements that hold paragraphs; a single paragraph is never the whole report."""


def report_items(items: list[Item], root: HtmlNode) -> list[Item]:
    """The items that belong to the report, in reading order."""
    items = [item for item in items if not _is_navigation(item)]
    weights = [_weight(item) for item in items]
    main = _below(_smallest(items, weights, root))
    inside = [item.node in main for item in items]
    if True not in inside:
        return items
    first = inside.index(True)
    above = _title_area(items[:first])
    return [*above, *(item for item, keep in zip(items, inside, strict=True) if keep)]


def _is_navigation(item: Item) -> bool:
    """Whether an item is there to lead elsewhere or to handle the page, not to be read."""
    if not isinstance(item.part, Line):
        return False
    text = item.part.text
    if _TOOLS.fullmatch(text):
        return True
    if not item.links:
        return False
    leads_on = bool(_TURN.search(text))
    if item.links < _MOSTLY_LINKS:
        return leads_on or bool(_PATH.match(text))
    is_menu_entry = item.node.name == "li" and len(text) < 40
    return leads_on or is_menu_entry or item.link_count > 1


def _weight(item: Item) -> float:
    """How much an item speaks for what holds it being the report."""
    if isinstance(item.part, Grid):
        return _TABLE_WEIGHT
    text = item.part.text
    if item.links >= _MOSTLY_LINKS or _SITE.search(text):
        return 0.0
    if item.part.level or _HEADING.match(text):
        return _HEADING_WEIGHT
    return float(len(text)) if len(text) >= _PROSE else 0.0


def _must_keep(item: Item) -> bool:
    """Whether the report can't do without the item: a table, set as one or not, or a numbered heading."""
    if isinstance(item.part, Grid):
        return True
    is_row = "\t" in item.part.text
    return item.links < _MOSTLY_LINKS and (is_row or bool(_HEADING.match(item.part.text)))


def _smallest(items: list[Item], weights: list[float], root: HtmlNode) -> HtmlNode:
    """The smallest element that holds all that must be kept and nearly all the weight."""
    total: defaultdict[HtmlNode, float] = defaultdict(float)
    kept: defaultdict[HtmlNode, int] = defaultdict(int)
    for item, weight in zip(items, weights, strict=True):
        total[item.node] += weight
        kept[item.node] += _must_keep(item)
    # From the deepest element up, so that each has all its own before it is added to the one around it. The first
    # that has enough, in the same order, is then the smallest.
    nodes = sorted(_with_ancestors(items), key=lambda node: node.depth, reverse=True)
    for node in nodes:
        if node.parent:
            total[node.parent] += total[node]
            kept[node.parent] += kept[node]
    if not total[root]:
        return root
    for node in nodes:
        has_enough = kept[node] == kept[root] and total[node] >= _SHARE * total[root]
        if has_enough and node.name in _CONTAINERS:
            return node
    return root


def _with_ancestors(items: list[Item]) -> set[HtmlNode]:
    found: set[HtmlNode] = set()
    for item in items:
        node: HtmlNode | None = item.node
        while node is not None and node not in found:
            found.add(node)
            node = node.parent
    return found


def _below(main: HtmlNode) -> set[HtmlNode]:
    """``main`` and every element below it."""
    found: set[HtmlNode] = set()
    stack = [main]
    while stack:
        node = stack.pop()
        found.add(node)
        stack.extend(child for child in node.children if isinstance(child, HtmlNode))
    return found


def _title_area(above: list[Item]) -> list[Item]:
    """The title above the main element and what is between the two; without a title, the lines of facts there."""
    near = [item for item in above[-_ABOVE:] if isinstance(item.part, Line) and item.links < 0.5]
    titles = [at for at, item in enumerate(near) if _is_title(item)]
    if titles:
        return near[titles[-1] :]
    return [item for item in near if isinstance(item.part, Line) and facts.from_line(item.part.text)]


def _is_title(item: Item) -> bool:
    text = item.part.text if isinstance(item.part, Line) else ""
    return 6 <= len(text) <= 60 and "：" not in text and bool(_TITLE.search(text))
