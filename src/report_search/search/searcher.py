"""Searching: from a request to a page of results.

One ``Searcher`` serves the page, the API and the command line, so that all three give the same results for the same
request. The rule: a request is answered from one generation of the index from beginning to end; the next request
looks whether a newer one has become current.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from threading import Lock

from report_search.analysis.fingerprint import fingerprint
from report_search.analysis.fold import fold
from report_search.corpus_coverage import coverage_of
from report_search.engine.protocol import Engine, EngineRequest, Matches, Snapshot, Total
from report_search.engine.registry import open_engine
from report_search.errors import MovedError, OperatorError, RequestError, Standing
from report_search.fields import FACET_FIELDS, FIELD_LABELS
from report_search.generations import Generation, Generations, PublishedReport, ReportSummary
from report_search.generations.boilerplate_file import BoilerplateGroup, read_boilerplate
from report_search.generations.original import Original, has_original, read_original
from report_search.model import Report
from report_search.passages import Passage
from report_search.query.ast import IncludeHeadings, Query
from report_search.query.evaluate import missing, view
from report_search.query.interpret import Hint, Interpretation, QueryPart, read
from report_search.query.lexer import MAX_LENGTH
from report_search.query.lexicon import Lexicon
from report_search.search import cursors, relaxation, spelling
from report_search.search.agencies import AgencyCard, AgencyDirectory, TopicYears, topics_by_year
from report_search.search.completions import Completion, Name, complete, following
from report_search.search.corpus_lexicon import lexicon_of, names_of
from report_search.search.cursors import Position
from report_search.search.editions import superseded_reports
from report_search.search.facets import Facet, facet_of
from report_search.search.filters import ResolvedFilters, resolve
from report_search.search.former_values import former_hints, former_values, with_former
from report_search.search.forwarding import Today, forward_passage, forward_report
from report_search.search.highlight import Snippet, highlight
from report_search.search.lineage import Lineage
from report_search.search.request import SearchRequest
from report_search.search.suggestions import Suggestion, suggest
from report_search.search.table_cells import CellUnderHead, TableCells
from report_search.taxonomy import topics
from report_search.taxonomy.agencies import agency_table


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, its text with the spans to mark, and the words of the query that it lacks.

    ``cells`` are, for the head of a table, the cells under the heads that were found.
    ``superseded_by`` is the id of the later report of the same agency and year, "" where there is none.
    ``alike_agencies`` counts the agencies that say nearly the same, its own included; 0 where no passage does.
    """

    passage: Passage
    snippet: Snippet
    missing: tuple[str, ...]
    score: float
    cells: tuple[CellUnderHead, ...] = ()
    superseded_by: str = ""
    alike_agencies: int = 0


@dataclass(frozen=True, slots=True)
class IndexState:
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


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a request.

    ``request`` is the one that was asked, its filters in canonical values and its text cut where reading it stops.
    ``first`` is the number of its first hit, from 1. ``next`` is the cursor of the next page, "" on the last;
    ``previous`` that of the page before, "" on the first. ``suggestions`` are made only where nothing was found.
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
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def read_as(self) -> tuple[QueryPart, ...]:
        """How the query was read, part by part."""
        return self.interpretation.read_as


@dataclass(frozen=True, slots=True)
class ResultWalk:
    """Every hit of a request in its order, all from one generation, however long the walk takes.

    ``page`` is the answer to the request: its query as read, totals, facets, which index, and its first hits. ``hits``
    are all of them, those of the page first, and can be walked once; ``reports`` holds what is known of their reports,
    by id.
    """

    page: SearchPage
    hits: Iterator[Hit]
    reports: Mapping[str, ReportSummary]


FIRST_HITS = 100
"""So many hits a walk fetches first, so that it starts at once."""
BATCH_HITS = 1000
"""So many hits a walk fetches at a time from then on; a thousand passages take a few megabytes."""
MOST_CHOSEN = 500
"""So many passages can be chosen one by one: what fits in an address."""
MOST_MEANT = 4
"""So many queries that were probably meant are tried for one that found nothing."""


class _OpenGeneration:
    """One generation with its engine opened, and what is worked out from it once."""

    def __init__(self, generation: Generation, published: tuple[PublishedReport, ...] = ()) -> None:
        self.generation = generation
        self.engine: Engine = open_engine(generation.record.engine, generation.engine_folder)
        self.snapshot: Snapshot = self.engine.snapshot()
        self.summaries: tuple[ReportSummary, ...] = generation.reports()
        self.years = sorted({s.year for s in self.summaries if s.year is not None})
        self.additions = generation.record.additions
        held = lexicon_of(
            {s.agency for s in self.summaries}, [s.id for s in self.summaries], additions=self.additions
        )
        self.lexicon = with_former(held, published)
        self.former = former_values(self.lexicon, self.summaries, published=published)
        self.superseded = superseded_reports(self.summaries, published)

    @cached_property
    def reports(self) -> Mapping[str, ReportSummary]:
        """The reports by id."""
        return {summary.id: summary for summary in self.summaries}

    @cached_property
    def boilerplate(self) -> Mapping[str, BoilerplateGroup]:
        """The passages that say nearly the same as the one with an id, for those of which any do."""
        return read_boilerplate(self.generation)

    @cached_property
    def lineage(self) -> Lineage:
        """Which agencies that are held came from which others that are held."""
        return Lineage(agency_table(self.additions), sorted({s.agency for s in self.summaries}))

    @cached_property
    def directory(self) -> AgencyDirectory:
        """The agencies of the generation."""
        return AgencyDirectory(agency_table(self.additions), coverage_of(self.generation.record))

    @cached_property
    def known_words(self) -> tuple[str, ...]:
        """Words that the corpus may have: labels of its facets, names of agencies, words with synonyms and topics."""
        listed = (*self.lexicon.labels.values(), self.lexicon.synonyms, topics.terms(self.additions))
        return tuple(dict.fromkeys(fold(word).text for words in listed for word in words))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """What completions name: agencies that are held, topics, sections, and the library's words."""
        return tuple(names_of(self.lexicon, [s.agency for s in self.summaries], additions=self.additions))

    def state(self) -> IndexState:
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


class Searcher:
    """Answers requests from the index in a folder. Safe to share between threads."""

    def __init__(self, index: Path) -> None:
        self._generations = Generations(index)
        self._lock = Lock()
        self._opened: _OpenGeneration | None = None
        self._pinned: _OpenGeneration | None = None

    def search(self, request: SearchRequest) -> SearchPage:
        """Answer a request.

        Raises ``RequestError`` for what can't be understood (if strict) or a foreign cursor, ``GoneError`` for
        an outdated cursor, ``OperatorError`` if there is no index or it was built by another version.
        """
        opened = self._current()
        interpretation = _interpret(opened, request)
        filters = _resolved(opened, request)
        asked = replace(request, text=request.text[:MAX_LENGTH], filters=filters.filters)
        page = _page(opened, asked, interpretation)
        suggestions: tuple[Suggestion, ...] = ()
        if not page.total.passages:
            suggestions = suggest(
                asked,
                interpretation,
                count=partial(_count, opened),
                topic_labels=opened.state().topics,
            )
            page = replace(page, hints=(*page.hints, *_did_you_mean(opened, asked, page)))
        once_held = former_hints(asked.filters, interpretation.tree, former=opened.former)
        return replace(page, hints=(*filters.hints, *once_held, *page.hints), suggestions=suggestions)

    def walk(self, request: SearchRequest) -> ResultWalk:
        """Every hit of a request; its limit and cursor are not looked at. Raises what ``search`` raises, at once."""
        pinned = self.pinned()
        opened = pinned._current()
        page = pinned.search(replace(request, limit=FIRST_HITS, cursor=""))
        return ResultWalk(page, chain(page.hits, _following(opened, page)), opened.reports)

    def walk_chosen(self, request: SearchRequest, passage_ids: Sequence[str]) -> ResultWalk:
        """The passages with these ids in the order given, each once, marked with the words of the request.

        The filters of the request are not looked at: passages may have been chosen from several searches. Raises
        ``RequestError`` (``too-many-chosen``) for more than ``MOST_CHOSEN`` and ``NotFoundError`` for an id that no
        passage has.
        """
        if len(passage_ids) > MOST_CHOSEN:
            raise RequestError(
                "too-many-chosen",
                f"一次最多选 {MOST_CHOSEN} 段，给出的是 {len(passage_ids)} 段。",
                hint="请分几次导出，或改用检索条件导出全部结果。",
            )
        pinned = self.pinned()
        page = pinned.search(replace(request, filters=(), limit=1, cursor="", facets=()))
        passages = tuple(pinned.passage(passage_id) for passage_id in dict.fromkeys(passage_ids))
        return ResultWalk(*_chosen(page, passages), pinned._current().reports)

    def pinned(self) -> Searcher:
        """A searcher that answers from the generation that is current now, whatever is published later."""
        pinned = copy(self)
        pinned._pinned = self._current()
        return pinned

    def completions(self, request: SearchRequest) -> list[Completion]:
        """What may follow the text of ``request``, which is still being typed; counted with its filters."""
        opened = self._current()
        asked = replace(request, filters=_resolved(opened, request).filters, cursor="", strict=False)
        return complete(
            request.text,
            opened.names,
            count=lambda text: _count_complete(opened, replace(asked, text=text)),
            continuations=partial(following, opened.snapshot, segmenter=opened.lexicon.segmenter),
            stopwords=opened.lexicon.stopwords,
        )

    def passage(self, passage_id: str) -> Passage:
        """One passage.

        Raises ``MovedError`` if its text stands at another address now, ``GoneError`` if it is not there any more,
        ``NotFoundError`` if there never was one with that id.
        """
        opened = self._current()
        found = opened.snapshot.passages([passage_id])
        return found[0] if found else forward_passage(self._today(opened), passage_id)

    def report(self, report_id: str) -> Report:
        """One report. Raises as ``passage`` does."""
        opened = self._current()
        return opened.generation.report(report_id) or forward_report(self._today(opened), report_id)

    def standing(self, address: str) -> Standing:
        """What stands at an address, of a report or a passage, or where the same text stands now.

        Raises ``GoneError`` if it is not there any more, ``NotFoundError`` if it never was.
        """
        opened = self._current()
        if opened.generation.has(address):
            return Standing("report", address)
        if opened.snapshot.passages([address]):
            return Standing("passage", address)
        try:
            if opened.generation.withdrawn(address) or self._generations.addresses.report(address):
                forward_report(self._today(opened), address)
            forward_passage(self._today(opened), address)
        except MovedError as moved:
            return moved.nearest

    def first_seen(self, addresses: Iterable[str]) -> dict[str, str]:
        """When each of these reports and passages was first published, as ISO times in UTC.

        What was never published is left out.
        """
        return self._generations.addresses.first_seen(addresses)

    def has_original(self, report_id: str) -> bool:
        """Whether the file that a report was read from is still where it was; False for an id that no report has."""
        opened = self._current()
        summary = opened.reports.get(report_id)
        return summary is not None and has_original(opened.generation, summary)

    def original(self, report_id: str) -> Original:
        """The file that a report was read from; raises as ``report``, and ``GoneError`` if it is not what it was."""
        opened = self._current()
        summary = opened.reports.get(report_id)
        if summary is None:
            forward_report(self._today(opened), report_id)
        return read_original(opened.generation, summary)

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order, without headings; [] if there is none with that id."""
        return [passage for passage in self.whole_report(report_id) if not passage.is_heading]

    def whole_report(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order, then its title and headings; [] if there is no such report."""
        return self._current().snapshot.report_passages(report_id)

    def reports(self) -> tuple[ReportSummary, ...]:
        """Every report of the index: newest first, then by agency."""
        return tuple(sorted(self._current().summaries, key=lambda s: (-(s.year or 0), s.agency, s.id)))

    def agencies(self) -> AgencyDirectory:
        """The agencies of the index, and those of the agency table."""
        return self._current().directory

    def agency_topics(self, card: AgencyCard) -> tuple[TopicYears, ...]:
        """What an agency speaks of in each year of which a report is held."""
        opened = self._current()
        labels = topics.labels(opened.additions)
        return topics_by_year(opened.snapshot, card.name, years=card.held, labels=labels)

    def agency_reports(self, card: AgencyCard) -> tuple[ReportSummary, ...]:
        """The reports of an agency, newest first."""
        return tuple(report for report in self.reports() if report.agency == card.name)

    def predecessors(self, agency: str) -> tuple[str, ...]:
        """The names of an agency's predecessors of which the index has reports."""
        return self._current().lineage.before(agency)

    def lexicon(self) -> Lexicon:
        """What reading a query takes from this index: words, labels of values, agencies."""
        return self._current().lexicon

    def generation(self) -> Generation:
        """The generation that requests are answered from at this moment."""
        return self._current().generation

    def state(self) -> IndexState:
        """Which index answers at this moment."""
        return self._current().state()

    def superseded_by(self, report_id: str) -> str:
        """The id of the later report of the same agency and year; "" where there is none."""
        return self._current().superseded.get(report_id, "")

    def _published(self) -> tuple[PublishedReport, ...]:
        """All reports that were ever published; none where the book can't be read, which hinders no search."""
        try:
            return self._generations.addresses.reports()
        except OperatorError:
            return ()

    def _today(self, opened: _OpenGeneration) -> Today:
        return Today(opened.generation, opened.snapshot, self._generations.addresses)

    def _current(self) -> _OpenGeneration:
        """The current generation, opened. While one thread opens a new one, the others go on with the old."""
        if self._pinned is not None:
            return self._pinned
        current = self._generations.current()
        opened = self._opened
        if opened is not None and current is not None and opened.generation.id == current.id:
            return opened
        # Without an old generation to go on with, or without a current one (an error to raise), every thread waits.
        must_wait = opened is None or current is None
        if not self._lock.acquire(blocking=must_wait):
            assert opened is not None
            return opened
        try:
            # Another thread may have opened it while this one waited for the lock.
            current = self._generations.current()
            if current is None or self._opened is None or self._opened.generation.id != current.id:
                generation = self._generations.open(fingerprint())
                self._opened = _OpenGeneration(generation, self._published())
            return self._opened
        finally:
            self._lock.release()


def _resolved(opened: _OpenGeneration, request: SearchRequest) -> ResolvedFilters:
    return resolve(request.filters, lexicon=opened.lexicon, years=opened.years, strict=request.strict)


def _interpret(opened: _OpenGeneration, request: SearchRequest) -> Interpretation:
    found = read(request.text, opened.lexicon, strict=request.strict, expand=request.expand)
    return replace(found, tree=IncludeHeadings(found.tree)) if request.titles else found


def _find(
    opened: _OpenGeneration, request: SearchRequest, interpretation: Interpretation
) -> tuple[Interpretation, Matches]:
    """What a request finds, and the interpretation that found it: a weaker one where nothing complete was found."""
    position = cursors.decode(request, opened.generation.id)
    # Without the key of the hit before, the hits before are asked for as well, and left out.
    skipped = 0 if position.key else position.before
    asked = replace(
        _engine_request(opened, request, interpretation), limit=skipped + request.limit, after=position.key
    )
    found, matches = relaxation.find(opened.snapshot, asked, interpretation=interpretation, text=request.text)
    return found, replace(matches, hits=matches.hits[skipped:]) if skipped else matches


def _engine_request(
    opened: _OpenGeneration, request: SearchRequest, interpretation: Interpretation
) -> EngineRequest:
    """What an engine is asked for the first hits of a request."""
    return EngineRequest(
        tree=interpretation.tree,
        filters=opened.lineage.widened(request.filters) if request.lineage else request.filters,
        sort=request.sort,
        limit=request.limit,
        facets=request.facets,
    )


def _following(opened: _OpenGeneration, page: SearchPage) -> Iterator[Hit]:
    """The hits behind those of ``page``, fetched batch by batch."""
    request = replace(page.request, cursor=page.next)
    interpretation = _interpret(opened, request)
    after = cursors.decode(request, opened.generation.id).key
    asked = replace(
        _engine_request(opened, request, interpretation), limit=BATCH_HITS, after=after, facets=()
    )
    more = bool(page.next)
    while more:
        found_by, matches = relaxation.find(
            opened.snapshot, asked, interpretation=interpretation, text=request.text
        )
        yield from _hits(opened, matches, found_by.tree)
        more = matches.more and bool(matches.hits)
        if more:
            asked = replace(asked, after=matches.hits[-1].key)


def _chosen(page: SearchPage, passages: Sequence[Passage]) -> tuple[SearchPage, Iterator[Hit]]:
    """The answer that consists of ``passages``, marked as ``page`` was read, and its hits."""
    tree = page.interpretation.tree
    hits = tuple(
        Hit(passage, highlight(tree, passage), tuple(missing(tree, view(passage))), 0.0)
        for passage in passages
    )
    reports = {passage.report for passage in passages}
    total = Total(len(hits), len(reports), sum(not hit.missing for hit in hits))
    facets = tuple(Facet(field, FIELD_LABELS[field], ()) for field in FACET_FIELDS)
    answer = replace(page, total=total, facets=facets, hits=hits, next="", suggestions=())
    return answer, iter(hits)


def _count(opened: _OpenGeneration, request: SearchRequest) -> int:
    """How many passages a suggested request finds; whatever it can't read of the query is no error."""
    interpretation = _interpret(opened, replace(request, strict=False))
    _, matches = _find(opened, replace(request, limit=1, facets=(), cursor=""), interpretation)
    return matches.total.passages


def _count_complete(opened: _OpenGeneration, request: SearchRequest) -> int:
    """How many passages a request finds; 0 if none of them has all its words."""
    _, matches = _find(opened, replace(request, limit=1, facets=()), _interpret(opened, request))
    return matches.total.passages if matches.total.complete else 0


def _did_you_mean(opened: _OpenGeneration, request: SearchRequest, page: SearchPage) -> Iterator[Hint]:
    """Queries that were probably meant by one that found nothing, each tried before it is named."""
    meant = spelling.did_you_mean(
        request.text, page.read_as, known=opened.known_words, occurs=partial(_occurs, opened)
    )
    for text in islice(meant, MOST_MEANT):
        passages = _count(opened, replace(request, text=text))
        if passages:
            yield Hint("did-you-mean", f"也许是：{text}（{passages} 段）。", 0, text)


def _occurs(opened: _OpenGeneration, tree: Query) -> bool:
    return bool(opened.snapshot.find(EngineRequest(tree, limit=1, facets=())).total.passages)


def _page(opened: _OpenGeneration, request: SearchRequest, interpretation: Interpretation) -> SearchPage:
    interpretation, matches = _find(opened, request, interpretation)
    if request.lineage:
        matches = replace(matches, facets=tuple(map(opened.lineage.counted, matches.facets)))
    facets = tuple(
        facet_of(
            counts,
            request.chosen(counts.field),
            whole=counts.field in request.whole,
            topic_labels=opened.state().topics,
        )
        for counts in matches.facets
    )
    hints = interpretation.hints
    if request.lineage:
        facets = tuple(map(opened.lineage.labelled, facets))
        hints = (*hints, *opened.lineage.hints(request.filters))
    before = cursors.decode(request, opened.generation.id).before
    cursor_at = partial(cursors.encode, request, opened.generation.id)
    next_cursor = previous = ""
    if matches.more and matches.hits:
        next_cursor = cursor_at(position=Position(before + len(matches.hits), matches.hits[-1].key))
    if before:
        previous = cursor_at(position=Position(max(0, before - request.limit)))
    return SearchPage(
        request=request,
        interpretation=interpretation,
        hints=hints,
        total=matches.total,
        facets=facets,
        hits=_hits(opened, matches, interpretation.tree),
        next=next_cursor,
        first=before + 1,
        previous=previous,
        index=opened.state(),
    )


def _hits(opened: _OpenGeneration, matches: Matches, tree: Query) -> tuple[Hit, ...]:
    found = opened.snapshot.passages([match.id for match in matches.hits])
    passages = {passage.id: passage for passage in found}
    tables = TableCells(opened.generation.report, opened.snapshot.report_passages)
    hits = []
    for match in matches.hits:
        passage = passages[match.id]
        lacking = () if match.key.complete else tuple(missing(tree, view(passage)))
        snippet = highlight(tree, passage)
        cells = tables.under(passage, tree, spans=snippet.spans) if passage.is_head else ()
        later = opened.superseded.get(passage.report, "")
        group = opened.boilerplate.get(passage.id)
        alike = group.agencies if group else 0
        hits.append(
            Hit(
                passage, snippet, lacking, match.score, cells=cells, superseded_by=later, alike_agencies=alike
            )
        )
    return tuple(hits)
