"""The rulings in the picture of a page: long straight ink, level and upright.

A ruling is what stays of the ink when everything shorter than a few characters is taken away, first along rows, then
along columns. The rule: an end that misses its crossing by a pixel or two reaches it, since cells are told by what
rulings enclose.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexer.readers.layout.sheet import Stroke
from indexer.readers.scans.ink import Ink

_SHORTEST = 14.0
"""Points of the shortest ruling, longer than any stroke of a character of the text."""
_THICKEST = 4.0
"""Points of the thickest ruling."""
_GAP = 1.2
"""Points of a gap that noise tears into a ruling."""
_RAGGED = 0.7
"""Points that the edge of a ruling may be ragged by."""
_CLEAR = 2.2
"""Points above and below a ruling that are paper …"""
_COVERED = 0.35
"""… but for this share of its length: where others meet it, and where text touches it."""
_REACH = 4.0
"""Points by which an end may miss the ruling that it meets."""
_LIKE = 8.0
"""A ruling is so many times longer than thick."""


class RuledInk(Struct, frozen=True):
    """The rulings of a page as strokes, in points, and as ink."""

    strokes: list[Stroke]
    ink: Ink


def rulings_of(ink: Ink, scale: float) -> RuledInk:
    """The rulings in ``ink``; ``scale`` is pixels a point."""
    level, level_ink = _long_runs(ink, scale)
    upright, upright_ink = _long_runs(np.ascontiguousarray(ink.T), scale)
    strokes = [Stroke(begin, end, at, at) for begin, end, at in level]
    strokes += [Stroke(at, at, begin, end) for begin, end, at in upright]
    return RuledInk(_reaching(_met(strokes)), level_ink | upright_ink.T)


def _long_runs(ink: Ink, scale: float) -> tuple[list[tuple[float, float, float]], Ink]:
    """The level rulings of ``ink`` as (begin, end, height) in points, and their ink."""
    import cv2

    length = max(8, round(_SHORTEST * scale))
    closed = cv2.morphologyEx(
        ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, max(2, round(_GAP * scale))), np.uint8)
    )
    # A slight slant breaks a ruling into steps; a pixel more in height keeps each step as long as it has to be.
    thick = cv2.dilate(closed, np.ones((2, 1), np.uint8))
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(long, connectivity=8)
    found = []
    kept = np.zeros(count, dtype=np.bool_)
    for at in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[at])
        thickness = area / width
        if thickness > _THICKEST * scale + 1 or width < _LIKE * thickness or height > 3 * _THICKEST * scale:
            continue
        middle = float(centres[at][1])
        if not _stands_alone(ink[:, x : x + width], y, y + height, scale=scale):
            continue
        kept[at] = True
        found.append((x / scale, (x + width) / scale, middle / scale))
    mask = kept[labels]
    return found, cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_)


def _stands_alone(ink: Ink, top: int, bottom: int, *, scale: float) -> bool:
    """Whether there is paper above and below a ruling: strokes of a line of text lie among others."""
    near, far = max(1, round(_RAGGED * scale)), max(3, round(_CLEAR * scale))
    above = ink[max(0, top - far) : max(0, top - near)].any(axis=0)
    below = ink[bottom + near : bottom + far].any(axis=0)
    return float((above | below).mean()) <= _COVERED


def _met(strokes: list[Stroke]) -> list[Stroke]:
    """``strokes`` without those that meet no ruling of the other direction: an underline, a stroke of a large 一."""
    level = [one for one in strokes if one.is_level]
    upright = [one for one in strokes if not one.is_level]
    meets = {id(one): 0 for one in strokes}
    for one in level:
        for other in upright:
            if _crosses(one, other):
                meets[id(one)] += 1
                meets[id(other)] += 1
    return [one for one in strokes if meets[id(one)] >= 2]


def _crosses(level: Stroke, upright: Stroke) -> bool:
    within = level.x0 - _REACH <= upright.x0 <= level.x1 + _REACH
    return within and upright.top - _REACH <= level.top <= upright.bottom + _REACH


def _reaching(strokes: list[Stroke]) -> list[Stroke]:
    """``strokes`` with their ends on the rulings that they nearly meet."""
    xs = [one.x0 for one in strokes if not one.is_level]
    ys = [one.top for one in strokes if one.is_level]
    moved = []
    for one in strokes:
        if one.is_level:
            moved.append(one._replace(x0=_nearest(one.x0, xs), x1=_nearest(one.x1, xs)))
        else:
            moved.append(one._replace(top=_nearest(one.top, ys), bottom=_nearest(one.bottom, ys)))
    return moved


def _nearest(value: float, others: list[float]) -> float:
    near = min(others, key=lambda other: abs(other - value), default=value)
    return near if abs(near - value) <= _REACH else value
