"""Fields in a query: ``年份:2014..2019``, ``section:proactive``, 机关：外交部, each with one value or several.

A colon is an operator only behind a known field at the start of a token. Several values stand side by side with
``,``, ``、``, ``，`` or ``|`` and mean any of them; ``、``, ``，`` and ``|`` go on only if what follows is a value of
the field, since they also part words. A value that holds blanks or marks stands in quotes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

from msgspec import Struct

from report_search.analysis.fold import fold_text
from report_search.fields import DOCUMENT_NAMES, FIELD_LABELS, FIELD_NAMES, NO_YEAR, NUMBER_NAMES
from report_search.query.ast import Between, InField, Or, Query
from report_search.query.diagnostics import Edit, Problem
from report_search.query.lexicon import Lexicon

_NO_YEAR_NAMES = frozenset((NO_YEAR, "none", "无", "未知", "不详"))
_YEAR = re.compile(r"(\d{4})(?:年度?)?")
_RANGE = re.compile(r"(?:(\d{4})(?:年度?)?)?(?:\.{2,}|[-~至到—–−]+)(?:(\d{4})(?:年度?)?)?")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NAME = re.compile("(" + "|".join(FIELD_NAMES) + r"):[ \t]*", re.IGNORECASE)
_OTHER_NAMES = (*NUMBER_NAMES, *DOCUMENT_NAMES)
_ANY_NAME = re.compile("(?:" + "|".join((*FIELD_NAMES, *_OTHER_NAMES)) + "):", re.IGNORECASE)
_LIKE_FIELD = re.compile(r"([A-Za-z]{2,}):(?=[^\s/:])")
_FOREIGN = re.compile(
    r"(标题|作者|日期|时间|来源|部门|机构|年度|年|栏目|章|话题|种类|报告|年分|数字|数值|全文|整篇):(?=\S)"
)
_MEANT = {
    "机构": "机关",
    "部门": "机关",
    "年度": "年份",
    "年": "年份",
    "年分": "年份",
    "章": "章节",
    "话题": "主题",
    "种类": "类型",
    "数字": "数",
    "数值": "数",
    "全文": "整份",
    "整篇": "整份",
}
FIELD_LIKE = re.compile(f"(?i:{_ANY_NAME.pattern})|{_LIKE_FIELD.pattern}|{_FOREIGN.pattern}")
"""What is read as a field, or noted as one that is not known, where it begins a token."""
VALUE_ENDS = frozenset(" \t\r\n\f\v,、;|\x00")
"""What ends a value that stands in no quotes."""


class Clause(Struct, frozen=True):
    """A field with its values, understood: ``tree`` is what it asks, ``end`` where it ends.

    ``problem`` is that of what stands behind it and is no further value.
    """

    field: str
    tree: Query
    end: int
    problem: Problem | None = None


class Misread(Struct, frozen=True):
    """What looked like a field and is none: the problem, and where what is read as words begins and ends."""

    problem: Problem
    start: int
    end: int


class _Value(Struct, frozen=True):
    raw: str
    start: int
    end: int


class FieldSource(Struct, frozen=True):
    """A query as typed, in half width with quoted stretches blanked, and what bounds a bare value."""

    text: str
    masked: str
    quotes: Mapping[int, int]
    stops: frozenset[int]


def read_field(source: FieldSource, at: int, *, lexicon: Lexicon) -> Clause | Misread | None:
    """The field clause that begins at ``at``; None if none does."""
    name = _NAME.match(source.masked, at)
    if name is None:
        return None
    field = FIELD_NAMES[name[1].lower()]
    first = _value(source, name.end())
    if first is None:
        message = f"“{source.text[at : name.end(1)]}”后面没有值。"
        edit = Edit(name.end(1), name.end(), " ")
        return Misread(Problem("empty-value", message, at, (edit,)), at, name.end(1))
    parsed = parse_value(field, first.raw, lexicon=lexicon)
    if isinstance(parsed, str):
        return _unknown(source, field, (at, first), lexicon=lexicon)
    found, end = [parsed], first.end
    while (more := _next(source, end)) is not None:
        parsed = parse_value(field, more.raw, lexicon=lexicon)
        if not isinstance(parsed, str):
            found.append(parsed)
        elif source.text[end] == "," and not _begins_clause(source, more.start):
            # 年份:2014,公司 is a year and a word, so only the comma between them is in question.
            misread = _unknown(source, field, (end, more), lexicon=lexicon, separator=" ")
            return Clause(field, _merge(found), end, misread.problem)
        else:
            break
        end = more.end
    return Clause(field, _merge(found), end)


def _value(source: FieldSource, at: int) -> _Value | None:
    if at in source.quotes:
        end = source.quotes[at]
        raw = source.text[at + 1 : end - 1]
        return _Value(raw, at, end) if raw.strip() else None
    end = at
    while end < len(source.masked) and source.masked[end] not in VALUE_ENDS and end not in source.stops:
        end += 1
    return _Value(source.text[at:end], at, end) if end > at else None


def _next(source: FieldSource, at: int) -> _Value | None:
    """The value behind a separator at ``at``."""
    if at < len(source.masked) and source.masked[at] in ",、|" and at not in source.quotes:
        return _value(source, at + 1)
    return None


def _begins_clause(source: FieldSource, at: int) -> bool:
    return _ANY_NAME.match(source.masked, at) is not None


def parse_value(field: str, raw: str, *, lexicon: Lexicon) -> Query | str:
    """What one value asks of a field; "" if it names nothing of it."""
    if field == "year":
        return _year(raw)
    value = lexicon.resolve(field, raw)
    return "" if value is None else InField(field, (value,))


def _year(raw: str) -> Query | str:
    text = "".join(unicodedata.normalize("NFKC", raw).split()).lower()
    if text in _NO_YEAR_NAMES:
        return InField("year", (NO_YEAR,))
    text = fold_text(text).translate(_DIGITS)
    if single := _YEAR.fullmatch(text):
        return InField("year", (single[1],))
    span = _RANGE.fullmatch(text)
    if span is None or not (span[1] or span[2]):
        return ""
    low, high = (int(year) if year else None for year in span.groups())
    if low is not None and high is not None and low > high:
        return ""
    return Between("year", low, high)


def _merge(found: list[Query]) -> Query:
    """One clause for all values: plain ones together, ranges beside them."""
    masked = [node for node in found if isinstance(node, InField)]
    others = [node for node in dict.fromkeys(found) if not isinstance(node, InField)]
    merged: list[Query] = []
    if masked:
        values = dict.fromkeys(value for node in masked for value in node.values)
        merged.append(InField(masked[0].field, tuple(values)))
    merged += others
    return merged[0] if len(merged) == 1 else Or(tuple(merged))


def _unknown(
    source: FieldSource, field: str, place: tuple[int, _Value], *, lexicon: Lexicon, separator: str = ""
) -> Misread:
    """The problem with a value; without one that is near, what stands at ``place`` before it becomes ``separator``."""
    at, value = place
    label = FIELD_LABELS[field]
    near = lexicon.near(field, value.raw)
    years = re.findall(r"\d{4}", unicodedata.normalize("NFKC", value.raw)) if field == "year" else []
    if len(years) == 2:
        near = [f"{years[1]}..{years[0]}"]
        message = f"“{value.raw}”的起止年份颠倒了；写成 {near[0]}。"
    elif field == "year":
        message = f"“{value.raw}”不是年份；写成 2019，或一段年份 2014..2019。"
    elif near:
        message = f"{label}中没有“{value.raw}”；相近的有：{'、'.join(near)}。"
    else:
        listed = lexicon.labels.get(field, ())
        message = f"{label}中没有“{value.raw}”；可用的有：{'、'.join(listed[:12])}{'等' if len(listed) > 12 else ''}。"
    edit = Edit(value.start, value.end, quoted_value(near[0])) if near else Edit(at, value.start, separator)
    return Misread(Problem("unknown-value", message, value.start, (edit,)), value.start, value.end)


def quoted_value(value: str) -> str:
    """A value as it can be typed behind a colon: in quotes if it holds anything that would end it."""
    ends = any(mark in VALUE_ENDS or mark in '()（），；"“”*' or mark.isspace() for mark in value)
    return f"「{value}」" if ends and '"' in value else f'"{value}"' if ends else value


def unknown_field(source: FieldSource, at: int) -> Problem | None:
    """A hint where a word before a colon looks like a field and is none: ``yaer:2014``, 机构：外交部."""
    if like := _LIKE_FIELD.match(source.masked, at):
        name = like[1]
        if name.isupper():
            return None
        near = get_close_matches(name.lower(), [*FIELD_NAMES, *_OTHER_NAMES], n=1, cutoff=0.6)
        meant = near[0] if near else ""
    elif like := _FOREIGN.match(source.masked, at):
        meant = _MEANT.get(like[1], "")
    else:
        return None
    typed = source.text[at : like.end(1)]
    message = f"没有“{typed}:”这种限定；可以用：{'、'.join(list(FIELD_NAMES)[:5])}。"
    edit = Edit(at, like.end(1), meant) if meant else Edit(like.end(1), like.end(1) + 1, " ")
    return Problem("unknown-field", message, at, (edit,), fatal=like.re is _LIKE_FIELD)
