"""Topics: the words that give one, those that only look like it, and an editor's errors in the list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from report_search.analysis.fold import fold
from report_search.analysis.matching import occurs_in
from report_search.errors import OperatorError
from report_search.model import Cell, Paragraph, Report, Row, Section, Source, Table
from report_search.passages import passages_of
from report_search.taxonomy import topics

HERE = Path(__file__).resolve().parent


def keys(text: str) -> dict[str, tuple[str, ...]]:
    return {reason.key: reason.because for reason in topics.reasons(text)}


def test_a_passage_says_which_printed_words_gave_its_topic() -> None:
    found = keys("开通“领事直通车”微信，提供领事保护与服务，介绍领 保 工作，加強領事保護。")
    assert any("领事保护" in word for word in found["consular-protection"])
    assert "領事保護" in found["consular-protection"]
    assert "领 保" in found["consular-protection"], "as printed, blanks and all"
    assert keys("本条与任何主题无关。") == {}


def test_every_listed_word_gives_its_topic() -> None:
    for topic in topics.topics():
        for term in topic.terms:
            assert topic.key in keys(f"甲：{term.listed.replace('*', '涉外')}：乙"), (topic.key, term.listed)


def test_the_filter_by_grams_loses_no_topic() -> None:
    texts = [
        f"甲{term.listed[:-1]}乙{term.listed}，{other.terms[0].listed}"
        for topic in topics.topics()
        for term in topic.terms
        if not term.is_short
        for other in topics.topics()[:3]
    ]
    for text in texts:
        folded = fold(text)
        slow = {
            topic.key
            for topic in topics.topics()
            if any(occurs_in(term.parts[0], folded) for term in topic.terms if len(term.parts[0].text) > 3)
            and not (topic.exclusions or topic.conditions)
        }
        assert slow <= set(keys(text))


def test_a_term_inside_an_exclusion_does_not_count() -> None:
    [topic] = topics.parse(
        '[[topic]]\nkey = "fire"\nlabel = "消防"\nterms = ["消防"]\nexclusions = ["消防栓"]\n'
    )
    assert [exclusion.listed for exclusion in topic.exclusions] == ["消防栓"]
    folded = fold("消防栓旁的消防车")
    assert topics._printed_words(topic, folded, topics.grams(folded)) == ("消防",)
    folded = fold("只有消防栓")
    assert topics._printed_words(topic, folded, topics.grams(folded)) == ()


def printed(listed: str, text: str) -> tuple[str, ...]:
    """The words of ``text`` that give it the one topic of a list."""
    [topic] = topics.parse(f'[[topic]]\nkey = "a"\nlabel = "甲"\n{listed}')
    folded = fold(text)
    return topics._printed_words(topic, folded, topics.grams(folded))


@pytest.mark.parametrize(
    ("term", "text", "because"),
    [
        ("法规", "依法规范流程", ()),
        ("法规", "地方性法规草案", ("法规",)),
        ("应诉", "及时回应诉求", ()),
        ("应诉", "負責人出庭應訴", ("應訴",)),
        ("发言人", "新闻发言人到会", ("发言人",)),
        ("中标", "别具匠心、竞赛中标新立异", ()),
        ("中标", "公布中标结果", ("中标",)),
        ("政府采购", "某政府采购了粮食", ("政府采购",)),
    ],
)
def test_a_short_term_has_to_be_there_as_a_word(term: str, text: str, because: tuple[str, ...]) -> None:
    assert printed(f'terms = ["{term}"]\n', text) == because


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("处置突发事件", ("突发事件",)),
        ("处置突发涉外事件和突發性環境汙染事件", ("突发涉外事件", "突發性環境汙染事件")),
        ("突发故障，不是事件", ()),
        ("突发一二三四五六七事件", ()),
        ("事件突发", ()),
    ],
)
def test_a_star_stands_for_some_characters_of_one_clause(text: str, because: tuple[str, ...]) -> None:
    assert printed('terms = ["突发*事件"]\n', text) == because


def test_a_term_does_not_count_in_a_sentence_that_says_something_else() -> None:
    listed = 'terms = ["办法", "培训"]\n[[topic.unless]]\nterms = ["办法"]\nsaid = ["未*收费"]\n'
    assert printed(listed, "按办法，今年未曾收费。") == ()
    assert printed(listed, "按办法办理。今年未收费。") == ("办法",)
    assert printed(listed, "按办法开展培训，今年未收费。") == ("培训",)
    whole = 'terms = ["办法", "培训"]\n[[topic.unless]]\nsaid = ["收费"]\n'
    assert printed(whole, "按办法开展培训，没有收费；另订办法") == ("办法",)


def test_paragraphs_that_were_labelled_by_hand() -> None:
    """Each kind of topic with paragraphs that have it and such as only look like it."""
    lines = (HERE / "labelled.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [(case["text"], set(case["topics"])) for case in map(json.loads, lines)]
    given = [(wanted, set(keys(text))) for text, wanted in labelled]
    right = sum(len(wanted & found) for wanted, found in given)
    f1 = 2 * right / sum(len(wanted) + len(found) for wanted, found in given)
    assert len(labelled) >= 110
    assert {key for wanted, _ in given for key in wanted} == set(topics.labels())
    assert sum(not wanted for wanted, _ in given) >= 30
    assert f1 >= 0.97, [text for text, wanted in labelled if set(keys(text)) != wanted]


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ('terms = ["甲"]\nexclusions = [" "]\n', "exclusions"),
        ('terms = ["突发*"]\n', "突发*"),
        ('terms = ["甲"]\nabbreviations = ["\\u200b "]\n', "abbreviations"),
        ('terms = ["甲"]\nexclusion = ["乙"]\n', "exclusion"),
        ('terms = ["甲"]\n[[topic.unless]]\nterms = ["乙"]\nsaid = ["丙"]\n', "乙"),
        ('terms = ["甲"]\n[[topic.unless]]\nterms = ["甲"]\n', "said"),
    ],
)
def test_an_error_in_a_topic_names_the_place(listed: str, said: str) -> None:
    with pytest.raises(OperatorError) as error:
        topics.parse(f'[[topic]]\nkey = "fire"\nlabel = "消防"\n{listed}')
    assert said in error.value.message
    assert "fire" in error.value.message


def test_rows_of_official_tables_get_no_topic() -> None:
    def table(form: str) -> Table:
        head = Row((Cell("信息内容", 0, is_header=True), Cell("数量", 1, is_header=True)), is_head=True)
        row = Row((Cell("行政许可", 0, is_header=True), Cell("3", 1, value=3)), headers=("行政许可",))
        return Table((head, row), form=form)

    blocks = (table("disclosure-2021"), table(""), Paragraph("办理行政许可三件。"))
    source = Source("a.txt", "", "0" * 64, "text")
    section = Section(
        "二", "主动公开", "proactive", subsections=(Section("（一）", "甲", "proactive", blocks),)
    )
    report = Report("x-2020", "某局", "x", 2020, "年报", "", source, (section,))
    assigned = topics.assign(report, passages_of(report))
    by_block = {(p.locator.block, p.locator.row): bool(p.topics) for p in assigned}
    assert by_block == {(0, -1): False, (0, 1): False, (1, -1): False, (1, 1): True, (2, None): True}


def test_labels_are_there_for_every_topic_in_order() -> None:
    assert list(topics.labels()) == [topic.key for topic in topics.topics()]
    assert topics.labels()["consular-protection"] == "领事保护与服务"


@pytest.mark.parametrize(
    "text",
    [
        "[[topic]\n",
        '[[topic]]\nkey = "a"\nlabel = "甲"\n',
        '[[topic]]\nlabel = "甲"\nterms = ["甲"]\n',
        '[[topic]]\nkey = "a"\nlabel = "甲"\nterms = [" "]\n',
        '[[topic]]\nkey = "a"\nlabel = "甲"\nterms = ["甲"]\n' * 2,
    ],
)
def test_an_error_in_the_list_is_reported_to_the_operator(text: str) -> None:
    with pytest.raises(OperatorError) as error:
        topics.parse(text)
    assert error.value.code == "topics-broken"
    assert error.value.hint
