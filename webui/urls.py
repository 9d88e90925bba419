"""Addresses: the one module that reads a request from its parameters and writes the links back.

The rule: the same request always has the same address. Parameters come in one order, those at their defaults are left
out, the values of a filter are sorted and never repeated. So a link can be shared, cached and compared, and a facet's
link gives what its count promises. A page has hundreds of links, so what they share is made once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from flask import request as flask_request
from flask import url_for
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from report_search.config import DEFAULT_LIMIT, MAX_LIMIT
from report_search.errors import RequestError
from report_search.fields import (
    FACET_FIELDS,
    FILTER_FIELDS,
    GROUPS,
    SORTS,
    TREND_FIELDS,
    Group,
    Sort,
    TrendField,
)
from report_search.presentation.site_links import quote_path
from report_search.search.request import Filters, SearchRequest
from report_search.search.since.moments import canonical_moment
from webui.long_searches import links
from webui.long_searches.carried import carried_search
from webui.long_searches.links import encoded, flattened, links_with, quote_value
from webui.picks import PICK, picked

PARAMETERS = (
    "q",
    *FILTER_FIELDS,
    "from",
    "to",
    "sort",
    "limit",
    "cursor",
    "expand",
    "titles",
    "lineage",
    "group",
    "fold",
    "by",
    "since",
    "whole",
)
"""All parameters, in their order in an address. ``whole=agency`` shows a facet beyond its first 50 values.

``from`` and ``to`` are the boxes of a form for a range of years; an address that is written back has ``year``.
"""

SINGLE_VALUED = tuple(name for name in PARAMETERS if name not in (*FILTER_FIELDS, "whole"))
"""Parameters that may be given once. ``expand=0`` switches synonyms off, ``titles=1`` searches titles as well.

``lineage=1`` takes the predecessors of the chosen agencies along, ``group=report`` puts the hits of a report together,
``fold=1`` those of equal text. ``since`` leaves what was first published here at a moment or later.
"""

PAGE_PARAMETERS = (*PARAMETERS, PICK)
"""Those of a page, which also remembers what was chosen on it."""
Arguments = MultiDict[str, str]
Values = links.Values
LinkMaker = Callable[[str], str]
"""From a value to the address that a click on it leads to."""


class CorpusArguments(Struct, frozen=True):
    """What the page on the corpus is asked for: one ``agency`` ("" for all), and which page of the matrix."""

    agency: str
    page: int


class AgenciesArguments(Struct, frozen=True):
    """What the list of agencies is asked for: what was ``typed`` to find some ("" for all), and which page."""

    typed: str
    page: int


class PageAddress(Struct, frozen=True):
    """An address that spells a request; ``extra`` are parameters of its own behind those of the request."""

    endpoint: str
    extra: tuple[tuple[str, str], ...] = ()


with_query = links.with_query
RESULTS = PageAddress("pages.search")
RESULTS_FOR_PROGRAMS = PageAddress("api.search")


_HTML_LEFT = re.compile(r"^(?:amp;)+|\[\d*\]$")
"""What is left of a name that was copied out of a page's source (&amp;year) or written as a list (year[])."""


def plain_names(args: Arguments) -> Arguments:
    """``args`` by plain names: ``amp;year``, ``year[]`` and ``year[0]`` are ``year``, where that is one of ours."""
    pairs = []
    for name, value in args.items(multi=True):
        plain = _HTML_LEFT.sub("", _HTML_LEFT.sub("", name))
        pairs.append((plain if plain in PAGE_PARAMETERS else name, value))
    return MultiDict(pairs)


def unread_names(args: Arguments) -> list[str]:
    """The names in ``args`` that look like one of ours and are none: a page says that it left them out."""
    strange = (name for name in plain_names(args) if name not in PAGE_PARAMETERS)
    return [name for name in strange if get_close_matches(name.lower(), PAGE_PARAMETERS, n=1, cutoff=0.75)]


def read_request(args: Arguments, *, strict: bool) -> SearchRequest:
    """The request that ``args`` spell.

    ``strict`` (programs) refuses unknown and repeated parameters and lets the strict parser read the query; a page
    ignores parameters that are not its own. Either way a value that can't be read raises ``RequestError`` with the
    parameter's name in its message: nothing that was asked is dropped in silence.
    """
    args = plain_names(args)
    if strict:
        refuse_unknown_or_repeated(args)
    return SearchRequest(
        text=args.get("q", ""),
        filters=_read_filters(args),
        sort=_read_sort(args.get("sort", "")),
        limit=read_limit(args.get("limit", "")),
        cursor=args.get("cursor", ""),
        whole=_read_whole(args.getlist("whole")),
        strict=strict,
        expand=read_switch("expand", args.get("expand", ""), default=True),
        titles=read_switch("titles", args.get("titles", ""), default=False),
        lineage=read_switch("lineage", args.get("lineage", ""), default=False),
        group=_read_group(args.get("group", "")),
        fold=read_switch("fold", args.get("fold", ""), default=False),
        by=_read_by(args.get("by", "")),
        since=canonical_moment(args.get("since", "")),
    )


def read_page_request(args: Arguments) -> SearchRequest:
    """The request of a page for people. Raises ``RequestError`` also for more passages chosen than a page keeps."""
    picked()
    return read_request(args, strict=False)


def read_corpus_args(args: Arguments) -> CorpusArguments:
    """What the page on the corpus is asked for. Raises ``RequestError`` for a page that is no number from 1."""
    return CorpusArguments(args.get("agency", "").strip(), read_page(args.get("page", "")))


def read_agencies_args(args: Arguments) -> AgenciesArguments:
    """What the list of agencies is asked for. Raises ``RequestError`` for a page that is no number from 1."""
    return AgenciesArguments(args.get("q", "").strip(), read_page(args.get("page", "")))


def read_agency_query(args: Arguments) -> str:
    """The only parameter of the list of agencies for programs, ``q``. Raises ``RequestError`` for any other."""
    refuse_unknown_or_repeated(args, known=("q",), single=())
    refuse_repeated(args, "q")
    return args.get("q", "").strip()


def refuse_parameters(args: Arguments) -> None:
    """Raise ``RequestError`` if an address that takes no parameters was given one."""
    for name in args:
        raise RequestError("unknown-parameter", f"这个地址不接受参数 {name}。", hint="请去掉全部参数。")


def parameters(request: SearchRequest) -> dict[str, Values]:
    """The canonical parameters of ``request``: in one order, without those at their defaults."""
    filters = dict(request.filters)
    given: dict[str, Values] = {"q": request.text}
    for field in FILTER_FIELDS:
        given[field] = sorted(set(filters.get(field, ())))
    given["sort"] = "" if request.sort == "relevance" else request.sort
    given["limit"] = "" if request.limit == DEFAULT_LIMIT else str(request.limit)
    given["cursor"] = request.cursor
    given["expand"] = "" if request.expand else "0"
    given["titles"] = "1" if request.titles else ""
    given["lineage"] = "1" if request.lineage else ""
    given["group"] = request.group
    given["fold"] = "1" if request.fold else ""
    given["by"] = "" if request.by == TREND_FIELDS[0] else request.by
    given["since"] = request.since
    given["whole"] = sorted(request.whole)
    return {name: value for name, value in given.items() if value}


def hidden_fields(request: SearchRequest, without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The parameters of a page as name and value, for the hidden fields of a form; ``without`` some names."""
    left_out = set(without)
    return [(name, value) for name, value in flattened(_page_parameters(request)) if name not in left_out]


def _page_parameters(request: SearchRequest, chosen: Sequence[str] | None = None) -> dict[str, Values]:
    """The canonical parameters of a page, with what is ``chosen``: by default all that is chosen now."""
    return {**parameters(request), PICK: list(picked() if chosen is None else chosen)}


def search_link(
    request: SearchRequest, at: PageAddress = RESULTS, *, picks: Sequence[str] | None = None
) -> str:
    """The address ``at`` which a search is answered: its page of results, or another one.

    A page for people keeps the passages that are chosen now, or ``picks`` in their place.
    """
    given = _page_parameters(request, picks) if at.endpoint.startswith("pages.") else parameters(request)
    return with_query(endpoint_url(at.endpoint), {**given, **dict(at.extra)})


def selection_link(request: SearchRequest, picks: Sequence[str]) -> str:
    """The address of the page of chosen passages; it remembers the search that they were chosen from."""
    return with_query(endpoint_url("pages.selection"), _page_parameters(request, picks))


def api_link(request: SearchRequest, at: PageAddress = RESULTS_FOR_PROGRAMS) -> str:
    """The address of the same search for programs; only a trend is told by what to count."""
    counted = request if at.endpoint.startswith("api.trend") else replace(request, by=TREND_FIELDS[0])
    return search_link(counted, at)


def report_link(report: str, *, passage: str = "", request: SearchRequest | None = None) -> str:
    """The address of a report, at one passage if given; the words of ``request`` are marked in it."""
    return report_links(request)(report, passage)


def report_links(request: SearchRequest | None = None) -> Callable[[str, str], str]:
    """Makes the addresses of reports, each at one passage ("" for none), with the words of ``request`` marked."""
    prefix = url_prefix("pages.report", "report_id")
    marks: dict[str, Values] = {}
    if request:
        switches = {"expand": "" if request.expand else "0", "titles": "1" if request.titles else ""}
        marks = {"q": request.text, **switches}
    marked = links_with(marks)

    def link(report: str, passage: str) -> str:
        return marked(prefix + _quote_path(report)) + (f"#{passage}" if passage else "")

    return link


def page_picture_link(report: str, page: int) -> str:
    """The picture of a page of the file that a report was read from."""
    return f"{report_link(report)}/pages/{page}.jpg"


def original_link(report: str) -> str:
    """The address of the file that a report was read from."""
    return report_link(report) + "/original"


def passage_link(passage: str) -> str:
    """The permanent address of a passage below the host."""
    return passage_links()(passage)


def passage_links() -> LinkMaker:
    """Makes the permanent addresses of passages below the host."""
    prefix = url_prefix("pages.passage", "passage_id")
    return lambda passage: prefix + _quote_path(passage)


def corpus_link(agency: str = "", *, page: int = 1) -> str:
    """The address of the page on the corpus: one page of its matrix, or what it holds of one agency."""
    return with_query(endpoint_url("pages.corpus"), {"agency": agency, "page": str(page) if page > 1 else ""})


def agencies_link(typed: str = "", *, page: int = 1) -> str:
    """The address of the list of agencies."""
    return with_query(endpoint_url("pages.agencies"), {"q": typed, "page": str(page) if page > 1 else ""})


def agency_link(key: str) -> str:
    """The address of an agency's page."""
    return url_prefix("pages.agency", "key") + _quote_path(key)


def endpoint_url(endpoint: str) -> str:
    """The address of an endpoint that has no variable in its path."""
    return _cached_url(flask_request.script_root, endpoint, "")


def url_prefix(endpoint: str, variable: str) -> str:
    """The address of ``endpoint`` up to the ``variable`` at the end of its path."""
    return _cached_url(flask_request.script_root, endpoint, variable)


def without_values(request: SearchRequest, *, field: str, values: Iterable[str]) -> SearchRequest:
    """``request`` without some values of a filter; from its first page."""
    filters = dict(request.filters)
    filters[field] = tuple(set(filters.get(field, ())) - set(values))
    return replace(request, filters=_canonical(filters), cursor="")


def cleared(request: SearchRequest, field: str = "") -> SearchRequest:
    """``request`` without the values of one filter, or of all; from its first page."""
    kept = {name: values for name, values in request.filters if field and name != field}
    return replace(request, filters=_canonical(kept), cursor="")


def narrowed(request: SearchRequest, *, field: str, value: str) -> SearchRequest:
    """``request`` with just one value of a filter; from its first page."""
    filters = {**dict(request.filters), field: (value,)}
    return replace(request, filters=_canonical(filters), cursor="")


def first_page(request: SearchRequest) -> SearchRequest:
    """``request`` from its first page."""
    return replace(request, cursor="")


def chosen_alone(request: SearchRequest, *pairs: tuple[str, str]) -> SearchRequest:
    """``request`` with just one value chosen in each field of ``pairs``; from its first page."""
    filters = dict(request.filters) | {field: (value,) for field, value in pairs}
    return replace(request, filters=_canonical(filters), cursor="")


def alone_links(request: SearchRequest, field: str) -> LinkMaker:
    """Makes the addresses of ``request`` with one value alone chosen in ``field``."""
    return toggle_links(cleared(request, field), field)


def toggle_links(request: SearchRequest, field: str) -> LinkMaker:
    """Makes the addresses of ``request`` with one value of ``field`` after another added, or taken away."""
    # They differ in the values of this field alone, so all before and behind it in the address is encoded only once:
    # "/?q=微博&year=2014&" + "section=review" + "&sort=newest".
    position = PARAMETERS.index(field)
    given = _page_parameters(cleared(request, field))
    before = encoded({name: given[name] for name in PARAMETERS[:position] if name in given})
    after = encoded({name: given[name] for name in PAGE_PARAMETERS[position:] if name in given})
    start = f"{endpoint_url('pages.search')}?{''.join(f'{pair}&' for pair in before)}"
    end = "".join(f"&{pair}" for pair in after)
    without_field = with_query(endpoint_url("pages.search"), given)
    chosen = set(request.chosen(field))
    if carried_search():
        path = endpoint_url("pages.search")
        return lambda value: with_query(path, {**given, field: sorted(chosen ^ {value})})

    def link(value: str) -> str:
        values = sorted(chosen ^ {value})
        if not values:
            return without_field
        return start + "&".join([f"{field}={quote_value(one)}" for one in values]) + end

    return link


def narrow_links(request: SearchRequest, field: str) -> LinkMaker:
    """Makes the addresses of ``request`` with one value of ``field`` added; its own for a value chosen already."""
    chosen, own, toggle = request.chosen(field), search_link(request), toggle_links(request, field)
    return lambda value: own if value in chosen else toggle(value)


@lru_cache(maxsize=256)
def _cached_url(script_root: str, endpoint: str, variable: str) -> str:
    """An endpoint's address, up to its ``variable`` if named; by the path that the application is mounted at."""
    # Flask makes no address without its variable, so a dash stands in for it and is taken off again.
    values: dict[str, Any] = {variable: "-"} if variable else {}
    return url_for(endpoint, **values).removesuffix("-")


_quote_path = lru_cache(maxsize=4096)(quote_path)


def _canonical(filters: Mapping[str, tuple[str, ...]]) -> Filters:
    """Fields in one order, without those that have no values; values sorted, each once."""
    return tuple((field, tuple(sorted(set(filters[field])))) for field in FILTER_FIELDS if filters.get(field))


def refuse_unknown_or_repeated(
    args: Arguments, *, known: Sequence[str] = PARAMETERS, single: Collection[str] = SINGLE_VALUED
) -> None:
    """Raise ``RequestError`` for a name that is not ``known``, and for one given twice that may be given once."""
    for name in args:
        if name not in known:
            raise RequestError(
                "unknown-parameter",
                f"没有名为 {name} 的参数。",
                hint=f"可用的参数：{'、'.join(known)}。",
            )
        if name in single:
            refuse_repeated(args, name)


def refuse_repeated(args: Arguments, name: str) -> None:
    """Raise ``RequestError`` if a parameter was given more than once."""
    if len(args.getlist(name)) > 1:
        raise RequestError("repeated-parameter", f"参数 {name} 只能给一次。", hint="请只保留一个值。")


def _read_filters(args: Arguments) -> Filters:
    """The filters; a parameter without a value, as an empty field of a form gives, is none."""
    filters = {}
    for field in FILTER_FIELDS:
        values = (value.strip() for value in args.getlist(field))
        filters[field] = tuple(value for value in values if value)
    first, last = args.get("from", "").strip(), args.get("to", "").strip()
    if first or last:
        # A range that was typed replaces the years that are ticked beside it.
        filters["year"] = (f"{first}..{last}",)
    return _canonical(filters)


def _read_sort(value: str) -> Sort:
    for sort in SORTS:
        if value in (sort, ""):
            return sort
    raise RequestError("bad-sort", f"参数 sort 不能是“{value}”。", hint=f"可用的排序：{'、'.join(SORTS)}。")


def _read_group(value: str) -> Group:
    for group in GROUPS:
        if value == group:
            return group
    raise RequestError("bad-group", f"参数 group 不能是“{value}”。", hint="可用：report（按报告归并）。")


def read_limit(value: str) -> int:
    """How many hits or lines a page is to have; "" is the default. Raises ``RequestError``."""
    if not value:
        return DEFAULT_LIMIT
    if _is_number(value) and 1 <= int(value) <= MAX_LIMIT:
        return int(value)
    raise RequestError(
        "bad-limit", f"参数 limit 不能是“{value}”。", hint=f"请给出 1 到 {MAX_LIMIT} 之间的整数。"
    )


def read_page(value: str) -> int:
    page = value or "1"
    if not _is_number(page) or int(page) == 0:
        raise RequestError("bad-page", f"参数 page 不能是“{page}”。", hint="请给出从 1 起的页码。")
    return int(page)


def _read_by(value: str) -> TrendField:
    for field in TREND_FIELDS:
        if value in (field, ""):
            return field
    raise RequestError("bad-by", f"参数 by 不能是“{value}”。", hint=f"可用：{'、'.join(TREND_FIELDS)}。")


def _is_number(value: str) -> bool:
    """Whether ``value`` is a number of at most four ASCII digits; ``int`` takes those of other scripts too (٣)."""
    return value.isascii() and value.isdigit() and len(value) <= 4


def _read_whole(values: list[str]) -> tuple[str, ...]:
    for value in values:
        if value not in FACET_FIELDS:
            raise RequestError(
                "bad-whole",
                f"参数 whole 不能是“{value}”。",
                hint=f"可用的筛选项：{'、'.join(FACET_FIELDS)}。",
            )
    return tuple(sorted(set(values)))


def read_switch(name: str, value: str, *, default: bool) -> bool:
    """Whether a switch is on; ``default`` where its value is empty. Raises ``RequestError`` for another value."""
    if value not in ("", "1", "0"):
        raise RequestError(f"bad-{name}", f"参数 {name} 不能是“{value}”。", hint="1 为是，0 为否。")
    return value == "1" if value else default
