"""Reads workbooks of Excel and WPS: values by calamine, how they are shown by the formats of the cells.

The rule: what a sheet prints is read: hidden sheets, rows and columns are not, numbers are as they are shown.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence

from indexer.document import Document, Part
from indexer.readers import limits
from indexer.readers.compound import CompoundFile, is_compound
from indexer.readers.compound_writer import write_compound
from indexer.readers.kinds import kind_of
from indexer.readers.packed import Package
from indexer.readers.sheets.blocks import PrintedSheet, SheetCell, parts_of
from indexer.readers.sheets.cell_formats import SheetLook, is_locked, package_looks, stream_looks
from indexer.readers.sheets.number_formats import GENERAL, Value, printed
from report_search.errors import ReadError
from report_search.model import ReportWarning

try:
    import python_calamine as calamine
except ImportError:  # pragma: no cover - without the extra `office`
    calamine = None  # type: ignore[assignment]

_WHAT = "电子表格"
Merges = Sequence[tuple[tuple[int, int], tuple[int, int]]]
"""Merged areas, each as its first and its last place."""


class SheetReader:
    """Workbooks: .xlsx, .xls, and .et of WPS."""

    format = "sheet"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` is a package or compound file with a workbook in it."""
        return kind_of(data) == "sheet"

    def read(self, data: bytes, name: str) -> Document:
        """The sheets of a workbook. Raises ``ReadError`` for one locked, damaged, empty or beyond a limit."""
        if calamine is None:
            raise ReadError(
                "missing-library", "没有安装电子表格的阅读库", hint="请运行 pip install report-search[office]"
            )
        limits.check_bytes(data)
        sound, looks = _opened(data)
        warnings: list[ReportWarning] = []
        parts: list[Part] = []
        for sheet in _sheets(sound, looks, warnings=warnings):
            parts += parts_of(sheet)
        if not parts:
            raise ReadError("no-text", "电子表格中没有文字", hint="请找有文字的版本。")
        return Document(self.format, tuple(parts), warnings=tuple(warnings))


def _damaged() -> ReadError:
    return ReadError("damaged", f"{_WHAT}已损坏或不完整", hint="请重新下载")


def _opened(data: bytes) -> tuple[bytes, list[SheetLook]]:
    """What calamine is given, and how the sheets are shown. Raises ``ReadError`` for what it must not be given."""
    if not is_compound(data):
        package = Package(data, what=_WHAT)
        if package.resolved("xl/workbook.bin"):
            raise ReadError(
                "old-format", "这是二进制电子表格（.xlsb）", hint="请另存为 .xlsx，再放入语料目录。"
            )
        return data, package_looks(package)
    file = CompoundFile(data, what=_WHAT)
    stream = file.stream("Workbook") or file.stream("Book")
    if is_locked(stream):
        raise ReadError("encrypted", f"{_WHAT}已加密", hint="请取消密码后重新保存")
    try:
        looks = stream_looks(stream)
    except (struct.error, IndexError) as error:
        raise _damaged() from error
    # Written anew: calamine goes round in circles where the sectors of a damaged file do.
    return write_compound({"Workbook": stream}), looks


def _sheets(
    data: bytes, looks: Sequence[SheetLook], *, warnings: list[ReportWarning]
) -> Iterator[PrintedSheet]:
    """The sheets that are shown, each as printed; what is not shown is named in ``warnings``."""
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for at, described in enumerate(workbook.sheets_metadata):
            if described.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            where = f"工作表“{described.name}”"
            if described.visible != calamine.SheetVisibleEnum.Visible:
                warnings.append(ReportWarning("sheet-hidden", "隐藏的工作表没有读取", where))
                continue
            sheet = workbook.get_sheet_by_index(at)
            look = looks[at] if at < len(looks) else SheetLook()
            rows: list[list[Value]] = sheet.to_python(skip_empty_area=False)
            yield _printed(rows, sheet.merged_cell_ranges or [], look=look, where=where)
    except (calamine.CalamineError, ValueError, IndexError, OverflowError, OSError) as error:
        raise _damaged() from error
    except BaseException as error:
        # What nobody foresaw in Rust comes as an exception beside all others, whose class can't be imported.
        if type(error).__name__ == "PanicException":
            raise _damaged() from error
        raise


def _printed(rows: list[list[Value]], merges: Merges, *, look: SheetLook, where: str) -> PrintedSheet:
    """A sheet without what is hidden, its cells moved together."""
    width = max(map(len, rows), default=0)
    row_places = _places(len(rows), look.hidden_rows)
    column_places = _places(width, look.hidden_columns)
    spans = _spans(merges, row_places, column_places)
    cells: dict[tuple[int, int], SheetCell] = {}
    for row, shown_row in row_places.items():
        for column, value in enumerate(rows[row]):
            text = look.errors.get((row, column)) or _shown(value, look.formats.get((row, column), GENERAL))
            span = spans.get((row, column), (1, 1))
            if column in column_places and (text or span != (1, 1)):
                cells[shown_row, column_places[column]] = SheetCell(text, *span)
    return PrintedSheet(cells, where)


def _places(count: int, hidden: set[int]) -> dict[int, int]:
    """Where each of so many rows or columns stands once the hidden ones are gone."""
    return {one: at for at, one in enumerate(one for one in range(count) if one not in hidden)}


def _shown(value: Value, code: str) -> str:
    # Most cells of a sheet are empty.
    return printed(value, code).strip() if value != "" else ""


def _spans(
    merges: Merges, row_places: dict[int, int], column_places: dict[int, int]
) -> dict[tuple[int, int], tuple[int, int]]:
    """How many shown rows and columns each merged cell takes, by its first place."""
    spans = {}
    for (top, left), (bottom, right) in merges:
        height = sum(row in row_places for row in range(top, min(bottom, top + len(row_places)) + 1))
        breadth = sum(
            column in column_places for column in range(left, min(right, left + len(column_places)) + 1)
        )
        spans[top, left] = max(1, height), max(1, breadth)
    return spans
