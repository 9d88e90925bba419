"""Coverage: which agency's report of which year the corpus holds, so that "not in the corpus" never looks like
"not mentioned".

A year between an agency's first and last report without one is ``missing``; what was before and after is not known
and not guessed. ``check``, the page on the corpus and an empty result all read from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from report_search.generations import BuildRecord, ReportSummary, SourceRecord
from report_search.taxonomy.agencies import resolve

State = Literal["in", "unsure", "failed", "missing", "none"]
MARKS: Mapping[State, str] = {"in": "●", "unsure": "◐", "failed": "✕", "missing": "○", "none": "·"}
LABELS: Mapping[State, str] = {
    "in": "已收录",
    "unsure": "已收录，机关或年份存疑",
    "failed": "文件未能读入",
    "missing": "缺",
    "none": "首末年份之外",
}
DECISIVE = ("agency", "year")
"""Metadata that says where in the matrix a report stands: doubt about it makes its place unsure."""


@dataclass(frozen=True, slots=True)
class Place:
    """One agency's year: its state, and the ids of the reports that are in (of a failed file an older reading)."""

    year: int
    state: State
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """An agency's years, oldest first; ``key`` is its slug, ``undated`` are its reports without a year."""

    agency: str
    places: tuple[Place, ...]
    undated: tuple[str, ...] = ()
    key: str = ""

    @property
    def held(self) -> tuple[int, ...]:
        """The years of which a report is in."""
        return tuple(place.year for place in self.places if place.reports)

    @property
    def missing(self) -> tuple[int, ...]:
        """The years between the first and the last of which none is."""
        return tuple(place.year for place in self.places if place.state == "missing")

    def place(self, year: int) -> Place:
        """The agency's place of a year, of one outside the matrix too."""
        return next((place for place in self.places if place.year == year), Place(year, "none"))


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix: ``years`` head the columns, each row has a place for each of them. Rows stand by their slugs."""

    years: tuple[int, ...]
    rows: tuple[CoverageRow, ...]

    def lines(self) -> Iterator[str]:
        """The matrix as text, with a legend."""
        yield "机关×年份：" + "  ".join(f"{MARKS[state]} {label}" for state, label in LABELS.items())
        yield "  " + " ".join(str(year) for year in self.years)
        for row in self.rows:
            undated = f"（另有 {len(row.undated)} 份年份不详）" if row.undated else ""
            yield "  " + "    ".join(MARKS[place.state] for place in row.places) + f"  {row.agency}{undated}"


def coverage(summaries: Iterable[ReportSummary], sources: Iterable[SourceRecord] = ()) -> Coverage:
    """The matrix over ``summaries``.

    Of the files in ``sources`` those with a code could not be read: the place of a report whose older reading
    stands in, and a place that the manifest names, are ``failed``.
    """
    broken = [record for record in sources if record.code]
    failed = _Failed(
        frozenset(record.report for record in broken),
        frozenset((record.agency, record.year) for record in broken if record.agency and record.year),
    )
    by_agency: dict[str, list[ReportSummary]] = defaultdict(list)
    for summary in summaries:
        by_agency[summary.agency].append(summary)
    for agency, _ in failed.places:
        by_agency.setdefault(agency, [])
    found = {s.year for group in by_agency.values() for s in group if s.year is not None}
    found |= {year for _, year in failed.places}
    years = tuple(range(min(found), max(found) + 1)) if found else ()
    rows = (_row(agency, group, years=years, failed=failed) for agency, group in by_agency.items())
    return Coverage(years, tuple(sorted(rows, key=lambda row: (row.key, row.agency))))


def coverage_of(run: BuildRecord) -> Coverage:
    """The matrix of a generation."""
    return coverage(run.summaries, run.sources)


@dataclass(frozen=True, slots=True)
class _Failed:
    """What could not be read now: the reports of which an older reading is kept, and (agency, year) by name."""

    reports: frozenset[str]
    places: frozenset[tuple[str, int]]


def _row(agency: str, group: list[ReportSummary], *, years: tuple[int, ...], failed: _Failed) -> CoverageRow:
    by_year: dict[int | None, list[ReportSummary]] = defaultdict(list)
    for summary in group:
        by_year[summary.year].append(summary)
    undated = tuple(s.id for s in by_year.pop(None, ()))
    lost = {year for year in years if (agency, year) in failed.places} if failed.places else set()
    known = sorted({year for year in by_year if year is not None} | lost)
    between = range(known[0], known[-1]) if known else range(0)
    places = []
    for year in years:
        here = by_year.get(year, [])
        empty: State = "failed" if year in lost else "missing" if year in between else "none"
        state = _state(here, failed) if here else empty
        places.append(Place(year, state, tuple(s.id for s in here)))
    key = group[0].agency_key if group else resolve(agency).key
    return CoverageRow(agency, tuple(places), undated, key)


def _state(here: list[ReportSummary], failed: _Failed) -> State:
    if any(s.id in failed.reports for s in here):
        return "failed"
    return "unsure" if any(e.field in DECISIVE for s in here for e in s.unsure) else "in"
