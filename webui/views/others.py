"""What a hit stands for on a page where hits are put together, and the switch between the ways to do so."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from report_search.search.other_hits import NEAR_MARK, OtherHit, same_text_label, year_label
from report_search.search.request import SearchRequest
from report_search.search.searcher import Hit
from webui import urls
from webui.views.options import OptionView


class SameTextView(Struct, frozen=True):
    """A passage with the same text: the year of its report, and its address; ``note`` if it is not quite the same."""

    label: str
    link: str
    note: str = ""


class OthersView(Struct, frozen=True):
    """The hits behind another: a ``link`` to them, or by agency who says the same; ``unnamed`` counts the rest."""

    label: str
    link: str = ""
    agencies: tuple[tuple[str, tuple[SameTextView, ...]], ...] = ()
    unnamed: int = 0


def groupings(request: SearchRequest) -> Iterator[OptionView]:
    """The ways to show hits: one by one, by report, by text."""
    plain = urls.first_page(request.every_hit)
    ways = (
        ("逐段", plain),
        ("按报告", replace(plain, group="report")),
        ("合并同文", replace(plain, fold=True)),
    )
    for label, asked in ways:
        yield OptionView(label, urls.search_link(asked), asked.collapse == request.collapse)


def others_view(hit: Hit, request: SearchRequest) -> OthersView | None:
    """What stands behind ``hit``, found by ``request``; None if it stands for itself."""
    others = hit.behind
    if not others.passages:
        return None
    if not request.fold:
        own = urls.narrowed(urls.first_page(request.every_hit), field="report", value=hit.passage.report)
        return OthersView(f"本报告另有 {others.passages:,} 段", urls.search_link(own))
    agencies = tuple((agency, tuple(map(_same_text_view, hits))) for agency, hits in others.by_agency())
    return OthersView(same_text_label(others), agencies=agencies, unnamed=others.unnamed)


def _same_text_view(hit: OtherHit) -> SameTextView:
    year = year_label(hit)
    label = f"{year}年" if year.isdigit() else year
    return SameTextView(label, urls.passage_link(hit.id), NEAR_MARK if hit.is_near else "")
