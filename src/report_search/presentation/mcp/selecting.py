"""A search as a tool is asked for it: the query and the filters, read as the API reads them.

The rule: reading is strict, as for every program; a query that can't be understood is an error that says why.
"""

from __future__ import annotations

from report_search.errors import RequestError
from report_search.fields import FILTER_FIELDS, GROUPS, NO_YEAR, SORTS, Group, Sort
from report_search.presentation.demanded_values import demanded_values
from report_search.presentation.mcp.arguments import ToolArguments
from report_search.presentation.mcp.held import MOST_NOTES, not_held_notes, require_known
from report_search.presentation.mcp.setting import Setting
from report_search.search.request import SearchRequest
from report_search.search.results import SearchPage

MOST_HITS = 100
DEFAULT_HITS = 10
MOST_YEARS = 100
"""No range of years is told longer."""


def search_request(setting: Setting, asked: ToolArguments) -> SearchRequest:
    """The request that the arguments spell. Raises ``RequestError``."""
    filters = tuple((field, asked.texts(field)) for field in FILTER_FIELDS)
    for field, values in filters:
        if field in ("agency", "report"):
            require_known(setting, field, values=values)
    return SearchRequest(
        text=asked.text("query", is_needed=True),
        filters=tuple((field, values) for field, values in filters if values),
        sort=_sort(asked),
        limit=asked.number("limit", default=DEFAULT_HITS, low=1, high=MOST_HITS),
        cursor=asked.text("cursor"),
        facets=(),
        strict=True,
        expand=asked.switch("expand", default=True),
        titles=asked.switch("titles"),
        lineage=asked.switch("lineage"),
        group=_group(asked),
    )


def _sort(asked: ToolArguments) -> Sort:
    chosen = asked.choice("sort", SORTS)
    return next(sort for sort in SORTS if sort == chosen)


def _group(asked: ToolArguments) -> Group:
    chosen = asked.choice("group", GROUPS)
    return next(group for group in GROUPS if group == chosen)


def years_of(setting: Setting, asked: ToolArguments) -> list[int]:
    """Every year that is asked for, also those of which nothing is held; [] where none is asked for.

    An open range ends where the corpus does. Raises ``RequestError`` for what is no year.
    """
    values = [value for value in asked.texts("year") if value != NO_YEAR]
    held = sorted({year for card in setting.searcher.agencies().cards() for year in card.held})
    years: set[int] = set()
    for value in values:
        first, dots, last = (part.strip() for part in value.partition(".."))
        low = _year(first, default=held[0] if dots and held else None)
        high = _year(last, default=held[-1] if held else None) if dots else low
        years.update(range(low, min(high, low + MOST_YEARS) + 1))
    return sorted(years)


def _year(text: str, *, default: int | None) -> int:
    if not text and default is not None:
        return default
    if len(text) == 4 and text.isascii() and text.isdigit():
        return int(text)
    raise RequestError("bad-year", f"“{text[:40]}” is no year.", hint="Give 2019 or 2014..2019.")


def notes_on(setting: Setting, asked: ToolArguments, *, page: SearchPage) -> list[str]:
    """What is not held of the agencies and years that a search was narrowed to, by filters or in its query."""
    agencies = demanded_values(page, "agency", most=MOST_NOTES)
    # The filter of the search itself has only the years that are held.
    years = years_of(setting, asked) or [
        int(year) for year in demanded_values(page, "year", most=MOST_NOTES) if year.isdigit()
    ]
    return not_held_notes(setting, agencies, years=years)
