"""How much an agency rewrote from one of its reports to the next, by section and year.

The share is that of ``comparison``: of all characters of the sentences of both reports, those that were not kept. Each
report is compared with that of the year before, or of the last year before it that is held, and the answer says which
one that is. The rule: a predecessor's report stands for a year only where it is the only one; of several bodies that
became one none is the earlier report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from report_search.generations import ReportSummary
from report_search.search.agencies import AgencyCard
from report_search.search.results import IndexState
from report_search.search.searcher import Searcher
from report_search.taxonomy import sections
from report_search.wording.comparison import ComparedRow, rows_of, share_rewritten
from report_search.wording.library import Library

KEPT = 4096
"""So many pairs of reports are remembered: a pair takes some tens of milliseconds."""


class RewrittenSection(Struct, frozen=True):
    """The share of a kind of section that was rewritten, None where neither report has a sentence in it."""

    kind: str
    label: str
    share: float | None


class RewrittenYear(Struct, frozen=True):
    """A report beside the one before it; ``share`` is None where neither has a sentence."""

    year: int
    report: str
    before_year: int
    before: str
    share: float | None
    sections: tuple[RewrittenSection, ...]

    def share_of(self, kind: str) -> float | None:
        """The share of a kind of section."""
        return next((one.share for one in self.sections if one.kind == kind), None)


class Rewriting(Struct, frozen=True):
    """The years of an agency of which an earlier report is held, the newest first; ``kinds`` in the usual order."""

    agency: AgencyCard
    years: tuple[RewrittenYear, ...]
    kinds: tuple[str, ...]
    index: IndexState


def rewriting(searcher: Searcher, card: AgencyCard) -> Rewriting:
    """How much of each report of an agency was rewritten."""
    library = Library(searcher)
    chain = _chain(library.by_year(card.name), card.name)
    years = tuple(_year(library, newer, older) for older, newer in pairwise(chain))[::-1]
    found = {one.kind for year in years for one in year.sections if one.share is not None}
    return Rewriting(
        card, years, tuple(kind for kind in sections.LABELS if kind in found), library.searcher.state()
    )


def _chain(by_year: dict[int, list[ReportSummary]], agency: str) -> list[ReportSummary]:
    """One report for each year in order: the agency's own, else the only one of a predecessor."""
    chain = []
    for _, held in sorted(by_year.items()):
        own = [one for one in held if one.agency == agency]
        if own or len(held) == 1:
            chain.append((own or held)[0])
    return chain


def _year(library: Library, newer: ReportSummary, older: ReportSummary) -> RewrittenYear:
    share, by_section = _shares(library, older.id, newer.id)
    return RewrittenYear(newer.year or 0, newer.id, older.year or 0, older.id, share, by_section)


Shares = tuple[float | None, tuple[RewrittenSection, ...]]
_known: dict[tuple[str, str, str], Shares] = {}
"""The shares of pairs of reports, by generation and ids: names and numbers alone, so that no index is kept open."""


def _shares(library: Library, older: str, newer: str) -> Shares:
    pair = (library.searcher.state().generation, older, newer)
    found = _known.get(pair)
    if found is None:
        rows = list(rows_of(library.statements(older), library.statements(newer), marks=False))
        found = share_rewritten(rows), tuple(_sections(rows))
        if len(_known) >= KEPT:
            _known.clear()
        _known[pair] = found
    return found


def _sections(rows: Sequence[ComparedRow]) -> Iterator[RewrittenSection]:
    grouped: dict[str, list[ComparedRow]] = defaultdict(list)
    for row in rows:
        grouped[row.section].append(row)
    for kind, label in sections.LABELS.items():
        if kind in grouped:
            yield RewrittenSection(kind, label, share_rewritten(grouped[kind]))
