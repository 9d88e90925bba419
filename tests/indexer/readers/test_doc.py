"""Word files until 2007: pieces, marks of cells, fields; what Word does not print is left out."""

from __future__ import annotations

import struct

import pytest

from indexer.document import Document, Grid, Line
from indexer.read_report import read_document
from indexer.readers import compound
from indexer.readers.compound_writer import write_compound
from indexer.readers.doc import formatting, pieces
from indexer.readers.doc.reader import DocReader
from indexer.readers.word_rows import RowCell, RowTables
from indexer.synthetic.formats.doc import DocParagraphRuns, plain, table_paragraphs, write_paragraphs
from report_search.errors import ReadError
from report_search.model import Cell, Row, Table

pytest.importorskip("olefile", reason="the extra office is not installed")


def read(data: bytes) -> Document:
    return read_document(data, "x.txt")


def lines(*texts: str) -> list[str]:
    found = read(write_paragraphs([plain(text) for text in texts]))
    return [part.text for part in found.parts if isinstance(part, Line)]


def failure(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_document(data, "x.doc")
    assert caught.value.hint
    return caught.value


def switch(code: int) -> bytes:
    return struct.pack("<HB", code, 1)


def test_text_in_pieces_of_eight_and_sixteen_bits() -> None:
    text = "2021年 Annual Report 共 1,204 件"
    assert lines(f"{text}\r", "𠮷野家\r") == [text, "𠮷野家"]


def test_a_running_head_is_no_text() -> None:
    """The writer puts one into every file, behind the body."""
    assert lines("正文\r") == ["正文"]


def test_line_breaks_tabs_and_hyphens() -> None:
    assert lines("第一行\x0b第二行\r", "名称\t数量\r", "a\x1eb\x1fc\r", "甲\x0c", "乙\x0e丙\r") == [
        *("第一行", "第二行", "名称\t数量", "a-bc", "甲", "乙", "丙")
    ]


def test_fields_are_their_results() -> None:
    assert lines("共\x13 =SUM(A1) \x143\x15件\r", "甲\x13 PAGE \x15乙\r") == ["共3件", "甲乙"]
    nested = "\x13 IF \x13 DATE \x14今天\x15 \x14是\x15否\r"
    assert lines(nested) == ["是否"]


def test_a_table_of_contents_is_not_read() -> None:
    assert lines('\x13 TOC \\o "1-3" \x14一、总体情况\t1\r', "二、主动公开\t2\x15\r", "正文\r") == ["正文"]


@pytest.mark.parametrize("code", [0x083C, 0x0800])
def test_what_is_hidden_or_deleted_is_not_read(code: int) -> None:
    paragraph = DocParagraphRuns((("公开", b""), ("秘密", switch(code)), ("三十条\r", b"")))
    assert [part.text for part in read(write_paragraphs([paragraph])).parts if isinstance(part, Line)] == [
        "公开三十条"
    ]


def test_headings_by_style_and_by_outline_level() -> None:
    outline = struct.pack("<HB", 0x2640, 1)
    found = read(
        write_paragraphs([plain("一、甲\r", style=1), plain("（一）乙\r", properties=outline), plain("丙\r")])
    )
    assert [part.level for part in found.parts if isinstance(part, Line)] == [1, 2, 0]


TABLE = Table(
    (
        Row((Cell("类别", 0, rowspan=2), Cell("件数", 1, colspan=2))),
        Row((Cell("制发", 1), Cell("有效", 2))),
        Row((Cell("规章", 0), Cell("", 1), Cell("3", 2))),
    )
)


def test_a_table_by_its_marks() -> None:
    found = read(write_paragraphs([plain("前\r"), *table_paragraphs(TABLE), plain("后\r")]))
    before, grid, after = found.parts
    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in grid.rows] == [
        [("类别", 2, 1), ("件数", 1, 2)],
        [("制发", 1, 1), ("有效", 1, 1)],
        [("规章", 1, 1), ("", 1, 1), ("3", 1, 1)],
    ]
    assert [part.text for part in (before, after) if isinstance(part, Line)] == ["前", "后"]


def test_cells_merged_within_a_row_by_either_reading_of_the_flags() -> None:
    """Two descriptions of the format disagree on which value the first cell of some that are merged has."""
    for first, other in ((1, 2), (2, 1)):
        definition = struct.pack("<B4h", 3, 0, 600, 1200, 1800)
        definition += b"".join(struct.pack("<H18x", flag) for flag in (first, other, 0))
        in_table = switch(0x2416)
        mark = in_table + switch(0x2417) + struct.pack("<HH", 0xD608, len(definition) + 1) + definition
        row = [plain(f"{text}\x07", properties=in_table) for text in ("合", "", "3")]
        second = [plain(f"{text}\x07", properties=in_table) for text in ("甲", "乙", "丙")]
        plain_definition = definition[:9] + bytes(60)
        plain_mark = in_table + switch(0x2417) + struct.pack("<HH", 0xD608, len(definition) + 1)
        rows = [*row, plain("\x07", properties=mark), *second]
        rows.append(plain("\x07", properties=plain_mark + plain_definition))
        [grid] = read(write_paragraphs([*rows, plain("\r")])).parts
        assert isinstance(grid, Grid)
        assert [[(cell.text, cell.colspan) for cell in row] for row in grid.rows] == [
            [("合", 2), ("3", 1)],
            [("甲", 1), ("乙", 1), ("丙", 1)],
        ]


def test_edges_a_millimetre_apart_are_one() -> None:
    def cell(text: str, left: int, right: int) -> RowCell:
        return RowCell(left, right, (Line(text),))

    rows = [[cell("甲", 0, 1000), cell("1", 1000, 2000)], [cell("乙", -20, 1030), cell("2", 1030, 1990)]]
    [grid] = RowTables().parts(rows)
    assert isinstance(grid, Grid)
    assert {cell.colspan for row in grid.rows for cell in row} == {1}


def test_a_table_that_frames_paragraphs_is_lines() -> None:
    rows = [[RowCell(0, 9000, (Line("一、总体情况"), Line("全年公开信息三十条。")))]]
    assert [part.text for part in RowTables().parts(rows) if isinstance(part, Line)] == [
        "一、总体情况",
        "全年公开信息三十条。",
    ]


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (write_paragraphs([plain("甲\r")], flags=0x0100), "encrypted", "加密"),
        (write_paragraphs([plain("甲\r")], flags=0x8100), "encrypted", "加密"),
        (write_paragraphs([plain("甲\r")], version=0x68), "old-format", "Word 95"),
        (write_paragraphs([plain("甲\r")], version=0x65), "old-format", "Word 6"),
        (write_paragraphs([plain("\r")]), "no-text", "没有文字"),
        (write_paragraphs([plain("\x01\r")]), "pictures-only", "1 张图片"),
        (write_paragraphs([plain("甲\r")])[:3000], "damaged", "损坏"),
        (write_compound({"WordDocument": b"x" * 5000}), "damaged", "损坏"),
        (write_compound({"PowerPoint Document": b""}), "old-format", "演示文稿"),
        (write_compound({"EncryptedPackage": b""}), "encrypted", "加密"),
        (write_compound({"Contents": b""}), "old-format", "旧版"),
    ],
)
def test_what_can_not_be_read_says_why(data: bytes, code: str, word: str) -> None:
    error = failure(data)
    assert (error.code, word in error.message) == (code, True)


def test_a_text_that_its_pieces_repeat_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_MOST", 3)
    assert failure(write_paragraphs([plain("全年公开\r")])).code == "limit"


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compound, "olefile", None)
    data = write_paragraphs([plain("正文一\r")])
    error = failure(data)
    assert (error.code, "report-search[office]" in error.hint) == ("missing-library", True)


def test_properties_whose_length_varies() -> None:
    data = (
        struct.pack("<HB", 0x2416, 1) + struct.pack("<HB2s", 0xCA78, 2, b"ab") + struct.pack("<HI", 0x6649, 2)
    )
    assert [code for code, _ in formatting.walk(data)] == [0x2416, 0xCA78, 0x6649]
    assert list(formatting.walk(b"\x08\xd6")) == []


def test_it_goes_by_the_bytes() -> None:
    assert DocReader().recognises(write_paragraphs([plain("甲\r")]), "x.xls")
    assert not DocReader().recognises(b"{\\rtf1}", "x.doc")
