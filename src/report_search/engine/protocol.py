"""The engine boundary: neutral data in, neutral data out.

No engine's query string, no HTML and no foreign exception crosses it. An engine answers exactly what
``query.evaluate`` says a tree means; how it finds that out is its own affair. What an engine needs of a
passage's topics, words and folded text is worked out when the passage is added; it never analyses a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from report_search.fields import FACET_FIELDS, Sort
from report_search.passages import Passage
from report_search.query.ast import Query


@dataclass(frozen=True, slots=True)
class SortKey:
    """Where a hit stands in the order of its request; opaque above the boundary but for storing it in a
    cursor.

    ``score`` is the score as computed; ``complete`` says that no word is missing. The rest breaks ties: year
    (newest first; none last), published date (newest first), report id, position.
    """

    complete: bool
    score: float
    year: int
    published: str
    report: str
    position: int


def sort_key(passage: Passage, *, complete: bool, score: float) -> SortKey:
    """The sort key of ``passage``; a report without a year counts as year 0."""
    year = 0 if passage.year is None else passage.year
    return SortKey(complete, score, year, passage.published, passage.report, passage.position)


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """What an engine is asked.

    ``filters`` is one (field, values) pair a field: OR inside, AND across. ``after`` is the key of the last
    hit already seen. ``facets`` names the facets wanted.
    """

    tree: Query
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: Sort = "relevance"
    limit: int = 20
    after: SortKey | None = None
    facets: tuple[str, ...] = FACET_FIELDS


@dataclass(frozen=True, slots=True)
class Total:
    """Exact counts of a result: passages, the reports they stand in, and hits that lack no word."""

    passages: int
    reports: int
    complete: int


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A facet value's count: the result with that value alone chosen in its facet, all other choices kept."""

    value: str
    passages: int
    reports: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """Every value of a facet that counts more than zero, in no particular order."""

    field: str
    values: tuple[ValueCount, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One hit: passage id, score (higher is better) and its place in the order."""

    id: str
    score: float
    key: SortKey


@dataclass(frozen=True, slots=True)
class Matches:
    """What an engine answers: totals of the whole result, one slice of it, facet counts.

    ``more`` says whether hits follow the slice.
    """

    total: Total
    hits: tuple[Match, ...]
    facets: tuple[FacetCounts, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine holds."""

    passages: int
    reports: int


class Writer(AbstractContextManager["Writer"], Protocol):
    """Fills an engine. Left without an error it has committed; left by an error the engine is untouched."""

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages; all passages of a report in one writer. Ids must not be in the engine already."""
        ...

    def remove_report(self, report_id: str) -> None:
        """Remove every passage of a report; one that is not there is no error."""
        ...


class Snapshot(Protocol):
    """One fixed state to read from: what a writer commits later is not seen. Safe to share between
    threads."""

    def find(self, request: EngineRequest) -> Matches:
        """Answer a request. Raises ``OperatorError`` if the engine can't be read."""
        ...

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order asked; ids not there are left out."""
        ...

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order; [] if it is not there."""
        ...


class Engine(Protocol):
    """An engine opened on its folder in a generation."""

    def writer(self) -> Writer: ...

    def snapshot(self) -> Snapshot: ...

    def info(self) -> EngineInfo: ...

    def close(self) -> None: ...
