"""View models of the reading pages: a report in full, and one passage at its permanent address.

Every passage is shown where it stands, under an anchor that is its id, so a hit, a citation and a bookmark
all lead to the same place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from report_search.errors import NotFoundError
from report_search.model import Block, Paragraph, Report, Section
from report_search.passages import Locator, Passage, heading
from report_search.search.facets import label_of
from report_search.search.highlight import Snippet, Span
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher, SearchPage
from webui import app_state, template_filters, urls
from webui.marking import cells, clip, without_borders
from webui.views import search
from webui.views.table import TableView, table_view
from webui.views.table_row import RowView, row_at, row_view

Place = tuple[tuple[int, ...], int, int | None]
Marks = Mapping[str, tuple[Span, ...]]
LONG_OUTLINE = 24
"""How many entries an outline shows before it folds what lies deep."""
WALK = 100
"""How many hits of a report are fetched at a time to mark them."""


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph; ``lead`` is its ordinal and lead sentence, which ``text`` then goes on from."""

    id: str
    lead: Snippet
    text: Snippet
    link: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section in reading order; ``heading`` is printed ("" for none), ``depth`` counts from 0."""

    anchor: str
    heading: str
    name: str
    depth: int
    blocks: tuple[ParagraphView | TableView, ...]
    hits: int


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the outline; in a long one ``folded`` are the sections further down below it."""

    section: SectionView
    folded: tuple[SectionView, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report, and what of it answers the query that the reader came with."""

    report: Report
    lang: str
    sections: tuple[SectionView, ...]
    outline: tuple[Step, ...]
    query: str
    hits: tuple[str, ...]
    back: str
    without_marks: str
    passages: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The passage before or behind another."""

    passage: Passage
    link: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage at its permanent address."""

    passage: Passage
    lang: str
    section: str
    trail: tuple[str, ...]
    topics: tuple[search.TopicView, ...]
    text: Snippet
    row: RowView | None
    before: Neighbour | None
    after: Neighbour | None
    count: int
    report_link: str
    citations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Shelved:
    """The passages of a report by their place, and the marks that a query leaves in them."""

    passages: Mapping[Place, Passage]
    marks: Marks

    def at(self, path: tuple[int, ...], block: int, *, row: int | None = None) -> tuple[str, Snippet | None]:
        """Id and marked text of the passage at a place; ("", None) where none stands."""
        passage = self.passages.get((path, block, row))
        if passage is None:
            return "", None
        return passage.id, Snippet(passage.text, self.marks.get(passage.id, ()))


def report_view(searcher: Searcher, report_id: str, *, asked: SearchRequest) -> ReportView:
    """A report in full, marked with the words of ``asked``. Raises ``NotFoundError``."""
    report = app_state.reports()(report_id)
    passages = searcher.report_passages(report_id)
    marks = _marks(searcher, report_id, asked=asked)
    shelved = _Shelved({_place(p.locator): p for p in passages}, marks)
    query = SearchRequest(text=asked.text, expand=asked.expand)
    sections = tuple(_sections(report, shelved))
    return ReportView(
        report=report,
        lang=app_state.holdings().lang(report_id),
        sections=sections,
        outline=_outline([section for section in sections if section.name]),
        query=asked.text.strip(),
        hits=tuple(p.id for p in passages if p.id in marks),
        back=urls.search_link(query),
        without_marks=urls.report_link(report_id),
        passages=len(passages),
    )


def passage_view(searcher: Searcher, passage_id: str) -> PassageView:
    """One passage with its place and its neighbours. Raises ``NotFoundError``."""
    passage = searcher.passage(passage_id)
    siblings = searcher.report_passages(passage.report)
    at = next((at for at, other in enumerate(siblings) if other.id == passage_id), None)
    if at is None:
        raise NotFoundError("no-passage", f"没有编号为“{passage_id}”的段落。", hint="请重新检索原文。")
    text = Snippet(passage.text, ())
    row = row_at(app_state.reports()(passage.report), passage.locator) if passage.type == "table" else None
    return PassageView(
        passage=passage,
        lang=app_state.holdings().lang(passage.report),
        section=label_of("section", passage.section),
        trail=search.trail(passage),
        topics=search.topic_views(passage.topics, urls.narrowing(SearchRequest(), "topic")),
        text=without_borders(text),
        row=row_view(row, cells(text)) if row else None,
        before=_neighbour(siblings[at - 1]) if at else None,
        after=_neighbour(siblings[at + 1]) if at + 1 < len(siblings) else None,
        count=len(siblings),
        report_link=urls.report_link(passage.report, passage=passage.id),
        citations=citations(passage, urls.passage_link(passage.id, whole=True)),
    )


def citations(passage: Passage, link: str) -> tuple[tuple[str, str], ...]:
    """How to cite a passage: in a sentence, and after GB/T 7714. Each with its name."""
    place = " › ".join(search.trail(passage))
    published = f"（{template_filters.date(passage.published)}发布）" if passage.published else ""
    sentence = f"{passage.agency}《{passage.title}》{published}"
    sentence += f"，“{place}”" if place else ""
    date = f"({passage.published})" if passage.published else ""
    standard = ". ".join(filter(None, (passage.agency, f"{passage.title}[R/OL]", date, place, link)))
    return (("行文", f"{sentence}，{link}"), ("GB/T 7714", f"{standard}."))


def _neighbour(passage: Passage) -> Neighbour:
    return Neighbour(passage, urls.passage_link(passage.id))


def _place(locator: Locator) -> Place:
    return locator.section, locator.block, locator.row


def _marks(searcher: Searcher, report_id: str, *, asked: SearchRequest) -> Marks:
    """The marked stretches of every hit in a report; {} where nothing is asked."""
    if not asked.text.strip():
        return {}
    request = SearchRequest(
        text=asked.text, filters=(("report", (report_id,)),), limit=WALK, facets=(), expand=asked.expand
    )
    return {hit.passage.id: hit.snippet.spans for page in _walk(searcher, request) for hit in page.hits}


def _walk(searcher: Searcher, request: SearchRequest) -> Iterator[SearchPage]:
    while True:
        page = searcher.search(request)
        yield page
        if not page.next:
            return
        request = replace(request, cursor=page.next)


def _sections(report: Report, shelved: _Shelved) -> Iterator[SectionView]:
    found = [place[0] for place, passage in shelved.passages.items() if passage.id in shelved.marks]
    for path, section in report.walk():
        yield SectionView(
            anchor="s-" + "-".join(str(step + 1) for step in path),
            heading=heading(section),
            name=_name(section, path),
            depth=len(path) - 1,
            blocks=tuple(
                _block(block, (path, at), shelved=shelved) for at, block in enumerate(section.blocks)
            ),
            hits=sum(place[: len(path)] == path for place in found),
        )


def _outline(sections: Sequence[SectionView]) -> tuple[Step, ...]:
    """The outline. In a long one what lies deeper than two levels is folded below what it belongs to."""
    if len(sections) <= LONG_OUTLINE:
        return tuple(Step(section) for section in sections)
    steps: list[tuple[SectionView, list[SectionView]]] = []
    for section in sections:
        if section.depth >= 2 and steps:
            steps[-1][1].append(section)
        else:
            steps.append((section, []))
    return tuple(Step(section, tuple(folded)) for section, folded in steps)


def _name(section: Section, path: tuple[int, ...]) -> str:
    """What the outline calls a section: its printed heading, else what it is (引言)."""
    return heading(section) or (label_of("section", section.kind) if len(path) == 1 else "")


def _block(block: Block, at: tuple[tuple[int, ...], int], *, shelved: _Shelved) -> ParagraphView | TableView:
    if isinstance(block, Paragraph):
        passage_id, snippet = shelved.at(*at)
        return _paragraph(block, snippet or Snippet(block.text, ()), passage_id=passage_id)
    return table_view(block, lambda row: shelved.at(*at, row=row))


def _paragraph(block: Paragraph, snippet: Snippet, *, passage_id: str) -> ParagraphView:
    lead = block.ordinal + block.lead
    cut = len(lead) if block.lead and block.text.startswith(lead) else 0
    return ParagraphView(
        id=passage_id,
        lead=clip(snippet, (0, cut)),
        text=clip(snippet, (cut, len(snippet.text))),
        link=urls.passage_link(passage_id) if passage_id else "",
    )
