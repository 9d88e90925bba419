"""Agencies: names, lineage, the years held, topics and numbers by year."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from report_search.model import AbsenceReason
from report_search.presentation.payloads.parts import IndexPayload, Payload
from report_search.presentation.payloads.reports import ReportSummaryPayload

_Year = Annotated[int | None, Meta(description="Null where the agency table does not say.")]


class NamePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A name that an agency has or had."""

    name: str
    from_: _Year = msgspec.field(name="from")
    to: _Year
    reform: Annotated[str | None, Meta(description="The reform that gave the name.")]


class RelatedAgencyPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A body that an agency came from or went into."""

    key: str
    name: str
    year: int
    reform: str | None
    held: Annotated[list[int], Meta(description="The years of its reports here.")]


class AbsencePayload(Payload, frozen=True, kw_only=True, gc=False):
    """Why a report is not in the corpus."""

    year: int
    reason: AbsenceReason
    note: Annotated[str, Meta(description="That of whoever looked for it.")]
    url: Annotated[str | None, Meta(description="Where it was looked for.")]
    checked: Annotated[str | None, Meta(description="When it was looked for.")]


class AgencyPayload(Payload, frozen=True, kw_only=True, gc=False):
    """An agency in short."""

    key: str
    name: str
    aliases: list[str]
    names: Annotated[list[NamePayload], Meta(description="From the oldest to the present one.")]
    predecessors: list[RelatedAgencyPayload]
    successors: list[RelatedAgencyPayload]
    held: Annotated[list[int], Meta(description="The years of its reports here.")]
    missing: Annotated[list[int], Meta(description="Years between its first and last report without one.")]
    doubtful: Annotated[list[int], Meta(description="Years where agency, year or completeness is not sure.")]
    undated: Annotated[int, Meta(description="Its reports of no known year.")]
    absences: Annotated[
        list[AbsencePayload], Meta(description="Why reports are not here, where that is known.")
    ]


class AgenciesPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Agencies."""

    agencies: list[AgencyPayload]
    index: IndexPayload


class YearPassagesPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Passages of a year."""

    year: int
    passages: int


class TopicYearsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A topic of an agency by year; a year without any passage is left out."""

    key: str
    label: str
    passages: int
    years: list[YearPassagesPayload]


class OfficialValuePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A number of an official table."""

    year: int | None
    value: int | float | None
    text: str
    status: str
    report: str
    passage: str
    url: str
    link: str


class OfficialSeriesPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A main measure of the tables through the years."""

    measure: str
    label: str
    unit: str
    values: list[OfficialValuePayload]


class ProseValuePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A number of running text, with its sentence."""

    year: int
    label: str
    value: Annotated[int | float, Meta(description="In units of one: 1.2万条 is 12000 of 条.")]
    high: Annotated[int | float | None, Meta(description="The other end of a range.")]
    unit: str
    about: Annotated[str, Meta(description="The words that make it inexact: 近, 余, 约.")]
    text: str
    sentence: str
    span: Annotated[tuple[int, int], Meta(description="Where it stands in the sentence.")]
    agency: str
    report: str
    passage: str
    url: str
    link: str


class ProseSeriesPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Numbers of running text that are called alike, one a year."""

    label: str
    nearness: Annotated[float, Meta(description="How alike their labels are at least; 1 is the same.")]
    values: list[ProseValuePayload]


class AgencySeriesPayload(Payload, frozen=True, kw_only=True, gc=False):
    """The numbers of an agency through the years, oldest first."""

    official: list[OfficialSeriesPayload]
    prose: Annotated[list[ProseSeriesPayload], Meta(description="The longest ones.")]
    prose_total: Annotated[int, Meta(description="How many there are.")]


class AgencyDetailPayload(AgencyPayload, frozen=True, kw_only=True, gc=False):
    """An agency with its topics, numbers and reports."""

    topics: list[TopicYearsPayload]
    series: Annotated[AgencySeriesPayload | None, Meta(description="Null for an index without figures.")]
    reports: Annotated[list[ReportSummaryPayload], Meta(description="Newest first.")]
    index: IndexPayload
