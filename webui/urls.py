"""Addresses: the one place that reads a request from its parameters and writes the links back.

The same request always has the same address: parameters stand in one order, defaults are left out, the values
of a filter are sorted and never doubled. So a link can be shared, cached, compared, and a facet's link is
what its count promises. A page has hundreds of links, so what they share is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from flask import request as flask_request
from flask import url_for
from werkzeug.datastructures import MultiDict

from report_search.config import DEFAULT_LIMIT, MAX_LIMIT
from report_search.errors import RequestError
from report_search.fields import FACET_FIELDS, FILTER_FIELDS, SORTS, Sort
from report_search.search.request import Filters, SearchRequest

SINGLE = ("q", "sort", "limit", "cursor", "expand", "titles")
"""Parameters that stand once. ``expand=0`` switches synonyms off, ``titles=1`` looks in titles as well."""

PARAMETERS = ("q", *FILTER_FIELDS, "sort", "limit", "cursor", "expand", "titles", "whole")
"""All there are. ``whole=agency`` lifts the stop at 50 values in a facet."""

Arguments = MultiDict[str, str]
Values = str | list[str]
Link = Callable[[str], str]
"""From a value to an address."""


def read_request(args: Arguments, *, strict: bool) -> SearchRequest:
    """The request that ``args`` spell.

    ``strict`` (programs) refuses unknown and doubled parameters and lets the strict parser read the query; a
    page reads over parameters that are not its own. Either way a value that can't be read raises
    ``RequestError`` with the parameter's name in its message: nothing that was asked is dropped in silence.
    """
    if strict:
        _refuse_strangers(args)
    return SearchRequest(
        text=args.get("q", ""),
        filters=_filters(args),
        sort=_sort(args.get("sort", "")),
        limit=_limit(args.get("limit", "")),
        cursor=args.get("cursor", ""),
        whole=_whole(args.getlist("whole")),
        strict=strict,
        expand=_switch("expand", args.get("expand", ""), default=True),
        titles=_switch("titles", args.get("titles", ""), default=False),
    )


def parameters(request: SearchRequest) -> dict[str, Values]:
    """The canonical parameters of ``request``: in one order, without those at their defaults."""
    filters = dict(request.filters)
    given: dict[str, Values] = {"q": request.text}
    given.update({field: sorted(set(filters.get(field, ()))) for field in FILTER_FIELDS})
    given["sort"] = "" if request.sort == "relevance" else request.sort
    given["limit"] = "" if request.limit == DEFAULT_LIMIT else str(request.limit)
    given["cursor"] = request.cursor
    given["expand"] = "" if request.expand else "0"
    given["titles"] = "1" if request.titles else ""
    given["whole"] = sorted(request.whole)
    return {name: value for name, value in given.items() if value}


def pairs(request: SearchRequest, without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The canonical parameters as name and value, for hidden fields of a form; ``without`` some names."""
    left_out = set(without)
    return [pair for pair in _flat(parameters(request)) if pair[0] not in left_out]


def search_link(request: SearchRequest) -> str:
    """The address of a search page."""
    return _link(place("pages.search"), parameters(request))


def api_link(request: SearchRequest) -> str:
    """The address of the same search for programs."""
    return _link(place("api.search"), parameters(request))


def report_link(report: str, *, passage: str = "", request: SearchRequest | None = None) -> str:
    """The address of a report, at one passage if given; ``request`` lends the words that are marked in it."""
    marks = {"q": request.text, "expand": "" if request.expand else "0"} if request else {}
    link = _link(place("pages.report", "report_id") + _segment(report), marks)
    return f"{link}#{passage}" if passage else link


def passage_link(passage: str, *, whole: bool = False) -> str:
    """The permanent address of a passage; ``whole`` with scheme and host."""
    if whole:
        return url_for("pages.passage", passage_id=passage, _external=True)
    return place("pages.passage", "passage_id") + _segment(passage)


def about_link(agency: str = "", *, page: int = 1) -> str:
    """The address of the page on the corpus: of one of its pages, or of what it holds of one agency."""
    return _link(place("pages.corpus"), {"agency": agency, "page": str(page) if page > 1 else ""})


def place(endpoint: str, last: str = "") -> str:
    """The address of ``endpoint`` without parameters; up to its ``last`` part where one is named."""
    return _place(flask_request.script_root, endpoint, last)


def read_page(args: Arguments) -> int:
    """Which page of the corpus is asked for. Raises ``RequestError`` for what is no number of a page."""
    value = args.get("page", "") or "1"
    if value.isascii() and value.isdigit() and len(value) <= 4 and int(value):
        return int(value)
    raise RequestError("bad-page", f"参数 page 不能是“{value}”。", hint="请给出从 1 起的页码。")


def toggled(request: SearchRequest, *, field: str, value: str) -> SearchRequest:
    """``request`` with one value of a filter added, or removed if it was chosen; from its first page."""
    filters = dict(request.filters)
    filters[field] = tuple(set(filters.get(field, ())) ^ {value})
    return replace(request, filters=_canonical(filters), cursor="")


def toggling(request: SearchRequest, field: str) -> Link:
    """Gives the addresses of ``request`` ``toggled`` by one value of ``field`` after another."""
    chosen, at = set(request.chosen(field)), PARAMETERS.index(field)
    given = parameters(cleared(request, field))
    before = _asked({name: given[name] for name in PARAMETERS[:at] if name in given})
    after = _asked({name: given[name] for name in PARAMETERS[at:] if name in given})
    start = f"{place('pages.search')}?{''.join(f'{pair}&' for pair in before)}"
    end = "".join(f"&{pair}" for pair in after)
    bare = _link(place("pages.search"), given)

    def link(value: str) -> str:
        values = sorted(chosen ^ {value})
        return start + "&".join([f"{field}={_quoted(one)}" for one in values]) + end if values else bare

    return link


def narrowing(request: SearchRequest, field: str) -> Link:
    """Gives the addresses of ``request`` with one value of ``field`` added; its own for a value chosen already."""
    chosen, here, toggle = request.chosen(field), search_link(request), toggling(request, field)
    return lambda value: here if value in chosen else toggle(value)


def cleared(request: SearchRequest, field: str = "") -> SearchRequest:
    """``request`` without the values of one filter, or of all; from its first page."""
    kept = {name: values for name, values in request.filters if field and name != field}
    return replace(request, filters=_canonical(kept), cursor="")


def first_page(request: SearchRequest) -> SearchRequest:
    """``request`` from its first page."""
    return replace(request, cursor="")


def _link(where: str, values: Mapping[str, Values]) -> str:
    """``where`` with a query string of the values that are not empty."""
    asked = "&".join(_asked(values))
    return f"{where}?{asked}" if asked else where


def _asked(values: Mapping[str, Values]) -> list[str]:
    return [f"{name}={_quoted(value)}" for name, value in _flat(values)]


def _flat(values: Mapping[str, Values]) -> list[tuple[str, str]]:
    given = ((name, [value] if isinstance(value, str) else value) for name, value in values.items() if value)
    return [(name, one) for name, ones in given for one in ones]


@lru_cache(maxsize=256)
def _place(script_root: str, endpoint: str, last: str) -> str:
    """``place`` below where the application is mounted."""
    values: dict[str, Any] = {last: "-"} if last else {}
    return url_for(endpoint, **values).removesuffix("-")


@lru_cache(maxsize=4096)
def _segment(value: str) -> str:
    """A part of a path, as a browser writes it."""
    return quote(value, safe="!$&'()*+,/:;=@")


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    return quote_plus(value, safe="!$'()*,/:;?@")


def _canonical(filters: dict[str, tuple[str, ...]]) -> Filters:
    return tuple((field, tuple(sorted(set(filters[field])))) for field in FILTER_FIELDS if filters.get(field))


def refuse_parameters(args: Arguments) -> None:
    """Raise ``RequestError`` if an address that takes no parameters was given one."""
    for name in args:
        raise RequestError("unknown-parameter", f"这个地址不接受参数 {name}。", hint="请去掉全部参数。")


def _refuse_strangers(args: Arguments) -> None:
    for name in args:
        if name not in PARAMETERS:
            raise RequestError(
                "unknown-parameter",
                f"没有名为 {name} 的参数。",
                hint=f"可用的参数：{'、'.join(PARAMETERS)}。",
            )
        if name in SINGLE and len(args.getlist(name)) > 1:
            raise RequestError("repeated-parameter", f"参数 {name} 只能给一次。", hint="请只保留一个值。")


def _filters(args: Arguments) -> Filters:
    """The filters; a parameter without a value, as an empty field of a form gives, is none."""
    given = {field: (value.strip() for value in args.getlist(field)) for field in FILTER_FIELDS}
    return _canonical({field: tuple(filter(None, values)) for field, values in given.items()})


def _sort(value: str) -> Sort:
    for sort in SORTS:
        if value in (sort, ""):
            return sort
    raise RequestError("bad-sort", f"参数 sort 不能是“{value}”。", hint=f"可用的排序：{'、'.join(SORTS)}。")


def _limit(value: str) -> int:
    if not value:
        return DEFAULT_LIMIT
    if value.isascii() and value.isdigit() and len(value) <= 4 and 1 <= int(value) <= MAX_LIMIT:
        return int(value)
    raise RequestError(
        "bad-limit", f"参数 limit 不能是“{value}”。", hint=f"请给出 1 到 {MAX_LIMIT} 之间的整数。"
    )


def _whole(values: list[str]) -> tuple[str, ...]:
    for value in values:
        if value not in FACET_FIELDS:
            raise RequestError(
                "bad-whole", f"参数 whole 不能是“{value}”。", hint=f"可用的分面：{'、'.join(FACET_FIELDS)}。"
            )
    return tuple(sorted(set(values)))


def _switch(name: str, value: str, *, default: bool) -> bool:
    if value in ("", "1", "0"):
        return value == "1" if value else default
    raise RequestError(f"bad-{name}", f"参数 {name} 不能是“{value}”。", hint="1 为是，0 为否。")
