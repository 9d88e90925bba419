"""Labels compared whatever way they were printed, and the numbers in table cells."""

from __future__ import annotations

import pytest

from report_search.analysis.cell_values import Value, is_empty_mark, is_value, read_value
from report_search.analysis.normalise import join_text, label_key, normalise, one_line, trim


@pytest.mark.parametrize(
    ("printed", "normalised"),
    [
        ("信 息\u3000公 开", "信息公开"),
        ("２０１９年", "2019年"),
        ("資訊公開", "信息公开"),
        ("答覆", "答复"),
        ("規範性檔案", "规范性文件"),
        ("第十二条", "第十二条"),
        ("", ""),
    ],
)
def test_normalised_text(printed: str, normalised: str) -> None:
    assert normalise(printed) == normalised


def test_the_key_of_a_label_has_no_punctuation() -> None:
    assert label_key("（七）总　计：") == label_key("(七) 總計") == "七总计"
    assert label_key("，。") == ""


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("主动", "公开", "主动公开"),
        ("annual", "report", "annual report"),
        ("annual", "2019", "annual2019"),
        ("公开", "report", "公开report"),
        ("", "公开", "公开"),
        ("公开", "", "公开"),
    ],
)
def test_only_latin_words_are_joined_with_a_blank(first: str, second: str, joined: str) -> None:
    assert join_text(first, second) == joined


def test_a_cell_becomes_one_line() -> None:
    assert one_line("\u200b 主动 \n\n 公开\nof\nall \ufeff") == "主动公开of all"
    assert one_line("自 然 人") == "自 然 人"
    assert trim(" \u200b\ufeff 公开\u2060 ") == "公开"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", Value(12)),
        ("１２", Value(12)),
        ("1,234", Value(1234)),
        ("12 854 581", Value(12854581)),
        ("66.7 万件", Value(66.7, "万件")),
        ("6.62 %", Value(6.62, "%")),
        ("+5174", Value(5174)),
        ("－183", Value(-183)),
        ("- 3", Value(-3)),
        ("12①", Value(12)),
        ("12[1]", Value(12)),
        ("12(3)", Value(12)),
        ("12*", Value(12)),
        ("3（件）", Value(3, "件")),
        ("12,34", Value(None)),
        ("3件以上的申请", Value(None)),
        ("约3", Value(None)),
        ("3-5", Value(None)),
        ("", Value(None)),
        ("/", Value(None)),
    ],
)
def test_the_one_number_of_a_cell(text: str, value: Value) -> None:
    assert read_value(text) == value
    assert is_value(text) is (value.number is not None or text == "/")


def test_marks_for_nothing_are_values_and_empty_cells_are_none() -> None:
    assert all(map(is_empty_mark, ("/", "——", " 无 ", "-", "\\", "無")))
    assert not any(map(is_empty_mark, ("", " ", "0", "无。", "/3")))
