"""Cited documents as JSON and as lines of a terminal: one shape for API and command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from report_search.fields import NO_YEAR_LABEL
from report_search.presentation.json_payload import index_payload
from report_search.presentation.payloads.references import (
    CitingPayload,
    ReferenceDetailPayload,
    ReferenceFormPayload,
    ReferencePayload,
    ReferencesPayload,
    ReferenceYearPayload,
)
from report_search.presentation.site_links import SiteLinks
from report_search.references.database import CitedDocument, CitingPassage
from report_search.references.detail import CitedDocumentDetail
from report_search.search.searcher import IndexState


def references_payload(
    documents: Iterable[CitedDocument],
    *,
    total: int,
    following: str | None,
    state: IndexState,
    links: SiteLinks,
) -> ReferencesPayload:
    """Cited documents; ``following`` is the cursor of the next page, None for none."""
    return ReferencesPayload(
        references=[document_payload(one, links) for one in documents],
        total=total,
        next=following,
        index=index_payload(state),
    )


def document_payload(document: CitedDocument, links: SiteLinks) -> ReferencePayload:
    """A cited document."""
    url, link = links.reference(document.key)
    return ReferencePayload(
        key=document.key,
        title=document.title,
        number=document.number,
        passages=document.passages,
        reports=document.reports,
        agencies=document.agencies,
        first_year=document.first_year,
        last_year=document.last_year,
        url=url,
        link=link,
    )


def reference_payload(
    detail: CitedDocumentDetail, *, following: str | None, state: IndexState, links: SiteLinks
) -> ReferenceDetailPayload:
    """A cited document with who cites it."""
    return ReferenceDetailPayload(
        reference=document_payload(detail.document, links),
        forms=[
            ReferenceFormPayload(text=one.text, passages=one.passages, short=one.is_short)
            for one in detail.forms
        ],
        years=[
            ReferenceYearPayload(year=one.year, held=one.held, reports=one.reports, passages=one.passages)
            for one in detail.years
        ],
        namesakes=[document_payload(one, links) for one in detail.namesakes],
        citing=[citing_payload(one, links) for one in detail.citing],
        total=detail.document.passages,
        next=following,
        index=index_payload(state),
    )


def citing_payload(citing: CitingPassage, links: SiteLinks) -> CitingPayload:
    """A passage that cites a document."""
    url, link = links.passage(citing.passage)
    return CitingPayload(
        passage=citing.passage,
        report=citing.report,
        agency=citing.agency,
        agency_key=citing.agency_key,
        year=citing.year,
        texts=list(citing.texts),
        short=citing.is_short,
        sentence=citing.sentence,
        url=url,
        link=link,
    )


def name_of(document: CitedDocument) -> str:
    """What a document is called in one line: 《title》（number）, or what there is of it."""
    title = f"《{document.title}》" if document.title else ""
    number = f"（{document.number}）" if title and document.number else document.number
    return title + number


def references_lines(documents: Sequence[CitedDocument]) -> Iterator[str]:
    """Cited documents, one a line."""
    for one in documents:
        yield f"{one.key}  {name_of(one)}  {_counts(one)}"
    yield f"共 {len(documents)} 个文件。"


def reference_lines(detail: CitedDocumentDetail) -> Iterator[str]:
    """A cited document: how it is named, by year, who cites it."""
    document = detail.document
    yield f"{name_of(document)}（{document.key}）"
    yield _counts(document)
    for form in detail.forms:
        yield f"印作 {form.text}  {form.passages} 段{'（简称）' if form.is_short else ''}"
    for one in detail.namesakes:
        yield f"同名 {name_of(one)}  {one.key}"
    for year in detail.years:
        said = f"收录 {year.held} 份，{year.reports} 份引用，{year.passages} 段" if year.held else "没有收录"
        yield f"{_year(year.year)}  {said}"
    for citing in detail.citing:
        yield f"{citing.agency} {_year(citing.year)}  {citing.passage}  {citing.sentence}"


def _counts(document: CitedDocument) -> str:
    years = {year for year in (document.first_year, document.last_year) if year is not None}
    span = f"，{'—'.join(str(year) for year in sorted(years))}年" if years else ""
    return f"{document.reports} 份报告 {document.passages} 段{span}"


def _year(year: int | None) -> str:
    return NO_YEAR_LABEL if year is None else f"{year}年"
