"""Trees as OpenSearch queries, asked of a reader in memory that understands the clauses used: no server is needed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec
import pytest

pytest.importorskip("urllib3", reason="the extra 'opensearch' is not installed")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_search.analysis.word_segmenter import query_segmenter
from report_search.engine.memory import MemorySnapshot
from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.opensearch.index_reader import IndexReader, PendingSearch
from report_search.engine.opensearch.leaf_queries import IndexLeaves
from report_search.engine.opensearch.mapping import mapping, prepare
from report_search.engine.opensearch.query_dsl import ALL, Dsl
from report_search.passages import Passage
from report_search.query.algebra import find_hits
from report_search.query.ast import And, HasNumber, InReport, Not, NumberRange, Query, Question
from report_search.query.evaluate import is_complete, is_hit
from tests.engine.contract.given import apart
from tests.engine.corpus import numbers, passage, passages, phrase, term, trees
from tests.sampling import sampled

_COMPARES = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


class ReaderInMemory:
    """What ``IndexReader`` gives to leaves, over documents as they would be sent; counts what was fetched."""

    def __init__(self, found: Sequence[Passage]) -> None:
        segmenter = query_segmenter()
        self.documents = [(one, msgspec.json.decode(prepare(one, segmenter))) for one in found]
        self.fetched = 0
        self.fields = mapping()["properties"]

    def matching(self, query: Dsl) -> list[Passage]:
        return [one for one, document in self.documents if self.matches(query, one.id, document)]

    def passages(self, query: Dsl) -> Iterator[tuple[str, Passage]]:
        for one in self.matching(query):
            self.fetched += 1
            yield one.id, one

    def contexts(self, query: Dsl) -> Iterator[Passage]:
        return iter({one.context: one for one in self.matching(query)}.values())

    def count(self, query: Dsl) -> int:
        return len(self.matching(query))

    def counts(self, queries: Mapping[Hashable, Dsl], *, among: Dsl = ALL) -> dict[Hashable, int]:
        return {key: self.count(query) for key, query in queries.items()}

    def run_all(self, searches: Sequence[PendingSearch]) -> None:
        for search in searches:
            kept = {one.id for one in self.matching(search.body["query"])}
            cells = Counter(document["cell"] for one, document in self.documents if one.id in kept)
            buckets = [{"key": key, "doc_count": count} for key, count in sorted(cells.items())]
            search.on_answer(
                {
                    "aggregations": {
                        "cells": {
                            "buckets": buckets,
                            "sum_other_doc_count": 0,
                            "doc_count_error_upper_bound": 0,
                        }
                    }
                }
            )

    def matches(self, query: Dsl, id_: str, document: Mapping[str, Any]) -> bool:
        ((kind, asked),) = query.items()
        match kind:
            case "match_all" | "match_none":
                return kind == "match_all"
            case "ids":
                return id_ in asked["values"]
            case "bool":
                return self._matches_bool(asked, id_, document)
            case "exists":
                return bool(self._values(document, asked["field"]))
            case _:
                ((field, wanted),) = asked.items()
                return self._matches_field(kind, wanted, self._values(document, field))

    def _matches_bool(self, asked: Mapping[str, Any], id_: str, document: Mapping[str, Any]) -> bool:
        should = sum(self.matches(part, id_, document) for part in asked.get("should", ()))
        return (
            all(self.matches(part, id_, document) for part in asked.get("filter", ()))
            and not any(self.matches(part, id_, document) for part in asked.get("must_not", ()))
            and should >= asked.get("minimum_should_match", 0)
        )

    @staticmethod
    def _matches_field(kind: str, wanted: Any, values: list[Any]) -> bool:
        if kind == "range":
            bounds = wanted.items()
            return any(all(_COMPARES[name](value, bound) for name, bound in bounds) for value in values)
        if kind == "match_phrase":
            asked = wanted["query"].split(" ")
            return any(values[at : at + len(asked)] == asked for at in range(len(values)))
        return not set(values).isdisjoint(wanted if kind == "terms" else [wanted])

    def _values(self, document: Mapping[str, Any], field: str) -> list[Any]:
        value = document.get(field, [])
        if self.fields[field]["type"] == "text":
            return re.findall(r"\S+", value)
        return value if isinstance(value, list) else [value]


def leaves_of(reader: ReaderInMemory) -> IndexLeaves:
    return IndexLeaves(cast(IndexReader, reader))


def algebra_of(reader: ReaderInMemory) -> dsl.DslAlgebra:
    """The algebra of a tree without a question."""

    def answering(question: Question, among: Dsl) -> Dsl:
        raise AssertionError(question)

    return dsl.DslAlgebra(leaves_of(reader), answering)


@settings(max_examples=sampled(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(passages(most=5), st.one_of(trees, trees, numbers, st.builds(InReport, trees)))
def test_a_query_matches_what_the_tree_means(found: list[Passage], tree: Query) -> None:
    (found,) = apart([found])
    reader = ReaderInMemory(found)
    seen = list(zip(found, MemorySnapshot(tuple(found)).views_for(tree), strict=True))

    def answering(question: Question, among: Dsl) -> Dsl:
        answers = {p.id for p, v in seen if question in v.answers}
        assert answers <= {one.id for one in reader.matching(among)}
        return {"ids": {"values": sorted(answers)}}

    hits = find_hits(tree, dsl.DslAlgebra(leaves_of(reader), answering))
    assert {one.id for one in reader.matching(hits.every)} == {p.id for p, v in seen if is_hit(tree, v)}
    assert {one.id for one in reader.matching(hits.complete)} == {
        p.id for p, v in seen if is_complete(tree, v)
    }


def test_a_number_by_itself_is_a_range_and_fetches_nothing() -> None:
    reader = ReaderInMemory([passage(0, "办理120件"), passage(1, "办理80件，2019年")])
    found = find_hits(HasNumber(NumberRange(100, None)), algebra_of(reader))
    assert [one.text for one in reader.matching(found.every)] == ["办理120件"]
    assert reader.fetched == 0


def test_only_paragraphs_with_the_word_and_such_a_number_are_verified() -> None:
    reader = ReaderInMemory(
        [passage(0, "受理5件。办理120件"), passage(1, "受理120件"), passage(2, "受理3件"), passage(3, "120")]
    )
    tree = And((term("受理"), HasNumber(NumberRange(100, None), (term("受理"),))))
    found = find_hits(tree, algebra_of(reader))
    assert [one.text for one in reader.matching(found.every)] == ["受理120件"]
    assert reader.fetched == 2


def test_a_whole_report_is_a_list_of_reports() -> None:
    reader = ReaderInMemory([passage(0, "护照", report=0), passage(1, "签证", report=0), passage(2, "签证")])
    algebra = algebra_of(reader)
    found = find_hits(And((phrase("签证"), InReport(Not(phrase("护照"))))), algebra)
    assert [one.id for one in reader.matching(found.every)] == ["waijiaobu-2019-00000002"]
    of_reports = {"terms": {"report": ["waijiaobu-2014"]}}
    assert find_hits(InReport(phrase("护照")), algebra).every == dsl.all_of([of_reports, dsl.NOT_HEADINGS])
