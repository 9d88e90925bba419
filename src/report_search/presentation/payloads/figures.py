"""The numbers of the official tables: measures, series, checks."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from report_search.presentation.payloads.parts import IndexPayload, Payload


class MeasurePayload(Payload, frozen=True, kw_only=True, gc=False):
    """What a cell of the official tables counts."""

    key: Annotated[str, Meta(description="table.row.column")]
    label: str
    path: Annotated[dict[str, list[str]], Meta(description="The printed labels that lead to it, by form.")]
    unit: str
    forms: list[str]


class RatioPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A stated ratio of measures."""

    key: str
    label: str
    message: str
    part: Annotated[list[str], Meta(description="The measures of its numerator.")]
    whole: Annotated[list[str], Meta(description="The measures of its denominator.")]


class MeasuresPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Every measure and ratio."""

    measures: list[MeasurePayload]
    ratios: list[RatioPayload]


class SeriesRowPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A cell of a series."""

    agency: str
    agency_key: str
    year: int | None
    value: Annotated[
        int | float | None, Meta(description="Null where no number is printed; an empty cell is never 0.")
    ]
    status: Literal["printed", "zero", "empty", "dash", "text", "recognised"]
    text: Annotated[str, Meta(description="As printed.")]
    unit: str
    form: str
    passage: Annotated[str, Meta(description="The id of the row.")]
    report: str
    url: str
    link: str
    note: Annotated[str, Meta(description="Only where a label was misprinted.")] | UnsetType = UNSET
    superseded: (
        Annotated[
            bool, Meta(description="Only where a later report of the same agency and year counts instead.")
        ]
        | UnsetType
    ) = UNSET


class BreakPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A year from which a measure means something else."""

    year: int
    message: str


class SeriesPayload(Payload, frozen=True, kw_only=True, gc=False):
    """The numbers of a measure by agency and year."""

    measure: MeasurePayload
    rows: list[SeriesRowPayload]
    breaks: list[BreakPayload]
    index: IndexPayload


class OperandPayload(Payload, frozen=True, kw_only=True, gc=False):
    """One side of a check."""

    text: Annotated[str, Meta(description="A cell as printed, or several with ＋ between them.")]
    value: int | float
    passage: str
    path: Annotated[str, Meta(description="The printed labels that lead to it.")]


class CheckPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A sum or a carry-over that does not hold."""

    kind: Literal["row-sum", "column-sum", "balance", "review-sum", "carry-over", "prose"]
    report: str
    agency: str
    year: int | None
    left: Annotated[OperandPayload, Meta(description="What is printed.")]
    right: Annotated[OperandPayload, Meta(description="What the others come to.")]
    difference: Annotated[int | float, Meta(description="left less right")]
    message: str


class ChecksPayload(Payload, frozen=True, kw_only=True, gc=False):
    """Checks that do not hold, the largest difference first."""

    checks: list[CheckPayload]
    total: int
    next: Annotated[str | None, Meta(description="The cursor of the next page, null on the last.")]
    index: IndexPayload
