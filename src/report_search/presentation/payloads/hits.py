"""A passage, and a passage that was found."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from report_search.passages import PassageType
from report_search.presentation.payloads.parts import Payload, RecognisedPayload


class TopicReasonPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A topic, and the printed words that gave it."""

    key: str
    because: list[str]


class PassagePayload(Payload, frozen=True, kw_only=True, gc=False):
    """A passage: a paragraph, a row or the head of a table, a heading."""

    id: Annotated[
        str, Meta(description="An address that lasts: its report's id and digits of its text's hash.")
    ]
    report: Annotated[str, Meta(description="The id of its report.")]
    title: Annotated[str, Meta(description="The title of its report.")]
    agency: str
    year: Annotated[int | None, Meta(description="The year that its report covers, null if not known.")]
    published: Annotated[str | None, Meta(description="An ISO date, null where none was found.")]
    section: Annotated[str, Meta(description="The canonical kind of its section, as the facet counts it.")]
    section_title: Annotated[str, Meta(description="The heading of that section as printed.")]
    headings: Annotated[list[str], Meta(description="The printed headings that lead to it, outermost first.")]
    path: Annotated[list[str], Meta(description="The column heads over a table row.")]
    type: PassageType
    is_head: Annotated[bool, Meta(description="Whether it is the head of a table.")]
    text: Annotated[str, Meta(description="As printed; parts of a row have tabs between them.")]
    topics: list[TopicReasonPayload]
    position: Annotated[
        int | None,
        Meta(description="Its number among the passages of its report, from 0; null for a heading."),
    ]
    url: Annotated[str, Meta(description="Its address below the host.")]
    link: Annotated[str, Meta(description="Its whole address.")]
    source: Annotated[str, Meta(description="The address of the report's source, or the path of its file.")]
    superseded_by: Annotated[
        str | None, Meta(description="The id of a later report of the same agency and year, null for none.")
    ]
    recognised: RecognisedPayload | None


class HitCellPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A cell of a table: one under a head that was found, or one of a row that was."""

    passage: Annotated[str, Meta(description="The id of its row.")]
    headers: Annotated[list[str], Meta(description="The row's own headers, outermost first.")]
    path: Annotated[list[str], Meta(description="The column heads over it, outermost first.")]
    text: str
    value: Annotated[
        int | float | None, Meta(description="Null where the text is no number; never 0 for it.")
    ]


class OtherHitPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A hit that is put together with another."""

    id: str
    report: str
    agency: str
    year: int | None
    near: Annotated[bool, Meta(description="Whether its text is nearly, and not exactly, that of the hit.")]
    url: str
    link: str


class HitPayload(PassagePayload, frozen=True, kw_only=True, gc=False):
    """A passage that was found."""

    spans: Annotated[
        list[tuple[int, int]], Meta(description="What to mark: code-point offsets into `text`, from and to.")
    ]
    missing: Annotated[list[str], Meta(description="The words of the query that it lacks.")]
    score: float
    cells: Annotated[
        list[HitCellPayload],
        Meta(description="For a head of a table the cells under the heads that were found; else [] or, with `cells=1`, "
             "for a row its own cells."),
    ]  # fmt: skip
    others: Annotated[int, Meta(description="How many hits are put together behind this one.")]
    others_near: Annotated[int, Meta(description="How many of them are only nearly the same.")]
    others_at: Annotated[list[OtherHitPayload], Meta(description="The first 100 of them.")]
    alike_agencies: Annotated[
        int,
        Meta(
            description="How many agencies have a nearly identical paragraph, its own included; 0 for none."
        ),
    ]


class ExportedHitPayload(HitPayload, frozen=True, kw_only=True, gc=False):
    """A line of an export as NDJSON."""

    sha256: Annotated[str, Meta(description="The SHA-256 of the file that its report was read from.")]
    generation: str


HIT_FIELDS = HitPayload.__struct_fields__
"""The names of the fields of a hit, in their order."""
