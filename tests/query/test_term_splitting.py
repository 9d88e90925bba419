"""How an unquoted run is cut: numbers, stop words, synonyms, three quarters."""

from __future__ import annotations

import pytest

from report_search.query.ast import And, AtLeast, Phrase, Term
from report_search.query.interpret import read
from report_search.query.lexicon import Lexicon
from report_search.query.term_splitting import split_terms
from tests.query.trees import Make, Strictly
from tests.query.vocabulary import SmallSegmenter


@pytest.mark.parametrize(
    ("run", "units"),
    [
        ("2014年", ["2014年"]),
        ("3件", ["3件"]),
        ("第12条规定", ["第12条", "规定"]),
        ("3个考虑", ["3个", "考虑"]),
        ("季度3", ["季度3"]),
        ("第3季度", ["第3季度"]),
        ("2014年3件第12条", ["2014年", "3件", "第12条"]),
        ("外交部2014", ["外交部", "2014"]),
        ("2014领事保护", ["2014", "领事保护"]),
        ("2014和2015", ["2014", "2015"]),
        ("12.5%", ["12.5%"]),
        ("增长12.5%", ["增长", "12.5%"]),
        ("1,234件", ["1,234件"]),
        ("１，２３４件", ["1,234件"]),
        ("2014-12-19", ["2014-12-19"]),
        ("2014-2015年", ["2014", "2015年"]),
        ("2023年度", ["2023年度"]),
        ("2023年度报告", ["2023年", "年度报告"]),
        ("COVID-19疫情", ["covid-19", "疫情"]),
        ("A4纸", ["a4", "纸"]),
        ("二〇二三年", ["二〇二三年"]),
        ("第十二条", ["第十二条"]),
        ("申请十三件", ["申请", "十三件"]),
        ("5G", ["5g"]),
        ("规定第（一）项", ["规定", "第(一)项"]),
        ("规定〔2019〕60号", ["规定", "〔2019〕60号"]),
        ("公函〔2019〕60号", ["公函〔2019〕60号"]),
        ("落实公发【2019】第60号规定", ["落实", "公发【2019】第60号", "规定"]),
        ("和公发[2019]60号", ["公发[2019]60号"]),
        ("增长百分之五", ["增长", "百分之五"]),
        ("A股和B股", ["a股", "b股"]),
        ("A股票", ["a股票"]),
        ("百分之三点五以下", ["百分之三点五", "以下"]),
        ("1.领事保护", ["领事保护"]),
        ("1.5领事保护", ["1.5领事保护"]),
        ("第1.领事保护", ["第1", "领事保护"]),
    ],
)
def test_a_number_and_its_word_are_one(run: str, units: list[str], lexicon: Lexicon) -> None:
    assert [unit.folded for unit in split_terms(run, lexicon) if unit.kind != "stop"] == units


def test_units_stand_where_they_were_typed(lexicon: Lexicon) -> None:
    run = "《領事保護》的第１２條，ＣＯＶＩＤ－１９"
    found = [(run[unit.start : unit.end], unit.kind) for unit in split_terms(run, lexicon)]
    assert found == [
        ("領事保護", "word"),
        ("的", "stop"),
        ("第１２條", "number"),
        ("ＣＯＶＩＤ－１９", "word"),
    ]


def test_single_characters_that_no_word_holds_stay_together(lexicon: Lexicon) -> None:
    def words(run: str) -> list[str]:
        return [unit.folded for unit in split_terms(run, lexicon) if unit.kind != "stop"]

    assert words("张文乐") == ["张文乐"]
    assert words("涛之雨") == ["涛之雨"]
    assert words("水和电") == ["水", "电"]
    assert words("涛之雨在云之南") == ["涛之雨", "云之南"]
    assert words("之雨") == ["雨"]


def test_the_real_dictionary_keeps_its_words(real: Lexicon) -> None:
    assert [unit.folded for unit in split_terms("领事保护案件", real)] == ["领事保护", "案件"]
    assert [unit.folded for unit in split_terms("人大常委会", real)] == ["人大常委会"]
    assert [unit.folded for unit in split_terms("二〇二三年度工作", real)] == ["二〇二三年度", "工作"]


def test_three_quarters_of_more_than_three_words(strictly: Strictly, make: Make) -> None:
    words = [make.term(word) for word in ("外交部", "公司", "企业", "案件", "处理", "数量", "护照", "签证")]
    texts = [word.text for word in words]
    assert strictly("".join(texts[:3])).tree == And(tuple(words[:3]))
    assert strictly("".join(texts[:4])).tree == AtLeast(3, tuple(words[:4]))
    assert strictly("".join(texts[:5])).tree == AtLeast(4, tuple(words[:5]))
    assert strictly("".join(texts[:8])).tree == AtLeast(6, tuple(words))
    assert strictly(" ".join(texts[:8])).tree == And(tuple(words))


def test_a_word_said_twice_counts_once(strictly: Strictly, make: Make) -> None:
    assert strictly("公司和公司的企业").tree == make.both(make.term("公司"), make.term("企业"))
    assert strictly("公司 公司").tree == make.term("公司")


def test_stop_words_count_only_where_nothing_else_is_left(strictly: Strictly, make: Make) -> None:
    assert strictly("外交部的案件有").tree == make.both(make.term("外交部"), make.term("案件"))
    assert strictly("和").tree == make.term("和")
    assert strictly("和 的").tree == make.both(make.term("和"), make.term("的"))
    assert strictly("外交部 的").tree == make.term("外交部")
    assert strictly("外交部 OR 和").tree == make.either(make.term("外交部"), make.term("和"))
    assert strictly("外交部 -的").tree == make.both(make.term("外交部"), make.not_(make.term("的")))
    assert strictly("“的” 外交部").tree == make.both(make.phrase("的", cut_=True), make.term("外交部"))


def test_a_listed_synonym_satisfies_an_unquoted_word_only(strictly: Strictly, make: Make) -> None:
    assert strictly("领保").tree == make.term("领保", "领事保护")
    assert strictly("领保中心").tree == make.both(make.term("领保", "领事保护"), make.term("中心"))
    assert strictly("“领保”").tree == make.phrase("领保")
    assert strictly("领保", expand=False).tree == make.term("领保")


def test_a_listed_word_never_falls_apart(strictly: Strictly, make: Make) -> None:
    for expand in (True, False):
        tree = strictly("信息公开条例", expand=expand).tree
        assert tree == make.term("信息公开条例", *(("政府信息公开条例",) if expand else ()))


def test_a_listed_word_inside_a_longer_one_counts(lexicon: Lexicon, real: Lexicon, make: Make) -> None:
    (term,) = [node for node in [read("新冠疫情", real, strict=True).tree] if isinstance(node, Term)]
    assert {synonym.original for synonym in term.synonyms} == {"新冠肺炎疫情", "新型冠状病毒肺炎疫情"}


def test_leaves_carry_their_ranking_words(real: Lexicon) -> None:
    tree = read("政府信息公开 “领事保护工作”", real, strict=True).tree
    assert isinstance(tree, And)
    phrase = tree.children[-1]
    assert isinstance(phrase, Phrase)
    assert phrase.words[-1] == "工作"
    assert "领事保护" in phrase.words


def test_nothing_is_cut_where_only_quotes_and_fields_are(
    strictly: Strictly, segmenter: SmallSegmenter
) -> None:
    strictly("“领事保护” 年份:2014 -“公司” 章节:主动公开")
    strictly("保*护")
    assert segmenter.asked == 0
    strictly("领事保护")
    assert segmenter.asked > 0
