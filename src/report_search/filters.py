"""Filters: from what was chosen or typed (``2014..2019``, 外交部, 总体情况) to the values an engine knows.

A value that names nothing is never dropped silently: strict requests get an error that says what there is, lenient
ones a hint. A year or an agency that the corpus does not hold is a value all the same; it finds nothing, and the
page can say why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from report_search import agencies, sections, topics
from report_search.engine.boundary import FILTER_FIELDS, NO_YEAR
from report_search.errors import RequestError
from report_search.facets import LABELS, TYPE_LABELS
from report_search.query.reading import Hint
from report_search.request import Filters

_YEARS = re.compile(r"(\d{4})?\s*\.\.\s*(\d{4})?")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Filters in canonical values, and hints about values that named nothing."""

    filters: Filters
    hints: tuple[Hint, ...] = ()


def resolve(filters: Filters, *, years: Sequence[int], strict: bool) -> Resolved:
    """Canonical filters. ``years`` are those of the corpus, for open and closed ranges.

    Raises ``RequestError`` for an unknown field, and for an unknown value if ``strict``.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    hints: list[Hint] = []
    for field, values in filters:
        if field not in FILTER_FIELDS:
            raise RequestError(
                "unknown-field", f"不认识的筛选“{field}”。", hint=f"可用：{'、'.join(FILTER_FIELDS)}。"
            )
        kept: list[str] = []
        for value in values:
            try:
                kept.extend(_canonical(field, value.strip(), years))
            except RequestError as error:
                if strict:
                    raise
                hints.append(Hint(error.code, error.message + error.hint, 0, ""))
        if kept:
            found.append((field, tuple(dict.fromkeys(kept))))
    return Resolved(tuple(found), tuple(hints))


def _canonical(field: str, value: str, years: Sequence[int]) -> Sequence[str]:
    if field == "year":
        return _years(value, years)
    if field == "agency":
        return [agencies.resolve(value).name]
    if field == "report":
        return [value]
    labels = {"section": sections.LABELS, "topic": topics.labels(), "type": TYPE_LABELS}[field]
    for key, label in labels.items():
        if value in (key, label):
            return [key]
    raise RequestError(
        "unknown-value",
        f"{LABELS[field]}中没有“{value}”。",
        hint=f"可用：{'、'.join(f'{label}（{key}）' for key, label in labels.items())}。",
    )


def _years(value: str, years: Sequence[int]) -> Sequence[str]:
    bare = value.removesuffix("年")
    if bare == NO_YEAR or re.fullmatch(r"\d{4}", bare):
        return [bare]
    span = _YEARS.fullmatch(bare)
    if span is None or not (span[1] or span[2]):
        raise RequestError(
            "bad-year", f"“{value}”不是年份。", hint="写成 2019，或一段年份 2014..2019、2014..、..2019。"
        )
    low, high = int(span[1] or 0), int(span[2] or 9999)
    if low > high:
        raise RequestError("bad-year", f"“{value}”的起止年份颠倒了。", hint=f"写成 {high}..{low}。")
    inside = [str(year) for year in sorted(years) if low <= year <= high]
    return inside or [span[1] or span[2]]
