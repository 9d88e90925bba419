"""Pages for people: search, report, passage, corpus, help. All are plain GETs with lasting addresses."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, render_template, request
from msgspec.structs import replace

from report_search.errors import GoneError
from report_search.fields import FACET_FIELDS
from report_search.search.counts.asking import count
from report_search.search.counts.mentions import TALLIES as MENTION_TALLIES
from report_search.search.counts.trend import tallies_of
from report_search.search.request import SearchRequest
from webui import count_urls, urls
from webui.app_state import searcher
from webui.front.guessed_addresses import moved
from webui.front.home_view import home_view
from webui.operating.watching import note_missed
from webui.view_decorators import conditional, use_args
from webui.views.agency import agencies_view, agency_view
from webui.views.corpus import corpus_view
from webui.views.mentions import mentions_view
from webui.views.report import passage_view, report_view
from webui.views.search import results_view
from webui.views.selection import selection_view

blueprint = Blueprint("pages", __name__)
INDEX_UPDATED = "索引已经更新，原来的翻页位置不再有效，已从第一页重新检索。"


@blueprint.get("/")
@use_args(urls.read_page_request)
@conditional
def search(asked: SearchRequest) -> str:
    """The front page while nothing is asked, else what was found.

    A cursor of an index that has been replaced since leads to the first page, with a notice.
    """
    notice = _unread_notice()
    if _is_blank(asked) and not notice:
        return render_template("home.html", view=home_view(searcher()))
    try:
        # Only the first page of hits has a chart above it.
        tallies = () if asked.cursor else tallies_of(asked)
        found = searcher().search(replace(asked, tallies=tallies))
    except GoneError:
        found = searcher().search(replace(asked, cursor="", tallies=tallies_of(asked)))
        notice += INDEX_UPDATED
    note_missed(found)
    return render_template("results.html", view=results_view(found, notice=notice))


@blueprint.get("/selection")
@use_args(urls.read_page_request)
@conditional
def selection(asked: SearchRequest) -> str:
    """The passages that were chosen: with their addresses, to be cited, printed and taken away."""
    return render_template("selection.html", view=selection_view(searcher(), asked))


@blueprint.get("/mentions")
@use_args(partial(count_urls.read_mentions, strict=False))
@conditional
def mentions(asked: count_urls.MentionsArguments) -> str:
    """Who says what is asked for and who does not, by agency and year; a form while nothing is asked."""
    notice = _unread_notice(("only", "page"))
    if _is_blank(asked.request):
        return render_template("mentions.html", view=None, notice=notice)
    found = count(searcher(), asked.request, tallies=MENTION_TALLIES, facets=FACET_FIELDS)
    return render_template("mentions.html", view=mentions_view(found, asked, notice=notice))


@blueprint.get("/reports/<report_id>")
@use_args(partial(urls.read_request, strict=False))
@conditional
def report(asked: SearchRequest, report_id: str) -> str:
    """One report, whole, with the words of ``q`` marked."""
    return render_template("report.html", view=report_view(searcher(), report_id, asked=asked))


@blueprint.get("/passages/<passage_id>")
@conditional
def passage(passage_id: str) -> str:
    """One passage at its permanent address: its headings, its neighbours, how to cite it."""
    return render_template("passage.html", view=passage_view(searcher(), passage_id))


@blueprint.get("/about")
@use_args(urls.read_corpus_args)
@conditional
def corpus(asked: urls.CorpusArguments) -> str:
    """What the corpus holds and what is known to be wrong with it."""
    return render_template("corpus.html", view=corpus_view(agency=asked.agency, page=asked.page))


@blueprint.get("/agencies")
@use_args(urls.read_agencies_args)
@conditional
def agencies(asked: urls.AgenciesArguments) -> str:
    """The agencies of the corpus, or those that were looked for."""
    return render_template("agencies.html", view=agencies_view(asked.typed, asked.page))


@blueprint.get("/agencies/<key>")
@conditional
def agency(key: str) -> str | Response:
    """One agency; by a name of it, where its page is."""
    named = searcher().agencies().named(key)
    if named is not None and named.key != key:
        return moved(urls.agency_link(named.key))
    return render_template("agency.html", view=agency_view(searcher().agencies().card(key)))


@blueprint.get("/help")
@conditional
def guide() -> str:
    """The query language, in short."""
    return render_template("help.html")


def _unread_notice(own: tuple[str, ...] = ()) -> str:
    """What is said of parameters in the address that look like ours and are none; "" if there are none.

    ``own`` are parameters of the page itself.
    """
    names = [name for name in urls.unread_names(request.args) if name not in own]
    if not names:
        return ""
    return f"网址中的“{'、'.join(names)}”无法识别，已忽略。"


def _is_blank(asked: SearchRequest) -> bool:
    """Whether nothing was asked: no words, no filter, no place in a list, no order of it, no moment."""
    return not (
        asked.text.strip() or asked.filters or asked.cursor or asked.sort != "relevance" or asked.since
    )
