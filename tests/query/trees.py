"""Short names for the nodes of expected trees, and trees read back from plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from report_search.analysis.fold import fold
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    HasNumber,
    IncludeHeadings,
    InField,
    InReport,
    Leaf,
    Near,
    Not,
    NumberRange,
    Or,
    Pattern,
    Phrase,
    Query,
    Question,
    Term,
    Within,
)
from report_search.query.interpret import Interpretation


class Strictly(Protocol):
    """Reads a query with the small lexicon; raises ``RequestError`` if it can't be taken as typed."""

    def __call__(self, text: str, *, expand: bool = True) -> Interpretation: ...


Leniently = Callable[[str], Interpretation]
"""Reads any query with the small lexicon."""


class Make:
    """Makes nodes; ``segment`` gives their ranking words."""

    def __init__(self, segment: Callable[[str], list[str]]) -> None:
        self._segment = segment

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(self._segment(fold(text).text))

    def term(self, text: str, *synonyms: str) -> Term:
        return Term(text, fold(text), self._words(text), tuple(map(fold, synonyms)))

    def phrase(self, text: str, *, cut_: bool = False) -> Phrase:
        """Exact wording; with ranking words if the query has other words as well (``cut_``)."""
        return Phrase(text, fold(text), self._words(text) if cut_ else ())

    def pattern(self, text: str, *parts: str, wildcards: str = "") -> Pattern:
        return Pattern(text, tuple(map(fold, parts)), wildcards=wildcards or "*" * (len(parts) - 1))

    def row(self, text: str) -> Or:
        """Exact wording with white space in it: as it stands, or over the borders of cells."""
        parts = tuple(map(fold, text.split()))
        return Or((self.phrase(text), Pattern(text, parts, wildcards=" " * (len(parts) - 1))))

    def near(self, left: Query, right: Query, distance: int) -> Near:
        return Near(left, right, distance)

    def within(self, *children: Query) -> Within:
        return Within(children)

    def both(self, *children: Query) -> And:
        return And(children)

    def either(self, *children: Query) -> Or:
        return Or(children)

    def at_least(self, count: int, *children: Query) -> AtLeast:
        return AtLeast(count, children)

    def not_(self, child: Query) -> Not:
        return Not(child)

    def field(self, name: str, *values: str) -> InField:
        return InField(name, values)

    def between(self, low: int | None, high: int | None) -> Between:
        return Between("year", low, high)

    def number(self, low: float | None, high: float | None, *beside: Leaf, **changes: Any) -> HasNumber:
        return HasNumber(NumberRange(low, high, **changes), beside)

    def in_report(self, child: Query) -> InReport:
        return InReport(child)

    everything = Everything()


def tree_of(data: Mapping[str, Any]) -> Query:
    """The tree that ``to_data`` made ``data`` of: equal to it only if nothing was lost on the way."""
    groups: dict[str, type[And] | type[Or] | type[Within]] = {"and": And, "or": Or, "within": Within}
    if data["node"] in groups:
        return groups[data["node"]](_children(data))
    match data["node"]:
        case "near":
            return Near(tree_of(data["left"]), tree_of(data["right"]), data["distance"])
        case "at-least":
            return AtLeast(data["count"], _children(data))
        case "question":
            terms = tuple(child for child in map(tree_of, data["terms"]) if isinstance(child, Term))
            return Question(terms, tuple(data["grams"]), tuple(map(tree_of, data["demanded"])))
        case "not":
            return Not(tree_of(data["child"]))
        case "include-headings":
            return IncludeHeadings(tree_of(data["child"]))
        case "in-report":
            return InReport(tree_of(data["child"]))
    return _childless(data)


def _children(data: Mapping[str, Any]) -> tuple[Query, ...]:
    return tuple(map(tree_of, data["children"]))


def _childless(data: Mapping[str, Any]) -> Query:
    match data["node"]:
        case "term":
            synonyms = tuple(map(fold, data["synonyms"]))
            return Term(data["text"], fold(data["text"]), tuple(data["words"]), synonyms)
        case "phrase":
            return Phrase(data["text"], fold(data["text"].replace("\t", " ")), tuple(data["words"]))
        case "pattern":
            parts = tuple(map(fold, data["parts"]))
            return Pattern(data["text"], parts, data["gap"], data["wildcards"])
        case "has-number":
            beside = tuple(leaf for leaf in map(tree_of, data["beside"]) if isinstance(leaf, Leaf))
            first, last = data["includes"]
            return HasNumber(NumberRange(data["low"], data["high"], (first, last), data["percent"]), beside)
        case "in-field":
            return InField(data["field"], tuple(data["values"]))
        case "between":
            return Between(data["field"], data["low"], data["high"])
        case "everything":
            return Everything()
    raise ValueError(f"no such node: {data['node']}")
