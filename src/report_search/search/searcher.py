"""Searching: from a request to a page of results.

One ``Searcher`` serves the page, the API and the command line, so that all three give the same results for the same
request. The rule: a request is answered from one generation of the index from beginning to end; the next request
looks whether a newer one has become current.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from threading import Lock

from report_search.analysis.fingerprint import fingerprint
from report_search.analysis.fold import fold
from report_search.engine.protocol import Engine, EngineRequest, Matches, Snapshot, Total
from report_search.engine.registry import open_engine
from report_search.errors import GoneError, NotFoundError
from report_search.generations import Generation, Generations, ReportSummary
from report_search.model import Report
from report_search.passages import Passage, report_of
from report_search.query.ast import Query
from report_search.query.evaluate import missing, view
from report_search.query.interpret import Hint, Interpretation, QueryPart, read
from report_search.query.lexer import MAX_LENGTH
from report_search.query.lexicon import Lexicon
from report_search.search import cursors, relaxation, spelling
from report_search.search.completions import Completion, Name, complete, following
from report_search.search.corpus_lexicon import lexicon_of, names_of
from report_search.search.cursors import Position
from report_search.search.facets import Facet, facet_of
from report_search.search.filters import ResolvedFilters, resolve
from report_search.search.highlight import Snippet, highlight
from report_search.search.request import SearchRequest
from report_search.search.suggestions import Suggestion, suggest
from report_search.search.title_scope import with_titles
from report_search.taxonomy import topics


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, its text with the spans to mark, and the words of the query that it lacks."""

    passage: Passage
    snippet: Snippet
    missing: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class IndexState:
    """Which index answers: its generation, when it was built, engine, counts, fingerprint of the analyser."""

    generation: str
    built: str
    engine: str
    passages: int
    reports: int
    fingerprint: str


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


MOST_MEANT = 4
"""So many queries that were probably meant are tried for one that found nothing."""


class _OpenGeneration:
    """One generation with its engine opened, and what is worked out from it once."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.engine: Engine = open_engine(generation.record.engine, generation.engine_folder)
        self.snapshot: Snapshot = self.engine.snapshot()
        self.summaries: tuple[ReportSummary, ...] = generation.reports()
        self.years = sorted({s.year for s in self.summaries if s.year is not None})
        self.lexicon = lexicon_of({s.agency for s in self.summaries}, [s.id for s in self.summaries])

    @cached_property
    def known_words(self) -> tuple[str, ...]:
        """Words that the corpus may have: labels of its facets, names of agencies, words with synonyms and topics."""
        listed = (*self.lexicon.labels.values(), self.lexicon.synonyms, topics.terms())
        return tuple(dict.fromkeys(fold(word).text for words in listed for word in words))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """What completions name: agencies that are held, topics, sections, and the library's words."""
        return tuple(names_of(self.lexicon, [s.agency for s in self.summaries]))

    def state(self) -> IndexState:
        run = self.generation.record
        return IndexState(
            self.generation.id, run.built, run.engine, run.passages, run.reports, run.fingerprint
        )


class Searcher:
    """Answers requests from the index in a folder. Safe to share between threads."""

    def __init__(self, index: Path) -> None:
        self._generations = Generations(index)
        self._lock = Lock()
        self._opened: _OpenGeneration | None = None

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
            suggestions = suggest(asked, interpretation.read_as, count=partial(_count, opened))
            page = replace(page, hints=(*page.hints, *_did_you_mean(opened, asked, page)))
        return replace(page, hints=(*filters.hints, *page.hints), suggestions=suggestions)

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
        """One passage; ``NotFoundError`` if there is none with that id, ``GoneError`` if its report was withdrawn."""
        opened = self._current()
        found = opened.snapshot.passages([passage_id])
        if not found:
            _refuse_withdrawn(opened.generation, report_of(passage_id))
            raise NotFoundError(
                "no-passage",
                f"没有编号为“{passage_id}”的段落。",
                hint="报告更新后原文可能有变，请重新检索。",
            )
        return found[0]

    def report(self, report_id: str) -> Report:
        """One report; ``NotFoundError`` if there is none with that id, ``GoneError`` if it was withdrawn."""
        generation = self._current().generation
        report = generation.report(report_id)
        if report is None:
            _refuse_withdrawn(generation, report_id)
            raise NotFoundError(
                "no-report", f"没有编号为“{report_id}”的报告。", hint="已收录的报告见“关于”页。"
            )
        return report

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order; [] if there is none with that id."""
        return self._current().snapshot.report_passages(report_id)

    def reports(self) -> tuple[ReportSummary, ...]:
        """Every report of the index: newest first, then by agency."""
        return tuple(sorted(self._current().summaries, key=lambda s: (-(s.year or 0), s.agency, s.id)))

    def lexicon(self) -> Lexicon:
        """What reading a query takes from this index: words, labels of values, agencies."""
        return self._current().lexicon

    def generation(self) -> Generation:
        """The generation that requests are answered from at this moment."""
        return self._current().generation

    def state(self) -> IndexState:
        """Which index answers at this moment."""
        return self._current().state()

    def _current(self) -> _OpenGeneration:
        """The current generation, opened. While one thread opens a new one, the others go on with the old."""
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
                self._opened = _OpenGeneration(self._generations.open(fingerprint()))
            return self._opened
        finally:
            self._lock.release()


def _refuse_withdrawn(generation: Generation, report_id: str) -> None:
    """Raise ``GoneError`` (``withdrawn``) if the report was taken back on purpose."""
    withdrawn = generation.withdrawn(report_id)
    if withdrawn is not None:
        name = f"《{withdrawn.title}》" if withdrawn.title else f"{withdrawn.agency}{withdrawn.year}年的报告"
        raise GoneError(
            "withdrawn",
            f"{name}已于 {withdrawn.since[:10]} 撤下，原因：{withdrawn.reason}",
            hint="本库不再收录这份报告，检索结果里也没有它的内容。",
        )


def _resolved(opened: _OpenGeneration, request: SearchRequest) -> ResolvedFilters:
    return resolve(request.filters, lexicon=opened.lexicon, years=opened.years, strict=request.strict)


def _interpret(opened: _OpenGeneration, request: SearchRequest) -> Interpretation:
    found = read(request.text, opened.lexicon, strict=request.strict, expand=request.expand)
    return replace(found, tree=with_titles(found.tree)) if request.titles else found


def _find(
    opened: _OpenGeneration, request: SearchRequest, interpretation: Interpretation
) -> tuple[Interpretation, Matches]:
    """What a request finds, and the interpretation that found it: a weaker one where nothing complete was found."""
    position = cursors.decode(request, opened.generation.id)
    # Without the key of the hit before, the hits before are asked for as well, and left out.
    skipped = 0 if position.key else position.before
    asked = EngineRequest(
        tree=interpretation.tree,
        filters=request.filters,
        sort=request.sort,
        limit=skipped + request.limit,
        after=position.key,
        facets=request.facets,
    )
    found, matches = relaxation.find(opened.snapshot, asked, interpretation=interpretation)
    return found, replace(matches, hits=matches.hits[skipped:]) if skipped else matches


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
    facets = tuple(
        facet_of(counts, request.chosen(counts.field), whole=counts.field in request.whole)
        for counts in matches.facets
    )
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
        hints=interpretation.hints,
        total=matches.total,
        facets=facets,
        hits=_hits(opened.snapshot, matches, interpretation.tree),
        next=next_cursor,
        first=before + 1,
        previous=previous,
        index=opened.state(),
    )


def _hits(snapshot: Snapshot, matches: Matches, tree: Query) -> tuple[Hit, ...]:
    passages = {passage.id: passage for passage in snapshot.passages([match.id for match in matches.hits])}
    hits = []
    for match in matches.hits:
        passage = passages[match.id]
        lacking = () if match.key.complete else tuple(missing(tree, view(passage)))
        hits.append(Hit(passage, highlight(tree, passage), lacking, match.score))
    return tuple(hits)
