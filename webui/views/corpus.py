"""View models of the page on the corpus: the matrix agency × year, and whatever is known to be wrong.

All agencies stand on pages of some dozens, in the order of their slugs; each agency has a page of its own, with its
reports one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_search.corpus_coverage import LABELS, MARKS, CoverageRow, State
from report_search.errors import NotFoundError
from report_search.generations import ReportSummary, SourceRecord
from report_search.model import ReportWarning
from report_search.search.searcher import IndexState, Searcher
from webui import app_state, urls
from webui.holdings import Holdings, Shelf, shelf

LISTED = 200
"""How many reports, files or warnings are listed one by one before the page asks for an agency or names a number."""
ROWS = 60
"""How many agencies stand on a page of the matrix."""


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """A report in the list of the corpus."""

    summary: ReportSummary
    link: str


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """An agency's reports of a year (``year`` None: of no known year) and the state of the place."""

    state: State
    year: int | None
    entries: tuple[ReportEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An agency's line in the table agency × year."""

    agency: str
    link: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the matrix; ``label`` names its first and last agency's initials."""

    number: int
    label: str
    link: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FailureView:
    """A file that could not be read; ``kept`` links to the older reading of it that is searched, "" for none."""

    record: SourceRecord
    kept: str


@dataclass(frozen=True, slots=True)
class AboutView:
    """The page on the corpus: all of it, or one ``agency``.

    Where it holds more than ``LISTED`` reports, ``entries`` is empty until an agency is chosen.
    """

    agency: str
    whole: str
    shelf: Shelf
    legend: tuple[tuple[State, str, str], ...]
    years: tuple[int | None, ...]
    rows: tuple[MatrixRow, ...]
    pages: tuple[Page, ...]
    entries: tuple[ReportEntry, ...]
    doubtful: tuple[ReportEntry, ...]
    warnings: tuple[ReportWarning, ...]
    failed: tuple[FailureView, ...]
    listed: int
    state: IndexState


def about_view(searcher: Searcher, *, agency: str = "", page: int = 1) -> AboutView:
    """What is held, of all agencies or of one, and what is known to be wrong with it.

    Raises ``NotFoundError`` for a page behind the last.
    """
    held, run = app_state.holdings(), searcher.generation().record
    rows = [held.rows[agency]] if agency in held.rows else [] if agency else held.coverage.rows
    few = bool(agency) or len(held.summaries) <= LISTED
    ids = [report for row in rows for report in _reports(row)] if few else []
    entries = tuple(_entry(held.summaries[report]) for report in ids)
    failed = [record for record in run.sources if record.code and (not agency or record.report in ids)]
    years = (*held.coverage.years, *((None,) if any(row.undated for row in rows) else ()))
    return AboutView(
        agency=agency,
        whole=urls.about_link(),
        shelf=shelf(rows, [held.summaries[report] for report in ids]) if agency else held.shelf,
        legend=tuple((state, MARKS[state], label) for state, label in LABELS.items()),
        years=years,
        rows=tuple(_row(row, held, years=years) for row in _cut(rows, page)),
        pages=_pages(rows, page) if len(rows) > ROWS else (),
        entries=entries,
        doubtful=tuple(entry for entry in entries if entry.summary.warnings or entry.summary.unsure),
        warnings=() if agency else run.warnings,
        failed=tuple(_failure(record) for record in failed),
        listed=LISTED,
        state=app_state.state(),
    )


def _reports(row: CoverageRow) -> list[str]:
    """The ids of an agency's reports, newest first."""
    return [*(report for cell in reversed(row.cells) for report in cell.reports), *row.undated]


def _cut(rows: Sequence[CoverageRow], page: int) -> Sequence[CoverageRow]:
    if page > 1 and (page - 1) * ROWS >= len(rows):
        raise NotFoundError("no-page", "收录范围没有这么多页。", hint="请从第一页翻起。")
    return rows[(page - 1) * ROWS : page * ROWS]


def _pages(rows: Sequence[CoverageRow], page: int) -> tuple[Page, ...]:
    found = []
    for number, start in enumerate(range(0, len(rows), ROWS), 1):
        first, last = rows[start], rows[min(start + ROWS, len(rows)) - 1]
        ends = dict.fromkeys((_initials(first), _initials(last)))
        found.append(Page(number, "—".join(ends), urls.about_link(page=number), number == page))
    return tuple(found)


def _initials(row: CoverageRow) -> str:
    return row.key[:2].upper() or row.agency[:1]


def _row(row: CoverageRow, held: Holdings, *, years: Sequence[int | None]) -> MatrixRow:
    undated = MatrixCell("unsure" if row.undated else "none", None, _entries(row.undated, held))
    dated = [MatrixCell(cell.state, cell.year, _entries(cell.reports, held)) for cell in row.cells]
    cells = (*dated, undated) if None in years else dated
    return MatrixRow(row.agency, urls.about_link(row.agency), tuple(cells))


def _entries(reports: Sequence[str], held: Holdings) -> tuple[ReportEntry, ...]:
    return tuple(_entry(held.summaries[report]) for report in reports) if reports else ()


def _entry(summary: ReportSummary) -> ReportEntry:
    return ReportEntry(summary, urls.report_link(summary.id))


def _failure(record: SourceRecord) -> FailureView:
    return FailureView(record, urls.report_link(record.report) if record.report else "")
