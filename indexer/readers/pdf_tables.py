"""Rulings to cells: a table is what its strokes enclose, spans are the strokes that are not there.

A table at the foot of a page and one at the head of the next, with the same left and right edges, are one; a cell
or a row that the page border cut is one again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.document import Grid, GridCell
from indexer.readers import limits, pdf_lines, spacing
from indexer.readers.pdf_sheet import Glyph, Sheet, Stroke

_SNAP = 2.5
_COVERED = 0.6
_NUMBER = re.compile(r"[-+]?\d[\d,，]*(?:\.\d+)?\s*[%％\u4e00-\u9fff]{0,3}")
_OPENING = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|其中|第.{1,4}条")


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its edges on the page and its text; ``open`` if no ruling closes it above or below."""

    x0: float
    x1: float
    top: float
    bottom: float
    text: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table on a page, its cells in reading order."""

    page: int
    boxes: tuple[Box, ...]

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom edge."""
        return (
            min(box.x0 for box in self.boxes),
            max(box.x1 for box in self.boxes),
            min(box.top for box in self.boxes),
            max(box.bottom for box in self.boxes),
        )


def ruled_tables(sheet: Sheet) -> tuple[list[Ruled], list[Glyph]]:
    """The tables of a page from top to bottom, and the characters that stand in none."""
    tables = []
    free = sheet.glyphs
    for strokes in _groups(_whole(sheet.strokes)):
        boxes = _boxes(strokes)
        if len(boxes) < 2:
            continue
        filled, free = _fill(boxes, free)
        if any(box.text for box in filled):
            tables.append(Ruled(sheet.number, tuple(filled)))
    return sorted(tables, key=lambda table: table.edges[2]), free


def _whole(strokes: Iterable[Stroke]) -> list[Stroke]:
    """The rulings without those that only repeat or prolong another; [] if they are too many to be tables."""
    whole: list[Stroke] = []
    for level in (True, False):
        lines = [stroke for stroke in strokes if stroke.is_level == level]
        for stroke in sorted(lines, key=lambda one: (one.top, one.x0) if level else (one.x0, one.top)):
            last = whole[-1] if whole and whole[-1].is_level == level else None
            if last and _prolongs(last, stroke, level=level):
                whole[-1] = replace(last, x1=max(last.x1, stroke.x1), bottom=max(last.bottom, stroke.bottom))
            else:
                whole.append(stroke)
    return whole if len(whole) <= limits.MAX_RULINGS else []


def _prolongs(last: Stroke, stroke: Stroke, *, level: bool) -> bool:
    if level:
        return last.top == stroke.top and stroke.x0 <= last.x1 + _SNAP
    return last.x0 == stroke.x0 and stroke.top <= last.bottom + _SNAP


def _groups(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """The strokes that touch, together."""
    parent = list(range(len(strokes)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    order = sorted(range(len(strokes)), key=lambda at: strokes[at].top)
    active: list[int] = []
    for at in order:
        stroke = strokes[at]
        active = [other for other in active if strokes[other].bottom >= stroke.top - _SNAP]
        for other in active:
            if root(other) != root(at) and _touch(strokes[other], stroke):
                parent[root(other)] = root(at)
        active.append(at)
    groups: defaultdict[int, list[Stroke]] = defaultdict(list)
    for at, stroke in enumerate(strokes):
        groups[root(at)].append(stroke)
    return list(groups.values())


def _touch(one: Stroke, other: Stroke) -> bool:
    return (
        one.x0 <= other.x1 + _SNAP
        and other.x0 <= one.x1 + _SNAP
        and one.top <= other.bottom + _SNAP
        and other.top <= one.bottom + _SNAP
    )


def _snapped(values: Iterable[float]) -> list[float]:
    """``values`` in order, those closer than ``_SNAP`` as one."""
    clusters: list[list[float]] = []
    for value in sorted(values):
        if clusters and value - clusters[-1][-1] <= _SNAP:
            clusters[-1].append(value)
        else:
            clusters.append([value])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def _boxes(strokes: Sequence[Stroke]) -> list[Box]:
    """The cells that ``strokes`` enclose; [] if they enclose none."""
    xs = _snapped(stroke.x0 for stroke in strokes if not stroke.is_level)
    ys = _snapped(stroke.top for stroke in strokes if stroke.is_level)
    if len(xs) < 2 or not ys:
        return []
    ys = _with_open_ends(ys, [stroke for stroke in strokes if not stroke.is_level])
    if len(ys) < 2:
        return []
    limits.check_area([[(1, len(xs))]] * len(ys))
    level = _coverage(((s.top, s.x0, s.x1) for s in strokes if s.is_level), ys, xs)
    upright = _coverage(((s.x0, s.top, s.bottom) for s in strokes if not s.is_level), xs, ys)
    places = _merged(len(ys) - 1, len(xs) - 1, level, upright)
    boxes = [
        Box(
            xs[left], xs[right + 1], ys[top], ys[bottom + 1], open=_is_open((top, left, bottom, right), level)
        )
        for (top, left, bottom, right) in places
        if _enclosed((top, left, bottom, right), level, upright)
    ]
    return sorted(boxes, key=lambda box: (box.top, box.x0))


def _with_open_ends(ys: list[float], upright: Sequence[Stroke]) -> list[float]:
    """``ys`` and the ends of rulings that run on beyond them, as they do in a row that the page border cuts."""
    top, bottom = min(stroke.top for stroke in upright), max(stroke.bottom for stroke in upright)
    reaching = sum(abs(stroke.top - top) <= _SNAP for stroke in upright)
    if reaching > 1 and top < ys[0] - 2 * _SNAP:
        ys = [top, *ys]
    reaching = sum(abs(stroke.bottom - bottom) <= _SNAP for stroke in upright)
    if reaching > 1 and bottom > ys[-1] + 2 * _SNAP:
        ys = [*ys, bottom]
    return ys


def _coverage(
    rulings: Iterable[tuple[float, float, float]], lines: Sequence[float], marks: Sequence[float]
) -> set[tuple[int, int]]:
    """The stretches (line, mark) between two ``marks`` of each of ``lines`` that are ruled."""
    covered: defaultdict[tuple[int, int], float] = defaultdict(float)
    for at, start, end in rulings:
        line = min(range(len(lines)), key=lambda i: abs(lines[i] - at))
        for mark, (low, high) in enumerate(pairwise(marks)):
            covered[line, mark] += max(0.0, min(high, end) - max(low, start))
    return {
        (line, mark)
        for (line, mark), length in covered.items()
        if length >= _COVERED * (marks[mark + 1] - marks[mark])
    }


Place = tuple[int, int, int, int]
"""Top, left, bottom and right of a cell in rows and columns of the full grid, all included."""


def _merged(
    rows: int, columns: int, level: set[tuple[int, int]], upright: set[tuple[int, int]]
) -> list[Place]:
    """The cells of a grid whose places run together where no ruling parts them."""
    found: list[Place] = []
    taken: set[tuple[int, int]] = set()
    for top in range(rows):
        for left in range(columns):
            if (top, left) in taken:
                continue
            right = left
            while right + 1 < columns and (right + 1, top) not in upright and (top, right + 1) not in taken:
                right += 1
            bottom = top
            while bottom + 1 < rows and not any((bottom + 1, at) in level for at in range(left, right + 1)):
                bottom += 1
            taken.update((row, at) for row in range(top, bottom + 1) for at in range(left, right + 1))
            found.append((top, left, bottom, right))
    return found


def _enclosed(place: Place, level: set[tuple[int, int]], upright: set[tuple[int, int]]) -> bool:
    """Whether rulings stand on at least three sides of a cell: a page border may take one away."""
    top, left, bottom, right = place
    sides = (
        all((top, at) in level for at in range(left, right + 1)),
        all((bottom + 1, at) in level for at in range(left, right + 1)),
        all((left, at) in upright for at in range(top, bottom + 1)),
        all((right + 1, at) in upright for at in range(top, bottom + 1)),
    )
    return sum(sides) >= 3


def _is_open(place: Place, level: set[tuple[int, int]]) -> bool:
    top, left, bottom, right = place
    columns = range(left, right + 1)
    return not (
        all((top, at) in level for at in columns) and all((bottom + 1, at) in level for at in columns)
    )


def _fill(boxes: Sequence[Box], glyphs: Iterable[Glyph]) -> tuple[list[Box], list[Glyph]]:
    """``boxes`` (in order of their tops) with the characters whose middle stands in them; those in none."""
    inside: defaultdict[int, list[Glyph]] = defaultdict(list)
    free = []
    tops = [box.top for box in boxes]
    tallest = max(box.bottom - box.top for box in boxes)
    for glyph in glyphs:
        x, y = glyph.middle
        near = range(bisect_left(tops, y - tallest), bisect_right(tops, y))
        at = next((i for i in near if boxes[i].x0 <= x <= boxes[i].x1 and y <= boxes[i].bottom), None)
        if at is None:
            free.append(glyph)
        else:
            inside[at].append(glyph)
    return [replace(box, text=pdf_lines.cell_text(inside[at])) for at, box in enumerate(boxes)], free


def continues(above: Ruled, below: Ruled) -> bool:
    """Whether two tables that only a page border parts share their left and right edges."""
    return all(abs(a - b) <= 2 * _SNAP for a, b in zip(above.edges[:2], below.edges[:2], strict=True))


def joined(above: Ruled, below: Ruled) -> Ruled:
    """One table of two, ``below`` set right under ``above``; what the page border cut is whole again."""
    boxes = _without_head(above, below)
    bottom = above.edges[3]
    shift = bottom - min(box.top for box in boxes)
    moved = [replace(box, top=box.top + shift, bottom=box.bottom + shift) for box in boxes]
    ends = [box for box in above.boxes if box.bottom >= bottom - _SNAP]
    starts = [box for box in moved if box.top <= bottom + _SNAP]
    pairs = [(end, start) for start in starts for end in ends if _same_columns(end, start)]
    torn = len(pairs) == len(ends) == len(starts) and _is_torn(pairs)
    healed: dict[Box, Box] = {}
    used: set[Box] = set()
    for end, start in pairs:
        # Where no ruling stands on either side of the page border, it cut the cell.
        if torn or (end.open and start.open) or _is_span(end, start, ends, starts):
            text = spacing.cell_text(f"{end.text}\n{start.text}")
            healed[end] = replace(end, bottom=start.bottom, text=text, open=start.open)
            used.add(start)
    whole = [healed.get(box, box) for box in above.boxes]
    whole += [box for box in moved if box not in used]
    return Ruled(above.page, tuple(sorted(whole, key=lambda box: (box.top, box.x0))))


def _without_head(above: Ruled, below: Ruled) -> list[Box]:
    """The cells of ``below`` without head rows that are printed again."""
    first, second = _rows(above.boxes), _rows(below.boxes)
    same = 0
    while same < min(len(first), len(second) - 1) and _texts(first[same]) == _texts(second[same]):
        same += 1
    repeated = any(text and not _NUMBER.fullmatch(text) for row in first[:same] for text in _texts(row))
    skip = same if repeated and same else 0
    return [box for row in second[skip:] for box in row]


def _rows(boxes: Iterable[Box]) -> list[list[Box]]:
    rows: defaultdict[float, list[Box]] = defaultdict(list)
    for box in boxes:
        rows[box.top].append(box)
    return [rows[top] for top in sorted(rows)]


def _texts(row: Iterable[Box]) -> list[str]:
    return [box.text for box in row]


def _same_columns(one: Box, other: Box) -> bool:
    return abs(one.x0 - other.x0) <= _SNAP and abs(one.x1 - other.x1) <= _SNAP


Pairs = Sequence[tuple[Box, Box]]
"""Cells right above and right below a page border, in the same columns."""


def _is_torn(pairs: Pairs) -> bool:
    """Whether a row goes on below although rulings part it: its label does, its values stand on one side only."""
    values = [pair for pair in pairs if any(_NUMBER.fullmatch(box.text) for box in pair)]
    labels = [pair for pair in pairs if pair not in values]
    if any(end.text and start.text for end, start in values):
        return False
    bare = not any(end.text for end, _ in values) or not any(start.text for _, start in values)
    return bare and any(
        end.text
        and start.text
        and (end.text.count("（") > end.text.count("）") or (values and not _OPENING.match(start.text)))
        for end, start in labels
    )


def _is_span(end: Box, start: Box, ends: Sequence[Box], starts: Sequence[Box]) -> bool:
    """Whether a cell cut by the page border spans rows of both pages: half of it empty, labels to its right."""
    if end.text and start.text:
        return False
    right = [box for box in starts if box.x0 >= start.x1 - _SNAP]
    labels = any(box.text and not _NUMBER.fullmatch(box.text) for box in right)
    taller = any(box.bottom < start.bottom - _SNAP for box in right) or any(
        box.top > end.top + _SNAP for box in ends if box.x0 >= end.x1 - _SNAP
    )
    return labels and (taller or not start.text)


def grid_of(table: Ruled, *, pages: int = 1) -> Grid:
    """``table`` as rows of cells with spans."""
    xs = _snapped(edge for box in table.boxes for edge in (box.x0, box.x1))
    ys = _snapped(edge for box in table.boxes for edge in (box.top, box.bottom))
    rows: list[list[tuple[int, GridCell]]] = [[] for _ in ys]
    for box in table.boxes:
        left, right = _index(xs, box.x0), _index(xs, box.x1)
        top, bottom = _index(ys, box.top), _index(ys, box.bottom)
        rows[top].append((left, GridCell(box.text, max(1, bottom - top), max(1, right - left))))
    where = f"第{table.page}页" if pages == 1 else f"第{table.page}至{table.page + pages - 1}页"
    cells = (tuple(cell for _, cell in sorted(row, key=lambda one: one[0])) for row in rows)
    return Grid(tuple(row for row in cells if row), page=table.page, where=where)


def _index(values: Sequence[float], value: float) -> int:
    return min(range(len(values)), key=lambda at: abs(values[at] - value))
