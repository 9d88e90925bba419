"""Counting a result by year, agency and section against the reports that are held.

17 reports of 2017 against 2 of 2021 may mean no more than that 17 and 6 are held; so every count stands beside the
number of reports that could have a hit. The rules: only hits that lack no word count; a year of which no report is
held has no share, which is not a share of nothing; the reports held are those of ``selection``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from report_search.engine.protocol import FacetCounts, ValueCount
from report_search.fields import NO_YEAR, TrendField
from report_search.search.counts.selection import AgencyGaps, Selection, select
from report_search.search.facets import label_of
from report_search.search.request import SearchRequest
from report_search.search.searcher import SearchPage
from report_search.taxonomy import sections

_NONE = ValueCount("", 0, 0)


class TrendRow(Struct, frozen=True):
    """One year, agency or section: reports ``held``, ``reports`` that have a hit, ``passages`` that are one.

    ``value`` is the value of the field (``nd`` for no known year), ``key`` an agency's key, else the same.
    """

    value: str
    key: str
    label: str
    held: int
    reports: int
    passages: int

    @property
    def share(self) -> float | None:
        """The share of the reports held that have a hit, 0 to 1; None where none is held."""
        return self.reports / self.held if self.held else None

    @property
    def year(self) -> int | None:
        """The year, of a row by year; None for no known year."""
        return None if self.value == NO_YEAR else int(self.value)


class Trend(Struct, frozen=True):
    """A result counted against the reports held, which are ``held`` in all.

    ``years`` run without a gap from the first to the last held, ascending, reports of no known year behind them.
    ``groups`` are agencies, by number of reports with a hit, or sections, in report order, where ``by`` says so.
    """

    by: TrendField
    years: tuple[TrendRow, ...]
    groups: tuple[TrendRow, ...]
    held: int
    reports: int
    passages: int
    missing: tuple[AgencyGaps, ...]

    @property
    def rows(self) -> tuple[TrendRow, ...]:
        """The rows that were asked for."""
        return self.years if self.by == "year" else self.groups


def tallies_of(request: SearchRequest) -> tuple[str, ...]:
    """The fields by which ``trend_of`` needs the complete hits of a request to be counted."""
    return tuple(dict.fromkeys(("year", request.by)))


def trend_of(page: SearchPage) -> Trend:
    """The trend of an answer whose complete hits were counted by ``tallies_of`` its request."""
    request = page.request
    selection = select(page.held, filters=page.acted_on, tree=page.interpretation.tree)
    counts = {tally.field: _by_value(tally) for tally in page.tallies}
    years = _years(selection, counts["year"])
    groups: tuple[TrendRow, ...] = ()
    if request.by == "agency":
        groups = _agencies(selection, counts["agency"])
    elif request.by == "section":
        groups = _sections(selection, counts["section"], chosen=request.chosen("section"))
    return Trend(
        by=request.by,
        years=years,
        groups=groups,
        held=len(selection.reports),
        reports=sum(row.reports for row in years),
        passages=sum(row.passages for row in years),
        missing=selection.gaps,
    )


def _by_value(tally: FacetCounts) -> Mapping[str, ValueCount]:
    return {count.value: count for count in tally.values}


def _years(selection: Selection, counts: Mapping[str, ValueCount]) -> tuple[TrendRow, ...]:
    held = selection.by_year
    known = [year for year in held if year is not None]
    span = range(min(known), max(known) + 1) if known else range(0)
    dated = [_row("year", str(year), held=held.get(year, 0), counts=counts) for year in span]
    undated = [_row("year", NO_YEAR, held=held[None], counts=counts)] if None in held else []
    return (*dated, *undated)


def _agencies(selection: Selection, counts: Mapping[str, ValueCount]) -> tuple[TrendRow, ...]:
    keys = {report.agency: report.agency_key for report in selection.reports}
    rows = (
        _row("agency", agency, held=number, counts=counts, key=keys[agency])
        for agency, number in selection.by_agency.items()
    )
    return tuple(sorted(rows, key=lambda row: (-row.reports, -row.passages, row.key, row.value)))


def _sections(
    selection: Selection, counts: Mapping[str, ValueCount], *, chosen: Sequence[str]
) -> tuple[TrendRow, ...]:
    """Every kind of section, or those ``chosen``; a report that has no such section counts as without a hit."""
    kinds = [kind for kind in sections.LABELS if not chosen or kind in chosen]
    return tuple(_row("section", kind, held=len(selection.reports), counts=counts) for kind in kinds)


def _row(field: str, value: str, *, held: int, counts: Mapping[str, ValueCount], key: str = "") -> TrendRow:
    count = counts.get(value, _NONE)
    return TrendRow(value, key or value, label_of(field, value), held, count.reports, count.passages)
