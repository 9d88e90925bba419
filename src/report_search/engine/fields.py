"""The values of a passage in the fields that filter, count and sort: one statement for every engine."""

from __future__ import annotations

from report_search.engine.protocol import NO_YEAR, SortKey
from report_search.passages import Passage


def values_of(passage: Passage, field: str) -> tuple[str, ...]:
    """The values of ``passage`` in a facet or filter field; several for topics, else one."""
    if field == "year":
        return (NO_YEAR if passage.year is None else str(passage.year),)
    if field == "topic":
        return tuple(dict.fromkeys(topic.key for topic in passage.topics))
    if field == "agency":
        return (passage.agency,)
    if field == "section":
        return (passage.section,)
    if field == "type":
        return (passage.type,)
    if field == "report":
        return (passage.report,)
    raise ValueError(f"no field is called {field}")


def sort_key(passage: Passage, *, complete: bool, score: float) -> SortKey:
    """Where ``passage`` stands in an order; a report without a year counts as year 0."""
    year = 0 if passage.year is None else passage.year
    return SortKey(complete, score, year, passage.published, passage.report, passage.position)
