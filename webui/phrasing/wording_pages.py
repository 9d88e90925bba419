"""Wording through the years, for people and for programs: histories of sentences, comparisons, pasted text.

The rule: page and API answer from the same call of ``report_search.wording``; nothing of a pasted text is kept.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from report_search.errors import RequestError
from report_search.export.match_table import match_csv
from report_search.presentation.english.answers import english_matching
from report_search.presentation.wording_payload import comparison_payload, history_payload, match_chunks
from report_search.wording.comparison import compare as compare_reports
from report_search.wording.history import history as history_of
from report_search.wording.matching import match as match_text
from webui import site, wording_urls
from webui.answers.language import in_language
from webui.app_state import searcher
from webui.responses import NOT_STORED, attachment, json_response
from webui.view_decorators import conditional, no_args, use_args
from webui.views.wording import blank_match_view, comparison_view, history_view, match_view

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
    return render_template(
        "compare.html", view=comparison_view(compare_reports(searcher(), (pair.a, pair.b)))
    )


@blueprint.get("/api/v1/compare")
@use_args(wording_urls.read_report_pair)
@conditional
def compare_api(pair: wording_urls.ReportPair) -> Response:
    """The same for programs."""
    return json_response(comparison_payload(compare_reports(searcher(), (pair.a, pair.b))))


@blueprint.get("/match")
@no_args
@conditional
def match_box() -> str:
    """The box for a text that is to be matched."""
    return render_template("match.html", view=blank_match_view())


@blueprint.post("/match")
@no_args
def match() -> Response:
    """Where each sentence or line of a pasted text stands; a text that can't be matched stays in the box."""
    pasted = wording_urls.read_pasted()
    try:
        view = match_view(match_text(searcher(), pasted.text, mode=pasted.mode), pasted)
    except RequestError as error:
        return _unstored(render_template("match.html", view=blank_match_view(pasted, error)), 400)
    return _unstored(render_template("match.html", view=view))


@blueprint.post("/api/v1/match")
@no_args
def match_api() -> Response:
    """The same for programs."""
    pasted = wording_urls.read_pasted()
    found = in_language(match_text(searcher(), pasted.text, mode=pasted.mode), english_matching)
    return Response(match_chunks(found), mimetype="application/json")


@blueprint.post("/api/v1/match.csv")
@no_args
def match_file() -> Response:
    """The same as a table: a line for each piece and report."""
    pasted = wording_urls.read_pasted()
    table = match_csv(match_text(searcher(), pasted.text, mode=pasted.mode), site.address().passage)
    response = Response(table, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = attachment("比对.csv")
    return response


def _unstored(page: str, status: int = 200) -> Response:
    response = Response(page, status)
    response.headers["Cache-Control"] = NOT_STORED
    return response
