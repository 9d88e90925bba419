"""The cells of the official tables by the keys of their measures, and which sums they keep.

This is the demo corpus's own list, written down apart from what the index uses, so that one can be held against the
other. A key is ``table.row.column``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from report_search.model import Cell, Table

COLUMNS = ("natural", "business", "research", "welfare", "legal", "rest", "total")
RESULTS = ("upheld", "corrected", "other", "pending", "total")
OUTCOMES_2019 = (
    "granted",
    "partly",
    *(f"refused.{one}" for one in ("secret", "law", "security", "third_party", "internal", "process")),
    *(f"refused.{one}" for one in ("enforcement", "inquiry")),
    *(f"unavailable.{one}" for one in ("not_held", "not_made", "unclear")),
    *(f"unprocessed.{one}" for one in ("petition", "repeated", "publication", "excessive", "reissue")),
    "other",
)
OUTCOMES_2021 = (*OUTCOMES_2019[:-1], "other.uncorrected", "other.unpaid", "other.rest")
REVIEWS = ("reviews", "suits.direct", "suits.after_review")
_LABELS = {
    "规章": "rules",
    "规范性文件": "documents",
    "行政规范性文件": "documents",
    "行政许可": "licences",
    "其他对外管理服务事项": "services",
    "行政处罚": "penalties",
    "行政强制": "coercion",
    "行政事业性收费": "fees",
    "政府集中采购": "procurement",
}
_HEADS = {
    "本年新制作数量": "made",
    "本年制发件数": "made",
    "本年新公开数量": "disclosed",
    "对外公开总数量": "disclosed_total",
    "本年废止件数": "repealed",
    "现行有效件数": "in_force",
    "上一年项目数量": "items",
    "本年增/减": "change",
    "处理决定数量": "decisions",
    "本年处理决定数量": "decisions",
    "本年收费金额（单位：万元）": "amount",
    "采购项目数量": "items",
    "采购总金额": "amount",
}


class CellPlace(Struct, frozen=True):
    """A value cell in its table: the measure's key, the positions of its row and of the cell in it."""

    measure: str
    row: int
    at: int
    cell: Cell


def places(table: Table) -> Iterator[CellPlace]:
    """The value cells of a table of an official form; of the annex, its labels are the keys."""
    kind = table.form.split("-")[0]
    keys = {"a": _disclosure_key, "b": _request_key(table.form), "c": _review_key, "stats": _annex_key}[kind]
    body = [(at, row) for at, row in enumerate(table.rows) if not row.is_head]
    for number, (row_at, row) in enumerate(body):
        values = [(at, cell) for at, cell in enumerate(row.cells) if not cell.is_header]
        for column, (at, cell) in enumerate(values):
            if key := keys(_Spot(number, column, row.headers, cell)):
                yield CellPlace(key, row_at, at, cell)


class _Spot(Struct, frozen=True):
    """Where a value cell stands: the number of its row, its own in it, the row's headers."""

    row: int
    column: int
    headers: tuple[str, ...]
    cell: Cell


Key = Callable[[_Spot], str]
"""From where a cell stands to the key of its measure."""


def request_rows(form: str) -> tuple[str, ...]:
    """The rows of the table of requests, in order."""
    outcomes = OUTCOMES_2019 if form.endswith("2019") else OUTCOMES_2021
    return ("new", "carried_in", *outcomes, "total", "carried_out")


def _request_key(form: str) -> Key:
    rows = request_rows(form)
    return lambda spot: f"requests.{rows[spot.row]}.{COLUMNS[spot.column]}"


def _review_key(spot: _Spot) -> str:
    return f"{REVIEWS[spot.column // 5]}.{RESULTS[spot.column % 5]}"


def _disclosure_key(spot: _Spot) -> str:
    return f"{_LABELS[spot.headers[-1]]}.{_HEADS[spot.cell.path[-1]]}"


def _annex_key(spot: _Spot) -> str:
    # The unit of a row is a cell too, and group rows have no value.
    return f"annex:{spot.headers[-1]}" if spot.cell.path == ("统计数",) and spot.cell.text else ""


def status(cell: Cell) -> str:
    """What is printed in a cell: a number, zero, nothing, a dash, or a text."""
    if cell.value is not None:
        return "zero" if cell.value == 0 else "printed"
    if not cell.text.strip():
        return "empty"
    return "dash" if set(cell.text) <= set("—–-/") else "text"


class Broken(Struct, frozen=True):
    """A sum that does not hold: the measure of the printed total (left) and what the others give (right)."""

    kind: str
    measure: str
    printed: int
    expected: int


Values = Mapping[str, int]
"""The numbers of one report's official tables by their measure."""


def broken_sums(values: Values, *, form: int) -> Iterator[Broken]:
    """Every sum within one report that does not hold, found by adding up."""
    if not form:
        return
    outcomes = OUTCOMES_2019 if form == 2019 else OUTCOMES_2021

    def at(row: str, column: str) -> int:
        return values[f"requests.{row}.{column}"]

    for row in ("new", "carried_in", *outcomes, "total", "carried_out"):
        yield from _compared(
            "row-sum",
            f"requests.{row}.total",
            printed=at(row, "total"),
            expected=sum(at(row, column) for column in COLUMNS[:-1]),
        )
    for column in COLUMNS:
        settled = sum(at(row, column) for row in outcomes)
        yield from _compared(
            "column-sum", f"requests.total.{column}", printed=at("total", column), expected=settled
        )
        coming, going = (
            at("new", column) + at("carried_in", column),
            at("total", column) + at("carried_out", column),
        )
        yield from _compared("balance", f"requests.new.{column}", printed=coming, expected=going)
    for group in REVIEWS:
        parts = sum(values[f"{group}.{one}"] for one in RESULTS[:-1])
        yield from _compared("review-sum", f"{group}.total", printed=values[f"{group}.total"], expected=parts)


def broken_carry_over(values: Values, before: Values) -> Iterator[Broken]:
    """Every column in which what was carried over is not what the year before left."""
    for column in COLUMNS:
        left = before[f"requests.carried_out.{column}"]
        measure = f"requests.carried_in.{column}"
        yield from _compared("carry-over", measure, printed=values[measure], expected=left)


def _compared(kind: str, measure: str, *, printed: int, expected: int) -> Iterator[Broken]:
    if printed != expected:
        yield Broken(kind, measure, printed, expected)
