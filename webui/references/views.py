"""What the pages on cited documents show: the list, and one document with who cites it.

The rule: a count is what the pages behind it show, and a printed form links to the search for just these words.
"""

from __future__ import annotations

from msgspec import Struct

from report_search.errors import NotFoundError
from report_search.presentation.reference_payload import name_of
from report_search.references.database import SORTS, CitedDocument, CitingPassage, PrintedForm
from report_search.references.detail import CitedDocumentDetail, YearOfCitations
from report_search.search.highlight import Snippet
from report_search.search.request import SearchRequest
from webui import app_state, urls
from webui.reference_links.addresses import (
    ReferencesArguments,
    reference_file_link,
    reference_link,
    references_file_link,
    references_link,
)
from webui.views.options import OptionView

PER_PAGE = 100
CITING_PER_PAGE = 50
SORT_LABELS = {"passages": "段数", "reports": "报告数", "newest": "最近引用", "name": "名称"}
_QUOTES = "\"“”'‘’「」『』"


class ReferenceEntry(Struct, frozen=True):
    """A document in a list."""

    document: CitedDocument
    name: str
    link: str


class ReferencesView(Struct, frozen=True):
    """The list of cited documents, or those that ``typed`` finds, one page of it; links are "" where there is none."""

    typed: str
    entries: tuple[ReferenceEntry, ...]
    total: int
    sort: str
    sorts: tuple[OptionView, ...]
    csv_link: str
    clear_link: str
    previous_link: str
    next_link: str


class FormView(Struct, frozen=True):
    """How a document is printed; ``link`` searches for it, "" for a short form."""

    form: PrintedForm
    link: str


class CitingView(Struct, frozen=True):
    """A passage that cites a document, with its words for it marked; ``year`` is shown where it begins a new one."""

    citing: CitingPassage
    sentence: Snippet
    link: str
    begins_year: bool


class ReferenceView(Struct, frozen=True):
    """The page of a cited document. ``most`` is the largest number of passages in a year."""

    document: CitedDocument
    name: str
    forms: tuple[FormView, ...]
    years: tuple[YearOfCitations, ...]
    most: int
    namesakes: tuple[ReferenceEntry, ...]
    citing: tuple[CitingView, ...]
    csv_link: str
    previous_link: str
    next_link: str


def references_view(asked: ReferencesArguments) -> ReferencesView:
    """One page of the list. Raises ``NotFoundError`` for a page behind the last."""
    database = app_state.references()
    total, start = database.count(asked.typed), (asked.page - 1) * PER_PAGE
    if start >= max(total, 1):
        raise NotFoundError("no-page", "引用的文件没有这么多页。", hint="请从第一页翻起。")
    found = database.documents(asked.typed, sort=asked.sort, start=start, limit=PER_PAGE)
    return ReferencesView(
        typed=asked.typed,
        entries=tuple(map(_entry, found)),
        total=total,
        sort=asked.sort,
        sorts=tuple(
            OptionView(SORT_LABELS[sort], references_link(asked.typed, sort=sort), chosen=sort == asked.sort)
            for sort in SORTS
        ),
        csv_link=references_file_link(asked.typed, asked.sort),
        clear_link=references_link(sort=asked.sort),
        previous_link=_page_link(asked, asked.page - 1) if asked.page > 1 else "",
        next_link=_page_link(asked, asked.page + 1) if start + PER_PAGE < total else "",
    )


def reference_view(detail: CitedDocumentDetail, page: int) -> ReferenceView:
    """The page of a cited document. Raises ``NotFoundError`` for a page behind the last."""
    document = detail.document
    end = page * CITING_PER_PAGE
    if page > 1 and not detail.citing:
        raise NotFoundError("no-page", "引用的段落没有这么多页。", hint="请从第一页翻起。")
    years = [one.year for one in detail.citing]
    return ReferenceView(
        document=document,
        name=name_of(document),
        forms=tuple(FormView(one, _search_link(one)) for one in detail.forms),
        years=detail.years,
        most=max((one.passages for one in detail.years), default=0),
        namesakes=tuple(map(_entry, detail.namesakes)),
        citing=tuple(
            _citing_view(one, begins_year=at == 0 or years[at - 1] != one.year)
            for at, one in enumerate(detail.citing)
        ),
        csv_link=reference_file_link(document.key),
        previous_link=reference_link(document.key, page=page - 1) if page > 1 else "",
        next_link=reference_link(document.key, page=page + 1) if end < document.passages else "",
    )


def _entry(document: CitedDocument) -> ReferenceEntry:
    return ReferenceEntry(document, name_of(document), reference_link(document.key))


def _page_link(asked: ReferencesArguments, page: int) -> str:
    return references_link(asked.typed, sort=asked.sort, page=page)


def _search_link(form: PrintedForm) -> str:
    """The search for a printed form; a short form means another document elsewhere, and quotes can't be quoted."""
    if form.is_short or any(mark in form.text for mark in _QUOTES):
        return ""
    return urls.search_link(SearchRequest(f'"{form.text}"'))


def _citing_view(citing: CitingPassage, *, begins_year: bool) -> CitingView:
    text = citing.sentence
    at = text.find(citing.texts[0])
    spans = ((at, at + len(citing.texts[0])),) if at >= 0 else ()
    link = urls.report_link(citing.report, passage=citing.passage)
    return CitingView(citing, Snippet(text, spans), link, begins_year)
