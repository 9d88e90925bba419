"""Full-text search over Chinese disclosure reports: the names that a program needs.

    from pathlib import Path
    from report_search import Searcher, SearchRequest

    page = Searcher(Path("var/index")).search(SearchRequest("“领事保护” 年份:2014..2019"))

``docs/api-python.md`` documents every name of ``__all__``. The rule: what is listed there keeps its meaning; everything
else may be imported from its module, but may move.

This is the library half of the project. ``indexer`` fills an index and ``webui`` shows it; the library imports neither,
but for ``cli``, the one place where everything is put together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from report_search.late_names import late_names

if TYPE_CHECKING:
    from report_search.engine.protocol import (
        Engine,
        EngineInfo,
        EngineRequest,
        FacetCounts,
        HitsBehind,
        Match,
        Matches,
        Snapshot,
        SortKey,
        Total,
        ValueCount,
        Writer,
    )
    from report_search.engine.registry import open_engine
    from report_search.errors import (
        GoneError,
        NotFoundError,
        OperatorError,
        ReadError,
        ReportSearchError,
        RequestError,
    )
    from report_search.generations import ReportSummary
    from report_search.model import (
        Cell,
        Evidence,
        Paragraph,
        Report,
        ReportWarning,
        Row,
        Section,
        Source,
        Table,
    )
    from report_search.passages import Locator, Passage, TopicReason, passages_of
    from report_search.query.interpret import Hint, Interpretation, QueryPart
    from report_search.search.facets import Facet, FacetValue
    from report_search.search.highlight import Snippet
    from report_search.search.other_hits import OtherHit, OtherHits
    from report_search.search.request import SearchRequest
    from report_search.search.searcher import Hit, IndexState, Searcher, SearchPage
    from report_search.search.suggest.suggestions import Suggestion

__version__ = "0.2.0"

__all__ = [
    "Cell",
    "Engine",
    "EngineInfo",
    "EngineRequest",
    "Evidence",
    "Facet",
    "FacetCounts",
    "FacetValue",
    "GoneError",
    "Hint",
    "Hit",
    "HitsBehind",
    "IndexState",
    "Interpretation",
    "Locator",
    "Match",
    "Matches",
    "NotFoundError",
    "OperatorError",
    "OtherHit",
    "OtherHits",
    "Paragraph",
    "Passage",
    "QueryPart",
    "ReadError",
    "Report",
    "ReportSearchError",
    "ReportSummary",
    "ReportWarning",
    "RequestError",
    "Row",
    "SearchPage",
    "SearchRequest",
    "Searcher",
    "Section",
    "Snapshot",
    "Snippet",
    "SortKey",
    "Source",
    "Suggestion",
    "Table",
    "TopicReason",
    "Total",
    "ValueCount",
    "Writer",
    "__version__",
    "open_engine",
    "passages_of",
]

_MODULES = {
    "engine.protocol": (
        *(
            "Engine",
            "EngineInfo",
            "EngineRequest",
            "FacetCounts",
            "HitsBehind",
            "Match",
            "Matches",
        ),
        *("Snapshot", "SortKey", "Total", "ValueCount", "Writer"),
    ),
    "engine.registry": ("open_engine",),
    "errors": (
        *("GoneError", "NotFoundError", "OperatorError", "ReadError", "ReportSearchError", "RequestError"),
    ),
    "generations": ("ReportSummary",),
    "model": (
        *("Cell", "Evidence", "Paragraph", "Report", "ReportWarning", "Row", "Section", "Source", "Table"),
    ),
    "passages": ("Locator", "Passage", "TopicReason", "passages_of"),
    "query.interpret": ("Hint", "Interpretation", "QueryPart"),
    "search.facets": ("Facet", "FacetValue"),
    "search.highlight": ("Snippet",),
    "search.other_hits": ("OtherHit", "OtherHits"),
    "search.request": ("SearchRequest",),
    "search.searcher": ("Hit", "IndexState", "Searcher", "SearchPage"),
    "search.suggest.suggestions": ("Suggestion",),
}
"""Module to its names, for running programs; the imports above say the same to type checkers."""

# Hidden from type checkers: to them a module with __getattr__ has every attribute, misspelt ones included.
if not TYPE_CHECKING:
    # The command line imports this package too; importing everything would make it many times slower to start.
    __getattr__ = late_names(__name__, _MODULES)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
