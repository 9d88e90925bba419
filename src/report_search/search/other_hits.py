"""What a hit stands for where hits are put together: how many others there are, whose, and of which years.

The rule: the others are counted exactly and the first of them named; none of them is missing from any total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from report_search.fields import NO_YEAR_LABEL

if TYPE_CHECKING:
    # Only named in annotations: whoever prints a page needs no engine.
    from report_search.engine.protocol import Match
    from report_search.generations import ReportSummary


@dataclass(frozen=True, slots=True)
class OtherHit:
    """One of the hits behind another: the id of its passage, and whose report it is in."""

    id: str
    report: str
    agency: str
    year: int | None


@dataclass(frozen=True, slots=True)
class OtherHits:
    """All hits behind another: how many, in how many reports together with that one, and the first of them."""

    passages: int = 0
    reports: int = 1
    named: tuple[OtherHit, ...] = ()

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
        OtherHit(passage, report, reports[report].agency, reports[report].year)
        for passage, report in match.behind.named
    )
    return OtherHits(match.behind.passages, match.behind.reports, named)


def same_text_label(others: OtherHits) -> str:
    """How often a text stands in all: 同文 17 份, or 同文 19 段，见于 17 份 where a report has it twice."""
    passages = others.passages + 1
    if passages == others.reports:
        return f"同文 {passages:,} 份"
    return f"同文 {passages:,} 段，见于 {others.reports:,} 份"


def year_label(hit: OtherHit) -> str:
    """The year of a hit's report."""
    return NO_YEAR_LABEL if hit.year is None else str(hit.year)
