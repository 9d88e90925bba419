"""Writes a report as a workbook of Excel until 2003: records in a stream of a compound file."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from indexer.readers.compound_writer import write_compound
from indexer.synthetic.formats.flow import flow, placed_cells
from indexer.synthetic.formats.xlsx import NUMBER, WIDTH
from report_search.model import Report

_BEGIN, _END, _BOUND_SHEET, _FORMAT, _STYLE = 0x809, 0x0A, 0x85, 0x41E, 0xE0
_TEXT, _NUMBER, _MERGED, _DIMENSIONS = 0x204, 0x203, 0xE5, 0x200
_USUAL_STYLES = 16
"""Styles that every workbook begins with; cells have those behind them."""
_OWN_FORMATS = 164
"""The number of the first format of one's own."""
_MERGES = 1000

Place = tuple[int, int]
Span = tuple[int, int, int, int]
"""First row, last row, first column, last column."""


def write_xls(report: Report) -> bytes:
    """The workbook of ``report``."""
    cells: dict[Place, str | float] = {}
    spans: list[Span] = []
    row = 0
    for item in flow(report):
        if item.table is None:
            cells[row, 0] = item.text
            spans.append((row, row, 0, WIDTH - 1))
            row += 1
            continue
        row += 1
        for at, cell in placed_cells(item.table):
            cells[row + at, cell.column] = int(cell.text) if NUMBER.fullmatch(cell.text) else cell.text
            if cell.rowspan > 1 or cell.colspan > 1:
                spans.append(
                    (row + at, row + at + cell.rowspan - 1, cell.column, cell.column + cell.colspan - 1)
                )
        row += len(item.table.rows) + 1
    return write_cells(cells, spans)


def write_cells(
    cells: Mapping[Place, str | float], spans: list[Span], *, formats: Mapping[Place, str] | None = None
) -> bytes:
    """A workbook of one sheet with these cells, merged areas and number formats."""
    codes = list(dict.fromkeys((formats or {}).values()))
    head = [_record(_BEGIN, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))]
    head += [
        _record(_FORMAT, struct.pack("<H", _OWN_FORMATS + at) + _text(code)) for at, code in enumerate(codes)
    ]
    numbers = [0] * (_USUAL_STYLES + 1) + [_OWN_FORMATS + at for at in range(len(codes))]
    head += [_record(_STYLE, struct.pack("<HH16x", 0, number)) for number in numbers]
    name = "年度报告".encode("utf-16-le")
    start = sum(map(len, head)) + 4 + 8 + len(name) + 4
    head.append(_record(_BOUND_SHEET, struct.pack("<IBBBB", start, 0, 0, len(name) // 2, 1) + name))
    styles = {place: _USUAL_STYLES + 1 + codes.index(code) for place, code in (formats or {}).items()}
    sheet = b"".join(_sheet(cells, spans, styles=styles))
    return write_compound({"Workbook": b"".join(head) + _record(_END, b"") + sheet})


def _sheet(
    cells: Mapping[Place, str | float], spans: list[Span], *, styles: Mapping[Place, int]
) -> Iterator[bytes]:
    yield _record(_BEGIN, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    rows, columns = max(row for row, _ in cells) + 1, max(column for _, column in cells) + 1
    yield _record(_DIMENSIONS, struct.pack("<IIHHH", 0, rows, 0, columns, 0))
    for (row, column), value in sorted(cells.items()):
        place = struct.pack("<HHH", row, column, styles.get((row, column), _USUAL_STYLES))
        if isinstance(value, str):
            yield _record(_TEXT, place + _text(value))
        else:
            yield _record(_NUMBER, place + struct.pack("<d", value))
    for at in range(0, len(spans), _MERGES):
        some = spans[at : at + _MERGES]
        yield _record(
            _MERGED, struct.pack("<H", len(some)) + b"".join(struct.pack("<HHHH", *span) for span in some)
        )
    yield _record(_END, b"")


def _record(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def _text(text: str) -> bytes:
    """A text as records hold it: its length, a flag for 16 bits a character, the characters."""
    encoded = text.encode("utf-16-le")
    return struct.pack("<HB", len(encoded) // 2, 1) + encoded
