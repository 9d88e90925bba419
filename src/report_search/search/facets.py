"""Facets as people see them: labels, order and what is chosen, from the bare counts of an engine.

Years stand newest first, sections in the order of a report, the rest by count. A value that counts zero is shown
only where it is chosen. Agencies stop at 50, and the facet says how many more there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from report_search.engine.protocol import FacetCounts, ValueCount
from report_search.fields import FIELD_LABELS, NO_YEAR, NO_YEAR_LABEL, TYPE_LABELS
from report_search.taxonomy import sections, topics

AGENCY_STOP = 50


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: its key, its label, the passages and reports it counts, whether it is chosen."""

    value: str
    label: str
    passages: int
    reports: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet in the order in which it is shown; ``more`` values were left out."""

    field: str
    label: str
    values: tuple[FacetValue, ...]
    more: int = 0


def label_of(field: str, value: str) -> str:
    """How a value of a facet is shown; the value itself where it has no other name."""
    if field == "section":
        return sections.LABELS.get(value, value)
    if field == "topic":
        return topics.labels().get(value, value)
    if field == "type":
        return TYPE_LABELS.get(value, value)
    if field == "year":
        return NO_YEAR_LABEL if value == NO_YEAR else value
    return value


def present(counts: FacetCounts, chosen: tuple[str, ...], *, whole: bool = False) -> Facet:
    """A facet to show: ``chosen`` are the values chosen in it; ``whole`` lifts the stop at 50."""
    present_values = {count.value for count in counts.values}
    absent = [ValueCount(value, 0, 0) for value in chosen if value not in present_values]
    ordered = sorted((*counts.values, *absent), key=_order(counts.field))
    kept = _stop(ordered, chosen) if counts.field == "agency" and not whole else ordered
    values = tuple(
        FacetValue(c.value, label_of(counts.field, c.value), c.passages, c.reports, c.value in chosen)
        for c in kept
    )
    return Facet(counts.field, FIELD_LABELS[counts.field], values, more=len(ordered) - len(kept))


def _stop(ordered: list[ValueCount], chosen: tuple[str, ...]) -> list[ValueCount]:
    return [c for at, c in enumerate(ordered) if at < AGENCY_STOP or c.value in chosen]


def _order(field: str) -> Callable[[ValueCount], tuple[int, int | str]]:
    if field == "year":
        return lambda c: (-int(c.value) if c.value.isdigit() else 1, c.value)
    if field == "section":
        rank = _ranks(sections.LABELS)
        return lambda c: (rank.get(c.value, len(rank)), c.value)
    if field == "topic":
        rank = _ranks(topics.labels())
        return lambda c: (-c.passages, rank.get(c.value, len(rank)))
    return lambda c: (-c.passages, c.value)


def _ranks(labels: Mapping[str, str]) -> dict[str, int]:
    return {key: at for at, key in enumerate(labels)}
