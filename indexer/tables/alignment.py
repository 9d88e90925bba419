"""Whether the values of a table stand under heads of their own, and what is done where they don't.

Two columns of one head, or a value without any, come of a head row that lost cells, or of a table that goes on overleaf
with columns of other widths. The rule: a whole row of an official form has its values in the order of the form; any
other row in doubt keeps its values, loses their heads, and is warned of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from indexer.tables import labels
from indexer.tables.reconstruct.label_tokens import printed_path
from report_search.analysis.normalise import label_key
from report_search.model import Cell, HeaderPath, ReportWarning, Row, Table
from report_search.taxonomy.official_forms import BLOCKS, REQUEST_COLUMNS, REVIEW_COLUMNS

_COLUMNS: dict[str, tuple[HeaderPath, ...]] = {
    "b-2019": REQUEST_COLUMNS,
    "b-2021": REQUEST_COLUMNS,
    "c": REVIEW_COLUMNS,
}
"""The value columns of the forms that have the same ones in every row."""


def align_values(table: Table, section: str) -> tuple[Table, list[ReportWarning]]:
    """``table`` with every row in doubt put right or left without heads, and the warnings about those left."""
    official = _COLUMNS.get(table.form, ())
    printed = {label_key(cell.text): cell.text for row in table.rows if row.is_head for cell in row.cells}
    columns = [printed_path(column, printed) for column in official]
    groups = {label_key(text): text for row in table.body for text in row.headers[:-1]}
    heads = _Heads(table.form)
    rows: list[Row] = []
    warnings: list[ReportWarning] = []
    for row in (_with_groups(row, groups) for row in table.rows):
        heads.pass_by(row)
        if row.is_head or heads.fit(row):
            rows.append(row)
        elif len(columns) == len(row.values):
            rows.append(_with_paths(row, columns))
        else:
            rows.append(_with_paths(row, [()] * len(row.values)))
            warnings.append(_doubtful_row(row, section))
    return replace(table, rows=tuple(rows)), warnings


def _with_groups(row: Row, printed: Mapping[str, str]) -> Row:
    """A row of the request table with the labels of its groups that a page border cut off, as printed elsewhere."""
    # 三、本年度办理结果 / 3.补正后… on a new page, where the cell （四）无法提供 spans into from the page before.
    path = labels.request_labels().get(label_key(row.headers[-1]), ()) if row.headers else ()
    wanted = [label_key(group) for group in path[:-1]]
    own = {label_key(text): text for text in row.headers[:-1]}
    if len(own) >= len(wanted) or not set(own) <= set(wanted):
        return row
    found = [text for group in wanted if (text := own.get(group) or printed.get(group, ""))]
    return replace(row, headers=(*found, row.headers[-1]))


class _Heads:
    """The head rows above the row that is looked at, and whether its values fit them."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._last: Row | None = None
        self._covered: set[int] = set()

    def pass_by(self, row: Row) -> None:
        """Take note of ``row`` if it is a head row."""
        if row.is_head:
            self._last = row
            self._covered.update(
                at for cell in row.cells for at in range(cell.column, cell.column + cell.colspan)
            )

    def fit(self, row: Row) -> bool:
        """Whether every filled value of ``row`` has a head, and in an official form one of its own."""
        filled = [cell for cell in row.values if cell.text]
        if self._form in _COLUMNS:
            is_whole = len(row.values) == len(_COLUMNS[self._form])
            return not row.values or (is_whole and _have_own_heads(filled))
        if self._form in BLOCKS:
            return _have_own_heads(filled) or (self._has_a_value_for_each(row) and _have_heads(filled))
        return self._reach(filled) or not (self._covered or any(map(_is_official_label, row.headers)))

    def _reach(self, cells: Sequence[Cell]) -> bool:
        """Whether no cell is beyond the heads; a head may be blank."""
        return all(cell.path or cell.column in self._covered for cell in cells)

    def _has_a_value_for_each(self, row: Row) -> bool:
        """Whether a row has as many values as heads; then torn heads (本年新, 本年新) may read alike."""
        return self._last is not None and len(row.values) == len(self._last.cells) - 1


def _have_heads(cells: Sequence[Cell]) -> bool:
    return all(cell.path for cell in cells)


def _have_own_heads(cells: Sequence[Cell]) -> bool:
    return _have_heads(cells) and len({cell.path for cell in cells}) == len(cells)


def _is_official_label(text: str) -> bool:
    return bool(labels.disclosure_row(text)) or labels.is_request_label(text)


def _with_paths(row: Row, paths: Sequence[HeaderPath]) -> Row:
    left = iter(paths)
    cells: list[Cell] = [cell if cell.is_header else replace(cell, path=next(left)) for cell in row.cells]
    return replace(row, cells=tuple(cells))


def _doubtful_row(row: Row, section: str) -> ReportWarning:
    where = " › ".join(part for part in (section, *row.headers) if part)
    found = sum(bool(cell.text) for cell in row.values)
    message = f"这一行的 {found} 个数与表头对不上，无法确定各数属于哪一列"
    return ReportWarning("table-row-unsure", message, where)
