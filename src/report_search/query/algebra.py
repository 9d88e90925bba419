"""The meaning of a query tree over whole sets of passages, written once for every engine that computes with sets.

``query.evaluate`` asks one passage at a time whether a tree holds. Here the same table of meanings is computed for
all passages at once: each node gives three *sets*, and an ``Algebra`` says what a set is (an array of booleans, an
OpenSearch query) and how sets are combined. The rule: nothing here decides what a leaf matches, and nothing here is
shared with ``query.evaluate``, against which the engines are tested.

For ``-护照 领保 OR 旅行`` an algebra is asked, from the leaves up: the passages whose text contains 护照, their
complement, those whose text or context contains 领保, and so on, then ``any_of`` and ``all_of`` of these sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from report_search import deadline
from report_search.analysis.fold import FoldedText
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    HasNumber,
    IncludeHeadings,
    InField,
    InReport,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Question,
    Term,
    Within,
    children,
    map_children,
)

T = TypeVar("T")


class Algebra(Protocol[T]):
    """Sets of passages of type ``T``: how they are combined, and what a leaf of a tree selects."""

    def everything(self) -> T:
        """All passages."""
        ...

    def nothing(self) -> T:
        """No passage."""
        ...

    def all_of(self, sets: Sequence[T]) -> T:
        """The passages in every one of ``sets``; all passages if there is no set."""
        ...

    def any_of(self, sets: Sequence[T]) -> T:
        """The passages in at least one of ``sets``."""
        ...

    def at_least(self, count: int, sets: Sequence[T]) -> T:
        """The passages in ``count`` or more of ``sets``."""
        ...

    def negate(self, found: T) -> T:
        """The passages not in ``found``."""
        ...

    def text_contains(self, needle: FoldedText) -> T:
        """The passages whose own text contains ``needle``."""
        ...

    def context_contains(self, needle: FoldedText) -> T:
        """The passages whose context contains ``needle``."""
        ...

    def by_position(self, node: Pattern | Near | Within) -> T:
        """The passages for which a node holds that compares positions in the text."""
        ...

    def with_number(self, node: HasNumber) -> T:
        """The passages that have the number that a node asks for."""
        ...

    def of_reports(self, found: T) -> T:
        """All passages of the reports that have one of ``found``."""
        ...

    def answering(self, question: Question, among: T) -> T:
        """The passages that score well enough for a question, by the best score that any passage of ``among`` has."""
        ...

    def having(self, field: str, values: Sequence[str]) -> T:
        """The passages with one of ``values`` in ``field``."""
        ...

    def year_between(self, low: int | None, high: int | None) -> T:
        """The passages with a year of ``low`` … ``high``, both included; None leaves that side open."""
        ...


class Scope(NamedTuple):
    """How a node is asked: whether headings take part in the whole query, and whether words of the context count."""

    headings: bool
    with_context: bool = True


class Outcome(NamedTuple, Generic[T]):
    """The passages for which a node holds, for which it holds in text, for which it holds as filter only.

    The last two are parts of the first; what is in neither needs a word of the context.
    """

    holds: T
    in_text: T
    filter_only: T


class Hits(NamedTuple, Generic[T]):
    """All hits of a tree, and those of them that lack none of its words."""

    every: T
    complete: T


def find_hits(tree: Query, algebra: Algebra[T]) -> Hits[T]:
    """The hits of ``tree``."""
    every = _hits(tree, algebra)
    strict = require_all(tree)
    return Hits(every, every if strict == tree else _hits(strict, algebra))


def asks_headings(tree: Query) -> bool:
    """Whether headings take part: somewhere outside of a Not is exact wording, or an IncludeHeadings."""
    if isinstance(tree, Phrase | Pattern | Near | Within | IncludeHeadings):
        return True
    return not isinstance(tree, Not) and any(map(asks_headings, children(tree)))


def require_all(tree: Query) -> Query:
    """The tree whose hits are the complete ones: every AtLeast, if not under a Not, asks for all its children."""
    match tree:
        case AtLeast(_, below):
            return And(tuple(map(require_all, below)))
        case Question(terms, _, demanded):
            return And((*map(require_all, demanded), *terms))
        case Not():
            return tree
        case _:
            return map_children(tree, require_all)


def interpret(tree: Query, algebra: Algebra[T], *, scope: Scope | None = None) -> Outcome[T]:
    """What ``tree`` says of all passages; without ``scope`` as a whole query says it."""
    deadline.check()
    scope = scope or Scope(headings=asks_headings(tree))
    match tree:
        case And(below) | Or(below) | AtLeast(_, below):
            outcomes = [interpret(child, algebra, scope=scope) for child in below]
            return _combine(tree, outcomes, algebra)
        case Term():
            return _term(tree, algebra, with_context=scope.with_context)
        case Phrase():
            return _text_only(algebra.text_contains(tree.folded), algebra)
        case Pattern() | Near() | Within():
            return _text_only(algebra.by_position(tree), algebra)
        case Question():
            return _question(tree, algebra, scope=scope)
        case Not(child):
            # A heading that names 外交部 must not exclude the passages below it from -外交部.
            found = interpret(child, algebra, scope=scope._replace(with_context=False))
            return _filter_only(algebra.negate(found.holds), algebra)
        case IncludeHeadings(child):
            return interpret(child, algebra, scope=scope)
        case HasNumber():
            return _text_only(algebra.with_number(tree), algebra)
        case InField() | Between() | InReport() | Everything():
            return _filter_only(_passing(tree, algebra, scope=scope), algebra)


def _passing(tree: InField | Between | InReport | Everything, algebra: Algebra[T], *, scope: Scope) -> T:
    match tree:
        case InField(field, values):
            return algebra.having(field, values)
        case Between(_, low, high):
            return algebra.year_between(low, high)
        case InReport(child):
            return _whole_reports(child, algebra, scope=scope._replace(with_context=True))
        case Everything():
            return algebra.everything()


def _whole_reports(tree: Query, algebra: Algebra[T], *, scope: Scope) -> T:
    """The passages of the reports for which ``tree`` holds: a Not excludes by words of the context here too."""
    match tree:
        case And(children) | Or(children) | AtLeast(_, children):
            return _enough(tree, [_whole_reports(child, algebra, scope=scope) for child in children], algebra)
        case Not(child):
            return algebra.negate(_whole_reports(child, algebra, scope=scope))
        case _:
            return algebra.of_reports(interpret(tree, algebra, scope=scope).holds)


def _hits(tree: Query, algebra: Algebra[T], *, headings: bool | None = None) -> T:
    """The hits of ``tree``, headings among them if it, or the query that it is a part of, asks for ``headings``."""
    headings = asks_headings(tree) if headings is None else headings
    found = interpret(tree, algebra, scope=Scope(headings=headings))
    hits = algebra.any_of([found.in_text, found.filter_only])
    if headings:
        return hits
    return algebra.all_of([hits, algebra.negate(algebra.having("type", ("heading",)))])


def measure(question: Question, algebra: Algebra[T], *, headings: bool) -> T:
    """The passages whose best score is the measure of a question: those that have what it demands.

    Headings are among them only if they take part in the query that the question is in.
    """
    return _hits(And(question.demanded), algebra, headings=headings)


def _term(term: Term, algebra: Algebra[T], *, with_context: bool) -> Outcome[T]:
    needles = (term.folded, *term.synonyms)
    in_text = algebra.any_of([algebra.text_contains(needle) for needle in needles])
    if not with_context:
        return _text_only(in_text, algebra)
    in_context = algebra.any_of([algebra.context_contains(needle) for needle in needles])
    return Outcome(algebra.any_of([in_text, in_context]), in_text, algebra.nothing())


def _question(question: Question, algebra: Algebra[T], *, scope: Scope) -> Outcome[T]:
    # The measure is taken with the context, wherever the question stands: it belongs to the whole generation.
    answering = algebra.answering(question, measure(question, algebra, headings=scope.headings))
    whole = interpret(And((*question.demanded, *question.terms)), algebra, scope=scope)
    return Outcome(
        holds=algebra.any_of([answering, whole.holds]),
        in_text=algebra.any_of([answering, whole.in_text]),
        filter_only=algebra.nothing(),
    )


def _text_only(found: T, algebra: Algebra[T]) -> Outcome[T]:
    return Outcome(holds=found, in_text=found, filter_only=algebra.nothing())


def _filter_only(found: T, algebra: Algebra[T]) -> Outcome[T]:
    return Outcome(holds=found, in_text=algebra.nothing(), filter_only=found)


def _combine(tree: And | Or | AtLeast, outcomes: Sequence[Outcome[T]], algebra: Algebra[T]) -> Outcome[T]:
    holds = _enough(tree, [outcome.holds for outcome in outcomes], algebra)
    in_text = algebra.any_of([outcome.in_text for outcome in outcomes])
    if not isinstance(tree, Or):
        # One child in the text makes an Or hold, but And and AtLeast may still lack another child.
        in_text = algebra.all_of([holds, in_text])
    return Outcome(holds, in_text, _enough(tree, [outcome.filter_only for outcome in outcomes], algebra))


def _enough(tree: And | Or | AtLeast, sets: Sequence[T], algebra: Algebra[T]) -> T:
    """The passages in as many of ``sets`` as the node needs."""
    match tree:
        case And():
            return algebra.all_of(sets)
        case Or():
            return algebra.any_of(sets)
        case AtLeast(count, _):
            return algebra.at_least(count, sets)
