"""Exact wording: by example, and against the oracle on texts that mix all variants."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_search.analysis.fold import FoldedText, Variant, fold
from report_search.analysis.matching import (
    candidate_grams,
    expand_variants,
    grams,
    matches,
    occurrences,
    occurs_in,
)
from tests.analysis import oracle
from tests.analysis.texts import ruled

MANY = 7
"""More additional readings than this are too many to write out."""


def found(needle: str, text: str) -> list[str]:
    """The stretches of ``text`` in which ``needle`` occurs, as printed."""
    return [text[start:end] for start, end in occurrences(fold(needle, border=False), fold(text))]


@pytest.mark.parametrize(
    ("needle", "text", "printed"),
    [
        ("领事保护", "加强 领 事\n保 护 工作", ["领 事\n保 护"]),
        ("公开，依法", "公开，\n依法", ["公开，\n依法"]),
        ("《中国外交》", "出版《 中国外交 》", ["《 中国外交 》"]),
        ("领事保护", "加強領事保護機制", ["領事保護"]),
        ("領事保護", "加强领事保护", ["领事保护"]),
        ("方便用户", "为了⽅便⽤户", ["⽅便⽤户"]),
        ("“一带一路”", "推进「一帶一路」建設", ["「一帶一路」"]),
        ("的", "的确是的", ["的", "的"]),
        ("。", "完。又。", ["。", "。"]),
        ("甲甲", "甲甲甲甲", ["甲甲", "甲甲", "甲甲"]),
        ("𠮷", "𠮷野家𠮷", ["𠮷", "𠮷"]),
        ("答复", "已答覆申請", ["答覆"]),
        ("复申请", "已答覆申請", ["覆申請"]),
        ("答覆", "已答复", ["答复"]),
        ("了解", "據瞭解", ["瞭解"]),
        ("乾隆", "乾隆年間", ["乾隆"]),
        ("m2", "120㎡", ["㎡"]),
        ("第1条", "第①条", ["第①条"]),
    ],
)
def test_a_phrase_is_found_in_every_printing(needle: str, text: str, printed: list[str]) -> None:
    assert found(needle, text) == printed


@pytest.mark.parametrize(
    ("needle", "text"),
    [
        ("领事保护", "保护领事馆"),
        ("领事保护", "领事司。会后部署文物保护"),
        ("领事保护", "领事\t保护"),
        ("350条", "2,350条"),
        ("3件", "13件"),
        ("3件", "1,233件"),
        ("12.5%", "112.5%"),
        ("5%", "12.5%"),
        ("1,234", "5,234"),
        ("1234", "12345"),
        ("234", "1,234"),
        ("1,234", "1,234.5"),
        ("12", "12.5"),
        ("2.1", "2.10"),
        ("3件", "申请十三件"),
        ("15件", "①5件"),
        ("102", "10²"),
        ("800000", "80万"),
        ("1", "一"),
        ("1是", "一是"),
        ("1带1路", "一带一路"),
        ("10分", "十分重要"),
        ("", "领事"),
        ("领事", ""),
        (" ", "open data"),
    ],
)
def test_nothing_else_is_found(needle: str, text: str) -> None:
    assert found(needle, text) == []
    assert not occurs_in(fold(needle, border=False), fold(text))


@pytest.mark.parametrize(
    ("needle", "text", "printed"),
    [
        ("3件", "不予公开3件，受理13件", ["3件"]),
        ("1234", "共１，２３４件", ["１，２３４"]),
        ("1，234件", "共1234件", ["1234件"]),
        ("5.1", "2019.5.1", ["5.1"]),
        ("2019.5", "2019.5.1", ["2019.5"]),
        ("%", "12.5%", ["%"]),
        ("20", "G20", ["20"]),
        ("19", "COVID-19", ["19"]),
        ("183", "-183", ["183"]),
        ("2023年度", "二〇二三年度政府", ["二〇二三年度"]),
        ("二零二三年", "２０２３ 年", ["２０２３ 年"]),
        ("第12条", "第十二条", ["第十二条"]),
        ("第十二条", "第12条", ["第12条"]),
        ("申请十三件", "申请13件", ["申请13件"]),
        ("三件", "十三件", ["三件"]),
        ("13万元", "十三万元", ["十三万元"]),
        ("一", "一带一路", ["一", "一"]),
        ("2000余个", "兩千餘個", ["兩千餘個"]),
    ],
)
def test_numbers_are_whole_and_match_in_every_notation(needle: str, text: str, printed: list[str]) -> None:
    assert found(needle, text) == printed


def test_a_variant_of_another_length_is_marked_whole() -> None:
    text = FoldedText("甲乙丙", "甲乙丙", (0, 1, 2), (1, 2, 3), (Variant(1, 2, "子丑"),))
    assert occurrences(fold("丑丙"), text) == [(1, 3)]
    assert occurrences(fold("甲子"), text) == [(0, 2)]


def test_readings_are_listed_up_to_a_limit() -> None:
    assert expand_variants(fold("答覆1,234")) == ["答覆1,234", "答覆1234", "答复1,234", "答复1234"]
    assert expand_variants(fold("答覆1,234"), limit=3) is None
    assert expand_variants(fold("")) == [""]


def test_many_readings_cost_their_sum() -> None:
    sentence = "第十二条答覆1,234件、" * 60
    needle, text = fold(sentence), fold("一" + sentence.replace("十二", "12") + sentence)
    assert len(needle.variants) == 180
    started = time.perf_counter()
    assert len(matches(needle, text)) == 61
    assert occurs_in(needle, text)
    assert len(candidate_grams(needle)) == 1
    assert time.perf_counter() - started < 5


@settings(max_examples=1500, deadline=None)
@given(ruled, ruled, st.integers(0, 30), st.integers(1, 12))
def test_matches_are_those_of_the_oracle(original: str, other: str, start: int, size: int) -> None:
    text = fold(original)
    if len(text.variants) > MANY:
        return
    needles = (other, original[start : start + size], text.text[start : start + size])
    for needle in (fold(cut, border=False) for cut in needles):
        if len(needle.variants) > MANY:
            continue
        expected = oracle.matches(needle, text)
        assert matches(needle, text) == expected
        assert occurs_in(needle, text) == bool(expected)
        assert occurrences(needle, text) == list(dict.fromkeys(text.span(*span) for span in expected))


@settings(max_examples=1000, deadline=None)
@given(ruled, ruled, st.integers(0, 30), st.integers(1, 6))
def test_grams_miss_no_text_in_which_a_needle_occurs(
    original: str, other: str, start: int, size: int
) -> None:
    text = fold(original)
    held = grams(text)
    if len(text.variants) <= MANY:
        written = [oracle.as_text(reading) for reading in oracle.all_readings(text)]
        assert held == {gram for one in written for gram in (*one, *map(str.__add__, one, one[1:]))}
    for cut in (other, original[start : start + size]):
        needle = fold(cut, border=False)
        if occurs_in(needle, text):
            assert any(wanted <= held for wanted in candidate_grams(needle))
            assert all(wanted <= held for wanted in candidate_grams(needle, limit=0))


@settings(max_examples=300, deadline=None)
@given(ruled, st.integers(0, 30), st.integers(1, 12))
def test_every_quote_from_the_folded_text_that_cuts_no_number_is_found(
    text: str, start: int, size: int
) -> None:
    folded = fold(text)
    end = min(start + size, len(folded.text))
    owner = oracle.number_of_each(folded.text)
    quote = fold(folded.text[start:end])
    if quote.text and quote.text == folded.text[start:end]:
        whole = oracle.may_cut(owner, start) and oracle.may_cut(owner, end)
        assert whole == ((start, end) in oracle.matches(quote, folded)) or folded.variants
        assert not whole or start in dict(matches(quote, folded))
