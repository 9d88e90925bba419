"""The hits as CSV that a spreadsheet opens as it is: UTF-8 with a byte order mark, lines that end as RFC 4180 has it.

The rule: a cell never becomes anything but the text it is. A spreadsheet takes what begins with = + - @, a tab or a
return for a formula, so an apostrophe is put before it, unless it is a plain number. It also keeps only 15 digits of a
number, so a longer one, or one that begins with 0, gets an apostrophe where it stands in the text of a report.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from report_search.export.rows import COLUMNS, PROSE, Export, ExportRow, chunked, rows

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?%?", re.ASCII)
_CHANGED_BY_EXCEL = re.compile(r"[+-]?(?:\d{16,}|0\d+)(?:\.\d+)?|\d+[eE][+-]?\d+", re.ASCII)
"""Numbers that a spreadsheet would round, strip of their zeros, or read as a power of ten."""


def csv_chunks(export: Export) -> Iterator[bytes]:
    """The table with its head, as bytes."""
    return chunked(_lines(export))


def _lines(export: Export) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    yield codecs.BOM_UTF8
    writer.writerow(COLUMNS)
    for row in rows(export):
        writer.writerow(_safe_row(row))
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _safe_row(row: ExportRow) -> list[str]:
    return [safe_cell(text, is_prose=column in PROSE) for column, text in zip(COLUMNS, row, strict=True)]


def safe_cell(text: str, *, is_prose: bool = True) -> str:
    """``text`` as a cell that a spreadsheet shows as it is; ``is_prose`` guards long numbers as well."""
    is_formula = text.startswith(FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text)
    is_changed = is_prose and _CHANGED_BY_EXCEL.fullmatch(text) is not None
    return f"'{text}" if is_formula or is_changed else text
