"""Wording through the years, for people and for programs: the history of a sentence, two reports side by side.

The rule: page and API answer from the same call of ``report_search.wording``.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from report_search.presentation.wording_payload import comparison_payload, history_payload
from report_search.wording.comparison import compare as compare_reports
from report_search.wording.history import history as history_of
from webui import wording_urls
from webui.app_state import searcher
from webui.responses import json_response
from webui.view_decorators import conditional, use_args
from webui.views.wording import comparison_view, history_view

blueprint = Blueprint("wording", __name__)


@blueprint.get("/passages/<passage_id>/history")
@use_args(wording_urls.read_sentence)
@conditional
def history(sentence: int | None, passage_id: str) -> str:
    """A sentence of a passage in every year."""
    return render_template(
        "history.html", view=history_view(history_of(searcher(), passage_id, sentence=sentence))
    )


@blueprint.get("/api/v1/passages/<passage_id>/history")
@use_args(wording_urls.read_sentence)
@conditional
def history_api(sentence: int | None, passage_id: str) -> Response:
    """The same for programs."""
    return json_response(history_payload(history_of(searcher(), passage_id, sentence=sentence)))


@blueprint.get("/compare")
@use_args(wording_urls.read_report_pair)
@conditional
def compare(pair: wording_urls.ReportPair) -> str:
    """Two reports side by side."""
    return render_template("compare.html", view=comparison_view(compare_reports(searcher(), pair.a, pair.b)))


@blueprint.get("/api/v1/compare")
@use_args(wording_urls.read_report_pair)
@conditional
def compare_api(pair: wording_urls.ReportPair) -> Response:
    """The same for programs."""
    return json_response(comparison_payload(compare_reports(searcher(), pair.a, pair.b)))
