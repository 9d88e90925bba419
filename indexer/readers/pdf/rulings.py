"""Rulings to cells: a cell is what strokes enclose, a span is where a stroke is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.readers import limits
from indexer.readers.pdf.sheet import Stroke

SNAP = 2.5
"""Points within which two edges are one."""
_COVERED = 0.6


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its edges on the page and its text; ``open`` if no ruling closes it above or below."""

    x0: float
    x1: float
    top: float
    bottom: float
    text: str = ""
    open: bool = False


def whole(strokes: Iterable[Stroke]) -> list[Stroke]:
    """The rulings without those that only repeat or prolong another; [] if they are too many to be tables."""
    kept: list[Stroke] = []
    for level in (True, False):
        lines = [stroke for stroke in strokes if stroke.is_level == level]
        for stroke in sorted(lines, key=lambda one: (one.top, one.x0) if level else (one.x0, one.top)):
            last = kept[-1] if kept and kept[-1].is_level == level else None
            if last and _prolongs(last, stroke, level=level):
                kept[-1] = replace(last, x1=max(last.x1, stroke.x1), bottom=max(last.bottom, stroke.bottom))
            else:
                kept.append(stroke)
    return kept if len(kept) <= limits.MAX_RULINGS else []


def _prolongs(last: Stroke, stroke: Stroke, *, level: bool) -> bool:
    if level:
        return last.top == stroke.top and stroke.x0 <= last.x1 + SNAP
    return last.x0 == stroke.x0 and stroke.top <= last.bottom + SNAP


def groups(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
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


def snapped(values: Iterable[float]) -> list[float]:
    """``values`` in order, those closer than ``SNAP`` as one."""
    clusters: list[list[float]] = []
    for value in sorted(values):
        if clusters and value - clusters[-1][-1] <= SNAP:
            clusters[-1].append(value)
        else:
            clusters.append([value])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def boxes_of(strokes: Sequence[Stroke]) -> list[Box]:
    """The cells that ``strokes`` enclose; [] if they enclose none."""
    xs = snapped(stroke.x0 for stroke in strokes if not stroke.is_level)
    ys = snapped(stroke.top for stroke in strokes if stroke.is_level)
    if len(xs) < 2 or not ys:
        return []
    ys = _with_open_ends(ys, [stroke for stroke in strokes if not stroke.is_level])
    if len(ys) < 2:
        return []
    limits.check_area([[(1, len(xs))]] * len(ys))
    level = _coverage(((s.top, s.x0, s.x1) for s in strokes if s.is_level), ys, xs)
    upright = _coverage(((s.x0, s.top, s.bottom) for s in strokes if not s.is_level), xs, ys)
    places = _merged(len(ys) - 1, len(xs) - 1, level=level, upright=upright)
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
    reaching = sum(abs(stroke.top - top) <= SNAP for stroke in upright)
    if reaching > 1 and top < ys[0] - 2 * SNAP:
        ys = [top, *ys]
    reaching = sum(abs(stroke.bottom - bottom) <= SNAP for stroke in upright)
    if reaching > 1 and bottom > ys[-1] + 2 * SNAP:
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
    rows: int, columns: int, *, level: set[tuple[int, int]], upright: set[tuple[int, int]]
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
