"""The lists of stop words and synonyms: what must and must not stand in them."""

from __future__ import annotations

import pytest

from report_search.analysis.fold import fold
from report_search.errors import OperatorError
from report_search.query.ast import Phrase, Term
from report_search.query.interpret import read
from report_search.query.lexicon import Lexicon, listed_stopwords, listed_synonyms, synonyms_of
from report_search.taxonomy import sections, topics


def test_words_of_the_domain_are_no_stop_words() -> None:
    domain = {"政府", "信息", "公开", "申请", "机关", "年", "年度", "报告", "工作", "情况", "外交部"}
    domain |= {"件", "条", "个", "次", "项", "第", "不", "未", "无", "本"}
    domain |= {fold(label).text for label in (*sections.LABELS.values(), *topics.labels().values())}
    assert not domain & listed_stopwords()


def test_particles_and_question_words_are() -> None:
    assert {
        "的",
        "和",
        "与",
        "什么",
        "如何",
        "是否",
        "有没有",
        "哪些",
        "怎么",
        "了",
        "在",
    } <= listed_stopwords()


def test_synonyms_lead_both_ways() -> None:
    listed = listed_synonyms()
    assert "领事保护" in listed["领保"]
    assert "领保" in listed["领事保护"]
    for word, others in listed.items():
        assert word not in map(str, others)
        for other in others:
            assert word in {fold(back).text for back in listed[fold(other).text]}


def test_what_is_ambiguous_is_not_listed() -> None:
    assert "人大常委会" not in listed_synonyms()


def test_no_stop_word_has_a_synonym() -> None:
    assert not listed_stopwords() & set(listed_synonyms())


@pytest.mark.parametrize(
    "text", ['[[group]]\nwords = ["甲"]', '[[group]]\nwords = ["甲", "乙"]\n[[group]]\nwords = ["甲", "丙"]']
)
def test_a_broken_list_is_said_to_be(text: str) -> None:
    with pytest.raises(OperatorError) as caught:
        synonyms_of(text)
    assert "甲" in caught.value.message


def test_each_listed_word_is_one_word_to_the_reader(real: Lexicon) -> None:
    for word in listed_synonyms():
        tree = read(word, real, strict=True).tree
        if isinstance(tree, (Term, Phrase)):
            assert tree.folded.text == word
        else:
            assert any(mark in word for mark in '、"'), word
