"""The numbers of the official tables: their series, their checks, the whole set to take away.

The rule: page, API and files give the same numbers, each with the row that it is printed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Response, render_template

from report_search.export.figure_csv import checks_csv
from report_search.figures.checks import Check
from report_search.figures.selection import select
from report_search.presentation.figure_payload import checks_payload
from webui import app_state
from webui.app_state import searcher
from webui.figure_args import CheckArguments, next_place, read_all_checks, read_checks, read_place
from webui.responses import attachment, json_response
from webui.view_decorators import conditional, use_args
from webui.views.checks import checks_view

blueprint = Blueprint("figures", __name__)


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
    return json_response(checks_payload(found[start:end], total=len(found), following=following, state=state))


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


def _checks(asked: CheckArguments) -> list[Check]:
    chosen = select(searcher(), asked.agencies, asked.years)
    return app_state.figures().checks(chosen, kinds=asked.kinds)
