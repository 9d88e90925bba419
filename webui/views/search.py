"""View models of the front page and of a page of results.

The rule: what is chosen, what a click does and what a count means is decided here, from the ``SearchPage`` that API and
command line show too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from report_search.errors import NotFoundError
from report_search.fields import FIELD_LABELS, PART_LABELS, SORT_LABELS, SORTS, Sort
from report_search.model import Row
from report_search.passages import Passage, TopicReason
from report_search.query.interpret import ASKS_ABSENCE, Hint, QueryPart
from report_search.search.counting import absence_hint
from report_search.search.facets import Facet, label_of
from report_search.search.highlight import Snippet
from report_search.search.request import SearchRequest
from report_search.search.searcher import Hit, Searcher, SearchPage
from report_search.search.suggestions import Suggestion
from webui import app_state, urls
from webui.holdings import AvailabilityNote, CorpusSummary, availability_notes
from webui.marking import cells, excerpt, without_borders
from webui.views.table_row import RowView, row_at, row_view
from webui.views.trend import ChartView, chart_view

EXAMPLES = ("领事保护", "“三公”经费", "依申请公开 答复", "新媒体 -抖音", "一件事一次办", "行政复议")
"""Queries that show what can be asked; only those that find something in this corpus are offered."""
HOME_FACETS = ("year", "topic", "agency")
HOME_OPEN_VALUES = 20
OPEN_VALUES = 8
"""How many values of a facet are open beside the hits; the others are folded, not left out."""
FOLD_AT_LEAST = 3
"""Fewer values than this are not folded: the line that unfolds them would take as much room."""


@dataclass(frozen=True, slots=True)
class OptionView:
    """One value that a click adds or takes away. ``passages`` is None where no count is shown."""

    label: str
    link: str
    chosen: bool = False
    passages: int | None = None
    reports: int = 0


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet; ``show_all_link`` leads to the ``more`` values left out, ``clear_link`` drops those chosen, if any.

    ``folded`` values follow ``values`` behind a fold, which is ``open`` where they were asked for.
    """

    field: str
    label: str
    values: tuple[OptionView, ...]
    folded: tuple[OptionView, ...]
    open: bool
    chosen: int
    more: int
    show_all_link: str
    clear_link: str


@dataclass(frozen=True, slots=True)
class ChipView:
    """A part of the query as it was read, or a filter; ``without`` links to the search without it ("" for none)."""

    kind: str
    label: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class HintView:
    """A hint on the query, with the repaired query one click away ("" for none); ``offer`` says what the link gives."""

    message: str
    suggestion: str
    link: str
    offer: str = "改为"


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic of a passage, the printed words that gave it, and the search narrowed to it."""

    label: str
    because: str
    link: str


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as it is shown: a table's row as ``row``, all else as ``fragments`` of its text.

    ``full_text`` is the whole text where the fragments are not all of it.
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


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A weaker search in place of one that found nothing, and how many passages it finds."""

    message: str
    link: str
    passages: int


@dataclass(frozen=True, slots=True)
class ResultsView:
    """Everything on a page of results.

    ``silence_link`` leads a question about a silence to where it is answered, "" for any other.
    """

    page: SearchPage
    chart: ChartView | None
    notice: str
    hidden_fields: tuple[tuple[str, str], ...]
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
    next_link: str
    first_link: str
    clear_link: str
    api_link: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """The page before anything is asked."""

    examples: tuple[OptionView, ...]
    facets: tuple[FacetView, ...]
    summary: CorpusSummary
    all_passages_link: str


def results_view(page: SearchPage, *, notice: str = "") -> ResultsView:
    """The view of an answer; ``notice`` says how it came about where that is not as asked."""
    # Every link but that to the next page starts the list anew.
    request, held = urls.first_page(page.request), app_state.holdings()
    return ResultsView(
        page=page,
        chart=_chart(page),
        notice=notice,
        hidden_fields=tuple(urls.hidden_fields(request, without=("q", "cursor", "whole"))),
        query_chips=tuple(query_chip(part, request) for part in page.read_as),
        filter_chips=filter_chips(request),
        hints=tuple(hint_view(hint, request) for hint in page.hints),
        facets=tuple(facet_view(facet, request) for facet in page.facets),
        sorts=tuple(_sort_view(sort, request) for sort in SORTS),
        hits=tuple(_hit_views(page.hits, request)),
        suggestions=tuple(_suggestion_view(suggestion) for suggestion in page.suggestions),
        silence_link=_silence_link(page, request),
        availability=availability_notes(page, held),
        summary=held.summary,
        unread=held.unread,
        next_link=urls.search_link(replace(request, cursor=page.next)) if page.next else "",
        first_link=urls.search_link(request) if page.request.cursor else "",
        clear_link=urls.search_link(urls.cleared(request)),
        api_link=urls.api_link(request),
    )


def _chart(page: SearchPage) -> ChartView | None:
    """The chart above the first hits; none for a question about a silence, which found nothing whatever is held."""
    is_counted = page.tallies and not page.request.cursor and absence_hint(page) is None
    return chart_view(page) if is_counted else None


def _silence_link(page: SearchPage, request: SearchRequest) -> str:
    hint = absence_hint(page)
    return urls.mentions_link(replace(request, text=hint.suggestion)) if hint else ""


def home_view(searcher: Searcher) -> HomeView:
    """The view of the front page."""
    blank = SearchRequest()
    page = searcher.search(SearchRequest(limit=1, facets=HOME_FACETS))
    examples = app_state.finding(EXAMPLES)
    return HomeView(
        examples=tuple(OptionView(query, urls.search_link(replace(blank, text=query))) for query in examples),
        facets=tuple(facet_view(facet, blank, open_values=HOME_OPEN_VALUES) for facet in page.facets),
        summary=app_state.holdings().summary,
        # A blank search is this page; with an order of its own it lists every passage.
        all_passages_link=urls.search_link(replace(blank, sort="newest")),
    )


def topic_views(reasons: Sequence[TopicReason], link: urls.LinkMaker) -> tuple[TopicView, ...]:
    """The topics of a passage, each linked by ``link`` to the search for it."""
    return tuple(
        TopicView(label_of("topic", reason.key), "、".join(reason.because), link(reason.key))
        for reason in reasons
    )


def trail(passage: Passage) -> tuple[str, ...]:
    """The headings over a passage, without a lead sentence that the text itself begins with."""
    return tuple(heading for heading in passage.headings if not passage.text.startswith(heading))


def query_chip(part: QueryPart, request: SearchRequest, at: urls.Address = urls.RESULTS) -> ChipView:
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
    return ChipView(part.as_, label, part.text, without)


def filter_chips(request: SearchRequest, at: urls.Address = urls.RESULTS) -> tuple[ChipView, ...]:
    """The chosen values of all filters, and the switches that are not at their defaults."""
    chips = [
        _filter_chip(request, field=field, value=value, at=at)
        for field, values in request.filters
        for value in values
    ]
    if request.titles:
        chips.append(
            ChipView("titles", "标题", "也计入", urls.search_link(replace(request, titles=False), at))
        )
    if not request.expand:
        chips.append(
            ChipView("expand", "同义词", "不计入", urls.search_link(replace(request, expand=True), at))
        )
    return tuple(chips)


def _filter_chip(request: SearchRequest, *, field: str, value: str, at: urls.Address) -> ChipView:
    without = urls.search_link(urls.toggled(request, field=field, value=value), at)
    return ChipView(field, FIELD_LABELS[field], label_of(field, value), without)


def hint_view(hint: Hint, request: SearchRequest, at: urls.Address = urls.RESULTS) -> HintView:
    """A hint; one on a question about a silence leads to who says it and who does not."""
    if not hint.suggestion:
        return HintView(hint.message, "", "")
    asked = replace(request, text=hint.suggestion)
    if hint.code == ASKS_ABSENCE:
        return HintView(hint.message, hint.suggestion, urls.mentions_link(asked), "查看谁提到、谁没有提到")
    return HintView(hint.message, hint.suggestion, urls.search_link(asked, at))


def facet_view(
    facet: Facet,
    request: SearchRequest,
    *,
    open_values: int = OPEN_VALUES,
    at: urls.Address = urls.RESULTS,
) -> FacetView:
    """A facet whose values are ticked and unticked on the page ``at``."""
    link = urls.toggle_links(request, facet.field, at)
    options = tuple(
        OptionView(value.label, link(value.value), value.chosen, value.passages, value.reports)
        for value in facet.values
    )
    n_chosen = sum(option.chosen for option in options)
    if len(options) - open_values < FOLD_AT_LEAST:
        open_values = len(options)
    folded = options[open_values:]
    show_all = replace(request, whole=(*request.whole, facet.field))
    return FacetView(
        field=facet.field,
        label=facet.label,
        values=options[:open_values],
        folded=folded,
        open=facet.field in request.whole or any(option.chosen for option in folded),
        chosen=n_chosen,
        more=facet.more,
        show_all_link=urls.search_link(show_all, at) if facet.more else "",
        clear_link=urls.search_link(urls.cleared(request, facet.field), at) if n_chosen else "",
    )


def _sort_view(sort: Sort, request: SearchRequest) -> OptionView:
    link = urls.search_link(replace(request, sort=sort))
    return OptionView(SORT_LABELS[sort], link, chosen=sort == request.sort)


def _suggestion_view(suggestion: Suggestion) -> SuggestionView:
    return SuggestionView(suggestion.message, urls.search_link(suggestion.request), suggestion.passages)


def _hit_views(hits: Sequence[Hit], request: SearchRequest) -> Iterator[HitView]:
    # Made once for all hits of the page.
    held, topic_link = app_state.holdings(), urls.narrow_links(request, "topic")
    for hit in hits:
        passage, row = hit.passage, _row_of(hit.passage)
        text = hit.snippet if row else without_borders(hit.snippet)
        fragments = () if row else tuple(excerpt(text))
        is_shown_whole = bool(row) or fragments == (text,)
        yield HitView(
            passage=passage,
            lang=held.lang(passage.report),
            section=label_of("section", passage.section),
            trail=trail(passage),
            topics=topic_views(passage.topics, topic_link),
            missing=hit.missing,
            fragments=fragments,
            full_text=None if is_shown_whole else text,
            row=row_view(row, cells(text)) if row else None,
            report_link=urls.report_link(passage.report, passage=passage.id, request=request),
            passage_link=urls.passage_link(passage.id),
        )


def _row_of(passage: Passage) -> Row | None:
    """The row that a passage of a table is; None for a paragraph, a table's head, a report that has just gone."""
    if passage.locator.row is None or passage.locator.row < 0:
        return None
    try:
        return row_at(app_state.report(passage.report), passage.locator)
    except NotFoundError:
        return None
