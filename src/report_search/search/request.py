"""What somebody asks for: the same shape for the page, the API and the command line."""

from __future__ import annotations

from msgspec.structs import replace

from report_search.config import DEFAULT_LIMIT, MAX_LIMIT
from report_search.errors import RequestError
from report_search.fields import FACET_FIELDS, GROUPS, SORTS, Collapse, Group, Sort, TrendField
from report_search.record import Record
from report_search.search.since.moments import seconds_of_moment

Filters = tuple[tuple[str, tuple[str, ...]], ...]
"""One (field, values) pair a field; values as typed (``2014..2019``, a label, an alias) or canonical."""


class SearchRequest(Record, frozen=True):
    """A query with its choices.

    ``strict`` turns a query that can't be understood into an error, as programs want it; else there is always an
    answer, with hints. ``expand`` lets listed synonyms satisfy unquoted words. ``titles`` looks in headings and
    titles even if the query has no exact wording. ``lineage`` takes the predecessors of every agency that is chosen
    in a filter along. ``group="report"`` puts the hits of a report together, ``fold`` those of equal and nearly equal
    text: ``limit`` then counts groups, totals never change. ``facets`` names the facets to count, ``whole`` those of
    them that list every value; ``by`` is the field by which the trend above a page is counted, ``tallies`` are fields
    by which the complete hits are counted as well. ``since`` leaves only passages first published on this site at that
    moment or later, "" for all. Raises ``RequestError`` for a limit outside 1 … 100, an unknown order or group, both
    kinds of groups at once, a moment that is none, and text that can't be encoded (a lone surrogate, from bytes that
    were not UTF-8).
    """

    text: str = ""
    filters: Filters = ()
    sort: Sort = "relevance"
    limit: int = DEFAULT_LIMIT
    cursor: str = ""
    facets: tuple[str, ...] = FACET_FIELDS
    whole: tuple[str, ...] = ()
    strict: bool = False
    expand: bool = True
    titles: bool = False
    lineage: bool = False
    group: Group = ""
    fold: bool = False
    by: TrendField = "year"
    tallies: tuple[str, ...] = ()
    since: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise RequestError(
                "bad-limit",
                f"limit 应在 1 到 {MAX_LIMIT} 之间，收到的是 {self.limit}。",
                hint="更多结果请用返回的 next 作为 cursor 继续翻页。",
            )
        if self.sort not in SORTS:
            raise RequestError("bad-sort", f"不认识的排序“{self.sort}”。", hint=f"可用：{'、'.join(SORTS)}。")
        if self.group not in GROUPS:
            raise RequestError(
                "bad-group", f"group 不能是“{self.group}”。", hint="可用：report（按报告归并）。"
            )
        if self.group and self.fold:
            raise RequestError(
                "group-and-fold", "按报告归并和合并同文不能同时使用。", hint="请只用 group=report 或 fold=1。"
            )
        if self.since:
            seconds_of_moment(self.since)
        for text in (self.text, self.cursor, *(value for _, values in self.filters for value in values)):
            if not _is_encodable(text):
                raise RequestError("bad-text", "检索式不是有效的文字。", hint="请用 UTF-8 编码输入。")

    @property
    def collapse(self) -> Collapse:
        """By what hits are put together."""
        return "text" if self.fold else self.group

    @property
    def every_hit(self) -> SearchRequest:
        """The same request with nothing put together."""
        return replace(self, group="", fold=False)

    def chosen(self, field: str) -> tuple[str, ...]:
        """The values chosen for ``field``; () for none."""
        return next((values for name, values in self.filters if name == field), ())


def _is_encodable(text: str) -> bool:
    """Whether ``text`` is free of lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
