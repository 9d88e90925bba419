"""The numbers of the official tables: their series, their checks, the whole set to take away.

The rule: page, API and files give the same numbers, each with the row that it is printed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flask import Blueprint, Response, render_template, url_for

from report_search.errors import RequestError
from report_search.export.data_set import COLUMNS, croissant, datapackage, datasette_metadata
from report_search.export.figure_csv import agency_csv, cells_csv, checks_csv, series_csv
from report_search.figures.checks import Check
from report_search.figures.database import FigureSelection
from report_search.figures.of_agency import figures_of_agency
from report_search.figures.selection import measure_of, select
from report_search.presentation.english.answers import english_checks, english_measure
from report_search.presentation.figure_payload import checks_payload, measures_payload, series_payload
from report_search.presentation.json_payload import encoded
from report_search.taxonomy.measures import measures, ratios
from webui import app_state, site
from webui.answers.language import in_language
from webui.app_state import searcher
from webui.front.guessed_addresses import moved
from webui.paging_links import with_paging
from webui.responses import attachment, json_response
from webui.view_decorators import conditional, no_args, use_args
from webui.views.checks import checks_view
from webui.views.data import DEFAULT_MEASURE, data_view
from webui.views.number_args import (
    CheckArguments,
    SeriesArguments,
    next_place,
    read_all_checks,
    read_checks,
    read_place,
    read_series,
)

_CHUNK = 1 << 16
blueprint = Blueprint("figures", __name__)


@blueprint.get("/data")
@use_args(partial(read_series, strict=False))
@conditional
def series(asked: SeriesArguments) -> str:
    """Series through the years as tables and charts."""
    return render_template("data.html", view=data_view(asked))


@blueprint.get("/api/v1/measures")
@no_args
@conditional
def measures_for_programs() -> Response:
    """Every measure and ratio."""
    return json_response(measures_payload(measures().values(), ratios().values()))


@blueprint.get("/api/v1/series")
@use_args(partial(read_series, strict=True))
@conditional
def series_for_programs(asked: SeriesArguments) -> Response:
    """The series of one measure."""
    if len(asked.measures) != 1:
        raise RequestError(
            "one-measure", "一次请求一个指标。", hint="请给出一个 measure；全部指标见 /api/v1/measures。"
        )
    found = in_language(measure_of(asked.measures[0]), english_measure)
    rows = app_state.figures().series(found.key, _chosen(asked))
    return json_response(series_payload(found, rows, state=searcher().state(), links=site.address().links))


@blueprint.get("/api/v1/series.csv")
@use_args(partial(read_series, strict=True))
@conditional
def series_as_csv(asked: SeriesArguments) -> Response:
    """The series of several measures, one after the other."""
    figures, chosen = app_state.figures(), _chosen(asked)
    found = [measure_of(key) for key in asked.measures or (DEFAULT_MEASURE,)]
    return csv_response(
        series_csv([(one, figures.series(one.key, chosen)) for one in found], site.address().links),
        "数据.csv",
    )


@blueprint.get("/api/v1/agencies/<key>/series.csv")
@no_args
@conditional
def agency_as_csv(key: str) -> Response:
    """The numbers of an agency through the years, as its page shows them; by a name of it, where they are."""
    named = searcher().agencies().named(key)
    if named is not None and named.key != key:
        return moved(url_for("figures.agency_as_csv", key=named.key))
    card = searcher().agencies().card(key)
    found = figures_of_agency(searcher(), app_state.figures(), name=card.name)
    return csv_response(agency_csv(found, site.address().links), f"{card.name}历年数字.csv")


@blueprint.get("/data/download")
@no_args
@conditional
def download() -> str:
    """What can be taken away whole, and how to read it."""
    figures = app_state.figures()
    return render_template(
        "download.html", columns=COLUMNS, size=figures.path.stat().st_size, sha256=figures.sha256
    )


@blueprint.get("/data/cells.csv")
@no_args
@conditional
def cells() -> Response:
    """Every cell with its source."""
    return csv_response(cells_csv(app_state.figures()), "cells.csv")


@blueprint.get("/data/data.sqlite")
@no_args
@conditional
def database() -> Response:
    """The file itself."""
    path = app_state.figures().path
    response = Response(_bytes_of(path), content_type="application/vnd.sqlite3")
    response.headers["Content-Disposition"] = attachment(path.name)
    response.content_length = path.stat().st_size
    return response


@blueprint.get("/data/datapackage.json")
@no_args
@conditional
def data_package() -> Response:
    """What ``cells.csv`` holds, for Frictionless."""
    return json_response(datapackage(app_state.figures(), base="", built=searcher().state().built))


@blueprint.get("/data/dataset.jsonld")
@no_args
@conditional
def data_set() -> Response:
    """What ``cells.csv`` holds, for Croissant."""
    base = f"{site.address().root}/data/"
    described = croissant(app_state.figures(), base=base, built=searcher().state().built)
    return Response(encoded(described) + b"\n", content_type="application/ld+json")


@blueprint.get("/data/metadata.yml")
@no_args
@conditional
def metadata() -> Response:
    """How datasette should show ``data.sqlite``."""
    lines = "".join(f"{line}\n" for line in datasette_metadata())
    return Response(lines, content_type="application/yaml; charset=utf-8")


@blueprint.get("/data/checks")
@use_args(partial(read_checks, strict=False))
@conditional
def checks(asked: CheckArguments) -> str:
    """Sums and carry-overs that do not hold, the largest difference first."""
    return render_template("checks.html", view=checks_view(asked, _checks(asked)))


@blueprint.get("/api/v1/checks")
@use_args(partial(read_checks, strict=True))
@conditional
def checks_for_programs(asked: CheckArguments) -> Response:
    """The same as JSON, page by page."""
    found, state = _checks(asked), searcher().state()
    start = read_place(asked.cursor, state.generation)
    end = start + asked.limit
    following = next_place(end, state.generation) if end < len(found) else None
    shown = in_language(found[start:end], english_checks)
    payload = checks_payload(shown, total=len(found), following=following, state=state)
    return with_paging(json_response(payload), following)


@blueprint.get("/api/v1/checks.csv")
@use_args(read_all_checks)
@conditional
def checks_as_csv(asked: CheckArguments) -> Response:
    """The same as a table, all of it."""
    return csv_response(checks_csv(_checks(asked)), "数字核对.csv")


def csv_response(chunks: Iterator[bytes], name: str) -> Response:
    """A table to keep under ``name``."""
    response = Response(chunks, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = attachment(name)
    return response


def _bytes_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _chosen(asked: SeriesArguments) -> FigureSelection:
    return select(searcher(), agencies=asked.agencies, years=asked.years)


def _checks(asked: CheckArguments) -> list[Check]:
    chosen = select(searcher(), agencies=asked.agencies, years=asked.years)
    return app_state.figures().checks(chosen, kinds=asked.kinds)
