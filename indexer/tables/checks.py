"""Checks that an official table is complete, and turns what does not add up in it into warnings.

The rule: one warning for each contradiction, with the row and column it is in; nothing is corrected. What adds up is
worked out by ``report_search.figures.checks``, which knows no more than the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from indexer.tables import labels
from report_search.analysis.normalise import label_key
from report_search.figures.cells import OfficialCell
from report_search.figures.checks import WARNING_CODES, Check, check_cells
from report_search.figures.tables import DISCLOSURE_FORMS, REQUEST_FORMS, REVIEW_FORM, cells_of_table
from report_search.model import ReportWarning, Row, Table
from report_search.taxonomy import official_forms

_MOST_LISTED = 3


def check_table(table: Table, section: str) -> list[ReportWarning]:
    """Warnings about missing rows, labels that can't be told, and sums that do not come out."""
    complete: dict[str, Callable[[Table, str], list[ReportWarning]]] = {
        **dict.fromkeys(DISCLOSURE_FORMS, _check_blocks),
        **dict.fromkeys(REQUEST_FORMS, _check_rows),
        REVIEW_FORM: lambda table, section: [],
    }
    check = complete.get(table.form)
    if check is None:
        return []
    cells = cells_of_table(table)
    sums = [_warning(found, section) for found in check_cells(cells, table.form)]
    return [*check(table, section), *_unknown_labels(cells, section), *sums]


def _warning(check: Check, section: str) -> ReportWarning:
    return ReportWarning(WARNING_CODES[check.kind], check.message, " › ".join((section, *check.path)))


def _check_blocks(table: Table, section: str) -> list[ReportWarning]:
    printed = [labels.block_item(cell.text) for row in table.rows if row.is_head for cell in row.cells]
    missing = [item for item in official_forms.BLOCKS[table.form] if item not in printed]
    if not missing or not any(printed):
        return []
    listed = "、".join(f"第（{item}）项" for item in missing)
    return [ReportWarning("table-rows-missing", f"表中缺少{listed}", section)]


def _official_path(row: Row) -> tuple[str, ...]:
    """The official path of a row of the request table, () if its label is not official."""
    return labels.request_labels().get(label_key(row.headers[-1]), ()) if row.headers else ()


def _check_rows(table: Table, section: str) -> list[ReportWarning]:
    rows = {path: row for row in table.body if (path := _official_path(row))}
    wanted = official_forms.REQUEST_ROWS[table.form]
    missing = [path for path in wanted if path not in rows]
    if not missing:
        return []
    present = [path for path in wanted if path in rows]
    # Only the last rows are missing: the table was cut off, which says more than a list of rows.
    if present and missing == list(wanted[len(present) :]):
        last = " › ".join((section, *rows[present[-1]].headers))
        message = f"表格在此中断，应有 {len(wanted)} 行，只有 {len(present)} 行"
        return [ReportWarning("table-ends-early", message, last)]
    listed = "、".join(path[-1] for path in missing[:_MOST_LISTED]) + (
        "等" if len(missing) > _MOST_LISTED else ""
    )
    return [ReportWarning("table-rows-missing", f"表中缺少 {len(missing)} 行：{listed}", section)]


def _unknown_labels(cells: Iterable[OfficialCell], section: str) -> list[ReportWarning]:
    """A warning for each row with numbers of which none could be given a measure."""
    rows: dict[int, list[OfficialCell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    return [
        ReportWarning(
            "table-label-unknown",
            "这一行的栏目无法辨认，其中的数未归入任何指标",
            " › ".join((section, *row[0].path[:1])),
        )
        for row in rows.values()
        if not any(cell.measure for cell in row) and any(cell.value is not None for cell in row)
    ]
