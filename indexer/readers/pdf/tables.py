"""Cells to tables, over the borders of pages.

A table at the foot of a page and one at the head of the next, with the same left and right edges, are one; a cell
or a row that the page border cut is one again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indexer.document import Grid, GridCell
from indexer.readers import spacing
from indexer.readers.pdf import lines
from indexer.readers.pdf.rulings import SNAP, Box, boxes_of, groups, snapped, whole
from indexer.readers.pdf.sheet import Glyph, Sheet

_NUMBER = re.compile(r"[-+]?\d[\d,，]*(?:\.\d+)?\s*[%％\u4e00-\u9fff]{0,3}")
_OPENING = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|其中|第.{1,4}条")


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


@dataclass(frozen=True, slots=True)
class Frame:
    """A single ruled box: a frame around text, or the only row of a table before the page border."""

    table: Ruled
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class DetectedTable:
    """What a page holds: its tables from top to bottom, its frames, the characters that stand in neither."""

    tables: list[Ruled]
    frames: list[Frame]
    free: list[Glyph]


def ruled_tables(sheet: Sheet) -> DetectedTable:
    """The tables and frames of a page."""
    found = DetectedTable([], [], sheet.glyphs)
    for strokes in groups(whole(sheet.strokes)):
        boxes = boxes_of(strokes)
        if not boxes:
            continue
        inside, free = _sorted_out(boxes, found.free)
        filled = [replace(box, text=lines.cell_text(inside[at])) for at, box in enumerate(boxes)]
        table = Ruled(sheet.number, tuple(filled))
        if len(boxes) > 1 and any(box.text for box in filled):
            found.tables.append(table)
        elif filled[0].text:
            found.frames.append(Frame(table, tuple(inside[0])))
        found = DetectedTable(found.tables, found.frames, free)
    found.tables.sort(key=lambda table: table.edges[2])
    return found


def _sorted_out(
    boxes: Sequence[Box], glyphs: Iterable[Glyph]
) -> tuple[defaultdict[int, list[Glyph]], list[Glyph]]:
    """The characters whose middle stands in each of ``boxes`` (in order of their tops); those in none."""
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
        near = range(bisect_left(tops, y - tallest), bisect_right(tops, y))
        at = next((i for i in near if boxes[i].x0 <= x <= boxes[i].x1 and y <= boxes[i].bottom), None)
        if at is None:
            free.append(glyph)
        else:
            inside[at].append(glyph)
    return inside, free


def continues(above: Ruled, below: Ruled) -> bool:
    """Whether two tables that only a page border parts share their left and right edges."""
    return all(abs(a - b) <= 2 * SNAP for a, b in zip(above.edges[:2], below.edges[:2], strict=True))


def joined(above: Ruled, below: Ruled) -> Ruled:
    """One table of two, ``below`` set right under ``above``; what the page border cut is whole again."""
    boxes = _without_head(above, below)
    bottom = above.edges[3]
    shift = bottom - min(box.top for box in boxes)
    moved = [replace(box, top=box.top + shift, bottom=box.bottom + shift) for box in boxes]
    ends = [box for box in above.boxes if box.bottom >= bottom - SNAP]
    starts = [box for box in moved if box.top <= bottom + SNAP]
    pairs = [(end, start) for start in starts for end in ends if _same_columns(end, start)]
    torn = len(pairs) == len(ends) == len(starts) and _is_torn(pairs)
    healed: dict[Box, Box] = {}
    used: set[Box] = set()
    for end, start in pairs:
        # Where no ruling stands on either side of the page border, it cut the cell.
        if (
            torn
            or (end.open and start.open)
            or _is_cut(end, start)
            or _is_span(end, start, ends=ends, starts=starts)
        ):
            text = spacing.cell_text(f"{end.text}\n{start.text}")
            healed[end] = replace(end, bottom=start.bottom, text=text, open=start.open)
            used.add(start)
    boxes = [healed.get(box, box) for box in above.boxes]
    boxes += [box for box in moved if box not in used]
    return Ruled(above.page, tuple(sorted(boxes, key=lambda box: (box.top, box.x0))))


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
    return abs(one.x0 - other.x0) <= SNAP and abs(one.x1 - other.x1) <= SNAP


Pairs = Sequence[tuple[Box, Box]]
"""Cells right above and right below a page border, in the same columns."""


def _is_torn(pairs: Pairs) -> bool:
    """Whether a row goes on below although rulings part it: its label does, its values stand on one side only."""
    values = [pair for pair in pairs if any(_NUMBER.fullmatch(box.text) for box in pair)]
    labels = [pair for pair in pairs if pair not in values]
    if any(end.text and start.text for end, start in values):
        return False
    bare = not any(end.text for end, _ in values) or not any(start.text for _, start in values)
    filled = [(end, start) for end, start in pairs if end.text or start.text]
    if len(filled) == 1 < len(pairs) and all(box.text for box in filled[0]):
        # Nothing but a label on both sides: the rest of a label is no row.
        return not _OPENING.match(filled[0][1].text)
    return bare and any(
        end.text
        and start.text
        and (end.text.count("（") > end.text.count("）") or (values and not _OPENING.match(start.text)))
        for end, start in labels
    )


def _is_cut(end: Box, start: Box) -> bool:
    """Whether a bracket that opens above the page border closes below it."""
    opened = end.text.count("（") > end.text.count("）")
    return opened and start.text.count("）") > start.text.count("（")


def _is_span(end: Box, start: Box, *, ends: Sequence[Box], starts: Sequence[Box]) -> bool:
    """Whether a cell cut by the page border spans rows of both pages: half of it empty, labels to its right."""
    if end.text and start.text:
        return False
    right = [box for box in starts if box.x0 >= start.x1 - SNAP]
    labels = any(box.text and not _NUMBER.fullmatch(box.text) for box in right)
    taller = any(box.bottom < start.bottom - SNAP for box in right) or any(
        box.top > end.top + SNAP for box in ends if box.x0 >= end.x1 - SNAP
    )
    return labels and (taller or not start.text)


def grid_of(table: Ruled, *, pages: int = 1) -> Grid:
    """``table`` as rows of cells with spans."""
    xs = snapped(edge for box in table.boxes for edge in (box.x0, box.x1))
    ys = snapped(edge for box in table.boxes for edge in (box.top, box.bottom))
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
