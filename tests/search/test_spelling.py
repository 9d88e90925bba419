"""Did you mean: what was probably meant by a word that no passage has, and only what the corpus has."""

from __future__ import annotations

import pytest

from report_search.analysis.fold import fold
from report_search.analysis.matching import occurs_in
from report_search.query.ast import Or, Phrase, Query
from report_search.query.interpret import read
from report_search.search.corpus_lexicon import lexicon_of
from report_search.search.suggest.spelling import corrections, did_you_mean

CORPUS = [
    fold(text)
    for text in ("开展护照和签证业务", "领事保护热线开通", "某某县审计局", "政务微博发布", "依法办结投诉")
]
KNOWN = ("领事保护", "某某县审计局", "政务微博", "微博", "政府采购", "护照", "签证")


def occurs(tree: Query) -> bool:
    if isinstance(tree, Or):
        return any(map(occurs, tree.children))
    assert isinstance(tree, Phrase)
    return any(occurs_in(tree.folded, text) for text in CORPUS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("护罩", "护照"),
        ("签正", "签证"),
        ("领市保户", "领事保护"),
        ("林事保护", "领事保护"),
        ("huzhao", "护照"),
        ("zhengwuweibo", "政务微博"),
        ("领保事护", "领事保护"),
        ("领保事护热线", "领事保护热线"),
        ("照护", "护照"),
        ("微博博", "微博"),
        ("投拆", ""),
        ("办洁", "办结"),
        ("某某县审记句", "某某县审计局"),
    ],
)
def test_what_sounds_or_looks_alike_is_named_if_the_corpus_has_it(typed: str, meant: str) -> None:
    found = corrections(typed, KNOWN, occurs=occurs)
    assert (found[0] if found else "") == meant or (meant in found)


@pytest.mark.parametrize("typed", ["护照", "政府彩购", "zhengfucaigou", "a", "护", "12", "完全没有的词语"])
def test_nothing_is_named_for_what_is_there_or_for_what_the_corpus_has_not(typed: str) -> None:
    assert corrections(typed, KNOWN, occurs=occurs) == []


def test_the_word_is_replaced_where_it_stands() -> None:
    for text, meant in (
        ("护罩 -公司", ["护照 -公司"]),
        ("年份:2019 “护罩” 业务", ["年份:2019 “护照” 业务"]),
        ("护照 -护罩", []),
        ("领薪事保护", ["领事保护"]),
    ):
        parts = read(text, lexicon_of(()), strict=False).read_as
        assert list(did_you_mean(text, parts, known=KNOWN, occurs=occurs)) == meant
