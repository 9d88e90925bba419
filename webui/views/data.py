"""What the page on series shows: a table of agencies by years and a chart for each measure that was chosen.

The rule: every number leads to the row that it is printed in; a year that is not held and a cell that is empty look
different, and neither looks like 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from report_search.figures.scope import SCOPE_LABELS
from report_search.figures.selection import measure_of, ratio_of, select
from report_search.figures.series import AgencySeries, Series, series_of
from report_search.taxonomy.measures import Break, Measure, Ratio, measures, ratios
from webui import app_state, urls
from webui.views.line_chart import LineChart, line_chart, point_link
from webui.views.number_args import SeriesArguments

DEFAULT_MEASURE = "requests.new.total"
MOST_MEASURES = 6
MOST_AGENCIES = 200
"""A page shows so many agencies; the file has all."""
_EMPTY = {"empty": "空", "dash": "—"}


class NumberView(Struct, frozen=True):
    """A cell of the table: ``state`` is number, none (a report without it), not-held."""

    state: str
    text: str
    link: str
    title: str
    doubtful: bool


class AgencyRowView(Struct, frozen=True):
    """An agency's row; ``scope`` says whose numbers its reports give, where they say so."""

    agency: str
    link: str
    scope: str
    numbers: tuple[NumberView, ...]


class SeriesView(Struct, frozen=True):
    """A measure with its chart (None if there is nothing to draw) and its table."""

    key: str
    label: str
    unit: str
    message: str
    breaks: tuple[Break, ...]
    years: tuple[int, ...]
    rows: tuple[AgencyRowView, ...]
    left_out: int
    chart: LineChart | None


class MeasureChoice(Struct, frozen=True):
    """A measure that may be chosen."""

    key: str
    label: str
    chosen: bool


class DataView(Struct, frozen=True):
    """The page; ``choices`` are the measures that are held, by table."""

    series: tuple[SeriesView, ...]
    choices: tuple[tuple[str, tuple[MeasureChoice, ...]], ...]
    agencies: tuple[str, ...]
    years: tuple[str, ...]
    csv_link: str
    checks_link: str


def subjects(keys: Sequence[str]) -> list[Measure | Ratio]:
    """What ``keys`` name, the measure of requests received for none. Raises ``RequestError``."""
    return [ratio_of(key) or measure_of(key) for key in (keys or (DEFAULT_MEASURE,))[:MOST_MEASURES]]


def data_view(asked: SeriesArguments) -> DataView:
    """The page of what was asked for. Raises ``RequestError``, ``OperatorError``."""
    searcher, figures = app_state.searcher(), app_state.figures()
    chosen = select(searcher, agencies=asked.agencies, years=asked.years)
    found = subjects(asked.measures)
    scopes = figures.scopes()
    keys = [one.key for one in found]
    measures_asked = [one.key for one in found if isinstance(one, Measure)]
    values: dict[str, urls.Values] = {"agency": list(asked.agencies), "year": list(asked.years)}
    held = searcher.reports()
    all_series = [series_of(figures, one, chosen=chosen, held=held) for one in found]
    if not asked.years:
        all_series = [_in_its_years(one) for one in all_series]
    return DataView(
        series=tuple(_view(one, scopes) for one in all_series),
        choices=tuple(_choices(keys, figures.measures_held())),
        agencies=asked.agencies,
        years=asked.years,
        csv_link=urls.with_query(
            urls.endpoint_url("figures.series_as_csv"), {"measure": measures_asked, **values}
        )
        if measures_asked
        else "",
        checks_link=urls.with_query(urls.endpoint_url("figures.checks"), values),
    )


def _choices(chosen: Sequence[str], held: dict[str, int]) -> Iterable[tuple[str, tuple[MeasureChoice, ...]]]:
    stated = tuple(MeasureChoice(one.key, one.label, one.key in chosen) for one in ratios().values())
    yield "比率", stated
    listed = (one for one in measures().values() if one.key in held or one.key in chosen)
    for group, its in groupby(listed, key=lambda one: one.group):
        yield group, tuple(MeasureChoice(one.key, one.label, one.key in chosen) for one in its)


def _in_its_years(series: Series) -> Series:
    """``series`` from the first to the last year of which a report has it: before, its form was not there yet."""
    years = {year for one in series.agencies for year in one.points}
    if not years:
        return series
    shown = tuple(year for year in series.years if min(years) <= year <= max(years))
    return replace(series, years=shown, breaks=tuple(one for one in series.breaks if one.year in shown))


def _view(series: Series, scopes: dict[str, str]) -> SeriesView:
    shown = series.agencies[:MOST_AGENCIES]
    return SeriesView(
        key=series.key,
        label=series.label,
        unit=series.unit,
        message=series.message,
        breaks=series.breaks,
        years=series.years,
        rows=tuple(_row(one, series.years, scopes) for one in shown),
        left_out=len(series.agencies) - len(shown),
        chart=line_chart(series),
    )


def _row(one: AgencySeries, years: Sequence[int], scopes: dict[str, str]) -> AgencyRowView:
    said = {scopes.get(part.report, "") for point in one.points.values() for part in point.parts}
    return AgencyRowView(
        agency=one.agency,
        link=urls.with_query(urls.endpoint_url("pages.search"), {"agency": [one.agency]}),
        scope="、".join(SCOPE_LABELS[scope] for scope in sorted(said) if scope),
        numbers=tuple(number_view(one, year) for year in years),
    )


def number_view(one: AgencySeries, year: int) -> NumberView:
    """The number of an agency's year, or that there is none and why."""
    point = one.points.get(year)
    if point is None:
        if year in one.held:
            return NumberView("none", "", "", f"{year}年的报告没有这一项", doubtful=False)
        return NumberView("not-held", "", "", f"{year}年的报告未收录", doubtful=False)
    text = _EMPTY.get(point.status, point.text)
    title = "；".join(point.doubtful) or ("按图像识别" if point.status == "recognised" else "")
    state = "number" if point.value is not None else "none"
    return NumberView(state, text, point_link(point), title, doubtful=bool(point.doubtful))
