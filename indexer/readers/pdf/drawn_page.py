"""One page of a PDF to a sheet: its characters with their boxes and the strokes of its tables, by PDFium.

Everything here is asked of PDFium by its raw functions, a handful of calls for each of thousands of characters, so
loops are kept plain. The rule: text is as printed, radicals included; boxes are where the ink is, on the page as read.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from indexer.readers import limits
from indexer.readers.layout.sheet import Glyph, Sheet, Stroke
from indexer.readers.layout.strokes import Point, strokes_of

try:
    import pypdfium2 as pdfium
    import pypdfium2.raw as pdf
except ImportError:  # pragma: no cover - without the extra `pdf`
    pdfium = None
    pdf = None

_HEAVY = 600
"""The font weight from which text is bold."""
_FORMS = 5
"""How many forms (reused drawings) inside each other are opened."""
_HYPHEN = 2
"""How PDFium gives a hyphen at the end of a line."""
_BLANK = 32
_FAR = 1.5
"""A box so many sizes of type wide or high is not that of a character."""

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f: the point (x, y) goes to (ax + cy + e, bx + dy + f)."""
_Object = Any
"""A pointer to a drawn thing, which PDFium owns."""


class _Mark(NamedTuple):
    """A character as PDFium gives it: its box and origin on the page as stored, which way it is turned."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    x: float
    y: float
    size: float
    strong: bool
    turn: int


def sheet_of(page: pdfium.PdfPage, number: int) -> Sheet:
    """What ``page`` holds. Raises ``ReadError`` for more characters or drawn things than a page may have."""
    where = f"第{number}页"
    objects = list(_objects(page.raw, where))
    text = page.get_textpage()
    count = pdf.FPDFText_CountChars(text.raw)
    if count > limits.MAX_MARKS:
        raise limits.too_large("页面字数", count, limit=limits.MAX_MARKS, where=where)
    marks = _marks(text.raw, count)
    text.close()
    view = _View.of(page, marks)
    strokes = [
        stroke
        for kind, drawn, matrices in objects
        if kind == pdf.FPDF_PAGEOBJ_PATH
        for stroke in _strokes(drawn, matrices, view)
    ]
    images = any(kind == pdf.FPDF_PAGEOBJ_IMAGE for kind, _, _ in objects)
    return Sheet(number, view.width, view.height, view.glyphs(marks), strokes, images)


class _View(Struct, frozen=True):
    """The page as it is read: turned so that most of its text is upright, measured from the top left."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @classmethod
    def of(cls, page: pdfium.PdfPage, marks: Sequence[_Mark]) -> _View:
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

    def point(self, x: float, y: float) -> Point:
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

    def glyphs(self, marks: Sequence[_Mark]) -> list[Glyph]:
        """The characters as read."""
        point = self.point
        found = []
        for text, left, bottom, right, top, x, y, size, strong, _ in marks:
            (ax, ay), (bx, by) = point(left, bottom), point(right, top)
            edges = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            found.append(Glyph(text, *edges, point(x, y)[1], size, strong))
        return found


def _marks(text: _Object, count: int) -> list[_Mark]:
    """The printed characters of a page; what PDFium adds between them is left out."""
    box, matrix = pdf.FS_RECTF(), pdf.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    origin_of, box_of, matrix_of = (
        pdf.FPDFText_GetCharOrigin,
        pdf.FPDFText_GetLooseCharBox,
        pdf.FPDFText_GetMatrix,
    )
    size_of, weight_of = pdf.FPDFText_GetFontSize, pdf.FPDFText_GetFontWeight
    found = []
    for at in range(count):
        code = pdf.FPDFText_GetUnicode(text, at)
        # PDFium adds blanks and line ends only, so that no other character has to be asked for.
        if (code <= _BLANK and _is_unprinted(text, at, code)) or 0xD800 <= code < 0xE000:
            continue
        box_of(text, at, box)
        origin_of(text, at, x, y)
        matrix_of(text, at, matrix)
        # The matrix sets the font on the page. (b, d) is where it takes a unit upward: its length scales the height
        # of the type, and the angle of (a, b), a unit to the right, says which way the text is turned.
        size = size_of(text, at) * (math.hypot(matrix.b, matrix.d) or 1.0)
        mark = _Mark(
            "-" if code == _HYPHEN else chr(code),
            *(box.left, box.bottom, box.right, box.top),
            *(x.value, y.value),
            size,
            weight_of(text, at) >= _HEAVY,
            0 if matrix.b == 0 < matrix.a else _turn(matrix.a, matrix.b),
        )
        found.append(mark if _is_of_a_character(mark) else _inked(mark, text, at))
    return found


def _is_unprinted(text: _Object, at: int, code: int) -> bool:
    """Whether a blank or control character is not printed."""
    is_control = code < _BLANK and code != _HYPHEN
    return is_control or bool(pdf.FPDFText_IsGenerated(text, at))


def _turn(a: float, b: float) -> int:
    """The direction of (a, b) in degrees, to the next quarter."""
    return round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360


def _is_of_a_character(mark: _Mark) -> bool:
    """Whether the box of ``mark`` can be that of one character of its size."""
    most = _FAR * mark.size
    return mark.right - mark.left <= most and mark.top - mark.bottom <= most


def _inked(mark: _Mark, text: _Object, at: int) -> _Mark:
    """``mark`` with the box of its ink, a blank with one of its size."""
    # The loose box of a vertical font leaves out the matrix: type of 200 points that the matrix scales by 0.05 stands
    # in ten points, and its box is 200 points wide, over the cells beside it. The box of the ink is right, and where
    # the ink is says in which cell a character stands.
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    has_ink = pdf.FPDFText_GetCharBox(text, at, left, right, bottom, top) and right.value > left.value
    if not has_ink:
        return mark._replace(left=mark.x, right=mark.x + mark.size, bottom=mark.y, top=mark.y + mark.size)
    return mark._replace(left=left.value, right=right.value, bottom=bottom.value, top=top.value)


def _objects(page: _Object, where: str) -> Iterator[tuple[int, _Object, tuple[Matrix, ...]]]:
    """The things drawn on a page and in its forms: kind, thing, and the matrices of its forms, inside out.

    Raises ``ReadError`` for more of them than a page may have.
    """
    drawn = _within(page, pdf.FPDFPage_CountObjects, pdf.FPDFPage_GetObject, matrices=())
    for seen, found in enumerate(drawn, start=1):
        if seen > limits.MAX_MARKS:
            raise limits.too_large("页面图元数", seen, limit=limits.MAX_MARKS, where=where)
        yield found


def _within(
    parent: _Object, count: Callable[..., int], get: Callable[..., _Object], *, matrices: tuple[Matrix, ...]
) -> Iterator[tuple[int, _Object, tuple[Matrix, ...]]]:
    """The things drawn in ``parent``, a page or a form, and in the forms among them."""
    for at in range(count(parent)):
        drawn = get(parent, at)
        kind = pdf.FPDFPageObj_GetType(drawn)
        yield kind, drawn, matrices
        if kind == pdf.FPDF_PAGEOBJ_FORM and len(matrices) < _FORMS - 1:
            inner = (_matrix(drawn), *matrices)
            yield from _within(drawn, pdf.FPDFFormObj_CountObjects, pdf.FPDFFormObj_GetObject, matrices=inner)


def _matrix(drawn: _Object) -> Matrix:
    matrix = pdf.FS_MATRIX()
    pdf.FPDFPageObj_GetMatrix(drawn, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _strokes(path: _Object, forms: Sequence[Matrix], view: _View) -> Iterator[Stroke]:
    """The rulings in a path: the straight lines it strokes, and the thin bars it fills."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdf.FPDFPath_GetDrawMode(path, fill, stroke)
    if not (fill.value or stroke.value):
        return
    # A path inside a form is placed by its own matrix first, then by those of the forms around it, inside out.
    matrices = (_matrix(path), *forms)
    for outline in _outlines(path):
        points = [view.point(*_placed(point, matrices)) for point in outline]
        yield from strokes_of(points, is_stroked=bool(stroke.value))


def _placed(point: Point, matrices: Sequence[Matrix]) -> Point:
    x, y = point
    for a, b, c, d, e, f in matrices:
        x, y = a * x + c * y + e, b * x + d * y + f
    return x, y


def _outlines(path: _Object) -> Iterator[list[Point]]:
    """The corner points of each part of a path; parts with curves are left out."""
    points: list[Point] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    curved = False
    for at in range(pdf.FPDFPath_CountSegments(path)):
        segment = pdf.FPDFPath_GetPathSegment(path, at)
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
