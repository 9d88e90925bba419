"""A small line of numbers by year, without labels: the numbers stand beside it.

The rule: the line begins at 0, so that a small change looks small, and stops at a year without a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

WIDTH, HEIGHT = 120, 28
_MARGIN = 3
_FEWEST = 3


class Sparkline(Struct, frozen=True):
    """Stretches of points as SVG has them, and the points that stand alone, in a box of ``width`` by ``height``."""

    width: int
    height: int
    stretches: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]


def sparkline(values: Sequence[float | None]) -> Sparkline | None:
    """The line of ``values``, one a year, None where there is none; None for fewer than three numbers."""
    known = [value for value in values if value is not None]
    if len(known) < _FEWEST:
        return None
    low, high = min(0.0, *known), max(known)
    scale = (HEIGHT - 2 * _MARGIN) / (high - low or 1)
    step = (WIDTH - 2 * _MARGIN) / (len(values) - 1)
    points = [
        None
        if value is None
        else (round(_MARGIN + at * step, 1), round(HEIGHT - _MARGIN - (value - low) * scale, 1))
        for at, value in enumerate(values)
    ]
    runs = list(_runs(points))
    return Sparkline(
        WIDTH,
        HEIGHT,
        tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        tuple(run[0] for run in runs if len(run) == 1),
    )


def _runs(points: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    """Points that follow each other without a gap."""
    run: list[tuple[float, float]] = []
    for point in (*points, None):
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []
