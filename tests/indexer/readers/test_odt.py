"""OpenDocument files: texts with their numbers and notes, workbooks as they show their cells."""

from __future__ import annotations

import io
import zipfile

import pytest

from indexer.document import Document, Grid, Line
from indexer.read_report import read_document
from indexer.readers import limits
from indexer.readers.odt.reader import OpenDocumentReader
from indexer.synthetic.formats.odt import package_of
from report_search.errors import ReadError

LISTS = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-suffix="、" '
    'style:num-format="一, 二, 三, ..."/><text:list-level-style-number text:level="2" style:num-prefix="（" '
    'style:num-suffix="）" style:num-format="一, 二, 三, ..."/></text:list-style>'
)


def read(body: str, *, styles: str = "", kind: str = "text") -> Document:
    return read_document(package_of(body, styles=styles, kind=kind), "x.txt")


def lines(body: str, *, styles: str = "") -> list[str]:
    return [part.text for part in read(body, styles=styles).parts if isinstance(part, Line)]


def rows(document: Document) -> list[list[tuple[str, int, int]]]:
    [grid] = [part for part in document.parts if isinstance(part, Grid)]
    return [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in grid.rows]


def failure(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_document(data, "x.odt")
    assert caught.value.hint
    return caught.value


def test_blanks_tabs_breaks_and_what_is_not_printed() -> None:
    body = (
        '<text:p>甲<text:s text:c="3"/>乙<text:tab/>丙<text:line-break/>丁</text:p>'
        "<text:p>正<office:annotation><text:p>批注</text:p></office:annotation>文</text:p>"
        "<text:tracked-changes><text:p>删去</text:p></text:tracked-changes>"
        "<text:table-of-content><text:p>目录</text:p></text:table-of-content>"
    )
    assert lines(body) == ["甲   乙\t丙", "丁", "正文"]


def test_lists_print_their_numbers_and_go_on() -> None:
    body = (
        '<text:list text:style-name="L"><text:list-item><text:p>甲</text:p><text:list><text:list-item><text:p>乙'
        "</text:p></text:list-item><text:list-item><text:p>丙</text:p><text:p>无号</text:p></text:list-item>"
        "</text:list></text:list-item></text:list><text:p>中</text:p>"
        '<text:list text:style-name="L" text:continue-numbering="true"><text:list-item><text:p>丁</text:p>'
        '</text:list-item></text:list><text:list text:style-name="L"><text:list-item><text:p>戊</text:p>'
        "</text:list-item></text:list>"
    )
    assert lines(body, styles=LISTS) == ["一、甲", "（一）乙", "（二）丙", "无号", "中", "二、丁", "一、戊"]


def test_headings_and_footnotes() -> None:
    body = (
        '<text:h text:outline-level="2">总体情况</text:h><text:p>申请四件<text:note text:note-class="footnote">'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>含结转。</text:p></text:note-body>"
        "</text:note>。</text:p>"
    )
    parts = read(body).parts
    assert [(part.text, part.level) for part in parts if isinstance(part, Line)] == [
        ("总体情况", 2),
        ("申请四件[1]。", 0),
        ("[1]含结转。", 0),
    ]


def test_spans_and_repeated_cells() -> None:
    body = (
        "<table:table><table:table-header-rows><table:table-row>"
        '<table:table-cell table:number-rows-spanned="2"><text:p>类别</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-spanned="2"><text:p>件数</text:p></table:table-cell>'
        "<table:covered-table-cell/></table:table-row></table:table-header-rows><table:table-row>"
        '<table:covered-table-cell/><table:table-cell table:number-columns-repeated="2"><text:p>0</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )
    assert rows(read(body)) == [[("类别", 2, 1), ("件数", 1, 2)], [("0", 1, 1), ("0", 1, 1)]]


CELL = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"


def test_a_workbook_is_read_as_it_shows_its_cells() -> None:
    """It ends in rows and columns that are repeated to the edge of the sheet."""
    shown = '<style:table-properties table:display="false"/>'
    hidden = f'<style:style style:name="H" style:family="table">{shown}</style:style>'
    edge = '<table:table-cell table:number-columns-repeated="16380"/>'
    body = (
        '<table:table table:name="甲"><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/><table:table-column/>'
        f"<table:table-row>{CELL.format('', '占比')}{CELL.format('', '25.0%')}{CELL.format('', '藏')}"
        f"{CELL.format('', '2021年3月4日')}{edge}</table:table-row>"
        f'<table:table-row table:visibility="filter">{CELL.format("", "藏")}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{CELL.format("", "同")}{CELL.format("", "1")}'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        f'<table:table table:name="乙" table:style-name="H"><table:table-row>{CELL.format("", "草稿")}'
        "</table:table-row></table:table>"
    )
    document = read(body, styles=hidden, kind="spreadsheet")
    assert document.format == "ods"
    assert [[text for text, _, _ in row] for row in rows(document)] == [
        ["占比", "25.0%", "2021年3月4日"],
        ["同", "1", ""],
        ["同", "1", ""],
    ]
    assert [warning.code for warning in document.warnings] == ["sheet-hidden"]


def test_what_can_not_be_read_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert failure(package_of("")).code == "no-text"
    assert failure(package_of("", kind="spreadsheet")).code == "no-text"
    assert failure(package_of("<text:p>甲")).code == "damaged"
    assert failure(package_of("<text:p>甲</text:p>")[:-30]).code == "damaged"
    assert failure(package_of('<text:p><draw:image xmlns:draw="d"/></text:p>')).code == "pictures-only"
    stream = io.BytesIO(package_of("<text:p>甲</text:p>"))
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr("META-INF/manifest.xml", "<a><encryption-data/></a>")
    assert failure(stream.getvalue()).code == "encrypted"
    monkeypatch.setattr(limits, "MAX_CELLS", 100)
    wide = (
        "<table:table-row>"
        + CELL.format(' table:number-columns-repeated="99999"', "1")
        + "</table:table-row>"
    )
    for kind in ("text", "spreadsheet"):
        assert failure(package_of(f"<table:table>{wide}</table:table>", kind=kind)).code == "limit"


def test_it_goes_by_the_bytes() -> None:
    assert OpenDocumentReader().recognises(package_of("<text:p/>"), "x.docx")
    assert not OpenDocumentReader().recognises(package_of("", kind="presentation"), "x.odt")
    assert failure(package_of("", kind="presentation")).code == "old-format"
