"""Rulings to cells: a cell is what strokes enclose, a span is where a stroke is missing.

The edges of all strokes make a full grid of lines; each piece of a line between two others is ruled or not:

         xs[0]   xs[1]   xs[2]
    ys[0]  ┌───────┬───────┐
           │  (0,0)│ (0,1) │        pieces of level lines:    (line, column)
    ys[1]  │       ├───────┤        pieces of upright lines:  (line, row)
           │  (1,0)│ (1,1) │
    ys[2]  └───────┴───────┘        level (1, 0) is not ruled: (0,0) and (1,0) are one cell, two rows high
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from indexer.readers import limits
from indexer.readers.layout.sheet import Stroke
from report_search.model import Recognised

SNAP = 2.5
"""Points within which two edges are one."""
_COVERED = 0.6
"""The share of a piece of a line that strokes must cover for it to count as ruled: corners are often left open."""


class Box(Struct, frozen=True):
    """A cell: its edges on the page and its text; ``open`` if no ruling closes it above or below.

    ``recognised`` is set if its text was read off a picture.
    """

    x0: float
    x1: float
    top: float
    bottom: float
    text: str = ""
    open: bool = False
    recognised: Recognised | None = None


def merge_strokes(strokes: Iterable[Stroke]) -> list[Stroke]:
    """The strokes without those that only repeat or prolong another; [] if they are too many to be tables.

    A browser prints the border of each cell as a stroke of its own, so a line of a table is often a dozen.
    """
    strokes = list(strokes)
    level = sorted((stroke for stroke in strokes if stroke.is_level), key=lambda one: (one.top, one.x0))
    upright = sorted((stroke for stroke in strokes if not stroke.is_level), key=lambda one: (one.x0, one.top))
    merged = [*_merged(level, _prolongs_level), *_merged(upright, _prolongs_upright)]
    return merged if len(merged) <= limits.MAX_RULINGS else []


def _merged(strokes: Iterable[Stroke], prolongs: Callable[[Stroke, Stroke], bool]) -> list[Stroke]:
    """``strokes`` of one direction, in order, with each that prolongs the one before as a part of it."""
    merged: list[Stroke] = []
    for stroke in strokes:
        last = merged[-1] if merged else None
        if last and prolongs(last, stroke):
            merged[-1] = last._replace(x1=max(last.x1, stroke.x1), bottom=max(last.bottom, stroke.bottom))
        else:
            merged.append(stroke)
    return merged


def _prolongs_level(last: Stroke, stroke: Stroke) -> bool:
    return last.top == stroke.top and stroke.x0 <= last.x1 + SNAP


def _prolongs_upright(last: Stroke, stroke: Stroke) -> bool:
    return last.x0 == stroke.x0 and stroke.top <= last.bottom + SNAP


def touching_groups(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """The strokes that touch, directly or through others: those of a table are one group.

    Union-find over the strokes from top to bottom: only those that reach down to the next one are compared with it.
    """
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
        active = [other for other in active if strokes[other].bottom >= stroke.top - SNAP]
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
        one.x0 <= other.x1 + SNAP
        and other.x0 <= one.x1 + SNAP
        and one.top <= other.bottom + SNAP
        and other.top <= one.bottom + SNAP
    )


def snap(values: Iterable[float]) -> list[float]:
    """``values`` in order, those no more than ``SNAP`` from the next as one, their mean."""
    clusters: list[list[float]] = []
    for value in sorted(values):
        if clusters and value - clusters[-1][-1] <= SNAP:
            clusters[-1].append(value)
        else:
            clusters.append([value])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def boxes_of(strokes: Sequence[Stroke]) -> list[Box]:
    """The cells that ``strokes`` enclose, from top to bottom; [] if they enclose none."""
    grid = _RuledGrid.of(
        level=[stroke for stroke in strokes if stroke.is_level],
        upright=[stroke for stroke in strokes if not stroke.is_level],
    )
    if grid is None:
        return []
    boxes = [grid.box(area) for area in grid.areas() if grid.is_enclosed(area)]
    return sorted(boxes, key=lambda box: (box.top, box.x0))


def _with_open_ends(ys: list[float], upright: Sequence[Stroke]) -> list[float]:
    """``ys`` and the ends of upright strokes that run on beyond them: a row that the page border cuts is not closed.

    One such stroke is a slip; two or more that end at the same height are the sides of a row.
    """
    top, bottom = min(stroke.top for stroke in upright), max(stroke.bottom for stroke in upright)
    ending_at_top = sum(abs(stroke.top - top) <= SNAP for stroke in upright)
    if ending_at_top > 1 and top < ys[0] - 2 * SNAP:
        ys = [top, *ys]
    ending_at_bottom = sum(abs(stroke.bottom - bottom) <= SNAP for stroke in upright)
    if ending_at_bottom > 1 and bottom > ys[-1] + 2 * SNAP:
        ys = [*ys, bottom]
    return ys


Pieces = set[tuple[int, int]]
"""Pieces of lines: the index of the line, and that of the first of the two lines across it between which it lies."""


def _ruled_pieces(
    strokes: Iterable[tuple[float, float, float]], lines: Sequence[float], across: Sequence[float]
) -> Pieces:
    """The pieces of ``lines`` between two neighbours of ``across`` that are ruled.

    A stroke is (where it lies, where it starts, where it ends): of level ones y, x0, x1, with ``lines`` in y and
    ``across`` in x; of upright ones the other way round.
    """
    covered: defaultdict[tuple[int, int], float] = defaultdict(float)
    for at, start, end in strokes:
        line = min(range(len(lines)), key=lambda i: abs(lines[i] - at))
        for piece, (low, high) in enumerate(pairwise(across)):
            covered[line, piece] += max(0.0, min(high, end) - max(low, start))
    return {
        (line, piece)
        for (line, piece), length in covered.items()
        if length >= _COVERED * (across[piece + 1] - across[piece])
    }


class _Area(Struct, frozen=True):
    """The part of the full grid that a cell takes, in rows and columns, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> range:
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        return range(self.left, self.right + 1)


class _RuledGrid(Struct, frozen=True):
    """The full grid of a table: its upright lines ``xs``, its level lines ``ys``, and which pieces are ruled."""

    xs: Sequence[float]
    ys: Sequence[float]
    level: Pieces
    upright: Pieces

    @classmethod
    def of(cls, *, level: Sequence[Stroke], upright: Sequence[Stroke]) -> _RuledGrid | None:
        """The grid that these strokes are set on; None if they have no cell between them.

        Raises ``ReadError`` for a grid beyond the limit.
        """
        xs = snap(stroke.x0 for stroke in upright)
        ys = snap(stroke.top for stroke in level)
        if len(xs) < 2 or not ys:
            return None
        ys = _with_open_ends(ys, upright)
        if len(ys) < 2:
            return None
        limits.check_area([[(1, len(xs))]] * len(ys))
        return cls(
            xs,
            ys,
            level=_ruled_pieces(((s.top, s.x0, s.x1) for s in level), ys, xs),
            upright=_ruled_pieces(((s.x0, s.top, s.bottom) for s in upright), xs, ys),
        )

    def areas(self) -> list[_Area]:
        """Areas that cover the grid: each grows to the right, then down, until a ruling stops it."""
        found: list[_Area] = []
        taken: set[tuple[int, int]] = set()
        for top in range(len(self.ys) - 1):
            for left in range(len(self.xs) - 1):
                if (top, left) not in taken:
                    area = self._grown(top, left, taken)
                    taken.update((row, column) for row in area.rows for column in area.columns)
                    found.append(area)
        return found

    def _grown(self, top: int, left: int, taken: set[tuple[int, int]]) -> _Area:
        right = left
        while (
            right + 2 < len(self.xs)
            and (right + 1, top) not in self.upright
            and (top, right + 1) not in taken
        ):
            right += 1
        bottom = top
        while bottom + 2 < len(self.ys) and not self._is_ruled_anywhere(bottom + 1, left, right):
            bottom += 1
        return _Area(top, left, bottom, right)

    def _is_ruled_anywhere(self, line: int, left: int, right: int) -> bool:
        """Whether any piece of a level line over these columns is ruled."""
        return any((line, column) in self.level for column in range(left, right + 1))

    def _is_ruled_above(self, area: _Area) -> bool:
        return all((area.top, column) in self.level for column in area.columns)

    def _is_ruled_below(self, area: _Area) -> bool:
        return all((area.bottom + 1, column) in self.level for column in area.columns)

    def is_enclosed(self, area: _Area) -> bool:
        """Whether at least three sides of a cell are ruled: a page border may take one away."""
        left = all((area.left, row) in self.upright for row in area.rows)
        right = all((area.right + 1, row) in self.upright for row in area.rows)
        return left + right + self._is_ruled_above(area) + self._is_ruled_below(area) >= 3

    def box(self, area: _Area) -> Box:
        """The cell that takes ``area``, without its text."""
        return Box(
            x0=self.xs[area.left],
            x1=self.xs[area.right + 1],
            top=self.ys[area.top],
            bottom=self.ys[area.bottom + 1],
            open=not (self._is_ruled_above(area) and self._is_ruled_below(area)),
        )
