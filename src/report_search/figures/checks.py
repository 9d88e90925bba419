"""Do the printed numbers agree with each other? The sums that the official forms promise, worked out.

In the form of 2021 a report keeps 42 sums: 25 rows and 7 columns of the table of requests, its 7 balances (what came in
is what was settled or left over), and 3 totals of reviews; in that of 2019 they are 40. What one year leaves over in 7
columns, the next year carries in. The rule: a check is made only where every cell that it needs is a printed number or
0, so that a torn table is never shown as somebody's wrong sum; nothing is corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from report_search.figures.cells import OfficialCell, show
from report_search.figures.tables import REQUEST_FORMS, REVIEW_FORM, cells_of_table
from report_search.model import Table
from report_search.taxonomy.measures import request_column_keys, request_row_keys, review_keys

CheckKind = Literal["row-sum", "column-sum", "balance", "review-sum", "carry-over", "prose"]
KINDS: tuple[CheckKind, ...] = ("row-sum", "column-sum", "balance", "review-sum", "carry-over", "prose")
KIND_LABELS: Mapping[str, str] = {
    "row-sum": "行合计",
    "column-sum": "办理结果合计",
    "balance": "收支平衡",
    "review-sum": "复议诉讼合计",
    "carry-over": "跨年结转",
    "prose": "正文与表格",
}
WARNING_CODES: Mapping[str, str] = {
    "row-sum": "total-mismatch",
    "review-sum": "total-mismatch",
    "column-sum": "identity-broken",
    "balance": "identity-broken",
}
"""The code of the warning that a check of each kind within a table becomes when the table is read."""
CARRIED = ("carried_out", "carried_in")
"""The row that a year leaves over, and the row in which the next year carries it in."""
_PLAIN_UNITS = frozenset(("", "件", "条", "份", "宗", "例", "起", "个", "项", "次"))
"""Units beside which a number counts by one; with another (万件) it is no part of a sum with plain ones."""
_CLOSE = 1e-6
_GROUP = 5
"""Columns of one group of the table of reviews: four outcomes and their total."""
Cells = Mapping[str, OfficialCell]
"""Cells by their measures."""


class Operand(Struct, frozen=True):
    """One side of a check: the cells as printed, what they come to, and where they stand.

    ``text`` is a cell as printed, or several with ＋ between them; ``path`` the printed labels that lead to it;
    ``passage`` the id of its row, "" before the report is known; ``report`` its report.
    """

    text: str
    value: int | float
    path: str
    passage: str = ""
    report: str = ""


class Check(Struct, frozen=True):
    """A sum that does not hold: ``left`` is what is printed, ``right`` what the other cells come to.

    ``measure`` is that of the cell in question; ``path`` are its printed labels. Report, agency and year are those of
    the report that says ``left``; "" and None before it is known.
    """

    kind: CheckKind
    measure: str
    left: Operand
    right: Operand
    message: str
    path: tuple[str, ...] = ()
    report: str = ""
    agency: str = ""
    agency_key: str = ""
    year: int | None = None

    @property
    def difference(self) -> int | float:
        """What is printed less what the others come to."""
        return _rounded(self.left.value - self.right.value)


def check_table(table: Table) -> list[Check]:
    """The sums of ``table`` that do not hold."""
    return check_cells(cells_of_table(table), table.form)


def check_cells(cells: Iterable[OfficialCell], form: str) -> list[Check]:
    """The sums of one table that do not hold; ``form`` is the table's."""
    named = {cell.measure: cell for cell in cells if cell.measure}
    if form in REQUEST_FORMS:
        return [*_row_sums(named, form), *_column_sums(named, form), *_balances(named)]
    return list(_review_sums(named)) if form == REVIEW_FORM else []


def check_carry_over(before: Cells, now: Cells, *, years: tuple[int, int]) -> list[Check]:
    """Whether what a year left over is what the next one, of the same agency, carried in; ``years`` are the two."""
    found: list[Check] = []
    for column in request_column_keys():
        left_over, carried_in = (f"requests.{row}.{column}" for row in CARRIED)
        pair = _cells(before, (left_over,)), _cells(now, (carried_in,))
        if not pair[0] or not pair[1]:
            continue
        (earlier,), (later,) = pair
        message = f"{years[1]}年报告的上年结转为 {later.text}，{years[0]}年报告的结转下年度为 {earlier.text}，相差 {{}}"
        found += _compared(
            "carry-over", carried_in, left=_operand((later,)), right=_operand((earlier,)), message=message
        )
    return [replace(one, path=now[one.measure].path) for one in found]


def _row_sums(cells: Cells, form: str) -> Iterator[Check]:
    *parts, total = request_column_keys()
    for row in request_row_keys(form):
        summed = _cells(cells, [f"requests.{row}.{column}" for column in parts])
        yield from _total(cells, f"requests.{row}.{total}", summed, kind="row-sum")


def _column_sums(cells: Cells, form: str) -> Iterator[Check]:
    _, _, *outcomes, total, _ = request_row_keys(form)
    for column in request_column_keys():
        summed = _cells(cells, [f"requests.{row}.{column}" for row in outcomes])
        yield from _total(cells, f"requests.{total}.{column}", summed, kind="column-sum")


def _review_sums(cells: Cells) -> Iterator[Check]:
    keys = review_keys()
    for start in range(0, len(keys), _GROUP):
        *outcomes, total = keys[start : start + _GROUP]
        yield from _total(cells, total, _cells(cells, outcomes), kind="review-sum")


_TOTAL_MESSAGES: Mapping[str, str] = {
    "row-sum": "总计栏为 {}，各列相加为 {}，相差 {{}}",
    "column-sum": "“（七）总计”为 {}，各项办理结果相加为 {}，相差 {{}}",
    "review-sum": "总计栏为 {}，四项结果相加为 {}，相差 {{}}",
}


def _total(cells: Cells, measure: str, parts: Sequence[OfficialCell], *, kind: CheckKind) -> Iterator[Check]:
    total = _cells(cells, (measure,))
    if not total or not parts:
        return
    right = _operand(parts)
    message = _TOTAL_MESSAGES[kind].format(total[0].text, show(right.value))
    for one in _compared(kind, measure, left=_operand(total), right=right, message=message):
        yield replace(one, path=total[0].path)


def _balances(cells: Cells) -> Iterator[Check]:
    for column in request_column_keys():
        incoming = _cells(cells, [f"requests.{row}.{column}" for row in ("new", "carried_in")])
        outgoing = _cells(cells, [f"requests.{row}.{column}" for row in ("total", "carried_out")])
        if not incoming or not outgoing:
            continue
        left, right = _operand(incoming), _operand(outgoing)
        message = (
            f"“本年新收＋上年结转”{show(left.value)}，“办理结果＋结转下年度”{show(right.value)}，相差 {{}}"
        )
        for one in _compared("balance", f"requests.new.{column}", left=left, right=right, message=message):
            yield replace(one, path=incoming[0].path)


def _cells(cells: Cells, keys: Sequence[str]) -> list[OfficialCell]:
    """The cells of ``keys``, [] unless all are there and every one is a number that sums may be made of."""
    found = [cells[key] for key in keys if key in cells]
    is_whole = len(found) == len(keys) and all(cell.counts for cell in found)
    return found if is_whole and all(cell.unit in _PLAIN_UNITS for cell in found) else []


def _operand(cells: Sequence[OfficialCell]) -> Operand:
    """The side of a check that ``cells`` are, at the passage of the first."""
    paths = [" › ".join(cell.path) for cell in cells]
    return Operand(
        text="＋".join(cell.text for cell in cells),
        value=_rounded(sum(cell.value for cell in cells if cell.value is not None)),
        path=paths[0] if len(paths) == 1 else f"{paths[0]} 至 {paths[-1]}",
        passage=cells[0].passage,
    )


def _compared(
    kind: CheckKind, measure: str, *, left: Operand, right: Operand, message: str
) -> Iterator[Check]:
    """The check, if its sides differ; ``message`` has a place for the difference."""
    difference = abs(left.value - right.value)
    if difference > _CLOSE:
        yield Check(kind, measure, left, right, message.format(show(_rounded(difference))))


def _rounded(number: int | float) -> int | float:
    """``number`` without what binary fractions add to it (0.1 + 0.2)."""
    return number if isinstance(number, int) else round(number, 6)
