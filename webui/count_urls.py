"""Addresses of counts: what the page on who mentions something is asked for, and the links to it.

The rule is that of ``urls``: the same request always has the same address.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from report_search.config import DEFAULT_LIMIT
from report_search.errors import RequestError
from report_search.fields import MENTION_CHOICES, TREND_FIELDS, MentionChoice
from report_search.search.request import SearchRequest
from webui.urls import Arguments, PageAddress, read_page, read_request, refuse_repeated, search_link


class MentionsArguments(Struct, frozen=True):
    """What the page on who mentions something is asked for: a search, which agencies, which page of the matrix."""

    request: SearchRequest
    only: MentionChoice
    page: int


def mentions_address(only: MentionChoice = "") -> PageAddress:
    """The address of the page on who mentions something, for ``only`` some of the agencies."""
    return PageAddress("pages.mentions", (("only", only),))


def read_mentions(args: Arguments, *, strict: bool) -> MentionsArguments:
    """What is asked of who mentions something: a search, ``only`` and, on the page alone, ``page``."""
    own = ("only",) if strict else ("only", "page")
    of_search = MultiDict([(name, value) for name, value in args.items(multi=True) if name not in own])
    return MentionsArguments(
        read_request(of_search, strict=strict),
        _read_only(args),
        1 if strict else read_page(args.get("page", "")),
    )


def mentions_link(request: SearchRequest, *, only: MentionChoice = "", page: int = 1) -> str:
    """The address of the page on who mentions what a search asks for."""
    address = mentions_address(only)
    number = (("page", str(page)),) if page > 1 else ()
    # Order, place, groups and what a chart shows mean nothing there.
    asked = replace(
        request.every_hit, sort="relevance", limit=DEFAULT_LIMIT, cursor="", by=TREND_FIELDS[0], whole=()
    )
    return search_link(asked, replace(address, extra=(*address.extra, *number)))


def _read_only(args: Arguments) -> MentionChoice:
    refuse_repeated(args, "only")
    values = args.getlist("only")
    for choice in MENTION_CHOICES:
        if choice == "".join(values):
            return choice
    named = "、".join(filter(None, MENTION_CHOICES))
    raise RequestError("bad-only", f"参数 only 不能是“{values[0]}”。", hint=f"可用：{named}。")
