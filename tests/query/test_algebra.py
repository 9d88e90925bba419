"""The algebra of sets says the same as the reference evaluation, whatever a set is."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import occurs_in
from report_search.engine.memory import MemorySnapshot
from report_search.passages import Passage
from report_search.query.algebra import find_hits, interpret
from report_search.query.ast import (
    Between,
    HasNumber,
    Near,
    Not,
    Pattern,
    Query,
    Question,
    Within,
    children,
    leaves,
    map_children,
)
from report_search.query.evaluate import evaluate, is_complete, is_hit
from report_search.query.positions import holds
from tests.engine.corpus import passages, phrase, term, trees
from tests.sampling import sampled

Numbers = frozenset[int]


class NumberAlgebra:
    """Sets of passages as sets of their numbers in a list."""

    def __init__(self, found: Sequence[Passage], tree: Query) -> None:
        self.views = MemorySnapshot(tuple(found)).views_for(tree)
        self.reports = [passage.report for passage in found]

    def everything(self) -> Numbers:
        return frozenset(range(len(self.views)))

    def nothing(self) -> Numbers:
        return frozenset()

    def all_of(self, sets: Sequence[Numbers]) -> Numbers:
        return self.everything().intersection(*sets)

    def any_of(self, sets: Sequence[Numbers]) -> Numbers:
        return self.nothing().union(*sets)

    def at_least(self, count: int, sets: Sequence[Numbers]) -> Numbers:
        return frozenset(n for n in self.everything() if sum(n in found for found in sets) >= count)

    def negate(self, found: Numbers) -> Numbers:
        return self.everything() - found

    def text_contains(self, needle: FoldedText) -> Numbers:
        return frozenset(n for n, seen in enumerate(self.views) if occurs_in(needle, seen.text))

    def context_contains(self, needle: FoldedText) -> Numbers:
        return frozenset(n for n, seen in enumerate(self.views) if occurs_in(needle, seen.context))

    def by_position(self, node: Pattern | Near | Within) -> Numbers:
        return frozenset(n for n, seen in enumerate(self.views) if holds(node, seen.text))

    def with_number(self, node: HasNumber) -> Numbers:
        return frozenset(n for n, seen in enumerate(self.views) if evaluate(node, seen).holds)

    def of_reports(self, found: Numbers) -> Numbers:
        reports = {self.reports[n] for n in found}
        return frozenset(n for n, report in enumerate(self.reports) if report in reports)

    def answering(self, question: Question, among: Numbers) -> Numbers:
        answers = frozenset(n for n, seen in enumerate(self.views) if question in seen.answers)
        assert answers <= among
        return answers

    def having(self, field: str, values: Sequence[str]) -> Numbers:
        return frozenset(n for n, seen in enumerate(self.views) if seen.fields[field] & set(values))

    def year_between(self, low: int | None, high: int | None) -> Numbers:
        asked = Between("year", low, high)
        return frozenset(n for n, seen in enumerate(self.views) if evaluate(asked, seen).holds)


@settings(max_examples=sampled(300), deadline=None)
@given(passages(most=5), trees)
def test_sets_are_what_each_passage_says(found: list[Passage], tree: Query) -> None:
    algebra = NumberAlgebra(found, tree)
    outcome, hits = interpret(tree, algebra), find_hits(tree, algebra)
    for number, seen in enumerate(algebra.views):
        assert tuple(number in part for part in outcome) == tuple(evaluate(tree, seen))
        assert (number in hits.every) == is_hit(tree, seen)
        assert (number in hits.complete) == is_complete(tree, seen)


@given(trees)
def test_children_are_all_that_a_node_holds(tree: Query) -> None:
    kept: list[Query] = []

    def keep(child: Query) -> Query:
        kept.append(child)
        return child

    assert map_children(tree, keep) == tree
    assert tuple(kept) == children(tree)


@given(st.lists(trees, min_size=1, max_size=3))
def test_leaves_are_those_of_the_children(found: list[Query]) -> None:
    tree = Within(tuple(found))
    assert list(leaves(tree, negated=True)) == [
        leaf for child in found for leaf in leaves(child, negated=True)
    ]


def test_leaves_below_a_negation_are_asked_for() -> None:
    kept, excluded = term("领事保护"), phrase("公司")
    tree = Near(kept, Not(excluded), 5)
    assert list(leaves(tree, negated=True)) == [kept, excluded]
    assert list(leaves(tree, negated=False)) == [kept]
