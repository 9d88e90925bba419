"""The service itself: its index of addresses, its health, citations, what an index is made of, how a text is read."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from report_search.presentation.payloads.parts import (
    ErrorDetailPayload,
    HintPayload,
    IndexPayload,
    Payload,
    ReadPartPayload,
)


class OperationPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Something that can be asked for."""

    id: str
    method: str
    path: Annotated[str, Meta(description="Below the root of the site; names in braces are to be filled in.")]
    link: Annotated[str, Meta(description="The whole address of that.")]
    summary: str


class ServicePayload(Payload, frozen=True, kw_only=True, gc=False):
    """The index of the API: everything that can be asked for, with its address."""

    title: str
    version: Annotated[str, Meta(description="Of the program.")]
    documents: Annotated[dict[str, str], Meta(description="The descriptions of the API, by what they are.")]
    operations: list[OperationPayload]
    index: IndexPayload


class HealthPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Whether questions can be answered, tried by an answer."""

    status: str
    generation: str
    built: str


class UnavailablePayload(Payload, frozen=True, kw_only=True, gc=False):
    """That they can't be, and why."""

    status: str
    error: ErrorDetailPayload


class CitationPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A citation in a style."""

    style: str
    text: str


class FailedFilePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A file that could not be read."""

    path: str
    code: str
    message: str


class WithdrawnPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A report that was taken back."""

    id: str
    reason: str
    since: str


class InfoPayload(Payload, frozen=True, kw_only=True, gc=False):
    """What an index is made of."""

    generation: str
    built: str
    engine: str
    passages: int
    reports: int
    fingerprint: str
    failed: list[FailedFilePayload]
    withdrawn: list[WithdrawnPayload]


class VariantPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A stretch of a text that may also be read otherwise."""

    printed: str
    start: Annotated[int, Meta(description="In the folded text.")]
    end: int
    text: str


class AnalysisPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How a text is read."""

    text: str
    folded: str
    variants: list[VariantPayload]
    words: list[str]
    read_as: list[ReadPartPayload]
    hints: list[HintPayload]
    tree: dict[str, Any]
