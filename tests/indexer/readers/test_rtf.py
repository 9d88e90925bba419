"""RTF files: bytes are decoded by their font, numbers stand for characters, groups that print nothing are left out."""

from __future__ import annotations

import pytest

from indexer.document import Document, Grid, Line
from indexer.read_report import read_document
from indexer.readers.rtf.reader import RtfReader
from indexer.synthetic.formats.rtf import document, text
from report_search.errors import ReadError


def read(body: str) -> Document:
    return read_document(document(body), "x.doc")


def lines(body: str) -> list[str]:
    return [part.text for part in read(body).parts if isinstance(part, Line)]


def failure(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_document(data, "x.rtf")
    assert caught.value.hint
    return caught.value


def test_characters_by_number_and_as_bytes() -> None:
    assert lines(text("年度报告𠮷") + r"\par " + text("年度报告", as_bytes=True) + r"\par") == [
        "年度报告𠮷",
        "年度报告",
    ]
    # Without a font the bytes are those of the whole file; \uc says how many stand for a numbered character.
    assert lines(r"\'d5\'fd\'ce\'c4 {\uc2\u25991\'ce\'c4}\uc0\u25991 x\par") == ["正文 文文x"]


def test_signs_blanks_and_breaks() -> None:
    assert lines(r"\{a\}\\b\~c\_d\-e\emdash\ldblquote x\rdblquote\tab 1\line 2\par") == [
        "{a}\\b\xa0c-de—“x”\t1",
        "2",
    ]


def test_what_prints_nothing_is_left_out() -> None:
    body = (
        r"{\*\unknown secret}{\header head\par}{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\v hidden}"
        r"{\deleted gone}{\pict\pngblip 89504e47}{\bin4 }}}}}tail{\*\bkmkstart a}\par"
    )
    assert lines(body) == ["linktail"]


def test_numbers_before_paragraphs_and_levels() -> None:
    found = read(
        r"{\listtext\u19968?\u12289?\tab}\outlinelevel0 a\par\pard {\pntext 1.\tab}b\par c\par"
    ).parts
    assert [(part.text, part.level) for part in found if isinstance(part, Line)] == [
        ("一、a", 1),
        ("1.b", 0),
        ("c", 0),
    ]


def test_footnotes_come_last() -> None:
    assert lines(r"a{\footnote {\super 1}note\par more}b\par c\par")[:2] == ["a[1]b", "c"]
    assert "note" in lines(r"a{\footnote note}b\par c\par")[-1]


def test_rows_by_their_edges() -> None:
    first = r"\trowd\clvmgf\cellx1000\cellx3000 \pard\intbl A\cell B\par C\cell\row "
    second = r"\trowd\clvmrg\cellx1000\cellx2000\cellx3000 \pard\intbl\cell 1\cell 2\cell\row "
    third = r"\trowd\cellx1000\clmgf\cellx2000\clmrg\cellx3000 \pard\intbl D\cell E\cell\cell\row "
    before, grid, after = read(rf"x\par {first}{second}{third}\pard y\par").parts
    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in grid.rows] == [
        [("A", 2, 1), ("B C", 1, 2)],
        [("1", 1, 1), ("2", 1, 1)],
        [("D", 1, 1), ("E", 1, 2)],
    ]
    assert [part.text for part in (before, after) if isinstance(part, Line)] == ["x", "y"]


def test_a_table_in_a_table_is_lines_of_its_cell() -> None:
    inner = (
        r"\pard\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}"
        r"{\nonesttables\par}"
    )
    row = rf"\trowd\cellx1000\cellx3000 \pard\intbl X\cell {inner}\pard\intbl\itap1\cell\row "
    [grid] = read(rf"{row}\trowd\cellx1000\cellx3000 \pard\intbl Y\cell 7\cell\row\pard\par").parts
    assert isinstance(grid, Grid)
    assert [[cell.text for cell in row] for row in grid.rows] == [["X", "a b"], ["Y", "7"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (document(r"\par"), "no-text"),
        (document(r"{\pict 00}"), "pictures-only"),
        (document(r"abc\par")[:-1], "damaged"),
        (document("{" * 600 + "a" + "}" * 600), "limit"),
    ],
)
def test_what_can_not_be_read_says_why(data: bytes, code: str) -> None:
    assert failure(data).code == code


def test_it_goes_by_the_bytes() -> None:
    assert RtfReader().recognises(b"{\\rtf1 x}", "x.doc")
    assert not RtfReader().recognises(b"{\\tex}", "x.rtf")
