"""What the corpus holds, by agency and year: so that "not held" never looks like "not mentioned"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from report_search.engine.boundary import NO_YEAR
from report_search.generations import ReportSummary, SourceRecord
from report_search.model import ReportWarning
from report_search.request import SearchRequest
from report_search.search import IndexState, Searcher
from webui import shown, urls

LISTED = 200
"""How many reports the page on the corpus lists one by one before it asks for an agency."""
SHORT = 6
"""How many agencies are named in a sentence before it turns to numbers."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The years that are held of one agency, in runs (2014, 2016—2019)."""

    agency: str
    years: str
    reports: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """The corpus in a sentence. ``holdings`` is cut after a few agencies; ``agencies`` counts all."""

    reports: int
    passages: int
    agencies: int
    span: str
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """A report in the list of the corpus."""

    summary: ReportSummary
    link: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An agency's line in the table agency × year: for every year the reports held, () for none."""

    agency: str
    link: str
    cells: tuple[tuple[ReportEntry, ...], ...]


@dataclass(frozen=True, slots=True)
class AboutView:
    """The page on the corpus: all of it, or one ``agency``.

    Where it holds more than ``LISTED`` reports, ``entries`` is empty until an agency is chosen.
    """

    agency: str
    whole: str
    shelf: Shelf
    years: tuple[int | None, ...]
    rows: tuple[MatrixRow, ...]
    entries: tuple[ReportEntry, ...]
    warned: tuple[ReportEntry, ...]
    warnings: tuple[ReportWarning, ...]
    failed: tuple[SourceRecord, ...]
    state: IndexState


def about_view(searcher: Searcher, agency: str = "") -> AboutView:
    """What is held, of all agencies or of one, and what is known to be wrong with it."""
    held = searcher.reports()
    entries = tuple(ReportEntry(s, urls.report_link(s.id)) for s in held if not agency or s.agency == agency)
    listed = entries if agency or len(entries) <= LISTED else ()
    run = searcher.generation().run
    years = _columns([entry.summary.year for entry in entries])
    return AboutView(
        agency=agency,
        whole=urls.about_link(),
        shelf=shelf([entry.summary for entry in entries]),
        years=years,
        rows=_rows(entries, years),
        entries=listed,
        warned=tuple(entry for entry in listed if entry.summary.warnings),
        warnings=() if agency else run.warnings,
        failed=() if agency else tuple(record for record in run.sources if record.code),
        state=searcher.state(),
    )


def shelf(held: Sequence[ReportSummary]) -> Shelf:
    """The corpus in a sentence."""
    by_agency: dict[str, list[int]] = defaultdict(list)
    for summary in held:
        by_agency[summary.agency].extend([] if summary.year is None else [summary.year])
    ordered = sorted(by_agency.items(), key=lambda item: (-len(item[1]), item[0]))
    years = [summary.year for summary in held if summary.year is not None]
    return Shelf(
        reports=len(held),
        passages=sum(summary.passages for summary in held),
        agencies=len(by_agency),
        span=_span(min(years), max(years)) if years else "",
        holdings=tuple(Holding(agency, runs(found), len(found)) for agency, found in ordered[:SHORT]),
    )


def absent(request: SearchRequest, held: Sequence[ReportSummary]) -> tuple[str, ...]:
    """What was chosen and is not held at all: agencies, years, and years of chosen agencies."""
    years, names = request.chosen("year"), request.chosen("agency")
    there = {(summary.agency, _key(summary)) for summary in held}
    held_names, held_years = {agency for agency, _ in there}, {year for _, year in there}
    lines = [f"没有收录{name}的报告" for name in names if name not in held_names]
    lines += [f"没有收录{shown.year(year)}的报告" for year in years if year not in held_years]
    lines += [
        f"没有收录{name}{shown.year(year)}的报告"
        for name in names
        for year in years
        if name in held_names and year in held_years and (name, year) not in there
    ]
    return tuple(lines)


def runs(years: Sequence[int]) -> str:
    """Years as people write them: 2014、2016—2019."""
    spans: list[list[int]] = []
    for year in sorted(set(years)):
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return "、".join(_span(low, high) for low, high in spans)


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}—{high}"


def _key(summary: ReportSummary) -> str:
    return NO_YEAR if summary.year is None else str(summary.year)


def _columns(years: Sequence[int | None]) -> tuple[int | None, ...]:
    known = sorted({year for year in years if year is not None})
    return (*known, *((None,) if None in years else ()))


def _rows(entries: Sequence[ReportEntry], years: Sequence[int | None]) -> tuple[MatrixRow, ...]:
    cells: dict[str, dict[int | None, list[ReportEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        cells[entry.summary.agency][entry.summary.year].append(entry)
    return tuple(
        MatrixRow(
            agency,
            urls.about_link(agency),
            tuple(tuple(by_year[year]) for year in years),
        )
        for agency, by_year in sorted(cells.items())
    )
