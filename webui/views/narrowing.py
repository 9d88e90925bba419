"""What a search was narrowed by and can be narrowed to, the same on every page that answers one: chips, hints, facets.

The rule: a link leads to the page that it stands on, with all else of the search kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from report_search.fields import FIELD_LABELS, PART_LABELS
from report_search.query.interpret import ASKS_ABSENCE, Hint, QueryPart
from report_search.search.facets import Facet, FacetValue
from report_search.search.request import SearchRequest
from webui import app_state, count_urls, urls
from webui.views.options import shortened
from webui.views.years import runs_of_years

OPEN_VALUES = 8
"""How many values of a facet are open beside the hits; the others are folded, not left out."""
MOST_PARTS = 60
"""So many parts of a query are shown one by one."""
FOLD_AT_LEAST = 3
"""Fewer values than this are not folded: the line that unfolds them would take as much room."""


class ChipView(Struct, frozen=True):
    """A part of the query as it was read, or a filter; ``without`` links to the search without it ("" for none)."""

    kind: str
    label: str
    text: str
    without: str


class HintView(Struct, frozen=True):
    """A hint on the query, with the repaired query one click away ("" for none); ``offer`` says what the link gives."""

    message: str
    suggestion: str
    link: str
    offer: str = "改为"


class FacetView(Struct, frozen=True):
    """A facet; ``show_all_link`` leads to the ``more`` values left out, ``clear_link`` drops those chosen, if any.

    Chosen ``values`` stand first. ``folded`` values follow them behind a fold, which is ``open`` where they were asked
    for.
    """

    field: str
    label: str
    values: tuple[FacetValue, ...]
    folded: tuple[FacetValue, ...]
    open: bool
    chosen: int
    more: int
    show_all_link: str
    clear_link: str


def query_chip(part: QueryPart, request: SearchRequest, *, at: urls.PageAddress = urls.RESULTS) -> ChipView:
    """A part of a query, on the page ``at`` which it is answered."""
    label = PART_LABELS[part.as_]
    match part.as_:
        case "synonym":
            # It is not in the text of the query, so only switching synonyms off takes it away.
            without = urls.search_link(replace(request, expand=False), at)
        case "dropped":
            without = ""
        case _:
            without = urls.search_link(replace(request, text=part.without), at)
    return ChipView(part.as_, label, shortened(part.text), without)


def query_chips(
    parts: Sequence[QueryPart], request: SearchRequest, *, at: urls.PageAddress = urls.RESULTS
) -> tuple[ChipView, ...]:
    """The first parts of a query as they were read, and how many follow them."""
    chips = [query_chip(part, request, at=at) for part in parts[:MOST_PARTS]]
    if len(parts) > MOST_PARTS:
        chips.append(ChipView("dropped", "另有", f"{len(parts) - MOST_PARTS} 项", ""))
    return tuple(chips)


def filter_chips(request: SearchRequest, *, at: urls.PageAddress = urls.RESULTS) -> tuple[ChipView, ...]:
    """The chosen values of all filters, and the switches that are not at their defaults."""
    chips = [
        _filter_chip(request, field=field, values=values, at=at)
        for field, chosen in request.filters
        for values in _groups(field, chosen)
    ]
    if request.titles:
        chips.append(
            ChipView("titles", "标题", "也计入", urls.search_link(replace(request, titles=False), at))
        )
    if request.lineage:
        chips.append(
            ChipView("lineage", "前身", "也计入", urls.search_link(replace(request, lineage=False), at))
        )
    if request.since:
        chips.append(
            ChipView(
                "since",
                "新收录",
                f"{_moment(request.since)}起",
                urls.search_link(replace(request, since=""), at),
            )
        )
    if not request.expand:
        chips.append(
            ChipView("expand", "同义词", "不计入", urls.search_link(replace(request, expand=True), at))
        )
    return tuple(chips)


def _moment(since: str) -> str:
    """A moment as a reader writes it: 2026-11-01, or 2026-11-01 08:30:00（UTC）."""
    return since.replace("T", " ").replace("Z", "（UTC）")


def _groups(field: str, values: Sequence[str]) -> list[tuple[str, ...]]:
    """The values of a filter by chips: three years and more that follow each other are one, all else stands alone."""
    if field != "year":
        return [(value,) for value in values]
    groups: list[tuple[str, ...]] = []
    for run in runs_of_years(values):
        groups += [run] if len(run) > 2 else [(year,) for year in run]
    return groups


def _filter_chip(
    request: SearchRequest, *, field: str, values: tuple[str, ...], at: urls.PageAddress
) -> ChipView:
    without = urls.search_link(urls.without_values(request, field=field, values=values), at)
    shown = app_state.label(field, values[0]) if len(values) == 1 else f"{values[0]}—{values[-1]}"
    return ChipView(field, FIELD_LABELS[field], shown, without)


def hint_view(hint: Hint, request: SearchRequest, *, at: urls.PageAddress = urls.RESULTS) -> HintView:
    """A hint; one on a question about a silence leads to who says it and who does not."""
    if not hint.suggestion:
        return HintView(hint.message, "", "")
    asked = replace(request, text=hint.suggestion)
    if hint.code == ASKS_ABSENCE:
        return HintView(
            hint.message,
            shortened(hint.suggestion),
            count_urls.mentions_link(asked),
            "查看谁提到、谁没有提到",
        )
    return HintView(hint.message, shortened(hint.suggestion), urls.search_link(asked, at))


def facet_view(facet: Facet, request: SearchRequest, *, at: urls.PageAddress = urls.RESULTS) -> FacetView:
    """A facet whose values are ticked in a form on the page ``at``."""
    values = sorted(facet.values, key=lambda value: not value.chosen)
    n_chosen = sum(value.chosen for value in values)
    n_open = max(OPEN_VALUES, n_chosen)
    if len(values) - n_open < FOLD_AT_LEAST:
        n_open = len(values)
    show_all = replace(request, whole=(*request.whole, facet.field))
    return FacetView(
        field=facet.field,
        label=facet.label,
        values=tuple(values[:n_open]),
        folded=tuple(values[n_open:]),
        open=facet.field in request.whole,
        chosen=n_chosen,
        more=facet.more,
        show_all_link=urls.search_link(show_all, at) if facet.more else "",
        clear_link=urls.search_link(urls.cleared(request, facet.field), at) if n_chosen else "",
    )
