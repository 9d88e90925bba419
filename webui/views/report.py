"""View models of the reading pages: a report in full, and one passage at its permanent address.

The rule: every passage is shown at its position in the report, under an anchor that is its id, so a hit, a citation and
a bookmark all lead to the same spot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from report_search.errors import NotFoundError
from report_search.export.citations import STYLES, Cited, cited_passage, cited_report, trail
from report_search.figures.checks import WARNING_CODES
from report_search.model import Block, Paragraph, Report, ReportWarning, Section
from report_search.passages import Locator, Passage, count_passages, heading
from report_search.search.facets import kind_label, label_of
from report_search.search.highlight import Snippet, Span
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher, SearchPage
from report_search.wording.library import Library
from webui import app_state, site, urls, wording_urls
from webui.marking import LinkedSpan, cells, clip, clip_links, without_borders
from webui.page_pictures.pictures import has_page_pictures, recognised_pages
from webui.reference_links.links import CitedView, cited_views, links_by_passage
from webui.views.checks import CheckView, check_view
from webui.views.search import TopicView, topic_views
from webui.views.table import TableView, table_view
from webui.views.table_row import RowView, row_view

SectionPath = tuple[int, ...]
PassageKey = tuple[SectionPath, int, int | None]
"""The locator of a passage within its report: section path, block, row (None: a paragraph, -1: a table's head)."""
Marks = Mapping[str, tuple[Span, ...]]
"""The marked spans of passages by their ids; a hit without marks has its entry too."""
HEADING = -1
"""The block number of the passage that is a heading."""
LONG_OUTLINE = 24
"""How many entries an outline has before the deeper ones are folded."""
TOP_LEVELS = 2
"""How many levels a long outline shows unfolded."""
HITS_PER_SEARCH = 100
"""How many hits of a report are fetched at a time to mark them."""


class ParagraphView(Struct, frozen=True):
    """A paragraph; ``lead`` is its ordinal and lead sentence, ``text`` what follows them.

    ``lead_links`` and ``text_links`` lead to the documents that are cited in them, ``picture`` to the page that it was
    read off, "" for text.
    """

    id: str
    lead: Snippet
    text: Snippet
    link: str
    picture: str = ""
    lead_links: tuple[LinkedSpan, ...] = ()
    text_links: tuple[LinkedSpan, ...] = ()


class SectionView(Struct, frozen=True):
    """A section in reading order; ``heading`` is printed ("" for none), ``depth`` counts from 0.

    ``id`` and ``link`` are those of the heading's passage, "" where there is none.
    """

    anchor: str
    id: str
    link: str
    heading: Snippet
    name: str
    depth: int
    blocks: tuple[ParagraphView | TableView, ...]
    hits: int


class OutlineEntry(Struct, frozen=True):
    """An entry of the outline; in a long one ``folded`` are the sections further down below it."""

    section: SectionView
    folded: tuple[SectionView, ...] = ()


class CitationView(Struct, frozen=True):
    """A citation in one style, by the style's label."""

    label: str
    text: str


class PagePictureView(Struct, frozen=True):
    """A page of the original whose text was recognised: its number, its picture, how surely it was read."""

    number: int
    link: str
    score: float | None = None


class ReportView(Struct, frozen=True):
    """A report, and what of it answers the query that the reader came with.

    ``later_link`` leads to the report that has replaced it, "" where none has.
    ``checks`` are its sums that do not hold, ``warnings`` what the reader is unsure of.
    ``original_link`` is "" where the file is gone; ``fetched`` says when it was fetched, as the manifest has it.
    """

    report: Report
    lang: str
    title_id: str
    title: Snippet
    sections: tuple[SectionView, ...]
    outline: tuple[OutlineEntry, ...]
    query: str
    hits: tuple[str, ...]
    back: str
    without_marks: str
    passages: int
    later_link: str
    citations: tuple[CitationView, ...]
    original_link: str
    fetched: str
    recognised: bool
    pictures: tuple[PagePictureView, ...]
    checks: tuple[CheckView, ...]
    warnings: tuple[ReportWarning, ...]
    compare_link: str
    cited: tuple[CitedView, ...]


class AdjacentPassage(Struct, frozen=True):
    """The passage before or behind another."""

    passage: Passage
    link: str


class PassageView(Struct, frozen=True):
    """A passage at its permanent address."""

    passage: Passage
    lang: str
    section: str
    kind: str
    trail: tuple[str, ...]
    topics: tuple[TopicView, ...]
    text: Snippet
    row: RowView | None
    before: AdjacentPassage | None
    after: AdjacentPassage | None
    count: int
    report_link: str
    later_link: str
    citations: tuple[CitationView, ...]
    history_link: str
    links: tuple[LinkedSpan, ...]
    cited: tuple[CitedView, ...]
    picture: PagePictureView | None


class _MarkedPassages(Struct, frozen=True):
    """The passages of a report by their locators, the marks that a query leaves in them, the documents they cite."""

    passages: Mapping[PassageKey, Passage]
    marks: Marks
    links: Mapping[str, Sequence[LinkedSpan]]

    def at(self, path: SectionPath, block: int, *, row: int | None = None) -> tuple[str, Snippet | None]:
        """Id and marked text of the passage at a locator; ("", None) where there is none."""
        passage = self.passages.get((path, block, row))
        if passage is None:
            return "", None
        return passage.id, Snippet(passage.text, self.marks.get(passage.id, ()))


def report_view(searcher: Searcher, report_id: str, *, asked: SearchRequest) -> ReportView:
    """A report in full, marked with the words of ``asked``. Raises ``NotFoundError``."""
    report = app_state.report(report_id)
    passages = searcher.whole_report(report_id)
    marks = _marks(searcher, report_id, asked=asked)
    by_key = {_key(passage.locator): passage for passage in passages}
    references = app_state.references_of(report=report_id)
    marked = _MarkedPassages(by_key, marks, links_by_passage(references))
    title_id, title = marked.at((), HEADING)
    sections = tuple(_section_views(report, marked))
    checks = app_state.checks_of(report_id)
    query = SearchRequest(text=asked.text, expand=asked.expand, titles=asked.titles)
    return ReportView(
        report=report,
        lang=app_state.holdings().lang(report_id),
        title_id=title_id,
        title=title or Snippet(report.title, ()),
        sections=sections,
        outline=_outline([section for section in sections if section.name]),
        query=asked.text.strip(),
        hits=tuple(passage.id for passage in sorted(passages, key=_as_printed) if passage.id in marks),
        back=urls.search_link(query),
        without_marks=urls.report_link(report_id),
        passages=count_passages(passages),
        later_link=_later_link(searcher, report_id),
        citations=citation_views(cited_report(report, site.address())),
        original_link=urls.original_link(report_id) if searcher.has_original(report_id) else "",
        recognised=bool(recognised_pages(report)),
        pictures=_pictures(searcher, report),
        checks=tuple(map(check_view, checks or ())),
        warnings=_without_sums(report.warnings) if checks is not None else report.warnings,
        fetched=next((e.value for e in report.evidence if e.field == "fetched"), ""),
        compare_link=_compare_link(searcher, report),
        cited=cited_views(references),
    )


def passage_view(searcher: Searcher, passage_id: str) -> PassageView:
    """One passage with its headings and its neighbours. Raises ``NotFoundError``."""
    passage = searcher.passage(passage_id)
    siblings = searcher.report_passages(passage.report)
    before, after = _neighbours(passage, siblings)
    text = Snippet(passage.text, ())
    references = app_state.references_of(passage=passage.id)
    return PassageView(
        passage=passage,
        lang=app_state.holdings().lang(passage.report),
        section=label_of("section", passage.section),
        kind=kind_label(passage),
        trail=trail(passage),
        topics=topic_views(passage.topics, urls.narrow_links(SearchRequest(), "topic")),
        text=without_borders(text),
        row=_row_view(passage, text),
        before=before,
        after=after,
        count=len(siblings),
        report_link=urls.report_link(passage.report, passage=passage.id),
        later_link=_later_link(searcher, passage.report),
        citations=citation_views(cited_passage(passage, site.address())),
        history_link=wording_urls.history_link_of(passage),
        links=tuple(links_by_passage(references).get(passage.id, ())),
        cited=cited_views(references),
        picture=_picture(searcher, passage),
    )


def _picture(searcher: Searcher, passage: Passage) -> PagePictureView | None:
    """The page that a passage was read off; None for text. Its link is "" where the original is gone."""
    if passage.recognised is None:
        return None
    number = passage.recognised.page
    has_picture = has_page_pictures(searcher, passage.report)
    link = urls.page_picture_link(passage.report, number) if has_picture else ""
    return PagePictureView(number, link, passage.recognised.score)


def _pictures(searcher: Searcher, report: Report) -> tuple[PagePictureView, ...]:
    """The pages whose text was recognised; () where the original is gone."""
    pages = recognised_pages(report)
    if not pages or not has_page_pictures(searcher, report.id):
        return ()
    return tuple(PagePictureView(page, urls.page_picture_link(report.id, page)) for page in pages)


def _without_sums(warnings: Sequence[ReportWarning]) -> tuple[ReportWarning, ...]:
    """What the reader is unsure of: numbers that do not agree are the report's own and stand apart."""
    codes = set(WARNING_CODES.values())
    return tuple(warning for warning in warnings if warning.code not in codes)


def _later_link(searcher: Searcher, report_id: str) -> str:
    """The address of the report that has replaced another; "" where none has."""
    later = searcher.superseded_by(report_id)
    return urls.report_link(later) if later else ""


def _compare_link(searcher: Searcher, report: Report) -> str:
    """The address of a report beside the one before it of the same agency, or of its predecessors; "" for none."""
    if report.year is None:
        return ""
    by_year = Library(searcher).by_year(report.agency)
    before = max((year for year in by_year if year < report.year), default=None)
    return wording_urls.compare_link(by_year[before][0].id, report.id) if before is not None else ""


def citation_views(cited: Cited) -> tuple[CitationView, ...]:
    """How to cite a report or a passage, in every style."""
    visit = site.visit()
    return tuple(CitationView(style.label, style.write(cited, visit)) for style in STYLES)


def _row_view(passage: Passage, text: Snippet) -> RowView | None:
    """The row that a passage is; None for a paragraph and for a table's head."""
    if passage.type != "table":
        return None
    row = app_state.row(passage.locator)
    return row_view(row, cells(text)) if row else None


def _neighbours(
    passage: Passage, siblings: Sequence[Passage]
) -> tuple[AdjacentPassage | None, AdjacentPassage | None]:
    """The passages before and behind one; a heading, which is not in their order, has none."""
    if passage.is_heading:
        return None, None
    position = next((at for at, sibling in enumerate(siblings) if sibling.id == passage.id), None)
    # The index may have been replaced between the two questions, by one without this passage.
    if position is None:
        raise NotFoundError("no-passage", f"没有编号为“{passage.id}”的段落。", hint="请重新检索原文。")
    return _adjacent(siblings, position - 1), _adjacent(siblings, position + 1)


def _adjacent(siblings: Sequence[Passage], position: int) -> AdjacentPassage | None:
    if not 0 <= position < len(siblings):
        return None
    passage = siblings[position]
    return AdjacentPassage(passage, urls.passage_link(passage.id))


def _key(locator: Locator) -> PassageKey:
    return locator.section, locator.block, locator.row


def _as_printed(passage: Passage) -> tuple[SectionPath, int, int]:
    """What puts passages and headings in the order in which they are printed: the title first, each heading over
    what it opens."""
    at = passage.locator
    return at.section, at.block, HEADING if at.row is None else at.row


def _marks(searcher: Searcher, report_id: str, *, asked: SearchRequest) -> Marks:
    """The marked spans of every hit in a report; {} where nothing is asked."""
    if not asked.text.strip():
        return {}
    request = SearchRequest(
        text=asked.text,
        filters=(("report", (report_id,)),),
        limit=HITS_PER_SEARCH,
        facets=(),
        expand=asked.expand,
        titles=asked.titles,
    )
    return {hit.passage.id: hit.snippet.spans for page in _pages(searcher, request) for hit in page.hits}


def _pages(searcher: Searcher, request: SearchRequest) -> Iterator[SearchPage]:
    """All pages of a search."""
    while True:
        page = searcher.search(request)
        yield page
        if not page.next:
            return
        request = replace(request, cursor=page.next)


def _section_views(report: Report, passages: _MarkedPassages) -> Iterator[SectionView]:
    hit_paths = [key[0] for key, passage in passages.passages.items() if passage.id in passages.marks]
    for path, section in report.walk():
        blocks = (
            _block_view(block, (path, at), passages=passages) for at, block in enumerate(section.blocks)
        )
        heading_id, heading_text = passages.at(path, HEADING)
        yield SectionView(
            anchor="s-" + "-".join(str(step + 1) for step in path),
            id=heading_id,
            link=urls.passage_link(heading_id) if heading_id else "",
            heading=heading_text or Snippet(heading(section), ()),
            name=_name(section, path),
            depth=len(path) - 1,
            blocks=tuple(blocks),
            # Hits in its subsections count too: their paths begin with its own.
            hits=sum(hit_path[: len(path)] == path for hit_path in hit_paths),
        )


def _outline(sections: Sequence[SectionView]) -> tuple[OutlineEntry, ...]:
    """The outline. In a long one what is deeper than ``TOP_LEVELS`` is folded into the entry before it."""
    if len(sections) <= LONG_OUTLINE:
        return tuple(OutlineEntry(section) for section in sections)
    entries: list[tuple[SectionView, list[SectionView]]] = []
    for section in sections:
        if section.depth >= TOP_LEVELS and entries:
            entries[-1][1].append(section)
        else:
            entries.append((section, []))
    return tuple(OutlineEntry(section, tuple(folded)) for section, folded in entries)


def _name(section: Section, path: SectionPath) -> str:
    """What the outline calls a section: its printed heading, at the top level else its kind (引言), else ""."""
    is_top_level = len(path) == 1
    return heading(section) or (label_of("section", section.kind) if is_top_level else "")


def _block_view(
    block: Block, at: tuple[SectionPath, int], *, passages: _MarkedPassages
) -> ParagraphView | TableView:
    if isinstance(block, Paragraph):
        passage_id, snippet = passages.at(*at)
        view = _paragraph_view(block, snippet or Snippet(block.text, ()), passage_id=passage_id)
        if block.recognised:
            view = replace(view, picture=f"#page-{block.recognised.page}")
        return _with_links(view, passages.links.get(passage_id, ()))
    return table_view(block, lambda row: passages.at(*at, row=row))


def _paragraph_view(block: Paragraph, snippet: Snippet, *, passage_id: str) -> ParagraphView:
    lead = block.ordinal + block.lead
    lead_end = len(lead) if block.lead and block.text.startswith(lead) else 0
    return ParagraphView(
        id=passage_id,
        lead=clip(snippet, (0, lead_end)),
        text=clip(snippet, (lead_end, len(snippet.text))),
        link=urls.passage_link(passage_id) if passage_id else "",
    )


def _with_links(view: ParagraphView, links: Sequence[LinkedSpan]) -> ParagraphView:
    """``view`` with links in its lead and in its text."""
    lead_end = len(view.lead.text)
    whole = lead_end + len(view.text.text)
    return replace(
        view,
        lead_links=clip_links(links, (0, lead_end)),
        text_links=clip_links(links, (lead_end, whole)),
    )
