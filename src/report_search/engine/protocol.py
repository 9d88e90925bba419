"""The protocol of engines: neutral data in, neutral data out.

The rule: no query string of an engine, no HTML and no exception of a third-party package crosses this boundary. An
engine answers exactly what ``query.evaluate`` says a tree means; how is left to the engine. What it needs of a
passage's topics, words and folded text is computed when the passage is added; it never analyses a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from msgspec import Struct, field

from report_search.fields import FACET_FIELDS, Collapse, Sort
from report_search.passages import Passage
from report_search.query.ast import Query
from report_search.record import Record


class SortKey(Record, frozen=True):
    """What a hit is sorted by in its request; above this boundary it is only stored in a cursor and passed back.

    ``tier`` is the passage's (``tier_of``); ``complete`` says that no word is missing; ``score`` is the score as
    computed. The rest breaks ties: year (newest first; none last), published date (newest first), report id, position.
    """

    complete: bool
    score: float
    year: int
    published: str
    report: str
    position: int
    tier: int = 0


TIERS = (0, 1, 2)
"""By relevance: paragraphs and rows, then the heads of tables, then headings and titles."""


def tier_of(passage: Passage) -> int:
    """Which of ``TIERS`` a passage is in."""
    if passage.is_heading:
        return 2
    return 1 if passage.is_head else 0


def sort_key(passage: Passage, *, complete: bool, score: float) -> SortKey:
    """The sort key of ``passage``; a report without a year counts as year 0."""
    year = 0 if passage.year is None else passage.year
    tier = tier_of(passage)
    return SortKey(complete, score, year, passage.published, passage.report, passage.position, tier)


class NearTexts(Struct, frozen=True, eq=False):
    """Which texts say nearly the same: the group of each, both by the hash (``hash64``) of a folded text.

    A text that is not in ``group_of`` is a group by itself. One object serves every request of a generation.
    """

    group_of: Mapping[int, int] = field(default_factory=dict)


NO_NEAR_TEXTS = NearTexts()


class PassageSet(Struct, frozen=True):
    """Some passages of an engine, told by report where that is shorter.

    It has every passage of the ``reports`` that is not in ``but``, and ``passages``; whatever of these an engine does
    not hold says nothing. Sets are compared by what they name, so a mask made for one serves the next request.
    """

    reports: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()
    passages: frozenset[str] = frozenset()

    def has(self, passage_id: str, report: str) -> bool:
        """Whether a passage of ``report`` is in the set."""
        return passage_id in self.passages or (report in self.reports and passage_id not in self.but)


class EngineRequest(Record, frozen=True):
    """What an engine is asked.

    ``filters`` has one (field, values) pair for a field: OR between values, AND between fields. ``after`` is the key
    of the last hit that was seen already. ``facets`` names the facets wanted, ``tallies`` the fields by which the
    complete hits are to be counted.

    ``among``, where given, holds the only passages that may be hits: as if the tree demanded it, so totals and every
    facet are narrowed by it. What a question's hits are measured by is not.

    With ``collapse`` the hits of a report, or those of equal folded text and of texts that are ``near`` it, are one
    group: it stands where its first hit stands in the order, only that one is given, and ``limit`` and ``after`` count
    such hits. Totals, facets and tallies stay those of all hits.
    """

    tree: Query
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: Sort = "relevance"
    limit: int = 20
    after: SortKey | None = None
    facets: tuple[str, ...] = FACET_FIELDS
    collapse: Collapse = ""
    tallies: tuple[str, ...] = ()
    near: NearTexts = NO_NEAR_TEXTS
    among: PassageSet | None = None


class Total(Record, frozen=True):
    """Exact counts of a result: passages, the reports they are in, and hits that lack no word."""

    passages: int
    reports: int
    complete: int


class ValueCount(Record, frozen=True):
    """The count of a facet value: the result with only that value chosen in its facet, all other choices kept."""

    value: str
    passages: int
    reports: int


class FacetCounts(Record, frozen=True):
    """Every value of a field that counts more than zero, in no particular order."""

    field: str
    values: tuple[ValueCount, ...]


MOST_NAMED = 100
"""So many of the hits behind the first of a group are named; all of them are counted."""


class HitBehind(NamedTuple):
    """A hit behind the first of its group: passage id, report id, and whether its text is near that of the first.

    Where texts are equal, or hits are put together by report, it is not.
    """

    id: str
    report: str
    is_near: bool = False


class HitsBehind(Record, frozen=True):
    """What a group holds behind its first hit: so many ``passages``; ``reports`` counts those of the whole group.

    ``near`` of the passages are of a text near that of the first, not equal to it. ``named`` are the passages in their
    order, at most ``MOST_NAMED``.
    """

    passages: int = 0
    reports: int = 1
    named: tuple[HitBehind, ...] = ()
    near: int = 0


NOTHING_BEHIND = HitsBehind()


class Match(Record, frozen=True):
    """One hit: passage id, score (higher is better) and what it is sorted by; what it stands for, if collapsed."""

    id: str
    score: float
    key: SortKey
    behind: HitsBehind = NOTHING_BEHIND


class Matches(Record, frozen=True):
    """The answer of an engine: totals of the whole result, one slice of its hits, facet counts.

    ``more`` says whether more hits follow the slice, ``groups`` how many hits there are to be walked in all: those of
    the total, or one a group. ``tallies`` counts the hits that lack no word, by each field that was asked for: other
    than in a facet, every filter is kept, that of the field itself too.
    """

    total: Total
    hits: tuple[Match, ...]
    facets: tuple[FacetCounts, ...]
    more: bool
    groups: int = 0
    tallies: tuple[FacetCounts, ...] = ()


class EngineInfo(Record, frozen=True):
    """What an engine holds, headings and titles not counted."""

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
        """All passages of a report in reading order, behind them its title and headings; [] if it is not there."""
        ...


class Engine(Protocol):
    """An engine opened on its folder in a generation."""

    def writer(self) -> Writer: ...

    def snapshot(self) -> Snapshot: ...

    def info(self) -> EngineInfo: ...

    def close(self) -> None: ...
