"""Writes a report as a workbook: paragraphs as merged rows, tables as cells, with numbers that are numbers."""

from __future__ import annotations

import io
import re

import xlsxwriter

from indexer.synthetic.formats.flow import flow, placed_cells
from report_search.model import Report, Table

WIDTH = 15
"""The columns that a line of text is merged over."""
NUMBER = re.compile(r"0|[1-9]\d{0,14}")
"""A text that a sheet prints of a number without a format."""


def write_xlsx(report: Report) -> bytes:
    """The workbook of ``report``."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False})
    sheet = workbook.add_worksheet("年度报告")
    row = 0
    for item in flow(report):
        if item.table is not None:
            row = _table(sheet, item.table, row=row + 1) + 1
        else:
            sheet.merge_range(row, 0, row, WIDTH - 1, item.text)
            row += 1
    workbook.close()
    return stream.getvalue()


def _table(sheet: xlsxwriter.worksheet.Worksheet, table: Table, *, row: int) -> int:
    """Write a table from ``row`` on; the row behind it."""
    for at, cell in placed_cells(table):
        first, last = row + at, row + at + cell.rowspan - 1
        value = int(cell.text) if NUMBER.fullmatch(cell.text) else cell.text
        if cell.rowspan > 1 or cell.colspan > 1:
            sheet.merge_range(first, cell.column, last, cell.column + cell.colspan - 1, value)
        else:
            sheet.write(first, cell.column, value)
    return row + len(table.rows)
