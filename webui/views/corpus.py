"""View models of the page on the corpus: the matrix agency × year, and whatever is known to be wrong.

The agencies are on pages of some dozens, in the order of their slugs; each agency has a page of its own, with its
reports one by one. The rule: nothing is left out without a word on where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from report_search.corpus_coverage import LABELS, MARKS, CoverageCell, CoverageRow, State
from report_search.errors import NotFoundError
from report_search.generations import BuildRecord, Generation, ReportSummary, SourceRecord, WithdrawnReport
from report_search.model import ABSENCE_REASONS, ReportWarning
from webui import app_state, urls
from webui.holdings import CorpusSummary, Holdings, summarize

MAX_LISTED = 200
"""How many reports, files or warnings are listed one by one before the page asks for an agency or names a number."""
ROWS_PER_PAGE = 60
"""How many agencies a page of the matrix has."""


class ReportEntry(Struct, frozen=True):
    """A report in the list of the corpus."""

    summary: ReportSummary
    link: str


class MatrixCell(Struct, frozen=True):
    """An agency's reports of a year (``year`` None: of no known year) and the state of that year.

    ``label`` and ``reason`` say why there is none, in a word and in full, "" where that is not known.
    """

    state: State
    year: int | None
    entries: tuple[ReportEntry, ...] = ()
    label: str = ""
    reason: str = ""


class AbsenceView(Struct, frozen=True):
    """Why a report is not here; ``url`` is where it was looked for, ``checked`` when, "" where that is not known."""

    agency: str
    year: int
    reason: str
    url: str
    checked: str


class MatrixRow(Struct, frozen=True):
    """An agency's line in the table agency × year."""

    agency: str
    link: str
    cells: tuple[MatrixCell, ...]


class PageLink(Struct, frozen=True):
    """A link to a page of the matrix; ``label`` names its first and last agency."""

    number: int
    label: str
    link: str
    chosen: bool


class FailureView(Struct, frozen=True):
    """A file that could not be read; ``kept`` links to the report of an older run that is still searched, or is ""."""

    record: SourceRecord
    kept: str


class CorpusView(Struct, frozen=True):
    """The page on the corpus: all of it, or one ``agency``.

    Where it holds more than ``MAX_LISTED`` reports, ``entries`` is empty until an agency is chosen.
    """

    agency: str
    all_agencies_link: str
    summary: CorpusSummary
    legend: tuple[tuple[State, str, str], ...]
    years: tuple[int | None, ...]
    rows: tuple[MatrixRow, ...]
    pages: tuple[PageLink, ...]
    entries: tuple[ReportEntry, ...]
    doubtful: tuple[ReportEntry, ...]
    warnings: tuple[ReportWarning, ...]
    failed: tuple[FailureView, ...]
    withdrawn: tuple[WithdrawnReport, ...]
    absences: tuple[AbsenceView, ...]
    max_listed: int
    generation: Generation


def corpus_view(*, agency: str = "", page: int = 1) -> CorpusView:
    """What is held, of all agencies or of one, and what is known to be wrong with it.

    Raises ``NotFoundError`` for a page behind the last.
    """
    held, generation = app_state.holdings(), app_state.generation()
    rows = _chosen_rows(held, agency)
    ids = _listed_ids(held, rows, agency=agency)
    entries = _entries(ids, held)
    years = _columns(held, rows)
    return CorpusView(
        agency=agency,
        all_agencies_link=urls.corpus_link(),
        summary=summarize(rows, [held.reports[report_id] for report_id in ids]) if agency else held.summary,
        legend=tuple((state, MARKS[state], label) for state, label in LABELS.items()),
        years=years,
        rows=tuple(_matrix_row(row, held, years=years) for row in _rows_of_page(rows, page)),
        pages=_page_links(rows, page),
        entries=entries,
        doubtful=tuple(entry for entry in entries if _is_doubtful(entry.summary)),
        # Warnings of the whole corpus name no agency, so an agency's page has none of them.
        warnings=() if agency else generation.record.warnings,
        failed=tuple(_failure_view(record) for record in _failed(generation.record, ids, agency=agency)),
        withdrawn=tuple(one for one in generation.record.withdrawn if agency in ("", one.agency)),
        absences=tuple(_absences(rows)),
        max_listed=MAX_LISTED,
        generation=generation,
    )


def _chosen_rows(held: Holdings, agency: str) -> Sequence[CoverageRow]:
    """The row of ``agency``, no row for one that is not in the corpus; all rows for ""."""
    if not agency:
        return held.coverage.rows
    row = held.rows.get(agency)
    return [row] if row is not None else []


def _listed_ids(held: Holdings, rows: Sequence[CoverageRow], *, agency: str) -> list[str]:
    """The reports that are listed one by one: of an agency all, of the whole corpus all or none."""
    too_many = not agency and len(held.reports) > MAX_LISTED
    return [] if too_many else [report_id for row in rows for report_id in _newest_first(row)]


def _newest_first(row: CoverageRow) -> list[str]:
    """The ids of an agency's reports; those of no known year come last."""
    dated = [report_id for cell in reversed(row.cells) for report_id in cell.reports]
    return [*dated, *row.undated]


def _columns(held: Holdings, rows: Sequence[CoverageRow]) -> tuple[int | None, ...]:
    """The years that head the matrix, and None for reports of no known year where there are any."""
    has_undated = any(row.undated for row in rows)
    return (*held.coverage.years, None) if has_undated else held.coverage.years


def _is_doubtful(summary: ReportSummary) -> bool:
    return bool(summary.warnings or summary.unsure)


def _failed(run: BuildRecord, ids: Sequence[str], *, agency: str) -> list[SourceRecord]:
    """The files that could not be read; on an agency's page those of which an older reading is among ``ids``."""
    failed = [record for record in run.sources if record.code]
    return [record for record in failed if record.report in ids] if agency else failed


def _rows_of_page(rows: Sequence[CoverageRow], page: int) -> Sequence[CoverageRow]:
    start = (page - 1) * ROWS_PER_PAGE
    # The first page is there even without any rows.
    if page > 1 and start >= len(rows):
        raise NotFoundError("no-page", "收录范围没有这么多页。", hint="请从第一页翻起。")
    return rows[start : start + ROWS_PER_PAGE]


def _page_links(rows: Sequence[CoverageRow], page: int) -> tuple[PageLink, ...]:
    """Links to all pages of the matrix; none where all rows are on one page."""
    if len(rows) <= ROWS_PER_PAGE:
        return ()
    links = []
    for number, start in enumerate(range(0, len(rows), ROWS_PER_PAGE), 1):
        on_page = rows[start : start + ROWS_PER_PAGE]
        ends = dict.fromkeys((on_page[0].agency, on_page[-1].agency))
        links.append(PageLink(number, "—".join(ends), urls.corpus_link(page=number), number == page))
    return tuple(links)


def _matrix_row(row: CoverageRow, held: Holdings, *, years: Sequence[int | None]) -> MatrixRow:
    cells = [
        MatrixCell(cell.state, cell.year, _entries(cell.reports, held), _label(cell), cell.reason)
        for cell in row.cells
    ]
    if None in years:
        cells.append(MatrixCell("unsure" if row.undated else "none", None, _entries(row.undated, held)))
    return MatrixRow(row.agency, urls.corpus_link(row.agency), tuple(cells))


def _label(cell: CoverageCell) -> str:
    return ABSENCE_REASONS[cell.absence.reason] if cell.absence else ""


def _absences(rows: Sequence[CoverageRow]) -> Iterator[AbsenceView]:
    for row in rows:
        for cell in row.cells:
            if cell.absence:
                yield AbsenceView(row.agency, cell.year, cell.reason, cell.absence.url, cell.absence.checked)


def _entries(ids: Sequence[str], held: Holdings) -> tuple[ReportEntry, ...]:
    return tuple(ReportEntry(held.reports[report_id], urls.report_link(report_id)) for report_id in ids)


def _failure_view(record: SourceRecord) -> FailureView:
    return FailureView(record, urls.report_link(record.report) if record.report else "")
