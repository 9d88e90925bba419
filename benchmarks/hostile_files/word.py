"""Word files: paragraphs, runs, rows and tables, and what stands between them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from benchmarks.hostile_files.kind import TITLE, Kind, times
from benchmarks.hostile_files.texts import LINES, WORDS

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def paragraph(text: str) -> str:
    """A paragraph of a Word file."""
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _cell(text: str) -> str:
    return f"<w:tc>{paragraph(text)}</w:tc>"


def word_file(label: str, unit: str, *, before: str = "", behind: str = "") -> Kind:
    """A Word file with ``unit`` over and over in its body."""

    def write(size: int) -> bytes:
        body = f"{paragraph(TITLE)}{paragraph('一、总体情况')}{before}{times(unit, size)}{behind}"
        return packed_word(f"{body}{paragraph('二、存在的问题')}")

    return Kind("docx", label, write)


def packed_word(body: str) -> bytes:
    """A Word file with ``body``."""
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", document)
    return stream.getvalue()


def word_files() -> Iterator[Kind]:
    """Every kind of Word file."""
    for line in LINES:
        yield word_file(f"paragraphs {line!r}", paragraph(line))
        row = f"<w:tr>{_cell(line)}{_cell('1')}</w:tr>"
        yield word_file(f"rows {line!r}", row, before="<w:tbl>", behind="</w:tbl>")
        yield word_file(f"tables {line!r}", f"<w:tbl>{row}</w:tbl>")
    for unit in (*WORDS, "（", "一", "1", "×"):
        run = f"<w:r><w:t>{escape(unit)}</w:t></w:r>"
        yield word_file(f"runs {unit!r}", run, before="<w:p>", behind="</w:p>")
    for unit, before, behind in (
        ("<w:r><w:br/></w:r>", "<w:p>", "</w:p>"),
        ("<w:r><w:tab/></w:r>", "<w:p>", "</w:p>"),
        ("<w:txbxContent><w:p/></w:txbxContent>", "<w:p><w:r>", "</w:r></w:p>"),
        ("<w:sdt/>", "", ""),
        ("<w:tbl/>", "", ""),
        (_cell("甲"), "<w:tbl><w:tr>", "</w:tr></w:tbl>"),
        ("<w:tr/>", "<w:tbl>", "</w:tbl>"),
        (f"<w:tr>{_cell('')}{_cell('')}</w:tr>", "<w:tbl>", "</w:tbl>"),
        (
            f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('甲')}</w:tc>{_cell('1')}</w:tr>",
            "<w:tbl>",
            "</w:tbl>",
        ),
    ):
        yield word_file(f"{before}{unit[:40]}…", unit, before=before, behind=behind)
