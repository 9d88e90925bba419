"""Cells of official tables as numbers: sign, separators, decimals and units as they are printed."""

from __future__ import annotations

import pytest

from report_search.analysis.cell_values import Value, is_empty_mark, is_value, read_value

PRINTED = {
    "0": Value(0),
    "17": Value(17),
    "-183": Value(-183),
    "－183": Value(-183),
    "−1,234": Value(-1234),
    "+5174": Value(5174),
    "1 234": Value(1234),
    "6.62 %": Value(6.62, "%"),
    "-0.5‰": Value(-0.5, "‰"),
    "251000元": Value(251000, "元"),
    "45（万元）": Value(45, "万元"),
    "12[1]": Value(12),
    "12③": Value(12),
    "": Value(None),
    "—": Value(None),
    "12 34": Value(None),
    "3至5": Value(None),
    "第12条": Value(None),
}


@pytest.mark.parametrize(("text", "value"), PRINTED.items())
def test_a_cell_is_the_number_that_is_printed(text: str, value: Value) -> None:
    assert read_value(text) == value


@pytest.mark.parametrize("text", ["/", "—", "——", "无", "-"])
def test_marks_for_nothing_are_no_number(text: str) -> None:
    assert is_empty_mark(text)
    assert is_value(text)
    assert read_value(text).number is None


@pytest.mark.parametrize("text", ["", "  ", "规章", "无申请"])
def test_an_empty_cell_and_a_word_are_no_value(text: str) -> None:
    assert not is_empty_mark(text)
    assert not is_value(text)
