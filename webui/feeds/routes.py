"""Feeds of any search, as Atom and as JSON Feed.

The rule: the ETag is that of the content, so an index that was built anew from the same texts is 304 to every reader.
"""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, request
from werkzeug.http import http_date

from report_search.export.feeds import ENTRIES, FEEDS, Feed, feed_title
from report_search.export.rows import search_address
from report_search.search.request import SearchRequest
from webui import export_urls, responses, site
from webui.app_state import searcher
from webui.view_decorators import use_args

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.json", endpoint="json", defaults={"suffix": "json"})
@blueprint.get("/feed.atom", endpoint="atom", defaults={"suffix": "atom"})
@use_args(export_urls.read_feed)
def feed(asked: SearchRequest, suffix: str) -> Response:
    """The newest passages of a search."""
    newest = searcher().newest(asked, limit=ENTRIES)
    stands = site.address()
    link = export_urls.feed_link(newest.page.request, suffix, strict=asked.strict)
    written = Feed(
        newest,
        feed_title(newest.page),
        stands.root + link.removeprefix(request.script_root),
        search_address(newest.page.request, stands),
        stands,
    )
    kind = FEEDS[suffix]
    response = Response(kind.write(written), content_type=f"{kind.media_type}; charset=utf-8")
    response.headers["Last-Modified"] = http_date(written.updated)
    return unless_known(response)


def unless_known(response: Response) -> Response:
    """``response`` with the ETag of its content; 304 without a body if the asker has it."""
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:24])
    response.headers["Cache-Control"] = responses.REVALIDATED
    response.make_conditional(request)
    return response
