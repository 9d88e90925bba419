"""What can't be taken as typed: an error with a position and a repair, or a hint and a tree; never neither."""

from __future__ import annotations

import pytest

from report_search.errors import RequestError
from report_search.query.ast import Everything
from report_search.query.diagnostics import Edit, repaired
from tests.query.trees import Leniently, Make, Strictly

PROBLEMS = [
    ('"领事保护', "unbalanced-quote", 0, '"领事保护"'),
    ('领事保护"', "unbalanced-quote", 4, '"领事保护"'),
    ("“领事保护 外交部", "unbalanced-quote", 0, '"领事保护 外交部"'),
    ("外交部 领事保护”", "unbalanced-quote", 8, '外交部 "领事保护"'),
    ("领事」保护", "unbalanced-quote", 2, "领事保护"),
    ("「领事", "unbalanced-quote", 0, '"领事"'),
    ("(领事", "unbalanced-parenthesis", 0, "(领事)"),
    ("领事)", "unbalanced-parenthesis", 2, "领事"),
    ("（公司 OR 企业", "unbalanced-parenthesis", 0, "（公司 OR 企业)"),
    ("同句(公司", "unbalanced-parenthesis", 2, "同句(公司)"),
    ("OR", "lone-operator", 0, ""),
    ("公司 OR", "lone-operator", 3, "公司"),
    ("OR 公司", "lone-operator", 0, "公司"),
    ("公司 OR OR 企业", "lone-operator", 3, "公司 OR 企业"),
    ("公司 OR AND 企业", "lone-operator", 6, "公司 OR 企业"),
    ("| 公司", "lone-operator", 0, "公司"),
    ("AND 公司", "lone-operator", 0, "公司"),
    ("公司 NOT", "lone-operator", 3, "公司"),
    ("NOT NOT 公司", "lone-operator", 0, "NOT 公司"),
    ("公司 NEAR/3", "lone-operator", 3, "公司"),
    ("NEAR/3 公司", "lone-operator", 0, "公司"),
    ("(OR) 公司", "empty-group", 0, "公司"),
    ("-", "lone-operator", 0, ""),
    ("公司 - 企业", "lone-operator", 3, "公司 -企业"),
    ("公司 -", "lone-operator", 3, "公司"),
    ("*", "lone-operator", 0, ""),
    ("公司 ** 企业", "lone-operator", 3, "公司 企业"),
    ('""', "empty-phrase", 0, ""),
    ("公司 “ ”", "empty-phrase", 3, "公司"),
    ("公司 「\u200b」", "empty-phrase", 3, "公司"),
    ("()", "empty-group", 0, ""),
    ("公司 ()", "empty-group", 3, "公司"),
    ("-() 公司", "lone-operator", 0, "公司"),
    ("yaer:2014", "unknown-field", 0, "year:2014"),
    ("公司 ＹＥＡＲＳ：2014".lower(), "unknown-field", 3, "公司 year：2014"),
    ("foo:bar", "unknown-field", 0, "foo bar"),
    ("年份:", "empty-value", 0, "年份"),
    ("章节:公开", "unknown-value", 3, "章节:主动公开"),
    ("章节:张三 公司", "unknown-value", 3, "张三 公司"),
    ("年份:abc", "unknown-value", 3, "abc"),
    ("年份:2019..2014", "unknown-value", 3, "年份:2014..2019"),
    ("主题:三公", "unknown-value", 3, '主题:"预算决算与“三公”"'),
    ("year:2014,abc", "unknown-value", 10, None),
    ("公司 NEAR/9999 企业", "bad-distance", 3, "公司 NEAR/500 企业"),
    ("公司 NEAR/5 -企业", "misplaced-operator", 3, "公司 AND -企业"),
    ("同句(公司 年份:2014)", "misplaced-operator", 0, "(公司 年份:2014)"),
    ("a*b*c*d*e*f*g*h*i*j", "too-many-stars", 0, "a b c d e f g h i j"),
]


@pytest.mark.parametrize(("text", "code", "position", "suggestion"), PROBLEMS)
def test_strict_reading_refuses_with_a_place_and_a_repair(
    text: str, code: str, position: int, suggestion: str | None, strictly: Strictly
) -> None:
    with pytest.raises(RequestError) as caught:
        strictly(text)
    error = caught.value
    assert (error.code, error.position, error.status) == (code, position, 400)
    if suggestion is not None:
        assert error.suggestion == suggestion
    if error.suggestion:
        strictly(error.suggestion)


@pytest.mark.parametrize(("text", "code", "position", "suggestion"), PROBLEMS)
def test_lenient_reading_has_a_tree_and_the_same_hint(
    text: str, code: str, position: int, suggestion: str | None, leniently: Leniently
) -> None:
    reading = leniently(text)
    assert reading.tree != Everything()
    assert (code, position) in [(hint.code, hint.position) for hint in reading.hints]
    if suggestion is not None:
        assert reading.hints[0].suggestion == suggestion


def test_lenient_reading_takes_what_is_left(leniently: Leniently, make: Make) -> None:
    assert leniently('"领保').tree == make.term("领保", "领事保护")
    assert leniently("公司 OR").tree == make.term("公司")
    assert leniently("OR").tree == make.phrase("OR")
    assert leniently("(公司 OR 企业").tree == make.either(make.term("公司"), make.term("企业"))
    assert leniently("章节:张三").tree == make.term("张三")
    assert leniently("yaer:2014").tree == make.both(make.term("yaer"), make.term("2014"))
    assert leniently("公司 - 企业").tree == make.both(make.term("公司"), make.term("企业"))
    assert leniently('""').tree == make.phrase('""')
    assert leniently("公司 NEAR/5 -企业").tree == make.both(make.term("公司"), make.not_(make.term("企业")))


def test_a_guessed_field_name_is_a_hint_for_both(strictly: Strictly, make: Make) -> None:
    reading = strictly("机构：外交部")
    assert reading.tree == make.both(make.term("机构"), make.term("外交部"))
    (hint,) = reading.hints
    assert (hint.code, hint.position, hint.suggestion) == ("unknown-field", 0, "机关：外交部")


def test_several_problems_are_repaired_together(leniently: Leniently, strictly: Strictly) -> None:
    reading = leniently("(公司 OR yaer:2014 「企业")
    assert {hint.suggestion for hint in reading.hints} == {"(公司 OR year:2014 企业)"} or reading.hints[
        0
    ].suggestion
    strictly(reading.hints[0].suggestion)


def test_messages_are_chinese_and_name_what_there_is(strictly: Strictly) -> None:
    with pytest.raises(RequestError) as caught:
        strictly("章节:公开")
    assert "主动公开" in caught.value.message
    assert "依申请公开" in caught.value.message
    assert caught.value.hint == "可以改为：章节:主动公开"


def test_edits_of_one_place_are_made_in_the_order_given() -> None:
    """They were put in a set, so that the order of two insertions at one place was that of their hashes."""
    marks = [Edit(2, 2, mark) for mark in "”）」』"]
    assert repaired("公开", marks) == "公开”）」』"
    assert repaired("公开", marks[::-1]) == "公开』」）”"
