"""Reads a PDF with PDFium: opens it, takes its pages one by one, and says what it lacks.

PDFium was chosen over five others for its speed (ten times the next), the exact boxes it gives and its licence.
The rule: a scan without text is refused, and a page without text is reported.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import partial

from indexer.document import Document, Part
from indexer.readers import limits
from indexer.readers.layout.pages import parts_of
from indexer.readers.layout.sheet import Sheet
from indexer.readers.pdf.drawn_page import sheet_of
from indexer.readers.pdf.rendered_page import rendered
from indexer.readers.pdf.reuse import check_drawings
from indexer.readers.pdf.streams import check_streams
from indexer.readers.scans import recognition, recognizer
from indexer.readers.scans.recognition import recognition_warnings, turned_pages
from report_search.errors import ReadError
from report_search.model import ReportWarning

try:
    import pypdfium2 as pdfium
except ImportError:  # pragma: no cover - without the extra `pdf`
    pdfium = None

_FEW = 30
"""A page with fewer characters than this and an image is a scan."""
_NAMES = {"Title": "Title", "Author": "Author", "Subject": "Subject", "Keywords": "Keywords"}
_DATES = ("CreationDate", "ModDate")
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_NO_TITLE = re.compile(
    r"^(?:microsoft word|无标题|未命名|untitled|about:blank)|\.(?:docx?|wps|html?|pdf)$", re.I
)


class PdfReader:
    """PDF files with text in them."""

    format = "pdf"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` opens as a PDF; stray bytes before the mark are allowed, as viewers do."""
        return b"%PDF-" in data[:1024]

    def read(self, data: bytes, name: str) -> Document:
        """The document in a PDF. Raises ``ReadError`` for one locked, damaged, scanned or beyond a limit."""
        if pdfium is None:
            raise ReadError(
                "missing-library", "没有安装 PDF 阅读库", hint="请运行 pip install report-search[pdf]"
            )
        limits.check_bytes(data)
        check_streams(data)
        check_drawings(data)
        document = _open(data)
        try:
            sheets = list(_sheets(document))
            facts = _facts(document)
            recognised = _recognised(document, sheets)
        finally:
            document.close()
        sheets = [recognised.get(sheet.number, sheet) for sheet in sheets]
        warnings = (
            *recognition_warnings(recognised.values()),
            *_pages_without_text(sheets, recognised),
            *_truncated(data),
        )
        title = facts.get("Title", "")
        parts: tuple[Part, ...] = tuple(parts_of(sheets))
        return Document(
            self.format,
            parts,
            "" if _NO_TITLE.search(title) else title,
            facts,
            warnings,
            turned_pages=turned_pages(recognised.values()),
        )


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
        pages = len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ReadError("encrypted", "PDF 已加密", hint="请取消密码后重新保存") from error
        raise ReadError("damaged", "PDF 已损坏或不完整", hint="请重新下载") from error
    if not pages:
        raise ReadError("damaged", "PDF 没有可读的页", hint="请重新下载")
    if pages > limits.MAX_PAGES:
        raise limits.too_large("页数", pages, limit=limits.MAX_PAGES)
    return document


def _sheets(document: pdfium.PdfDocument) -> Iterator[Sheet]:
    clock = limits.Clock()
    for number in range(1, len(document) + 1):
        where = f"第{number}页"
        clock.check(where)
        try:
            page = document[number - 1]
        except pdfium.PdfiumError as error:
            raise ReadError("damaged", "PDF 有一页无法打开", hint="请重新下载", where=where) from error
        yield sheet_of(page, number)
        page.close()


def _facts(document: pdfium.PdfDocument) -> dict[str, str]:
    found = document.get_metadata_dict(skip_empty=True)
    facts = {key: value.strip() for key, value in found.items() if key in _NAMES and value.strip()}
    for key in _DATES:
        date = _DATE.match(found.get(key, ""))
        if date:
            facts[key] = "-".join(date.groups())
    return facts


def _recognised(document: pdfium.PdfDocument, sheets: Sequence[Sheet]) -> dict[int, Sheet]:
    """The pages that are pictures with text in them, recognised, by their numbers; {} without the extra ``scan``.

    Raises ``ReadError`` (``recognition-needed``) where recognising them is left to another process.
    """
    scanned = _scanned(sheets)
    if not scanned or not recognition.is_possible():
        return {}
    recognition.check_is_allowed(len(scanned))
    pages = ((number, partial(rendered, document, number)) for number in scanned)
    sheets_read = recognition.recognised_sheets(pages, len(scanned))
    return {sheet.number: sheet for sheet in sheets_read if sheet.glyphs}


def _scanned(sheets: Sequence[Sheet]) -> list[int]:
    """The numbers of the pages that are pictures: they show images, or nothing in the whole file is text."""
    if not any(sheet.glyphs for sheet in sheets):
        return [sheet.number for sheet in sheets]
    return [sheet.number for sheet in sheets if _is_picture(sheet)]


def _is_picture(sheet: Sheet) -> bool:
    return sheet.images and _printed_characters(sheet) < _FEW


def _pages_without_text(sheets: Sequence[Sheet], recognised: Container[int]) -> Iterator[ReportWarning]:
    """A warning for each page that shows images and no text. Raises ``ReadError`` if that is all of them."""
    scanned = [number for number in _scanned(sheets) if number not in recognised]
    if len(scanned) == len(sheets) or not any(sheet.glyphs for sheet in sheets):
        if recognizer.is_available():
            raise ReadError(
                "no-text", "PDF 里没有文字，应是扫描件，也没有识别出文字", hint="请核对扫描是否清晰"
            )
        raise recognizer.missing("PDF 里没有文字，应是扫描件")
    for number in scanned:
        yield ReportWarning("page-without-text", "这一页是图片，没有文字", f"第{number}页")


def _printed_characters(sheet: Sheet) -> int:
    return sum(not glyph.text.isspace() for glyph in sheet.glyphs)


def _truncated(data: bytes) -> tuple[ReportWarning, ...]:
    if b"%%EOF" in data[-4096:]:
        return ()
    return (ReportWarning("file-truncated", "PDF 在结尾处不完整，可能没有下载完", "文件末尾"),)
