"""What the corpus holds, in words, so that "not held" never looks like "not mentioned".

Everything here is read from one coverage matrix, the one that ``report-search check`` prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from report_search.corpus_coverage import Coverage, CoverageRow, State, coverage_of
from report_search.fields import NO_YEAR, NO_YEAR_LABEL
from report_search.generations import Generation, ReportSummary
from report_search.query.ast import And, Between, InField, Query
from report_search.search.searcher import SearchPage
from webui import template_filters

SHORT = 6
"""How many agencies are named in a sentence before it turns to numbers."""
MOST = 24
"""How many chosen agencies and years are looked up one by one."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The years that are held of one agency, in runs (2014, 2016—2019)."""

    agency: str
    years: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The corpus in a sentence. ``holdings`` is cut after a few agencies; ``agencies`` counts all.

    ``synthetic`` counts the reports that are made up.
    """

    reports: int
    passages: int
    agencies: int
    span: str
    holdings: tuple[Holding, ...]
    synthetic: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """What one generation holds: its matrix, with ways into it by agency and by report; ``unread`` counts files."""

    coverage: Coverage
    shelf: Shelf
    rows: Mapping[str, CoverageRow]
    summaries: Mapping[str, ReportSummary]
    unread: int = 0

    def lang(self, report: str) -> str:
        """The language tag of a report's text where it is not that of the page, else ""."""
        summary = self.summaries.get(report)
        return "zh-Hant" if summary and summary.script == "traditional" else ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an agency, a year or a pair that somebody chose; ``state`` as in the matrix."""

    state: State
    name: str
    message: str


def holdings_of(generation: Generation) -> Holdings:
    """What ``generation`` holds."""
    matrix = coverage_of(generation.record)
    return Holdings(
        coverage=matrix,
        shelf=shelf(matrix.rows, generation.reports()),
        rows={row.agency: row for row in matrix.rows},
        summaries={summary.id: summary for summary in generation.reports()},
        unread=sum(bool(record.code) for record in generation.record.sources),
    )


def shelf(rows: Sequence[CoverageRow], held: Sequence[ReportSummary]) -> Shelf:
    """Agencies and their reports in a sentence."""
    years = {year for row in rows for year in row.held}
    there = [row for row in rows if row.held or row.undated]
    most = sorted(there, key=lambda row: -len(row.held))[:SHORT]
    return Shelf(
        reports=len(held),
        passages=sum(summary.passages for summary in held),
        agencies=len(there),
        span=_span(min(years), max(years)) if years else "",
        holdings=tuple(Holding(row.agency, runs(row.held)) for row in most),
        synthetic=sum(template_filters.is_synthetic(summary.agency) for summary in held),
    )


def looked_up(page: SearchPage, held: Holdings) -> tuple[Known, ...]:
    """What is known of the agencies and years that ``page`` was narrowed to, by filter or in the query.

    Where nothing was found, all of it; else only what is not held as it should be.
    """
    names, years = _chosen(page, "agency"), _chosen(page, "year")
    if names and years:
        known = (_of_place(name, year, held=held) for name in names for year in years)
    elif names:
        known = (_of_agency(name, held) for name in names)
    else:
        known = (_of_year(year, held) for year in years)
    wanted = (one for one in known if not page.total.passages or one.state != "in")
    return tuple(one for one, _ in zip(wanted, range(MOST), strict=False))


def runs(years: Iterable[int]) -> str:
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


def _chosen(page: SearchPage, field: str) -> tuple[str, ...]:
    """The values of a field that every hit must have one of: chosen as filters, else typed."""
    typed = (value for values in _typed(page.interpretation.tree, field) for value in values)
    return page.request.chosen(field) or tuple(dict.fromkeys(typed))


def _typed(tree: Query, field: str) -> Iterator[tuple[str, ...]]:
    if isinstance(tree, And):
        for child in tree.children:
            yield from _typed(child, field)
    elif isinstance(tree, InField) and tree.field == field:
        yield tree.values
    elif isinstance(tree, Between) and tree.field == field and tree.low and tree.high:
        yield tuple(str(year) for year in range(tree.low, min(tree.high, tree.low + MOST) + 1))


def _of_place(name: str, year: str, *, held: Holdings) -> Known:
    row = held.rows.get(name)
    if row is None:
        return Known("none", f"{name} {template_filters.year(year)}", "未收录；这个机关的报告一份也没有收录")
    if year == NO_YEAR:
        message = f"已收录 {len(row.undated)} 份" if row.undated else "未收录"
        return Known("in" if row.undated else "none", f"{name} {NO_YEAR_LABEL}", message)
    cell = row.cell(int(year))
    doubts = [held.summaries[report] for report in cell.reports]
    what = {
        "in": "已收录",
        "unsure": f"已收录，但{_doubtful(doubts)}",
        "failed": f"文件未能读入，{'检索的是上一次读到的内容' if cell.reports else '未收录'}",
        "missing": f"未收录（缺）；已收录 {runs(row.held)}年",
        "none": f"未收录；已收录 {runs(row.held)}年" if row.held else "未收录",
    }
    return Known(cell.state, f"{name} {template_filters.year(year)}", what[cell.state])


def _doubtful(summaries: Sequence[ReportSummary]) -> str:
    facts = (
        f"{template_filters.fact(e.field)}“{e.value}”取自{template_filters.found_in(e.found_in)}"
        for s in summaries
        for e in s.unsure
    )
    return "、".join(dict.fromkeys(facts)) + "，不能确定"


def _of_agency(name: str, held: Holdings) -> Known:
    row = held.rows.get(name)
    if row is None:
        return Known("none", name, "未收录；这个机关的报告一份也没有收录")
    parts = [f"已收录 {runs(row.held)}年"] if row.held else []
    parts += [f"缺 {runs(row.missing)}年"] if row.missing else []
    parts += [f"另有 {len(row.undated)} 份年份不详"] if row.undated else []
    parts += [f"{runs(lost)}年的文件未能读入"] if (lost := _lost(row)) else []
    return Known("in" if row.held or row.undated else "failed", name, "，".join(parts))


def _lost(row: CoverageRow) -> list[int]:
    return [cell.year for cell in row.cells if cell.state == "failed"]


def _of_year(year: str, held: Holdings) -> Known:
    if year == NO_YEAR:
        count = sum(len(row.undated) for row in held.coverage.rows)
        return Known("in" if count else "none", NO_YEAR_LABEL, f"已收录 {count} 份" if count else "未收录")
    cells = [row.cell(int(year)) for row in held.coverage.rows]
    there = sum(bool(cell.reports) for cell in cells)
    if not there:
        return Known("none", template_filters.year(year), "未收录；没有任何机关这一年的报告")
    lacking = sum(cell.state in ("missing", "failed") and not cell.reports for cell in cells)
    others = f"，另有 {lacking} 个机关缺这一年" if lacking else ""
    return Known("in", template_filters.year(year), f"已收录 {there} 个机关的报告{others}")
