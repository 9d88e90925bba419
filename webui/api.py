"""The same searches as JSON. Its shapes are made by ``presentation.json_payload``, for the command line as well.

The rule: parsing is strict. An unknown parameter, a value that names nothing or a query that can't be read is a 400
that says which and why, never an empty 200.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, url_for

from report_search.presentation.agency_figures import agency_figures_payload
from report_search.presentation.chosen_fields import with_fields, with_row_cells
from report_search.presentation.count_payloads import (
    mentions_payload,
    mentions_table,
    trend_payload,
    trend_table,
)
from report_search.presentation.english.answers import english_page, english_report, english_summaries
from report_search.presentation.json_payload import (
    agencies_payload,
    agency_detail_payload,
    completions_payload,
    passage_payload,
    reports_payload,
    search_payload,
    summary_payload,
)
from report_search.presentation.report_payload import report_payload
from report_search.search.counts.asking import count
from report_search.search.counts.mentions import TALLIES as MENTION_TALLIES
from report_search.search.counts.trend import tallies_of
from report_search.search.request import SearchRequest
from webui import app_state, count_urls, site, urls
from webui.answers.language import in_language
from webui.app_state import searcher
from webui.front.guessed_addresses import moved
from webui.operating.watching import note_missed
from webui.paging_links import with_paging
from webui.responses import csv_response, json_response
from webui.search_args import SearchArguments, read_search
from webui.view_decorators import conditional, no_args, use_args

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
@use_args(read_search)
@conditional
def search(asked: SearchArguments) -> Response:
    """Hits, totals and facets of a query."""
    found = searcher().search(asked.request)
    note_missed(found)
    found = in_language(found, english_page)
    if asked.cells:
        found = with_row_cells(found, searcher().generation().report)
    payload = search_payload(found, site.address().links)
    return with_paging(
        json_response(with_fields(payload, asked.fields)), payload.next, previous=payload.previous
    )


@blueprint.get("/api/v1/trend")
@use_args(partial(urls.read_request, strict=True))
@conditional
def trend(asked: SearchRequest) -> Response:
    """A query counted by year against the reports held; ``by`` adds agencies or sections."""
    page = count(searcher(), asked, tallies=tallies_of(asked))
    return json_response(trend_payload(in_language(page, english_page)))


@blueprint.get("/api/v1/trend.csv")
@use_args(partial(urls.read_request, strict=True))
@conditional
def trend_csv(asked: SearchRequest) -> Response:
    """The same as a table."""
    page = count(searcher(), asked, tallies=tallies_of(asked))
    return csv_response(trend_table(page), f"trend-{asked.by}.csv")


@blueprint.get("/api/v1/mentions")
@use_args(partial(count_urls.read_mentions, strict=True))
@conditional
def mentions(asked: count_urls.MentionsArguments) -> Response:
    """Who mentions what a query asks for and who does not, by agency and year."""
    page = count(searcher(), asked.request, tallies=MENTION_TALLIES)
    return json_response(mentions_payload(in_language(page, english_page), only=asked.only))


@blueprint.get("/api/v1/mentions.csv")
@use_args(partial(count_urls.read_mentions, strict=True))
@conditional
def mentions_csv(asked: count_urls.MentionsArguments) -> Response:
    """The same as a table, a row for each year of each agency."""
    page = count(searcher(), asked.request, tallies=MENTION_TALLIES)
    return csv_response(mentions_table(page, only=asked.only), "mentions.csv")


@blueprint.get("/api/v1/completions")
@use_args(partial(urls.read_request, strict=True))
@conditional
def completions(asked: SearchRequest) -> Response:
    """What may follow the text in the search box, with its filters."""
    return json_response(completions_payload(searcher().completions(asked), searcher().state()))


@blueprint.get("/api/v1/reports")
@no_args
@conditional
def reports() -> Response:
    """Every report of the index."""
    return json_response(
        reports_payload(
            in_language(searcher().reports(), english_summaries),
            searcher().state(),
            links=site.address().links,
        )
    )


@blueprint.get("/api/v1/reports/<report_id>")
@no_args
@conditional
def report(report_id: str) -> Response:
    """One report, whole, as ``report-search parse --json`` gives it."""
    found = in_language(searcher().report(report_id), english_report)
    passages = searcher().whole_report(report_id)
    return json_response(report_payload(found, passages, links=site.address().links))


@blueprint.get("/api/v1/passages/<passage_id>")
@no_args
@conditional
def passage(passage_id: str) -> Response:
    """One passage with its locator and its source."""
    found = searcher().passage(passage_id)
    later = searcher().superseded_by(found.report)
    return json_response(passage_payload(found, site.address().links, superseded_by=later))


@blueprint.get("/api/v1/agencies")
@use_args(urls.read_agency_query)
@conditional
def agencies(typed: str) -> Response:
    """The agencies of the index, or those that ``q`` finds."""
    return json_response(agencies_payload(searcher().agencies().cards(typed), searcher().state()))


@blueprint.get("/api/v1/agencies/<key>")
@no_args
@conditional
def agency(key: str) -> Response:
    """One agency with its topics and numbers by year and its reports; by a name of it, where it is."""
    named = searcher().agencies().named(key)
    if named is not None and named.key != key:
        return moved(url_for("api.agency", key=named.key))
    card = searcher().agencies().card(key)
    links = site.address().links
    topics = searcher().agency_topics(card)
    reports = [summary_payload(one, links) for one in searcher().agency_reports(card)]
    series = agency_figures_payload(app_state.agency_figures(card.name), links=links)
    return json_response(
        agency_detail_payload(card, topics=topics, reports=reports, series=series, state=searcher().state())
    )
