"""The numbers of one agency through the years: main measures of its official tables, and what its text says.

The rule: page, API and command line show these and no others; the figures of running text take in those of the bodies
that the agency came from, the official ones are the agency's own, as ``/data`` gives them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from report_search.figures.database import FigureDatabase, FigureSelection
from report_search.figures.prose.series import LONGEST, ProseSeries, prose_series
from report_search.figures.series import AgencySeries, Series, series_of
from report_search.search.searcher import Searcher
from report_search.taxonomy.measures import Measure, Ratio, measures, ratios

MAIN_MEASURES = (
    "requests.new.total",
    "requests.granted.total",
    "requests.total.total",
    "requests.carried_out.total",
    "reviews.total",
)
MAIN_RATIOS = ("granted_rate",)


class AgencyFigures(Struct, frozen=True):
    """``official`` are the main measures of which the agency has numbers, each with its series alone; ``prose`` the
    longest series of its running text, of ``total`` that there are."""

    official: tuple[Series, ...]
    prose: tuple[ProseSeries, ...]
    total: int


def figures_of_agency(searcher: Searcher, figures: FigureDatabase, *, name: str) -> AgencyFigures:
    """The numbers of the agency ``name`` through the years; ``figures`` are of the searcher's generation."""
    found = prose_series(figures.prose((name, *searcher.predecessors(name))))
    return AgencyFigures(tuple(_official(searcher, figures, name)), tuple(found[:LONGEST]), len(found))


def own_series(series: Series) -> AgencySeries:
    """The numbers of the one agency that a series of ``AgencyFigures`` is about."""
    return series.agencies[0]


def _official(searcher: Searcher, figures: FigureDatabase, name: str) -> Sequence[Series]:
    subjects: list[Measure | Ratio] = [
        *(measures()[key] for key in MAIN_MEASURES),
        *(ratios()[key] for key in MAIN_RATIOS),
    ]
    chosen = FigureSelection((name,))
    held = searcher.reports()
    found = (series_of(figures, one, chosen=chosen, held=held) for one in subjects)
    return [one for one in found if one.agencies and own_series(one).points]
