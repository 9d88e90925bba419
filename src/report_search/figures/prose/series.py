"""Series of figures in prose: what an agency and those that it came from say of the same thing, year by year.

The rule: a series joins only what is called alike (``likeness``), with one figure a year, and every number keeps the
sentence that it was said in; of two that may follow, the one in the more similar sentence does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from report_search.figures.prose.likeness import Traits, likeness, sentences_alike, traits
from report_search.figures.prose.reading import ProseFigure

LONGEST = 10
"""So many series of an agency are shown, the longest."""
_FEWEST = 2


class ProsePoint(Struct, frozen=True):
    """A figure of the report ``report`` of ``agency`` about ``year``."""

    year: int
    agency: str
    report: str
    figure: ProseFigure


class ProseSeries(Struct, frozen=True):
    """Figures of one thing by year, the oldest first, at most one a year.

    ``nearness`` is how alike the labels of two that follow each other are at least, from 0 to 1.
    """

    points: tuple[ProsePoint, ...]
    nearness: float

    @property
    def label(self) -> str:
        """What the newest report calls it."""
        return self.points[-1].figure.label

    @property
    def unit(self) -> str:
        """The unit of the newest report."""
        return self.points[-1].figure.unit


class _Chain(Struct):
    points: list[ProsePoint]
    nearness: float = 1.0

    @property
    def last(self) -> ProsePoint:
        return self.points[-1]


class _Pair(NamedTuple):
    """A chain and a figure that may follow in it, by their numbers; the greatest pair is the best."""

    score: float
    sentences: float
    chain: int
    point: int


def prose_series(points: Iterable[ProsePoint]) -> list[ProseSeries]:
    """The series that ``points`` make, the longest first; ``points`` are in the order of the reports.

    Of reports about one year those that come first are joined first.
    """
    # Only figures with the same traits can follow each other.
    groups: dict[Traits, list[ProsePoint]] = defaultdict(list)
    for point in sorted(points, key=lambda point: point.year):
        if found := traits(point.figure):
            groups[found].append(point)
    chains = (chain for group in groups.values() for chain in _chains(group))
    series = [
        ProseSeries(tuple(one.points), round(one.nearness, 3)) for one in chains if len(one.points) >= _FEWEST
    ]
    return sorted(series, key=_rank)


def _rank(one: ProseSeries) -> tuple[int, int, float, str]:
    """The longest first, then those that go on until today, then the most alike."""
    return -len(one.points), -one.points[-1].year, -one.nearness, one.label


def _chains(points: Iterable[ProsePoint]) -> list[_Chain]:
    chains: list[_Chain] = []
    for _, report in groupby(points, key=lambda point: (point.year, point.report)):
        _extend(chains, list(report))
    return chains


def _extend(chains: list[_Chain], points: Sequence[ProsePoint]) -> None:
    """Let each chain take the figure of a report that is nearest to it; what no chain takes begins one of its own."""
    free = {number: chain for number, chain in enumerate(chains) if chain.last.year < points[0].year}
    left = dict(enumerate(points))
    for pair in sorted(_pairs(free, points), reverse=True):
        if pair.chain in free and pair.point in left:
            chain = free.pop(pair.chain)
            chain.points.append(left.pop(pair.point))
            chain.nearness = min(chain.nearness, pair.score)
    chains += [_Chain([point]) for point in left.values()]


def _pairs(chains: Mapping[int, _Chain], points: Sequence[ProsePoint]) -> Iterator[_Pair]:
    for number, chain in chains.items():
        for at, point in enumerate(points):
            if score := likeness(chain.last.figure, point.figure):
                yield _Pair(score, sentences_alike(chain.last.figure, point.figure), number, at)
