"""What the corpus holds, in words, so that "not held" never looks like "not mentioned".

The rule: everything here is read from one coverage matrix, the one that ``report-search check`` prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from report_search.corpus_coverage import (
    INCOMPLETE,
    Coverage,
    CoverageCell,
    CoverageRow,
    State,
    format_span,
    format_years,
)
from report_search.fields import NO_YEAR
from report_search.generations import ReportSummary
from report_search.presentation.demanded_values import demanded_values
from report_search.search.searcher import Searcher, SearchPage
from webui import template_filters

NAMED_AGENCIES = 6
"""How many agencies a summary names; the others are only counted."""
MAX_NOTES = 24
"""How many notes on chosen agencies and years a page has at most."""


class AgencyYears(Struct, frozen=True):
    """An agency and the years of its reports as text: 2014、2016—2019."""

    agency: str
    years: str


class CorpusSummary(Struct, frozen=True):
    """The corpus, or the part of it that one agency has, in numbers.

    ``named`` are the ``NAMED_AGENCIES`` with the most years, ``agencies`` counts all; ``span`` goes from the first to
    the last year ("" without any); ``synthetic`` counts the reports that are made up.
    """

    reports: int
    passages: int
    agencies: int
    span: str
    named: tuple[AgencyYears, ...]
    synthetic: int


class Holdings(Struct, frozen=True):
    """What one generation holds: the matrix, its rows by agency, the reports by id; ``unread`` counts files."""

    coverage: Coverage
    summary: CorpusSummary
    rows: Mapping[str, CoverageRow]
    reports: Mapping[str, ReportSummary]
    unread: int = 0

    def lang(self, report_id: str) -> str:
        """The language tag of a report's text where it is not that of the page, else ""."""
        report = self.reports.get(report_id)
        return "zh-Hant" if report and report.script == "traditional" else ""


class AvailabilityNote(Struct, frozen=True):
    """Whether the corpus has the agency, the year or the agency's year ``name``; ``state`` as in the matrix."""

    state: State
    name: str
    message: str


def holdings_of(searcher: Searcher) -> Holdings:
    """What the generation holds that ``searcher`` is pinned to."""
    generation, matrix = searcher.generation(), searcher.coverage()
    return Holdings(
        coverage=matrix,
        summary=summarize(matrix.rows, generation.reports()),
        rows={row.agency: row for row in matrix.rows},
        reports={report.id: report for report in generation.reports()},
        unread=sum(bool(record.code) for record in generation.record.sources),
    )


def summarize(rows: Sequence[CoverageRow], reports: Sequence[ReportSummary]) -> CorpusSummary:
    """The numbers of the agencies in ``rows`` and of their ``reports``."""
    years = {year for row in rows for year in row.held}
    # A row may be there only because a file of the agency could not be read.
    with_reports = [row for row in rows if row.held or row.undated]
    named = sorted(with_reports, key=lambda row: -len(row.held))[:NAMED_AGENCIES]
    return CorpusSummary(
        reports=len(reports),
        passages=sum(report.passages for report in reports),
        agencies=len(with_reports),
        span=format_span(min(years), max(years)) if years else "",
        named=tuple(AgencyYears(row.agency, format_years(row.held)) for row in named),
        synthetic=sum(template_filters.is_synthetic(report.agency) for report in reports),
    )


def availability_notes(page: SearchPage, held: Holdings) -> tuple[AvailabilityNote, ...]:
    """Notes on the agencies and years that ``page`` was narrowed to, by filters or in the query.

    All of them where nothing was found; else only those that are not held as they should be.
    """
    nothing_found = not page.total.passages
    agencies, years = (demanded_values(page, field, most=MAX_NOTES) for field in ("agency", "year"))
    notes = _notes(agencies, years, held=held)
    shown = (note for note in notes if nothing_found or note.state != "in")
    return tuple(islice(shown, MAX_NOTES))


def _notes(agencies: Sequence[str], years: Sequence[str], *, held: Holdings) -> Iterator[AvailabilityNote]:
    """Notes on each agency's each year; on the agencies or on the years where only one of both was chosen."""
    if agencies and years:
        return (_agency_year_note(agency, year, held=held) for agency in agencies for year in years)
    if agencies:
        return (_agency_note(agency, held) for agency in agencies)
    return (_year_note(year, held) for year in years)


def _agency_year_note(agency: str, year: str, *, held: Holdings) -> AvailabilityNote:
    name = f"{agency} {template_filters.year(year)}"
    row = held.rows.get(agency)
    if row is None:
        return AvailabilityNote("none", name, "未收录；这个机关的报告一份也没有收录")
    if year == NO_YEAR:
        if row.undated:
            return AvailabilityNote("in", name, f"已收录 {len(row.undated)} 份")
        return AvailabilityNote("none", name, "未收录")
    cell = row.cell(int(year))
    return AvailabilityNote(cell.state, name, _cell_message(cell, row, held=held))


def _cell_message(cell: CoverageCell, row: CoverageRow, *, held: Holdings) -> str:
    """What is to be said of one year of an agency."""
    match cell.state:
        case "in":
            return "已收录"
        case "unsure":
            return f"已收录，但{_doubts([held.reports[report_id] for report_id in cell.reports])}"
        case "failed":
            kept = "仍可检索上次读取的内容" if cell.reports else f"未收录{_because(cell)}"
            return f"文件读取失败，{kept}"
        case "withdrawn":
            return "已撤下，不再收录"
        case "missing":
            held_years = f"；已收录 {format_years(row.held)}年" if row.held else ""
            return f"未收录（缺{_because(cell)}）{held_years}"
        case "none":
            return f"未收录；已收录 {format_years(row.held)}年" if row.held else "未收录"


def _because(cell: CoverageCell) -> str:
    """Why there is no report of a year, where that is known."""
    return f"：{cell.reason}" if cell.reason else ""


def _doubts(reports: Sequence[ReportSummary]) -> str:
    """Which metadata of the reports is unsure, and where they were not read in full, each statement once."""
    facts = dict.fromkeys(
        f"{template_filters.field_label(fact.field)}“{fact.value}”取自{template_filters.origin_label(fact.found_in)}"
        for report in reports
        for fact in report.unsure
    )
    gaps = dict.fromkeys(
        f"“{warning.where}”{warning.message}"
        for report in reports
        for warning in report.warnings
        if warning.code in INCOMPLETE
    )
    parts = ["、".join(facts) + "，不能确定"] if facts else []
    if gaps:
        others = f"等 {len(gaps)} 处" if len(gaps) > 1 else ""
        parts.append(f"内容没有读全：{next(iter(gaps))}{others}")
    return "；".join(parts)


def _agency_note(agency: str, held: Holdings) -> AvailabilityNote:
    row = held.rows.get(agency)
    if row is None:
        return AvailabilityNote("none", agency, "未收录；这个机关的报告一份也没有收录")
    unreadable, taken_back = _years_of(row, "failed"), _years_of(row, "withdrawn")
    undated = f"另有 {len(row.undated)} 份年份不详"
    parts = (
        (row.held, f"已收录 {format_years(row.held)}年"),
        (row.missing, f"缺 {format_years(row.missing)}年"),
        (row.undated, undated),
        (unreadable, f"{format_years(unreadable)}年的文件读取失败"),
        (taken_back, f"{format_years(taken_back)}年的已撤下"),
    )
    absent: State = "failed" if unreadable else "withdrawn"
    state: State = "in" if row.held or row.undated else absent
    return AvailabilityNote(state, agency, "，".join(said for known, said in parts if known))


def _years_of(row: CoverageRow, state: State) -> list[int]:
    """The years of an agency that are in a state."""
    return [cell.year for cell in row.cells if cell.state == state]


def _year_note(year: str, held: Holdings) -> AvailabilityNote:
    name = template_filters.year(year)
    if year == NO_YEAR:
        undated = sum(len(row.undated) for row in held.coverage.rows)
        if undated:
            return AvailabilityNote("in", name, f"已收录 {undated} 份")
        return AvailabilityNote("none", name, "未收录")
    cells = held.coverage.column(int(year))
    with_report = sum(bool(cell.reports) for cell in cells)
    if not with_report:
        return AvailabilityNote("none", name, "未收录；没有任何机关这一年的报告")
    without = sum(cell.state in ("missing", "failed", "withdrawn") and not cell.reports for cell in cells)
    others = f"，另有 {without} 个机关缺这一年" if without else ""
    return AvailabilityNote("in", name, f"已收录 {with_report} 个机关的报告{others}")
