"""Which reports of the corpus a request is about: those left by its conditions on year, agency and report.

These reports are what a count of hits is set against. Conditions count wherever they were given: as filters, or typed
into the query (``年份:2014..2019``, ``-机关:外交部``) where no hit can do without them. The rule: section, topic, type
and words never lower the number of reports, since a report without a hit is what is to be shown. Between an agency's
own first and last report of the whole corpus, a year of which none is held is a gap; what was before and after is not
known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from report_search.fields import NO_YEAR
from report_search.generations import ReportSummary
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    IncludeHeadings,
    InField,
    Not,
    Or,
    Query,
    children,
)

REPORT_FIELDS = ("year", "agency", "report")
"""The fields of which every report has just one value."""
Filters = Sequence[tuple[str, Sequence[str]]]
RECENT_SELECTIONS = 64
"""How many selections are kept: each looks at every report, and a page and its neighbours ask for the same one."""


class AgencyGaps(Struct, frozen=True):
    """An agency and years, ascending, of which no report is held, between its own first and last report."""

    agency: str
    key: str
    years: tuple[int, ...]


class HeldReports:
    """The reports of one generation, with what every count of hits is set against; worked out once."""

    def __init__(self, reports: Iterable[ReportSummary]) -> None:
        self.reports = tuple(reports)
        # Neither function knows of this object, so that it is freed with its generation.
        self._everything = cache(partial(_select_all, self.reports))
        self.passing = lru_cache(RECENT_SELECTIONS)(partial(_select, self._everything))
        """Those that pass all of a tuple of conditions."""

    @property
    def everything(self) -> Selection:
        """All reports."""
        return self._everything()


class Selection(Struct, frozen=True):
    """The reports that a request is about, and the gaps of their agencies in the years that it is about.

    ``by_year`` and ``by_agency`` count the reports; a report of no known year counts for None.
    """

    reports: tuple[ReportSummary, ...]
    by_year: Mapping[int | None, int]
    by_agency: Mapping[str, int]
    gaps: tuple[AgencyGaps, ...]


class _Place(NamedTuple):
    """What a condition on reports looks at; ``report`` is "" for a report that is not held."""

    year: int | None
    agency: str
    report: str = ""


def select(held: HeldReports, *, filters: Filters, tree: Query) -> Selection:
    """Those of the reports held that pass the conditions on reports in ``filters`` and ``tree``."""
    conditions = (*_filter_conditions(filters), *report_conditions(tree))
    return held.passing(conditions) if conditions else held.everything


def _select_all(reports: tuple[ReportSummary, ...]) -> Selection:
    return _selection(reports, tuple(_gaps(reports)))


def _select(select_all: Callable[[], Selection], conditions: tuple[Query, ...]) -> Selection:
    everything = select_all()
    deciders = [_Decider(condition) for condition in conditions]

    def passes(place: _Place) -> bool:
        return all(decider.holds(place) for decider in deciders)

    kept = (one for one in everything.reports if passes(_Place(one.year, one.agency, one.id)))
    return _selection(tuple(kept), tuple(_gaps_passing(everything.gaps, passes)))


class _Decider:
    """One condition, decided once for all places that look the same to it.

    A corpus has thousands of years of agencies, of which a condition on the year sees two dozen.
    """

    def __init__(self, condition: Query) -> None:
        self._condition = condition
        fields = set(_fields(condition))
        self._has_year, self._has_agency = "year" in fields, "agency" in fields
        self._has_report = "report" in fields
        self._decided: dict[_Place, bool] = {}

    def holds(self, place: _Place) -> bool:
        seen = _Place(
            place.year if self._has_year else None,
            place.agency if self._has_agency else "",
            place.report if self._has_report else "",
        )
        decided = self._decided.get(seen)
        if decided is None:
            decided = self._decided[seen] = _holds(self._condition, seen)
        return decided


def _fields(condition: Query) -> Iterator[str]:
    if isinstance(condition, InField | Between):
        yield condition.field
    for child in children(condition):
        yield from _fields(child)


def _selection(reports: tuple[ReportSummary, ...], gaps: tuple[AgencyGaps, ...]) -> Selection:
    by_year = Counter(report.year for report in reports)
    return Selection(reports, by_year, Counter(report.agency for report in reports), gaps)


def report_conditions(tree: Query) -> Iterator[Query]:
    """The parts of a query that no hit can do without and that ask for nothing but year, agency or report."""
    match tree:
        case And(parts):
            for part in parts:
                yield from report_conditions(part)
        case IncludeHeadings(child):
            yield from report_conditions(child)
        case _ if _is_about_reports(tree):
            yield tree


def _filter_conditions(filters: Filters) -> Iterator[Query]:
    for field, values in filters:
        if field in REPORT_FIELDS and values:
            yield InField(field, tuple(values))


def _is_about_reports(tree: Query) -> bool:
    """Whether all leaves of a tree are conditions on year, agency or report."""
    match tree:
        case InField(field) | Between(field):
            return field in REPORT_FIELDS
        case And() | Or() | AtLeast() | Not() | IncludeHeadings():
            return all(map(_is_about_reports, children(tree)))
        case _:
            return False


def _holds(condition: Query, place: _Place) -> bool:
    match condition:
        case InField(field, values):
            return _value(place, field) in values
        case Between(_, low, high):
            return place.year is not None and _is_within(place.year, low, high)
        case Not(child):
            return not _holds(child, place)
        case IncludeHeadings(child):
            return _holds(child, place)
        case _:
            held = sum(_holds(child, place) for child in children(condition))
            return held >= _needed(condition)


def _value(place: _Place, field: str) -> str:
    match field:
        case "agency":
            return place.agency
        case "report":
            return place.report
        case _:
            return NO_YEAR if place.year is None else str(place.year)


def _is_within(year: int, low: int | None, high: int | None) -> bool:
    return (low is None or low <= year) and (high is None or year <= high)


def _needed(condition: Query) -> int:
    match condition:
        case AtLeast(count):
            return count
        case Or():
            return 1
        case _:
            return len(children(condition))


def _gaps(corpus: Sequence[ReportSummary]) -> Iterator[AgencyGaps]:
    """The agencies, by key, of which no report is held of some year between the first and the last."""
    years: dict[tuple[str, str], set[int]] = {}
    for one in corpus:
        if one.year is not None:
            years.setdefault((one.agency_key, one.agency), set()).add(one.year)
    for (key, agency), held in sorted(years.items()):
        missing = tuple(year for year in range(min(held), max(held)) if year not in held)
        if missing:
            yield AgencyGaps(agency, key, missing)


def _gaps_passing(gaps: Iterable[AgencyGaps], passes: Callable[[_Place], bool]) -> Iterator[AgencyGaps]:
    """``gaps`` without the years that were not asked for."""
    for gap in gaps:
        years = tuple(year for year in gap.years if passes(_Place(year, gap.agency)))
        if years:
            yield replace(gap, years=years)
