"""Pages for people: search, report, passage, corpus, help. All are plain GETs with lasting addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request

from report_search.errors import GoneError
from report_search.search.request import SearchRequest
from report_search.search.searcher import SearchPage
from webui import responses, urls
from webui.app_state import searcher
from webui.views import corpus as about
from webui.views import report as reading
from webui.views import search as views

blueprint = Blueprint("pages", __name__)
MOVED_ON = "索引已经更新，原来的翻页位置不再有效，已从第一页重新检索。"


@blueprint.get("/")
def search() -> Response:
    """The search page: a calm box when nothing is asked yet, else what was found."""
    asked = urls.read_request(request.args, strict=False)
    return _fresh(lambda: _home() if _is_blank(asked) else _results(asked))


@blueprint.get("/reports/<report_id>")
def report(report_id: str) -> Response:
    """One report, whole, with the words of ``q`` marked."""
    asked = urls.read_request(request.args, strict=False)
    return _fresh(
        lambda: render_template("report.html", view=reading.report_view(searcher(), report_id, asked=asked))
    )


@blueprint.get("/passages/<passage_id>")
def passage(passage_id: str) -> Response:
    """One passage at its permanent address: its place, its neighbours, how to cite it."""
    return _fresh(lambda: render_template("passage.html", view=reading.passage_view(searcher(), passage_id)))


@blueprint.get("/about")
def corpus() -> Response:
    """What the corpus holds and what is known to be wrong with it."""
    agency, page = request.args.get("agency", "").strip(), urls.read_page(request.args)
    return _fresh(
        lambda: render_template("about.html", view=about.about_view(searcher(), agency=agency, page=page))
    )


@blueprint.get("/help")
def guide() -> Response:
    """The query language, in short."""
    return _fresh(lambda: render_template("help.html"))


def _fresh(render: Callable[[], str]) -> Response:
    return responses.fresh(lambda: make_response(render()))


def _is_blank(asked: SearchRequest) -> bool:
    return not (asked.text.strip() or asked.filters or asked.cursor or asked.sort != "relevance")


def _home() -> str:
    return render_template("home.html", view=views.home_view(searcher()))


def _results(asked: SearchRequest) -> str:
    found, notice = _ask(asked)
    return render_template("results.html", view=views.results_view(found, notice=notice))


def _ask(asked: SearchRequest) -> tuple[SearchPage, str]:
    """The answer; from the first page, with a word on it, where the index has moved on since the cursor."""
    try:
        return searcher().search(asked), ""
    except GoneError:
        return searcher().search(replace(asked, cursor="")), MOVED_ON
