"""Reports, in short and whole."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from report_search.presentation.payloads.parts import IndexPayload, Payload, RecognisedPayload


class WarningPayload(Payload, frozen=True, kw_only=True, gc=False):
    """What the reader of a file found broken or is unsure of."""

    code: str
    message: str
    where: Annotated[str, Meta(description='The place in the file, "" for the report as a whole.')]


class ReportSummaryPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A report without its text."""

    id: Annotated[str, Meta(description="An address that lasts: the agency's slug and the year.")]
    agency: str
    year: int | None
    title: str
    published: Annotated[str | None, Meta(description="An ISO date, null where none was found.")]
    url: Annotated[str, Meta(description="The address of its page below the host.")]
    link: Annotated[str, Meta(description="The whole address.")]
    source: Annotated[str, Meta(description="The address it was published at, or the path of its file.")]
    format: str
    passages: int
    warnings: list[WarningPayload]


class ReportsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Every report of the index."""

    total: int
    reports: list[ReportSummaryPayload]
    index: IndexPayload


class SourcePayload(Payload, frozen=True, kw_only=True, gc=False):
    """The file that a report was read from."""

    path: str
    url: Annotated[str | None, Meta(description="Where it was published.")]
    sha256: str
    fetched: Annotated[str | None, Meta(description="When it was fetched from there.")]


class CellPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A value cell of a table."""

    path: Annotated[list[str], Meta(description="The column heads over it, outermost first.")]
    text: str
    value: Annotated[int | float | None, Meta(description="Null for an empty cell, which is not 0.")]
    unit: Annotated[str, Meta(description='As printed behind the number, "" for none.')]


class RowPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A row of a table; rows that only hold heads are left out."""

    headers: Annotated[list[str], Meta(description="Its own headers, outermost first.")]
    cells: list[CellPayload]
    passage: Annotated[str | None, Meta(description="The id of its passage, null for an empty row.")]
    recognised: RecognisedPayload | None


class ParagraphPayload(Payload, frozen=True, kw_only=True, gc=False, tag="paragraph", tag_field="type"):
    """A paragraph."""

    ordinal: Annotated[str, Meta(description="（一） and the like; part of the text.")]
    lead: Annotated[str, Meta(description="Its lead sentence; part of the text.")]
    text: str
    passage: Annotated[str | None, Meta(description="The id of its passage, null for an empty paragraph.")]
    recognised: RecognisedPayload | None


class TablePayload(Payload, frozen=True, kw_only=True, gc=False, tag="table", tag_field="type"):
    """A table."""

    caption: str
    notes: list[str]
    rows: list[RowPayload]
    passage: Annotated[
        str | None, Meta(description="The id of the passage of its head, null where it has none.")
    ]


class SectionPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A section of a report."""

    number: Annotated[str, Meta(description="As printed.")]
    title: Annotated[str, Meta(description="As printed.")]
    kind: Annotated[str, Meta(description="The canonical key that the facet `section` counts.")]
    passage: Annotated[str | None, Meta(description="The id of its heading, null where none is printed.")]
    blocks: list[ParagraphPayload | TablePayload]
    subsections: list[SectionPayload]


class EvidencePayload(Payload, frozen=True, kw_only=True, gc=False):
    """Where a piece of metadata was found."""

    field: str
    value: str
    found_in: str
    sure: bool


class ReportPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A report as it was read."""

    id: str
    agency: str
    year: int | None
    title: str
    published: str | None
    period: Annotated[str | None, Meta(description="What is printed of a period that is no calendar year.")]
    number: Annotated[str | None, Meta(description="Its document number.")]
    script: Literal["simplified", "traditional"]
    format: str
    url: Annotated[
        str | None, Meta(description="Its page below the host; null for a file that was only parsed.")
    ]
    link: Annotated[str | None, Meta(description="The whole address of its page.")]
    source: SourcePayload
    sections: list[SectionPayload]
    warnings: list[WarningPayload]
    evidence: list[EvidencePayload]
