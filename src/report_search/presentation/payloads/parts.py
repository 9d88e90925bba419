"""What many answers have: the base of all shapes, which index answered, how a query was read, errors."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from report_search.fields import PartKind


class Payload(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The base of all shapes: trees that live for one answer, which no garbage collector has to watch."""


class IndexPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Which index answered."""

    generation: Annotated[
        str, Meta(description="The id of the generation of the index; cursors belong to one.")
    ]
    built: Annotated[str, Meta(description="When it was built, ISO 8601.")]


class HintPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Something to know of how a query was read, or of what it found."""

    code: Annotated[str, Meta(description="Stable and in English; more codes may join.")]
    message: Annotated[str, Meta(description="For people.")]
    position: Annotated[int | None, Meta(description="A code-point offset into the query, null for none.")]
    suggestion: Annotated[str, Meta(description='Another query, "" for none.')]


class ShortHintPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A hint in short."""

    code: str
    message: str


class ReadPartPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A part of a query, and as what it was read."""

    text: str
    as_: PartKind = msgspec.field(name="as")


class QueryPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A query as it was read."""

    text: str
    read_as: list[ReadPartPayload]
    filters: Annotated[
        dict[str, list[str]], Meta(description="The filters that are set, by field, in canonical values.")
    ]
    since: Annotated[str | None, Meta(description="Only what was first published at this moment or later.")]
    hints: list[HintPayload]


class ShortQueryPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A query in short: how each part was read, ``/api/v1/search`` says."""

    text: str
    filters: dict[str, list[str]]
    hints: list[ShortHintPayload]


class AgencyGapsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """An agency and years of which no report of it is held."""

    agency: str
    years: list[int]


class ErrorDetailPayload(Payload, frozen=True, kw_only=True, gc=False):
    """What is wrong, and what to do next."""

    code: Annotated[str, Meta(description="Stable and in English: what a program decides by.")]
    message: Annotated[str, Meta(description="For people.")]
    position: Annotated[
        int | None, Meta(description="A code-point offset into `q` where one place is to blame, else null.")
    ]
    hint: Annotated[str, Meta(description="What to do next, for people.")]
    suggestion: Annotated[
        str, Meta(description='A repaired query, or the address of what stands nearest today; "" for none.')
    ]


class ErrorPayload(Payload, frozen=True, kw_only=True, gc=False):
    """The one shape that every error has."""

    error: ErrorDetailPayload


class RecognisedPayload(Payload, frozen=True, kw_only=True, gc=False):
    """That a text was read off a picture of its page by machine."""

    page: Annotated[int, Meta(description="The page of the original that it begins on, from 1.")]
    score: Annotated[float, Meta(description="How sure its least sure line is, above 0 to 1.")]
