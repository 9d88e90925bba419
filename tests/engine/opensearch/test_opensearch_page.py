"""The pages of the engine ``opensearch`` without a server: which searches give the hits, and in which order."""

from __future__ import annotations

import pytest

pytest.importorskip("urllib3", reason="the extra 'opensearch' is not installed")

from report_search.engine.opensearch.page import HitQueries, search_body, slices
from report_search.engine.opensearch.query_dsl import ALL, NONE
from report_search.engine.protocol import EngineRequest, SortKey
from report_search.query.ast import Everything

REQUEST = EngineRequest(Everything())
WHOLE, PART = {"term": {"word": "whole"}}, {"term": {"word": "part"}}
KEY = SortKey(True, 2.5, 2019, "2020-01-31", "waijiaobu-2019", 3, 1)


def groups(*, after: SortKey | None, complete_hits: int) -> list[tuple[int, bool | None, bool]]:
    """Tier, completeness, and whether it goes on behind a cursor, of every slice."""
    queries = HitQueries(Everything(), PART, Everything(), WHOLE)
    request = EngineRequest(Everything(), after=after)
    found = slices(request, queries, complete_hits=complete_hits)
    return [
        (part.query["bool"]["filter"][-1]["term"]["tier"], part.complete, part.after is not None)
        for part in found
    ]


def test_tier_by_tier_complete_hits_before_the_others() -> None:
    assert groups(after=None, complete_hits=3) == [
        (tier, complete, False) for tier in (0, 1, 2) for complete in (True, False)
    ]


def test_without_complete_hits_none_are_asked_for() -> None:
    assert groups(after=None, complete_hits=0) == [(0, False, False), (1, False, False), (2, False, False)]


def test_a_page_goes_on_in_the_group_of_the_last_hit() -> None:
    assert groups(after=KEY, complete_hits=3) == [
        (1, True, True),
        (1, False, False),
        (2, True, False),
        (2, False, False),
    ]


def test_where_all_hits_are_complete_one_search_sorts_by_tier_first() -> None:
    [part] = slices(REQUEST, HitQueries(Everything(), ALL, Everything(), ALL), complete_hits=9)
    body = search_body(REQUEST, part.query, after=KEY)
    assert [next(iter(step)) for step in body["sort"]] == ["tier", "_score", "newest"]
    assert body["search_after"][:2] == [1, 2.5]
    assert slices(REQUEST, HitQueries(Everything(), NONE, Everything(), NONE), complete_hits=0) == []
