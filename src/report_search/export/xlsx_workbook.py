"""The hits as a workbook: a first sheet that says what was asked, when and of what, a second one with the table.

xlsxwriter makes the workbook, with the head of the table for its only row. It hands out a file when that is closed, so
all rows of a large table would have to be written before the first byte leaves. They are put into the finished sheet
here instead, one by one, while the parts of the file are packed: as cells with text of their own (``inlineStr``), which
xlsxwriter writes too where memory is to stay constant.

The rule: every cell is text, so nothing is computed, rounded or taken for a date.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, cast

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from report_search.config import SITE_NAME
from report_search.errors import RequestError
from report_search.export.rows import COLUMNS, Export, chunked, rows
from report_search.export.site_address import LOCAL_NOTE
from report_search.fields import FIELD_LABELS, SORT_LABELS
from report_search.search.facets import label_of

ABOUT_SHEET, TABLE_SHEET = "说明", "结果"
MAX_ROWS = 1_048_575
"""Rows of a sheet below its head."""
MAX_CELL = 32_767
"""Characters of a cell, as Excel counts them: those beyond the basic plane are two."""
CUT_NOTE = "……（超出单元格的上限，全文见 url 一栏的地址）"
MANY_ROWS = 400_000
"""From so many rows on, a sheet may be larger than the 2 GB that a zip file holds without its extension."""
_WIDTHS = {"id": 28, "agency": 16, "title": 32, "section_title": 24, "headings": 32, "text": 80, "marked": 24}
_TABLE_PART = "xl/worksheets/sheet2.xml"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML can't hold, and what Excel would read as its escape for it."""


def xlsx_chunks(export: Export) -> Iterator[bytes]:
    """The workbook as bytes. Raises ``RequestError`` (``too-many-rows``), at once, if a sheet can't hold the hits."""
    passages = export.walk.page.total.passages
    if passages > MAX_ROWS:
        raise RequestError(
            "too-many-rows",
            f"一张工作表最多 {MAX_ROWS:,} 行，结果有 {passages:,} 段。",
            hint="请缩小范围，或导出 CSV、NDJSON。",
        )
    return chunked(_packed(export))


class _Pipe:
    """What a zip file writes to: keeps the bytes until they are taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _packed(export: Export) -> Iterator[bytes]:
    pipe = _Pipe()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook(export))) as made,
        # A zip file only needs somewhere to write to; it notes sizes behind each part where it can't go back.
        zipfile.ZipFile(cast("IO[bytes]", pipe), "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for part in made.infolist():
            if part.filename == _TABLE_PART:
                yield from _pack_table(made.read(part), packed, pipe=pipe, export=export)
            else:
                packed.writestr(part, made.read(part), zipfile.ZIP_DEFLATED)
                yield pipe.taken()
    yield pipe.taken()


def _pack_table(sheet: bytes, packed: zipfile.ZipFile, *, pipe: _Pipe, export: Export) -> Iterator[bytes]:
    """Pack the sheet of the table with a row for each hit behind its head."""
    count = export.walk.page.total.passages
    head, _, tail = sheet.partition(b"</sheetData>")
    last_column = chr(ord("A") + len(COLUMNS) - 1)
    head = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="A1:{last_column}{count + 1}"'.encode(), head)
    with packed.open(_TABLE_PART, "w", force_zip64=count > MANY_ROWS) as part:
        part.write(head)
        for number, row in enumerate(rows(export), 2):
            part.write(_row(number, row).encode())
            yield pipe.taken()
        part.write(b"</sheetData>" + tail)
    yield pipe.taken()


def _row(number: int, texts: Iterable[str]) -> str:
    cells = (
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t xml:space="preserve">{_xml(text)}</t></is></c>'
        for at, text in enumerate(texts)
        if text
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _xml(text: str) -> str:
    """``text`` as a cell holds it."""
    escaped = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", _cut(text))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str) -> str:
    """``text``, or as much of it as a cell holds, with a note."""
    # Each character counts at most twice.
    if 2 * len(text) <= MAX_CELL:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL:
        return text
    room = 2 * (MAX_CELL - len(CUT_NOTE))
    return units[:room].decode("utf-16-le", errors="ignore") + CUT_NOTE


def _workbook(export: Export) -> bytes:
    """The workbook with all but the rows of hits."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": f"{SITE_NAME}结果", "created": export.made.replace(tzinfo=None)})
        bold = workbook.add_format({"bold": True})
        about = workbook.add_worksheet(ABOUT_SHEET)
        about.set_column(0, 0, 12, bold)
        about.set_column(1, 1, 90)
        for at, (name, text) in enumerate(about_lines(export)):
            about.write_string(at, 0, name)
            about.write_string(at, 1, text)
        _write_head(workbook.add_worksheet(TABLE_SHEET), bold, export.walk.page.total.passages)
    return target.getvalue()


def _write_head(table: Worksheet, bold: object, passages: int) -> None:
    for at, column in enumerate(COLUMNS):
        table.set_column(at, at, _WIDTHS.get(column, 12))
        table.write_string(0, at, column, bold)
    table.freeze_panes(1, 0)
    table.autofilter(0, 0, passages, len(COLUMNS) - 1)
    table.ignore_errors({"number_stored_as_text": f"A1:O{MAX_ROWS + 1}"})


def about_lines(export: Export) -> Iterator[tuple[str, str]]:
    """What the first sheet says: each line's name and text."""
    page = export.walk.page
    yield "检索式", page.request.text or "（全部段落）"
    for field, values in page.request.filters:
        yield f"筛选·{FIELD_LABELS[field]}", "、".join(label_of(field, value) for value in values)
    yield "排序", SORT_LABELS[page.request.sort]
    yield (
        "结果",
        f"{page.total.passages} 段，见于 {page.total.reports} 份报告，其中 {page.total.complete} 段含全部词语",
    )
    for hint in page.hints:
        yield "提示", hint.message
    yield "导出时间", export.made.isoformat(sep=" ", timespec="seconds")
    yield "索引版本", export.generation
    yield "索引建立", page.index.built
    yield "地址", export.address
    if export.site.is_local:
        yield "", LOCAL_NOTE
