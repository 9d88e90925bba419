"""Folding: each rule by example, and what holds for any text at all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_search.analysis import char_folding
from report_search.analysis.char_folding import SEPARATOR
from report_search.analysis.fold import FoldedText, Variant, fold
from report_search.analysis.matching import occurs_in
from report_search.data import read_lines
from report_search.fields import BORDER
from tests.analysis.texts import chinese, ruled, wild
from tests.sampling import sampled


def text(original: str) -> str:
    return fold(original).text


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("２０１２年", "2012年"),
        ("ＣＯＶＩＤ－１９", "covid-19"),
        ("单位：万元（含）", "单位:万元(含)"),
        ("｡｢｣､", '。""、'),
        ("㎡", "m2"),
        ("½", "1⁄2"),
        ("①②⑴⒈", f"1{SEPARATOR}2(1)1."),
        ("Ⅳ", "iv"),
        ("Straße", "strasse"),
        ("é", "é"),
        ("e\u0301", "é"),
        ("ｶﾞ", "ガ"),
        ("\u1100\u1161\u11a8", "각"),
        ("a´", "a´"),
    ],
)
def test_width_case_and_composition(original: str, folded: str) -> None:
    assert text(original) == folded


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("⽅便⽤户使⽤⽂件", "方便用户使用文件"),
        ("⻋⻔⻘⺟⻳⻢", "车门青母龟马"),
        ("領事保護與協助", "领事保护与协助"),
        ("干乾幹", "干干干"),
        ("後后裡里", "后后里里"),
        ("薴", "苎"),
        ("衞生、化粧、記敍", "卫生、化妆、记叙"),
        ("重\u0323点\u0323公\u0301开", "重点公开"),
        ("\uf900\U0002f800", "岂丽"),
        ("𠮷野家", "𠮷野家"),
        ("𡃁", "𡃁"),
    ],
)
def test_radicals_scripts_and_supplementary_planes(original: str, folded: str) -> None:
    assert text(original) == folded


def test_every_radical_folds_but_the_one_without_an_ideograph_in_unicode() -> None:
    radicals = [chr(c) for c in (*range(0x2E80, 0x2E9A), *range(0x2E9B, 0x2EF4), *range(0x2F00, 0x2FD6))]
    left = [char for char in radicals if text(char) == char or "RADICAL" in unicodedata.name(text(char), "")]
    assert len(radicals) == 329
    assert left == ["\u2e80"]


def test_quotation_marks_and_dashes_have_one_form_each() -> None:
    assert set("".join(map(text, "“”„‟«»‹›「」『』〝〞〟＂\"'‘’‚‛＇﹁﹂﹃﹄｢｣"))) == {'"'}
    assert set("".join(map(text, "—―–‒‐‑－-−⸺⸻﹘﹣︱─"))) == {"-"}
    assert text("甲——乙") == text("甲―乙") == text("甲⸺乙") == text("甲--乙") == text("甲 — — 乙") == "甲-乙"
    assert text("2014～2019") == text("2014〜2019") == "2014~2019"
    assert len({text(f"卡尔{dot}马克思") for dot in "·•‧・･"}) == 1
    assert text("《中国外交》〈一〉") == "《中国外交》〈一〉"


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("领 事\u3000保\u00a0护", "领事保护"),
        ("公开，\n依法", "公开,依法"),
        ("加强领事\r\n保护", "加强领事保护"),
        ("《 中国外交 》", "《中国外交》"),
        ("近 2000 条", "近2000条"),
        ("open \n data 2014  2015", "open data 2014 2015"),
        ("open\u200b data", "open data"),
        ("open \u200b \u00addata", "open data"),
        ("6.62 %", "6.62%"),
        ("  领\u200b事\ufeff保\u00ad护\ufe0f\u2060 ", "领事保护"),
        ("甲 \t 乙\t\t丙", "甲\t乙\t\t丙"),
        ("2014 \t 2015", "2014\t2015"),
        ("a\x00b\x08", "ab"),
    ],
)
def test_white_space_and_characters_of_no_width(original: str, folded: str) -> None:
    assert text(original) == folded


def test_a_tab_is_white_space_in_a_query() -> None:
    assert fold("领事\t保护", border=False).text == "领事保护"
    assert fold("open\tdata", border=False).text == "open data"


def test_enclosed_digits_never_join_a_number() -> None:
    assert text("①5") == text("① 5") == f"1{SEPARATOR}5"
    assert text("10²") == f"10{SEPARATOR}2"
    assert text("⒈5") == f"1.{SEPARATOR}5"
    assert text("①,234") == f"1{SEPARATOR},234"
    assert text("第①条") == "第1条"
    assert fold("①,234").variants == ()


def test_a_lone_surrogate_is_folded_and_harms_nothing() -> None:
    assert text("领\ud800事") == "领\ufffd事"


@pytest.mark.parametrize(
    ("original", "variants"),
    [
        ("答覆", [Variant(1, 2, "复")]),
        ("乾隆", [Variant(0, 1, "乾")]),
        ("反反覆覆", [Variant(2, 4, "复复")]),
        ("1,234件", [Variant(0, 5, "1234")]),
        ("１，２３４，５６７．８", [Variant(0, 11, "1234567.8")]),
        ("二〇二三年", [Variant(0, 4, "2023")]),
        ("隨著", [Variant(1, 2, "着")]),
        ("著名著作", []),
        ("(2019)60号", [Variant(0, 1, "〔"), Variant(5, 6, "〕")]),
        ("【２０１９】第６０號", [Variant(0, 1, "〔"), Variant(5, 6, "〕")]),
        ("〔2019〕60号", []),
        ("(2019)60件", []),
        ("(12019)60号", []),
        ("2 0 1 9 年度", [Variant(0, 7, "2019")]),
        ("12 0 1 9年", []),
        ("1 2 0 1 9年", []),
        ("2 0 1 9件", []),
        ("薴", []),
        ("12,34", []),
        ("0,123", []),
    ],
)
def test_additional_readings(original: str, variants: list[Variant]) -> None:
    assert list(fold(original).variants) == variants


def test_phrases_are_read_through_radicals_width_and_blanks() -> None:
    assert fold("答 覆").variants == (Variant(1, 2, "复"),)


def test_the_map_leads_back() -> None:
    folded = fold("“领 事”㎡——x")
    assert folded.text == '"领事"m2-x'
    assert [folded.span(at, at + 1) for at in range(len(folded.text))] == [
        *((0, 1), (1, 2), (3, 4), (4, 5), (5, 6), (5, 6), (6, 8), (8, 9)),
    ]
    assert folded.span(1, 3) == (1, 4)


def test_nothing_is_left_of_blanks() -> None:
    assert fold(" \u200b\n").is_empty
    assert fold("").is_empty
    assert not fold("。").is_empty


@settings(max_examples=sampled(500), deadline=None)
@given(wild, wild)
def test_a_row_is_folded_cell_by_cell(first: str, second: str) -> None:
    row, cells = fold(f"{first}\t{second}"), (fold(first), fold(second))
    assert row.text == BORDER.join(cell.text for cell in cells)
    behind = len(first) + 1
    assert list(row.starts) == [*cells[0].starts, behind - 1, *(at + behind for at in cells[1].starts)]
    assert list(row.ends) == [*cells[0].ends, behind, *(at + behind for at in cells[1].ends)]


@settings(max_examples=sampled(500), deadline=None)
@given(wild)
def test_folding_a_folded_text_changes_nothing(original: str) -> None:
    folded = text(original)
    assert text(folded) == folded


@settings(max_examples=sampled(500), deadline=None)
@given(wild)
def test_spans_are_in_range_and_never_go_backwards(original: str) -> None:
    folded = fold(original)
    assert folded.original == original
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)
    for char, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        assert 0 <= start <= end <= len(original)
        assert (start == end) == (char == SEPARATOR and SEPARATOR not in original) or char == SEPARATOR


@settings(max_examples=sampled(500), deadline=None)
@given(wild)
def test_readings_replace_something_by_something_else(original: str) -> None:
    folded = fold(original)
    assert list(folded.variants) == sorted(folded.variants, key=lambda edge: edge.start)
    for edge in folded.variants:
        assert 0 <= edge.start < edge.end <= len(folded.text)
        assert edge.text
        assert edge.text != folded.text[edge.start : edge.end]


@settings(max_examples=sampled(300), deadline=None)
@given(ruled, st.data())
def test_characters_of_no_width_change_nothing(original: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(original)))
    zero = data.draw(st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\U000e0101"))
    assert readings_of(fold(original[:at] + zero + original[at:])) == readings_of(fold(original))


@settings(max_examples=sampled(200), deadline=None)
@given(
    chinese,
    st.lists(st.sampled_from([" ", "\u3000", "\n", "\u00a0", "\r\n", "\u2009"]), min_size=8, max_size=8),
)
def test_white_space_between_chinese_changes_nothing(original: str, blanks: list[str]) -> None:
    spaced = "".join(char + blank for char, blank in zip(original, blanks, strict=False))
    assert readings_of(fold(spaced)) == readings_of(fold(original))


@settings(max_examples=sampled(300), deadline=None)
@given(ruled, st.data())
def test_what_was_cut_out_by_a_span_folds_to_what_was_folded(original: str, data: st.DataObject) -> None:
    folded = fold(original)
    if folded.is_empty:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.span(start, end)
    again = text(original[first:last])
    assert folded.text[start:end].strip(f" {SEPARATOR}") in again


def readings_of(folded: FoldedText) -> tuple[str, tuple[Variant, ...]]:
    return folded.text, folded.variants


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        *(
            ("鄕村", "乡村"),
            ("靑年", "青年"),
            ("愼用", "慎用"),
            ("県政府", "县政府"),
            ("吿知", "告知"),
            ("値班", "值班"),
        ),
        *(
            ("覆審", "复审"),
            ("覆议", "复议"),
            ("臺帳", "台账"),
            ("帳戶", "账户"),
            ("查帐", "查账"),
            ("身分證", "身份证"),
        ),
        *(("規畫", "规划"), ("連絡人", "联络人"), ("部份", "部分")),
        *(
            ("Wi-Fi", "wifi"),
            ("Ｗｉ－Ｆｉ", "WIFI"),
            ("e-mail", "Email"),
            ("wifi", "Wi-Fi"),
        ),
    ],
)
def test_old_forms_other_spellings_and_hyphens(printed: str, typed: str) -> None:
    assert occurs_in(fold(typed), fold(f"设{printed}处"))


@pytest.mark.parametrize(
    ("printed", "typed"),
    [("2019-2020", "20192020"), ("COVID-19", "covid19"), ("覆盖", "复盖"), ("蚊帐", "蚊账"), ("喆", "哲")],
)
def test_what_is_no_other_spelling(printed: str, typed: str) -> None:
    assert not occurs_in(fold(typed), fold(printed))


def test_every_old_form_and_spelling_leads_to_today_s_form() -> None:
    for old, today in char_folding.old_forms().items():
        assert fold(old).text == today == fold(today).text
    for line in read_lines("spellings.txt"):
        old, today = line.split()
        assert occurs_in(fold(today), fold(old)), line
