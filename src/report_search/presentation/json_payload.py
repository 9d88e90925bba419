"""The JSON of the API and of ``--json``: one function a shape, so that both always say the same.

The shapes are the contract of ``docs/api.md``; ``payloads`` declares them. The rule: a key never changes its meaning
and is never left out; what is not known is ``null``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from report_search.analysis.fold import FoldedText, Variant
from report_search.errors import ReportSearchError, RequestError
from report_search.generations import Generation, ReportSummary
from report_search.model import MissingReport, Recognised, ReportWarning
from report_search.passages import Passage
from report_search.presentation.payloads.agencies import (
    AbsencePayload,
    AgenciesPayload,
    AgencyDetailPayload,
    AgencyPayload,
    AgencySeriesPayload,
    NamePayload,
    RelatedAgencyPayload,
    TopicYearsPayload,
    YearPassagesPayload,
)
from report_search.presentation.payloads.hits import (
    HitCellPayload,
    HitPayload,
    OtherHitPayload,
    PassagePayload,
    TopicReasonPayload,
)
from report_search.presentation.payloads.parts import (
    ErrorDetailPayload,
    ErrorPayload,
    HintPayload,
    IndexPayload,
    QueryPayload,
    ReadPartPayload,
    RecognisedPayload,
    ShortHintPayload,
    ShortQueryPayload,
)
from report_search.presentation.payloads.reports import ReportsPayload, ReportSummaryPayload, WarningPayload
from report_search.presentation.payloads.searching import (
    CompletionPayload,
    CompletionsPayload,
    FacetValuePayload,
    SearchPayload,
    TotalPayload,
)
from report_search.presentation.payloads.service import (
    AnalysisPayload,
    CitationPayload,
    FailedFilePayload,
    InfoPayload,
    VariantPayload,
    WithdrawnPayload,
)
from report_search.presentation.site_links import SiteLinks
from report_search.query.interpret import Hint, QueryPart
from report_search.query.serialise import to_data

if TYPE_CHECKING:
    # Only named in annotations: commands that search nothing start without an engine and its arrays.
    from report_search.search.agencies import AgencyCard, RelatedAgency, TopicYears
    from report_search.search.analyze import Analysis
    from report_search.search.facets import FacetValue
    from report_search.search.other_hits import OtherHit
    from report_search.search.request import SearchRequest
    from report_search.search.searcher import Hit, IndexState, SearchPage
    from report_search.search.suggest.completions import Completion
    from report_search.search.table_cells import CellUnderHead


def encoded(payload: Any) -> bytes:
    """``payload`` as JSON in UTF-8 without spaces, Chinese left as it is."""
    return msgspec.json.encode(payload)


def search_payload(page: SearchPage, links: SiteLinks) -> SearchPayload:
    """The answer to a search: query as it was read, totals, facets, hits, cursor of the next page."""
    total = page.total
    return SearchPayload(
        query=query_payload(page),
        total=TotalPayload(passages=total.passages, reports=total.reports, complete=total.complete),
        facets={facet.field: [_facet_value(value) for value in facet.values] for facet in page.facets},
        more_values={facet.field: facet.more for facet in page.facets if facet.more},
        hits=[hit_payload(hit, links) for hit in page.hits],
        groups=page.groups,
        first=page.first,
        previous=page.previous or None,
        next=page.next or None,
        index=index_payload(page.index),
    )


def query_payload(page: SearchPage) -> QueryPayload:
    """A query as it was read: its parts, its filters in canonical values, hints."""
    return QueryPayload(
        text=page.request.text,
        read_as=_parts(page.read_as),
        filters={field: list(values) for field, values in page.request.filters},
        since=page.request.since or None,
        hints=_hints(page.hints),
    )


def short_query_payload(request: SearchRequest, hints: Iterable[Hint]) -> ShortQueryPayload:
    """A query without how each part of it was read."""
    return ShortQueryPayload(
        text=request.text,
        filters={field: list(values) for field, values in request.filters},
        hints=[ShortHintPayload(code=hint.code, message=hint.message) for hint in hints],
    )


def _parts(parts: Sequence[QueryPart]) -> list[ReadPartPayload]:
    return [ReadPartPayload(text=part.text, as_=part.as_) for part in parts]


def _hints(hints: Sequence[Hint]) -> list[HintPayload]:
    return [
        HintPayload(code=hint.code, message=hint.message, position=hint.position, suggestion=hint.suggestion)
        for hint in hints
    ]


def _facet_value(value: FacetValue) -> FacetValuePayload:
    return FacetValuePayload(
        value=value.value,
        label=value.label,
        passages=value.passages,
        reports=value.reports,
        chosen=value.chosen,
    )


def index_payload(state: IndexState) -> IndexPayload:
    """Which index answered."""
    return IndexPayload(generation=state.generation, built=state.built)


def hit_payload(hit: Hit, links: SiteLinks) -> HitPayload:
    """A passage that was found: what ``passage_payload`` says, its marks, what it lacks, its score, the others."""
    behind = hit.behind
    return HitPayload(
        **_of_passage(hit.passage, links, superseded_by=hit.superseded_by),
        spans=list(hit.snippet.spans),
        missing=list(hit.missing),
        score=round(hit.score, 6),
        cells=[_cell_under_head(cell) for cell in hit.cells],
        others=behind.passages,
        others_near=behind.near,
        others_at=[_other_hit(other, links) for other in behind.named],
        alike_agencies=hit.alike_agencies,
    )


def _other_hit(other: OtherHit, links: SiteLinks) -> OtherHitPayload:
    url, link = links.passage(other.id)
    return OtherHitPayload(
        id=other.id,
        report=other.report,
        agency=other.agency,
        year=other.year,
        near=other.is_near,
        url=url,
        link=link,
    )


def _cell_under_head(cell: CellUnderHead) -> HitCellPayload:
    return HitCellPayload(
        passage=cell.passage,
        headers=list(cell.headers),
        path=list(cell.path),
        text=cell.text,
        value=cell.value,
    )


def passage_payload(passage: Passage, links: SiteLinks, *, superseded_by: str = "") -> PassagePayload:
    """One passage with its position in its report: a hit without what only a search knows. A heading has no position.

    ``superseded_by`` is the id of the report that has replaced its own.
    """
    return PassagePayload(**_of_passage(passage, links, superseded_by=superseded_by))


def _of_passage(passage: Passage, links: SiteLinks, *, superseded_by: str) -> dict[str, Any]:
    """The fields of a ``PassagePayload``."""
    url, link = links.passage(passage.id)
    return {
        "id": passage.id,
        "report": passage.report,
        "title": passage.title,
        "agency": passage.agency,
        "year": passage.year,
        "published": passage.published or None,
        "section": passage.section,
        "section_title": passage.section_title,
        "headings": list(passage.headings),
        "path": list(passage.path),
        "type": passage.type,
        "is_head": passage.is_head,
        "text": passage.text,
        "topics": [
            TopicReasonPayload(key=topic.key, because=list(topic.because)) for topic in passage.topics
        ],
        "position": None if passage.is_heading else passage.position,
        "url": url,
        "link": link,
        "source": passage.source,
        "superseded_by": superseded_by or None,
        "recognised": recognised_payload(passage.recognised),
    }


def recognised_payload(recognised: Recognised | None) -> RecognisedPayload | None:
    """That a text was read off a picture; None for a text."""
    return RecognisedPayload(page=recognised.page, score=recognised.score) if recognised else None


def analysis_payload(analysis: Analysis) -> AnalysisPayload:
    """How a text was read, as ``analyze --json`` prints it."""
    folded, interpretation = analysis.folded, analysis.interpretation
    return AnalysisPayload(
        text=folded.original,
        folded=folded.text,
        variants=[_variant(variant, folded) for variant in folded.variants],
        words=list(analysis.words),
        read_as=_parts(interpretation.read_as),
        hints=_hints(interpretation.hints),
        tree=to_data(interpretation.tree),
    )


def _variant(variant: Variant, folded: FoldedText) -> VariantPayload:
    """A variant, its span in the folded text, and what is printed there."""
    start, end = folded.span(variant.start, variant.end)
    return VariantPayload(
        printed=folded.original[start:end], start=variant.start, end=variant.end, text=variant.text
    )


def info_payload(generation: Generation) -> InfoPayload:
    """What an index is made of, as ``info --json`` prints it."""
    run = generation.record
    failed = [source for source in run.sources if source.code]
    return InfoPayload(
        generation=generation.id,
        built=run.built,
        engine=run.engine,
        passages=run.passages,
        reports=run.reports,
        fingerprint=run.fingerprint,
        failed=[FailedFilePayload(path=s.path, code=s.code, message=s.message) for s in failed],
        withdrawn=[WithdrawnPayload(id=w.id, reason=w.reason, since=w.since) for w in run.withdrawn],
    )


def completions_payload(completions: Iterable[Completion], state: IndexState) -> CompletionsPayload:
    """What may follow a query that is being typed, each with the whole query and its number of passages."""
    return CompletionsPayload(
        completions=[
            CompletionPayload(text=one.text, kind=one.kind, query=one.query, passages=one.passages)
            for one in completions
        ],
        index=index_payload(state),
    )


def suggestions_payload(typed: str, completions: Sequence[Completion]) -> list[Any]:
    """The same as browsers ask for them (OpenSearch suggestions): what was typed, queries, what each finds."""
    return [typed, [one.query for one in completions], [f"{one.passages} 段" for one in completions]]


def reports_payload(
    summaries: tuple[ReportSummary, ...], state: IndexState, *, links: SiteLinks
) -> ReportsPayload:
    """Every report of the index, without its text."""
    return ReportsPayload(
        total=len(summaries),
        reports=[summary_payload(summary, links) for summary in summaries],
        index=index_payload(state),
    )


def summary_payload(summary: ReportSummary, links: SiteLinks) -> ReportSummaryPayload:
    """One report without its text."""
    url, link = links.report(summary.id)
    return ReportSummaryPayload(
        id=summary.id,
        agency=summary.agency,
        year=summary.year,
        title=summary.title,
        published=summary.published or None,
        url=url,
        link=link,
        source=summary.url or summary.path,
        format=summary.format,
        passages=summary.passages,
        warnings=[warning_payload(warning) for warning in summary.warnings],
    )


def agencies_payload(cards: Sequence[AgencyCard], state: IndexState) -> AgenciesPayload:
    """Agencies, each in short."""
    return AgenciesPayload(agencies=[agency_payload(card) for card in cards], index=index_payload(state))


def agency_payload(card: AgencyCard) -> AgencyPayload:
    """An agency: its names through the years, its lineage, the years of its reports."""
    return AgencyPayload(**_of_agency(card))


def _of_agency(card: AgencyCard) -> dict[str, Any]:
    """The fields of an ``AgencyPayload``."""
    return {
        "key": card.key,
        "name": card.name,
        "aliases": list(card.aliases),
        "names": [
            NamePayload(name=one.name, from_=one.start, to=one.end, reform=one.reform or None)
            for one in card.names
        ],
        "predecessors": [_related(one) for one in card.predecessors],
        "successors": [_related(one) for one in card.successors],
        "held": list(card.held),
        "missing": list(card.missing),
        "doubtful": list(card.doubtful),
        "undated": card.undated,
        "absences": [_absence(one) for one in card.absences],
    }


def _absence(absence: MissingReport) -> AbsencePayload:
    return AbsencePayload(
        year=absence.year,
        reason=absence.reason,
        note=absence.note,
        url=absence.url or None,
        checked=absence.checked or None,
    )


def _related(agency: RelatedAgency) -> RelatedAgencyPayload:
    return RelatedAgencyPayload(
        key=agency.key,
        name=agency.name,
        year=agency.year,
        reform=agency.reform or None,
        held=list(agency.held),
    )


def agency_detail_payload(
    card: AgencyCard,
    *,
    topics: Sequence[TopicYears],
    reports: Sequence[ReportSummaryPayload],
    series: AgencySeriesPayload | None,
    state: IndexState,
) -> AgencyDetailPayload:
    """One agency with its ``reports``, newest first, its topics by year, and its ``series`` as
    ``agency_figures_payload`` gives them."""
    return AgencyDetailPayload(
        **_of_agency(card),
        topics=[_topic_years(topic) for topic in topics],
        series=series,
        reports=list(reports),
        index=index_payload(state),
    )


def _topic_years(topic: TopicYears) -> TopicYearsPayload:
    return TopicYearsPayload(
        key=topic.key,
        label=topic.label,
        passages=topic.total,
        years=[
            YearPassagesPayload(year=year, passages=count) for year, count in sorted(topic.passages.items())
        ],
    )


def citation_payload(style: str, text: str) -> CitationPayload:
    """A citation in a style."""
    return CitationPayload(style=style, text=text)


def warning_payload(warning: ReportWarning) -> WarningPayload:
    """A warning: code, message, where in the source."""
    return WarningPayload(code=warning.code, message=warning.message, where=warning.where)


def error_payload(error: ReportSearchError, *, address: str = "") -> ErrorPayload:
    """The one shape that every error has; ``address`` stands for a suggested address, where it is another there."""
    position = error.position if isinstance(error, RequestError) else None
    suggestion = error.suggestion if isinstance(error, RequestError) else ""
    return ErrorPayload(
        error=ErrorDetailPayload(
            code=error.code,
            message=error.message,
            position=position,
            hint=error.hint,
            suggestion=address or suggestion,
        )
    )
