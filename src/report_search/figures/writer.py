"""Writing ``data.sqlite``: the figures of every report that a generation holds.

What the generation before knew of a report that stays is carried over; agencies, measures, editions and carry-overs are
worked out anew from what is there then. The rule: the file is whole and closed before the draft is sealed, and is made
by the standard library alone, so that it is the same beside every engine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from report_search.figures.cells import PATH_SEPARATOR, OfficialCell
from report_search.figures.checks import CARRIED, Check, check_carry_over
from report_search.figures.extract import ReportFigures
from report_search.figures.prose.reading import ProseFigure
from report_search.figures.schema import (
    CELL_COLUMNS,
    CHECK_COLUMNS,
    DATA_FILE,
    INDEXES,
    PROSE_COLUMNS,
    REPORT_COLUMNS,
    TABLES,
    VERSION,
)
from report_search.generations.database_file import DatabaseDraft, has_version
from report_search.model import ReportHeader
from report_search.taxonomy.measures import measures

_REPORT_IDS = {"reports": "id", "cells": "report", "checks": "report", "prose": "report"}
"""The column of each table that says which report a row is of."""
_CARRIED_MEASURES = " OR ".join(f"measure LIKE 'requests.{row}.%'" for row in CARRIED)


class FigureWriter(DatabaseDraft):
    """Fills ``folder/data.sqlite``; begins with the file of ``former``, another generation's folder."""

    def __init__(self, folder: Path, *, former: Path | None = None) -> None:
        super().__init__(folder, DATA_FILE, former=former, tables=TABLES, report_columns=_REPORT_IDS)

    def put(self, figures: ReportFigures) -> None:
        """Add the figures of a report."""
        header = figures.report
        self._insert("reports", REPORT_COLUMNS, [_report_row(figures)])
        self._insert("cells", CELL_COLUMNS, (_cell_row(cell, header) for cell in figures.cells))
        self._insert("checks", CHECK_COLUMNS, map(_check_row, figures.checks))
        self._insert("prose", PROSE_COLUMNS, (_prose_row(one, header) for one in figures.prose))

    def finish(self, superseded: Collection[str]) -> None:
        """Work out what follows from all reports together; ``superseded`` were replaced by a later edition."""
        if not self._has_former:
            self._database.executescript(INDEXES)
        replaced = [(one,) for one in superseded]
        for table, column in _REPORT_IDS.items():
            self._database.execute(f"UPDATE {table} SET superseded = 0 WHERE superseded")
            self._database.executemany(f"UPDATE {table} SET superseded = 1 WHERE {column} = ?", replaced)
        self._database.execute("DELETE FROM checks WHERE kind = 'carry-over'")
        self._insert("checks", CHECK_COLUMNS, map(_check_row, self._carry_overs()))
        self._fill_agencies()
        self._fill_measures()
        self._complete(VERSION)
        self._database.execute("ANALYZE")
        self._database.commit()

    def _insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        places = ", ".join("?" * len(columns))
        self._database.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)

    def _carry_overs(self) -> Iterator[Check]:
        """What each year carried in that the year before, of the same agency, did not leave over."""
        rows = self._database.execute(
            "SELECT agency_key, year, report, agency, measure, value, status, text, unit, form, passage FROM cells"
            f" WHERE year IS NOT NULL AND NOT superseded AND ({_CARRIED_MEASURES}) ORDER BY agency_key, year, report"
        )
        before: _YearCells | None = None
        for _, group in groupby(rows.fetchall(), key=lambda row: row[:2]):
            now = _YearCells(list(group))
            if before and (before.agency_key, before.year + 1) == (now.agency_key, now.year):
                yield from now.carried_over(before)
            before = now

    def _fill_agencies(self) -> None:
        self._database.execute("DELETE FROM agencies")
        self._database.execute(
            "INSERT INTO agencies SELECT agency_key, max(agency), count(*), min(year), max(year) FROM reports"
            " GROUP BY agency_key ORDER BY agency_key"
        )

    def _fill_measures(self) -> None:
        self._database.execute("DELETE FROM measures")
        for position, one in enumerate(measures().values()):
            paths = (PATH_SEPARATOR.join(one.paths.get(form, ())) for form in ("2019", "2021", "annex"))
            breaks = json.dumps([asdict(found) for found in one.breaks], ensure_ascii=False)
            row = (
                one.key,
                one.label,
                one.group,
                one.unit,
                one.addition,
                " ".join(one.forms),
                *paths,
                breaks,
                position,
            )
            self._database.execute(f"INSERT INTO measures VALUES ({', '.join('?' * len(row))})", row)


class _YearCells:
    """The cells of an agency's year that are carried over, as rows of the table in the order of ``_carry_overs``."""

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        # Of two reports of a year that neither replaces the last one counts.
        last = [row for row in rows if row[2] == rows[-1][2]]
        self.agency_key, self.year, self.report, self.agency = last[0][:4]
        self.cells: Mapping[str, OfficialCell] = {row[4]: _stored_cell(row) for row in last}

    def carried_over(self, before: _YearCells) -> Iterator[Check]:
        """The checks of this year against the one ``before`` it."""
        for check in check_carry_over(before.cells, self.cells, years=(before.year, self.year)):
            yield replace(
                check,
                report=self.report,
                agency=self.agency,
                agency_key=self.agency_key,
                year=self.year,
                left=replace(check.left, report=self.report),
                right=replace(check.right, report=before.report),
            )


def _stored_cell(row: tuple[Any, ...]) -> OfficialCell:
    measure, value, status, text, unit, form, passage = row[4:]
    path = measures()[measure].paths.get(form, ())
    return OfficialCell(measure, value, status, text, unit, form, path, row=0, passage=passage)


def _report_row(figures: ReportFigures) -> tuple[Any, ...]:
    one: ReportHeader = figures.report
    named = (one.id, one.agency, one.agency_key, one.year, one.title, one.published)
    source = (one.source.url or one.source.path, one.source.format, one.source.sha256)
    return (*named, *source, figures.scope, 0)


def _cell_row(cell: OfficialCell, header: ReportHeader) -> tuple[Any, ...]:
    unit = cell.unit or (measures()[cell.measure].unit if cell.measure else "")
    printed = "" if cell.measure else PATH_SEPARATOR.join(cell.path)
    about = (cell.measure, header.agency, header.agency_key, header.year)
    said = (cell.value, cell.status, cell.text, unit, cell.form)
    return (*about, *said, cell.passage, header.id, printed, cell.note, 0)


def _prose_row(one: ProseFigure, header: ReportHeader) -> tuple[Any, ...]:
    said = (one.label, one.whole, one.value, one.high, one.unit, one.about, one.text, one.sentence, one.start)
    about = (header.agency, header.agency_key, header.year, one.passage, header.id)
    return (*said, int(one.is_change), int(one.is_earlier), *about, 0)


def _check_row(check: Check) -> tuple[Any, ...]:
    sides = (check.left, check.right)
    operands = [value for one in sides for value in (one.text, one.value, one.path, one.passage, one.report)]
    about = (check.kind, check.measure, check.report, check.agency, check.agency_key, check.year)
    return (*about, *operands, check.difference, check.message, PATH_SEPARATOR.join(check.path), 0)


def has_figures(folder: Path) -> bool:
    """Whether a generation's folder has the file, in the layout of this version."""
    return has_version(folder / DATA_FILE, VERSION)
