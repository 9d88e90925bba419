"""What a page of an OFD draws, templates included, as a sheet: characters with their boxes, strokes of tables.

An object has a box on the page (``Boundary``) and a matrix (``CTM``); a character stands at the place of the one before
it and the distance that ``DeltaX`` gives:

    Boundary="20 30 80 8"   TextCode X="0" Y="6" DeltaX="g 2 5"      国 at (20, 36), 务 at (25, 36), 院 at (30, 36)

The rule: text is as written; a character without a meaning (a private-use code of an embedded font) is counted, not
read.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree
from msgspec import Struct, field

from indexer.readers import limits
from indexer.readers.layout.sheet import Glyph, Sheet, Stroke
from indexer.readers.layout.strokes import Point, strokes_of
from indexer.readers.ofd.values import (
    IDENTITY,
    Matrix,
    child,
    children,
    combined,
    deltas,
    is_true,
    local,
    matrix,
    number,
    numbers,
)

MILLIMETRE = 72 / 25.4
"""Points in a millimetre."""
_HEAVY = 600
"""The font weight from which text is bold."""
_NESTING = 16
"""How many blocks and composite objects inside each other are opened."""
_ASCENT = 0.86
"""The share of its size that a character stands above its baseline."""
_HALF = 0.5
"""The width of a Latin character in sizes of type where nothing says more."""
_STEPS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
"""The commands of a path and how many numbers follow each."""


class Resources(Struct, frozen=True):
    """What pages refer to: composite objects and the paths of images by id, and the ids of fonts that are bold."""

    composites: Mapping[str, etree._Element] = field(default_factory=dict)
    bold: frozenset[str] = frozenset()
    images: Mapping[str, str] = field(default_factory=dict)


class DrawnPage(Struct):
    """What a page draws: its glyphs, each with the direction of its type, strokes, whether there are pictures, and how
    many characters have no meaning and how many shapes are drawn that are no rulings. ``placed`` are the paths of
    images in the package, each with the matrix that takes the unit square to where it stands, in millimetres."""

    glyphs: list[tuple[Glyph, int]] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    images: int = 0
    placed: list[tuple[str, Matrix]] = field(default_factory=list)
    meaningless: int = 0
    shapes: int = 0
    objects: int = 0

    def sheet(self, number_: int, *, width: float, height: float) -> Sheet:
        """The sheet of a page of this width and height in millimetres, turned so that most of its text is upright."""
        turns = Counter(turn for glyph, turn in self.glyphs if not glyph.text.isspace())
        turn = turns.most_common(1)[0][0] if turns else 0
        wide, high = width * MILLIMETRE, height * MILLIMETRE
        glyphs = [glyph for glyph, _ in self.glyphs]
        strokes = self.strokes
        if turn:
            glyphs = [_turned_glyph(glyph, turn, size=(wide, high)) for glyph in glyphs]
            strokes = [_turned_stroke(stroke, turn, size=(wide, high)) for stroke in strokes]
        if turn in (90, 270):
            wide, high = high, wide
        return Sheet(number_, wide, high, _without_copies(glyphs), strokes, bool(self.images))


def draw(page: DrawnPage, root: etree._Element, *, resources: Resources, where: str) -> None:
    """Add to ``page`` what the content in ``root`` draws. Raises ``ReadError`` for more than a page may have."""
    walk = _Walk(page, resources, where)
    for layer in children(child(root, "Content"), "Layer"):
        walk.block(layer, IDENTITY, depth=0)


class _Walk(Struct):
    """One walk over the objects of a page."""

    page: DrawnPage
    resources: Resources
    where: str

    def block(self, parent: etree._Element, outer: Matrix, *, depth: int) -> None:
        """Draw the objects below ``parent``."""
        for element in parent:
            self._count(1)
            name = local(element)
            if not is_true(element.get("Visible"), otherwise=True):
                continue
            if name == "TextObject":
                self._text(element, combined(outer, _placing(element)))
            elif name == "PathObject":
                self._path(element, combined(outer, _placing(element)))
            elif name == "ImageObject":
                self.page.images += 1
                self._image(element, outer)
            elif name == "PageBlock" and depth < _NESTING:
                self.block(element, outer, depth=depth + 1)
            elif name == "CompositeObject" and depth < _NESTING:
                content = child(self.resources.composites.get(element.get("ResourceID", "")), "Content")
                if content is not None:
                    self.block(content, combined(outer, _placing(element)), depth=depth + 1)

    def _image(self, element: etree._Element, outer: Matrix) -> None:
        path = self.resources.images.get(element.get("ResourceID", ""))
        if not path:
            return
        placing = combined(outer, _placing(element))
        if not element.get("CTM"):
            # Without a matrix an image fills its box.
            _, _, width, height = numbers(element.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
            placing = combined(placing, (width, 0.0, 0.0, height, 0.0, 0.0))
        self.page.placed.append((path, placing))

    def _count(self, more: int) -> None:
        self.page.objects += more
        if self.page.objects > limits.MAX_MARKS:
            raise limits.too_large("页面图元数", self.page.objects, limit=limits.MAX_MARKS, where=self.where)

    def _text(self, element: etree._Element, placing: Matrix) -> None:
        size = number(element.get("Size"))
        strong = number(element.get("Weight")) >= _HEAVY or element.get("Font", "") in self.resources.bold
        turn = math.radians(number(element.get("CharDirection")))
        reading = math.radians(number(element.get("ReadDirection")))
        type_ = _Type(size, number(element.get("HScale"), 1.0) or 1.0, strong, turn, reading)
        x = y = 0.0
        for code in children(element, "TextCode"):
            # A code without a place goes on where the one before it began.
            x, y = number(code.get("X"), x), number(code.get("Y"), y)
            text = code.text or ""
            self._count(len(text))
            for char, at, advance in _places(code, text, start=(x, y), type_=type_):
                if unicodedata.category(char) in ("Co", "Cc", "Cs", "Cn"):
                    self.page.meaningless += unicodedata.category(char) == "Co"
                    continue
                self.page.glyphs.append(_glyph(char, at, advance=advance, placing=placing, type_=type_))

    def _path(self, element: etree._Element, placing: Matrix) -> None:
        is_stroked = is_true(element.get("Stroke"), otherwise=True)
        is_filled = is_true(element.get("Fill"), otherwise=False)
        written = child(element, "AbbreviatedData")
        if written is None or not (is_stroked or is_filled):
            return
        words = (written.text or "").split()
        self._count(len(words) // 3)
        has_curves = False
        for points in _outlines(words):
            if points is None:
                has_curves = True
                continue
            placed = [_on_page(point, placing) for point in points]
            found = list(strokes_of(placed, is_stroked=is_stroked))
            self.page.strokes += found
            has_curves = has_curves or not found
        self.page.shapes += has_curves


class _Type(Struct, frozen=True):
    """How text is set: size, horizontal scale, bold; the turn of each character and of the line, in radians."""

    size: float
    scale: float
    strong: bool
    turn: float
    reading: float


def _placing(element: etree._Element) -> Matrix:
    """From the space of an object to that around it: its matrix, then a move to the corner of its box."""
    box = numbers(element.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
    a, b, c, d, e, f = matrix(element.get("CTM"))
    return a, b, c, d, e + box[0], f + box[1]


def _places(
    code: etree._Element, text: str, *, start: Point, type_: _Type
) -> Iterator[tuple[str, Point, float]]:
    """The characters of a text code, each with its origin and how wide it is, in the space of the object."""
    steps_x, steps_y = (deltas(code.get(name), len(text)) for name in ("DeltaX", "DeltaY"))
    x, y = start
    for at, char in enumerate(text):
        usual = type_.size * type_.scale * _breadth(char)
        step = steps_x[at] if at < len(steps_x) else None
        # A Latin character is as wide as the step to the next one says, unless that is letter-spacing.
        width = step if step is not None and 0 < step <= 2 * usual and usual < type_.size else usual
        yield char, (x, y), width
        has_steps = at < len(steps_x) or at < len(steps_y)
        if has_steps:
            x += step or 0.0
            y += steps_y[at] if at < len(steps_y) else 0.0
        else:
            x += usual * math.cos(type_.reading)
            y += usual * math.sin(type_.reading)


def _breadth(char: str) -> float:
    """The width of a character in sizes of type."""
    return 1.0 if unicodedata.east_asian_width(char) in ("W", "F", "A") else _HALF


def _glyph(char: str, at: Point, *, advance: float, placing: Matrix, type_: _Type) -> tuple[Glyph, int]:
    """A character on the page in points, and the direction it is turned to, in degrees."""
    x, y = at
    cosine, sine = math.cos(type_.turn), math.sin(type_.turn)
    corners = []
    for right, up in ((0.0, _ASCENT), (advance, _ASCENT), (advance, _ASCENT - 1), (0.0, _ASCENT - 1)):
        down = -up * type_.size
        corners.append(
            _on_page((x + right * cosine - down * sine, y + right * sine + down * cosine), placing)
        )
    a, b, c, d, _, _ = placing
    size = type_.size * (math.hypot(c, d) or 1.0) * MILLIMETRE
    turn = round((math.degrees(math.atan2(b, a)) + math.degrees(type_.turn)) / 90) * 90 % 360
    xs, ys = [px for px, _ in corners], [py for _, py in corners]
    base_x, base_y = _on_page(at, placing)
    baseline = base_y if turn in (0, 180) else base_x
    return Glyph(char, min(xs), max(xs), min(ys), max(ys), baseline, size, type_.strong), turn


def _on_page(point: Point, placing: Matrix) -> Point:
    """A point of an object on the page, in points."""
    x, y = point
    a, b, c, d, e, f = placing
    return (a * x + c * y + e) * MILLIMETRE, (b * x + d * y + f) * MILLIMETRE


def _turned(x: float, y: float, turn: int, *, size: tuple[float, float]) -> Point:
    """Where a point stands on the page once it is turned back, so that text turned by ``turn`` is upright."""
    width, height = size
    match turn:
        case 90:
            return y, width - x
        case 180:
            return width - x, height - y
        case _:
            return height - y, x


def _turned_glyph(glyph: Glyph, turn: int, *, size: tuple[float, float]) -> Glyph:
    """A glyph on the page turned back. The baseline of upright type is a y, of type turned a quarter an x."""
    first = _turned(glyph.x0, glyph.top, turn, size=size)
    last = _turned(glyph.x1, glyph.bottom, turn, size=size)
    base = _turned(glyph.baseline, glyph.baseline, turn, size=size)[1]
    return glyph._replace(
        x0=min(first[0], last[0]),
        x1=max(first[0], last[0]),
        top=min(first[1], last[1]),
        bottom=max(first[1], last[1]),
        baseline=base,
    )


def _turned_stroke(stroke: Stroke, turn: int, *, size: tuple[float, float]) -> Stroke:
    first = _turned(stroke.x0, stroke.top, turn, size=size)
    last = _turned(stroke.x1, stroke.bottom, turn, size=size)
    return Stroke(
        min(first[0], last[0]), max(first[0], last[0]), min(first[1], last[1]), max(first[1], last[1])
    )


def _outlines(words: Sequence[str]) -> Iterator[list[Point] | None]:
    """The corner points of each part of a path; None for one with curves."""
    points: list[Point] = []
    is_curved = False
    at = 0
    while at < len(words):
        command = words[at].upper()
        count = _STEPS.get(command, 0)
        values = [number(word) for word in words[at + 1 : at + 1 + count]]
        at += 1 + count
        if len(values) < count:
            break
        if command in ("S", "M"):
            yield from _finished(points, is_curved=is_curved)
            points, is_curved = [], False
        if count:
            points.append((values[-2], values[-1]))
        elif command == "C" and points:
            points.append(points[0])
        is_curved = is_curved or command in ("Q", "B", "A")
    yield from _finished(points, is_curved=is_curved)


def _finished(points: list[Point], *, is_curved: bool) -> Iterator[list[Point] | None]:
    if is_curved:
        yield None
    elif len(points) > 1:
        yield points


def _without_copies(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """The glyphs without those that are drawn once more at the same place, as writers do for bold type."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for glyph in glyphs:
        # Within a point or two: the shift of a second stroke is a fraction of that, a doubled letter is far wider.
        x, y = int(glyph.x0), int(glyph.baseline)
        near = {(glyph.text, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        if not seen & near or glyph.text.isspace():
            kept.append(glyph)
        seen.add((glyph.text, x, y))
    return kept
