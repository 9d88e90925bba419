"""A table as CSV that a spreadsheet opens as it is: UTF-8 with a byte order mark, lines that end as RFC 4180 has it.

The rule: a cell never becomes anything but what it is. Numbers are written as numbers. A spreadsheet takes a text that
begins with = + - @, a tab or a return for a formula, so an apostrophe is put before it, unless it is a plain number. It
also keeps only 15 digits of a number, so a longer one, or one that begins with 0, gets an apostrophe where it stands in
the text of a report.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

Cell = str | int | float | None
TableRow = Sequence[Cell]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?%?", re.ASCII)
_CHANGED_BY_EXCEL = re.compile(r"[+-]?(?:\d{16,}|0\d+)(?:\.\d+)?|\d+[eE][+-]?\d+", re.ASCII)
"""Numbers that a spreadsheet would round, strip of their zeros, or read as a power of ten."""


def csv_lines(rows: Iterable[TableRow], *, prose: Collection[int] = ()) -> Iterator[bytes]:
    """A table as CSV, piece by piece; its first row is the head, None is an empty cell.

    ``prose`` are the columns, counted from 0, whose texts are those of a report and not made by the program.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    yield codecs.BOM_UTF8
    for row in rows:
        writer.writerow([_safe(cell, is_prose=at in prose) for at, cell in enumerate(row)])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def safe_cell(text: str, *, is_prose: bool = True) -> str:
    """``text`` as a cell that a spreadsheet shows as it is; ``is_prose`` guards long numbers as well."""
    is_formula = text.startswith(FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text)
    is_changed = is_prose and _CHANGED_BY_EXCEL.fullmatch(text) is not None
    return f"'{text}" if is_formula or is_changed else text


def _safe(cell: Cell, *, is_prose: bool) -> Cell:
    return safe_cell(cell, is_prose=is_prose) if isinstance(cell, str) else cell
