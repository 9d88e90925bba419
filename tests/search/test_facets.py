"""Facets as people see them: order, labels, what is chosen, where a long one stops."""

from __future__ import annotations

import pytest

from report_search.engine.protocol import FacetCounts, ValueCount
from report_search.search.facets import AGENCY_LIMIT, facet_of, label_of


def counts(field: str, **values: int) -> FacetCounts:
    found = (ValueCount(value.lstrip("y"), number, 1) for value, number in values.items())
    return FacetCounts(field, tuple(found))


def shown(facet_counts: FacetCounts, *chosen: str) -> list[tuple[str, int]]:
    return [(value.value, value.passages) for value in facet_of(facet_counts, chosen).values]


def test_years_are_sorted_newest_first_and_the_unknown_last() -> None:
    assert shown(counts("year", y2014=9, nd=99, y2019=1)) == [("2019", 1), ("2014", 9), ("nd", 99)]


def test_sections_are_sorted_as_in_a_report() -> None:
    assert shown(counts("section", other=9, overview=1, requests=5)) == [
        ("overview", 1),
        ("requests", 5),
        ("other", 9),
    ]


@pytest.mark.parametrize("field", ["topic", "agency", "type"])
def test_the_rest_by_count(field: str) -> None:
    assert [number for _, number in shown(counts(field, a=1, b=7, c=3))] == [7, 3, 1]


def test_a_zero_is_shown_only_where_it_is_chosen() -> None:
    facet = facet_of(counts("year", y2019=3), ("2016",))
    assert [(v.value, v.passages, v.chosen) for v in facet.values] == [("2019", 3, False), ("2016", 0, True)]


def test_fifty_agencies_are_shown_and_all_if_asked_for() -> None:
    many = FacetCounts("agency", tuple(ValueCount(f"局{n:03}", 500 - n, 1) for n in range(80)))
    facet = facet_of(many, ("局079",))
    assert (len(facet.values), facet.more) == (AGENCY_LIMIT + 1, 29)
    assert (facet.values[0].value, facet.values[-1].value) == ("局000", "局079")
    whole = facet_of(many, (), whole=True)
    assert (len(whole.values), whole.more) == (80, 0)


def test_labels_are_chinese_and_an_unknown_value_is_its_own() -> None:
    told = [("section", "overview"), ("topic", "consular-protection"), ("type", "table"), ("year", "nd")]
    assert [label_of(*one) for one in told] == ["总体情况", "领事保护与服务", "表格", "年份不详"]
    assert label_of("agency", "外交部") == "外交部"
    assert label_of("section", "unheard-of") == "unheard-of"
