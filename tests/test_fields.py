"""Fields and labels: listed once, and complete."""

from __future__ import annotations

from typing import get_args

from report_search.fields import (
    FACET_FIELDS,
    FIELD_LABELS,
    FIELD_NAMES,
    FILTER_FIELDS,
    PART_LABELS,
    SORT_LABELS,
    SORTS,
    TYPE_LABELS,
    PartKind,
    Sort,
)
from report_search.passages import PassageType


def test_every_field_has_a_label() -> None:
    assert tuple(FIELD_LABELS) == FILTER_FIELDS


def test_every_field_can_be_typed_and_every_facet_in_chinese_too() -> None:
    assert set(FIELD_NAMES.values()) == set(FILTER_FIELDS)
    assert {FIELD_NAMES[FIELD_LABELS[field]] for field in FACET_FIELDS} == set(FACET_FIELDS)


def test_every_kind_of_a_closed_list_has_a_label() -> None:
    assert set(PART_LABELS) == set(get_args(PartKind))
    assert set(SORT_LABELS) == set(SORTS) == set(get_args(Sort))
    assert set(TYPE_LABELS) == set(get_args(PassageType))


def test_no_two_things_of_a_list_share_a_label() -> None:
    for labels in (FIELD_LABELS, PART_LABELS, SORT_LABELS, TYPE_LABELS):
        assert len(set(labels.values())) == len(labels)
