"""View models of a page of results.

The rule: what is chosen, what a click does and what a count means is decided here, from the ``SearchPage`` that API and
command line show too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from report_search.errors import NotFoundError
from report_search.export.citations import STYLES, trail
from report_search.export.feeds import FEEDS
from report_search.export.formats import FORMATS
from report_search.fields import FACET_FIELDS, SORT_LABELS, SORTS, Sort
from report_search.model import Row
from report_search.passages import Passage, TopicReason
from report_search.search.counts.asking import absence_hint
from report_search.search.facets import kind_label, label_of
from report_search.search.highlight import Snippet
from report_search.search.request import SearchRequest
from report_search.search.searcher import Hit, SearchPage
from report_search.search.suggest.suggestions import Suggestion
from report_search.search.table_cells import CellUnderHead
from webui import app_state, count_urls, export_urls, phrasing_urls, site, urls, wording_urls
from webui.holdings import AvailabilityNote, CorpusSummary, availability_notes
from webui.long_searches.forms import form_action, form_fields
from webui.marking import cells, excerpt, without_borders
from webui.views.agency import AgencyCardView, card_of_name
from webui.views.narrowing import (
    ChipView,
    FacetView,
    HintView,
    facet_view,
    filter_chips,
    hint_view,
    query_chips,
)
from webui.views.options import OptionView, shortened
from webui.views.others import OthersView, groupings, others_view
from webui.views.picked import PickedView, picked_view
from webui.views.table_row import RowView, row_view
from webui.views.trend import ChartView, chart_view
from webui.views.years import years_text

SHOWN_CELLS = 12
"""How many cells under the heads found in a table are shown with a hit."""
MOST_MISSING = 12
"""So many words that a hit lacks are named."""
MAX_NAMED = 2
"""So many values of a filter are named in a title."""


class PagerView(Struct, frozen=True):
    """Where in the result a page stands: its hits ``first`` to ``last``, and the links to its neighbours."""

    first: int
    last: int
    number: int
    first_link: str
    previous_link: str
    next_link: str


class TopicView(Struct, frozen=True):
    """A topic of a passage, the printed words that gave it, and the search narrowed to it."""

    label: str
    because: str
    link: str


class CellView(Struct, frozen=True):
    """A cell under a head that was found: what leads to it, its text, and the passage of its row ("" for none)."""

    heads: tuple[str, ...]
    text: str
    link: str


class HitView(Struct, frozen=True):
    """A hit as it is shown: a table's row as ``row``, all else as ``fragments`` of its text.

    ``full_text`` is the whole text where the fragments are not all of it. ``kind`` says what is no paragraph. ``cells``
    are those under the heads of a table that were found, the first of them; ``more_cells`` counts the others.
    ``later_link`` leads to the report that has replaced this one, "" where none has. ``others`` are those behind it.
    """

    passage: Passage
    lang: str
    section: str
    trail: tuple[str, ...]
    topics: tuple[TopicView, ...]
    missing: tuple[str, ...]
    fragments: tuple[Snippet, ...]
    full_text: Snippet | None
    row: RowView | None
    report_link: str
    passage_link: str
    later_link: str
    alike_agencies: int
    whole_link: str
    history_link: str
    kind: str = ""
    more_missing: int = 0
    cells: tuple[CellView, ...] = ()
    more_cells: int = 0
    others: OthersView | None = None


class SuggestionView(Struct, frozen=True):
    """A weaker search in place of one that found nothing, and how many passages it finds."""

    message: str
    link: str
    passages: int


class DownloadView(Struct, frozen=True):
    """All hits as a file: what kind of file, its media type, where it is."""

    label: str
    media_type: str
    link: str


class ResultsView(Struct, frozen=True):
    """Everything on a page of results. ``title`` names it in a browser's tab, ``heading`` on the page itself.

    ``silence_link`` leads a question about a silence to where it is answered, "" for any other. ``filters_action`` is
    where the form of the filters is sent.
    """

    page: SearchPage
    chart: ChartView | None
    title: str
    heading: str
    notice: str
    hidden_fields: tuple[tuple[str, str], ...]
    filter_fields: tuple[tuple[str, str], ...]
    query_chips: tuple[ChipView, ...]
    filter_chips: tuple[ChipView, ...]
    hints: tuple[HintView, ...]
    facets: tuple[FacetView, ...]
    sorts: tuple[OptionView, ...]
    hits: tuple[HitView, ...]
    suggestions: tuple[SuggestionView, ...]
    silence_link: str
    availability: tuple[AvailabilityNote, ...]
    summary: CorpusSummary
    unread: int
    pager: PagerView
    filters_action: str
    clear_link: str
    api_link: str
    downloads: tuple[DownloadView, ...]
    concordance_link: str
    distinctive_link: str
    citation_lists: tuple[DownloadView, ...]
    feeds: tuple[DownloadView, ...]
    picked: PickedView
    agency: AgencyCardView | None = None
    lineage_offer: OptionView | None = None
    groupings: tuple[OptionView, ...] = ()


def results_view(page: SearchPage, *, notice: str = "") -> ResultsView:
    """The view of an answer; ``notice`` says how it came about where that is not as asked."""
    # Every link but that to the next page starts the list anew.
    request, held = urls.first_page(page.request), app_state.holdings()
    pager = _pager(page, request)
    return ResultsView(
        page=page,
        chart=_chart(page),
        title=_title(request, pager),
        heading=_heading(request),
        notice=notice,
        hidden_fields=tuple(urls.hidden_fields(request, without=("q", "cursor", "whole"))),
        filter_fields=form_fields(urls.hidden_fields(request, without=("cursor", *FACET_FIELDS))),
        query_chips=query_chips(page.read_as, request),
        filter_chips=filter_chips(request),
        hints=tuple(hint_view(hint, request) for hint in page.hints),
        facets=tuple(facet_view(facet, request) for facet in page.facets),
        sorts=tuple(_sort_view(sort, request) for sort in SORTS),
        hits=tuple(hit_views(page.hits, request)),
        suggestions=tuple(_suggestion_view(suggestion) for suggestion in page.suggestions),
        silence_link=_silence_link(page, request),
        availability=availability_notes(page, held),
        summary=held.summary,
        unread=held.unread,
        pager=pager,
        filters_action=form_action(urls.endpoint_url(urls.RESULTS.endpoint)),
        clear_link=urls.search_link(urls.cleared(request)),
        api_link=urls.api_link(request),
        downloads=tuple(_downloads(page)),
        concordance_link=_concordance_link(page),
        distinctive_link=phrasing_urls.distinctive_link(page.request) if page.total.passages else "",
        citation_lists=tuple(_citation_lists(page)),
        feeds=tuple(_feeds(page)),
        agency=card_of_name(page.request),
        lineage_offer=_lineage_offer(request),
        groupings=tuple(groupings(request)),
        picked=picked_view(page),
    )


def _concordance_link(page: SearchPage) -> str:
    """The address of the concordance of a result; "" where nothing is marked in it."""
    return (
        phrasing_urls.concordance_link_of(page.request) if any(hit.snippet.spans for hit in page.hits) else ""
    )


def _lineage_offer(request: SearchRequest) -> OptionView | None:
    """The same search with the predecessors of the chosen agencies, where there are any and they are left out."""
    predecessors = app_state.searcher().predecessors
    chosen = request.chosen("agency")
    before = dict.fromkeys(one for name in chosen for one in predecessors(name) if one not in chosen)
    if request.lineage or not before:
        return None
    label = f"连同前身一起检索：{'、'.join(before)}"
    return OptionView(label, urls.search_link(replace(request, lineage=True)))


def _chart(page: SearchPage) -> ChartView | None:
    """The chart above the first hits; none for a question about a silence, which found nothing whatever is held."""
    is_counted = page.tallies and not page.request.cursor and absence_hint(page) is None
    return chart_view(page) if is_counted else None


def _silence_link(page: SearchPage, request: SearchRequest) -> str:
    hint = absence_hint(page)
    return count_urls.mentions_link(replace(request, text=hint.suggestion)) if hint else ""


def _downloads(page: SearchPage) -> Iterator[DownloadView]:
    """All hits in every format."""
    link = export_urls.export_links(page.request, strict=is_plain(page))
    for suffix, kind in FORMATS.items():
        yield DownloadView(kind.label, kind.media_type, link(suffix, ""))


def _feeds(page: SearchPage) -> Iterator[DownloadView]:
    """The newest hits as feeds."""
    link = export_urls.feed_links(page.request, strict=is_plain(page))
    for suffix, kind in FEEDS.items():
        yield DownloadView(kind.label, kind.media_type, link(suffix))


def _citation_lists(page: SearchPage) -> Iterator[DownloadView]:
    """The citations of all hits in every style."""
    link = export_urls.export_links(page.request, strict=is_plain(page))
    for style in STYLES:
        yield DownloadView(style.label, style.media_type, link("citations", style.name))


def is_plain(page: SearchPage) -> bool:
    """Whether a program, which is refused what can't be read, would be given the same."""
    return not page.hints


def topic_views(reasons: Sequence[TopicReason], link: urls.LinkMaker) -> tuple[TopicView, ...]:
    """The topics of a passage, each linked by ``link`` to the search for it."""
    return tuple(
        TopicView(app_state.label("topic", reason.key), "、".join(reason.because), link(reason.key))
        for reason in reasons
    )


def _pager(page: SearchPage, request: SearchRequest) -> PagerView:
    # The page before the second is the first, which has an address of its own.
    is_second = page.first - 1 <= request.limit
    previous = replace(request, cursor="" if is_second else page.previous)
    return PagerView(
        first=page.first,
        last=page.first + len(page.hits) - 1,
        number=-(-page.first // request.limit) if page.first > 1 else 1,
        first_link=urls.search_link(request) if page.request.cursor else "",
        previous_link=urls.search_link(previous) if page.previous else "",
        next_link=urls.search_link(replace(request, cursor=page.next)) if page.next else "",
    )


def _title(request: SearchRequest, pager: PagerView) -> str:
    """What a page shows, in a few words: 领事保护 · 外交部 · 2019年 · 第 2 页."""
    parts = [shortened(request.text.strip()), *_filter_names(request)]
    shown = " · ".join(filter(None, parts)) or "全部段落"
    return f"{shown} · 第 {pager.number} 页" if pager.number > 1 else shown


def _heading(request: SearchRequest) -> str:
    text, names = shortened(request.text.strip()), "、".join(_filter_names(request))
    if not text:
        return f"{names}的段落" if names else "全部段落"
    return f"“{text}”的检索结果" + (f"（{names}）" if names else "")


def _filter_names(request: SearchRequest) -> Iterator[str]:
    """Each filter by its values, many of them by the first and their number."""
    for field, values in request.filters:
        if field == "year":
            yield years_text(values)
            continue
        labels = [app_state.label(field, value) for value in values]
        more = f"等 {len(labels)} 项" if len(labels) > MAX_NAMED else ""
        yield "、".join(labels[:MAX_NAMED]) + more


def _sort_view(sort: Sort, request: SearchRequest) -> OptionView:
    link = urls.search_link(replace(request, sort=sort))
    return OptionView(SORT_LABELS[sort], link, chosen=sort == request.sort)


def _suggestion_view(suggestion: Suggestion) -> SuggestionView:
    return SuggestionView(suggestion.message, urls.search_link(suggestion.request), suggestion.passages)


def hit_views(hits: Sequence[Hit], request: SearchRequest) -> Iterator[HitView]:
    # Made once for all hits of the page.
    held, topic_link, row_at = app_state.holdings(), urls.narrow_links(request, "topic"), app_state.rows()
    report_link, passage_link = urls.report_links(request), urls.passage_links()
    whole_link = site.address().passage
    for hit in hits:
        passage, row = hit.passage, _row_of(hit.passage, row_at)
        link = passage_link(passage.id)
        text = hit.snippet if row else without_borders(hit.snippet)
        fragments = () if row else tuple(excerpt(text))
        is_shown_whole = bool(row) or fragments == (text,)
        yield HitView(
            passage=passage,
            lang=held.lang(passage.report),
            section=label_of("section", passage.section),
            trail=trail(passage),
            topics=topic_views(passage.topics, topic_link),
            missing=hit.missing[:MOST_MISSING],
            more_missing=len(hit.missing[MOST_MISSING:]),
            fragments=fragments,
            full_text=None if is_shown_whole else text,
            row=row_view(row, cells(text)) if row else None,
            report_link=report_link(passage.report, passage.id),
            passage_link=link,
            kind="" if passage.type == "paragraph" else kind_label(passage),
            cells=tuple(map(_cell_view, hit.cells[:SHOWN_CELLS])),
            more_cells=max(0, len(hit.cells) - SHOWN_CELLS),
            later_link=urls.report_link(hit.superseded_by) if hit.superseded_by else "",
            alike_agencies=hit.alike_agencies,
            whole_link=whole_link(passage.id),
            history_link=wording_urls.history_link_below(link) if wording_urls.has_history(passage) else "",
            others=others_view(hit, request),
        )


def _cell_view(cell: CellUnderHead) -> CellView:
    link = urls.passage_link(cell.passage) if cell.passage else ""
    return CellView((*cell.headers, *cell.path), cell.text.strip(), link)


def _row_of(passage: Passage, row_at: app_state.RowReader) -> Row | None:
    """The row that a passage of a table is; None for a paragraph, a table's head, a report that has just gone."""
    if passage.locator.row is None or passage.locator.row < 0:
        return None
    try:
        return row_at(passage.locator)
    except NotFoundError:
        return None
