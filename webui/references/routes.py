"""The documents that reports cite, by 文号 or by a title in 《》: pages, and the same for programs.

The rule: page, API and files give the same numbers. A key that is the title or the number of just one document leads
to that document.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, render_template

from report_search.export.reference_csv import citing_csv, documents_csv
from report_search.presentation.reference_payload import reference_payload, references_payload
from report_search.references.database import CitedDocument
from report_search.references.detail import detail_of
from webui import app_state, site
from webui.app_state import searcher
from webui.paging_links import with_paging
from webui.reference_links.addresses import (
    DOCUMENT_PARAMETERS,
    FILE_PARAMETERS,
    LIST_PARAMETERS,
    ReferencesArguments,
    read_references,
    reference_api_link,
    reference_link,
)
from webui.references.views import CITING_PER_PAGE, reference_view, references_view
from webui.responses import attachment, json_response
from webui.view_decorators import conditional, no_args, use_args
from webui.views.number_args import next_place, read_place

FOUND = 302
"""Which document a name stands for depends on what is cited, so no browser may remember it for good."""
blueprint = Blueprint("references", __name__)


@blueprint.get("/references")
@use_args(read_references)
@conditional
def listing(asked: ReferencesArguments) -> str:
    """The documents that are cited."""
    return render_template("references.html", view=references_view(asked))


@blueprint.get("/references/<key>")
@use_args(read_references)
@conditional
def document(asked: ReferencesArguments, key: str) -> Response | str:
    """One cited document: how it is named, who cites it, by year."""
    found = app_state.references().document(key)
    if found.key != key:
        return _moved(reference_link(found.key))
    start = (asked.page - 1) * CITING_PER_PAGE
    detail = detail_of(
        app_state.references(), found, held=searcher().reports(), part=(start, CITING_PER_PAGE)
    )
    return render_template("reference.html", view=reference_view(detail, asked.page))


@blueprint.get("/api/v1/references")
@use_args(partial(read_references, known=LIST_PARAMETERS))
@conditional
def listing_api(asked: ReferencesArguments) -> Response:
    """The documents that are cited, page by page."""
    database, state = app_state.references(), searcher().state()
    start, total = read_place(asked.cursor, state.generation), database.count(asked.typed)
    found = database.documents(asked.typed, sort=asked.sort, start=start, limit=asked.limit)
    following = _following(start + asked.limit, total, state.generation)
    payload = references_payload(
        found, total=total, following=following, state=state, links=site.address().links
    )
    return with_paging(json_response(payload), following)


@blueprint.get("/api/v1/references.csv")
@use_args(partial(read_references, known=FILE_PARAMETERS))
@conditional
def listing_csv(asked: ReferencesArguments) -> Response:
    """The same as a table, all of it."""
    found = app_state.references().documents(asked.typed, sort=asked.sort)
    return _csv(Response(documents_csv(found, site=site.address())), "引用的文件.csv")


@blueprint.get("/api/v1/references/<key>")
@use_args(partial(read_references, known=DOCUMENT_PARAMETERS))
@conditional
def document_api(asked: ReferencesArguments, key: str) -> Response:
    """One cited document with the passages that cite it, page by page."""
    found, state = app_state.references().document(key), searcher().state()
    if found.key != key:
        return _moved(reference_api_link(found.key))
    start = read_place(asked.cursor, state.generation)
    detail = detail_of(app_state.references(), found, held=searcher().reports(), part=(start, asked.limit))
    following = _following(start + asked.limit, found.passages, state.generation)
    links = site.address().links
    payload = reference_payload(detail, following=following, state=state, links=links)
    return with_paging(json_response(payload), following)


@blueprint.get("/api/v1/references/<key>.csv")
@no_args
@conditional
def document_csv(key: str) -> Response:
    """The passages that cite a document, as a table."""
    found: CitedDocument = app_state.references().document(key)
    citing = app_state.references().every_citing(found.key)
    return _csv(Response(citing_csv(found, citing, site=site.address())), f"引用-{found.key}.csv")


def _following(end: int, total: int, generation: str) -> str | None:
    """The cursor of what comes behind ``end``; None where nothing does."""
    return next_place(end, generation) if end < total else None


def _moved(address: str) -> Response:
    return Response(status=FOUND, headers={"Location": address})


def _csv(response: Response, name: str) -> Response:
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = attachment(name)
    return response
