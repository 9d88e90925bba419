"""From the grids of a section to its tables: header paths, values, and a warning for whatever does not add up.

The rule: what is printed is kept and never mended. Places come from the marked-up spans where they are sound, and
from the official form where they are lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.document import Grid
from indexer.tables import labels
from indexer.tables.annex import add_group_headers
from indexer.tables.checks import check_table
from indexer.tables.continuation import merge_continuations
from indexer.tables.headers import read_table
from indexer.tables.layout import Layout, lay_out
from indexer.tables.reconstruct import (
    reconstruct_disclosure,
    reconstruct_requests,
    reconstruct_reviews,
    tokens_of,
)
from report_search.model import ReportWarning, Table


def build_tables(grids: Sequence[Grid], place: str) -> tuple[list[Table], list[ReportWarning]]:
    """The tables in ``grids``, which stand next to each other; those that continue one another are one."""
    tables: list[Table] = []
    warnings: list[ReportWarning] = []
    for grid in merge_continuations(grids):
        table, found = build_table(grid, place)
        tables.append(table)
        warnings += found
    return tables, warnings


def build_table(grid: Grid, place: str) -> tuple[Table, list[ReportWarning]]:
    """The table in ``grid`` and the warnings about it; ``place`` names its section for people."""
    layout = lay_out(grid)
    texts = [cell.text for row in layout.rows for cell in row if cell.text]
    form = labels.detect_form(texts)
    table, warnings = _read(grid, layout, form=form, place=place)
    return table, [*warnings, *check_table(table, place)]


def _read(grid: Grid, layout: Layout, *, form: str, place: str) -> tuple[Table, list[ReportWarning]]:
    if form in _REBUILD and not grid.flattened:
        table = read_table(layout, caption=grid.caption, form=form)
        if _is_sound(table):
            return table, []
    if form in _REBUILD:
        rebuilt = _REBUILD[form](tokens_of(_texts(layout)), form=form, place=place)
        return rebuilt.table, rebuilt.warnings
    table = read_table(layout, caption=grid.caption, form=form)
    return add_group_headers(table) if form == "stats-2014" else table, []


_REBUILD = {
    "a-2019": reconstruct_disclosure,
    "a-2021": reconstruct_disclosure,
    "b-2019": reconstruct_requests,
    "b-2021": reconstruct_requests,
    "c": reconstruct_reviews,
}


def _texts(layout: Layout) -> list[list[str]]:
    return [[cell.text for cell in row] for row in layout.rows]


def _is_sound(table: Table) -> bool:
    """Whether every value that was read by its place stands under heads."""
    rows = table.body
    return bool(rows) and all(cell.path for row in rows for cell in row.values if cell.text)
