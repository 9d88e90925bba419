"""What the page on checks shows: each sum that does not hold, both of its cells as printed and linked.

The rule: nobody is ranked. The list goes by the size of a difference, and says what it can't tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from report_search.figures.cells import PATH_SEPARATOR, show
from report_search.figures.checks import KIND_LABELS, KINDS, Check, Operand
from webui import app_state, urls
from webui.views.number_args import CheckArguments, next_place, read_place

PER_PAGE = 50


class OperandView(Struct, frozen=True):
    """One side of a check; ``link`` leads to its row, "" where it is not known."""

    text: str
    value: str
    path: str
    link: str


class CheckView(Struct, frozen=True):
    """A sum that does not hold; ``path`` are the printed labels of the cell in question."""

    kind: str
    agency: str
    year: int | None
    report_link: str
    path: str
    message: str
    difference: str
    left: OperandView
    right: OperandView


class KindView(Struct, frozen=True):
    """A kind of check with how many there are, and the address that shows it alone, or all again."""

    label: str
    count: int
    link: str
    chosen: bool


class ChecksView(Struct, frozen=True):
    """The page: ``total`` of the checks that were asked for, ``checks`` of this page of it."""

    total: int
    reports: int
    checks: tuple[CheckView, ...]
    kinds: tuple[KindView, ...]
    agencies: tuple[str, ...]
    years: tuple[str, ...]
    csv_link: str
    next_link: str
    clear_link: str


def checks_view(asked: CheckArguments, found: Sequence[Check]) -> ChecksView:
    """The page of ``found``, the checks that were asked for."""
    generation = app_state.generation().id
    start = read_place(asked.cursor, generation)
    end = start + PER_PAGE
    following = next_place(end, generation) if end < len(found) else ""
    counts = Counter(check.kind for check in found)
    return ChecksView(
        total=len(found),
        reports=len({check.report for check in found}),
        checks=tuple(check_view(check) for check in found[start:end]),
        kinds=tuple(
            KindView(
                KIND_LABELS[kind],
                counts[kind],
                _link(asked, kinds=() if kind in asked.kinds else (kind,)),
                chosen=kind in asked.kinds,
            )
            for kind in KINDS
            if counts[kind] or kind in asked.kinds
        ),
        agencies=asked.agencies,
        years=asked.years,
        csv_link=_link(asked, kinds=asked.kinds, endpoint="figures.checks_as_csv"),
        next_link=_link(asked, kinds=asked.kinds, cursor=following) if following else "",
        clear_link=urls.endpoint_url("figures.checks"),
    )


def check_view(check: Check) -> CheckView:
    """A check, with the rows of both of its sides."""
    return CheckView(
        kind=KIND_LABELS[check.kind],
        agency=check.agency,
        year=check.year,
        report_link=urls.report_link(check.report),
        path=PATH_SEPARATOR.join(check.path),
        message=check.message,
        difference=show(abs(check.difference)),
        left=_side(check.left),
        right=_side(check.right),
    )


def _side(operand: Operand) -> OperandView:
    link = urls.report_link(operand.report, passage=operand.passage) if operand.passage else ""
    return OperandView(operand.text, show(operand.value), operand.path, link)


def _link(
    asked: CheckArguments, *, kinds: Sequence[str], endpoint: str = "figures.checks", cursor: str = ""
) -> str:
    values: dict[str, urls.Values] = {
        "agency": list(asked.agencies),
        "year": list(asked.years),
        "kind": list(kinds),
        "cursor": cursor,
    }
    return urls.with_query(urls.endpoint_url(endpoint), values)
