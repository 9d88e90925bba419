"""What an answer consists of: hits, the page that they stand on, and the index that it came from.

The rule: everything in one answer is of one generation of the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from report_search.engine.protocol import FacetCounts, Total
from report_search.generations import ReportSummary
from report_search.passages import Passage
from report_search.query.interpret import Hint, Interpretation, QueryPart
from report_search.record import Record
from report_search.search.counts.selection import HeldReports
from report_search.search.facets import Facet
from report_search.search.highlight import Snippet
from report_search.search.other_hits import NO_OTHERS, OtherHits
from report_search.search.request import Filters, SearchRequest
from report_search.search.suggest.suggestions import Suggestion
from report_search.search.table_cells import CellUnderHead


class Hit(Record, frozen=True):
    """A passage that was found, its text with the spans to mark, and the words of the query that it lacks.

    ``cells`` are, for the head of a table, the cells under the heads that were found.
    ``superseded_by`` is the id of the later report of the same agency and year, "" where there is none.
    ``behind`` is what it stands for, where hits are put together.
    ``alike_agencies`` counts the agencies that say nearly the same, its own included; 0 where no passage does.
    """

    passage: Passage
    snippet: Snippet
    missing: tuple[str, ...]
    score: float
    cells: tuple[CellUnderHead, ...] = ()
    superseded_by: str = ""
    behind: OtherHits = NO_OTHERS
    alike_agencies: int = 0


class IndexState(Record, frozen=True):
    """Which index answers: its generation, when it was built, engine, counts, fingerprint of the analyser.

    ``topics`` are the labels of its topics by their keys, those that its corpora add included.
    """

    generation: str
    built: str
    engine: str
    passages: int
    reports: int
    fingerprint: str
    topics: Mapping[str, str] = field(default_factory=dict)


class SearchPage(Record, frozen=True):
    """The answer to a request.

    ``request`` is the one that was asked, its filters in canonical values and its text cut where reading it stops.
    ``first`` is the number of its first hit, from 1. ``next`` is the cursor of the next page, "" on the last;
    ``previous`` that of the page before, "" on the first. ``groups`` is how many hits all pages show: those of the
    total, or one a group. ``suggestions`` are made only where nothing was found.
    ``tallies`` counts the complete hits by the fields that were asked for; ``held`` are all reports of the generation
    that answered, so that what is counted and what is held never come from two. ``acted_on`` are the filters as they
    narrowed the result: those of the request, an agency with its predecessors where ``lineage`` takes them along.
    """

    request: SearchRequest
    interpretation: Interpretation
    hints: tuple[Hint, ...]
    total: Total
    facets: tuple[Facet, ...]
    hits: tuple[Hit, ...]
    next: str
    index: IndexState
    first: int = 1
    previous: str = ""
    groups: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    tallies: tuple[FacetCounts, ...] = ()
    held: HeldReports = field(default_factory=lambda: HeldReports(()))
    acted_on: Filters = ()

    @property
    def read_as(self) -> tuple[QueryPart, ...]:
        """How the query was read, part by part."""
        return self.interpretation.read_as


class ResultWalk(Struct, frozen=True):
    """Every hit of a request in its order, all from one generation, however long the walk takes.

    ``page`` is the answer to the request: its query as read, totals, facets, which index, and its first hits. ``hits``
    are all of them, those of the page first, and can be walked once; ``reports`` holds what is known of their reports,
    by id.
    """

    page: SearchPage
    hits: Iterator[Hit]
    reports: Mapping[str, ReportSummary]
