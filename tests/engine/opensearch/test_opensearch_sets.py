"""A set of passages as a query of the server, read here as its documentation says: no cluster is needed."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.protocol import PassageSet

PASSAGES = {"a-1": "a", "a-2": "a", "b-1": "b", "b-2": "b", "c-1": "c"}


def matches(query: dict[str, Any], passage: str) -> bool:
    [(kind, body)] = query.items()
    match kind:
        case "match_all":
            return True
        case "match_none":
            return False
        case "terms":
            return PASSAGES[passage] in body["report"]
        case "ids":
            return passage in body["values"]
    assert kind == "bool"
    assert set(body) <= {"filter", "must_not", "should", "minimum_should_match"}
    shoulds = sum(matches(one, passage) for one in body.get("should", []))
    return (
        all(matches(one, passage) for one in body.get("filter", []))
        and not any(matches(one, passage) for one in body.get("must_not", []))
        and shoulds >= body.get("minimum_should_match", 0)
    )


@pytest.mark.parametrize(
    ("reports", "but", "passages"),
    list(
        product([(), ("a",), ("a", "b")], [(), ("a-1",), ("a-1", "b-2")], [(), ("c-1",), ("b-1", "nowhere")])
    ),
)
def test_the_query_of_a_set_finds_what_is_in_it(
    reports: tuple[str, ...], but: tuple[str, ...], passages: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dsl, "MOST_TERMS", 1)
    wanted = PassageSet(frozenset(reports), frozenset(but), frozenset(passages))
    query = dsl.among(wanted)
    assert {one for one in PASSAGES if matches(query, one)} == {
        one for one, report in PASSAGES.items() if wanted.has(one, report)
    }


def test_an_empty_set_finds_nothing_without_asking() -> None:
    assert dsl.among(PassageSet()) == dsl.NONE
