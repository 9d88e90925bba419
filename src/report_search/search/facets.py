"""Facets as people see them: labels, order and what is chosen, from the bare counts of an engine.

Years are sorted newest first, sections as in a report, the rest by count. The rule: a value that counts zero is shown
only where it is chosen. Of the agencies the first 50 are shown, and the facet says how many more there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from report_search.engine.protocol import FacetCounts, ValueCount
from report_search.fields import FIELD_LABELS, HEAD_LABEL, NO_YEAR, NO_YEAR_LABEL, TYPE_LABELS
from report_search.passages import Passage
from report_search.record import Record
from report_search.taxonomy import sections, topics

AGENCY_LIMIT = 50


class FacetValue(Record, frozen=True):
    """One value of a facet: its key, its label, the passages and reports it counts, whether it is chosen."""

    value: str
    label: str
    passages: int
    reports: int
    chosen: bool


class Facet(Record, frozen=True):
    """A facet in the order in which it is shown; ``more`` values were left out."""

    field: str
    label: str
    values: tuple[FacetValue, ...]
    more: int = 0


def label_of(field: str, value: str, *, topic_labels: Mapping[str, str] | None = None) -> str:
    """The label of a value of ``field``; the value itself where it has none.

    ``topic_labels`` are the topics of the index (``IndexState.topics``); None for those of the library alone.
    """
    if field == "section":
        return sections.LABELS.get(value, value)
    if field == "topic":
        return (topic_labels or topics.labels(())).get(value, value)
    if field == "type":
        return TYPE_LABELS.get(value, value)
    if field == "year":
        return NO_YEAR_LABEL if value == NO_YEAR else value
    return value


def kind_label(passage: Passage) -> str:
    """What a passage is called where it is shown: 段落, 表格, 标题, and 表头 for the head of a table."""
    return HEAD_LABEL if passage.is_head else label_of("type", passage.type)


def facet_of(
    counts: FacetCounts,
    chosen: tuple[str, ...],
    *,
    whole: bool = False,
    topic_labels: Mapping[str, str] | None = None,
) -> Facet:
    """A facet to show. ``chosen`` are the values chosen in it; ``whole`` lists every agency.

    ``topic_labels`` are the topics of the index; None for those of the library alone.
    """
    field = counts.field
    counted = {count.value for count in counts.values}
    zeros = [ValueCount(value, 0, 0) for value in chosen if value not in counted]
    ordered = sorted((*counts.values, *zeros), key=_sort_key(field, topic_labels))
    shown = _limited(ordered, chosen) if field == "agency" and not whole else ordered
    values = tuple(
        FacetValue(
            value=count.value,
            label=label_of(field, count.value, topic_labels=topic_labels),
            passages=count.passages,
            reports=count.reports,
            chosen=count.value in chosen,
        )
        for count in shown
    )
    return Facet(field, FIELD_LABELS[field], values, more=len(ordered) - len(shown))


def _limited(ordered: list[ValueCount], chosen: tuple[str, ...]) -> list[ValueCount]:
    """The first values, and every chosen one: what is chosen must be there to be taken away."""
    return [count for at, count in enumerate(ordered) if at < AGENCY_LIMIT or count.value in chosen]


def _sort_key(
    field: str, topic_labels: Mapping[str, str] | None
) -> Callable[[ValueCount], tuple[int, int | str]]:
    if field == "year":
        # Years are negative numbers here, so 1 puts the unknown year behind all of them.
        return lambda count: (-int(count.value) if count.value.isdigit() else 1, count.value)
    if field == "section":
        rank = _ranks(sections.LABELS)
        return lambda count: (rank.get(count.value, len(rank)), count.value)
    if field == "topic":
        rank = _ranks(topic_labels or topics.labels(()))
        return lambda count: (-count.passages, rank.get(count.value, len(rank)))
    return lambda count: (-count.passages, count.value)


def _ranks(labels: Mapping[str, str]) -> dict[str, int]:
    return {key: at for at, key in enumerate(labels)}
