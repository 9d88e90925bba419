"""Series through the years: a measure, or a stated ratio, by agency and year, as page and chart show it.

The rule: a year whose report is not held is told from one whose report has no number; numbers are drawn in the unit of
the measure, and what can't be compared is not joined by a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from report_search.figures.cells import show
from report_search.figures.checks import Check
from report_search.figures.database import FigureDatabase, FigureRow, FigureSelection
from report_search.generations import ReportSummary
from report_search.taxonomy.measures import Break, Measure, Ratio, measures

_SCALES = {"万": 10**4, "亿": 10**8}
PERCENT = "%"


class SeriesPoint(Struct, frozen=True):
    """A number of a series: ``value`` in the unit of the series (None for none), ``text`` as it is shown.

    ``parts`` are the cells that it is made of: one for a measure, more for a ratio. ``doubtful`` is what the
    checks say of it.
    """

    year: int
    value: float | None
    text: str
    status: str
    parts: tuple[FigureRow, ...]
    doubtful: tuple[str, ...] = ()

    @property
    def passage(self) -> str:
        """The row of its first part."""
        return self.parts[0].passage if self.parts else ""


class AgencySeries(Struct, frozen=True):
    """The numbers of one agency by year; ``held`` are the years of which its report is held."""

    agency: str
    points: Mapping[int, SeriesPoint]
    held: frozenset[int]


class Series(Struct, frozen=True):
    """A measure or a ratio over agencies and years; ``years`` run without gaps."""

    key: str
    label: str
    unit: str
    message: str
    breaks: tuple[Break, ...]
    years: tuple[int, ...]
    agencies: tuple[AgencySeries, ...]


def series_of(
    figures: FigureDatabase,
    subject: Measure | Ratio,
    *,
    chosen: FigureSelection,
    held: Iterable[ReportSummary],
) -> Series:
    """The series of ``subject`` in the reports that are ``chosen`` of those ``held``."""
    points = (
        _ratio_points(figures, subject, chosen)
        if isinstance(subject, Ratio)
        else _points(figures, subject, chosen)
    )
    years_held = _years_held(held, chosen)
    numbers = [year for its in (*points.values(), *years_held.values()) for year in its]
    years = tuple(range(min(numbers), max(numbers) + 1)) if numbers else ()
    agencies = tuple(
        AgencySeries(name, points.get(name, {}), frozenset(years_held.get(name, ())))
        for name in sorted({*points, *years_held})
        if points.get(name) or name in chosen.agencies
    )
    is_ratio = isinstance(subject, Ratio)
    return Series(
        key=subject.key,
        label=subject.label,
        unit=PERCENT if isinstance(subject, Ratio) else subject.unit,
        message=subject.message if isinstance(subject, Ratio) else "",
        breaks=() if is_ratio else _breaks(subject, years),
        years=years,
        agencies=agencies,
    )


def comparable(row: FigureRow, unit: str) -> float | None:
    """The number of a cell in ``unit``: 66.7 万件 is 667000 件."""
    if row.value is None:
        return None
    # By whole numbers, so that 41 stays 41 and 66.7 × 10000 has no binary fraction.
    return round(row.value * _scale(row.unit) / _scale(unit), 6)


def _scale(unit: str) -> int:
    return _SCALES.get(unit[:1], 1)


def _breaks(subject: Measure | Ratio, years: Sequence[int]) -> tuple[Break, ...]:
    found = () if isinstance(subject, Ratio) else subject.breaks
    return tuple(one for one in found if years and years[0] < one.year <= years[-1])


def _years_held(held: Iterable[ReportSummary], chosen: FigureSelection) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for summary in held:
        is_meant = not chosen.agencies or summary.agency in chosen.agencies
        if summary.year is not None and is_meant and (not chosen.years or summary.year in chosen.years):
            found.setdefault(summary.agency, set()).add(summary.year)
    return found


def _rows(figures: FigureDatabase, key: str, chosen: FigureSelection) -> dict[tuple[str, int], FigureRow]:
    """The cells of a measure that count, by agency and year."""
    return {
        (row.agency, row.year): row
        for row in figures.series(key, chosen)
        if row.year is not None and not row.superseded
    }


def _points(
    figures: FigureDatabase, measure: Measure, chosen: FigureSelection
) -> dict[str, dict[int, SeriesPoint]]:
    doubts = _doubts(figures.checks(chosen), measure.key)
    found: dict[str, dict[int, SeriesPoint]] = {}
    for (agency, year), row in _rows(figures, measure.key, chosen).items():
        said = tuple(doubts.get(row.report, ())) + ((row.note,) if row.note else ())
        text = row.text if row.value is None or row.unit == measure.unit else f"{show(row.value)} {row.unit}"
        value = comparable(row, measure.unit)
        found.setdefault(agency, {})[year] = SeriesPoint(year, value, text, row.status, (row,), said)
    return found


def _doubts(checks: Iterable[Check], key: str) -> dict[str, list[str]]:
    """What the checks say of the numbers of a measure, by report."""
    found: dict[str, list[str]] = {}
    for check in checks:
        if check.measure == key:
            found.setdefault(check.report, []).append(check.message)
    return found


def _ratio_points(
    figures: FigureDatabase, ratio: Ratio, chosen: FigureSelection
) -> dict[str, dict[int, SeriesPoint]]:
    """The ratio wherever all its parts are numbers and the whole is not 0."""
    tables = {key: _rows(figures, key, chosen) for key in (*ratio.part, *ratio.whole)}
    checks = figures.checks(chosen)
    doubts = {key: _doubts(checks, key) for key in tables}
    found: dict[str, dict[int, SeriesPoint]] = {}
    for agency, year in tables[ratio.whole[0]]:
        rows = _numbers(tables, (agency, year))
        part, whole = (
            _sum(tables, keys, (agency, year)) if rows else 0 for keys in (ratio.part, ratio.whole)
        )
        if whole:
            said = tuple(one for row in rows for one in doubts[row.measure].get(row.report, ()))
            found.setdefault(agency, {})[year] = _ratio_point(rows, part, whole=whole, doubtful=said)
    return found


def _numbers(
    tables: Mapping[str, Mapping[tuple[str, int], FigureRow]], at: tuple[str, int]
) -> tuple[FigureRow, ...]:
    """The cells of all ``tables`` at an agency and year; () unless every one is there and is a number."""
    rows = [table[at] for table in tables.values() if at in table]
    is_whole = len(rows) == len(tables) and all(row.value is not None for row in rows)
    return tuple(rows) if is_whole else ()


def _ratio_point(
    parts: tuple[FigureRow, ...], part: float, *, whole: float, doubtful: tuple[str, ...]
) -> SeriesPoint:
    share = 100 * part / whole
    text = f"{share:.1f}%（{show(part)}/{show(whole)}）"
    return SeriesPoint(parts[0].year or 0, round(share, 4), text, "printed", parts, doubtful)


def _sum(
    tables: Mapping[str, Mapping[tuple[str, int], FigureRow]], keys: Sequence[str], at: tuple[str, int]
) -> float:
    return sum(comparable(tables[key][at], measures()[key].unit) or 0 for key in keys)
