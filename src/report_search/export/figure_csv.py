"""Figures as CSV: series, checks, and the whole set of cells.

The rule: what is no number is an empty cell, never 0; texts can't become formulas of a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from msgspec import UNSET

from report_search.figures.checks import Check
from report_search.figures.database import FigureDatabase, FigureRow
from report_search.figures.of_agency import AgencyFigures
from report_search.presentation.agency_figures import ROW_COLUMNS, figure_rows
from report_search.presentation.csv_table import Cell, csv_lines
from report_search.presentation.figure_payload import row_payload
from report_search.presentation.site_links import SiteLinks
from report_search.taxonomy.measures import Measure

SERIES_COLUMNS = (
    *("measure", "label", "agency", "agency_key", "year", "value", "status", "text", "unit", "form"),
    *("passage", "report", "url", "note", "superseded"),
)
CHECK_COLUMNS = (
    *("kind", "report", "agency", "year", "left_text", "left_value", "left_path", "left_passage"),
    *("right_text", "right_value", "right_path", "right_passage", "difference", "message"),
)
_LINES_AT_ONCE = 512


def series_csv(series: Iterable[tuple[Measure, Iterable[FigureRow]]], links: SiteLinks) -> Iterator[bytes]:
    """Series one after the other, each row with its measure."""
    rows_of_all = (
        [measure.key, measure.label, *_series_row(row, links)] for measure, rows in series for row in rows
    )
    return csv_bytes(SERIES_COLUMNS, rows_of_all)


def _series_row(row: FigureRow, links: SiteLinks) -> Iterator[Any]:
    """The columns of ``SERIES_COLUMNS`` behind the measure; what is not there is empty."""
    payload = row_payload(row, links)
    values = (getattr(payload, name) for name in SERIES_COLUMNS[2:])
    return ("" if value is UNSET else value for value in values)


def checks_csv(checks: Iterable[Check]) -> Iterator[bytes]:
    """Sums that do not hold."""
    return csv_bytes(CHECK_COLUMNS, map(_check_row, checks))


def agency_csv(found: AgencyFigures, links: SiteLinks) -> Iterator[bytes]:
    """Every number of the series of an agency, with the sentence or the row that it stands in."""
    return csv_bytes(ROW_COLUMNS, figure_rows(found, links))


def cells_csv(figures: FigureDatabase) -> Iterator[bytes]:
    """Every cell with its source."""
    return csv_bytes(figures.cell_columns(), figures.cells())


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A table with its head, many lines at a time: there may be a million of them."""
    lines = csv_lines(chain([columns], (list(map(_cell, row)) for row in rows)))
    while chunk := b"".join(islice(lines, _LINES_AT_ONCE)):
        yield chunk


def _cell(value: Any) -> Cell:
    return int(value) if isinstance(value, bool) else value


def _check_row(check: Check) -> list[Any]:
    sides = [
        value for one in (check.left, check.right) for value in (one.text, one.value, one.path, one.passage)
    ]
    return [check.kind, check.report, check.agency, check.year, *sides, check.difference, check.message]
