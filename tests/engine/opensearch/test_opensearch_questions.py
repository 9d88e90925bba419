"""Questions put to a cluster are scored as everywhere: without a server, by the counts that memory has."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pytest

pytest.importorskip("urllib3", reason="the extra 'opensearch' is not installed")

from hypothesis import given, settings

from report_search.engine.memory import MemorySnapshot
from report_search.engine.opensearch import page, questions
from report_search.engine.opensearch.mapping import prepare
from report_search.engine.opensearch.query_dsl import ALL, NONE, NOT_HEADINGS, Dsl, DslAlgebra
from report_search.engine.opensearch.questions import FetchedGains, QuestionAnswers
from report_search.engine.protocol import EngineRequest, Match, SortKey
from report_search.engine.question_scoring import StatisticsGains, question_scores
from report_search.passages import Passage
from report_search.query.algebra import measure
from report_search.query.ast import Question
from tests.engine.contract.given import apart
from tests.engine.corpus import passage, passages, phrase, question
from tests.engine.corpus import questions as random_questions
from tests.sampling import sampled

PASSAGES = [
    passage(0, "驻外使馆开通领事保护热线，领事保护热线全天有人接听"),
    passage(1, "领事馆开了会，讨论保护文物"),
    passage(2, "公布规范性文件七件", report=2),
    passage(3, "热线", report=2),
]


class Index:
    """What an index says of passages: its counts are those of memory, and it scores each one as it is told."""

    def __init__(self, held: Sequence[Passage], asked: Question, *, best: float = 1.0) -> None:
        self.held, self.best = held, best
        self.statistics = MemorySnapshot(tuple(held))._statistics
        self.asked = asked
        self.sent: list[Dsl] = []
        self.fetched: set[str] = set()

    def search(self, body: Dsl) -> Any:
        self.sent.append(body)
        if "aggs" in body:
            lengths = {
                "characters": self.statistics.text_lengths()[0],
                "words": self.statistics.word_lengths()[0],
            }
            return {"aggregations": {name: {"value": float(sum(found))} for name, found in lengths.items()}}
        return {"hits": {"max_score": self.best or None, "hits": []}}

    def passages(self, query: Dsl) -> Iterator[tuple[str, Passage]]:
        self.sent.append(query)
        # What is asked for apart from the rest is something else: the first query has all.
        found = [one for one in self.held if one.id not in self.fetched]
        self.fetched.update(one.id for one in found)
        return iter([(one.id, one) for one in found])


class Leaves:
    """The counts of an index, and wordings as queries that nobody looks into."""

    def __init__(self, index: Index) -> None:
        self.statistics = index.statistics

    def containing(self, needle: Any, where: str) -> Dsl:
        return {"term": {f"{where}stream": needle.text}}

    def context(self, term: Any) -> Dsl:
        return {"term": {"above_stream": term.text}}

    def positional(self, tree: Any) -> Dsl:
        return {"term": {"positional": repr(tree)}}

    def number_beside(self, wanted: Any) -> Dsl:
        return {"term": {"number": repr(wanted)}}

    def of_reports(self, found: Dsl) -> Dsl:
        return {"term": {"report": repr(found)}}

    def counts(self, queries: Mapping[Hashable, Dsl]) -> dict[Hashable, int]:
        found: dict[Hashable, int] = {}
        for key in queries:
            kind, token = key  # type: ignore[misc]  # all keys are pairs
            look_up: Any = {
                "word": lambda token: self.statistics.words(token)[0],
                "pair": lambda token: self.statistics.pairs(token)[0],
                "character": lambda token: self.statistics.characters(token)[0],
                "above": self.statistics.in_context,
            }[kind]
            found[key] = len(look_up(token))
        return found


def answers_of(asked: Question, index: Index, among: Dsl = ALL) -> questions.Answers:
    reader: Any = index
    leaves: Any = Leaves(index)
    found = QuestionAnswers(reader, leaves, passages=len(index.held), scale=2.2)
    return found.of(asked, among)


@settings(max_examples=sampled(100), deadline=None)
@given(passages(), random_questions)
def test_fetched_passages_score_to_the_last_bit_as_in_memory(held: list[Passage], asked: Question) -> None:
    # Whether headings take part is a matter of the queries, which are not looked into here.
    held = [one for one in apart([held])[0] if not one.is_heading]
    index = Index(held, asked)
    wanted = question_scores(asked, StatisticsGains(index.statistics)).tolist()
    found = answers_of(asked, index)
    assert found.scores == {one.id: score for one, score in zip(held, wanted, strict=True)}
    views = MemorySnapshot(tuple(held)).views_for(asked)
    if not asked.demanded:
        assert found.answering == {one.id for one, seen in zip(held, views, strict=True) if seen.answers}


def test_a_few_fetched_passages_score_as_all_of_them_would() -> None:
    asked = question(["领事保护", "热线"], [])
    index = Index(PASSAGES, asked)
    counts = Leaves(index).counts(dict.fromkeys(_keys(asked), ALL))
    averages = index.statistics.text_lengths()[1], index.statistics.word_lengths()[1]
    few = FetchedGains([PASSAGES[3], PASSAGES[0]], counts, passages=len(PASSAGES), averages=averages)
    every = question_scores(asked, StatisticsGains(index.statistics))
    assert question_scores(asked, few).tolist() == [every[3], every[0]]


def _keys(asked: Question) -> list[Hashable]:
    return [*questions._tokens(asked), *(("above", term) for term in asked.terms)]


def test_only_what_may_be_near_the_best_is_fetched() -> None:
    asked = question(["领事保护", "热线"], [])
    index = Index(PASSAGES, asked, best=40.0)
    assert PASSAGES[0].id in answers_of(asked, index).answering
    [fetched] = [sent for sent in index.sent if "size" not in sent]
    near_best, complete = fetched["bool"]["should"]
    assert near_best["function_score"]["min_score"] == pytest.approx(0.5 * 0.3 * 40.0)
    assert complete not in (ALL, NONE)


def test_where_nothing_scores_what_is_demanded_answers() -> None:
    asked = question(["补助"], [phrase("热线")])
    assert answers_of(asked, Index(PASSAGES[3:], asked, best=0.0)).answering == {PASSAGES[3].id}
    nothing = question(["补助"], [])
    found = answers_of(nothing, Index(PASSAGES, nothing, best=0.0))
    assert found.answering == frozenset()
    assert found.query() == NONE


def test_answers_are_kept_apart_by_whether_headings_take_part() -> None:
    asked = question(["领事保护", "热线"], [])
    index = Index(PASSAGES, asked)
    reader: Any = index
    leaves: Any = Leaves(index)
    answers = QuestionAnswers(reader, leaves, passages=len(PASSAGES), scale=2.2)
    algebra = DslAlgebra(leaves, answers.query)
    with_headings, without = (measure(asked, algebra, headings=takes_part) for takes_part in (True, False))
    assert (with_headings, without) == (ALL, NOT_HEADINGS)
    first = answers.of(asked, with_headings)
    assert answers.of(asked, without) is not first
    assert answers.of(asked, with_headings) is first
    complete = next(sent for sent in index.sent[::-1] if "size" not in sent)["bool"]["should"][1]
    assert NOT_HEADINGS in complete["bool"]["filter"]


def test_a_document_has_what_questions_count() -> None:
    class Cutter:
        def search_words(self, text: str) -> list[str]:
            return [text[:2], text[2:]]

    import json

    document = json.loads(prepare(passage(0, "申请 十三件"), Cutter()))  # type: ignore[arg-type]
    assert (document["characters"], document["words"]) == (5, 2)
    assert set(document["base_char"].split()) == set("申请十三件"), "and nothing of the reading 13件"
    assert set(document["char"].split()) == set("申请十三件13")


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("relevance", ["b", "c", "a", "d"]),
        ("newest", ["a", "b", "c", "d"]),
        ("oldest", ["d", "c", "b", "a"]),
    ],
)
def test_answers_go_on_after_a_cursor(sort: Any, order: list[str]) -> None:
    keys = {
        name: SortKey(complete, score, year, "", name, 0, tier)
        for name, complete, score, year, tier in (
            ("a", True, 1.0, 2020, 0),
            ("b", False, 2.0, 2019, 0),
            ("c", True, 2.0, 2018, 0),
            ("d", True, 3.0, 2017, 1),
        )
    }
    by_date = list(keys) if sort != "oldest" else list(keys)[::-1]
    hits = [Match(name, keys[name].score, keys[name]) for name in by_date]
    everything = EngineRequest(question(["甲"], []), sort=sort)
    assert [hit.id for hit in page.answers_after(hits, everything)] == order
    behind_first = EngineRequest(question(["甲"], []), sort=sort, after=keys[order[0]])
    assert [hit.id for hit in page.answers_after(hits, behind_first)] == order[1:]
