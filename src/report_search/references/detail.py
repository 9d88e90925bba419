"""All that is told of a cited document: its names, who cites it, and that by year against the reports held.

The rule: years run without gaps from the first to the last of which a report is held, so that a year without a report
is told from one whose reports do not cite it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from report_search.generations import ReportSummary
from report_search.references.database import (
    CitedDocument,
    CitingPassage,
    CitingYear,
    PrintedForm,
    ReferenceDatabase,
)

EVERYTHING = (0, -1)
"""The part of a list that is all of it."""


class YearOfCitations(Struct, frozen=True):
    """A year: how many reports are ``held``, how many of them cite, in how many passages; None for undated reports."""

    year: int | None
    held: int
    reports: int
    passages: int


class CitedDocumentDetail(Struct, frozen=True):
    """A cited document with all that is told of it; ``citing`` may be only a part of the passages that cite it."""

    document: CitedDocument
    years: tuple[YearOfCitations, ...]
    forms: tuple[PrintedForm, ...]
    namesakes: tuple[CitedDocument, ...]
    citing: tuple[CitingPassage, ...]


def detail_of(
    database: ReferenceDatabase,
    document: CitedDocument,
    *,
    held: Iterable[ReportSummary],
    part: tuple[int, int] = EVERYTHING,
) -> CitedDocumentDetail:
    """What is told of ``document``; ``part`` says from which citing passage on, and how many."""
    start, limit = part
    key = document.key
    return CitedDocumentDetail(
        document,
        against_held(database.years(key), held),
        tuple(database.forms(key)),
        tuple(database.namesakes(key)),
        tuple(database.citing(key, start=start, limit=limit)),
    )


def against_held(
    cited: Iterable[CitingYear], summaries: Iterable[ReportSummary]
) -> tuple[YearOfCitations, ...]:
    """The years of ``summaries``, the reports held, with what is ``cited`` in each; undated reports last."""
    held = Counter(summary.year for summary in summaries)
    by_year = {one.year: one for one in cited}
    dated = [year for year in held if year is not None]
    years: list[int | None] = [*range(min(dated), max(dated) + 1)] if dated else []
    if None in held:
        years.append(None)
    none = CitingYear(None, 0, 0)
    return tuple(
        YearOfCitations(year, held[year], by_year.get(year, none).reports, by_year.get(year, none).passages)
        for year in years
    )
