"""What a hit stands for where hits are put together: how many others there are, whose, and of which years.

The rule: the others are counted exactly and the first of them named; none of them is missing from any total.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from report_search.fields import NO_YEAR_LABEL
from report_search.record import Record

if TYPE_CHECKING:
    # Only named in annotations: whoever prints a page needs no engine.
    from report_search.engine.protocol import Match
    from report_search.generations import ReportSummary


class OtherHit(Record, frozen=True):
    """One of the hits behind another: the id of its passage, and whose report it is in.

    ``is_near`` says that its text is not the same, but nearly so.
    """

    id: str
    report: str
    agency: str
    year: int | None
    is_near: bool = False


class OtherHits(Record, frozen=True):
    """All hits behind another: how many, in how many reports together with that one, and the first of them.

    ``near`` counts those whose text is not the same, but nearly so.
    """

    passages: int = 0
    reports: int = 1
    named: tuple[OtherHit, ...] = ()
    near: int = 0

    def by_agency(self) -> list[tuple[str, list[OtherHit]]]:
        """The named ones of each agency, by name, each list by year."""
        ordered = sorted(self.named, key=lambda one: (one.agency, one.year or 0))
        return [(agency, list(own)) for agency, own in groupby(ordered, key=lambda one: one.agency)]

    @property
    def unnamed(self) -> int:
        """How many are not named."""
        return self.passages - len(self.named)


NO_OTHERS = OtherHits()


def others_of(match: Match, reports: Mapping[str, ReportSummary]) -> OtherHits:
    """What stands behind ``match``; ``reports`` are all reports by id."""
    if not match.behind.passages:
        return NO_OTHERS
    named = tuple(
        OtherHit(one.id, one.report, reports[one.report].agency, reports[one.report].year, one.is_near)
        for one in match.behind.named
    )
    return OtherHits(match.behind.passages, match.behind.reports, named, match.behind.near)


def same_text_label(others: OtherHits) -> str:
    """How often a text stands in all, and how many say nearly the same.

    同文 17 份, or 同文 19 段，见于 17 份 where a report has it twice; 同文 12 份，大同小异 5 份 where five are only
    near, and 大同小异 6 份 where no other is the same.
    """
    passages = others.passages + 1
    once_a_report = passages == others.reports
    unit = "份" if once_a_report else "段"
    same = passages - others.near
    if not others.near:
        said = f"同文 {same:,} {unit}"
    elif same == 1:
        said = f"大同小异 {passages:,} {unit}"
    else:
        said = f"同文 {same:,} {unit}，大同小异 {others.near:,} {unit}"
    return said if once_a_report else f"{said}，见于 {others.reports:,} 份"


def year_label(hit: OtherHit) -> str:
    """The year of a hit's report."""
    return NO_YEAR_LABEL if hit.year is None else str(hit.year)


NEAR_MARK = "略有出入"
"""Said of one that is near, and not the same."""
