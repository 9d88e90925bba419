"""Filters: from what was chosen or typed (``2014..2019``, 外交部, 总体情况) to the values an engine knows.

The rule: a value that names nothing is never dropped silently. A strict request gets an error that lists the values
there are, a lenient one a hint. A year that the corpus does not hold, or an agency of the table, is a value all the
same: it finds nothing, and the page can say why. On the page an agency or report that nobody knows stays a filter too,
since without it the page would show everybody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from report_search.errors import RequestError
from report_search.fields import FIELD_LABELS, FILTER_FIELDS
from report_search.query.ast import Between, InField
from report_search.query.fields import parse_value
from report_search.query.interpret import Hint
from report_search.query.lexicon import Lexicon
from report_search.search.request import Filters

CLOSED_FIELDS = ("section", "topic", "type")
"""Fields whose values are the same for every corpus, so that any other value is a mistake."""
NAMED_FIELDS = ("agency", "report")
"""Fields whose values depend on the corpus: an unknown one is an error for programs, and finds nothing for people."""
MAX_FILTER_VALUES = 50
"""So many values a request may have in all its filters."""
MAX_NAMED_YEARS = 30
"""A range of which the corpus holds no year becomes its single years if it has fewer than these, else its ends."""


class ResolvedFilters(Struct, frozen=True):
    """Filters in canonical values, and hints about values that named nothing."""

    filters: Filters
    hints: tuple[Hint, ...] = ()


def resolve(filters: Filters, *, lexicon: Lexicon, years: Sequence[int], strict: bool) -> ResolvedFilters:
    """Canonical filters, one pair a field. A range of years means those of ``years``, the corpus, that lie in it.

    Raises ``RequestError`` for an unknown field, for more than ``MAX_FILTER_VALUES`` values in all (however lenient: a
    page has a link for each, and each link has all the others), and for a value that names nothing if ``strict``.
    """
    refuse_too_many([value for _, values in filters for value in values])
    found: dict[str, list[str]] = {}
    hints: list[Hint] = []
    for field, value in _pairs(filters):
        try:
            found.setdefault(field, []).extend(_canonical(field, value, lexicon=lexicon, years=years))
        except RequestError as error:
            if strict:
                raise
            if field in NAMED_FIELDS and value:
                found[field].append(value)
            hints.append(Hint(error.code, f"{error.message}{error.hint}", 0, ""))
    kept = tuple((field, tuple(dict.fromkeys(values))) for field, values in found.items() if values)
    return ResolvedFilters(kept, tuple(hints))


def refuse_too_many(values: Sequence[str]) -> None:
    """Raise ``RequestError`` (``too-many-filters``) for more values than one request may have."""
    if len(values) > MAX_FILTER_VALUES:
        raise RequestError(
            "too-many-filters",
            f"筛选条件太多：一次最多 {MAX_FILTER_VALUES} 个，这里有 {len(values)} 个。",
            hint="请去掉一些；连续的年份可以写成一段，如 2008..2024。要看全部机关，不必逐个选，去掉机关筛选即可。",
        )


def _pairs(filters: Filters) -> Iterator[tuple[str, str]]:
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
    if named is None:
        raise _unknown(field, value, lexicon)
    return [named]


def _unknown(field: str, value: str, lexicon: Lexicon) -> RequestError:
    near = lexicon.near(field, value)
    if field in CLOSED_FIELDS:
        hint = f"可用：{'、'.join(lexicon.labels.get(field, ()))}。"
    elif near:
        hint = f"相近的有：{'、'.join(near)}。"
    else:
        hint = "已收录的机关和报告见“收录范围”。"
    return RequestError("unknown-value", f"{FIELD_LABELS[field]}中没有“{value}”。", hint=hint)


def _years(value: str, *, lexicon: Lexicon, years: Sequence[int]) -> Sequence[str]:
    clause = parse_value("year", value, lexicon=lexicon)
    if isinstance(clause, InField):
        return clause.values
    if not isinstance(clause, Between):
        raise RequestError(
            "bad-year",
            f"“{value}”不是年份，或起止颠倒了。",
            hint="写成 2019，或一段年份 2014..2019、2014..、..2019。",
        )
    low, high = clause.low or 0, clause.high or 9999
    held = [str(year) for year in sorted(years) if low <= year <= high]
    return held or _years_not_held(clause)


def _years_not_held(clause: Between) -> list[str]:
    """Years to filter by for a range of which the corpus holds none.

    They find nothing, but the filter has to stay: without it the request would find everything.
    """
    ends = [year for year in (clause.low, clause.high) if year is not None]
    is_closed = len(ends) == 2
    if is_closed and ends[1] - ends[0] < MAX_NAMED_YEARS:
        return [str(year) for year in range(ends[0], ends[1] + 1)]
    return [str(year) for year in ends]
