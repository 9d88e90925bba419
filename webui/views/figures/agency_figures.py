"""What an agency's page shows of its numbers: main measures of its tables and the longest series of its text, by year.

The rule: every number leads to the row or the sentence that it is printed in, and one of running text shows that
sentence; a year that is not held and a report that does not say it look different, and neither looks like 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from flask import url_for
from msgspec import Struct

from report_search.figures.of_agency import AgencyFigures
from report_search.figures.prose.series import ProsePoint, ProseSeries
from report_search.figures.series import Series
from webui import app_state, urls
from webui.views.data import NumberView, number_view
from webui.views.figures.sparkline import Sparkline, sparkline


class OfficialRow(Struct, frozen=True):
    """A measure of the tables; ``link`` leads to its chart."""

    label: str
    unit: str
    link: str
    numbers: tuple[NumberView, ...]


class SentenceView(Struct, frozen=True):
    """A sentence in three parts, the number in the middle; ``agency`` where another body said it, else ""."""

    year: int
    before: str
    number: str
    after: str
    link: str
    agency: str


class ProseRow(Struct, frozen=True):
    """A series of running text: its label, its line, its numbers by year and the sentences, newest first."""

    label: str
    line: Sparkline | None
    numbers: tuple[NumberView, ...]
    sentences: tuple[SentenceView, ...]


class AgencyFiguresView(Struct, frozen=True):
    """The numbers of an agency; ``total`` counts the series of running text that there are."""

    official_years: tuple[int, ...]
    official: tuple[OfficialRow, ...]
    prose_years: tuple[int, ...]
    prose: tuple[ProseRow, ...]
    total: int
    csv_link: str


def agency_figures_view(key: str, name: str, *, held: Collection[int]) -> AgencyFiguresView | None:
    """The numbers of an agency whose reports about the years ``held`` are there; None if it has none."""
    found = app_state.agency_figures(name)
    if found is None or not (found.official or found.prose):
        return None
    return _view(found, name, held=held, csv_link=url_for("figures.agency_as_csv", key=key))


def _view(found: AgencyFigures, name: str, *, held: Collection[int], csv_link: str) -> AgencyFiguresView:
    official_years = _span(year for series in found.official for year in series.agencies[0].points)
    prose_years = _span(point.year for series in found.prose for point in series.points)
    return AgencyFiguresView(
        official_years=official_years,
        official=tuple(_official(series, name, official_years) for series in found.official),
        prose_years=prose_years,
        prose=tuple(_prose(series, name, years=prose_years, held=held) for series in found.prose),
        total=found.total,
        csv_link=csv_link,
    )


def _span(years: Iterable[int]) -> tuple[int, ...]:
    """Every year from the first to the last of ``years``."""
    known = set(years)
    return tuple(range(min(known), max(known) + 1)) if known else ()


def _official(series: Series, name: str, years: Sequence[int]) -> OfficialRow:
    asked: dict[str, urls.Values] = {"measure": [series.key], "agency": [name]}
    return OfficialRow(
        label=series.label,
        unit=series.unit,
        link=urls.with_query(urls.endpoint_url("figures.series"), asked),
        numbers=tuple(number_view(series.agencies[0], year) for year in years),
    )


def _prose(series: ProseSeries, name: str, *, years: Sequence[int], held: Collection[int]) -> ProseRow:
    points = {point.year: point for point in series.points}
    values = [points[year].figure.value if year in points else None for year in years]
    return ProseRow(
        label=series.label,
        line=sparkline(values),
        numbers=tuple(_number(points.get(year), year, is_held=year in held) for year in years),
        sentences=tuple(_sentence(point, name) for point in series.points[::-1]),
    )


def _number(point: ProsePoint | None, year: int, *, is_held: bool) -> NumberView:
    if point is None:
        state = "none" if is_held else "not-held"
        return NumberView(state, "", "", "", doubtful=False)
    text = "".join(point.figure.text.split())
    return NumberView("number", text, _link(point), point.figure.sentence, doubtful=False)


def _sentence(point: ProsePoint, name: str) -> SentenceView:
    figure = point.figure
    end = figure.start + len(figure.text)
    return SentenceView(
        year=point.year,
        before=figure.sentence[: figure.start],
        number=figure.text,
        after=figure.sentence[end:],
        link=_link(point),
        agency=point.agency if point.agency != name else "",
    )


def _link(point: ProsePoint) -> str:
    return urls.report_link(point.report, passage=point.figure.passage)
