"""Topics: the words that give one, those that only look like it, and an editor's errors in the list."""

from __future__ import annotations

import pytest

from report_search.analysis.fold import fold
from report_search.analysis.matching import occurs_in
from report_search.errors import OperatorError
from report_search.model import Cell, Paragraph, Report, Row, Section, Source, Table
from report_search.passages import passages_of
from report_search.taxonomy import topics


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
            assert topic.key in keys(f"甲、{term.folded.original}、乙"), (topic.key, term.folded.original)


def test_the_filter_by_grams_loses_no_topic() -> None:
    texts = [
        f"甲{term.folded.original[:-1]}乙{term.folded.original}，{other.terms[0].folded.original}"
        for topic in topics.topics()
        for term in topic.terms
        for other in topics.topics()[:3]
    ]
    for text in texts:
        folded = fold(text)
        slow = {
            topic.key
            for topic in topics.topics()
            if any(occurs_in(term.folded, folded) for term in topic.terms) and not topic.exclusions
        }
        assert slow <= set(keys(text))


def test_a_term_inside_an_exclusion_does_not_count() -> None:
    [topic] = topics.parse(
        '[[topic]]\nkey = "fire"\nlabel = "消防"\nterms = ["消防"]\nexclusions = ["消防栓"]\n'
    )
    assert [e.folded.original for e in topic.exclusions] == ["消防栓"]
    folded = fold("消防栓旁的消防车")
    assert topics._printed_words(topic, folded, topics.grams(folded)) == ("消防",)
    folded = fold("只有消防栓")
    assert topics._printed_words(topic, folded, topics.grams(folded)) == ()


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
