"""The JSON of the API and of ``--json``: one function a shape, so that both always say the same.

The shapes are the contract of ``docs/api.md``. The rule: a key never changes its meaning and is never left out; what
is not known is ``null``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from report_search.analysis.fold import FoldedText, Variant
from report_search.errors import ReportSearchError, RequestError
from report_search.generations import Generation, ReportSummary
from report_search.model import (
    Block,
    Cell,
    MissingReport,
    Paragraph,
    Report,
    ReportWarning,
    Row,
    Section,
)
from report_search.passages import Passage
from report_search.query.interpret import Hint, QueryPart
from report_search.query.serialise import to_data

if TYPE_CHECKING:
    # Only named in annotations: commands that search nothing start without an engine and its arrays.
    from report_search.search.agencies import AgencyCard, RelatedAgency, TopicYears
    from report_search.search.analyze import Analysis
    from report_search.search.facets import FacetValue
    from report_search.search.other_hits import OtherHit
    from report_search.search.searcher import Hit, IndexState, SearchPage
    from report_search.search.suggest.completions import Completion
    from report_search.search.table_cells import CellUnderHead

Json = dict[str, Any]
Link = Callable[[str], str]
"""From a passage's id to its address."""


def encoded(payload: Mapping[str, Any] | Sequence[Any] | None) -> bytes:
    """``payload`` as JSON in UTF-8 without spaces, Chinese left as it is."""
    return msgspec.json.encode(payload)


def passage_path(passage_id: str) -> str:
    """The address of a passage below the root of the site."""
    return f"/passages/{passage_id}"


def search_payload(page: SearchPage, link: Link = passage_path) -> Json:
    """The answer to a search: query as it was read, totals, facets, hits, cursor of the next page."""
    return {
        "query": query_payload(page),
        "total": {
            "passages": page.total.passages,
            "reports": page.total.reports,
            "complete": page.total.complete,
        },
        "facets": {facet.field: [_facet_value(value) for value in facet.values] for facet in page.facets},
        "more_values": {facet.field: facet.more for facet in page.facets if facet.more},
        "hits": [hit_payload(hit, link) for hit in page.hits],
        "groups": page.groups,
        "first": page.first,
        "previous": page.previous or None,
        "next": page.next or None,
        "index": index_payload(page.index),
    }


def query_payload(page: SearchPage) -> Json:
    """A query as it was read: its parts, its filters in canonical values, hints."""
    return {
        "text": page.request.text,
        "read_as": _parts(page.read_as),
        "filters": {field: list(values) for field, values in page.request.filters},
        "since": page.request.since or None,
        "hints": _hints(page.hints),
    }


def _parts(parts: Sequence[QueryPart]) -> list[Json]:
    return [{"text": part.text, "as": part.as_} for part in parts]


def _hints(hints: Sequence[Hint]) -> list[Json]:
    return [
        {
            "code": hint.code,
            "message": hint.message,
            "position": hint.position,
            "suggestion": hint.suggestion,
        }
        for hint in hints
    ]


def _facet_value(value: FacetValue) -> Json:
    return {
        "value": value.value,
        "label": value.label,
        "passages": value.passages,
        "reports": value.reports,
        "chosen": value.chosen,
    }


def index_payload(state: IndexState) -> Json:
    """Which index answered."""
    return {"generation": state.generation, "built": state.built}


def hit_payload(hit: Hit, link: Link = passage_path) -> Json:
    """A passage that was found: what ``passage_payload`` says, its marks, what it lacks, its score, the others."""
    passage = hit.passage
    return {
        **passage_payload(passage, link, superseded_by=hit.superseded_by),
        "spans": [list(span) for span in hit.snippet.spans],
        "missing": list(hit.missing),
        "score": round(hit.score, 6),
        "cells": [_cell_under_head(cell) for cell in hit.cells],
        "others": hit.behind.passages,
        "others_near": hit.behind.near,
        "others_at": [_other_hit(other, link) for other in hit.behind.named],
        "alike_agencies": hit.alike_agencies,
    }


def _other_hit(other: OtherHit, link: Link) -> Json:
    return {
        "id": other.id,
        "report": other.report,
        "agency": other.agency,
        "year": other.year,
        "near": other.is_near,
        "url": link(other.id),
    }


def _cell_under_head(cell: CellUnderHead) -> Json:
    return {
        "passage": cell.passage,
        "headers": list(cell.headers),
        "path": list(cell.path),
        "text": cell.text,
        "value": cell.value,
    }


def passage_payload(passage: Passage, link: Link = passage_path, *, superseded_by: str = "") -> Json:
    """One passage with its position in its report: a hit without ``spans``, ``missing``, ``score``,
    ``cells`` and ``alike_agencies``. A heading has no position.

    ``superseded_by`` is the id of the report that has replaced its own.
    """
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
        "topics": [{"key": topic.key, "because": list(topic.because)} for topic in passage.topics],
        "position": None if passage.is_heading else passage.position,
        "url": link(passage.id),
        "source": passage.source,
        "superseded_by": superseded_by or None,
    }


def analysis_payload(analysis: Analysis) -> Json:
    """How a text was read, as ``analyze --json`` prints it."""
    folded, interpretation = analysis.folded, analysis.interpretation
    return {
        "text": folded.original,
        "folded": folded.text,
        "variants": [_variant(variant, folded) for variant in folded.variants],
        "words": list(analysis.words),
        "read_as": _parts(interpretation.read_as),
        "hints": _hints(interpretation.hints),
        "tree": to_data(interpretation.tree),
    }


def _variant(variant: Variant, folded: FoldedText) -> Json:
    """A variant, its span in the folded text, and what is printed there."""
    start, end = folded.span(variant.start, variant.end)
    return {
        "printed": folded.original[start:end],
        "start": variant.start,
        "end": variant.end,
        "text": variant.text,
    }


def info_payload(generation: Generation) -> Json:
    """What an index is made of, as ``info --json`` prints it."""
    run = generation.record
    failed = [source for source in run.sources if source.code]
    return {
        "generation": generation.id,
        "built": run.built,
        "engine": run.engine,
        "passages": run.passages,
        "reports": run.reports,
        "fingerprint": run.fingerprint,
        "failed": [{"path": s.path, "code": s.code, "message": s.message} for s in failed],
        "withdrawn": [{"id": w.id, "reason": w.reason, "since": w.since} for w in run.withdrawn],
    }


def completions_payload(completions: Iterable[Completion], state: IndexState) -> Json:
    """What may follow a query that is being typed, each with the whole query and its number of passages."""
    return {
        "completions": [
            {"text": one.text, "kind": one.kind, "query": one.query, "passages": one.passages}
            for one in completions
        ],
        "index": index_payload(state),
    }


def suggestions_payload(typed: str, completions: Sequence[Completion]) -> list[Any]:
    """The same as browsers ask for them (OpenSearch suggestions): what was typed, queries, what each finds."""
    return [typed, [one.query for one in completions], [f"{one.passages} 段" for one in completions]]


def reports_payload(summaries: tuple[ReportSummary, ...], state: IndexState) -> Json:
    """Every report of the index, without its text."""
    return {
        "total": len(summaries),
        "reports": [summary_payload(summary) for summary in summaries],
        "index": index_payload(state),
    }


def summary_payload(summary: ReportSummary) -> Json:
    """One report without its text."""
    return {
        "id": summary.id,
        "agency": summary.agency,
        "year": summary.year,
        "title": summary.title,
        "published": summary.published or None,
        "source": summary.url or summary.path,
        "format": summary.format,
        "passages": summary.passages,
        "warnings": [warning_payload(warning) for warning in summary.warnings],
    }


def agencies_payload(cards: Sequence[AgencyCard], state: IndexState) -> Json:
    """Agencies, each in short."""
    return {"agencies": [agency_payload(card) for card in cards], "index": index_payload(state)}


def agency_payload(card: AgencyCard) -> Json:
    """An agency: its names through the years, its lineage, the years of its reports."""
    return {
        "key": card.key,
        "name": card.name,
        "aliases": list(card.aliases),
        "names": [
            {"name": one.name, "from": one.start, "to": one.end, "reform": one.reform or None}
            for one in card.names
        ],
        "predecessors": [_related(one) for one in card.predecessors],
        "successors": [_related(one) for one in card.successors],
        "held": list(card.held),
        "missing": list(card.missing),
        "doubtful": list(card.doubtful),
        "undated": card.undated,
        "absences": [absence_payload(one) for one in card.absences],
    }


def absence_payload(absence: MissingReport) -> Json:
    """Why a report is not in the corpus; the note is that of whoever looked for it."""
    return {
        "year": absence.year,
        "reason": absence.reason,
        "note": absence.note,
        "url": absence.url or None,
        "checked": absence.checked or None,
    }


def _related(agency: RelatedAgency) -> Json:
    return {
        "key": agency.key,
        "name": agency.name,
        "year": agency.year,
        "reform": agency.reform or None,
        "held": list(agency.held),
    }


def agency_detail_payload(
    card: AgencyCard,
    *,
    topics: Sequence[TopicYears],
    reports: Sequence[ReportSummary],
    series: Json | None,
    state: IndexState,
) -> Json:
    """One agency with its reports, newest first, its topics by year, and its ``series`` as ``agency_figures_payload``
    gives them."""
    return {
        **agency_payload(card),
        "topics": [
            {
                "key": topic.key,
                "label": topic.label,
                "passages": topic.total,
                "years": [
                    {"year": year, "passages": count} for year, count in sorted(topic.passages.items())
                ],
            }
            for topic in topics
        ],
        "series": series,
        "reports": [summary_payload(summary) for summary in reports],
        "index": index_payload(state),
    }


def report_payload(report: Report) -> Json:
    """A report as it was read: sections, paragraphs, tables, warnings."""
    return {
        "id": report.id,
        "agency": report.agency,
        "year": report.year,
        "title": report.title,
        "published": report.published or None,
        "period": report.period or None,
        "number": report.number or None,
        "script": report.script,
        "format": report.source.format,
        "source": {
            "path": report.source.path,
            "url": report.source.url or None,
            "sha256": report.source.sha256,
            "fetched": report.source.fetched or None,
        },
        "sections": [_section(section) for section in report.sections],
        "warnings": [warning_payload(warning) for warning in report.warnings],
        "evidence": [
            {"field": e.field, "value": e.value, "found_in": e.found_in, "sure": e.sure}
            for e in report.evidence
        ],
    }


def citation_payload(style: str, text: str) -> Json:
    """A citation in a style."""
    return {"style": style, "text": text}


def warning_payload(warning: ReportWarning) -> Json:
    """A warning: code, message, where in the source."""
    return {"code": warning.code, "message": warning.message, "where": warning.where}


def _section(section: Section) -> Json:
    return {
        "number": section.number,
        "title": section.title,
        "kind": section.kind,
        "blocks": [_block(block) for block in section.blocks],
        "subsections": [_section(sub) for sub in section.subsections],
    }


def _block(block: Block) -> Json:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "ordinal": block.ordinal, "lead": block.lead, "text": block.text}
    return {
        "type": "table",
        "caption": block.caption,
        "notes": list(block.notes),
        "rows": [_row(row) for row in block.body],
    }


def _row(row: Row) -> Json:
    return {"headers": list(row.headers), "cells": [_cell(cell) for cell in row.values]}


def _cell(cell: Cell) -> Json:
    return {"path": list(cell.path), "text": cell.text, "value": cell.value, "unit": cell.unit}


def error_payload(error: ReportSearchError, *, address: str = "") -> Json:
    """The one shape that every error has; ``address`` stands for a suggested address, where it is another there."""
    position = error.position if isinstance(error, RequestError) else None
    suggestion = error.suggestion if isinstance(error, RequestError) else ""
    suggestion = address or suggestion
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "position": position,
            "hint": error.hint,
            "suggestion": suggestion,
        }
    }
