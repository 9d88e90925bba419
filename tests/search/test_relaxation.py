"""Questions, which are answered by what is nearest to them, and what is never left out of a query."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.query.ast import question_of
from report_search.query.interpret import read
from report_search.search.corpus_lexicon import lexicon_of
from report_search.search.relaxation import relax_keywords
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher, SearchPage

BODY = """云州市水利局{year}年政府信息公开工作年度报告

一、总体情况

{year}年，水利局开通防汛热线，全天接听群众来电。

局长张平负责信息公开，办公室设在人民路。

水库移民补助资金已经发放到户，发放标准每人六百元。

移民领取的其他资金另文公布。

二、主动公开政府信息情况

公布规范性文件七件。
"""
Ask = Callable[..., SearchPage]


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    for year in (2018, 2019):
        (corpus / f"{year}.txt").write_text(BODY.format(year=year), encoding="utf-8")
    run_job(IndexJob((corpus,), index, request.param))
    searcher = Searcher(index)

    def run(text: str, **options: object) -> SearchPage:
        return searcher.search(SearchRequest(text, **options))  # type: ignore[arg-type]

    return run


def codes(page: SearchPage) -> list[str]:
    return [hint.code for hint in page.hints]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("张平担任什么职务？", "局长张平"),
        ("水库移民补助资金的领取数额是多少", "每人六百元"),
        ("在防汛期间，群众如何拨打热线？", "开通防汛热线"),
    ],
)
def test_a_question_finds_the_passage_that_shares_a_part_of_its_words(
    ask: Ask, question: str, answer: str
) -> None:
    page = ask(question)
    assert answer in page.hits[0].passage.text
    assert codes(page) == ["relaxed"]
    assert page.total.complete == 0
    assert all(hit.missing for hit in page.hits)
    assert all(word in question and word not in hit.passage.text for hit in page.hits for word in hit.missing)
    assert [hit.score for hit in page.hits] == sorted((hit.score for hit in page.hits), reverse=True)
    assert page.hits[-1].score >= 0.3 * page.hits[0].score - 1e-6


def test_a_long_run_that_is_no_question_needs_half_of_its_words(ask: Ask) -> None:
    page = ask("水库移民补助资金申领期限公告")
    assert codes(page) == ["relaxed"]
    assert {hit.passage.year for hit in page.hits} == {2018, 2019}
    assert ask("水库养殖承包合同纠纷").total.passages == 0


def test_where_every_hit_has_all_words_no_hint_is_needed(ask: Ask) -> None:
    page = ask("防汛热线是哪一年开通的？")
    assert page.total.complete == page.total.passages == 2
    assert codes(page) == []


def test_hits_that_lack_a_word_beside_complete_ones_are_told(ask: Ask) -> None:
    page = ask("移民的资金怎样领取？")
    assert 0 < page.total.complete < page.total.passages
    assert codes(page) == ["question"]
    [hint] = page.hints
    assert "30%" in hint.message
    assert [bool(hit.missing) for hit in page.hits].count(False) == page.total.complete


@pytest.mark.parametrize(
    "query",
    [
        "“张平担任局长”",
        "张平 职务",
        "张平职务",
        '哪里有"省长张平"？',
        "年份:2017 张平担任什么职务？",
        "张平 NEAR/3 职务",
        "同句(张平 职务)",
        "张平 -局长",
        "职务 OR 省长",
    ],
)
def test_what_is_never_left_out(ask: Ask, query: str) -> None:
    page = ask(query)
    assert page.total.passages == 0
    assert "relaxed" not in codes(page)


def test_fields_and_exact_wording_stay_required_beside_a_question(ask: Ask) -> None:
    page = ask("年份:2018 张平担任什么职务？")
    assert [hit.passage.year for hit in page.hits] == [2018]
    quoted = ask('"张平"负责什么专项？')
    assert quoted.total.passages == 2
    assert all("张平" in hit.passage.text for hit in quoted.hits)
    assert "quotes-weigh" not in codes(quoted)


def test_chinese_quotation_marks_in_a_question_only_weigh(ask: Ask) -> None:
    page = ask("“省长张平”是哪里人？")
    assert "局长张平" in page.hits[0].passage.text
    [weighs] = [hint for hint in page.hints if hint.code == "quotes-weigh"]
    assert "省长张平" in weighs.message
    assert weighs.suggestion == '"省长张平"是哪里人？'
    assert ask(weighs.suggestion).total.passages == 0
    assert codes(ask("“局长张平”")) == []


@pytest.mark.parametrize(
    "asked", ["张平 担任什么职务？", "张平\n担任什么职务 ？", "（张平担任什么职务？）", "张平担任什么职务？)"]
)
def test_blanks_line_breaks_and_brackets_make_no_keywords_of_a_question(ask: Ask, asked: str) -> None:
    plain = [hit.passage.id for hit in ask("张平担任什么职务？").hits]
    assert plain
    assert [hit.passage.id for hit in ask(asked, strict=False).hits] == plain


def test_a_filter_never_changes_what_answers_a_question(ask: Ask) -> None:
    text = "水库移民补助资金的领取数额是多少"
    every = {hit.passage.id: hit.score for hit in ask(text, limit=100).hits}
    for typed in (f"年份:2018 {text}", f"章节:主动公开 {text}"):
        narrowed = ask(typed, limit=100)
        assert {hit.passage.id: hit.score for hit in narrowed.hits}.items() <= every.items()
    chosen = ask(text, limit=100, filters=(("year", ("2018",)),))
    assert {hit.passage.id for hit in chosen.hits} == {id_ for id_ in every if "2018" in id_}


def test_counts_beside_a_relaxed_result_are_what_choosing_them_gives(ask: Ask) -> None:
    page = ask("水库移民补助资金的领取数额是多少")
    for facet in page.facets:
        for value in facet.values:
            chosen = ask(page.request.text, filters=((facet.field, (value.value,)),))
            assert chosen.total.passages == value.passages
            assert codes(chosen) == ["relaxed"]


def test_a_filter_that_leaves_nothing_of_a_complete_result_relaxes_nothing(ask: Ask) -> None:
    page = ask("防汛热线是哪一年开通的？", filters=(("type", ("table",)),))
    assert page.total.passages == 0
    assert "relaxed" not in codes(page)
    ways = {suggestion.message: suggestion.passages for suggestion in page.suggestions}
    assert ways["不限类型（当前：表格）"] == 2


def test_a_suggestion_counts_what_it_finds(ask: Ask) -> None:
    page = ask("张平职务")
    for suggestion in page.suggestions:
        assert (
            ask(suggestion.request.text, filters=suggestion.request.filters).total.passages
            == suggestion.passages
        )


def test_cursors_walk_a_relaxed_result_once(ask: Ask) -> None:
    text = "移民补助资金的领取数额是多少"
    whole = [hit.passage.id for hit in ask(text, limit=100).hits]
    assert len(whole) > 2
    page, walked = ask(text, limit=1), []
    while True:
        walked += [hit.passage.id for hit in page.hits]
        assert codes(page) == ["relaxed"]
        if not page.next:
            break
        page = ask(text, limit=1, cursor=page.next)
    assert walked == whole


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("哪一年开通12308热线？", True),
        ("領事保護熱線是何時開通的", True),
        ("有没有公布预算", True),
        ("Windows 95什么时候推出", True),
        ("领事保护", False),
        ("外交部 2014 领事保护是什么", True),
        ("领事保护\n热线怎么打", True),
        ("（如何申请公开？）", True),
        ("申请公开要交费吗（含复印）", True),
        ("可不可以查阅别人的档案", True),
        ("预算 OR 什么", False),
        ("-什么", False),
        ("“为什么”", False),
        ("几内亚", False),
    ],
)
def test_what_a_question_is(text: str, asks: bool) -> None:
    tree = read(text, lexicon_of(()), strict=False).tree
    assert (question_of(tree) is not None) is asks


def test_up_to_three_words_stand_as_they_are() -> None:
    for text in ("信息公开申请", "依申请公开答复期限", "", "的"):
        assert list(relax_keywords(read(text, lexicon_of(()), strict=False).tree)) == []


def test_exact_wording_suffices_where_nothing_else_of_a_question_is_found(ask: Ask) -> None:
    page = ask('"办公室设在人民路"出自谁的口中？')
    assert page.total.passages == 2
    assert page.hits[0].missing
    assert codes(page) == ["relaxed"]
