"""View model of the page on who says something and who does not: agencies by years, with what narrows them.

The rule: what the page shows is what the file exported from it holds, in the same order; only the pages that a long
matrix is cut into are the page's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from report_search.errors import NotFoundError
from report_search.fields import (
    FACET_FIELDS,
    MENTION_CHOICE_LABELS,
    MENTION_CHOICES,
    NO_YEAR,
    MentionChoice,
    MentionState,
)
from report_search.search.counts.mentions import AgencyMentions, MentionCell, Mentions, mentions_of, years_of
from report_search.search.counts.selection import AgencyGaps
from report_search.search.request import SearchRequest
from report_search.search.searcher import SearchPage
from webui import count_urls, urls
from webui.long_searches.forms import form_action, form_fields
from webui.views.narrowing import (
    ChipView,
    FacetView,
    HintView,
    facet_view,
    filter_chips,
    hint_view,
    query_chips,
)

ROWS_PER_PAGE = 60
"""How many agencies a page of the matrix has."""


class MentionCellView(Struct, frozen=True):
    """An agency's year; ``state`` is "" outside of the agency's own first and last report."""

    state: MentionState | str
    link: str = ""
    passages: int = 0


class MentionRow(Struct, frozen=True):
    """An agency's line, with the search narrowed to it."""

    agency: str
    link: str
    cells: tuple[MentionCellView, ...]


class ChoiceView(Struct, frozen=True):
    """One of the choices of agencies, with how many there are."""

    label: str
    link: str
    chosen: bool
    agencies: int


class NumberedPage(Struct, frozen=True):
    """A link to a page of the matrix."""

    number: int
    link: str
    chosen: bool


class MentionsView(Struct, frozen=True):
    """Everything on the page; ``years`` heads the columns (None: no known year)."""

    page: SearchPage
    notice: str
    mentions: Mentions
    hidden_fields: tuple[tuple[str, str], ...]
    query_chips: tuple[ChipView, ...]
    filter_chips: tuple[ChipView, ...]
    hints: tuple[HintView, ...]
    facets: tuple[FacetView, ...]
    filter_fields: tuple[tuple[str, str], ...]
    filters_action: str
    choices: tuple[ChoiceView, ...]
    years: tuple[int | None, ...]
    rows: tuple[MentionRow, ...]
    pages: tuple[NumberedPage, ...]
    absent: tuple[AgencyGaps, ...]
    clear_link: str
    results_link: str
    csv_link: str
    api_link: str


def mentions_view(page: SearchPage, asked: count_urls.MentionsArguments, *, notice: str = "") -> MentionsView:
    """The view of an answer whose complete hits were counted by report."""
    # Counting asks for a single hit; who goes on from here wants a page of them.
    request, only = replace(page.request, limit=asked.request.limit), asked.only
    at, mentions = count_urls.mentions_address(only), mentions_of(page)
    agencies = mentions.wanted(only)
    years = years_of(agencies)
    return MentionsView(
        page=page,
        notice=notice,
        mentions=mentions,
        hidden_fields=tuple(
            urls.hidden_fields(request, without=("q", "sort", "limit", "cursor", "by", "whole"))
        ),
        query_chips=query_chips(page.read_as, request, at=at),
        filter_chips=filter_chips(request, at=at),
        hints=tuple(hint_view(hint, request, at=at) for hint in page.hints),
        filter_fields=_kept_by_filters(request, only),
        filters_action=form_action(urls.endpoint_url(at.endpoint)),
        facets=tuple(facet_view(facet, request, at=at) for facet in page.facets),
        choices=tuple(_choice(choice, request, chosen=only, mentions=mentions) for choice in MENTION_CHOICES),
        years=years,
        rows=tuple(_row(agency, request, years=years) for agency in _rows_of_page(agencies, asked.page)),
        pages=_page_links(len(agencies), request, asked=asked),
        absent=() if only else mentions.absent,
        clear_link=urls.search_link(urls.cleared(request), at),
        results_link=urls.search_link(request),
        csv_link=urls.api_link(request, urls.PageAddress("api.mentions_csv", at.extra)),
        api_link=urls.api_link(request, urls.PageAddress("api.mentions", at.extra)),
    )


def _kept_by_filters(request: SearchRequest, only: MentionChoice) -> tuple[tuple[str, str], ...]:
    """What the form of the filters sends along."""
    kept = urls.hidden_fields(request, without=("sort", "limit", "cursor", "by", *FACET_FIELDS))
    return form_fields([*kept, ("only", only)] if only else kept)


def _choice(
    choice: MentionChoice, request: SearchRequest, *, chosen: MentionChoice, mentions: Mentions
) -> ChoiceView:
    link = count_urls.mentions_link(request, only=choice)
    return ChoiceView(MENTION_CHOICE_LABELS[choice], link, choice == chosen, len(mentions.wanted(choice)))


def _rows_of_page(agencies: Sequence[AgencyMentions], page: int) -> Sequence[AgencyMentions]:
    start = (page - 1) * ROWS_PER_PAGE
    # The first page is there even without any rows.
    if page > 1 and start >= len(agencies):
        raise NotFoundError("no-page", "没有这么多页。", hint="请从第一页翻起。")
    return agencies[start : start + ROWS_PER_PAGE]


def _page_links(
    agencies: int, request: SearchRequest, *, asked: count_urls.MentionsArguments
) -> tuple[NumberedPage, ...]:
    """Links to all pages of the matrix; none where all rows are on one page."""
    if agencies <= ROWS_PER_PAGE:
        return ()
    numbers = range(1, -(-agencies // ROWS_PER_PAGE) + 1)
    return tuple(
        NumberedPage(
            number, count_urls.mentions_link(request, only=asked.only, page=number), number == asked.page
        )
        for number in numbers
    )


def _row(agency: AgencyMentions, request: SearchRequest, *, years: Sequence[int | None]) -> MentionRow:
    # A line is of one agency by itself: its predecessors have lines of their own.
    own = replace(urls.chosen_alone(request, ("agency", agency.agency)), lineage=False)
    year_link = urls.alone_links(own, "year")
    cells = {cell.year: cell for cell in agency.cells}
    return MentionRow(
        agency.agency,
        urls.search_link(own),
        tuple(_cell(cells.get(year), request, year_link=year_link) for year in years),
    )


def _cell(cell: MentionCell | None, request: SearchRequest, *, year_link: urls.LinkMaker) -> MentionCellView:
    """A year that mentions it leads to the passages, one that does not to its report."""
    if cell is None:
        return MentionCellView("")
    match cell.state:
        case "mentioned":
            link = year_link(NO_YEAR if cell.year is None else str(cell.year))
        case "not_mentioned":
            link = urls.report_link(cell.reports[0], request=request)
        case "not_held":
            link = ""
    return MentionCellView(cell.state, link, cell.passages)
