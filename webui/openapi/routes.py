"""Where the API is described: ``/api/v1`` for programs, ``/api/v1/openapi.json`` for tools, ``/api`` for people."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from report_search import __version__
from report_search.config import SITE_NAME
from report_search.presentation.json_payload import index_payload
from report_search.presentation.payloads.service import OperationPayload, ServicePayload
from webui import site
from webui.app_state import searcher
from webui.openapi.catalogue import OPERATIONS
from webui.openapi.document import encoded_document
from webui.openapi.page import api_view
from webui.responses import json_response
from webui.view_decorators import conditional, no_args

blueprint = Blueprint("openapi", __name__)
DOCUMENTS = {
    "openapi": "/api/v1/openapi.json",
    "page": "/api",
    "query_language": "/help",
    "agents": "/mcp",
    "data": "/data/datapackage.json",
    "language_models": "/llms.txt",
    "browsers": "/opensearch.xml",
    "sitemap": "/sitemap.xml",
}
"""The descriptions of the site, by what they describe or whom they are for."""


@blueprint.get("/api/v1")
@no_args
@conditional
def service() -> Response:
    """Everything that can be asked for, with its address."""
    root = site.address().root
    return json_response(
        ServicePayload(
            title=SITE_NAME,
            version=__version__,
            documents={name: root + path for name, path in DOCUMENTS.items()},
            operations=[
                OperationPayload(
                    id=one.id,
                    method=one.method.upper(),
                    path=one.path,
                    link=root + one.path,
                    summary=one.english,
                )
                for one in OPERATIONS
            ],
            index=index_payload(searcher().state()),
        )
    )


@blueprint.get("/api/v1/openapi.json")
@no_args
@conditional
def document() -> Response:
    """The OpenAPI document."""
    return Response(encoded_document(site.address().root) + b"\n", mimetype="application/json")


@blueprint.get("/api")
@no_args
@conditional
def page() -> str:
    """The same to read."""
    return render_template("api.html", groups=api_view(site.address().root))
