"""What a tree says of a passage, node by node and in combination."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_search.analysis.fold import fold
from report_search.passages import Locator, Passage, TopicReason
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    InField,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
)
from report_search.query.evaluate import (
    View,
    evaluate,
    is_complete,
    is_hit,
    missing,
    spans,
    view,
)
from report_search.query.positions import sentences

TEXT = "加强领事保护。2019年协助公民，受理申请13件；答覆12件"


def term(text: str, *synonyms: str) -> Term:
    return Term(text, fold(text), synonyms=tuple(map(fold, synonyms)))


def phrase(text: str) -> Phrase:
    return Phrase(text, fold(text))


def pattern(text: str, gap: int = 10) -> Pattern:
    return Pattern(text, tuple(map(fold, text.split("*"))), gap)


def passage(text: str = TEXT, *, year: int | None = 2019) -> Passage:
    return Passage(
        id="waijiaobu-2019-00000000",
        report="waijiaobu-2019",
        type="paragraph",
        text=text,
        locator=Locator("waijiaobu-2019", (0,), 0),
        position=0,
        agency="外交部",
        agency_key="waijiaobu",
        year=year,
        published="2020-01-20",
        title="年度报告",
        section="overview",
        section_title="一、总体情况",
        headings=("一、总体情况",),
        topics=(TopicReason("consular", ("领事保护",)),),
    )


def seen(text: str = TEXT, context: str = "外交部\t2019年\t总体情况") -> View:
    return View(fold(text), fold(context), view(passage(text)).fields, 2019)


def marked(tree: Query, text: str) -> list[str]:
    return [text[start:end] for start, end in spans(tree, seen(text))]


def test_a_view_has_the_text_the_context_and_the_fields() -> None:
    found = view(passage())
    assert found.text == fold(TEXT)
    assert found.context == fold("一、总体情况\t年度报告\t外交部\t2019年")
    assert found.fields == {
        "year": frozenset(["2019"]),
        "section": frozenset(["overview"]),
        "topic": frozenset(["consular"]),
        "agency": frozenset(["外交部"]),
        "type": frozenset(["paragraph"]),
        "report": frozenset(["waijiaobu-2019"]),
    }
    assert view(passage(year=None)).fields["year"] == {"nd"}


IN_TEXT = [term("领事保护"), phrase("领事保护"), pattern("领*护"), Near(term("2019"), term("公民"), 5)]
FILTER_ONLY = [
    *(
        Everything(),
        InField("year", ("2018", "2019")),
        Between("year", 2014, None),
        Between("year", None, 2019),
    ),
    *(Not(term("没有")), Not(term("外交部")), Not(Not(term("领事保护"))), Not(InField("year", ("2018",)))),
]
NOTHING = [
    *(
        term("没有"),
        phrase("外交部"),
        phrase("领事公民"),
        pattern("领*没有"),
        Near(term("外交部"), term("领事"), 99),
    ),
    *(
        InField("year", ("2018",)),
        InField("color", ("red",)),
        Between("year", 2020, None),
        Not(term("领事保护")),
    ),
    *(phrase("3件"), term("1"), Not(Everything()), Within((term("领事保护"), term("公民")))),
]


@pytest.mark.parametrize("tree", IN_TEXT)
def test_a_word_of_the_text_holds_in_text(tree: Query) -> None:
    assert evaluate(tree, seen()) == (True, True, False)


@pytest.mark.parametrize("tree", FILTER_ONLY)
def test_fields_and_negations_hold_as_filter_only(tree: Query) -> None:
    assert evaluate(tree, seen()) == (True, False, True)


@pytest.mark.parametrize("tree", NOTHING)
def test_what_does_not_hold(tree: Query) -> None:
    assert evaluate(tree, seen()) == (False, False, False)


def test_a_word_of_the_context_holds_but_makes_no_hit() -> None:
    outside = term("外交部")
    assert evaluate(outside, seen()) == (True, False, False)
    assert not is_hit(outside, seen())
    assert is_hit(And((outside, term("2019"), term("领事保护"))), seen())
    assert not is_hit(And((outside, term("总体情况"))), seen())
    assert not is_hit(And((outside, InField("year", ("2019",)))), seen())
    assert not is_hit(Or((outside, InField("year", ("2018",)))), seen())
    assert is_hit(Or((outside, Everything())), seen())


def test_a_synonym_satisfies_a_word() -> None:
    assert is_hit(term("领保", "领事保护"), seen())
    assert marked(term("领保", "领事保护"), "领保和领事保护") == ["领保", "领事保护"]


def test_words_of_the_context_never_exclude() -> None:
    assert is_hit(And((term("领事保护"), Not(term("外交部")))), seen())
    assert not is_hit(And((term("领事保护"), Not(term("公民")))), seen())


def test_a_year_that_is_not_known_lies_nowhere() -> None:
    assert not is_hit(Between("year", None, None), view(passage(year=None)))
    assert is_hit(InField("year", ("nd",)), view(passage(year=None)))


def test_at_least_and_what_is_missing() -> None:
    tree = AtLeast(3, (term("领事保护"), term("外交部"), term("公民"), term("没有")))
    assert is_hit(tree, seen())
    assert not is_complete(tree, seen())
    assert missing(tree, seen()) == ["没有"]
    whole = AtLeast(2, (term("领事保护"), term("外交部"), term("公民")))
    assert is_complete(And((whole, Not(term("没有")))), seen())
    assert missing(whole, seen()) == []
    assert missing(And((tree, Or((tree, phrase("甲"))))), seen()) == ["没有"]
    assert not is_hit(AtLeast(2, (term("外交部"), term("总体情况"), term("没有"))), seen())


def test_words_inside_near_and_within_count_as_well() -> None:
    some = AtLeast(1, (term("公民"), term("没有")))
    for tree in (Near(some, term("2019"), 5), Within((some, term("2019")))):
        assert is_hit(tree, seen())
        assert not is_complete(tree, seen())
        assert missing(tree, seen()) == ["没有"]
        assert is_complete(Or((tree, term("领事保护"))), seen())


def test_a_pattern_bridges_no_punctuation_and_no_border() -> None:
    assert marked(pattern("领*护"), "领事保护") == ["领事保护"]
    assert marked(pattern("领*护", 1), "领事保护") == []
    assert marked(pattern("领*护", 2), "领事保护") == ["领事保护"]
    assert marked(pattern("领**护", 1), "领事保护") == ["领事保护"]
    assert marked(pattern("领*护"), "领事，保护") == marked(pattern("领*护"), "领事\t保护") == []
    assert marked(pattern("领*保"), "领保") == ["领保"]
    assert marked(pattern("*领事*"), "海外领事") == ["领事"]
    assert marked(pattern("甲*乙*丙"), "甲一乙二乙三丙甲乙丙") == ["甲一乙二乙三丙甲乙丙"]
    assert marked(pattern("*"), "领事") == []


def test_only_the_ends_of_a_pattern_may_not_lie_inside_a_number() -> None:
    assert marked(pattern("20*年"), "2019年、12019年") == ["2019年"]
    assert marked(pattern("第*9"), "第19、第190") == ["第19"]


def test_near_takes_either_order_and_marks_only_pairs_that_are_near() -> None:
    text = "领事甲乙保护，保护丙领事，领事一二三四五六"
    assert marked(Near(term("领事"), term("保护"), 1), text) == ["保护", "领事"]
    assert marked(Near(term("保护"), term("领事"), 2), text)[0] == "领事"
    assert not is_hit(Near(term("领事"), term("保护"), 99), seen("领事\t保护"))
    assert not is_hit(Near(term("领事"), term("领事保护"), 99), seen("领事保护"))
    assert not is_hit(Near(term("领事"), term("领事"), 99), seen("领事"))
    assert is_hit(Near(term("领事"), term("保护"), 0), seen("领 事\n保护"))


def test_near_of_several_words_reaches_from_the_first_to_the_nearest_others() -> None:
    text = "领事丙保护丁协助"
    assert is_hit(Near(And((term("领事"), term("保护"))), term("协助"), 1), seen(text))
    assert not is_hit(Near(And((term("领事"), term("没有"))), term("协助"), 9), seen(text))
    assert is_hit(Near(AtLeast(1, (term("没有"), term("保护"))), term("协助"), 1), seen(text))
    assert is_hit(Near(Or((term("没有"), term("领事"))), term("协助"), 4), seen(text))
    assert is_hit(Near(Near(term("领事"), term("保护"), 1), term("协助"), 1), seen(text))
    assert not is_hit(Near(Everything(), term("协助"), 9), seen(text))


def test_sentences_end_at_stops_borders_and_blank_lines() -> None:
    text = fold("甲。乙！丙？丁；戊;己\t庚\n辛\n\n壬\u2029癸。")
    found = [text.text[start:end] for start, end in sentences(text)]
    assert found == ["甲。", "乙!", "丙?", "丁;", "戊;", "己\t", "庚辛", "壬", "癸。"]
    assert sentences(fold("2014\n\n2015")) == [(0, 5), (5, 9)]
    assert sentences(fold("")) == []


def test_within_asks_for_one_sentence_and_marks_only_there() -> None:
    text = "领事。领事与保护。保护"
    assert marked(Within((term("领事"), term("保护"))), text) == ["领事", "保护"]
    assert spans(Within((term("领事"), term("保护"))), seen(text)) == [(3, 5), (6, 8)]
    assert marked(Within((term("领事"), Not(term("保护")))), text) == ["领事"]
    assert marked(Within((Or((term("没有"), term("与"))), term("保护"))), text) == ["与保护"]
    assert is_hit(Within((term("领事"), term("保护"))), seen("加强领事\n保护"))
    assert not is_hit(Within((term("外交部"), term("领事"))), seen())
    assert is_hit(Within((Near(term("领事"), term("保护"), 1), term("与"))), seen(text))


def test_spans_are_on_the_original_and_merged() -> None:
    text = "<b>领 事</b>保護&答覆"
    assert marked(Or((term("领事"), term("保护"), phrase("答复"))), text) == ["领 事", "保護", "答覆"]
    assert spans(Or((term("领事"), term("事保"), term("保护"))), seen("甲领事保护")) == [(1, 5)]
    assert spans(Or((term("领事"), term("保护"))), seen("领事保护")) == [(0, 4)]
    assert spans(And((term("领事"), Not(term("保护")))), seen("领事。保护")) == [(0, 2)]
    assert spans(Everything(), seen()) == []


LEAVES: list[Query] = [
    *(term("领事保护"), term("外交部"), term("没有"), phrase("公民"), phrase("外交部")),
    *(InField("year", ("2019",)), InField("year", ("2018",)), Everything()),
]
trees = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda found: And(tuple(found))),
        st.lists(inner, min_size=1, max_size=4).map(lambda found: Or(tuple(found))),
        st.lists(inner, min_size=1, max_size=4).flatmap(
            lambda found: st.integers(1, len(found)).map(lambda count: AtLeast(count, tuple(found)))
        ),
        inner.map(Not),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(trees)
def test_laws_of_the_outcomes(tree: Query) -> None:
    holds, in_text, filter_only = evaluate(tree, seen())
    assert holds or not (in_text or filter_only)
    assert evaluate(Not(tree), seen()).holds == (not evaluate(tree, seen(context="")).holds)
    assert evaluate(And((tree,)), seen()) == evaluate(Or((tree,)), seen()) == (holds, in_text, filter_only)
    assert evaluate(AtLeast(1, (tree,)), seen()) == (holds, in_text, filter_only)
    assert is_hit(tree, seen()) or not is_complete(tree, seen())
    if not in_text:
        assert is_hit(tree, seen()) == filter_only


@settings(max_examples=200, deadline=None)
@given(st.lists(trees, min_size=1, max_size=4))
def test_at_least_lies_between_or_and_and(children: list[Query]) -> None:
    found = tuple(children)
    for node, count in product((seen(), seen(context="")), range(1, len(found) + 1)):
        outcome = evaluate(AtLeast(count, found), node)
        every, some = evaluate(And(found), node), evaluate(Or(found), node)
        assert every.holds <= outcome.holds <= some.holds
        assert every.filter_only <= outcome.filter_only <= some.filter_only
        assert outcome.in_text <= some.in_text


def test_a_sentence_that_only_excludes_has_no_place_to_be_near_to() -> None:
    """A 同句(…) of nothing but negations holds everywhere and stands nowhere; nearness to it crashed."""
    tree = Near(term("领事"), Within((Not(term("公司")),)), 5)
    assert not is_hit(tree, view(passage("领事保护")))
