"""From the grids of a section to its tables: header paths, values, and a warning for whatever does not add up.

The rule: what is printed is kept and never corrected. Rows and columns come from the marked-up spans where they are
sound, and from the official form where they are lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.document import Grid
from indexer.tables import labels
from indexer.tables.alignment import align_values
from indexer.tables.annex import add_group_headers
from indexer.tables.checks import check_table
from indexer.tables.continuation import merge_continuations
from indexer.tables.headers import read_table
from indexer.tables.layout import Layout, lay_out
from indexer.tables.recognised import mark_recognised, snap_labels
from indexer.tables.reconstruct.disclosure import reconstruct_disclosure
from indexer.tables.reconstruct.label_tokens import tokens_of
from indexer.tables.reconstruct.requests import reconstruct_requests
from indexer.tables.reconstruct.reviews import reconstruct_reviews
from report_search.analysis.cell_values import is_value
from report_search.model import ReportWarning, Table
from report_search.taxonomy.official_forms import REVIEW_COLUMNS


def build_tables(grids: Sequence[Grid], section: str) -> tuple[list[Table], list[ReportWarning]]:
    """The tables in ``grids``, neighbours in one section; those that continue one another are one."""
    tables: list[Table] = []
    warnings: list[ReportWarning] = []
    for grid in merge_continuations([snap_labels(grid) for grid in grids]):
        table, found = build_table(grid, section)
        tables.append(mark_recognised(table, grid))
        warnings += found
    return tables, warnings


def build_table(grid: Grid, section: str) -> tuple[Table, list[ReportWarning]]:
    """The table in ``grid`` and the warnings about it; ``section`` is the path of headings that they name."""
    layout = lay_out(grid)
    texts = [cell.text for row in layout.rows for cell in row if cell.text]
    form = labels.detect_form(texts) or _form_by_count(texts, section)
    table, warnings = _read(grid, layout, form=form, section=section)
    return table, [*warnings, *check_table(table, section)]


def _read(grid: Grid, layout: Layout, *, form: str, section: str) -> tuple[Table, list[ReportWarning]]:
    """The table by its spans, or by its official form where the spans are lost."""
    reconstruct = _RECONSTRUCT.get(form)
    if reconstruct is None:
        table = read_table(layout, caption=grid.caption, form=form)
        return align_values(add_group_headers(table) if form == "stats-2014" else table, section)
    if not grid.flattened:
        table = read_table(layout, caption=grid.caption, form=form)
        if _has_sound_spans(table):
            return align_values(table, section)
    tokens = tokens_of([[cell.text for cell in row] for row in layout.rows])
    made = reconstruct(tokens, form=form, section=section)
    return made.table, made.warnings


def _form_by_count(texts: Sequence[str], section: str) -> str:
    """``c`` for fifteen values under pieces of its heads, or alone in a section on reviews; else ""."""
    heads = [text for text in texts if not is_value(text)]
    if len(texts) - len(heads) != len(REVIEW_COLUMNS) or not all(map(labels.is_review_piece, heads)):
        return ""
    return "c" if heads or "复议" in section or "诉讼" in section else ""


_RECONSTRUCT = {
    "a-2019": reconstruct_disclosure,
    "a-2021": reconstruct_disclosure,
    "b-2019": reconstruct_requests,
    "b-2021": reconstruct_requests,
    "c": reconstruct_reviews,
}


def _has_sound_spans(table: Table) -> bool:
    """Whether every value that was read by its row and column has column heads."""
    rows = table.body
    return bool(rows) and all(cell.path for row in rows for cell in row.values if cell.text)
