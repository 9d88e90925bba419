"""Counts set against the reports held: trends and mentions."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from report_search.presentation.payloads.parts import AgencyGapsPayload, IndexPayload, Payload, QueryPayload

_Share = Annotated[float | None, Meta(description="reports / held; null where none is held, which is not 0.")]


class YearCountsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A year; reports of no known year are the one with null."""

    year: int | None
    held: int
    reports: int
    share: _Share
    passages: int


class AgencyCountsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """An agency."""

    agency: str
    key: str
    held: int
    reports: int
    share: _Share
    passages: int


class SectionCountsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A kind of section."""

    section: str
    label: str
    held: int
    reports: int
    share: _Share
    passages: int


class TrendTotalPayload(Payload, frozen=True, kw_only=True, gc=False):
    """The sums of all years."""

    held: int
    reports: int
    passages: int


class TrendPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How many of the reports held have a hit."""

    query: QueryPayload
    years: Annotated[
        list[YearCountsPayload], Meta(description="Without a gap, from the first to the last year held.")
    ]
    total: TrendTotalPayload
    missing: list[AgencyGapsPayload]
    index: IndexPayload
    agencies: Annotated[list[AgencyCountsPayload], Meta(description="Only with `by=agency`.")] | UnsetType = (
        UNSET
    )
    sections: (
        Annotated[list[SectionCountsPayload], Meta(description="Only with `by=section`.")] | UnsetType
    ) = UNSET


class AgencyMentionsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """An agency: in which years it mentions it; null stands for a report of no known year."""

    agency: str
    key: str
    mentioned: list[int | None]
    not_mentioned: list[int | None]
    not_held: Annotated[
        list[int | None],
        Meta(description="Years between its own first and last report of which none is held."),
    ]


class MentionsTotalPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How many agencies mention it at least once, and how many never do."""

    mentioned: int
    not_mentioned: int


class MentionsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Who mentions it and who does not."""

    query: QueryPayload
    agencies: list[AgencyMentionsPayload]
    total: MentionsTotalPayload
    missing: Annotated[
        list[AgencyGapsPayload],
        Meta(description="Agencies of which the years asked for have no report at all."),
    ]
    index: IndexPayload
