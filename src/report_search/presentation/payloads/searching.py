"""Answers to a search: hits, totals, facets; what may follow a query that is being typed."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from report_search.presentation.payloads.hits import HitPayload
from report_search.presentation.payloads.parts import IndexPayload, Payload, QueryPayload


class TotalPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How much was found, exactly."""

    passages: int
    reports: int
    complete: Annotated[
        int, Meta(description="The hits that lack no word; the others say what in `missing`.")
    ]


class FacetValuePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A value of a facet; its counts are what choosing it alone there would give."""

    value: str
    label: str
    passages: int
    reports: int
    chosen: bool


class SearchPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A page of hits with totals and facets."""

    query: QueryPayload
    total: TotalPayload
    facets: dict[str, list[FacetValuePayload]]
    more_values: Annotated[
        dict[str, int], Meta(description="How many values a facet left out, by field; `whole` shows them.")
    ]
    hits: Annotated[list[HitPayload], Meta(description="With `fields` each has the chosen keys alone.")]
    groups: Annotated[int, Meta(description="How many hits all pages have together.")]
    first: Annotated[int, Meta(description="The number of the first hit of this page, from 1.")]
    previous: Annotated[str | None, Meta(description="The cursor of the page before.")]
    next: Annotated[str | None, Meta(description="The cursor of the next page, null on the last.")]
    index: IndexPayload


class CompletionPayload(Payload, frozen=True, kw_only=True, gc=False):
    """What may follow a query that is being typed."""

    text: str
    kind: Literal["agency", "topic", "section", "word", "phrase"]
    query: Annotated[str, Meta(description="The whole query with it.")]
    passages: Annotated[int, Meta(description="What that query finds under the same filters.")]


class CompletionsPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Completions of a query."""

    completions: list[CompletionPayload]
    index: IndexPayload
