"""View model of the chart above a page of results: how many of the reports held say it, by year, agency or section.

Bars by year stand side by side in a drawing, whose places across are in percent, so that it fits any width; those by
agency and section are rows of a table. The rule: a year of which no report is held is hatched and never a bar of
height 0, and whatever is drawn is also said in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from report_search.fields import NO_YEAR, NO_YEAR_LABEL, TREND_FIELDS, TrendField
from report_search.search.counts.trend import Trend, TrendRow, trend_of
from report_search.search.request import SearchRequest
from report_search.search.searcher import SearchPage
from report_search.taxonomy.official_forms import FORM_YEARS
from webui import count_urls, urls
from webui.template_filters import number
from webui.views.options import OptionView

SWITCH_LABELS: Mapping[TrendField, str] = {"year": "按年份", "agency": "按机关", "section": "按章节"}
TOP, HEIGHT = 20, 84
"""Where the bars begin below the top of the drawing, and how high the bar of a share of 1 is, in pixels."""
SMALLEST = 2
"""The height of the smallest bar that is not nothing, in pixels."""
BAR_WIDTH = 0.64
"""The share of its place that a bar takes across."""
FEWEST_PLACES = 8
"""A drawing of fewer years leaves places free: one year is no wall."""
MAX_SIZE = 48
"""Drawings of more places than this are no wider; the style has a rule for every second number up to here."""
OPEN_ROWS = 10
"""How many rows by agency are open; the others are folded."""
MAX_ROWS = 50
"""How many agencies there are rows for; the page on mentions has all of them."""


class BarView(Struct, frozen=True):
    """A bar: its ``left`` edge, ``middle`` and ``width`` across in percent, its height from 0 to ``HEIGHT`` in pixels.

    ``place`` is the left edge of the place that it stands in. ``link`` is "" where no report is held; ``form`` says
    that a new form of the reports begins with this year.
    """

    name: str
    long: str
    short: str
    says: str
    link: str
    reports: int
    height: int
    place: str
    left: str
    middle: str
    row: TrendRow
    form: bool = False

    @property
    def top(self) -> int:
        """Where the bar begins, in pixels from the top of the drawing."""
        return TOP + HEIGHT - self.height


class GroupView(Struct, frozen=True):
    """An agency or a section: ``width`` is its share in percent."""

    name: str
    says: str
    link: str
    width: str
    row: TrendRow


class ChartView(Struct, frozen=True):
    """The chart of a page; ``slot`` and ``bar_width`` are the widths of a place and of a bar in percent.

    ``size`` is the number of places rounded up, by which the style keeps them wide enough to be tapped.
    """

    by: TrendField
    trend: Trend
    switches: tuple[OptionView, ...]
    bars: tuple[BarView, ...]
    groups: tuple[GroupView, ...]
    folded: tuple[GroupView, ...]
    more: int
    slot: str
    bar_width: str
    size: int
    forms: tuple[int, ...]
    has_gaps: bool
    mentions_link: str
    csv_link: str


def chart_view(page: SearchPage) -> ChartView | None:
    """The chart of a page whose complete hits were counted; None where none of the reports asked for is held."""
    request, trend = urls.first_page(page.request), trend_of(page)
    if not trend.held:
        return None
    bars = tuple(_bars(trend, request)) if request.by == "year" else ()
    groups = () if bars else tuple(_groups(trend, request))
    places = _places(trend)
    return ChartView(
        by=request.by,
        trend=trend,
        switches=tuple(_switch(by, request) for by in TREND_FIELDS),
        bars=bars,
        groups=groups[:OPEN_ROWS],
        folded=groups[OPEN_ROWS:MAX_ROWS],
        more=len(groups[MAX_ROWS:]),
        slot=_percent(100 / places),
        bar_width=_percent(BAR_WIDTH * 100 / places),
        size=min(MAX_SIZE, -(-places // 2) * 2),
        forms=tuple(year for year in FORM_YEARS if any(bar.form and bar.row.year == year for bar in bars)),
        has_gaps=any(not bar.link for bar in bars),
        mentions_link=count_urls.mentions_link(request),
        csv_link=urls.api_link(request, urls.PageAddress("api.trend_csv")),
    )


def _places(trend: Trend) -> int:
    """How many places across a drawing of the years of ``trend`` has."""
    return max(FEWEST_PLACES, len(trend.years))


def _switch(by: TrendField, request: SearchRequest) -> OptionView:
    return OptionView(SWITCH_LABELS[by], urls.search_link(replace(request, by=by)), by == request.by)


def _bars(trend: Trend, request: SearchRequest) -> Iterator[BarView]:
    link, slot = urls.alone_links(request, "year"), 100 / _places(trend)
    years = request.chosen("year")
    for at, row in enumerate(trend.years):
        is_known = row.value != NO_YEAR
        name = f"{row.value}年" if is_known else NO_YEAR_LABEL
        yield BarView(
            name=name,
            long=row.value if is_known else "不详",
            short=row.value[-2:] if is_known else "不详",
            says=f"{name}：{_says(row, is_asked=not years or row.value in years)}",
            link=link(row.value) if row.held else "",
            reports=row.reports,
            height=_height(row),
            place=_percent(at * slot),
            left=_percent((at + (1 - BAR_WIDTH) / 2) * slot),
            middle=_percent((at + 0.5) * slot),
            row=row,
            form=is_known and int(row.value) in FORM_YEARS,
        )


def _groups(trend: Trend, request: SearchRequest) -> Iterator[GroupView]:
    # Each agency is counted by itself, so its link leaves its predecessors out.
    link = urls.alone_links(replace(request, lineage=request.lineage and request.by != "agency"), request.by)
    for row in trend.groups:
        yield GroupView(row.label, _says(row), link(row.value), _percent(100 * (row.share or 0)), row)


def _says(row: TrendRow, *, is_asked: bool = True) -> str:
    if not row.held:
        return "未收录" if is_asked else "不在所选年份之内"
    return f"{number(row.passages)} 段 / {number(row.reports)} 份，收录 {number(row.held)} 份"


def _height(row: TrendRow) -> int:
    """The height of a bar in pixels: that of its share, but never so low that it looks like nothing."""
    return max(SMALLEST, round(HEIGHT * row.reports / row.held)) if row.reports else 0


def _percent(value: float) -> str:
    return f"{value:.2f}%"
