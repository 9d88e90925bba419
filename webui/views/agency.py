"""View models of agencies: the list of all, the page of one, the card above the hits for a name typed alone.

The rule: a count links to the search that gives it, and a year without a report says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from report_search.corpus_coverage import CoverageCell, CoverageRow
from report_search.errors import NotFoundError
from report_search.search.agencies import AgencyCard, RelatedAgency, TopicYears
from report_search.search.request import SearchRequest
from webui import app_state, urls
from webui.holdings import Holdings
from webui.views.corpus import MatrixCell, ReportEntry
from webui.views.figures.agency_figures import AgencyFiguresView, agency_figures_view

PER_PAGE = 100
"""How many agencies a page of the list has."""


class AgencyLink(Struct, frozen=True):
    """An agency in a list."""

    card: AgencyCard
    link: str


class AgenciesView(Struct, frozen=True):
    """The list of agencies, or those that ``typed`` finds, one page of it; the links are "" where there is none."""

    typed: str
    agencies: tuple[AgencyLink, ...]
    total: int
    previous_link: str
    next_link: str


class RelatedView(Struct, frozen=True):
    """A predecessor or successor, with the address of its page."""

    agency: RelatedAgency
    link: str


class TopicCount(Struct, frozen=True):
    """How many passages of a year are about a topic, and the search for them; ``held`` says if there is a report."""

    year: int
    passages: int
    link: str
    held: bool


class TopicRow(Struct, frozen=True):
    """A topic of an agency, year by year."""

    label: str
    total: int
    link: str
    counts: tuple[TopicCount, ...]


class AgencyCardView(Struct, frozen=True):
    """An agency in short, with where to go from there; ``lineage_link`` is "" without predecessors that are held."""

    card: AgencyCard
    link: str
    search_link: str
    lineage_link: str
    predecessors: tuple[RelatedView, ...]
    successors: tuple[RelatedView, ...]


class AgencyView(Struct, frozen=True):
    """The page of one agency. ``years`` are those from its first to its last report, the newest first."""

    head: AgencyCardView
    years: tuple[MatrixCell, ...]
    undated: tuple[ReportEntry, ...]
    topic_years: tuple[int, ...]
    topics: tuple[TopicRow, ...]
    figures: AgencyFiguresView | None
    doubtful: tuple[ReportEntry, ...]


def agencies_view(typed: str, page: int) -> AgenciesView:
    """One page of the list. Raises ``NotFoundError`` for a page behind the last."""
    cards = app_state.searcher().agencies().cards(typed)
    start = (page - 1) * PER_PAGE
    if page > 1 and start >= len(cards):
        raise NotFoundError("no-page", "机关没有这么多页。", hint="请从第一页翻起。")
    shown = cards[start : start + PER_PAGE]
    return AgenciesView(
        typed=typed,
        agencies=tuple(AgencyLink(card, urls.agency_link(card.key)) for card in shown),
        total=len(cards),
        previous_link=urls.agencies_link(typed, page=page - 1) if page > 1 else "",
        next_link=urls.agencies_link(typed, page=page + 1) if start + PER_PAGE < len(cards) else "",
    )


def agency_view(card: AgencyCard) -> AgencyView:
    """The page of an agency."""
    held = app_state.holdings()
    row = held.rows.get(card.name)
    cells = _inner_cells(row)
    years = tuple(cell.year for cell in cells)
    topics = app_state.searcher().agency_topics(card)
    reports = [report for report in held.reports.values() if report.agency == card.name]
    doubtful = [report.id for report in reports if report.warnings or report.unsure]
    return AgencyView(
        head=card_view(card),
        years=tuple(
            MatrixCell(cell.state, cell.year, _entries(cell.reports, held), reason=cell.reason)
            for cell in cells[::-1]
        ),
        undated=_entries(row.undated if row else (), held),
        topic_years=years,
        topics=tuple(_topic_row(topic, card, years) for topic in topics),
        figures=agency_figures_view(card.key, card.name, held=card.held),
        doubtful=_entries(doubtful, held),
    )


def card_view(card: AgencyCard) -> AgencyCardView:
    """An agency in short."""
    asked = SearchRequest(filters=(("agency", (card.name,)),))
    has_predecessors = bool(app_state.searcher().predecessors(card.name))
    with_lineage = SearchRequest(filters=asked.filters, lineage=True)
    return AgencyCardView(
        card=card,
        link=urls.agency_link(card.key),
        search_link=urls.search_link(asked),
        lineage_link=urls.search_link(with_lineage) if has_predecessors else "",
        predecessors=tuple(RelatedView(one, urls.agency_link(one.key)) for one in card.predecessors),
        successors=tuple(RelatedView(one, urls.agency_link(one.key)) for one in card.successors),
    )


def card_of_name(request: SearchRequest) -> AgencyCardView | None:
    """The card of the agency whose name was typed and nothing else; None for anything else that was asked."""
    if request.filters or request.cursor or not request.text.strip():
        return None
    card = app_state.searcher().agencies().named(request.text)
    return card_view(card) if card else None


def _inner_cells(row: CoverageRow | None) -> Sequence[CoverageCell]:
    """The years of which anything is known, and those between them."""
    cells = row.cells if row else ()
    known = [at for at, cell in enumerate(cells) if cell.state != "none"]
    return cells[known[0] : known[-1] + 1] if known else ()


def _topic_row(topic: TopicYears, card: AgencyCard, years: Sequence[int]) -> TopicRow:
    agency = ("agency", (card.name,))
    asked = SearchRequest(filters=(("topic", (topic.key,)), agency))
    link = urls.toggle_links(asked, "year")
    counts = (
        TopicCount(year, topic.passages.get(year, 0), link(str(year)), year in card.held) for year in years
    )
    return TopicRow(topic.label, topic.total, urls.search_link(asked), tuple(counts))


def _entries(ids: Sequence[str], held: Holdings) -> tuple[ReportEntry, ...]:
    return tuple(ReportEntry(held.reports[one], urls.report_link(one)) for one in ids)
