"""From what was asked for (agencies by any of their names, years as 2019..2023) to the reports that are meant.

The rule: names and years are read as every search reads them, so that one word means the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from report_search.errors import RequestError
from report_search.figures.checks import KINDS
from report_search.figures.database import FigureSelection
from report_search.search.filters import resolve
from report_search.search.searcher import Searcher
from report_search.taxonomy.measures import Measure, Ratio, measures, ratios


def select(searcher: Searcher, *, agencies: Sequence[str], years: Sequence[str]) -> FigureSelection:
    """The reports of ``agencies`` about ``years``. Raises ``RequestError`` for a name or a year that means nothing."""
    asked = (("agency", tuple(agencies)), ("year", tuple(years)))
    held = sorted({summary.year for summary in searcher.reports() if summary.year is not None})
    filters = tuple((field, values) for field, values in asked if values)
    found = dict(resolve(filters, lexicon=searcher.lexicon(), years=held, strict=True).filters)
    numbers = (int(year) for year in found.get("year", ()) if year.isdigit())
    return FigureSelection(found.get("agency", ()), tuple(numbers))


def measure_of(key: str) -> Measure:
    """The measure of a key, or of the one measure that is called so. Raises ``RequestError``."""
    known = measures()
    if key in known:
        return known[key]
    called = [one for one in known.values() if one.label == key]
    if len(called) == 1:
        return called[0]
    near = [one.key for one in known.values() if key and (key in one.label or one.key.startswith(key))]
    hint = f"相近的有：{'、'.join(near[:5])}。" if near else "全部指标见 /api/v1/measures 或命令 measures。"
    raise RequestError("unknown-measure", f"没有名为“{key}”的指标。", hint=hint)


def ratio_of(key: str) -> Ratio | None:
    """The ratio of a key or a label, None if there is none."""
    return next((one for one in ratios().values() if key in (one.key, one.label)), None)


def check_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """``kinds`` of checks. Raises ``RequestError`` for one that there is not."""
    found = tuple(dict.fromkeys(kinds))
    for kind in found:
        if kind not in KINDS:
            raise RequestError("bad-kind", f"没有“{kind}”这种核对。", hint=f"可用：{'、'.join(KINDS)}。")
    return found
