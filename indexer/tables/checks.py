"""Checks that an official table is complete and that its printed numbers agree with each other.

The rule: one warning for each contradiction, with the row and column it is in; nothing is corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from indexer.tables import labels
from report_search.analysis.normalise import label_key
from report_search.model import Cell, ReportWarning, Row, Table
from report_search.taxonomy import official_forms

Number = int | float
_GROUP = 5
"""Columns of one group of the table of reviews."""


def check_table(table: Table, section: str) -> list[ReportWarning]:
    """Warnings about missing rows, sums that do not come out, and cells that should be numbers."""
    checks: dict[str, Callable[[Table, str], list[ReportWarning]]] = {
        "a-2019": _check_disclosure,
        "a-2021": _check_disclosure,
        "b-2019": _check_requests,
        "b-2021": _check_requests,
        "c": _check_reviews,
    }
    check = checks.get(table.form)
    return check(table, section) if check else []


def _check_disclosure(table: Table, section: str) -> list[ReportWarning]:
    printed = [labels.block_item(cell.text) for row in table.rows if row.is_head for cell in row.cells]
    missing = [item for item in official_forms.BLOCKS[table.form] if item not in printed]
    if not missing or not any(printed):
        return []
    listed = "、".join(f"第（{item}）项" for item in missing)
    return [ReportWarning("table-rows-missing", f"表中缺少{listed}", section)]


def _check_requests(table: Table, section: str) -> list[ReportWarning]:
    rows = {path: row for row in table.body if (path := _official_path(row))}
    return [
        *_check_rows(table, rows, section),
        *_check_totals(rows, section),
        *_check_columns(table, rows, section),
    ]


def _official_path(row: Row) -> tuple[str, ...]:
    """The official path of a row of the request table, () if its label is not official."""
    return labels.request_labels().get(label_key(row.headers[-1]), ()) if row.headers else ()


def _check_rows(table: Table, rows: dict[tuple[str, ...], Row], section: str) -> list[ReportWarning]:
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
    listed = "、".join(path[-1] for path in missing[:3]) + ("等" if len(missing) > 3 else "")
    return [ReportWarning("table-rows-missing", f"表中缺少 {len(missing)} 行：{listed}", section)]


def _check_totals(rows: dict[tuple[str, ...], Row], section: str) -> list[ReportWarning]:
    found = []
    for row in rows.values():
        cells = [cell for cell in row.values if cell.path]
        if len(cells) == len(official_forms.REQUEST_COLUMNS):
            found += _compare(cells[-1], cells[:-1], " › ".join((section, *row.headers)))
    return found


def _compare(total: Cell, parts: Sequence[Cell], where: str) -> list[ReportWarning]:
    numbers = [cell.value for cell in parts]
    if total.value is None or any(number is None for number in numbers):
        return []
    summed = _sum(number for number in numbers if number is not None)
    if _equal(summed, total.value):
        return []
    message = f"总计印作 {total.text}，各列相加为 {_show(summed)}"
    return [ReportWarning("total-mismatch", message, " › ".join((where, *total.path)))]


def _check_columns(table: Table, rows: dict[tuple[str, ...], Row], section: str) -> list[ReportWarning]:
    wanted = official_forms.REQUEST_ROWS[table.form]
    found = []
    for at, column in enumerate(official_forms.REQUEST_COLUMNS):
        cells = {path: cell for path, row in rows.items() if (cell := _cell_at(row, at)) is not None}
        total = cells.get(wanted[-2])
        where = " › ".join((section, *(total.path if total else column)))
        found += [*_check_sum(cells, wanted, where), *_check_identity(cells, wanted, where)]
    return found


def _check_sum(
    cells: dict[tuple[str, ...], Cell], wanted: Sequence[tuple[str, ...]], where: str
) -> list[ReportWarning]:
    """Whether the results of one column add up to its （七）总计, where all of them are there."""
    # The rows of the form: 新收, 上年结转, one for each result, （七）总计, 结转下年度.
    results, total = wanted[2:-2], wanted[-2]
    if not all(path in cells for path in (*results, total)):
        return []
    parts = [cells[path] for path in results]
    return _compare_rows([cells[total]], parts, where=where, names=("（七）总计", "各项办理结果相加"))


def _check_identity(
    cells: dict[tuple[str, ...], Cell], wanted: Sequence[tuple[str, ...]], where: str
) -> list[ReportWarning]:
    """Whether what came in (new and left over) is what was handled or is left over again."""
    new, carried_in, *_, handled, carried_out = wanted
    if not all(path in cells for path in (new, carried_in, handled, carried_out)):
        return []
    incoming, outgoing = [cells[new], cells[carried_in]], [cells[handled], cells[carried_out]]
    return _compare_rows(incoming, outgoing, where=where, names=("第一项加第二项", "第三项加第四项"))


def _cell_at(row: Row, at: int) -> Cell | None:
    cells = [cell for cell in row.values if cell.path]
    return cells[at] if len(cells) == len(official_forms.REQUEST_COLUMNS) else None


def _compare_rows(
    first: Sequence[Cell], second: Sequence[Cell], *, where: str, names: tuple[str, str]
) -> list[ReportWarning]:
    if any(cell.value is None for cell in (*first, *second)):
        return []
    left, right = (_sum(cell.value for cell in side if cell.value is not None) for side in (first, second))
    if _equal(left, right):
        return []
    message = f"{names[0]}为 {_show(left)}，{names[1]}为 {_show(right)}，勾稽关系不成立"
    return [ReportWarning("identity-broken", message, where)]


def _check_reviews(table: Table, section: str) -> list[ReportWarning]:
    found = []
    for row in table.body:
        cells = [cell for cell in row.values if cell.path]
        if len(cells) != len(official_forms.REVIEW_COLUMNS):
            continue
        # Three groups of five columns (复议, 直接起诉, 复议后起诉): four outcomes and their total.
        for start in range(0, len(cells), _GROUP):
            *outcomes, total = cells[start : start + _GROUP]
            found += _compare(total, outcomes, section)
    return found


def _sum(numbers: Iterable[Number]) -> Number:
    return sum(numbers)


def _equal(first: Number, second: Number) -> bool:
    return abs(first - second) < 1e-6


def _show(number: Number) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"
