"""Coverage: which agency's report of which year the corpus holds, so that "not in the corpus" never looks like
"not mentioned".

The rule: a year without a report is ``missing`` only between an agency's first and last report. Whether there were
reports before or after those is not known, and not guessed, unless a manifest says it. ``check``, the page on the
corpus and an empty result all read from here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from report_search.generations import (
    BuildRecord,
    ReportSummary,
    SourceRecord,
    WithdrawnReport,
)
from report_search.model import ABSENCE_REASONS, MissingReport
from report_search.taxonomy.additions import applying
from report_search.taxonomy.agencies import resolve

State = Literal["in", "unsure", "failed", "withdrawn", "missing", "none"]
MARKS: Mapping[State, str] = {
    "in": "●",
    "unsure": "◐",
    "failed": "✕",
    "withdrawn": "⊘",
    "missing": "○",
    "none": "·",
}
LABELS: Mapping[State, str] = {
    "in": "已收录",
    "unsure": "已收录，机关、年份或内容存疑",
    "failed": "文件读取失败",
    "withdrawn": "已撤下",
    "missing": "缺",
    "none": "收录起止年份以外",
}
DECISIVE = ("agency", "year")
"""Metadata that decides which cell a report is counted in: doubt about it makes the cell ``unsure``."""
INCOMPLETE = frozenset(
    {
        "characters-without-text",
        "file-truncated",
        "page-missing",
        "page-without-text",
        "recognised-text",
        "section-missing",
        "table-ends-early",
        "table-missing",
        "table-row-unsure",
        "table-rows-missing",
    }
)
"""Codes of warnings that say that a part of a report was not read, or not surely: they make its cell ``unsure`` too."""
SCANNED = frozenset({"picture", "pictures-only", "no-text"})
"""Codes of failures that say that a file is a picture of a report."""


class CoverageCell(Struct, frozen=True):
    """One agency's year. ``reports`` are the ids held; of a file that failed, that of its last good reading.

    ``absence`` says why there is none, where that is known.
    """

    year: int
    state: State
    reports: tuple[str, ...] = ()
    absence: MissingReport | None = None

    @property
    def reason(self) -> str:
        """Why there is no report, in a word and with the note: ``网站拒绝（…）``; "" where that is not known."""
        if self.absence is None:
            return ""
        note = f"（{self.absence.note}）" if self.absence.note else ""
        return f"{ABSENCE_REASONS[self.absence.reason]}{note}"


class CoverageRow(Struct, frozen=True):
    """An agency's years, oldest first; ``key`` is its slug, ``undated`` are its reports without a year."""

    agency: str
    cells: tuple[CoverageCell, ...]
    undated: tuple[str, ...] = ()
    key: str = ""

    @property
    def held(self) -> tuple[int, ...]:
        """The years of which a report is held."""
        return tuple(cell.year for cell in self.cells if cell.reports)

    @property
    def missing(self) -> tuple[int, ...]:
        """The years between the first and the last report of which none is held, and those that a manifest names."""
        return tuple(cell.year for cell in self.cells if cell.state == "missing")

    @property
    def absences(self) -> tuple[MissingReport, ...]:
        """Why reports are not here, where that is known, oldest first."""
        return tuple(cell.absence for cell in self.cells if cell.absence is not None)

    def cell(self, year: int) -> CoverageCell:
        """The cell of a year; one of state ``none`` for a year outside the matrix."""
        return next((cell for cell in self.cells if cell.year == year), CoverageCell(year, "none"))


class Coverage(Struct, frozen=True):
    """The matrix agency × year: each row has one cell for each of ``years``; rows are sorted by slug."""

    years: tuple[int, ...]
    rows: tuple[CoverageRow, ...]

    def column(self, year: int) -> tuple[CoverageCell, ...]:
        """The cells of a year, one a row; none for a year outside the matrix."""
        if year not in self.years:
            return ()
        at = self.years.index(year)
        return tuple(row.cells[at] for row in self.rows)

    def lines(self) -> Iterator[str]:
        """The matrix as text, with a legend."""
        yield "机关×年份：" + "  ".join(f"{MARKS[state]} {label}" for state, label in LABELS.items())
        yield "  " + " ".join(str(year) for year in self.years)
        for row in self.rows:
            undated = f"（另有 {len(row.undated)} 份年份不详）" if row.undated else ""
            # Four blanks between the marks: one mark and four blanks are as wide as a year and one blank above.
            yield "  " + "    ".join(MARKS[cell.state] for cell in row.cells) + f"  {row.agency}{undated}"
        for row in self.rows:
            for cell in row.cells:
                if cell.reason:
                    yield f"  {row.agency} {cell.year}年没有收录：{cell.reason}"


def coverage(
    summaries: Iterable[ReportSummary],
    sources: Iterable[SourceRecord] = (),
    *,
    withdrawn: Iterable[WithdrawnReport] = (),
    missing: Iterable[MissingReport] = (),
) -> Coverage:
    """The matrix over ``summaries``.

    A file in ``sources`` with a code could not be read. Its cell is ``failed``: the one of the report whose last good
    reading is kept, or the one that the manifest names. A cell is ``withdrawn`` if all that was held is, and
    ``missing`` if it is in ``missing`` and there is no file of it.
    """
    absent = _absent(sources, withdrawn, missing)
    held: dict[str, list[ReportSummary]] = {}
    for summary in summaries:
        held.setdefault(summary.agency, []).append(summary)
    for agency, _ in absent.cells:
        held.setdefault(agency, [])
    years = _years(held.values(), absent)
    rows = (_row(agency, group, years=years, absent=absent) for agency, group in held.items())
    return Coverage(years, tuple(sorted(rows, key=lambda row: (row.key, row.agency))))


def coverage_of(run: BuildRecord) -> Coverage:
    """The matrix of a generation."""
    with applying(run.additions):
        return coverage(run.summaries, run.sources, withdrawn=run.withdrawn, missing=run.missing)


class _Absent(Struct, frozen=True):
    """What is not there: ``unread`` are reports whose file can't be read and whose last good reading is kept.

    ``named`` are agency and year of files that can't be read, as the manifest names them, and ``withdrawn`` those of
    reports that were taken back. ``reasons`` are what is known of why, by agency and year.
    """

    unread: frozenset[str]
    named: frozenset[tuple[str, int]]
    withdrawn: frozenset[tuple[str, int]]
    reasons: Mapping[tuple[str, int], MissingReport]

    @property
    def cells(self) -> frozenset[tuple[str, int]]:
        """Every agency and year of which something is known though it has no report."""
        return self.named | self.withdrawn | self.reasons.keys()

    def states(self, agency: str, years: Iterable[int]) -> dict[int, State]:
        """What is known of those years of an agency that have no report: a file that fails tells most."""
        known: tuple[tuple[State, Container[tuple[str, int]]], ...] = (
            ("failed", self.named),
            ("withdrawn", self.withdrawn),
            ("missing", self.reasons),
        )
        found: dict[int, State] = {}
        for year in years:
            for state, cells in known:
                if (agency, year) in cells:
                    found.setdefault(year, state)
        return found


def _absent(
    sources: Iterable[SourceRecord], withdrawn: Iterable[WithdrawnReport], missing: Iterable[MissingReport]
) -> _Absent:
    failures = [record for record in sources if record.code]
    named = [(record.agency, record.year, record) for record in failures if record.agency and record.year]
    return _Absent(
        unread=frozenset(record.report for record in failures),
        named=frozenset((agency, year) for agency, year, _ in named),
        withdrawn=frozenset((report.agency, report.year) for report in withdrawn if report.year),
        reasons=_reasons(missing, named),
    )


def _reasons(
    missing: Iterable[MissingReport], unread: Iterable[tuple[str, int, SourceRecord]]
) -> Mapping[tuple[str, int], MissingReport]:
    """Why there is no report of an agency and year, as manifests say it and as files that are pictures show it."""
    reasons = {(resolve(one.agency).name, one.year): one for one in missing}
    for agency, year, record in unread:
        if record.code in SCANNED:
            reasons[agency, year] = MissingReport(agency, year, "scan", record.message.rstrip("。"))
    return reasons


def _years(groups: Iterable[Sequence[ReportSummary]], absent: _Absent) -> tuple[int, ...]:
    """Every year from the first to the last of which anything is known."""
    known = {summary.year for group in groups for summary in group if summary.year is not None}
    known |= {year for _, year in absent.cells}
    return tuple(range(min(known), max(known) + 1)) if known else ()


def _row(
    agency: str, group: Sequence[ReportSummary], *, years: Sequence[int], absent: _Absent
) -> CoverageRow:
    by_year: dict[int | None, list[ReportSummary]] = {}
    for summary in group:
        by_year.setdefault(summary.year, []).append(summary)
    undated = by_year.pop(None, [])
    empty = absent.states(agency, years)
    # A year that a manifest alone names makes no gap of the years between it and the reports.
    told = {year for year, state in empty.items() if state != "missing"}
    known = sorted(told.union(year for year in by_year if year is not None))
    inner = range(known[0], known[-1]) if known else range(0)

    cells = []
    for year in years:
        reports = by_year.get(year, [])
        state = _state_held(reports, absent) if reports else _state_empty(year, empty=empty, inner=inner)
        absence = None if reports else absent.reasons.get((agency, year))
        cells.append(CoverageCell(year, state, _ids(reports), absence))
    key = group[0].agency_key if group else resolve(agency).key
    return CoverageRow(agency, tuple(cells), _ids(undated), key)


def _ids(summaries: Iterable[ReportSummary]) -> tuple[str, ...]:
    return tuple(summary.id for summary in summaries)


def _state_empty(year: int, *, empty: Mapping[int, State], inner: Container[int]) -> State:
    """The state of a year of which no report is held: what is known of it (``empty``), else a gap or nothing."""
    return empty.get(year) or ("missing" if year in inner else "none")


def _state_held(reports: Sequence[ReportSummary], absent: _Absent) -> State:
    if any(summary.id in absent.unread for summary in reports):
        return "failed"
    return "unsure" if any(map(_is_doubtful, reports)) else "in"


def _is_doubtful(summary: ReportSummary) -> bool:
    """Whether it is in doubt which cell a report belongs to, or whether all of it was read."""
    has_decisive_doubt = any(fact.field in DECISIVE for fact in summary.unsure)
    return has_decisive_doubt or any(warning.code in INCOMPLETE for warning in summary.warnings)


def format_years(years: Iterable[int]) -> str:
    """Years as people write them: 2014、2016—2019."""
    spans: list[list[int]] = []
    for year in sorted(set(years)):
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return "、".join(format_span(low, high) for low, high in spans)


def format_span(low: int, high: int) -> str:
    """Two years and those between them: 2016—2019; one alone where both are the same."""
    return str(low) if low == high else f"{low}—{high}"
