"""Coverage: which agency's report of which year the corpus holds, so that "not in the corpus" never looks like
"not mentioned".

A year between an agency's first and last report without one is ``missing``; what was before and after is not known
and not guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from report_search.generations import ReportSummary

State = Literal["in", "unsure", "failed", "missing", "none"]
MARKS: Mapping[State, str] = {"in": "●", "unsure": "◐", "failed": "✕", "missing": "○", "none": "·"}
LABELS: Mapping[State, str] = {
    "in": "已收录",
    "unsure": "已收录，机关或年份存疑",
    "failed": "文件未能读入",
    "missing": "缺",
    "none": "首末年份之外",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One agency's year: its state, and the ids of the reports that are in."""

    year: int
    state: State
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """An agency's years, oldest first; ``undated`` are its reports without a year."""

    agency: str
    places: tuple[Place, ...]
    undated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix: ``years`` head the columns, each row has a place for each of them."""

    years: tuple[int, ...]
    rows: tuple[Row, ...]

    def lines(self) -> Iterator[str]:
        """The matrix as text, with a legend."""
        yield "机关×年份：" + "  ".join(f"{MARKS[state]} {label}" for state, label in LABELS.items())
        yield "  " + " ".join(str(year) for year in self.years)
        for row in self.rows:
            undated = f"（另有 {len(row.undated)} 份年份不详）" if row.undated else ""
            yield "  " + "    ".join(MARKS[place.state] for place in row.places) + f"  {row.agency}{undated}"


def coverage(summaries: Iterable[ReportSummary], *, failed: Iterable[str] = ()) -> Coverage:
    """The matrix over ``summaries``; ``failed`` are the paths of files whose last reading was kept or that are
    known by name, but that could not be read now.
    """
    broken = set(failed)
    by_agency: dict[str, list[ReportSummary]] = defaultdict(list)
    for summary in summaries:
        by_agency[summary.agency].append(summary)
    found = {s.year for group in by_agency.values() for s in group if s.year is not None}
    years = tuple(range(min(found), max(found) + 1)) if found else ()
    rows = (_row(agency, group, years=years, broken=broken) for agency, group in sorted(by_agency.items()))
    return Coverage(years, tuple(rows))


def _row(agency: str, group: list[ReportSummary], *, years: tuple[int, ...], broken: set[str]) -> Row:
    own = [s.year for s in group if s.year is not None]
    undated = tuple(s.id for s in group if s.year is None)
    places = []
    for year in years:
        here = [s for s in group if s.year == year]
        inside = bool(own) and min(own) < year < max(own)
        places.append(Place(year, _state(here, inside=inside, broken=broken), tuple(s.id for s in here)))
    return Row(agency, tuple(places), undated)


def _state(here: list[ReportSummary], *, inside: bool, broken: set[str]) -> State:
    if not here:
        return "missing" if inside else "none"
    if any(s.path in broken for s in here):
        return "failed"
    return "unsure" if any(e.field in ("agency", "year") for s in here for e in s.unsure) else "in"
