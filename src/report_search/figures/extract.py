"""From a report to its figures: every official cell with the passage it stands in, the figures of its running text, and
the sums that do not hold.

The rule: what is printed in two tables of one report counts once, as the first of them says it, so that nothing is
added up twice; each table's sums are checked by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from report_search.figures.cells import OfficialCell
from report_search.figures.checks import Check, Operand, check_cells
from report_search.figures.prose.checks import check_prose
from report_search.figures.prose.reading import ProseFigure, figures_of_text
from report_search.figures.scope import Scope, scope_of
from report_search.figures.tables import OFFICIAL_FORMS, cells_of_table
from report_search.model import Paragraph, Report, ReportHeader, Table
from report_search.passages import Passage, passages_of
from report_search.taxonomy.measures import measures

_FORM_OF_2021 = 2021
Place = tuple[tuple[int, ...], int, int | None]
"""Section path, block and row of a passage."""


class ReportFigures(Struct, frozen=True):
    """The official cells of a report in reading order, the checks within it, what body its numbers are about, and the
    figures of its running text in reading order."""

    report: ReportHeader
    cells: tuple[OfficialCell, ...]
    checks: tuple[Check, ...]
    scope: Scope
    prose: tuple[ProseFigure, ...] = ()

    def named(self) -> dict[str, OfficialCell]:
        """Its cells by their measures."""
        return {cell.measure: cell for cell in self.cells if cell.measure}


def figures_of(report: Report, passages: Sequence[Passage] | None = None) -> ReportFigures:
    """The figures of ``report``; ``passages`` are those it is published with, by default those it has by itself."""
    ids = _ids(passages_of(report) if passages is None else passages)
    cells: list[OfficialCell] = []
    checks: list[Check] = []
    for place, table in _tables(report):
        found = [replace(cell, passage=ids.get((*place, cell.row), "")) for cell in cells_of_table(table)]
        checks += check_cells(found, table.form)
        cells += found
    counted = list(_counted_once(_with_form(cells, report)))
    named = {cell.measure: cell for cell in counted if cell.measure}
    prose = tuple(_prose(report, ids))
    checks += check_prose(prose, named, year=report.year)
    return ReportFigures(
        report.header,
        tuple(counted),
        tuple(of_report(check, report.header) for check in checks),
        scope_of(report),
        prose,
    )


def of_report(check: Check, header: ReportHeader) -> Check:
    """``check`` with what is known of the report that it is about; sides without a report are its own."""
    return replace(
        check,
        report=header.id,
        agency=header.agency,
        agency_key=header.agency_key,
        year=header.year,
        left=in_report(check.left, header.id),
        right=in_report(check.right, header.id),
    )


def in_report(operand: Operand, report_id: str) -> Operand:
    """``operand`` as one of a report, if it is not known to be of another."""
    return operand if operand.report else replace(operand, report=report_id)


def _ids(passages: Iterable[Passage]) -> Mapping[Place, str]:
    return {(one.locator.section, one.locator.block, one.locator.row): one.id for one in passages}


def _tables(report: Report) -> Iterator[tuple[tuple[tuple[int, ...], int], Table]]:
    """The official tables with their sections and blocks."""
    for path, section in report.walk():
        for at, block in enumerate(section.blocks):
            if isinstance(block, Table) and block.form in OFFICIAL_FORMS:
                yield (path, at), block


def _prose(report: Report, ids: Mapping[Place, str]) -> Iterator[ProseFigure]:
    for path, section in report.walk():
        for at, block in enumerate(section.blocks):
            if isinstance(block, Paragraph):
                passage = ids.get((path, at, None), "")
                yield from figures_of_text(block.text, passage=passage, year=report.year)


def _with_form(cells: Iterable[OfficialCell], report: Report) -> list[OfficialCell]:
    """``cells`` with the form of those whose table is the same in both: that of the other tables, else by the year."""
    given = list(cells)
    forms = [cell.form for cell in given if cell.form in ("2019", "2021")]
    by_year = "2021" if report.year is None or report.year >= _FORM_OF_2021 else "2019"
    form = forms[-1] if forms else by_year
    return [cell if cell.form else replace(cell, form=form) for cell in given]


def _counted_once(cells: Iterable[OfficialCell]) -> Iterator[OfficialCell]:
    given: set[str] = set()
    for cell in cells:
        if cell.measure in given:
            note = f"本报告前面的表已有“{measures()[cell.measure].label}”"
            yield replace(cell, measure="", note=note)
            continue
        if cell.measure:
            given.add(cell.measure)
        yield cell
