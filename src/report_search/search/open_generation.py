"""One generation of the index, opened: its engine, and what is worked out from it once.

The rule: nothing here changes after it was made, so any number of threads may answer from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache, partial

from report_search.analysis.fold import fold_text
from report_search.corpus_coverage import Coverage, coverage_of
from report_search.engine.protocol import Engine, NearTexts, PassageSet, Snapshot
from report_search.engine.registry import open_engine
from report_search.generations import AddressBook, Generation, PublishedReport, ReportSummary
from report_search.generations.address_book import seconds_of
from report_search.generations.boilerplate_file import BoilerplateGroup, read_boilerplate
from report_search.query.interpret import Interpretation, read
from report_search.search.addresses.editions import superseded_reports
from report_search.search.addresses.former_values import former_values, with_former
from report_search.search.agencies import AgencyDirectory
from report_search.search.corpus_lexicon import lexicon_of, names_of
from report_search.search.counts.selection import HeldReports
from report_search.search.lineage import Lineage
from report_search.search.request import SearchRequest
from report_search.search.results import IndexState
from report_search.search.since.first_seen import FirstSeen
from report_search.search.since.moments import seconds_of_moment
from report_search.search.suggest.completions import Name
from report_search.taxonomy import topics
from report_search.taxonomy.agencies import agency_table

RECENT_READINGS, LONGEST_KEPT = 256, 200
"""How many readings of queries are kept, and up to how many characters: those of a long query take a megabyte."""


class OpenGeneration:
    """One generation with its engine opened, and what is worked out from it once."""

    def __init__(
        self, generation: Generation, published: tuple[PublishedReport, ...], *, book: AddressBook
    ) -> None:
        """``published`` are the reports of the ``book``."""
        self.generation, self._book = generation, book
        self.engine: Engine = open_engine(generation.record.engine, generation.engine_folder)
        self.snapshot: Snapshot = self.engine.snapshot()
        self.published = frozenset(one.id for one in published)
        self.summaries: tuple[ReportSummary, ...] = generation.reports()
        self.held = HeldReports(self.summaries)
        self.years = sorted({s.year for s in self.summaries if s.year is not None})
        self.additions = generation.record.additions
        held = lexicon_of(
            {s.agency for s in self.summaries}, [s.id for s in self.summaries], additions=self.additions
        )
        self.lexicon = with_former(held, published)
        self.former = former_values(self.lexicon, self.summaries, published=published)
        self.superseded = superseded_reports(self.summaries, published)
        self._read = partial(read, lexicon=self.lexicon)
        self._read_recently = lru_cache(RECENT_READINGS)(self._read)

    def read(self, text: str, *, strict: bool, expand: bool) -> Interpretation:
        """How a query is read; a short one that is asked again is not read again. Raises ``RequestError`` if strict."""
        reader = self._read_recently if len(text) <= LONGEST_KEPT else self._read
        return reader(text, strict=strict, expand=expand)

    @cached_property
    def reports(self) -> Mapping[str, ReportSummary]:
        """The reports by id."""
        return {summary.id: summary for summary in self.summaries}

    @cached_property
    def first_seen(self) -> FirstSeen:
        """When each passage was first published. Raises ``OperatorError`` if the book of addresses can't be read."""
        return FirstSeen(
            self._book.first_seen_in(self.generation.id),
            reports=[summary.id for summary in self.summaries],
            # A generation without a book is entered in one with the time at which it was built.
            otherwise=seconds_of(self.generation.record.built),
        )

    def among(self, request: SearchRequest) -> PassageSet | None:
        """The only passages that a request may find; None for all."""
        return self.first_seen.since(seconds_of_moment(request.since)) if request.since else None

    @cached_property
    def boilerplate(self) -> Mapping[str, BoilerplateGroup]:
        """The group of each passage that says nearly the same as others, by its id."""
        return read_boilerplate(self.generation)

    @cached_property
    def near_texts(self) -> NearTexts:
        """Which texts say nearly the same: what folds hits."""
        groups = self.boilerplate.values()
        return NearTexts({text: group.texts[0] for group in groups for text in group.texts})

    @cached_property
    def lineage(self) -> Lineage:
        """Which agencies that are held came from which others that are held."""
        return Lineage(agency_table(self.additions), sorted({s.agency for s in self.summaries}))

    @cached_property
    def coverage(self) -> Coverage:
        """Which agency's report of which year is held."""
        return coverage_of(self.generation.record)

    @cached_property
    def directory(self) -> AgencyDirectory:
        """The agencies of the generation."""
        return AgencyDirectory(agency_table(self.additions), self.coverage)

    @cached_property
    def known_words(self) -> tuple[str, ...]:
        """Words that the corpus may have: labels of its facets, names of agencies, words with synonyms and topics."""
        listed = (*self.lexicon.labels.values(), self.lexicon.synonyms, topics.terms(self.additions))
        return tuple(dict.fromkeys(fold_text(word) for words in listed for word in words))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """What completions name: agencies that are held, topics, sections, and the library's words."""
        return tuple(names_of(self.lexicon, [s.agency for s in self.summaries], additions=self.additions))

    def state(self) -> IndexState:
        """Which index it is."""
        run = self.generation.record
        return IndexState(
            self.generation.id,
            run.built,
            run.engine,
            run.passages,
            run.reports,
            run.fingerprint,
            topics.labels(self.additions),
        )
