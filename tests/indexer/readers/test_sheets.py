"""Workbooks: sheets are read as they print, whichever program and year they come from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from indexer.document import Document, Grid, Line
from indexer.read_report import read_document
from indexer.readers.compound_writer import write_compound
from indexer.readers.sheets import cell_formats
from indexer.readers.sheets import reader as sheet_reader
from indexer.readers.sheets.number_formats import Value, printed
from indexer.readers.sheets.reader import SheetReader
from indexer.synthetic.formats.xls import write_cells
from report_search.errors import ReadError

pytest.importorskip("python_calamine", reason="the extra office is not installed")

Fill = Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (100 / 3, "General", "33.333333333"),
        (123456789012.5, "General", "123456789012.5"),
        (1e20, "General", "100000000000000000000"),
        (1.5e-7, "", "0.00000015"),
        (0.125, "0.0%", "12.5%"),
        (0.125, "0%", "13%"),
        (-0.125, "0.00%", "-12.50%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567, "#,##0", "1,234,567"),
        (12345, "#,##0,", "12"),
        (5, "000", "005"),
        (0, "#", ""),
        (0.5, "0.##", "0.5"),
        (1.0, "0.##", "1"),
        (-0.001, "0.0", "0.0"),
        (-3.5, "0.0;(0.0)", "(3.5)"),
        (0, '0;-0;"无"', "无"),
        (0, "0;-0;;@", ""),
        (1.25, r"[Red]#,##0.0_ ;[Red]\-#,##0.0 ", "1.3"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ ', "-"),
        (4.5, '"约"0.0"万件"', "约4.5万件"),
        (0.5, "# ?/?", "0.5"),
        (1234.5, "0.00E+00", "1234.5"),
        (7, "@", "7"),
        ("012", "0", "012"),
        (True, "General", "TRUE"),
        (float("nan"), "0", ""),
        (date(2021, 3, 4), 'yyyy"年"m"月"d"日"', "2021年3月4日"),
        (date(2021, 3, 4), "yyyy/m/d", "2021/3/4"),
        (date(2021, 3, 4), "yy-mm-dd", "21-03-04"),
        (datetime(2021, 3, 4, 5, 6), "yyyy-mm-dd hh:mm", "2021-03-04 05:06"),
        (datetime(2021, 3, 4), "General", "2021-03-04"),
        (time(5, 6, 7), "h:mm:ss", "5:06:07"),
        (timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
    ],
)
def test_values_are_as_a_sheet_shows_them(value: Value, code: str, shown: str) -> None:
    assert printed(value, code) == shown


def xlsx(fill: Fill) -> bytes:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    fill(workbook, workbook.add_worksheet("甲"))
    workbook.close()
    return stream.getvalue()


def read(data: bytes) -> Document:
    return read_document(data, "x.txt")


def shown(document: Document) -> list[object]:
    return [
        part.text if isinstance(part, Line) else [[cell.text for cell in row] for row in part.rows]
        for part in document.parts
    ]


def failure(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_document(data, "x.xlsx")
    assert caught.value.hint
    return caught.value


def test_formats_formulas_errors_and_truth_values() -> None:
    def fill(workbook: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        for at, (value, code) in enumerate(
            [(0.25, "0.0%"), (44259, 'yyyy"年"m"月"d"日"'), (1234.5, "#,##0.00")]
        ):
            sheet.write(0, at, value, workbook.add_format({"num_format": code}))
        sheet.write_formula(1, 0, "=1+2", None, 3)
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write(1, 2, True)

    assert shown(read(xlsx(fill))) == [[["25.0%", "2021年3月4日", "1,234.50"], ["3", "#DIV/0!", "TRUE"]]]


def test_an_old_workbook_has_formats_too() -> None:
    data = write_cells(
        {(0, 0): "占比", (0, 1): 0.25, (1, 0): "件数", (1, 1): 1204.0},
        [],
        formats={(0, 1): "0.0%", (1, 1): '#,##0"件"'},
    )
    assert shown(read(data)) == [[["占比", "25.0%"], ["件数", "1,204件"]]]


def test_what_is_hidden_is_not_read_and_a_hidden_sheet_is_named() -> None:
    def fill(workbook: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        for row in range(3):
            for column in range(3):
                sheet.write(row, column, f"{row}{column}")
        sheet.merge_range(3, 0, 3, 2, "合并")
        sheet.merge_range(4, 0, 6, 0, "高")
        sheet.write(4, 2, "1")
        sheet.write(6, 2, "2")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        hidden = workbook.add_worksheet("乙")
        hidden.write(0, 0, "草稿")
        hidden.hide()

    document = read(xlsx(fill))
    [grid] = document.parts
    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in grid.rows] == [
        [("00", 1, 1), ("02", 1, 1)],
        [("20", 1, 1), ("22", 1, 1)],
        [("合并", 1, 2)],
        [("高", 2, 1), ("1", 1, 1)],
        [("2", 1, 1)],
    ]
    assert [(warning.code, warning.where) for warning in document.warnings] == [
        ("sheet-hidden", "工作表“乙”")
    ]


def test_text_around_a_table_is_lines() -> None:
    def fill(workbook: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.merge_range(0, 0, 0, 2, "示例市统计表")
        sheet.write(1, 0, "（2021年度）")
        sheet.write_row(2, 0, ["指标", "单位", "数"])
        sheet.write_row(3, 0, ["规章", "件", 3])
        sheet.merge_range(4, 0, 4, 2, "分组")
        sheet.write_row(5, 0, ["其他"])
        sheet.write(6, 0, "注：不含下级机关。\n含派出机构。")
        sheet.write(8, 0, "填报人：甲")

    found = shown(read(xlsx(fill)))
    table = [["指标", "单位", "数"], ["规章", "件", "3"]]
    assert found[:2] == ["示例市统计表", "（2021年度）"]
    assert found[-3:] == ["注：不含下级机关。", "含派出机构。", "填报人：甲"]
    assert found[2][:2] == table  # type: ignore[index]


def test_a_merged_cell_that_heads_a_group_belongs_to_the_table() -> None:
    def fill(workbook: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write(0, 0, "主动公开政府信息情况")
        for row, title in ((1, "第二十条第（一）项"), (3, "第二十条第（五）项")):
            sheet.merge_range(row, 0, row, 2, title)
            sheet.write_row(row + 1, 0, ["规章", 1, 2])

    assert shown(read(xlsx(fill))) == [
        "主动公开政府信息情况",
        [["第二十条第（一）项"], ["规章", "1", "2"], ["第二十条第（五）项"], ["规章", "1", "2"]],
    ]


def test_an_empty_row_parts_tables() -> None:
    cells: dict[tuple[int, int], str | float] = {(0, 0): "甲", (0, 1): 1, (2, 0): "乙", (2, 3): 2}
    assert shown(read(write_cells(cells, []))) == [[["甲", "1"]], [["乙", "", "", "2"]]]


def test_two_cells_far_apart_are_refused_before_the_sheet_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_formats, "_AREA", 1_000)
    data = xlsx(lambda _, sheet: sheet.write(0, 0, "甲") or sheet.write(99, 99, "乙"))  # type: ignore[func-returns-value,arg-type,return-value]
    assert failure(data).code == "limit"
    assert failure(write_cells({(0, 0): "甲", (99, 99): "乙"}, [])).code == "limit"


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in names:
            package.writestr(name, "<a/>")
    return stream.getvalue()


LOCKED = b"\x09\x08\x02\x00\x00\x06\x2f\x00\x00\x00\x0a\x00\x00\x00"


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (archive("xl/workbook.bin"), "old-format", ".xlsb"),
        (archive("xl/worksheets/sheet1.xml"), "damaged", "电子表格"),
        (archive("xl/workbook.xml"), "damaged", "电子表格"),
        (write_compound({"Workbook": LOCKED}), "encrypted", "加密"),
        (write_compound({"Workbook": b"x" * 99}), "damaged", "电子表格"),
        (xlsx(lambda workbook, sheet: None), "no-text", "没有文字"),
        (xlsx(lambda workbook, sheet: None)[:-50], "damaged", "电子表格"),
    ],
)
def test_what_can_not_be_read_says_why(data: bytes, code: str, word: str) -> None:
    error = failure(data)
    assert (error.code, word in error.message) == (code, True)


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_reader, "calamine", None)
    error = failure(write_cells({(0, 0): "甲"}, []))
    assert (error.code, "report-search[office]" in error.hint) == ("missing-library", True)


def test_it_goes_by_the_bytes() -> None:
    assert SheetReader().recognises(write_cells({(0, 0): "甲"}, []), "x.doc")
    assert not SheetReader().recognises(b"PK\x03\x04", "x.xlsx")
