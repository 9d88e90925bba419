"""Searching: from a request to a page of results.

One ``Searcher`` serves the page, the API and the command line, so that all three give the same results for the same
request. It is the one door to a corpus; what lies behind it is in ``answering``, ``walks`` and ``open_generation``.
The rule: a request is answered from one generation of the index from beginning to end; the next request looks whether
a newer one has become current.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Lock

from msgspec.structs import replace

from report_search import deadline
from report_search.analysis.fingerprint import fingerprint
from report_search.corpus_coverage import Coverage
from report_search.errors import MovedError, OperatorError, RequestError, Standing, TooCostlyError
from report_search.generations import (
    Generation,
    PictureBeside,
    PublishedGenerations,
    PublishedReport,
    ReportSummary,
)
from report_search.generations.original import Original, has_original, pages_beside, read_original
from report_search.model import Report
from report_search.passages import Passage
from report_search.query.interpret import ASKS_ABSENCE
from report_search.query.lexer import MAX_LENGTH
from report_search.query.lexicon import Lexicon
from report_search.search.addresses.former_values import former_hints
from report_search.search.addresses.forwarding import Today, forward_passage, forward_report
from report_search.search.agencies import AgencyCard, AgencyDirectory, TopicYears, topics_by_year
from report_search.search.answering import (
    answer,
    count_complete,
    helped,
    interpret,
    resolve_filters,
)
from report_search.search.highlight import Snippet
from report_search.search.open_generation import OpenGeneration
from report_search.search.request import SearchRequest
from report_search.search.results import Hit, IndexState, ResultWalk, SearchPage
from report_search.search.since.newest import NewestHits, newest_hits
from report_search.search.suggest.completions import Completion, complete, following
from report_search.search.suggest.suggestions import Suggestion
from report_search.search.walks import (
    FIRST_HITS,
    MOST_CHOSEN,
    chosen,
    hits_behind,
    ids_found,
    marked_passages,
)
from report_search.taxonomy import topics

__all__ = ["Hit", "IndexState", "ResultWalk", "SearchPage", "Searcher"]


class Searcher:
    """Answers requests from the index in a folder. Safe to share between threads."""

    def __init__(self, index: Path) -> None:
        self._generations = PublishedGenerations(index)
        self._lock = Lock()
        self._opened: OpenGeneration | None = None
        self._pinned: OpenGeneration | None = None

    def search(self, request: SearchRequest, *, is_helping: bool = True) -> SearchPage:
        """Answer a request.

        Where nothing was found and ``is_helping``, weaker and similar searches are tried and suggested.

        Raises ``RequestError`` for what can't be understood (if strict) or a foreign cursor, ``GoneError`` for
        an outdated cursor, ``OperatorError`` if there is no index or it was built by another version.
        """
        opened = self._current()
        interpretation = interpret(opened, request)
        filters = resolve_filters(opened, request)
        asked = replace(request, text=request.text[:MAX_LENGTH], filters=filters.filters)
        page = answer(opened, asked, interpretation=interpretation)
        suggestions: tuple[Suggestion, ...] = ()
        # Words left out of a question about a silence would find those that are not silent.
        is_helped = is_helping and all(hint.code != ASKS_ABSENCE for hint in page.hints)
        if is_helped and not page.total.passages:
            try:
                suggestions, page = helped(opened, page, interpretation=interpretation)
            except TooCostlyError:
                # The answer stands: nothing was found. What might be found instead is not worth an error.
                suggestions = ()
        once_held = former_hints(asked.filters, interpretation.tree, former=opened.former)
        return replace(page, hints=(*filters.hints, *once_held, *page.hints), suggestions=suggestions)

    def walk(self, request: SearchRequest) -> ResultWalk:
        """Every hit of a request; its limit and cursor are not looked at. Raises what ``search`` raises, at once."""
        pinned = self.pinned()
        opened = pinned._current()
        page = pinned.search(replace(request.every_hit, limit=FIRST_HITS, cursor=""))
        return ResultWalk(page, chain(page.hits, hits_behind(opened, page)), opened.reports)

    def walk_marks(self, request: SearchRequest) -> tuple[SearchPage, Iterator[tuple[Passage, Snippet]]]:
        """Every passage that a request finds with its marks, as ``walk`` gives them; the page has no more than one hit.

        Raises what ``search`` raises, at once.
        """
        pinned = self.pinned()
        page = pinned.search(replace(request.every_hit, limit=1, cursor="", facets=(), tallies=()))
        return page, marked_passages(pinned._current(), page)

    def every_id(self, request: SearchRequest) -> tuple[str, ...]:
        """The ids of all passages that a request finds, in its order; nothing else of them is fetched."""
        opened = self._current()
        filters = resolve_filters(opened, request).filters
        return ids_found(opened, replace(request.every_hit, text=request.text[:MAX_LENGTH], filters=filters))

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
        page = pinned.search(
            replace(request.every_hit, filters=(), since="", limit=1, cursor="", facets=(), tallies=())
        )
        passages = tuple(pinned.passage(passage_id) for passage_id in dict.fromkeys(passage_ids))
        return ResultWalk(*chosen(page, passages), pinned._current().reports)

    def newest(self, request: SearchRequest, *, limit: int) -> NewestHits:
        """The hits of a request that were first published last. Raises what ``search`` raises."""
        pinned = self.pinned()
        page = pinned.search(
            replace(request.every_hit, limit=1, cursor="", facets=(), tallies=()),
            is_helping=False,
        )
        return newest_hits(pinned._current(), page, limit=limit)

    def pinned(self) -> Searcher:
        """A searcher that answers from the generation that is current now, whatever is published later."""
        current = self._current()
        pinned = copy(self)
        # It would hold the generation before, which this searcher may have had open until now.
        pinned._opened, pinned._pinned = None, current
        return pinned

    def completions(self, request: SearchRequest) -> list[Completion]:
        """What may follow the text of ``request``, which is still being typed; counted with its filters."""
        opened = self._current()
        filters = resolve_filters(opened, request).filters
        asked = replace(request.every_hit, filters=filters, cursor="", strict=False)
        return complete(
            request.text,
            opened.names,
            count=lambda text: count_complete(opened, replace(asked, text=text)),
            continuations=partial(following, opened.snapshot, segmenter=opened.lexicon.segmenter),
            stopwords=opened.lexicon.stopwords,
        )

    def passage(self, passage_id: str) -> Passage:
        """One passage.

        Raises ``MovedError`` if its text stands at another address now, ``GoneError`` if it is not there any more,
        ``NotFoundError`` if there never was one with that id.
        """
        opened = self._current()
        found = self.passages([passage_id])
        return found[0] if found else forward_passage(self._today(opened), passage_id)

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order asked; ids that are not there are left out."""
        return self._current().snapshot.passages(passage_ids)

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

    def newest_time(self) -> int:
        """When the newest passage that is held was first published, in seconds since 1970; 0 of an empty index."""
        opened = self._current()
        return opened.first_seen.newest_held(lambda ids: bool(opened.snapshot.passages(ids)))

    def latest(self, report_id: str) -> int:
        """When the newest passage of a report was first published, in seconds since 1970."""
        return self._current().first_seen.latest(report_id)

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

    def pages_beside(self, report_id: str) -> tuple[str, tuple[PictureBeside, ...]]:
        """The corpus folder of a report, and the pictures in it that are pages of its web page; ("", ()) for none."""
        opened = self._current()
        summary = opened.reports.get(report_id)
        return pages_beside(opened.generation, summary) if summary else ("", ())

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

    def coverage(self) -> Coverage:
        """Which agency's report of which year is held, and what is known of those that are not."""
        return self._current().coverage

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

    def _today(self, opened: OpenGeneration) -> Today:
        return Today(opened.generation, opened.snapshot, self._generations.addresses, opened.published)

    def _current(self) -> OpenGeneration:
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
                with deadline.uncounted():
                    generation = self._generations.open(fingerprint())
                    book = self._generations.addresses
                    self._opened = OpenGeneration(generation, self._published(), book=book)
            return self._opened
        finally:
            self._lock.release()
