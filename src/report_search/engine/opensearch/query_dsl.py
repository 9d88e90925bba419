"""Query trees as OpenSearch queries: ``query.algebra`` with a query in the server's DSL for each set of passages.

Everything here is plain data; which passages a leaf selects, ``LeafQueries`` knows. The rule: a query made here
matches exactly the passages for which the tree holds, and it is simplified as it is made: ``match_all`` and
``match_none`` never remain inside another query.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Protocol

from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import candidate_grams
from report_search.engine import scoring
from report_search.engine.opensearch import token_stream
from report_search.engine.opensearch.mapping import CONTEXT, IN_CELL, NUMBER, PERCENT, TEXT
from report_search.engine.protocol import PassageSet
from report_search.fields import NO_YEAR
from report_search.query.ast import HasNumber, Near, NumberRange, Pattern, Query, Question, Within

Dsl = dict[str, Any]
ALL: Dsl = {"match_all": {}}
NONE: Dsl = {"match_none": {}}
NOT_HEADINGS: Dsl = {"bool": {"must_not": [{"terms": {"type": ["heading"]}}]}}
MOST_TERMS = 50_000
"""So many values stand in one clause; servers refuse more than 65,536."""
MOST_CLAUSES = 200
"""So many clauses are scored at most, the first of a query; servers refuse more than about a thousand."""


class LeafQueries(Protocol):
    """The passages that each kind of leaf selects, as queries."""

    def containing(self, needle: FoldedText, where: str) -> Dsl:
        """The passages whose text or context (``where``) contains ``needle``."""
        ...

    def positional(self, tree: Pattern | Near | Within) -> Dsl:
        """The passages for which a node holds that compares positions in the text."""
        ...

    def number_beside(self, wanted: HasNumber) -> Dsl:
        """The paragraphs with a number in one sentence with what it has to stand beside."""
        ...

    def of_reports(self, found: Dsl) -> Dsl:
        """All passages of the reports that have a passage of ``found``."""
        ...


class DslAlgebra:
    """Sets of passages as queries; ``leaves`` know what a wording selects in one index, ``answering`` what answers."""

    def __init__(self, leaves: LeafQueries, answering: Callable[[Question, Dsl], Dsl]) -> None:
        self._leaves, self._answering = leaves, answering

    def everything(self) -> Dsl:
        return ALL

    def nothing(self) -> Dsl:
        return NONE

    def all_of(self, sets: Sequence[Dsl]) -> Dsl:
        return all_of(sets)

    def any_of(self, sets: Sequence[Dsl]) -> Dsl:
        return any_of(sets)

    def at_least(self, count: int, sets: Sequence[Dsl]) -> Dsl:
        return at_least(count, sets)

    def negate(self, found: Dsl) -> Dsl:
        return none_of(found)

    def text_contains(self, needle: FoldedText) -> Dsl:
        return self._leaves.containing(needle, TEXT)

    def context_contains(self, needle: FoldedText) -> Dsl:
        return self._leaves.containing(needle, CONTEXT)

    def by_position(self, node: Pattern | Near | Within) -> Dsl:
        return self._leaves.positional(node)

    def with_number(self, node: HasNumber) -> Dsl:
        in_sentence = self._leaves.number_beside(node) if node.beside else number(node.range)
        return any_of([number(node.range, prefix=IN_CELL), in_sentence])

    def of_reports(self, found: Dsl) -> Dsl:
        # Reports are made of passages, so all have one of all passages.
        return found if found in (ALL, NONE) else self._leaves.of_reports(found)

    def answering(self, question: Question, among: Dsl) -> Dsl:
        return self._answering(question, among)

    def having(self, field: str, values: Sequence[str]) -> Dsl:
        return {"terms": {field: list(values)}}

    def year_between(self, low: int | None, high: int | None) -> Dsl:
        # A report without a year has the year_number 0, which an open lower bound would let in.
        known = none_of({"term": {"year": NO_YEAR}})
        bounds = {name: bound for name, bound in (("gte", low), ("lte", high)) if bound is not None}
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


def among(wanted: PassageSet) -> Dsl:
    """A set of passages."""
    reports = sorted(wanted.reports)
    batches = [reports[start : start + MOST_TERMS] for start in range(0, len(reports), MOST_TERMS)]
    of_reports = any_of({"terms": {"report": batch}} for batch in batches)
    return any_of([all_of([of_reports, none_of(_with_ids(wanted.but))]), _with_ids(wanted.passages)])


def _with_ids(passage_ids: Collection[str]) -> Dsl:
    return {"ids": {"values": sorted(passage_ids)}} if passage_ids else NONE


def none_of(query: Dsl) -> Dsl:
    """What ``query`` has not."""
    if query in (ALL, NONE):
        return NONE if query == ALL else ALL
    return {"bool": {"must_not": [query]}}


def number(wanted: NumberRange, *, prefix: str = "") -> Dsl:
    """The passages with a number in a range, in any sentence, or in a value cell with the ``prefix`` of those."""
    field = prefix + (PERCENT if wanted.is_percent else NUMBER)
    first, last = ("gte" if wanted.includes[0] else "gt"), ("lte" if wanted.includes[1] else "lt")
    bounds = {name: bound for name, bound in ((first, wanted.low), (last, wanted.high)) if bound is not None}
    # Of several numbers of a passage, one clause is met by one of them: both bounds have to be in it.
    return {"range": {field: bounds}} if bounds else {"exists": {"field": field}}


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
    clauses = [
        weighted("word", token_stream.word_token(word), weight=scale * scoring.WORD) for word in plan.words
    ]
    clauses += [
        weighted("pair", token_stream.pair_token(p), weight=scale * weight) for p, weight in plan.pairs
    ]
    clauses += [
        {"constant_score": {"filter": query, "boost": gain}}
        for query, gain in worth
        if query != NONE and gain > 0
    ]
    return by_section({"bool": {"filter": [found], "should": clauses[:MOST_CLAUSES]}})


def by_section(query: Dsl) -> Dsl:
    """A query with its scores multiplied by the weights of sections."""
    functions = [
        {"filter": {"term": {"section": section}}, "weight": weight}
        for section, weight in scoring.SECTIONS.items()
    ]
    return {"function_score": {"query": query, "functions": functions, "boost_mode": "multiply"}}


def weighted(field: str, token: str, *, weight: float) -> Dsl:
    """A token of a field, scored by the server's BM25 times ``weight``."""
    return {"term": {field: {"value": token, "boost": weight}}}
