"""Distinctive words: the formula against a value worked out by hand, and what is told and what is not."""

from __future__ import annotations

from math import log

import pytest

from report_search.wording.log_likelihood import distinctive_words, log_likelihood


def test_the_formula_is_dunnings() -> None:
    # 10 of 100 against 5 of 400: expected are 3 and 12.
    by_hand = 2 * (10 * log(10 / 3) + 5 * log(5 / 12))
    assert log_likelihood(10, 5, size=100, rest_size=400) == pytest.approx(by_hand)
    assert log_likelihood(5, 20, size=100, rest_size=400) == pytest.approx(0)


def test_only_what_is_said_clearly_more_often_is_told() -> None:
    selection = {"疫情": 12, "公开": 30, "少见": 1, "会议": 1}
    rest = {"公开": 300, "会议": 200, "网站": 100}
    found = distinctive_words(selection, rest)
    assert [(one.word, one.count, one.rest) for one in found] == [("疫情", 12, 0), ("公开", 30, 300)][
        : len(found)
    ]
    assert found[0].likelihood > 10.83


def test_without_a_rest_nothing_is_distinctive() -> None:
    assert distinctive_words({"公开": 3}, {}) == []
    assert distinctive_words({}, {"公开": 3}) == []
