"""Queries mean what they say: what turns the meaning counts, wildcards, foreign syntax, lost characters, silences."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from report_search.analysis.encoding_faults import find_encoding_fault
from report_search.analysis.fold import fold
from report_search.errors import RequestError
from report_search.query.ast import Everything, Not
from report_search.query.evaluate import View, is_hit, spans
from report_search.query.interpret import read
from report_search.query.lexicon import Lexicon
from report_search.query.questions import asks_absence, silent_about


def hits(query: str, text: str, lexicon: Lexicon) -> bool:
    return is_hit(read(query, lexicon, strict=True).tree, View(fold(text), fold(""), {}, None))


def marked(query: str, text: str, lexicon: Lexicon) -> list[str]:
    seen = View(fold(text), fold(""), {}, None)
    return [text[start:end] for start, end in spans(read(query, lexicon, strict=True).tree, seen)]


def codes(query: str, lexicon: Lexicon) -> list[str]:
    return [hint.code for hint in read(query, lexicon, strict=True).hints]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("没有收到投诉", "全年收到投诉", False),
        ("没有收到投诉", "全年没有收到投诉", True),
        ("没有按期办结投诉案件", "各科室按期办结投诉案件", False),
        ("未按期办结投诉案件", "各科室按期办结投诉案件", False),
        ("不予公开处罚决定信息", "公开处罚决定信息", False),
        ("可以公开", "应当公开", False),
        ("第三十条之一", "依照第三十条执行", False),
        ("第三十条之一", "依照第三十条之一执行", True),
        ("第三十条之一", "依照第30条，三者之一", False),
        ("除了档案", "包括档案", False),
    ],
)
def test_what_turns_the_meaning_counts(query: str, text: str, found: bool, real: Lexicon) -> None:
    """没有 and 之一 were stop words, and of four words one could be missing: the negation."""
    assert hits(query, text, real) is found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("财?局", "财政局", ["财政局"]),
        ("财?局", "财务管理局", []),
        ("财?局", "财，局", []),
        ("财??局", "财政分局", ["财政分局"]),
        ("财?局", "财局", []),
        ("20?9年", "2019年和2029年", ["2019年", "2029年"]),
        ("财?*长", "财政局局长", ["财政局局长"]),
        ("5*8小时", "实行5*8小时值守", ["5*8小时"]),
        ("5*8小时", "实行5×8小时值守", ["5×8小时"]),
        ("5＊8小时", "实行５＊８小时值守", ["５＊８小时"]),
        ("财*局", "财。局", []),
    ],
)
def test_wildcards(query: str, text: str, found: list[str], real: Lexicon) -> None:
    assert marked(query, text, real) == found


@pytest.mark.parametrize(
    "query",
    ["什么是公开?怎么申请", "http://a.gov.cn/b?id=1", "公开?", "有哪些单位？各是什么", "护照？签证！"],
)
def test_a_question_mark_elsewhere_is_none(query: str, real: Lexicon) -> None:
    assert all(part.as_ != "pattern" for part in read(query, real, strict=True).read_as)


ROW = "许可决定\t12\t\t3\t-1"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("“许可决定 12 3 -1”", True),
        ("“许可决定\t12\t3”", True),
        ("“许可 决定 12”", True),
        ("“定 12”", True),
        ("“许可决定 123”", False),
        ("“许可决定 1 2”", False),
        ("“许可决定12”", False),
        ("“12 -1”", False),
        ("“许可决定 12 3 -1” -“处罚 1”", True),
    ],
)
def test_white_space_in_exact_wording_crosses_borders_of_cells(
    query: str, found: bool, real: Lexicon
) -> None:
    """A row pasted from a table found nothing, since wording ended at the border of a cell."""
    assert hits(query, ROW, real) is found


def test_white_space_never_joins_digits(real: Lexicon) -> None:
    assert not hits("“共 1 2”", "共12件\t3", real)
    assert hits("“共 12”", "共12件\t3", real)


@pytest.mark.parametrize(
    ("query", "code", "suggestion"),
    [
        ("护照 or 签证", "small-operator", "护照 OR 签证"),
        ("护照 Not 签证", "small-operator", "护照 NOT 签证"),
        ("护照 near/5 签证", "small-operator", "护照 NEAR/5 签证"),
        ("/护.*照/", "no-regex", "护*照"),
        ("/护.照/", "no-regex", "护?照"),
        ("护照~2", "no-weight", "护照"),
        ("“护照 签证”~5", "no-weight", "“护照 签证”"),
        ("护照^3 签证", "no-weight", "护照 签证"),
        ("护照 && 签证", "foreign-operator", "护照 AND 签证"),
        ("护照 !签证", "foreign-operator", "护照 -签证"),
    ],
)
def test_syntax_of_other_tools_gets_a_hint(query: str, code: str, suggestion: str, real: Lexicon) -> None:
    hints = read(query, real, strict=True).hints
    assert [hint.code for hint in hints] == [code]
    assert hints[0].suggestion == suggestion


@pytest.mark.parametrize(
    "query", ["2014~2019", "年份:2014~2019", "10^6", "12/3/4", "“护照 or 签证”", "OR码", "coordinator"]
)
def test_printed_text_gets_none(query: str, real: Lexicon) -> None:
    assert codes(query, real) == []


@pytest.mark.parametrize(
    "query",
    [
        "哪些机关没有提到护照",
        "哪些部门未提及护照？",
        "谁没提护照",
        "哪些報告沒有寫護照",
        "没有提到“护照”的单位有哪些",
        "哪几年没有护照",
        "哪些机关 没有提到 护照",
        "哪些机关的年报里没有出现“护照”",
        "哪些机关漏写了护照",
        "哪些年份缺少护照",
        "哪些机关不提护照",
    ],
)
def test_a_question_about_a_silence_finds_nothing_and_says_so(query: str, real: Lexicon) -> None:
    reading = read(query, real, strict=True)
    assert reading.tree == Not(Everything())
    assert [hint.code for hint in reading.hints] == ["asks-absence"]
    assert not is_hit(reading.tree, View(fold("我部提到护照"), fold(""), {}, None))


@pytest.mark.parametrize(
    "query",
    [
        "哪些信息不予公开",
        "没有收到投诉",
        "有没有提到护照",
        "哪些问题没有解决",
        "哪些机关提到护照",
        "为什么没有公开",
        "未公开政府信息的机关",
        "没有受到处分的单位",
    ],
)
def test_other_questions_are_none_about_a_silence(query: str) -> None:
    assert not asks_absence(query)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("哪些机关没有提到护照", "护照"),
        ("哪些部门从来没有提过一件事一次办？", "一件事一次办"),
        ("从未提及护照的机关", "护照"),
        ("请问哪些机关没有提到过行政复议的内容？", "行政复议"),
        ("哪些單位沒有公開三公經費", "三公经费"),
        ("护照从未被哪些机关提及", "护照"),
        ("哪些机关对护照只字不提", "护照"),
        ("有哪些机关至今没有开设微博", "开设微博"),
        ("哪些机关没有提到 护照 签证", "护照 签证"),
        ("没有提到“护照”的单位有哪些", "“护照”"),
        ("哪些机关没有写到“护照”和“签证”", "“护照” “签证”"),
        ("年份:2014..2019 谁没提护照", "年份:2014..2019 护照"),
        ("2019年哪些机关没有提到护照", "年份:2019 护照"),
        ("哪些机关没有提到2019年预算", "2019年预算"),
        ("外交部哪些年份没有提到护照", "机关:外交部 护照"),
        ("哪些机关没有", ""),
    ],
)
def test_a_question_about_a_silence_says_what_it_is_about(query: str, asked: str, real: Lexicon) -> None:
    (hint,) = read(query, real, strict=True).hints
    assert (hint.code, hint.suggestion) == ("asks-absence", asked)
    if asked:
        again = read(asked, real, strict=True)
        assert not any(hint.code == "asks-absence" for hint in again.hints)


def test_what_a_question_is_about_keeps_a_negation_of_its_own() -> None:
    assert silent_about("哪些机关没有提到没有收到投诉") == "没有收到投诉"


GARBLED = {
    "percent": quote("护照签证"),
    "twice": quote(quote("护照")),
    "three times": quote(quote(quote("护照"))),
    "javascript": "%u62A4%u7167",
    "entities": "&#25252;&#29031;",
    "hexadecimal": "&#x62a4;&#x7167;",
    "json": "\\u62a4\\u7167",
    "latin-1": "护照".encode().decode("latin-1"),
    "utf-8 as gbk": "护照签证".encode().decode("gb18030"),
}


@pytest.mark.parametrize("text", GARBLED.values(), ids=GARBLED)
def test_text_that_was_encoded_twice_is_refused_or_said(text: str, real: Lexicon) -> None:
    with pytest.raises(RequestError) as caught:
        read(text, real, strict=True)
    assert caught.value.code == "encoded-twice"
    assert caught.value.suggestion in ("护照", "护照签证")
    hint = read(text, real, strict=False).hints[0]
    assert (hint.code, hint.suggestion) == ("encoded-twice", caught.value.suggestion)


@pytest.mark.parametrize(
    "text",
    ["%BB%A4%D5%D5", "护照".encode("gbk").decode("latin-1"), "\ufffd\ufffd\ufffd", "2019 \ufffd\ufffd"],
)
def test_bytes_that_are_no_utf_8_are_refused_or_said(text: str, real: Lexicon) -> None:
    with pytest.raises(RequestError):
        read(text, real, strict=True)
    assert read(text, real, strict=False).hints[0].code in ("wrong-encoding", "encoded-twice")


@pytest.mark.parametrize(
    "text",
    [
        "护照",
        "增长100%",
        "café naïve",
        "Москва",
        "“%E6%8A%A4”",
        "http://a.cn/%E6%8A%A4",
        "联通",
        "AT&T",
        "好\ufffd",
    ],
)
def test_printed_text_is_left_alone(text: str) -> None:
    assert find_encoding_fault(text) is None
