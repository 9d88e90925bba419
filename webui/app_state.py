"""The searcher of the running application, and what its pages keep of the current generation.

A page of hits in tables needs the reports that its rows are printed in, and decoding a report takes longer than
searching. So a few reports are kept, and so are the coverage matrix and the examples of the front page.
The rule: everything kept belongs to one generation and is dropped with it, so nothing is shown that the index no
longer holds. Which generation is current is asked once a request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, partial
from typing import cast

from flask import Flask, current_app, g
from msgspec.structs import replace

from report_search.errors import OperatorError
from report_search.figures.checks import Check
from report_search.figures.database import FigureDatabase
from report_search.figures.of_agency import AgencyFigures, figures_of_agency
from report_search.generations import Generation
from report_search.model import Report, Row
from report_search.passages import Locator, Passage, row_at
from report_search.references.database import Reference, ReferenceDatabase
from report_search.search.facets import label_of
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from report_search.taxonomy import topics
from webui.holdings import Holdings, holdings_of

EXTENSION = "report_search"
RowReader = Callable[[Locator], Row | None]
"""From the place of a row to the row, None for what is none. Raises ``NotFoundError``."""
CACHED_REPORTS = 16
"""How many reports are kept decoded; one takes about a tenth of a megabyte."""

CACHED_ROWS = 2_000
"""How many rows of tables are kept: what is asked for often is found in the same ones. One takes a few kilobytes."""


class GenerationCache:
    """What the pages keep of one generation, computed at the first use. Safe to share between threads."""

    def __init__(self, searcher: Searcher) -> None:
        """``searcher`` answers from that generation alone."""
        self.generation, self._searcher = searcher.generation(), searcher
        # Made here and not by decorators, and of functions that know nothing of this cache: so it is freed as soon as
        # the next generation is current, and with it the mapped files of this one, which the disk keeps until then.
        self.report = lru_cache(maxsize=CACHED_REPORTS)(partial(_read_report, searcher))
        self.row = lru_cache(maxsize=CACHED_ROWS)(partial(_find_row, self.report))
        self.finding = lru_cache(maxsize=1)(partial(_select_finding, searcher))
        self.first_paragraph = lru_cache(maxsize=1)(partial(_find_paragraph, searcher))

    @cached_property
    def holdings(self) -> Holdings:
        """What the generation holds."""
        return holdings_of(self._searcher)

    @cached_property
    def figures(self) -> FigureDatabase:
        """The numbers of its official tables. Raises ``OperatorError`` for an index that has none."""
        return FigureDatabase(self.generation)

    @cached_property
    def references(self) -> ReferenceDatabase:
        """The documents that its reports cite. Raises ``OperatorError`` for an index that knows none."""
        return ReferenceDatabase(self.generation)


def _read_report(searcher: Searcher, report_id: str) -> Report:
    report = searcher.generation().report(report_id)
    # The searcher raises the error for a report that is not there, the same for page and API.
    return report if report is not None else searcher.report(report_id)


def _find_row(read: Callable[[str], Report], locator: Locator) -> Row | None:
    return row_at(read(locator.report), locator)


def _select_finding(searcher: Searcher, queries: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(query for query in queries if _finds(searcher, query))


def _finds(searcher: Searcher, query: str) -> bool:
    """Whether a passage holds all the words of ``query``."""
    smallest = SearchRequest(limit=1, facets=())
    return searcher.search(replace(smallest, text=query), is_helping=False).total.complete > 0


def _find_paragraph(searcher: Searcher, query: str) -> Passage | None:
    wanted = SearchRequest(text=query, filters=(("type", ("paragraph",)),), sort="newest", limit=1, facets=())
    return next((hit.passage for hit in searcher.search(wanted, is_helping=False).hits), None)


class AppState:
    """The searcher of an application and the cache of the generation that is current."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._cache: GenerationCache | None = None

    def pinned(self) -> Searcher:
        """A searcher of the generation that is current now; what was kept of another one is let go."""
        pinned = self.searcher.pinned()
        cache = self._cache
        if cache is not None and cache.generation.id != pinned.generation().id:
            self._cache = None
        return pinned

    def cache_of(self, pinned: Searcher) -> GenerationCache:
        """The cache of the generation that ``pinned`` answers from; a new one when the index has been rebuilt."""
        # Read once into a local: another thread may replace the attribute meanwhile. Two threads may both make a new
        # cache then; the one that is dropped costs only what was computed in it.
        cache = self._cache
        if cache is None or cache.generation.id != pinned.generation().id:
            cache = self._cache = GenerationCache(pinned)
        return cache


def install(app: Flask, searcher: Searcher) -> None:
    """Give ``app`` its searcher."""
    app.extensions[EXTENSION] = AppState(searcher)
    app.teardown_appcontext(_let_go)


def _let_go(error: BaseException | None) -> None:
    """End what a request holds of its generation: a rendered template is a circle that keeps ``g`` until Python looks
    for garbage among all that is old, which may be never."""
    g.pop("generation_cache", None)
    g.pop("searcher", None)


def searcher() -> Searcher:
    """The searcher of this request: everything it answers comes from the generation that the ETag names."""
    if "searcher" not in g:
        g.searcher = _app_state().pinned()
    return cast(Searcher, g.searcher)


def generation() -> Generation:
    """The generation that this request is answered from. Raises ``OperatorError`` if there is none."""
    return _cache().generation


def holdings() -> Holdings:
    """What the generation of this request holds."""
    return _cache().holdings


def label(field: str, value: str) -> str:
    """The label of a value of ``field``, topics that the corpora of this request's generation add included."""
    return label_of(field, value, topic_labels=topics.labels(generation().record.additions))


def figures() -> FigureDatabase:
    """The numbers of the generation of this request. Raises ``OperatorError`` for an index that has none."""
    return _cache().figures


def checks_of(report_id: str) -> list[Check] | None:
    """The sums of a report that do not hold; None where the index has no figures, which hinders no reading."""
    try:
        return figures().checks(report=report_id)
    except OperatorError:
        return None


def agency_figures(name: str) -> AgencyFigures | None:
    """The numbers of an agency through the years; None where the index has no figures, which hinders no reading."""
    try:
        return figures_of_agency(searcher(), figures(), name=name)
    except OperatorError:
        return None


def references() -> ReferenceDatabase:
    """The documents cited in the generation of this request. Raises ``OperatorError`` for an index without them."""
    return _cache().references


def references_of(*, report: str = "", passage: str = "") -> list[Reference]:
    """The documents that a report, or a passage, names; [] where the index knows none, which hinders no reading."""
    try:
        database = references()
    except OperatorError:
        return []
    return database.of_passage(passage) if passage else database.of_report(report)


def report(report_id: str) -> Report:
    """A report of the generation of this request. Raises ``NotFoundError``."""
    return _cache().report(report_id)


def row(locator: Locator) -> Row | None:
    """A row of a table in the generation of this request, None for what is none. Raises ``NotFoundError``."""
    return rows()(locator)


def rows() -> RowReader:
    """What gives the rows of the generation of this request, one after another, as ``row`` gives one."""
    return _cache().row


def finding(queries: Sequence[str]) -> tuple[str, ...]:
    """Those of ``queries`` that find a passage with all their words."""
    return _cache().finding(tuple(queries))


def first_paragraph(query: str) -> Passage | None:
    """The newest paragraph that ``query`` finds; None where it finds none."""
    return _cache().first_paragraph(query)


def _app_state() -> AppState:
    return cast(AppState, current_app.extensions[EXTENSION])


def _cache() -> GenerationCache:
    """The cache of one generation for the whole of this request, even if a newer one becomes current meanwhile."""
    if "generation_cache" not in g:
        g.generation_cache = _app_state().cache_of(searcher())
    return cast(GenerationCache, g.generation_cache)
