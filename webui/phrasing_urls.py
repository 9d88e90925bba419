"""Addresses of a concordance and of phrases: their parameters beside those of a search, and the links back.

The rule is that of ``urls``: one request, one address; parameters at their defaults are left out.
"""

from __future__ import annotations

from typing import cast

from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from report_search.config import DEFAULT_LIMIT
from report_search.errors import RequestError
from report_search.presentation.site_links import quote_path
from report_search.search.request import SearchRequest
from report_search.wording.concordance import (
    DEFAULT_LINES,
    DEFAULT_WIDTH,
    LINE_ORDERS,
    MAX_WIDTH,
    SENTENCE,
    ConcordanceRequest,
    LineOrder,
)
from webui import export_urls, urls

OWN = ("width", "sort", "strict")
"""Parameters of a concordance that a search does not have, or has with other values."""
SENTENCE_NAME = "sentence"


def read_concordance(args: urls.Arguments, *, strict: bool) -> ConcordanceRequest:
    """The request that ``args`` spell; ``strict`` as in ``urls.read_request``."""
    for name in OWN:
        urls.refuse_repeated(args, name)
    searched = MultiDict([pair for pair in args.items(multi=True) if pair[0] not in OWN])
    if strict and "strict" in args:
        raise RequestError("unknown-parameter", "没有名为 strict 的参数。", hint="请去掉它。")
    request = urls.read_request(searched, strict=strict)
    if not args.get("limit"):
        request = replace(request, limit=DEFAULT_LINES)
    order = args.get("sort", "") or LINE_ORDERS[0]
    return ConcordanceRequest(request, _read_width(args.get("width", "")), cast(LineOrder, order))


def read_concordance_file(args: urls.Arguments) -> ConcordanceRequest:
    """The request of a file with every line; ``strict=0`` reads as a page does."""
    for name in export_urls.PLACE_PARAMETERS:
        if name in args:
            raise RequestError("unknown-parameter", f"导出不接受参数 {name}。", hint="导出总是给出全部各行。")
    is_strict = urls.read_switch("strict", args.get("strict", ""), default=True)
    rest = MultiDict([pair for pair in args.items(multi=True) if pair[0] != "strict"])
    return read_concordance(rest, strict=is_strict)


def _read_width(value: str) -> int:
    if not value:
        return DEFAULT_WIDTH
    if value == SENTENCE_NAME:
        return SENTENCE
    if value.isascii() and value.isdigit() and len(value) <= 4 and int(value):
        return int(value)  # Too wide a one is refused by the request.
    raise RequestError(
        "bad-width",
        f"参数 width 不能是“{value}”。",
        hint=f"请给出 1 到 {MAX_WIDTH} 之间的字数，或 sentence。",
    )


def concordance_link(asked: ConcordanceRequest) -> str:
    """The address of a page of a concordance."""
    return urls.with_query(urls.endpoint_url("phrasing.concordance"), _parameters(asked))


def concordance_link_of(request: SearchRequest) -> str:
    """The address of the concordance of a search."""
    return concordance_link(ConcordanceRequest(replace(request, cursor="", limit=DEFAULT_LINES, facets=())))


def concordance_api_link(asked: ConcordanceRequest) -> str:
    """The address of the same lines for programs."""
    return urls.with_query(urls.endpoint_url("phrasing.concordance_api"), _parameters(asked))


def concordance_file_link(asked: ConcordanceRequest) -> str:
    """The address of all lines as CSV, read as the page reads them."""
    whole = replace(asked, search=replace(asked.search, cursor="", limit=DEFAULT_LINES))
    path = urls.endpoint_url("phrasing.concordance_csv")
    return urls.with_query(path, {**_parameters(whole), "strict": "0"})


def _parameters(asked: ConcordanceRequest) -> dict[str, urls.Values]:
    limit = asked.search.limit
    plain = replace(asked.search, sort="relevance", limit=DEFAULT_LIMIT, whole=())
    width = SENTENCE_NAME if asked.width == SENTENCE else str(asked.width)
    return {
        **urls.parameters(plain),
        "width": "" if asked.width == DEFAULT_WIDTH else width,
        "sort": "" if asked.order == LINE_ORDERS[0] else asked.order,
        "limit": "" if limit == DEFAULT_LINES else str(limit),
    }


class PhrasesArguments(Struct, frozen=True):
    """What phrases are asked for: of a year, None for the newest held; with or without the predecessors."""

    year: int | None
    lineage: bool


def read_phrases(args: urls.Arguments) -> PhrasesArguments:
    """What ``args`` ask for. Raises ``RequestError`` for any other parameter or value."""
    names = ("year", "lineage")
    urls.refuse_unknown_or_repeated(args, known=names, single=names)
    year = args.get("year", "").strip()
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise RequestError("bad-year", f"参数 year 不能是“{year}”。", hint="请给出一个年份，如 2019。")
    lineage = urls.read_switch("lineage", args.get("lineage", ""), default=False)
    return PhrasesArguments(int(year) if year else None, lineage)


def phrases_link(key: str, year: int | None = None, *, lineage: bool = False) -> str:
    """The address of an agency's new and vanished phrases."""
    return urls.with_query(f"{urls.agency_link(key)}/phrases", _year_and_lineage(year, lineage))


def phrases_api_link(key: str, year: int, *, lineage: bool) -> str:
    """The address of the same for programs."""
    path = f"{urls.url_prefix('api.agency', 'key')}{quote_path(key)}/phrases"
    return urls.with_query(path, _year_and_lineage(year, lineage))


def read_selection(args: urls.Arguments, *, strict: bool) -> SearchRequest:
    """The search whose words are asked for; ``strict`` as in ``urls.read_request``."""
    for name in ("limit", "cursor", "group", "fold", "sort"):
        if strict and name in args:
            raise RequestError(
                "unknown-parameter", f"特征词不接受参数 {name}。", hint="特征词总是数全部结果。"
            )
    return urls.read_request(args, strict=strict).every_hit


def distinctive_link(request: SearchRequest) -> str:
    """The address of the distinctive words of a search."""
    return urls.with_query(urls.endpoint_url("phrasing.distinctive"), _selection(request))


def distinctive_api_link(request: SearchRequest) -> str:
    """The address of the same for programs."""
    return urls.with_query(urls.endpoint_url("phrasing.distinctive_api"), _selection(request))


def _selection(request: SearchRequest) -> dict[str, urls.Values]:
    plain = replace(
        request.every_hit, cursor="", limit=DEFAULT_LIMIT, sort="relevance", whole=(), facets=(), by="year"
    )
    return dict(urls.parameters(plain))


def rewriting_link(key: str) -> str:
    """The address of how much an agency rewrote."""
    return f"{urls.agency_link(key)}/rewriting"


def rewriting_api_link(key: str) -> str:
    """The address of the same for programs."""
    return f"{urls.url_prefix('api.agency', 'key')}{quote_path(key)}/rewriting"


def refuse_parameters(args: urls.Arguments) -> None:
    """Raise ``RequestError`` for any parameter where none is read."""
    urls.refuse_unknown_or_repeated(args, known=(), single=())


def _year_and_lineage(year: int | None, lineage: bool) -> dict[str, urls.Values]:
    return {"year": str(year) if year else "", "lineage": "1" if lineage else ""}
