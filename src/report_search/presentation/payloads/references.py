"""The documents that reports cite by 文号 or by a title in 《》."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from report_search.presentation.payloads.parts import IndexPayload, Payload


class ReferencePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A cited document."""

    key: Annotated[str, Meta(description="Made of its printed name alone, so it lasts.")]
    title: str
    number: str
    passages: int
    reports: int
    agencies: int
    first_year: int | None
    last_year: int | None
    url: str
    link: str


class ReferencesPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Cited documents."""

    references: list[ReferencePayload]
    total: int
    next: Annotated[str | None, Meta(description="The cursor of the next page, null on the last.")]
    index: IndexPayload


class ReferenceFormPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A spelling of a cited document."""

    text: str
    passages: int
    short: Annotated[bool, Meta(description="Whether it is a report's own short form.")]


class ReferenceYearPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A year: reports held, reports that cite it, passages."""

    year: int | None
    held: int
    reports: int
    passages: int


class CitingPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A passage that cites a document."""

    passage: str
    report: str
    agency: str
    agency_key: str
    year: int | None
    texts: Annotated[list[str], Meta(description="Its words for the document.")]
    short: bool
    sentence: str
    url: str
    link: str


class ReferenceDetailPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A cited document with who cites it."""

    reference: ReferencePayload
    forms: list[ReferenceFormPayload]
    years: list[ReferenceYearPayload]
    namesakes: Annotated[list[ReferencePayload], Meta(description="Other documents of the same title.")]
    citing: list[CitingPayload]
    total: Annotated[int, Meta(description="All passages that cite it.")]
    next: Annotated[str | None, Meta(description="The cursor of the next page, null on the last.")]
    index: IndexPayload
