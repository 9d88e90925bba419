"""Pages, JSON and files on wording. The shapes are made by ``presentation``, for the command line as well."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask import Blueprint, Response, render_template
from msgspec.structs import replace

from report_search.errors import GoneError
from report_search.export.concordance_csv import concordance_csv as csv_of
from report_search.export.formats import file_name
from report_search.presentation.concordance_payload import concordance_payload
from report_search.presentation.distinctive_payload import distinctive_payload
from report_search.presentation.english.answers import english_concordance, english_words
from report_search.presentation.phrases_payload import phrases_payload
from report_search.presentation.wording_payload import rewriting_payload
from report_search.search.request import SearchRequest
from report_search.wording.concordance import ConcordanceRequest, concordance_page
from report_search.wording.concordance import concordance as whole_concordance
from report_search.wording.distinctive import selection_words
from report_search.wording.phrases import year_phrases
from report_search.wording.rewriting import rewriting as rewriting_of
from webui import site
from webui.answers.language import in_language
from webui.app_state import searcher
from webui.front.guessed_addresses import moved
from webui.paging_links import with_paging
from webui.phrasing.concordance_view import concordance_view
from webui.phrasing.distinctive_view import distinctive_view
from webui.phrasing.phrases_view import phrases_view
from webui.phrasing.rewriting_view import rewriting_view
from webui.phrasing_urls import (
    PhrasesArguments,
    phrases_link,
    read_concordance,
    read_concordance_file,
    read_phrases,
    read_selection,
    refuse_parameters,
    rewriting_link,
)
from webui.responses import attachment, json_response
from webui.view_decorators import conditional, use_args

blueprint = Blueprint("phrasing", __name__)
INDEX_UPDATED = "索引已经更新，原来的翻页位置不再有效，已从第一页重新列出。"


@blueprint.get("/concordance")
@use_args(partial(read_concordance, strict=False))
@conditional
def concordance(asked: ConcordanceRequest) -> str:
    """Every place that a query marks, one a line; from the first page if its cursor is outdated."""
    notice = ""
    try:
        page = concordance_page(searcher(), asked)
    except GoneError:
        page = concordance_page(searcher(), replace(asked, search=replace(asked.search, cursor="")))
        notice = INDEX_UPDATED
    return render_template("concordance.html", view=concordance_view(page, notice=notice))


@blueprint.get("/api/v1/concordance")
@use_args(partial(read_concordance, strict=True))
@conditional
def concordance_api(asked: ConcordanceRequest) -> Response:
    """The same lines for programs."""
    page = in_language(concordance_page(searcher(), asked), english_concordance)
    payload = concordance_payload(page, site.address().links)
    return with_paging(json_response(payload), payload.next)


@blueprint.get("/api/v1/concordance.csv")
@use_args(read_concordance_file)
@conditional
def concordance_csv(asked: ConcordanceRequest) -> Response:
    """Every line as a file."""
    found = whole_concordance(searcher(), asked)
    response = Response(csv_of(found, site.address()), content_type="text/csv; charset=utf-8")
    name = file_name(found.request.search.text, "csv", made=datetime.now().astimezone())
    response.headers["Content-Disposition"] = attachment(name)
    return response


@blueprint.get("/agencies/<key>/phrases")
@use_args(read_phrases)
@conditional
def phrases(asked: PhrasesArguments, key: str) -> str | Response:
    """What is new and what is last in a year of an agency; by a name of it, where it is."""
    named = searcher().agencies().named(key)
    if named is not None and named.key != key:
        return moved(phrases_link(named.key))
    card = searcher().agencies().card(key)
    found = year_phrases(searcher(), card, year=asked.year, lineage=asked.lineage)
    has_predecessors = bool(searcher().predecessors(card.name))
    view = phrases_view(found, lineage=asked.lineage, has_predecessors=has_predecessors)
    return render_template("phrases.html", view=view)


@blueprint.get("/api/v1/agencies/<key>/phrases")
@use_args(read_phrases)
@conditional
def phrases_api(asked: PhrasesArguments, key: str) -> Response:
    """The same for programs."""
    card = searcher().agencies().card(key)
    found = year_phrases(searcher(), card, year=asked.year, lineage=asked.lineage)
    return json_response(phrases_payload(found, site.address().links))


@blueprint.get("/agencies/<key>/rewriting")
@use_args(refuse_parameters)
@conditional
def rewriting(asked: None, key: str) -> str | Response:
    """How much of each report of an agency was rewritten; by a name of it, where it is."""
    named = searcher().agencies().named(key)
    if named is not None and named.key != key:
        return moved(rewriting_link(named.key))
    found = rewriting_of(searcher(), searcher().agencies().card(key))
    return render_template("rewriting.html", view=rewriting_view(found))


@blueprint.get("/api/v1/agencies/<key>/rewriting")
@use_args(refuse_parameters)
@conditional
def rewriting_api(asked: None, key: str) -> Response:
    """The same for programs."""
    return json_response(rewriting_payload(rewriting_of(searcher(), searcher().agencies().card(key))))


@blueprint.get("/distinctive")
@use_args(partial(read_selection, strict=False))
@conditional
def distinctive(asked: SearchRequest) -> str:
    """The words that what a search finds says more often than all else."""
    return render_template("distinctive.html", view=distinctive_view(selection_words(searcher(), asked)))


@blueprint.get("/api/v1/distinctive")
@use_args(partial(read_selection, strict=True))
@conditional
def distinctive_api(asked: SearchRequest) -> Response:
    """The same for programs."""
    found = in_language(selection_words(searcher(), asked), english_words)
    return json_response(distinctive_payload(found))
