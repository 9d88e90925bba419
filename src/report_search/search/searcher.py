"""Searching: from what somebody asked to the page they get.

One ``Searcher`` serves the page, the API and the command line, so that all three give the same results for the same
request. It follows the current generation of its index: a request is answered from one generation from beginning to
end, and the next request looks whether a newer one has become current.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.protocol import Engine, EngineRequest, Matches, Snapshot, Total
from report_search.engine.registry import open_engine
from report_search.errors import NotFoundError
from report_search.generations import Generation, Generations, ReportSummary
from report_search.model import Report
from report_search.passages import Passage
from report_search.query.evaluate import missing, view
from report_search.query.interpret import Hint, Interpretation, QueryPart, read
from report_search.query.lexer import MAX_LENGTH
from report_search.query.lexicon import Lexicon
from report_search.search import cursors, relaxation
from report_search.search.corpus_lexicon import lexicon_of
from report_search.search.facets import Facet, present
from report_search.search.filters import resolve
from report_search.search.highlight import Snippet, highlight
from report_search.search.request import SearchRequest
from report_search.search.suggestions import Suggestion, remedies
from report_search.search.title_scope import with_titles


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, its text with the marked stretches, and the words it lacks."""

    passage: Passage
    snippet: Snippet
    missing: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the index is: generation, when it was built, engine, counts, fingerprint."""

    generation: str
    built: str
    engine: str
    passages: int
    reports: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a request.

    ``request`` has its filters in canonical values, and no more of its text than is read. ``next`` is the cursor of
    the page behind this one, "" at the end. ``remedies`` are filled only where nothing was found.
    """

    request: SearchRequest
    reading: Interpretation
    hints: tuple[Hint, ...]
    total: Total
    facets: tuple[Facet, ...]
    hits: tuple[Hit, ...]
    next: str
    index: IndexState
    remedies: tuple[Suggestion, ...] = ()

    @property
    def read_as(self) -> tuple[QueryPart, ...]:
        """How the query was read, piece by piece."""
        return self.reading.read_as


class _Open:
    """One generation opened for reading."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.engine: Engine = open_engine(generation.record.engine, generation.engine_folder)
        self.snapshot: Snapshot = self.engine.snapshot()
        self.summaries: tuple[ReportSummary, ...] = generation.reports()
        self.years = sorted({s.year for s in self.summaries if s.year is not None})
        self.lexicon = lexicon_of({s.agency for s in self.summaries})

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
        self._opened: _Open | None = None

    def search(self, request: SearchRequest) -> SearchPage:
        """Answer a request.

        Raises ``RequestError`` for what can't be understood (if strict) or a foreign cursor, ``GoneError`` for
        an outdated cursor, ``OperatorError`` if there is no index or it was built by another version.
        """
        opened = self._current()
        reading = _read(opened, request)
        resolved = resolve(request.filters, lexicon=opened.lexicon, years=opened.years, strict=request.strict)
        asked = replace(request, text=request.text[:MAX_LENGTH], filters=resolved.filters)
        page = _page(opened, asked, reading)
        help_ = () if page.total.passages else remedies(asked, reading.read_as, count=partial(_count, opened))
        return replace(page, hints=(*resolved.hints, *page.hints), remedies=help_)

    def passage(self, passage_id: str) -> Passage:
        """One passage; ``NotFoundError`` if there is none with that id."""
        found = self._current().snapshot.passages([passage_id])
        if not found:
            raise NotFoundError(
                "no-passage",
                f"没有编号为“{passage_id}”的段落。",
                hint="报告更新后原文可能有变，请重新检索。",
            )
        return found[0]

    def report(self, report_id: str) -> Report:
        """One report; ``NotFoundError`` if there is none with that id."""
        report = self._current().generation.report(report_id)
        if report is None:
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
        """What the query reader knows of this index: words, labels, agencies."""
        return self._current().lexicon

    def generation(self) -> Generation:
        """The generation that requests are answered from now."""
        return self._current().generation

    def state(self) -> IndexState:
        """What the index is."""
        return self._current().state()

    def _current(self) -> _Open:
        """The current generation, opened. While one thread opens a new one, the others go on with the old."""
        current = self._generations.current()
        opened = self._opened
        if opened is not None and current is not None and opened.generation.id == current.id:
            return opened
        if not self._lock.acquire(blocking=opened is None or current is None):
            assert opened is not None
            return opened
        try:
            current = self._generations.current()
            if current is None or self._opened is None or self._opened.generation.id != current.id:
                self._opened = _Open(self._generations.open(fingerprint()))
            return self._opened
        finally:
            self._lock.release()


def _find(opened: _Open, request: SearchRequest, reading: Interpretation) -> tuple[Interpretation, Matches]:
    """What a request finds, and the reading that found it: a weaker one if need be."""
    asked = EngineRequest(
        tree=reading.tree,
        filters=request.filters,
        sort=request.sort,
        limit=request.limit,
        after=cursors.decode(request, opened.generation.id),
        facets=request.facets,
    )
    return relaxation.find(opened.snapshot, asked, reading=reading, text=request.text)


def _read(opened: _Open, request: SearchRequest) -> Interpretation:
    reading = read(request.text, opened.lexicon, strict=request.strict, expand=request.expand)
    return replace(reading, tree=with_titles(reading.tree)) if request.titles else reading


def _count(opened: _Open, request: SearchRequest) -> int:
    reading = _read(opened, replace(request, strict=False))
    _, matches = _find(opened, replace(request, limit=1, facets=(), cursor=""), reading)
    return matches.total.passages


def _page(opened: _Open, request: SearchRequest, reading: Interpretation) -> SearchPage:
    reading, matches = _find(opened, request, reading)
    facets = tuple(
        present(counts, request.chosen(counts.field), whole=counts.field in request.whole)
        for counts in matches.facets
    )
    following = ""
    if matches.more and matches.hits:
        following = cursors.encode(request, opened.generation.id, key=matches.hits[-1].key)
    return SearchPage(
        request=request,
        reading=reading,
        hints=reading.hints,
        total=matches.total,
        facets=facets,
        hits=_hits(opened.snapshot, reading, matches),
        next=following,
        index=opened.state(),
    )


def _hits(snapshot: Snapshot, reading: Interpretation, matches: Matches) -> tuple[Hit, ...]:
    passages = {p.id: p for p in snapshot.passages([match.id for match in matches.hits])}
    hits = []
    for match in matches.hits:
        passage = passages[match.id]
        lacking = () if match.key.complete else tuple(missing(reading.tree, view(passage)))
        hits.append(Hit(passage, highlight(reading.tree, passage), lacking, match.score))
    return tuple(hits)
