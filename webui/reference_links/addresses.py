"""Addresses of cited documents: what is asked of their list and of one of them, and the links back."""

from __future__ import annotations

from msgspec import Struct

from report_search.errors import RequestError
from report_search.presentation.site_links import quote_path
from report_search.references.database import SORTS
from webui import urls

LIST_PARAMETERS = ("q", "sort", "limit", "cursor")
FILE_PARAMETERS = ("q", "sort")
DOCUMENT_PARAMETERS = ("limit", "cursor")


class ReferencesArguments(Struct, frozen=True):
    """What the list is asked for: a part of a name, an order, a page of it, or for programs a place in it."""

    typed: str
    sort: str
    page: int
    limit: int
    cursor: str


def read_references(args: urls.Arguments, *, known: tuple[str, ...] = ()) -> ReferencesArguments:
    """What the list is asked for; parameters other than ``known``, if any are given, are refused."""
    if known:
        urls.refuse_unknown_or_repeated(args, known=known, single=known)
    sort = args.get("sort", "") or SORTS[0]
    if sort not in SORTS:
        raise RequestError(
            "bad-sort", f"参数 sort 不能是“{sort}”。", hint=f"可用的排序：{'、'.join(SORTS)}。"
        )
    return ReferencesArguments(
        args.get("q", "").strip(),
        sort,
        urls.read_page(args.get("page", "")),
        urls.read_limit(args.get("limit", "")),
        args.get("cursor", ""),
    )


def references_link(typed: str = "", *, sort: str = SORTS[0], page: int = 1) -> str:
    """The address of the list."""
    values: dict[str, urls.Values] = {"q": typed, "sort": "" if sort == SORTS[0] else sort}
    return urls.with_query(
        urls.endpoint_url("references.listing"), {**values, "page": str(page) if page > 1 else ""}
    )


def references_file_link(typed: str, sort: str) -> str:
    """The address of the list as a table."""
    values: dict[str, urls.Values] = {"q": typed, "sort": "" if sort == SORTS[0] else sort}
    return urls.with_query(urls.endpoint_url("references.listing_csv"), values)


def reference_link(key: str, *, page: int = 1) -> str:
    """The address of a cited document."""
    path = urls.url_prefix("references.document", "key") + quote_path(key)
    return urls.with_query(path, {"page": str(page) if page > 1 else ""})


def reference_api_link(key: str) -> str:
    """The address of a cited document for programs."""
    return urls.url_prefix("references.document_api", "key") + quote_path(key)


def reference_file_link(key: str) -> str:
    """The address of the passages that cite a document, as a table."""
    return f"{reference_api_link(key)}.csv"
