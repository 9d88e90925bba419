"""The JSON of a whole report: sections, paragraphs and tables, each with the address of its passage.

The rule: an id stands beside the very text that is found and cited under it; what is no passage has none.
"""

from __future__ import annotations

from collections.abc import Iterable

from report_search.model import Block, Cell, Paragraph, Report, Row, Section
from report_search.passages import Locator, Passage
from report_search.presentation.json_payload import recognised_payload, warning_payload
from report_search.presentation.payloads.reports import (
    CellPayload,
    EvidencePayload,
    ParagraphPayload,
    ReportPayload,
    RowPayload,
    SectionPayload,
    SourcePayload,
    TablePayload,
)
from report_search.presentation.site_links import SiteLinks


def report_payload(
    report: Report, passages: Iterable[Passage], *, links: SiteLinks | None = None
) -> ReportPayload:
    """A report as it was read. ``passages`` are its passages and headings; without ``links`` it has no address yet."""
    ids = {passage.locator: passage.id for passage in passages}
    url, link = links.report(report.id) if links else (None, None)
    return ReportPayload(
        id=report.id,
        agency=report.agency,
        year=report.year,
        title=report.title,
        published=report.published or None,
        period=report.period or None,
        number=report.number or None,
        script=report.script,
        format=report.source.format,
        url=url,
        link=link,
        source=SourcePayload(
            path=report.source.path,
            url=report.source.url or None,
            sha256=report.source.sha256,
            fetched=report.source.fetched or None,
        ),
        sections=[
            _Addressed(report.id, ids).section(section, (at,)) for at, section in enumerate(report.sections)
        ],
        warnings=[warning_payload(warning) for warning in report.warnings],
        evidence=[
            EvidencePayload(field=e.field, value=e.value, found_in=e.found_in, sure=e.sure)
            for e in report.evidence
        ],
    )


class _Addressed:
    """The parts of a report with the ids of their passages, by where they stand."""

    def __init__(self, report: str, ids: dict[Locator, str]) -> None:
        self._report, self._ids = report, ids

    def section(self, section: Section, path: tuple[int, ...]) -> SectionPayload:
        """The section at ``path``, with all below it."""
        return SectionPayload(
            number=section.number,
            title=section.title,
            kind=section.kind,
            passage=self._id(path, -1),
            blocks=[self._block(block, (path, at)) for at, block in enumerate(section.blocks)],
            subsections=[self.section(sub, (*path, at)) for at, sub in enumerate(section.subsections)],
        )

    def _block(self, block: Block, place: tuple[tuple[int, ...], int]) -> ParagraphPayload | TablePayload:
        if isinstance(block, Paragraph):
            return ParagraphPayload(
                ordinal=block.ordinal,
                lead=block.lead,
                text=block.text,
                passage=self._id(*place),
                recognised=recognised_payload(block.recognised),
            )
        return TablePayload(
            caption=block.caption,
            notes=list(block.notes),
            rows=[
                _row(row, self._id(*place, row=at)) for at, row in enumerate(block.rows) if not row.is_head
            ],
            passage=self._id(*place, row=-1),
        )

    def _id(self, section: tuple[int, ...], block: int, *, row: int | None = None) -> str | None:
        return self._ids.get(Locator(self._report, section, block, row))


def _row(row: Row, passage: str | None) -> RowPayload:
    return RowPayload(
        headers=list(row.headers),
        cells=[_cell(cell) for cell in row.values],
        passage=passage,
        recognised=recognised_payload(row.recognised),
    )


def _cell(cell: Cell) -> CellPayload:
    return CellPayload(path=list(cell.path), text=cell.text, value=cell.value, unit=cell.unit)
