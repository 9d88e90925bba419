"""Cells to tables, over the borders of pages.

A table at the foot of a page and one at the head of the next, with the same left and right edges, are one. The rule:
a cell or a row that the page border cut is joined, and a row that only begins on the next page stays a row.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from indexer.document import Grid, GridCell
from indexer.readers import spacing
from indexer.readers.layout import lines
from indexer.readers.layout.rulings import SNAP, Box, boxes_of, merge_strokes, snap, touching_groups
from indexer.readers.layout.sheet import Glyph, Sheet
from report_search.model import Recognised, recognised_of

_NUMBER = re.compile(r"[-+]?\d[\d,，]*(?:\.\d+)?\s*[%％\u4e00-\u9fff]{0,3}")
_OPENING = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|其中|第.{1,4}条")
"""What a label of a row of its own begins with."""

_SHIFT = 43.0
"""Points by which a scanner takes one page farther left or right than the next: 15 millimetres."""
_AS_WIDE = 0.02
"""The share of its width by which a scanned table may differ from the part of it on the next page."""


class RuledTable(Struct, frozen=True):
    """A ruled table, its cells from top to bottom; ``page`` is the one it begins on."""

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

    @property
    def is_recognised(self) -> bool:
        """Whether its text was read off a picture."""
        return any(box.recognised for box in self.boxes)


class Frame(Struct, frozen=True):
    """A single ruled box: a frame around text, or the only row of a table before the page border."""

    table: RuledTable
    glyphs: tuple[Glyph, ...]


class PageContent(Struct, frozen=True):
    """What a page holds: its tables from top to bottom, its frames, the characters that are in neither."""

    tables: list[RuledTable]
    frames: list[Frame]
    free: list[Glyph]


def ruled_tables(sheet: Sheet) -> PageContent:
    """The tables and frames of a page, and what is left."""
    tables: list[RuledTable] = []
    frames: list[Frame] = []
    free = sheet.glyphs
    for strokes in touching_groups(merge_strokes(sheet.strokes)):
        boxes = boxes_of(strokes)
        if not boxes:
            continue
        inside, free = _sorted_into(boxes, free)
        filled = [_filled(box, inside[at], sheet.number) for at, box in enumerate(boxes)]
        table = RuledTable(sheet.number, tuple(filled))
        if len(boxes) > 1 and any(box.text for box in filled):
            tables.append(table)
        elif filled[0].text:
            frames.append(Frame(table, tuple(inside[0])))
    tables.sort(key=lambda table: table.edges[2])
    return PageContent(tables, frames, free)


def _filled(box: Box, glyphs: Sequence[Glyph], page: int) -> Box:
    """``box`` with the text of ``glyphs``."""
    score = lines.least_score(glyphs)
    return replace(box, text=lines.cell_text(glyphs), recognised=Recognised(page, score) if score else None)


def _sorted_into(
    boxes: Sequence[Box], glyphs: Iterable[Glyph]
) -> tuple[defaultdict[int, list[Glyph]], list[Glyph]]:
    """The characters whose middle is in each of ``boxes`` (in order of their tops), by its index; those in none."""
    inside: defaultdict[int, list[Glyph]] = defaultdict(list)
    free = []
    tops = [box.top for box in boxes]
    tallest = max(box.bottom - box.top for box in boxes)
    lowest = max(box.bottom for box in boxes)
    for glyph in glyphs:
        x, y = glyph.middle
        if glyph.top <= lowest + SNAP and lowest < y:
            # A line that hangs over the last ruling belongs to the cell that the page border cut.
            y = lowest
        # Only a box that begins above y, and no more than the tallest one's height above, can hold it.
        near = range(bisect_left(tops, y - tallest), bisect_right(tops, y))
        at = next((i for i in near if boxes[i].x0 <= x <= boxes[i].x1 and y <= boxes[i].bottom), None)
        if at is None:
            free.append(glyph)
        else:
            inside[at].append(glyph)
    return inside, free


def continues(above: RuledTable, below: RuledTable) -> bool:
    """Whether two tables that only a page border parts share their left and right edges.

    A scanner takes each page a little farther left or right, so of recognised tables the widths are compared.
    """
    (left, right), (other_left, other_right) = above.edges[:2], below.edges[:2]
    if abs(left - other_left) <= 2 * SNAP and abs(right - other_right) <= 2 * SNAP:
        return True
    is_as_wide = abs((right - left) - (other_right - other_left)) <= _AS_WIDE * (right - left)
    return is_as_wide and abs(left - other_left) <= _SHIFT and above.is_recognised and below.is_recognised


def _under(above: RuledTable, below: RuledTable) -> RuledTable:
    """``below`` with its edges right under those of ``above``, whatever the scanner did to the page."""
    if not (above.is_recognised and below.is_recognised):
        return below
    (left, right), (other_left, other_right) = above.edges[:2], below.edges[:2]
    scale = (right - left) / (other_right - other_left)
    moved = [
        replace(box, x0=left + (box.x0 - other_left) * scale, x1=left + (box.x1 - other_left) * scale)
        for box in below.boxes
    ]
    return replace(below, boxes=tuple(moved))


def joined(above: RuledTable, below: RuledTable) -> RuledTable:
    """One table of two, ``below`` set right under ``above``; what the page border cut is joined."""
    below = _under(above, below)
    boxes = _without_repeated_head(above, below)
    bottom = above.edges[3]
    # Both pages measure from their own top; below's first row moves to where above's last row ends.
    shift = bottom - min(box.top for box in boxes)
    moved = [replace(box, top=box.top + shift, bottom=box.bottom + shift) for box in boxes]
    cut = _Seam.at(bottom, above=above.boxes, below=moved).cut_cells()
    mended = {end: _mended(end, start) for end, start in cut}
    used = {start for _, start in cut}
    joined_boxes = [mended.get(box, box) for box in above.boxes]
    joined_boxes += [box for box in moved if box not in used]
    return RuledTable(above.page, tuple(sorted(joined_boxes, key=lambda box: (box.top, box.x0))))


def _mended(end: Box, start: Box) -> Box:
    """One cell of the two that a page border made of it."""
    text = spacing.cell_text(f"{end.text}\n{start.text}")
    recognised = recognised_of((end.recognised, start.recognised))
    return replace(end, bottom=start.bottom, text=text, open=start.open, recognised=recognised)


def _without_repeated_head(above: RuledTable, below: RuledTable) -> list[Box]:
    """The cells of ``below`` without head rows that are printed again."""
    first, second = _rows(above.boxes), _rows(below.boxes)
    same = 0
    # At least one row of ``below`` is its own.
    while same < min(len(first), len(second) - 1) and _texts(first[same]) == _texts(second[same]):
        same += 1
    # Rows of nothing but numbers may be equal by chance; a head has words.
    has_words = any(text and not _NUMBER.fullmatch(text) for row in first[:same] for text in _texts(row))
    own = second[same:] if has_words else second
    return [box for row in own for box in row]


def _rows(boxes: Iterable[Box]) -> list[list[Box]]:
    rows: defaultdict[float, list[Box]] = defaultdict(list)
    for box in boxes:
        rows[box.top].append(box)
    return [rows[top] for top in sorted(rows)]


def _texts(row: Iterable[Box]) -> list[str]:
    return [box.text for box in row]


Pair = tuple[Box, Box]
"""A cell right above and one right below a page border, in the same columns."""


class _Seam(Struct, frozen=True):
    """What meets at a page border inside a table: the cells that end there (``ends``) and that begin (``starts``).

    page 4   │ ends[0]  │ ends[1] │  …
    ─────────┼──────────┼─────────┼───   the border; both pages may print a ruling at it
    page 5   │ starts[0]│starts[1]│  …
    """

    ends: Sequence[Box]
    starts: Sequence[Box]

    @classmethod
    def at(cls, border: float, *, above: Iterable[Box], below: Iterable[Box]) -> _Seam:
        """The seam at ``border``, the y at which the cells of ``above`` end and those of ``below`` begin."""
        ends = [box for box in above if box.bottom >= border - SNAP]
        starts = [box for box in below if box.top <= border + SNAP]
        return cls(ends, starts)

    def cut_cells(self) -> list[Pair]:
        """The pairs that are one cell each, cut by the border."""
        pairs = [(end, start) for start in self.starts for end in self.ends if _same_columns(end, start)]
        is_one_to_one = len(pairs) == len(self.ends) == len(self.starts)
        if is_one_to_one and _is_torn_row(pairs):
            return pairs
        return [pair for pair in pairs if self._is_cut(*pair)]

    def _is_cut(self, end: Box, start: Box) -> bool:
        # Where no ruling is printed on either side of the border, it went through the cell.
        is_unruled = end.open and start.open
        return is_unruled or _is_cut_bracket(end, start) or self._is_cut_span(end, start)

    def _is_cut_span(self, end: Box, start: Box) -> bool:
        """Whether a cell spans rows of both pages. Its text is on one side only, and labels are to its right:

        page 4   │（三）不予│ 1.属于国家秘密 │ 0 │
                 │   公开   │ 2.其他法律禁止 │ 1 │
        ─────────┼──────────┼────────────────┼───┤
        page 5   │          │ 3.危及三安全   │ 0 │   one cell of three rows
        """
        if end.text and start.text:
            return False
        right_below, right_above = _right_of(start, self.starts), _right_of(end, self.ends)
        if not any(map(_is_label, right_below)):
            return False
        is_taller_below = any(box.bottom < start.bottom - SNAP for box in right_below)
        is_taller_above = any(box.top > end.top + SNAP for box in right_above)
        return is_taller_below or is_taller_above or not start.text


def _right_of(cell: Box, boxes: Iterable[Box]) -> list[Box]:
    return [box for box in boxes if box.x0 >= cell.x1 - SNAP]


def _same_columns(one: Box, other: Box) -> bool:
    return abs(one.x0 - other.x0) <= SNAP and abs(one.x1 - other.x1) <= SNAP


def _is_number(box: Box) -> bool:
    return bool(_NUMBER.fullmatch(box.text))


def _is_label(box: Box) -> bool:
    return bool(box.text) and not _is_number(box)


def _has_number(pair: Pair) -> bool:
    return any(map(_is_number, pair))


def _has_text(pair: Pair) -> bool:
    return any(box.text for box in pair)


def _is_filled_on_both_sides(pair: Pair) -> bool:
    return all(box.text for box in pair)


def _is_torn_row(pairs: Sequence[Pair]) -> bool:
    """Whether the last row above goes on below although rulings part it: its label does, its values do not.

    page 4   │（二）部分公开（区分处理│    │    │
    ─────────┼────────────────────────┼────┼────┤
    page 5   │ 的，只计这一情形）     │  3 │  0 │   one row: the bracket is closed below, values only there
    """
    values = list(filter(_has_number, pairs))
    labels = [pair for pair in pairs if not _has_number(pair)]
    if any(map(_is_filled_on_both_sides, values)):
        return False
    filled = list(filter(_has_text, pairs))
    if len(filled) == 1 < len(pairs) and _is_filled_on_both_sides(filled[0]):
        # A label on both sides and no value on either: the rest of a label is no row, the label of another row is.
        return not _OPENING.match(filled[0][1].text)
    if _has_values_on_both_pages(values):
        return False
    return any(_is_torn_label(end, start, has_values=bool(values)) for end, start in labels)


def _has_values_on_both_pages(values: Sequence[Pair]) -> bool:
    return any(end.text for end, _ in values) and any(start.text for _, start in values)


def _is_torn_label(end: Box, start: Box, *, has_values: bool) -> bool:
    """Whether a label goes on below: its bracket is open, or what follows is no label of another row."""
    if not (end.text and start.text):
        return False
    return _has_open_bracket(end.text) or (has_values and not _OPENING.match(start.text))


def _has_open_bracket(text: str) -> bool:
    return text.count("（") > text.count("）")


def _is_cut_bracket(end: Box, start: Box) -> bool:
    """Whether a bracket that opens above the page border closes below it."""
    closes = start.text.count("）") > start.text.count("（")
    return _has_open_bracket(end.text) and closes


def grid_of(table: RuledTable, *, pages: int = 1) -> Grid:
    """``table`` as rows of cells with spans; ``pages`` counts those it is printed on."""
    xs = snap(edge for box in table.boxes for edge in (box.x0, box.x1))
    ys = snap(edge for box in table.boxes for edge in (box.top, box.bottom))
    rows: list[list[tuple[int, GridCell]]] = [[] for _ in ys]
    for box in table.boxes:
        left, right = _nearest(xs, box.x0), _nearest(xs, box.x1)
        top, bottom = _nearest(ys, box.top), _nearest(ys, box.bottom)
        # A box lower or narrower than SNAP has both edges on one line; it is a cell all the same.
        cell = GridCell(box.text, max(1, bottom - top), max(1, right - left), recognised=box.recognised)
        rows[top].append((left, cell))
    where = f"第{table.page}页" if pages == 1 else f"第{table.page}至{table.page + pages - 1}页"
    return Grid(tuple(_cells(row) for row in rows if row), page=table.page, where=where)


def _cells(row: Iterable[tuple[int, GridCell]]) -> tuple[GridCell, ...]:
    """The cells of a row in order of the columns they begin in."""
    return tuple(cell for _, cell in sorted(row, key=lambda one: one[0]))


def _nearest(values: Sequence[float], value: float) -> int:
    return min(range(len(values)), key=lambda at: abs(values[at] - value))
