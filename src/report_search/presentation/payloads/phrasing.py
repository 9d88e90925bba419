"""Concordances, new and vanished phrases, distinctive words, how much was rewritten."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from report_search.passages import PassageType
from report_search.presentation.payloads.parts import IndexPayload, Payload, ShortQueryPayload


class ConcordanceTotalPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How many lines there are, in how many passages and reports."""

    lines: int
    passages: int
    reports: int


class ConcordanceLinePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A place that a search marks, with what stands to its left and right."""

    passage: str
    report: str
    year: int | None
    agency: str
    section: str
    type: PassageType
    left: str
    key: str
    right: str
    group: Annotated[
        str, Meta(description='The word beside the keyword, "" for none; the year with `sort=year`.')
    ]
    url: str
    link: str


class ConcordanceGroupPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How many lines a group has."""

    text: str
    count: int


class ConcordancePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A page of a concordance."""

    query: ShortQueryPayload
    total: ConcordanceTotalPayload
    lines: list[ConcordanceLinePayload]
    groups: Annotated[
        list[ConcordanceGroupPayload], Meta(description="Of all lines; on the first page only.")
    ]
    next: Annotated[str | None, Meta(description="The cursor of the next page, null on the last.")]
    index: IndexPayload


class DistinctiveWordPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A word that one side says more often than the rest."""

    word: str
    count: Annotated[int, Meta(description="How often this side has it.")]
    rest: Annotated[int, Meta(description="How often the rest has it.")]
    log_likelihood: Annotated[float, Meta(description="G², at least 10.83.")]


class WordSidePayload(Payload, frozen=True, kw_only=True, gc=False):
    """What was counted on a side."""

    paragraphs: int
    words: int


class DistinctiveTotalPayload(Payload, frozen=True, kw_only=True, gc=False):
    """What was counted."""

    words: Annotated[int, Meta(description="All distinctive words, of which at most 100 are given.")]
    passages: Annotated[int, Meta(description="What the search finds.")]
    selection: WordSidePayload
    rest: WordSidePayload


class DistinctivePayload(Payload, frozen=True, kw_only=True, gc=False):
    """The words that what a search finds says more often than all else."""

    query: ShortQueryPayload
    total: DistinctiveTotalPayload
    words: list[DistinctiveWordPayload]
    index: IndexPayload


class PhrasePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A phrase with a sentence that has it."""

    text: str
    years: list[int]
    paragraphs: int
    sentence: str
    span: Annotated[tuple[int, int], Meta(description="Where it stands in the sentence.")]
    passage: str
    url: str
    link: str


class PhraseTotalPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How many phrases there are, of which at most 300 are given."""

    first: int
    last: int


class WordTotalPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How many words the year and the other years have."""

    selection: int
    rest: int


class PhrasesPayload(Payload, frozen=True, kw_only=True, gc=False):
    """What is new and what is last in the reports of a year."""

    agency: str
    agency_key: str
    year: int
    predecessors: list[str]
    earlier: Annotated[list[int], Meta(description="The held years that new phrases were compared with.")]
    later: list[int]
    missing: list[int]
    total: PhraseTotalPayload
    first: list[PhrasePayload]
    last: list[PhrasePayload]
    distinctive: list[DistinctiveWordPayload]
    words: WordTotalPayload
    index: IndexPayload


_Rewritten = Annotated[
    float | None,
    Meta(
        description="The share of the characters of all sentences that was not kept; null without a sentence."
    ),
]


class RewrittenSectionPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A kind of section."""

    kind: str
    label: str
    rewritten: _Rewritten


class RewrittenYearPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A report against the one before it."""

    year: int
    report: str
    before_year: int
    before: str
    rewritten: _Rewritten
    sections: list[RewrittenSectionPayload]


class RewritingPayload(Payload, frozen=True, kw_only=True, gc=False):
    """How much of each report of an agency was rewritten, the newest first."""

    agency: str
    agency_key: str
    years: list[RewrittenYearPayload]
    index: IndexPayload
