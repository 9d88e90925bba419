"""Marks between two wordings: nothing is lost, numbers stay whole, what did not change is not marked."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from report_search.analysis.char_folding import SEPARATOR
from report_search.analysis.fold import fold
from report_search.wording.marks import changes, only_numbers_changed

WORDS = (
    "全年",
    "举办",
    "发布会",
    "157",
    "22",
    "1,234",
    "12.5%",
    "次",
    "场",
    "，",
    "。",
    "领事保护",
    "\t",
    "信息公开",
    "g20",
    "答覆",
    " ",
    "的",
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


def marked(old: str, new: str) -> str:
    signs = {"keep": "{}", "delete": "[-{}-]", "insert": "[+{}+]"}
    return "".join(signs[piece.op].format(piece.text) for piece in changes(old, new))


@given(TEXTS | st.text(max_size=20), TEXTS | st.text(max_size=20))
@example("¼", "1,234157")
@example("1,234157", "¹")
@example("面积5㎡", "面积5m")
@settings(max_examples=300, deadline=None)
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = changes(old, new)
    assert "".join(piece.text for piece in pieces if piece.op != "delete") == new
    older = "".join(piece.text for piece in pieces if piece.op != "insert")
    assert _bare(older) == _bare(old)


def _bare(text: str) -> str:
    """A text without what printing alone changes: width, variants of characters, thousands separators, blanks.

    What is kept is printed as the new text prints it, so between ¹ and a digit a separator may come in.
    """
    folded = "".join(fold(text).text.split()).replace(SEPARATOR, "")
    return re.sub(r"(?<=[0-9]),(?=[0-9])", "", folded)


@given(TEXTS)
@settings(max_examples=50, deadline=None)
def test_equal_texts_have_no_mark(text: str) -> None:
    assert all(piece.op == "keep" for piece in changes(text, text))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (
            "举办记者会157次，答复5件。",
            "举办记者会225场，答复5件。",
            "举办记者会[-157次-][+225场+]，答复5件。",
        ),
        ("增长12.5%。", "增长2.5%。", "增长[-12.5-][+2.5+]%。"),
        ("发布1,234条。", "发布1234条。", "发布1234条。"),
        ("发布１２条。", "发布12条。", "发布12条。"),
        ("发布234条。", "发布1,234条。", "发布[-234-][+1,234+]条。"),
        ("受理一百五十七件。", "受理一百六十件。", "受理[-一百五十七-][+一百六十+]件。"),
        ("", "新设。", "[+新设。+]"),
        ("制定要点。", "", "[-制定要点。-]"),
        ("召开5次会议。", "举办5场论坛。", "[-召开-][+举办+]5[-次会议-][+场论坛+]。"),
    ],
)
def test_what_is_marked(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


def test_an_island_of_one_character_is_part_of_the_change() -> None:
    assert marked("上级的通知。", "同级的要求。") == "[-上级的通知-][+同级的要求+]。"


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=5), st.data())
@settings(max_examples=50, deadline=None)
def test_a_number_that_did_not_change_is_not_marked(numbers: list[int], data: st.DataObject) -> None:
    frame = ("发布信息{}条，", "受理申请{}件，", "举办发布会{}场，", "接待来访{}人，", "培训{}次，")
    at = data.draw(st.integers(0, len(numbers) - 1))
    other = [*numbers[:at], numbers[at] + 1, *numbers[at + 1 :]]
    old, new = (
        "".join(part.format(one) for part, one in zip(frame, row, strict=False)) for row in (numbers, other)
    )
    edited = [piece for piece in changes(old, new) if piece.op != "keep"]
    assert [piece.text for piece in edited] == [str(numbers[at]), str(other[at])]
    assert only_numbers_changed(changes(old, new))


def test_a_word_that_changed_is_not_only_a_number() -> None:
    assert not only_numbers_changed(changes("发布5条。", "发出6条。"))
    assert not only_numbers_changed(changes("发布5条。", "发布5条。"))


def test_a_row_is_compared_cell_by_cell() -> None:
    assert marked("规章\t13\t6\t8", "规章\t30\t14\t6") == "规章\t[-13-][+30+]\t[-6-][+14+]\t[-8-][+6+]"
    assert marked("规章\t\t6\t8", "规章\t30\t\t8") == "规章\t[+30+]\t[-6-]\t8"
