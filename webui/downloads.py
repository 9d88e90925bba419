"""What is taken away: every hit of a search as a file, citations, the files that were indexed.

The rule: what can't be given raises before the first byte, so it is an error in the one shape; from then on a stream
comes from the generation that it began with.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, request

from report_search.export.citations import (
    Cited,
    Style,
    citation_chunks,
    cited_passage,
    cited_report,
)
from report_search.export.formats import FORMATS, file_name
from report_search.export.rows import Export, search_address
from report_search.presentation.json_payload import citation_payload
from webui import app_state, export_urls, site
from webui.app_state import searcher
from webui.page_pictures.pictures import MEDIA_TYPE, page_picture
from webui.responses import attachment, json_response
from webui.view_decorators import conditional, no_args, use_args

blueprint = Blueprint("downloads", __name__)
FILE_POLICY = "default-src 'none'; sandbox"
"""The policy of a file from elsewhere: a browser that shows it all the same lets it do nothing."""


@blueprint.get("/api/v1/search.<any(csv, xlsx, ndjson, json):suffix>")
@use_args(export_urls.read_export)
@conditional
def search(asked: export_urls.ExportArguments, suffix: str) -> Response:
    """Every hit of a search, or the passages that were chosen, in one of the formats."""
    export, kind = _export(asked), FORMATS[suffix]
    media_type = f"{kind.media_type}; charset=utf-8" if suffix == "csv" else kind.media_type
    return _file(kind.write(export), media_type, name=_name(export, suffix))


@blueprint.get("/api/v1/search.citations")
@use_args(export_urls.read_citation_list)
@conditional
def citations(asked: export_urls.ExportArguments) -> Response:
    """The citations of every hit, or of the passages that were chosen, in one style."""
    export, style = _export(asked), asked.style
    media_type = f"{style.media_type}; charset=utf-8"
    return _file(citation_chunks(export, style), media_type, name=_name(export, style.suffix))


@blueprint.get("/reports/<report_id>/original")
@no_args
@conditional
def original(report_id: str) -> Response:
    """The file that a report was read from, to be kept and never shown: it may be a page with scripts of its own."""
    found = searcher().original(report_id)
    response = Response(found.data, content_type=found.media_type)
    response.headers["Content-Disposition"] = attachment(found.name)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@blueprint.get("/reports/<report_id>/pages/<int:number>.jpg")
@no_args
@conditional
def page(report_id: str, number: int) -> Response:
    """A page whose text was recognised, as it looks in the original."""
    picture = page_picture(searcher(), app_state.report(report_id), number=number)
    return Response(picture, content_type=MEDIA_TYPE)


@blueprint.get("/api/v1/passages/<passage_id>/citation")
@use_args(export_urls.read_style)
@conditional
def passage_citation(style: Style, passage_id: str) -> Response:
    """How to cite a passage."""
    return _citation(style, cited_passage(searcher().passage(passage_id), site.address()))


@blueprint.get("/api/v1/reports/<report_id>/citation")
@use_args(export_urls.read_style)
@conditional
def report_citation(style: Style, report_id: str) -> Response:
    """How to cite a report."""
    return _citation(style, cited_report(searcher().report(report_id), site.address()))


def _export(asked: export_urls.ExportArguments) -> Export:
    found = searcher()
    walk = found.walk_chosen(asked.request, asked.picks) if asked.picks else found.walk(asked.request)
    stands = site.address()
    return Export(
        walk,
        stands,
        search_address(walk.page.request, stands, picks=asked.picks),
        datetime.now().astimezone(),
    )


def _name(export: Export, suffix: str) -> str:
    return file_name(export.walk.page.request.text, suffix, made=export.made)


def _file(chunks: Iterator[bytes], media_type: str, *, name: str) -> Response:
    response = Response(chunks, content_type=media_type)
    response.headers["Content-Disposition"] = attachment(name)
    return response


def _citation(style: Style, cited: Cited) -> Response:
    """A citation as JSON, or as bare text for who accepts that rather."""
    written = style.write(cited, site.visit())
    accepted = request.accept_mimetypes
    if accepted["text/plain"] > accepted["application/json"]:
        response = Response(f"{written}\n", content_type="text/plain; charset=utf-8")
    else:
        response = json_response(citation_payload(style.name, written))
    response.vary.add("Accept")
    return response
