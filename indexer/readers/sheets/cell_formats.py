"""How the cells of a workbook are shown: formats, errors, what is hidden; read beside the values that calamine gives.

The rule: every cell is counted before its values are asked for, since a sheet with two cells far apart is held as a
full grid.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct, field

from indexer.readers import limits
from indexer.readers.packed import Package
from indexer.readers.sheets.number_formats import BUILT_IN, GENERAL

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_AREA = 500_000
"""Cells of the full grid of a sheet: its last row times its last column."""
_CLAIMED = 4_000_000
"""Cells that an .xls may claim to have: whoever reads it takes room for so many before it sees one."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
Place = tuple[int, int]
"""Row and column, both from 0."""


class SheetLook(Struct):
    """How a sheet is shown: formats and errors by place, hidden rows and columns, how many rows and columns."""

    formats: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    rows: int = 0
    columns: int = 0

    def add(self, place: Place, code: str) -> None:
        """Take note of a cell that holds something. Raises ``ReadError`` for one too far from the first."""
        row, column = place
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.rows * self.columns > _AREA:
            raise limits.too_large("表格单元格数", self.rows * self.columns, limit=_AREA)
        if code != GENERAL:
            self.formats[place] = code


def package_looks(package: Package) -> list[SheetLook]:
    """The looks of the sheets of an .xlsx, in the order of the workbook."""
    codes = _codes(package.xml(package.resolved("xl/styles.xml")))
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for one in _children(package.xml(package.resolved("xl/_rels/workbook.xml.rels")))
    }
    workbook = package.xml(package.resolved("xl/workbook.xml"))
    if workbook is None:
        raise package.damaged("xl/workbook.xml")
    # Texts that cells share are not looked at here, but whoever reads them has no limit of its own.
    if texts := package.resolved("xl/sharedStrings.xml"):
        package.bytes_of(texts)
    looks = []
    for sheet in workbook.iter("{*}sheet"):
        path = package.resolved(targets.get(sheet.get(_RELATION, ""), ""), beside="xl/workbook.xml")
        looks.append(_sheet_look(package.xml(path) if path else None, codes))
    return looks


def _children(root: etree._Element | None) -> list[etree._Element]:
    return [one for one in root if isinstance(one.tag, str)] if root is not None else []


def _codes(styles: etree._Element | None) -> list[str]:
    """The format of each cell style."""
    if styles is None:
        return []
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in styles.iter("{*}numFmt")}
    formats = styles.find("{*}cellXfs")
    found = []
    for style in _children(formats):
        number = style.get("numFmtId", "0")
        found.append(own.get(number) or BUILT_IN.get(_whole(number), GENERAL))
    return found


def _whole(written: str | None) -> int:
    return int(written[:9]) if written and written.isascii() and written.isdecimal() else 0


def _sheet_look(root: etree._Element | None, codes: list[str]) -> SheetLook:
    look = SheetLook()
    if root is None:
        return look
    for column in root.iter("{*}col"):
        if column.get("hidden") in ("1", "true"):
            first, last = _whole(column.get("min")), min(_whole(column.get("max")), 16_384)
            look.hidden_columns.update(range(first - 1, last))
    at = -1
    for row in root.iter("{*}row"):
        at = _whole(row.get("r")) - 1 if row.get("r") else at + 1
        if row.get("hidden") in ("1", "true"):
            look.hidden_rows.add(at)
        _row_look(row, at, look=look, codes=codes)
    return look


def _row_look(row: etree._Element, at: int, *, look: SheetLook, codes: list[str]) -> None:
    column = -1
    for cell in _children(row):
        found = _REFERENCE.match(cell.get("r", ""))
        column = _column(found[1]) if found else column + 1
        if not len(cell):
            continue
        style = _whole(cell.get("s"))
        look.add((at, column), codes[style] if style < len(codes) else GENERAL)
        if cell.get("t") == "e":
            look.errors[at, column] = cell.findtext("{*}v") or ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


_BOUND_SHEET, _FORMAT, _STYLE, _PASSWORD, _BEGIN, _END = 0x85, 0x41E, 0xE0, 0x2F, 0x809, 0x0A
_NUMBER, _SHORT, _SHORTS, _FORMULA, _SHARED_TEXT, _TEXT, _ERROR = 0x203, 0x27E, 0xBD, 0x06, 0xFD, 0x204, 0x205
_ROW, _COLUMN, _DIMENSIONS = 0x208, 0x7D, 0x200
_CELLS = frozenset((_NUMBER, _SHORT, _FORMULA, _SHARED_TEXT, _TEXT, _ERROR))
_BIFF8 = 0x600


def is_locked(stream: bytes) -> bool:
    """Whether a stream of an .xls asks for a password."""
    for code, _ in _records(stream, 0):
        if code == _PASSWORD:
            return True
        if code == _END:
            break
    return False


def stream_looks(stream: bytes) -> list[SheetLook]:
    """The looks of the sheets of an .xls, from its stream of records, in the order of the workbook."""
    starts: list[int] = []
    own: dict[int, str] = {}
    styles: list[int] = []
    version = _BIFF8
    for code, data in _records(stream, 0):
        if code == _BEGIN:
            [version] = struct.unpack_from("<H", data)
        elif code == _BOUND_SHEET:
            starts += struct.unpack_from("<I", data)
        elif code == _STYLE:
            styles += struct.unpack_from("<H", data, 2)
        elif code == _FORMAT:
            [number] = struct.unpack_from("<H", data)
            own[number] = _format_text(data[2:], version)
        elif code == _END:
            break
    codes = [own.get(number) or BUILT_IN.get(number, GENERAL) for number in styles]
    return [_stream_look(stream, start, codes) for start in starts]


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    at = start
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, at)
        yield code, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _format_text(data: bytes, version: int) -> str:
    """The text of a format: since 1997 16 bits a character where a flag says so."""
    if version < _BIFF8:
        return data[1 : 1 + data[0]].decode("gb18030", "replace") if data else ""
    length, flags = struct.unpack_from("<HB", data)
    width, encoding = (2, "utf-16-le") if flags & 1 else (1, "latin-1")
    return data[3 : 3 + width * length].decode(encoding, "replace")


def _stream_look(stream: bytes, start: int, codes: list[str]) -> SheetLook:
    look = SheetLook()
    depth = 0
    for code, data in _records(stream, start):
        if code == _BEGIN:
            depth += 1
        elif code == _END:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:
            _note(look, code, data=data, codes=codes)
    return look


def _note(look: SheetLook, code: int, *, data: bytes, codes: list[str]) -> None:
    """Take note of a record of a sheet."""
    if code in _CELLS:
        row, column, style = struct.unpack_from("<HHH", data)
        look.add((row, column), _code_of(style, codes))
        if code == _ERROR and data[7]:
            look.errors[row, column] = _ERRORS.get(data[6], "#N/A")
    elif code == _SHORTS:
        row, first = struct.unpack_from("<HH", data)
        for at in range((len(data) - 6) // 6):
            [style] = struct.unpack_from("<H", data, 4 + 6 * at)
            look.add((row, first + at), _code_of(style, codes))
    elif code == _DIMENSIONS:
        _check_claim(data)
    elif code == _ROW and data[12] & 0x20:
        look.hidden_rows.add(struct.unpack_from("<H", data)[0])
    elif code == _COLUMN and data[8] & 1:
        first, last = struct.unpack_from("<HH", data)
        look.hidden_columns.update(range(first, min(last, 255) + 1))


def _code_of(style: int, codes: list[str]) -> str:
    return codes[style] if style < len(codes) else GENERAL


def _check_claim(data: bytes) -> None:
    """Raise ``ReadError`` for a sheet that claims more cells than there may be."""
    first_row, last_row, first, last = struct.unpack_from("<IIHH", data)
    claimed = max(0, last_row - first_row) * max(0, last - first)
    if claimed > _CLAIMED:
        raise limits.too_large("表格单元格数", claimed, limit=_CLAIMED)
