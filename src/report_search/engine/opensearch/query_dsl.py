"""The meaning of a query tree as an OpenSearch query: ``query.evaluate`` node by node, for a server to compute.

Everything here is plain data; what a leaf says, its ``LeafQueries`` know. The rule: a query made here holds for just
the passages for which the tree holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import candidate_grams
from report_search.engine import scoring
from report_search.engine.opensearch import token_stream
from report_search.engine.opensearch.mapping import TEXT
from report_search.fields import NO_YEAR
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    IncludeContext,
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

Dsl = dict[str, Any]
ALL: Dsl = {"match_all": {}}
NONE: Dsl = {"match_none": {}}
MOST_CLAUSES = 200
"""So many clauses are scored at most, the first of a query; servers refuse more than about a thousand."""


class LeafQueries(Protocol):
    """What an engine says of a leaf of a tree."""

    def stands(self, needle: FoldedText, where: str) -> Dsl:
        """The passages in whose text or context (``where``) a needle stands."""
        ...

    def placed(self, tree: Pattern | Near | Within) -> Dsl:
        """The passages for which a node holds that asks for places in the text."""
        ...


class DslOutcome(NamedTuple):
    """The passages for which a node holds, holds by a word of their text, holds by no word at all."""

    holds: Dsl
    anchored: Dsl
    neutral: Dsl


def hits(tree: Query, leaves: LeafQueries) -> Dsl:
    """The passages that are hits."""
    found = _compiled(tree, leaves, context="above_")
    return any_of([found.anchored, found.neutral])


def _compiled(tree: Query, leaves: LeafQueries, *, context: str) -> DslOutcome:
    match tree:
        case And(children) | Or(children) | AtLeast(_, children):
            return _combined(tree, [_compiled(child, leaves, context=context) for child in children])
        case Term():
            own = _either(tree, leaves, TEXT)
            return DslOutcome(any_of([own, _either(tree, leaves, context)]) if context else own, own, NONE)
        case Phrase(_, folded):
            found = leaves.stands(folded, TEXT)
            return DslOutcome(found, found, NONE)
        case Pattern() | Near() | Within():
            found = leaves.placed(tree)
            return DslOutcome(found, found, NONE)
        case Not(child):
            return _neutral(none_of(_compiled(child, leaves, context="").holds))
        case IncludeContext(child):
            return _neutral(_compiled(child, leaves, context=context).holds)
        case InField(field, values):
            return _neutral({"terms": {field: list(values)}})
        case Between(_, low, high):
            return _neutral(_between(low, high))
        case Everything():
            return _neutral(ALL)


def _either(term: Term, leaves: LeafQueries, where: str) -> Dsl:
    return any_of(leaves.stands(needle, where) for needle in (term.folded, *term.synonyms))


def _neutral(found: Dsl) -> DslOutcome:
    return DslOutcome(found, NONE, found)


def _combined(tree: And | Or | AtLeast, outcomes: Sequence[DslOutcome]) -> DslOutcome:
    holds = _enough(tree, [outcome.holds for outcome in outcomes])
    neutral = _enough(tree, [outcome.neutral for outcome in outcomes])
    anchored = any_of(outcome.anchored for outcome in outcomes)
    alone = isinstance(tree, Or)
    return DslOutcome(holds, anchored if alone else all_of([holds, anchored]), neutral)


def _enough(tree: And | Or | AtLeast, queries: list[Dsl]) -> Dsl:
    match tree:
        case And():
            return all_of(queries)
        case Or():
            return any_of(queries)
        case AtLeast(count, _):
            return at_least(count, queries)


def _between(low: int | None, high: int | None) -> Dsl:
    bounds = {name: bound for name, bound in (("gte", low), ("lte", high)) if bound is not None}
    known = none_of({"term": {"year": NO_YEAR}})
    return all_of([known, {"range": {"year_number": bounds}}]) if bounds else known


def all_of(queries: Iterable[Dsl]) -> Dsl:
    """What every query has."""
    kept = [query for query in queries if query != ALL]
    if NONE in kept:
        return NONE
    return kept[0] if len(kept) == 1 else {"bool": {"filter": kept}} if kept else ALL


def any_of(queries: Iterable[Dsl]) -> Dsl:
    """What one of the queries has."""
    return at_least(1, list(queries))


def at_least(count: int, queries: Sequence[Dsl]) -> Dsl:
    """What ``count`` of the queries have."""
    count -= sum(query == ALL for query in queries)
    kept = [query for query in queries if query not in (ALL, NONE)]
    if count <= 0:
        return ALL
    if count > len(kept):
        return NONE
    if len(kept) == 1:
        return kept[0]
    return {"bool": {"should": kept, "minimum_should_match": count}}


def none_of(query: Dsl) -> Dsl:
    """What ``query`` has not."""
    if query in (ALL, NONE):
        return NONE if query == ALL else ALL
    return {"bool": {"must_not": [query]}}


def wording(symbols: Sequence[str], where: str) -> Dsl:
    """The passages in whose stream ``symbols`` stand side by side."""
    if len(symbols) == 1:
        return {"term": {where + "char": symbols[0]}}
    tokens = token_stream.phrase(symbols)
    if len(tokens) == 1:
        return {"term": {where + "stream": tokens[0]}}
    return {"match_phrase": {where + "stream": {"query": " ".join(tokens), "analyzer": "whitespace"}}}


def candidates(needle: FoldedText, where: str) -> Dsl:
    """The passages that have all pairs of characters of some reading of the needle, in any reading."""
    return any_of(all_of(_gram(gram, where) for gram in sorted(grams)) for grams in candidate_grams(needle))


def _gram(gram: str, where: str) -> Dsl:
    if len(gram) == 1:
        return {"term": {where + "char": token_stream.character_token(gram)}}
    token = token_stream.pair_token(gram)
    return any_of([{"term": {where + "pair": token}}, {"term": {where + "edge": token}}])


def near(one: str, two: str, *, gap: int) -> Dsl:
    """The passages in which two wordings stand with at most ``gap`` characters between, marks of numbers
    counted; NONE for single characters, whose places the stream does not tell."""
    if min(len(one), len(two)) < 2:
        return NONE
    parts = [
        {"match": {"query": " ".join(map(token_stream.pair_token, pairs)), "max_gaps": 0, "ordered": True}}
        for pairs in (list(map(str.__add__, text, text[1:])) for text in (one, two))
    ]
    return {"intervals": {"stream": {"all_of": {"intervals": parts, "max_gaps": gap + 1, "ordered": False}}}}


def scored(found: Dsl, tree: Query, *, scale: float, worth: Sequence[tuple[Dsl, float]]) -> Dsl:
    """``found`` with a score: the formula of ``engine.scoring``, by the server's own BM25.

    ``scale`` is what the server's BM25 lacks to be that formula's. ``worth`` are queries and what each is worth
    to the passages that it has.
    """
    plan = scoring.plan(tree)
    clauses = [_weighted("word", token_stream.word_token(word), scale * scoring.WORD) for word in plan.words]
    clauses += [_weighted("pair", token_stream.pair_token(p), scale * weight) for p, weight in plan.pairs]
    clauses += [
        {"constant_score": {"filter": query, "boost": gain}}
        for query, gain in worth
        if query != NONE and gain > 0
    ]
    functions = [
        {"filter": {"term": {"section": section}}, "weight": weight}
        for section, weight in scoring.SECTIONS.items()
    ]
    inner = {"bool": {"filter": [found], "should": clauses[:MOST_CLAUSES]}}
    return {"function_score": {"query": inner, "functions": functions, "boost_mode": "multiply"}}


def _weighted(field: str, token: str, weight: float) -> Dsl:
    return {"term": {field: {"value": token, "boost": weight}}}
