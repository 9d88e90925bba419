"""What a page says of an error: the words of an editor where a program is told parameters and cursors.

The rule: the codes and messages of errors are for programs, in JSON. On a page stands what a reader can do; no name of
a parameter is shown there.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from report_search.errors import ReportSearchError

TITLES: Mapping[int, str] = {
    308: "这里的内容换了地址",
    400: "无法按这些条件检索",
    404: "这里没有您要找的内容",
    405: "网址有误",
    410: "这一页已经过期",
    429: "访问太频繁",
    500: "系统出现错误",
    503: "检索服务暂时不可用",
}

TITLES_BY_CODE: Mapping[str, str] = {
    "withdrawn": "这份报告已经撤下",
    "corrected": "这里的原文后来更正过",
    "superseded": "这份报告已由另一份取代",
    "removed": "这里的内容已不在库中",
    "too-costly": "这个检索太费时",
    "busy": "现在访问的人太多",
}
"""Titles of errors that say more than their status."""

ADDRESS_TITLE = "网址有误"
STALE_PLACE = frozenset({"bad-cursor", "cursor-foreign", "cursor-gone", "stale-cursor"})
"""Codes of a place in a list that is no longer one."""
MALFORMED = frozenset(
    {"unknown-parameter", "repeated-parameter", "bad-request", "method-not-allowed", "one-measure"}
)
"""Codes of an address that nobody who follows links comes to."""
BAD_PARTS: Mapping[str, str] = {
    "bad-sort": "排序方式",
    "bad-limit": "每页条数",
    "bad-group": "归并方式",
    "group-and-fold": "归并方式",
    "bad-by": "统计方式",
    "bad-whole": "要展开的筛选项",
    "bad-page": "页码",
    "bad-expand": "同义词开关",
    "bad-titles": "标题开关",
    "bad-lineage": "前身开关",
    "bad-fold": "合并同文开关",
    "bad-only": "机关范围",
    "bad-width": "两边的字数",
    "bad-sentence": "句子的序号",
    "bad-kind": "核对种类",
    "bad-style": "引用格式",
    "unknown-field": "筛选项",
    "unknown-measure": "指标",
}
"""What of the address is wrong, by the code of the error."""


class ErrorWords(Struct, frozen=True):
    """What a page says of an error; ``restart`` if the same list can be asked for from its first page."""

    title: str
    message: str
    hint: str
    restart: bool = False


def words_of(error: ReportSearchError, status: int) -> ErrorWords:
    """The words for ``error``, which is answered with ``status``."""
    if error.code in STALE_PLACE:
        return ErrorWords(ADDRESS_TITLE, "翻页位置已失效。", "请从第一页重新检索。", restart=True)
    if error.code in BAD_PARTS or error.code in MALFORMED:
        part = BAD_PARTS.get(error.code)
        said = f"网址中的{part}无效。" if part else "网址不完整或有多余的内容。"
        return ErrorWords(ADDRESS_TITLE, said, "请使用页面上的链接，或从首页重新检索。")
    title = TITLES_BY_CODE.get(error.code) or TITLES.get(status, TITLES[400])
    return ErrorWords(title, error.message, error.hint)
