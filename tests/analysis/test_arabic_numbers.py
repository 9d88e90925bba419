"""Arabic numbers: where they begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_search.analysis.arabic_numbers import inside_number, joined_thousands, number_cuts, numbers
from tests.analysis import oracle
from tests.sampling import sampled


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2,350条", ["2,350"]),
        ("112.5%", ["112.5"]),
        ("-183件", ["183"]),
        ("1,234,567.89元", ["1,234,567.89"]),
        ("0,123", ["0", "123"]),
        ("12,34", ["12", "34"]),
        ("1,234,56", ["1,234", "56"]),
        ("2013,2014", ["2013", "2014"]),
        ("1,234,5,678", ["1,234", "5,678"]),
        ("2019.5.1", ["2019", "5", "1"]),
        ("10.0.0.1", ["10", "0", "0", "1"]),
        ("1,234.5.6", ["1,234", "5", "6"]),
        ("2.10节", ["2.10"]),
        ("共3.", ["3"]),
        (".5", ["5"]),
        ("covid-19,g20", ["19", "20"]),
        ("350 225", ["350", "225"]),
        ("12\t,345", ["12", "345"]),
    ],
)
def test_a_number_is_digits_groups_and_one_point(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in numbers(text)] == found


def test_thousands_are_joined_as_a_whole() -> None:
    assert list(joined_thousands("计1,234,567.8元、12,34")) == [(1, 12, "1234567.8")]
    assert list(joined_thousands("甲,乙")) == []


@settings(max_examples=sampled(1000), deadline=None)
@given(st.text("0123456789.,.,1005a件", max_size=16))
def test_cuts_agree_with_numbers_found_character_by_character(text: str) -> None:
    owner = oracle.number_of_each(text)
    cuts = number_cuts(text)
    assert len(cuts) == len(text) + 1
    for at in range(len(text) + 1):
        assert inside_number(text, at) == bool(cuts[at]) == (not oracle.may_cut(owner, at))
