"""Which part of a page is the report, found by what all these pages share and never by the site.

A report is what holds the numbered headings, the tables and the prose; the page around it holds links and
short lines. The smallest element with all headings, all tables and nearly all prose is the report; the title
and the lines with date and source, which many pages set above it, join it.
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
_SHARE = 0.95
_ABOVE = 15
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
    if item.links < 0.6:
        return bool(_TURN.search(text) or _PATH.match(text))
    return item.link_count > 1 or bool(_TURN.search(text)) or (item.node.name == "li" and len(text) < 40)


def _weight(item: Item) -> float:
    if isinstance(item.part, Grid):
        return 500.0
    text = item.part.text
    if item.links >= 0.6 or _SITE.search(text):
        return 0.0
    if item.part.level or _HEADING.match(text):
        return 60.0
    return float(len(text)) if len(text) >= _PROSE else 0.0


def _must_keep(item: Item) -> bool:
    """Whether the report can't do without the item: a table, set as one or not, or a numbered heading."""
    if isinstance(item.part, Grid):
        return True
    return item.links < 0.6 and ("\t" in item.part.text or bool(_HEADING.match(item.part.text)))


def _smallest(items: list[Item], weights: list[float], root: HtmlNode) -> HtmlNode:
    """The smallest element that holds all that must be kept and nearly all the weight."""
    total: defaultdict[HtmlNode, float] = defaultdict(float)
    kept: defaultdict[HtmlNode, int] = defaultdict(int)
    for item, weight in zip(items, weights, strict=True):
        total[item.node] += weight
        kept[item.node] += _must_keep(item)
    nodes = sorted(_with_ancestors(items), key=lambda node: node.depth, reverse=True)
    for node in nodes:
        if node.parent:
            total[node.parent] += total[node]
            kept[node.parent] += kept[node]
    if not total[root]:
        return root
    fitting = (
        node
        for node in nodes
        if node.name in _CONTAINERS and kept[node] == kept[root] and total[node] >= _SHARE * total[root]
    )
    return next(fitting, root)


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
    """The title that stands above the main element, and what stands between; else lines of facts."""
    near = [item for item in above[-_ABOVE:] if isinstance(item.part, Line) and item.links < 0.5]
    titles = [at for at, item in enumerate(near) if _is_title(item)]
    if titles:
        return near[titles[-1] :]
    return [item for item in near if isinstance(item.part, Line) and facts.from_line(item.part.text)]


def _is_title(item: Item) -> bool:
    text = item.part.text if isinstance(item.part, Line) else ""
    return 6 <= len(text) <= 60 and "：" not in text and bool(_TITLE.search(text))
