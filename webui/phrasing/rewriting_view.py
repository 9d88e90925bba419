"""The view model of how much an agency rewrote: a table of years and sections, every share a link to the comparison."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from report_search.presentation.wording_lines import REWRITTEN_MEANS, share
from report_search.taxonomy import sections
from report_search.wording.rewriting import Rewriting, RewrittenYear
from webui import urls
from webui.phrasing_urls import rewriting_api_link
from webui.wording_urls import compare_link


class RewrittenYearView(Struct, frozen=True):
    """A row of the table: ``shares`` are as printed, one a section; ``note`` says if years between are not held."""

    year: RewrittenYear
    share: str
    shares: tuple[str, ...]
    link: str
    note: str


class RewritingView(Struct, frozen=True):
    """The page of an agency; ``labels`` are those of the sections."""

    found: Rewriting
    means: str
    labels: tuple[str, ...]
    years: tuple[RewrittenYearView, ...]
    agency_link: str
    api_link: str


def rewriting_view(found: Rewriting) -> RewritingView:
    """The view of an agency."""
    return RewritingView(
        found,
        REWRITTEN_MEANS,
        tuple(sections.LABELS[kind] for kind in found.kinds),
        tuple(_years(found)),
        urls.agency_link(found.agency.key),
        rewriting_api_link(found.agency.key),
    )


def _years(found: Rewriting) -> Iterator[RewrittenYearView]:
    for one in found.years:
        follows = one.year == one.before_year + 1
        yield RewrittenYearView(
            one,
            share(one.share),
            tuple(share(one.share_of(kind)) for kind in found.kinds),
            compare_link(one.before, one.report),
            "" if follows else f"同 {one.before_year} 年比，其间没有收录",
        )
