"""A table as CSV that spreadsheets open right: UTF-8 with a mark at the beginning, no cell run as a formula.

The rule: numbers are written as numbers; a text that begins with = + - @, a tab or a return gets an apostrophe before
it, by which a spreadsheet takes it as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

TableRow = Sequence[str | int | float | None]
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets read UTF-8 as a legacy encoding."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(rows: Iterable[TableRow]) -> bytes:
    """``rows`` as a CSV file; None is an empty cell."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _safe(cell: str | int | float | None) -> str | int | float | None:
    is_formula = isinstance(cell, str) and cell.startswith(_FORMULA_STARTS)
    return f"'{cell}" if is_formula else cell
