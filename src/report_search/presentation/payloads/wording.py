"""Wording: histories of sentences, comparisons of reports, matches of a pasted text."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from report_search.presentation.payloads.parts import IndexPayload, Payload

_Similarity = Annotated[
    float | None, Meta(description="0 to 1 (normalised Indel over folded text); null for none.")
]


class ChangePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A piece of a text; keep and insert are the newer one, keep and delete the older."""

    op: Literal["keep", "insert", "delete"]
    text: str


class HistoryRowPayload(Payload, frozen=True, kw_only=True, gc=False):
    """What stands in a year in place of a sentence."""

    year: int | None
    state: Annotated[
        Literal["same", "reworded", "absent", "not-held"],
        Meta(description="absent: the report is held and says nothing near; not-held: there is no report."),
    ]
    similarity: _Similarity
    agency: str | None
    report: str | None
    passage: str | None
    text: str | None
    changes: list[ChangePayload]


class HistoryPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A sentence through the years, the newest first."""

    passage: str
    sentence: Annotated[int, Meta(description="Its number among `sentences`, from 0.")]
    sentences: list[str]
    rows: list[HistoryRowPayload]
    first: Annotated[int | None, Meta(description="The first year that says it.")]
    last_changed: Annotated[
        int | None, Meta(description="From which on every year that says it says the same.")
    ]
    verbatim: Annotated[int, Meta(description="How many years do so.")]
    index: IndexPayload


class ComparedSidePayload(Payload, frozen=True, kw_only=True, gc=False):
    """What one report says."""

    passage: str
    section: str
    text: str


class ComparedRowPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A sentence or a row of both reports, or of one."""

    state: Literal["same", "reworded", "moved", "added", "dropped"]
    numbers: Annotated[bool, Meta(description="Whether nothing but numbers changed.")]
    a: ComparedSidePayload | None
    b: ComparedSidePayload | None
    similarity: _Similarity
    changes: list[ChangePayload]


class ComparedSectionPayload(Payload, frozen=True, kw_only=True, gc=False):
    """The rows of a kind of section."""

    kind: str
    label: str
    rows: list[ComparedRowPayload]
    rewritten: float | None


class ComparisonPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Two reports side by side."""

    a: Annotated[str, Meta(description="The id of the first.")]
    b: str
    rewritten: Annotated[
        float | None,
        Meta(description="The share of the characters of all sentences of both that was not kept."),
    ]
    sections: list[ComparedSectionPayload]
    index: IndexPayload


class MatchRowPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A piece in a report."""

    agency: str
    year: int | None
    report: str
    state: Annotated[
        Literal["verbatim", "near", "none"],
        Meta(description="verbatim: it stands in a passage; near: a sentence is much like it; none."),
    ]
    passage: str | None
    similarity: _Similarity
    changes: Annotated[
        list[ChangePayload] | None,
        Meta(description="Null beyond the nearest texts that one answer marks."),
    ]


class PieceErrorPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Why a piece can't be read."""

    code: str
    message: str


class MatchedPiecePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A sentence or line of the text that was sent, in every report."""

    text: str
    rows: list[MatchRowPayload]
    error: PieceErrorPayload | None


class MatchPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Where each piece of a text stands."""

    pieces: list[MatchedPiecePayload]
    index: IndexPayload
