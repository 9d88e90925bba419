"""The numbers of an agency through the years as JSON and as lines of a terminal, and every one of them as a row.

The rule: a number of running text is never without its sentence; what is not known is null, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from report_search.presentation.payloads.agencies import (
    AgencySeriesPayload,
    OfficialSeriesPayload,
    OfficialValuePayload,
    ProseSeriesPayload,
    ProseValuePayload,
)
from report_search.presentation.site_links import SiteLinks

if TYPE_CHECKING:
    # Only named in annotations, so that nothing else is loaded for a few lines.
    from report_search.figures.of_agency import AgencyFigures
    from report_search.figures.prose.series import ProsePoint, ProseSeries
    from report_search.figures.series import AgencySeries, Series, SeriesPoint

ROW_COLUMNS = (
    *("kind", "series", "label", "agency", "year", "value", "high", "unit", "about", "text", "sentence"),
    *("passage", "report", "url"),
)
"""What each row of ``figure_rows`` holds."""


def agency_figures_payload(found: AgencyFigures | None, *, links: SiteLinks) -> AgencySeriesPayload | None:
    """The series of an agency; None for an index that has no figures."""
    if found is None:
        return None
    return AgencySeriesPayload(
        official=[_official(series, links) for series in found.official],
        prose=[_prose(series, links) for series in found.prose],
        prose_total=found.total,
    )


def figure_rows(found: AgencyFigures, links: SiteLinks) -> Iterator[list[Any]]:
    """Every number of the series of an agency, in the order of ``ROW_COLUMNS``; ``kind`` is table or prose."""
    for official in found.official:
        for point in _points(official):
            part = point.parts[0]
            said = (part.agency, point.year, point.value, None, official.unit, "", point.text, "")
            where = (point.passage, part.report, links.passage(point.passage)[0])
            yield ["table", official.key, official.label, *said, *where]
    for number, series in enumerate(found.prose, 1):
        for one in series.points:
            figure = one.figure
            counted = (figure.value, figure.high, figure.unit, figure.about, figure.text, figure.sentence)
            stands = (figure.passage, one.report, links.passage(figure.passage)[0])
            yield ["prose", str(number), figure.label, one.agency, one.year, *counted, *stands]


def agency_figure_lines(found: AgencyFigures | None) -> Iterator[str]:
    """The series of an agency: a line for each of its tables, and a line with its sentence for each of its text."""
    if found is None:
        return
    for official in found.official:
        years = "  ".join(f"{point.year}:{point.text or '空'}" for point in _points(official))
        yield f"统计表 {official.label}（{official.unit}）：{years}"
    for series in found.prose:
        yield f"正文 {series.label}"
        for one in series.points:
            yield f"  {one.year}  {one.figure.text}  {one.figure.sentence}  {one.figure.passage}"


def _points(series: Series) -> Iterator[SeriesPoint]:
    """The numbers of the one agency of a series, by year."""
    own: AgencySeries = series.agencies[0]
    return (point for _, point in sorted(own.points.items()))


def _official(series: Series, links: SiteLinks) -> OfficialSeriesPayload:
    return OfficialSeriesPayload(
        measure=series.key,
        label=series.label,
        unit=series.unit,
        values=[_official_value(point, links) for point in _points(series)],
    )


def _official_value(point: SeriesPoint, links: SiteLinks) -> OfficialValuePayload:
    url, link = links.passage(point.passage)
    return OfficialValuePayload(
        year=point.year,
        value=point.value,
        text=point.text,
        status=point.status,
        report=point.parts[0].report,
        passage=point.passage,
        url=url,
        link=link,
    )


def _prose(series: ProseSeries, links: SiteLinks) -> ProseSeriesPayload:
    return ProseSeriesPayload(
        label=series.label,
        nearness=series.nearness,
        values=[_value(point, links) for point in series.points],
    )


def _value(point: ProsePoint, links: SiteLinks) -> ProseValuePayload:
    figure = point.figure
    url, link = links.passage(figure.passage)
    return ProseValuePayload(
        year=point.year,
        label=figure.label,
        value=figure.value,
        high=figure.high,
        unit=figure.unit,
        about=figure.about,
        text=figure.text,
        sentence=figure.sentence,
        span=(figure.start, figure.start + len(figure.text)),
        agency=point.agency,
        report=point.report,
        passage=figure.passage,
        url=url,
        link=link,
    )
