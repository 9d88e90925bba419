"""Drawn paths to strokes: the straight level and upright lines that can be rulings of a table.

The rule: a bar that is filled and no thicker than ``THIN`` is a ruling along its middle; word processors draw borders
so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from indexer.readers.layout.sheet import Stroke

THIN = 3.0
"""Points of the thickest ruling."""
Point = tuple[float, float]


def strokes_of(points: Sequence[Point], *, is_stroked: bool) -> Iterator[Stroke]:
    """The rulings of a path through ``points``, on the page as read: its lines, or the thin bar that it fills."""
    if is_stroked:
        yield from _straight(points)
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if min(max(xs) - min(xs), max(ys) - min(ys)) <= THIN:
        yield from _straight(_middle_line(xs, ys))


def _middle_line(xs: Sequence[float], ys: Sequence[float]) -> list[Point]:
    """The line along the middle of a thin bar, from its first end to its last."""
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if x1 - x0 >= y1 - y0:
        middle = (y0 + y1) / 2
        return [(x0, middle), (x1, middle)]
    middle = (x0 + x1) / 2
    return [(middle, y0), (middle, y1)]


def _straight(points: Sequence[Point]) -> Iterator[Stroke]:
    """The level and upright lines between consecutive points, a slant of less than a point put right."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(y0 - y1) < 1 <= abs(x0 - x1):
            yield Stroke(min(x0, x1), max(x0, x1), (y0 + y1) / 2, (y0 + y1) / 2)
        elif abs(x0 - x1) < 1 <= abs(y0 - y1):
            yield Stroke((x0 + x1) / 2, (x0 + x1) / 2, min(y0, y1), max(y0, y1))
