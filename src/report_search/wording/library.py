"""The statements of reports, and which reports of a body and of those that it came from follow each other.

The rule: of two editions of a year the later one counts, unless the other is the very one that was asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from report_search.generations import Generation, ReportSummary
from report_search.generations.statement_file import SaidPassage, StatementFile, statement_file
from report_search.search.searcher import Searcher
from report_search.wording.statements import Statement, said_in, statements_in


class Library:
    """The reports of one generation, cut into statements when they are asked for."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher.pinned()
        self._statements: dict[str, list[Statement]] = {}

    @cached_property
    def summaries(self) -> Mapping[str, ReportSummary]:
        """What is known of each report, by its id."""
        return {summary.id: summary for summary in self.searcher.reports()}

    def statements(self, report: str) -> list[Statement]:
        """The statements of a report in reading order."""
        if report not in self._statements:
            self._statements[report] = statements_in(self.said(report))
        return self._statements[report]

    def said(self, report: str) -> list[SaidPassage]:
        """The passages of a report that say something, in reading order."""
        kept = self._kept()
        return kept.report(report) if kept else said_in(self.searcher.report_passages(report))

    def every_report(self) -> Iterator[tuple[str, list[SaidPassage]]]:
        """Every report, by its id and in no order, with its passages that say something."""
        kept = self._kept()
        if kept:
            yield from kept.every_report()
        else:
            yield from ((report, self.said(report)) for report in self.summaries)

    def _kept(self) -> StatementFile | None:
        generation = self.searcher.generation()
        return _statements_kept(_Source(generation.folder, generation))

    def by_year(self, agency: str, *, keep: str = "") -> dict[int, list[ReportSummary]]:
        """The reports of an agency and its predecessors by year, its own before theirs.

        ``keep`` is the id of a report that stands for its year although a later edition replaced it.
        """
        names = (agency, *self.searcher.predecessors(agency))
        found: dict[int, list[ReportSummary]] = defaultdict(list)
        for name in names:
            for summary in self.searcher.reports():
                if summary.agency == name and summary.year is not None and self._counts(summary, keep):
                    found[summary.year].append(summary)
        return dict(found)

    def _counts(self, summary: ReportSummary, keep: str) -> bool:
        later = self.searcher.superseded_by(summary.id)
        return summary.id == keep or not later


@dataclass(frozen=True, slots=True)
class _Source:
    """A generation, told from others by where it is."""

    folder: Path
    generation: Generation = field(compare=False)


@lru_cache(maxsize=2)
def _statements_kept(source: _Source) -> StatementFile | None:
    """The statements that a generation was built with; None if it has none, as one of an older version."""
    return statement_file(source.generation)


def years_between(held: Sequence[int]) -> range:
    """Every year from the first to the last."""
    return range(min(held), max(held) + 1) if held else range(0)
