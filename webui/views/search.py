"""View models of the search page: everything a template shows, with every link already made.

Templates only lay out. What is chosen, what a click does and what a count means is settled here, from the
``SearchPage`` that API and command line show too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from report_search.errors import NotFoundError
from report_search.fields import FIELD_LABELS, PART_LABELS, SORT_LABELS, SORTS, Sort
from report_search.model import Report, Row
from report_search.passages import Passage, TopicReason
from report_search.query.interpret import Hint, QueryPart
from report_search.search.facets import Facet, label_of
from report_search.search.highlight import Snippet
from report_search.search.request import SearchRequest
from report_search.search.searcher import Hit, Searcher, SearchPage
from report_search.search.suggestions import Suggestion
from webui import app_state, holdings, urls
from webui.marking import cells, excerpt, without_borders
from webui.views.table_row import RowView, row_at, row_view

EXAMPLES = ("领事保护", "“三公”经费", "依申请公开 答复", "新媒体 -抖音", "一件事一次办", "行政复议")
"""Queries that show what can be asked; only those that find something in this corpus are offered."""
FACETS_AT_HOME = ("year", "topic", "agency")
VALUES_AT_HOME = 20
VALUES_AT_ONCE = 8
"""How many values of a facet stand open beside the hits; the others are folded, not left out."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a click adds or takes away. ``count`` is None where none is shown."""

    label: str
    link: str
    chosen: bool = False
    passages: int | None = None
    reports: int = 0


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet; ``rest`` links to the ``more`` values left out, ``clear`` to the search without those chosen, if any.

    ``folded`` values follow ``values`` behind a fold, which is ``open`` where they were asked for.
    """

    field: str
    label: str
    values: tuple[Choice, ...]
    folded: tuple[Choice, ...]
    open: bool
    chosen: int
    more: int
    rest: str
    clear: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of what was understood, and the link that goes on without it ("" where there is none)."""

    kind: str
    label: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class HintView:
    """A hint on the query, with the repaired query one click away ("" for none)."""

    message: str
    suggestion: str
    link: str


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic of a passage, its reason as printed, and the search narrowed to it."""

    label: str
    because: str
    link: str


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as it is shown: a table's row as ``row``, all else as ``fragments`` of its ``whole`` text."""

    passage: Passage
    lang: str
    section: str
    trail: tuple[str, ...]
    topics: tuple[TopicView, ...]
    missing: tuple[str, ...]
    fragments: tuple[Snippet, ...]
    whole: Snippet | None
    row: RowView | None
    report_link: str
    passage_link: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out of an empty result and what it would find."""

    message: str
    link: str
    passages: int


@dataclass(frozen=True, slots=True)
class ResultsView:
    """Everything on a page of results."""

    page: SearchPage
    notice: str
    hidden: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    choices: tuple[Chip, ...]
    hints: tuple[HintView, ...]
    facets: tuple[FacetView, ...]
    sorts: tuple[Choice, ...]
    hits: tuple[HitView, ...]
    ways: tuple[WayOut, ...]
    looked_up: tuple[holdings.Known, ...]
    shelf: holdings.Shelf
    unread: int
    next: str
    first: str
    clear: str
    api: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """The page before anything is asked."""

    examples: tuple[Choice, ...]
    facets: tuple[FacetView, ...]
    shelf: holdings.Shelf
    all_link: str


def results_view(page: SearchPage, *, notice: str = "") -> ResultsView:
    """The view of an answer; ``notice`` is a word on how it came about."""
    request, held = urls.first_page(page.request), app_state.holdings()
    return ResultsView(
        page=page,
        notice=notice,
        hidden=tuple(urls.pairs(request, without=("q", "cursor", "whole"))),
        chips=tuple(_read_chip(piece, request) for piece in page.read_as),
        choices=_choices(request),
        hints=tuple(_hint(hint, request) for hint in page.hints),
        facets=tuple(_facet(facet, request) for facet in page.facets),
        sorts=tuple(_sort(sort, request) for sort in SORTS),
        hits=tuple(_hits(page.hits, request)),
        ways=tuple(_way(suggestion) for suggestion in page.suggestions),
        looked_up=holdings.looked_up(page, held),
        shelf=held.shelf,
        unread=held.unread,
        next=urls.search_link(replace(request, cursor=page.next)) if page.next else "",
        first=urls.search_link(request) if page.request.cursor else "",
        clear=urls.search_link(urls.cleared(request)),
        api=urls.api_link(request),
    )


def home_view(searcher: Searcher) -> HomeView:
    """The view of the front page."""
    blank = SearchRequest()
    page = searcher.search(SearchRequest(limit=1, facets=FACETS_AT_HOME))
    useful = app_state.examples(EXAMPLES)
    return HomeView(
        examples=tuple(Choice(q, urls.search_link(replace(blank, text=q))) for q in useful),
        facets=tuple(_facet(facet, blank, open_values=VALUES_AT_HOME) for facet in page.facets),
        shelf=app_state.holdings().shelf,
        all_link=urls.search_link(replace(blank, sort="newest")),
    )


def topic_views(reasons: Sequence[TopicReason], narrowed: urls.Link) -> tuple[TopicView, ...]:
    """The topics of a passage, each linked by ``narrowed`` to the search for it."""
    return tuple(
        TopicView(label_of("topic", reason.key), "、".join(reason.because), narrowed(reason.key))
        for reason in reasons
    )


def trail(passage: Passage) -> tuple[str, ...]:
    """The headings over a passage, without a lead sentence that the text itself begins with."""
    return tuple(heading for heading in passage.headings if not passage.text.startswith(heading))


def _read_chip(piece: QueryPart, request: SearchRequest) -> Chip:
    label = PART_LABELS[piece.as_]
    if piece.as_ == "synonym":
        return Chip(piece.as_, label, piece.text, urls.search_link(replace(request, expand=False)))
    if piece.as_ == "dropped":
        return Chip(piece.as_, label, piece.text, "")
    return Chip(piece.as_, label, piece.text, urls.search_link(replace(request, text=piece.without)))


def _choices(request: SearchRequest) -> tuple[Chip, ...]:
    chips = [
        Chip(
            field,
            FIELD_LABELS[field],
            label_of(field, value),
            urls.search_link(urls.toggled(request, field=field, value=value)),
        )
        for field, values in request.filters
        for value in values
    ]
    if request.titles:
        chips.append(Chip("titles", "标题", "也计入", urls.search_link(replace(request, titles=False))))
    if not request.expand:
        chips.append(Chip("expand", "同义词", "不计入", urls.search_link(replace(request, expand=True))))
    return tuple(chips)


def _hint(hint: Hint, request: SearchRequest) -> HintView:
    link = urls.search_link(replace(request, text=hint.suggestion)) if hint.suggestion else ""
    return HintView(hint.message, hint.suggestion, link)


def _facet(facet: Facet, request: SearchRequest, *, open_values: int = VALUES_AT_ONCE) -> FacetView:
    link = urls.toggling(request, facet.field)
    choices = tuple(
        Choice(value.label, link(value.value), value.chosen, value.passages, value.reports)
        for value in facet.values
    )
    chosen = sum(value.chosen for value in facet.values)
    if len(choices) <= open_values + 2:
        open_values = len(choices)
    return FacetView(
        field=facet.field,
        label=facet.label,
        values=choices[:open_values],
        folded=choices[open_values:],
        open=facet.field in request.whole or any(choice.chosen for choice in choices[open_values:]),
        chosen=chosen,
        more=facet.more,
        rest=urls.search_link(replace(request, whole=(*request.whole, facet.field))) if facet.more else "",
        clear=urls.search_link(urls.cleared(request, facet.field)) if chosen else "",
    )


def _sort(sort: Sort, request: SearchRequest) -> Choice:
    ordered = replace(request, sort=sort)
    return Choice(SORT_LABELS[sort], urls.search_link(ordered), chosen=sort == request.sort)


def _way(suggestion: Suggestion) -> WayOut:
    return WayOut(suggestion.message, urls.search_link(suggestion.request), suggestion.passages)


def _hits(hits: Sequence[Hit], request: SearchRequest) -> Iterator[HitView]:
    held, reports, narrowed = app_state.holdings(), app_state.reports(), urls.narrowing(request, "topic")
    for hit in hits:
        passage, row = hit.passage, _row(hit.passage, reports)
        text = hit.snippet if row else without_borders(hit.snippet)
        fragments = () if row else tuple(excerpt(text))
        yield HitView(
            passage=passage,
            lang=held.lang(passage.report),
            section=label_of("section", passage.section),
            trail=trail(passage),
            topics=topic_views(passage.topics, narrowed),
            missing=hit.missing,
            fragments=fragments,
            whole=None if row or fragments == (text,) else text,
            row=row_view(row, cells(text)) if row else None,
            report_link=urls.report_link(passage.report, passage=passage.id, request=request),
            passage_link=urls.passage_link(passage.id),
        )


def _row(passage: Passage, reports: Callable[[str], Report]) -> Row | None:
    """The row that a passage of a table is; None for a paragraph, a table's head, a report that has just gone."""
    if passage.locator.row is None or passage.locator.row < 0:
        return None
    try:
        return row_at(reports(passage.report), passage.locator)
    except NotFoundError:
        return None
