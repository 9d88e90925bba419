"""Reads a PDF with PDFium: characters with their boxes, strokes of tables; text as printed, radicals included.

PDFium was chosen over five others for its speed (ten times the next), the exact boxes it gives and its licence.
The rule: a scan without text is refused, and a page without text is reported.
"""

from __future__ import annotations

import ctypes
import io
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from indexer.document import Document, Part
from indexer.readers import limits
from indexer.readers.pdf.pages import parts_of
from indexer.readers.pdf.sheet import Glyph, Sheet, Stroke
from indexer.readers.pdf.streams import check_streams
from report_search.errors import ReadError
from report_search.model import ReportWarning

try:
    import pypdfium2 as pdfium
    import pypdfium2.raw as pdf
except ImportError:  # pragma: no cover - without the extra `pdf`
    pdfium = None
    pdf = None

_THIN = 3.0
"""A filled bar no thicker than this many points is a ruling: word processors draw borders so."""
_FEW = 30
"""A page with fewer characters than this and an image is a scan."""
_HEAVY = 600
"""The font weight from which text is bold."""
_FORMS = 5
"""How many forms (reused drawings) inside each other are opened."""
_HYPHEN = 2
"""How PDFium gives a hyphen at the end of a line."""
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
        document = _open(data)
        try:
            sheets = list(_sheets(document))
            facts = _facts(document)
        finally:
            document.close()
        warnings = (*_pages_without_text(sheets), *_truncated(data))
        title = facts.get("Title", "")
        parts: tuple[Part, ...] = tuple(parts_of(sheets))
        return Document(self.format, parts, "" if _NO_TITLE.search(title) else title, facts, warnings)


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(io.BytesIO(data))
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
        objects = pdf.FPDFPage_CountObjects(page.raw)
        if objects > limits.MAX_MARKS:
            raise limits.too_large("页面图元数", objects, limit=limits.MAX_MARKS, where=where)
        yield _sheet(page, number)
        page.close()


def _sheet(page: pdfium.PdfPage, number: int) -> Sheet:
    text = page.get_textpage()
    where = f"第{number}页"
    count = pdf.FPDFText_CountChars(text.raw)
    if count > limits.MAX_MARKS:
        raise limits.too_large("页面字数", count, limit=limits.MAX_MARKS, where=where)
    marks = list(_marks(text, count))
    text.close()
    view = _View.of(page, marks)
    strokes: list[Stroke] = []
    images = False
    for drawn in page.get_objects(max_depth=_FORMS):
        images = images or drawn.type == pdf.FPDF_PAGEOBJ_IMAGE
        if drawn.type == pdf.FPDF_PAGEOBJ_PATH:
            strokes.extend(_strokes(drawn, view))
    glyphs = [view.glyph(mark) for mark in marks]
    return Sheet(number, view.width, view.height, glyphs, strokes, images)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A character as PDFium gives it: its box and origin on the page as stored, which way it is turned."""

    text: str
    box: tuple[float, float, float, float]
    origin: tuple[float, float]
    size: float
    strong: bool
    turn: int


@dataclass(frozen=True, slots=True)
class _View:
    """The page as it is read: turned so that most of its text is upright, measured from the top left."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @classmethod
    def of(cls, page: pdfium.PdfPage, marks: list[_Mark]) -> _View:
        """The view of a page with these characters."""
        turns = Counter(mark.turn for mark in marks)
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, turns.most_common(1)[0][0] if turns else 0)

    @property
    def width(self) -> float:
        """The width of the page as read."""
        return self.top - self.bottom if self.turn in (90, 270) else self.right - self.left

    @property
    def height(self) -> float:
        """The height of the page as read."""
        return self.right - self.left if self.turn in (90, 270) else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A stored point as read."""
        # Stored y grows upward, read y downward. On a page of 100 × 200 points the stored point (10, 30), near the
        # lower left corner, is read at (10, 170); at (30, 10) if text runs upward (90), at (90, 30) if it is upside
        # down (180), at (170, 90) if it runs downward (270).
        match self.turn:
            case 90:
                return y - self.bottom, x - self.left
            case 180:
                return self.right - x, y - self.bottom
            case 270:
                return self.top - y, self.right - x
            case _:
                return x - self.left, self.top - y

    def glyph(self, mark: _Mark) -> Glyph:
        """A character as read."""
        x0, y0, x1, y1 = mark.box
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        _, baseline = self.point(*mark.origin)
        edges = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        return Glyph(mark.text, *edges, baseline, mark.size, mark.strong)


def _marks(text: pdfium.PdfTextPage, count: int) -> Iterator[_Mark]:
    """The printed characters of a page; what PDFium adds between them is left out."""
    box = pdf.FS_RECTF()
    matrix = pdf.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    for at in range(count):
        code = pdf.FPDFText_GetUnicode(text.raw, at)
        unprinted = code < 32 and code != _HYPHEN
        if unprinted or 0xD800 <= code < 0xE000 or pdf.FPDFText_IsGenerated(text.raw, at):
            continue
        pdf.FPDFText_GetLooseCharBox(text.raw, at, box)
        pdf.FPDFText_GetCharOrigin(text.raw, at, x, y)
        pdf.FPDFText_GetMatrix(text.raw, at, matrix)
        # The matrix sets the font on the page. (b, d) is where it takes a unit upward: its length scales the height
        # of the type, and the angle of (a, b), a unit to the right, says which way the text is turned.
        scale = math.hypot(matrix.b, matrix.d) or 1.0
        yield _Mark(
            "-" if code == _HYPHEN else chr(code),
            (box.left, box.bottom, box.right, box.top),
            (x.value, y.value),
            pdf.FPDFText_GetFontSize(text.raw, at) * scale,
            pdf.FPDFText_GetFontWeight(text.raw, at) >= _HEAVY,
            round(math.degrees(math.atan2(matrix.b, matrix.a)) / 90) * 90 % 360,
        )


def _strokes(path: pdfium.PdfObject, view: _View) -> Iterator[Stroke]:
    """The rulings in a path: the straight lines it strokes, and the thin bars it fills."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdf.FPDFPath_GetDrawMode(path.raw, fill, stroke)
    # A path inside a form is placed by its own matrix first, then by those of the forms around it, inside out.
    matrices = [path.get_matrix()]
    form = path.container
    while form is not None:
        matrices.append(form.get_matrix())
        form = form.container
    for outline in _outlines(path):
        points = []
        for x, y in outline:
            for matrix in matrices:
                x, y = matrix.on_point(x, y)
            points.append(view.point(x, y))
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if stroke.value:
            yield from _straight(points)
        elif fill.value and min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
            yield from _straight(_middle_line(xs, ys))


def _outlines(path: pdfium.PdfObject) -> Iterator[list[tuple[float, float]]]:
    """The corner points of each part of a path; parts with curves are left out."""
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    curved = False
    for at in range(pdf.FPDFPath_CountSegments(path.raw)):
        segment = pdf.FPDFPath_GetPathSegment(path.raw, at)
        kind = pdf.FPDFPathSegment_GetType(segment)
        pdf.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdf.FPDF_SEGMENT_MOVETO:
            if len(points) > 1 and not curved:
                yield points
            points, curved = [], False
        points.append((x.value, y.value))
        curved = curved or kind == pdf.FPDF_SEGMENT_BEZIERTO
        if pdf.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1 and not curved:
        yield points


def _middle_line(xs: list[float], ys: list[float]) -> list[tuple[float, float]]:
    """The line along the middle of a thin bar, from its first end to its last."""
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if x1 - x0 >= y1 - y0:
        middle = (y0 + y1) / 2
        return [(x0, middle), (x1, middle)]
    middle = (x0 + x1) / 2
    return [(middle, y0), (middle, y1)]


def _straight(points: list[tuple[float, float]]) -> Iterator[Stroke]:
    """The level and upright lines between consecutive points, a slant of less than a point put right."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(y0 - y1) < 1 <= abs(x0 - x1):
            yield Stroke(min(x0, x1), max(x0, x1), (y0 + y1) / 2, (y0 + y1) / 2)
        elif abs(x0 - x1) < 1 <= abs(y0 - y1):
            yield Stroke((x0 + x1) / 2, (x0 + x1) / 2, min(y0, y1), max(y0, y1))


def _facts(document: pdfium.PdfDocument) -> dict[str, str]:
    found = document.get_metadata_dict(skip_empty=True)
    facts = {key: value.strip() for key, value in found.items() if key in _NAMES and value.strip()}
    for key in _DATES:
        date = _DATE.match(found.get(key, ""))
        if date:
            facts[key] = "-".join(date.groups())
    return facts


def _pages_without_text(sheets: list[Sheet]) -> Iterator[ReportWarning]:
    """A warning for each page that shows images and no text. Raises ``ReadError`` if that is all of them."""
    scanned = [sheet for sheet in sheets if sheet.images and _printed_characters(sheet) < _FEW]
    has_text = any(sheet.glyphs for sheet in sheets)
    if len(scanned) == len(sheets) or not has_text:
        raise ReadError(
            "no-text",
            "PDF 里没有文字，应是扫描件",
            hint="请用文字识别（OCR）软件转换后再放入语料目录，或改用网页版、Word 版",
        )
    for sheet in scanned:
        yield ReportWarning("page-without-text", "这一页是图片，没有文字", f"第{sheet.number}页")


def _printed_characters(sheet: Sheet) -> int:
    return sum(not glyph.text.isspace() for glyph in sheet.glyphs)


def _truncated(data: bytes) -> tuple[ReportWarning, ...]:
    if b"%%EOF" in data[-4096:]:
        return ()
    return (ReportWarning("file-truncated", "PDF 在结尾处不完整，可能没有下载完", "文件末尾"),)
