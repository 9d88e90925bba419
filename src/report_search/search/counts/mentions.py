"""Who says it and who does not: by agency, the years whose reports mention what was asked, and those that do not.

The rules: every agency that a report is held of is listed, also those that never mention it; a year of which no
report is held is neither; of two reports of one year it is enough that one mentions it; only hits that lack no word
are mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from report_search.fields import MentionChoice, MentionState
from report_search.generations import ReportSummary
from report_search.search.counts.selection import AgencyGaps, select
from report_search.search.searcher import SearchPage

TALLIES = ("report",)
"""The field by which ``mentions_of`` needs the complete hits of a page to be counted."""


class MentionCell(Struct, frozen=True):
    """One agency's year (None: no known year): its state, the ids of its reports, the passages that mention it."""

    year: int | None
    state: MentionState
    reports: tuple[str, ...] = ()
    passages: int = 0


class AgencyMentions(Struct, frozen=True):
    """An agency and its years, ascending, no known year last."""

    agency: str
    key: str
    cells: tuple[MentionCell, ...]

    def years(self, state: MentionState) -> tuple[int | None, ...]:
        """The years in a state."""
        return tuple(cell.year for cell in self.cells if cell.state == state)

    @property
    def is_mentioning(self) -> bool:
        """Whether any report of the agency mentions it."""
        return any(cell.state == "mentioned" for cell in self.cells)


class Mentions(Struct, frozen=True):
    """Agencies by key. ``mentioned`` and ``not_mentioned`` count agencies that ever, and that never mention it.

    ``absent`` are agencies of which the years asked for have no report at all, only gaps.
    """

    agencies: tuple[AgencyMentions, ...]
    absent: tuple[AgencyGaps, ...]

    @property
    def mentioned(self) -> int:
        """How many agencies mention it at least once."""
        return sum(agency.is_mentioning for agency in self.agencies)

    @property
    def not_mentioned(self) -> int:
        """How many agencies never mention it."""
        return len(self.agencies) - self.mentioned

    def wanted(self, only: MentionChoice) -> tuple[AgencyMentions, ...]:
        """The agencies that ``only`` asks for."""
        if not only:
            return self.agencies
        return tuple(one for one in self.agencies if one.is_mentioning == (only == "mentioned"))


def years_of(agencies: Iterable[AgencyMentions]) -> tuple[int | None, ...]:
    """The years that head a table of agencies: those that any of them has a cell for, no known year last.

    A year that was not asked for has none, so it is left out and never looks like one that is not held.
    """
    found = {cell.year for agency in agencies for cell in agency.cells}
    return tuple(sorted(found, key=lambda year: (year is None, year or 0)))


def mentions_of(page: SearchPage) -> Mentions:
    """Who mentions what an answer was asked for; its complete hits were counted by ``TALLIES``."""
    selection = select(page.held, filters=page.acted_on, tree=page.interpretation.tree)
    passages = {count.value: count.passages for tally in page.tallies for count in tally.values}
    held: dict[tuple[str, str], list[ReportSummary]] = {}
    for report in selection.reports:
        held.setdefault((report.agency_key, report.agency), []).append(report)
    gaps = {(gap.key, gap.agency): gap for gap in selection.gaps}
    agencies = (
        _agency(agency, reports, passages=passages, gap=gaps.pop(agency, None))
        for agency, reports in sorted(held.items())
    )
    # Taken from the gaps one by one as the agencies are made; what is left has no report among those asked for.
    return Mentions(tuple(agencies), tuple(gaps.values()))


def _agency(
    agency: tuple[str, str],
    reports: Sequence[ReportSummary],
    *,
    passages: Mapping[str, int],
    gap: AgencyGaps | None,
) -> AgencyMentions:
    by_year: dict[int | None, list[str]] = {}
    for report in reports:
        by_year.setdefault(report.year, []).append(report.id)
    cells = [_cell(year, ids, passages=passages) for year, ids in by_year.items()]
    cells += [MentionCell(year, "not_held") for year in (gap.years if gap else ())]
    key, name = agency
    return AgencyMentions(name, key, tuple(sorted(cells, key=_by_year)))


def _cell(year: int | None, reports: Sequence[str], *, passages: Mapping[str, int]) -> MentionCell:
    found = sum(passages.get(report, 0) for report in reports)
    return MentionCell(year, "mentioned" if found else "not_mentioned", tuple(reports), found)


def _by_year(cell: MentionCell) -> tuple[bool, int]:
    return cell.year is None, cell.year or 0
