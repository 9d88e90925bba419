"""A line chart as SVG: where its lines, marks and labels are drawn.

The rule: nothing is drawn that is not known. A line stops at a year without a number and at a break; a year of which no
report is held is hatched; a doubtful number has a mark of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from report_search.figures.series import AgencySeries, Series, SeriesPoint
from webui import urls

MOST_LINES = 8
"""More lines can't be told apart; further agencies stand in the table alone."""
WIDTH, HEIGHT = 760, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 18, 28
_TICKS = 4
_FEWEST_YEARS = 2
_LABELLED = 2
"""With so many lines or fewer, each number is written beside its point."""


class ChartPoint(Struct, frozen=True):
    """A number in the chart; ``link`` leads to its row."""

    x: float
    y: float
    label: str
    title: str
    link: str
    doubtful: bool


class ChartLine(Struct, frozen=True):
    """An agency's line in its stretches; ``number`` gives its colour."""

    agency: str
    number: int
    stretches: tuple[str, ...]
    points: tuple[ChartPoint, ...]


class ChartBand(Struct, frozen=True):
    """A year on the axis; ``hatched`` if no report of it is held."""

    x: float
    width: float
    year: int
    middle: float
    hatched: bool


class ChartMark(Struct, frozen=True):
    """A line across the chart with its label: a tick of the axis, or a break."""

    at: float
    label: str


class LineChart(Struct, frozen=True):
    """A chart of ``width`` by ``height``; ``left_out`` agencies stand in the table alone."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    bands: tuple[ChartBand, ...]
    ticks: tuple[ChartMark, ...]
    breaks: tuple[ChartMark, ...]
    lines: tuple[ChartLine, ...]
    left_out: int


def line_chart(series: Series) -> LineChart | None:
    """The chart of ``series``; None if there are no two years, or no number."""
    drawn = [one for one in series.agencies if _values(one)]
    shown = drawn[:MOST_LINES]
    if not shown or len(series.years) < _FEWEST_YEARS:
        return None
    values = [value for one in shown for value in _values(one)]
    scale = _Scale(series.years, low=min(0.0, *values), high=_ceiling(max(values)))
    held = frozenset().union(*(one.held for one in series.agencies))
    return LineChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        bands=tuple(scale.band(year, hatched=year not in held) for year in series.years),
        ticks=tuple(scale.ticks()),
        breaks=tuple(ChartMark(scale.band(one.year, hatched=False).x, one.message) for one in series.breaks),
        lines=tuple(_line(one, number, scale=scale, series=series) for number, one in enumerate(shown)),
        left_out=len(drawn) - len(shown),
    )


def _values(one: AgencySeries) -> list[float]:
    return [point.value for point in one.points.values() if point.value is not None]


class _Scale:
    """Where years and numbers are drawn."""

    def __init__(self, years: Sequence[int], *, low: float, high: float) -> None:
        self._first = years[0]
        self._step = (WIDTH - LEFT - RIGHT) / len(years)
        self._low, self._high = low, high if high > low else low + 1

    def band(self, year: int, *, hatched: bool) -> ChartBand:
        x = LEFT + (year - self._first) * self._step
        return ChartBand(round(x, 1), round(self._step, 1), year, round(x + self._step / 2, 1), hatched)

    def y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    def ticks(self) -> Iterator[ChartMark]:
        for number in range(_TICKS + 1):
            value = self._low + (self._high - self._low) * number / _TICKS
            yield ChartMark(
                self.y(value), f"{value:,.10g}" if abs(value) < 10**6 else f"{value / 10**4:,.6g}万"
            )


def _ceiling(value: float) -> float:
    """The next round number (1, 2, 4, 5 or 8 with zeros) that is not below ``value``."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next((step * size for step in (1, 2, 4, 5, 8, 10) if step * size >= value), value)


def _line(one: AgencySeries, number: int, *, scale: _Scale, series: Series) -> ChartLine:
    stretches: list[list[str]] = [[]]
    points: list[ChartPoint] = []
    broken = {found.year for found in series.breaks}
    for year in series.years:
        point = one.points.get(year)
        if year in broken or point is None or point.value is None:
            stretches.append([])
        if point is not None and point.value is not None:
            drawn = _point(point, one.agency, scale=scale, series=series)
            points.append(drawn)
            stretches[-1].append(f"{drawn.x},{drawn.y}")
    return ChartLine(one.agency, number, tuple(" ".join(s) for s in stretches if len(s) > 1), tuple(points))


def _point(point: SeriesPoint, agency: str, *, scale: _Scale, series: Series) -> ChartPoint:
    is_labelled = len(series.agencies) <= _LABELLED
    doubt = f"（{'；'.join(point.doubtful)}）" if point.doubtful else ""
    return ChartPoint(
        x=scale.band(point.year, hatched=False).middle,
        y=scale.y(point.value or 0.0),
        label=point.text if is_labelled else "",
        title=f"{agency} {point.year}年：{point.text}{doubt}",
        link=point_link(point),
        doubtful=bool(point.doubtful),
    )


def point_link(point: SeriesPoint) -> str:
    """The address of the row that a number is printed in."""
    row = point.parts[0]
    return urls.report_link(row.report, passage=row.passage)
