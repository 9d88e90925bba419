"""Hits put together for the engine ``opensearch`` without a server: held to what the oracle gives for the same hits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("urllib3", reason="the extra 'opensearch' is not installed")

from report_search.analysis.fold import fold
from report_search.analysis.word_segmenter import query_segmenter
from report_search.engine.opensearch import collapsing
from report_search.engine.opensearch.mapping import TEXT_GROUP, mapping, prepare
from report_search.engine.protocol import EngineRequest, Matches
from report_search.engine.registry import open_engine
from report_search.fields import Collapse
from report_search.hashing import hash64
from report_search.passages import Passage
from report_search.query.ast import Everything
from tests.engine.contract.given import apart, everything, relaxed
from tests.engine.corpus import passage, passages, trees


@relaxed
@given(passages(), trees, st.sampled_from(["report", "text"]), st.integers(1, 4))
def test_groups_are_those_of_the_oracle(
    corpus: list[Passage], tree: Any, collapse: Collapse, limit: int
) -> None:
    [corpus] = apart([corpus])
    text_of = {one.id: hash64(fold(one.text).text) for one in corpus} if collapse == "text" else {}
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine("memory", Path(folder))
        with engine.writer() as writer:
            writer.add(corpus)
        snapshot = engine.snapshot()
        found = everything(snapshot, tree)
        request = EngineRequest(tree, limit=limit, collapse=collapse)
        while True:
            wanted = snapshot.find(request)
            assert collapsing.collapsed(found, request, text_of=text_of) == wanted
            if not wanted.more:
                break
            request = EngineRequest(tree, limit=limit, collapse=collapse, after=wanted.hits[-1].key)


def test_equal_folded_texts_have_one_group_in_the_index() -> None:
    texts = ("領事 保護，1,234件", "领事保护,1,234件", "领事保护,1,235件")
    documents = [
        msgspec.json.decode(prepare(passage(at, text), query_segmenter())) for at, text in enumerate(texts)
    ]
    first, second, third = (document[TEXT_GROUP] for document in documents)
    assert first == second != third
    assert mapping()["properties"][TEXT_GROUP] == {"type": "keyword"}


class _Pages:
    """A server that has three passages and gives at most two at a time."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self._hits = [
            {"_id": f"p{number}", "fields": {TEXT_GROUP: [group]}, "sort": [number]}
            for number, group in enumerate(("1f", "2f", "1f"))
        ]

    def search(self, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(body)
        [start] = body.get("search_after", [-1])
        return {"hits": {"hits": self._hits[start + 1 : start + 3]}}


def test_the_groups_of_a_long_result_are_fetched_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collapsing, "FETCH", 2)
    reader: Any = _Pages()
    assert collapsing.texts_of(reader, {"match_all": {}}) == {"p0": 0x1F, "p1": 0x2F, "p2": 0x1F}
    assert [body.get("search_after") for body in reader.asked] == [None, [1]]


def test_nothing_found_is_nothing_to_put_together() -> None:
    with tempfile.TemporaryDirectory() as folder:
        nothing: Matches = open_engine("memory", Path(folder)).snapshot().find(EngineRequest(Everything()))
    assert collapsing.collapsed(nothing, EngineRequest(Everything(), collapse="text"), text_of={}) == nothing
