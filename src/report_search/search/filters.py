"""Filters: from what was chosen or typed (``2014..2019``, 外交部, 总体情况) to the values an engine knows.

A value that names nothing is never dropped silently: strict requests get an error that says what there is, lenient
ones a hint. A year or an agency that the corpus does not hold is a value all the same; it finds nothing, and the
page can say why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from report_search.errors import RequestError
from report_search.fields import FIELD_LABELS, FILTER_FIELDS
from report_search.query.ast import Between, InField
from report_search.query.fields import parse_value
from report_search.query.interpret import Hint
from report_search.query.lexicon import Lexicon
from report_search.search.request import Filters

LISTED = ("section", "topic", "type")
"""Fields whose values are a list that is the same for every corpus."""
MOST_YEARS = 30
"""So many years of a range that the corpus does not hold are named one by one."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Filters in canonical values, and hints about values that named nothing."""

    filters: Filters
    hints: tuple[Hint, ...] = ()


def resolve(filters: Filters, *, lexicon: Lexicon, years: Sequence[int], strict: bool) -> Resolved:
    """Canonical filters, one pair a field. ``years`` are those of the corpus: a range means those that lie in it.

    Raises ``RequestError`` for an unknown field, and for a value that names nothing if ``strict``.
    """
    found: dict[str, list[str]] = {}
    hints: list[Hint] = []
    for field, value in _each(filters):
        try:
            found.setdefault(field, []).extend(_canonical(field, value, lexicon=lexicon, years=years))
        except RequestError as error:
            if strict:
                raise
            hints.append(Hint(error.code, f"{error.message}{error.hint}", 0, ""))
    kept = tuple((field, tuple(dict.fromkeys(values))) for field, values in found.items() if values)
    return Resolved(kept, tuple(hints))


def _each(filters: Filters) -> Iterator[tuple[str, str]]:
    for field, values in filters:
        if field not in FILTER_FIELDS:
            raise RequestError(
                "unknown-field", f"不认识的筛选“{field}”。", hint=f"可用：{'、'.join(FILTER_FIELDS)}。"
            )
        yield from ((field, value.strip()) for value in values)


def _canonical(field: str, value: str, *, lexicon: Lexicon, years: Sequence[int]) -> Sequence[str]:
    if not value:
        raise RequestError(
            "empty-value", f"{FIELD_LABELS[field]}没有值。", hint="请给出一个值，或去掉这项筛选。"
        )
    if field == "year":
        return _years(value, lexicon=lexicon, years=years)
    named = lexicon.resolve(field, value)
    if named is None and field in LISTED:
        raise _unknown(field, value, lexicon)
    return [named or value]


def _unknown(field: str, value: str, lexicon: Lexicon) -> RequestError:
    return RequestError(
        "unknown-value",
        f"{FIELD_LABELS[field]}中没有“{value}”。",
        hint=f"可用：{'、'.join(lexicon.labels.get(field, ()))}。",
    )


def _years(value: str, *, lexicon: Lexicon, years: Sequence[int]) -> Sequence[str]:
    asked = parse_value("year", value, lexicon=lexicon)
    if isinstance(asked, InField):
        return asked.values
    if not isinstance(asked, Between):
        raise RequestError(
            "bad-year",
            f"“{value}”不是年份，或起止颠倒了。",
            hint="写成 2019，或一段年份 2014..2019、2014..、..2019。",
        )
    low, high = asked.low or 0, asked.high or 9999
    inside = [str(year) for year in sorted(years) if low <= year <= high]
    return inside or _named(asked)


def _named(asked: Between) -> list[str]:
    """The years of a range of which the corpus holds none: they find nothing, and stand there to say so."""
    ends = [year for year in (asked.low, asked.high) if year is not None]
    if len(ends) == 2 and ends[1] - ends[0] < MOST_YEARS:
        return [str(year) for year in range(ends[0], ends[1] + 1)]
    return [str(year) for year in ends]
