"""Addresses of exports: what a file of hits or of citations is asked for, and the links to it.

The rule is that of ``urls``: the same request always has the same address, and no parameter is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from report_search.config import DEFAULT_LIMIT
from report_search.errors import RequestError
from report_search.export.citations import Style, style_of
from report_search.fields import TREND_FIELDS
from report_search.search.request import SearchRequest
from webui.long_searches.links import links_with
from webui.picks import PICK, listed
from webui.urls import (
    Arguments,
    LinkMaker,
    Values,
    endpoint_url,
    parameters,
    plain_names,
    read_request,
    read_switch,
    refuse_repeated,
    refuse_unknown_or_repeated,
    with_query,
)

PLACE_PARAMETERS = ("limit", "cursor", "group", "fold")
"""Parameters of a search that only say which of its hits are shown."""
EXPORT_PARAMETERS = (PICK, "strict")
"""What an export takes beside them: chosen passages, repeated or with commas, and ``strict=0``."""


class ExportArguments(Struct, frozen=True):
    """What an export is asked for: every hit of ``request``, or the passages ``picks``; ``style`` of citations."""

    request: SearchRequest
    picks: tuple[str, ...]
    style: Style


def read_export(args: Arguments, own: tuple[str, ...] = EXPORT_PARAMETERS) -> ExportArguments:
    """What an export is asked for; ``own`` names what it takes beside the parameters of a search.

    ``strict=0`` reads query and filters as a page does, so that a page's link gives what the page shows. An export is
    every hit: a place in a list (``limit``, ``cursor``) is refused like an unknown parameter.
    """
    for name in PLACE_PARAMETERS:
        if name in args:
            raise RequestError(
                "unknown-parameter",
                f"导出不接受参数 {name}。",
                hint="导出总是给出全部结果；要逐页取，请用 /api/v1/search。",
            )
    searched = MultiDict([(name, value) for name, value in args.items(multi=True) if name not in own])
    refuse_unknown_or_repeated(plain_names(searched))
    for name in ("strict", "style"):
        refuse_repeated(args, name)
    is_strict = read_switch("strict", args.get("strict", ""), default=True)
    return ExportArguments(
        request=read_request(searched, strict=is_strict),
        picks=listed(args),
        style=style_of(args.get("style", "")),
    )


def read_citation_list(args: Arguments) -> ExportArguments:
    """What a list of citations is asked for: an export with a ``style``."""
    return read_export(args, (*EXPORT_PARAMETERS, "style"))


def read_style(args: Arguments) -> Style:
    """The style in which something is to be cited. Raises ``RequestError`` for any other parameter."""
    refuse_unknown_or_repeated(args, known=("style",), single=())
    refuse_repeated(args, "style")
    return style_of(args.get("style", ""))


def export_link(
    request: SearchRequest, suffix: str, *, strict: bool, style: str = "", picks: Sequence[str] = ()
) -> str:
    """The address of all hits of a search as a file; ``suffix`` names the format, ``style`` that of citations.

    With ``picks`` it has just those passages, for which filters and order say nothing.
    """
    return export_links(request, strict=strict, picks=picks)(suffix, style)


def export_links(
    request: SearchRequest, *, strict: bool, picks: Sequence[str] = ()
) -> Callable[[str, str], str]:
    """Makes the addresses of all hits of a search as files, as ``export_link`` says, by suffix and style."""
    asked = replace(request.every_hit, cursor="", limit=DEFAULT_LIMIT, by=TREND_FIELDS[0], whole=())
    if picks:
        asked = replace(asked, filters=(), sort="relevance", lineage=False, since="")
    start, given = endpoint_url("api.search"), parameters(asked)
    others: dict[str, Values] = {PICK: list(picks), "strict": "" if strict else "0"}
    return lambda suffix, style: with_query(f"{start}.{suffix}", {**given, "style": style, **others})


def read_feed(args: Arguments) -> SearchRequest:
    """What a feed is asked for: a search without a place in its list, read as a page does with ``strict=0``."""
    for name in (*PLACE_PARAMETERS, PICK):
        if name in args:
            raise RequestError(
                "unknown-parameter",
                f"订阅不接受参数 {name}。",
                hint="订阅总是给出最近收录的段落；要全部结果请用导出。",
            )
    return feed_request(read_export(args, ("strict",)).request)


def feed_request(request: SearchRequest) -> SearchRequest:
    """The request of a feed: that of a search, but for what only says how its page shows it."""
    shown = replace(request.every_hit, cursor="", limit=DEFAULT_LIMIT, by=TREND_FIELDS[0], whole=())
    return replace(shown, sort="relevance")


def feed_link(request: SearchRequest, suffix: str, *, strict: bool) -> str:
    """The address of the newest hits of a search as a feed."""
    return feed_links(request, strict=strict)(suffix)


def feed_links(request: SearchRequest, *, strict: bool) -> LinkMaker:
    """Makes the addresses of the newest hits of a search as feeds, by suffix."""
    switch: dict[str, Values] = {"strict": "" if strict else "0"}
    link = links_with({**parameters(feed_request(request)), **switch})
    return lambda suffix: link(endpoint_url(f"feeds.{suffix}"))
