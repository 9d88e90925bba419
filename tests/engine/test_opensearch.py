"""The OpenSearch engine keeps the contract on a real cluster, and gives the results that memory gives.

Every commit makes an index of the cluster and takes seconds on a small machine. So the properties that the contract
tests on a fresh engine for each example are tested here on one random corpus, with a tree for each example; what they
assert is the same. The order by relevance is the server's own and is compared loosely.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("urllib3", reason="the extra 'opensearch' is not installed")

from hypothesis import assume, currently_in_test_context, given, settings
from hypothesis import strategies as st

from report_search.analysis.fold import fold
from report_search.engine.memory import MemorySnapshot, order
from report_search.engine.opensearch import engine as opensearch_engine
from report_search.engine.opensearch import facet_cells, index_reader
from report_search.engine.opensearch import page as opensearch_page
from report_search.engine.opensearch.client import Client
from report_search.engine.opensearch.engine import OpenSearchEngine
from report_search.engine.opensearch.mapping import newest, oldest
from report_search.engine.opensearch.snapshot import OpenSearchSnapshot
from report_search.engine.protocol import (
    Engine,
    EngineInfo,
    EngineRequest,
    Matches,
    Snapshot,
    Sort,
    SortKey,
)
from report_search.engine.registry import open_engine
from report_search.errors import OperatorError, RequestError
from report_search.fields import FILTER_FIELDS
from report_search.passages import Passage
from report_search.query.ast import AtLeast, Or, Query, Question, Term, Within
from report_search.query.evaluate import is_complete, is_hit
from tests.engine.contract.given import BASIC, EXAMPLES, everything, ids
from tests.engine.contract.random_trees import counts_of, passage_set
from tests.engine.contract.whole import EngineContract
from tests.engine.corpus import (
    REPORTS,
    filters,
    passage,
    passages,
    phrase,
    questions,
    random_passages,
    term,
    trees,
)
from tests.engine.opensearch_server import Cluster

without_deadline = settings(max_examples=EXAMPLES, deadline=None)
FEW = EXAMPLES // 3
"""Random cases of what needs an index of its own for each."""


class TwoEngines:
    """The same passages in the cluster and in memory."""

    # No dataclass: all passages would be written out with each example that fails.
    def __init__(self, passages: list[Passage], cluster: OpenSearchEngine, memory: Engine) -> None:
        self.passages, self.cluster, self.memory = passages, cluster, memory

    def both(self, tree: Query, **changes: object) -> tuple[Matches, Matches]:
        found = everything(self.cluster.snapshot(), tree, **changes)
        return found, everything(self.memory.snapshot(), tree, **changes)


@pytest.fixture(autouse=True, scope="module")
def _no_more_clauses_than_the_server_takes() -> Iterator[None]:
    """Examples with more of them are skipped."""
    find = OpenSearchSnapshot.find

    def find_or_skip(self: OpenSearchSnapshot, request: EngineRequest) -> Matches:
        try:
            return find(self, request)
        except RequestError as refused:
            if currently_in_test_context():
                assume(refused.code != "query-too-long")
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OpenSearchSnapshot, "find", find_or_skip)
        yield


@pytest.fixture(scope="module")
def pair(opensearch: Cluster) -> Iterator[TwoEngines]:
    """A random corpus, committed in two steps; in the second, a report is removed and added again."""
    corpus = random_passages(300, seed=5)
    first, second = corpus[:200], corpus[200:]
    removed = [p for p in first if p.report == REPORTS[0][0]]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        engines = open_engine(opensearch.address("pair"), Path(one)), open_engine("memory", Path(other))
        for engine in engines:
            with engine.writer() as writer:
                writer.add(first)
            with engine.writer() as writer:
                writer.remove_report(REPORTS[0][0])
                writer.add([*removed, *second])
        assert isinstance(engines[0], OpenSearchEngine)
        yield TwoEngines(corpus, *engines)
        for engine in engines:
            engine.close()


class TestOpenSearch(EngineContract):
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def address(cls, opensearch: Cluster) -> None:
        cls.name = opensearch.address("contract")

    def test_many_small_commits(self) -> None:
        """As in the contract, but with a few commits: each clones an index of the cluster."""
        single = [[passage(number, f"第{number}段领事保护", report=number % 4)] for number in range(5)]
        with self.filled(*single) as engine:
            assert len(ids(everything(engine.snapshot(), phrase("领事保护")))) == 5
            assert engine.info() == EngineInfo(5, 4)
            assert engine.snapshot().passages([passage(3, "", report=3).id]) == single[3]

    @without_deadline
    @given(tree=trees)
    def test_hits_are_those_that_the_tree_means(self, pair: TwoEngines, tree: Query) -> None:  # type: ignore[override]
        """As in the contract, on one corpus for all trees: a fresh index for each would take hours."""
        found = everything(pair.cluster.snapshot(), tree)
        views = MemorySnapshot(tuple(pair.passages)).views_for(tree)
        seen = list(zip(pair.passages, views, strict=True))
        assert set(ids(found)) == {p.id for p, v in seen if is_hit(tree, v)}
        assert {h.id for h in found.hits if h.key.complete} == {p.id for p, v in seen if is_complete(tree, v)}

    def test_a_question_of_single_characters_finds_what_memory_finds(self, pair: TwoEngines) -> None:
        """They are no pair and hardly a word, so nothing of them is weighed by the server."""
        for typed in ("领\t-5\t5%", "领 5", "信 3", "公 1 2", "年 条 件"):
            characters = tuple(char for char in typed if char.isalnum())
            asked = Question((Term(typed, fold(typed), characters),), tuple(dict.fromkeys(characters)))
            found, wanted = pair.both(asked)
            assert set(ids(found)) == set(ids(wanted)), typed

    @without_deadline
    @given(tree=trees, chosen=filters)
    def test_a_count_is_what_the_click_gives(  # type: ignore[override]
        self, pair: TwoEngines, tree: Query, chosen: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> None:
        """As in the contract, on one corpus; that memory's counts are right is tested there."""
        found, wanted = pair.both(tree, filters=chosen)
        assert found.total == wanted.total
        assert found.total.passages == len(found.hits)
        assert {f.field: set(f.values) for f in found.facets} == {
            f.field: set(f.values) for f in wanted.facets
        }

    @without_deadline
    @given(tree=trees, sort=st.sampled_from(["relevance", "newest", "oldest"]), limit=st.integers(20, 90))
    def test_a_walk_by_cursors_gives_each_hit_once(  # type: ignore[override]
        self, pair: TwoEngines, tree: Query, sort: Sort, limit: int
    ) -> None:
        """As in the contract, on one corpus; with longer pages, since each is a request."""
        found, wanted = pair.both(tree, sort=sort)
        if sort != "relevance":
            assert ids(found) == ids(wanted)
        walked, after = [], None
        while True:
            page = everything(pair.cluster.snapshot(), tree, sort=sort, limit=limit, after=after)
            walked += ids(page)
            assert page.total == found.total
            if not page.more:
                break
            after = page.hits[-1].key
        assert walked == ids(found)
        assert set(walked) == set(ids(wanted))

    @without_deadline
    @given(tree=trees, chosen=filters)
    def test_tallies_count_the_complete_hits_that_pass_every_filter(  # type: ignore[override]
        self, pair: TwoEngines, tree: Query, chosen: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> None:
        """As in the contract, on one corpus; that memory's tallies are right is tested there."""
        found, wanted = pair.both(tree, filters=chosen, tallies=FILTER_FIELDS)
        assert tuple(tally.field for tally in found.tallies) == FILTER_FIELDS
        assert counts_of(found) == counts_of(wanted)

    @without_deadline
    @given(tree=trees, chosen=filters, source=st.randoms(use_true_random=False))
    def test_a_set_of_passages_narrows_totals_and_every_facet(  # type: ignore[override]
        self,
        pair: TwoEngines,
        tree: Query,
        chosen: tuple[tuple[str, tuple[str, ...]], ...],
        source: random.Random,
    ) -> None:
        """As in the contract, on one corpus."""
        among = passage_set(pair.passages, source)
        asked: dict[str, Any] = {"filters": chosen, "tallies": FILTER_FIELDS, "sort": "newest"}
        snapshot, by_id = pair.cluster.snapshot(), {item.id: item for item in pair.passages}
        whole, wanted = pair.both(tree, **asked)
        found = everything(snapshot, tree, among=among, **asked)
        again = everything(snapshot, tree, **asked)
        assert ids(whole) == ids(wanted)
        assert ids(found) == [one for one in ids(whole) if among.has(one, by_id[one].report)]
        oracle = everything(pair.memory.snapshot(), tree, among=among, **asked)
        assert (found.total, found.groups) == (oracle.total, oracle.groups)
        assert counts_of(found) == counts_of(oracle)
        assert (ids(again), counts_of(again)) == (ids(whole), counts_of(whole))

    @settings(without_deadline, max_examples=FEW)
    @given(st.lists(passages(most=6), max_size=2), questions, st.booleans(), filters)
    def test_a_question_scores_as_stated_whatever_the_filters(
        self,
        batches: list[list[Passage]],
        asked: Question,
        titles: bool,
        chosen: tuple[tuple[str, tuple[str, ...]], ...],
    ) -> None:
        """As in the contract, with fewer indexes: their scores are counted by what memory's are counted by."""
        self.check_question(batches, asked, titles, chosen)


def test_relevance_is_close_to_the_formula(pair: TwoEngines) -> None:
    """The server keeps lengths coarsely, counts removed passages until it has merged their segments, and gives the
    bonus for nearness in steps; apart from that its scores are those of every other engine."""
    for words in (["领事保护"], ["公开", "申请"], ["工作", "13件"], ["干部", "保护", "领事"]):
        tree: Query = AtLeast(1, tuple(map(term, words)))
        found, wanted = pair.both(tree)
        ours = {hit.id: hit.score for hit in found.hits}
        for hit in wanted.hits:
            assert ours[hit.id] == pytest.approx(hit.score, rel=0.25, abs=0.1)
        assert len(set(ids(found)[:20]) & set(ids(wanted)[:20])) >= 16


def test_cells_are_read_page_by_page_where_they_are_too_many(
    pair: TwoEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Or((term("领事"), phrase("件")))
    monkeypatch.setattr(facet_cells, "ONE_ANSWER", 2)
    monkeypatch.setattr(facet_cells, "PAGE", 7)
    with fresh(pair.cluster) as engine:
        found, wanted = everything(engine.snapshot(), tree), everything(pair.memory.snapshot(), tree)
    assert found.total == wanted.total
    assert {f.field: set(f.values) for f in found.facets} == {f.field: set(f.values) for f in wanted.facets}


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_a_page_longer_than_one_answer_is_read_in_batches(
    pair: TwoEngines, sort: Sort, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = AtLeast(1, (term("领事"), term("件"), term("公开")))
    wanted = everything(pair.cluster.snapshot(), tree, sort=sort)
    monkeypatch.setattr(opensearch_page, "MOST", 40)
    found = everything(pair.cluster.snapshot(), tree, sort=sort)
    part = everything(pair.cluster.snapshot(), tree, sort=sort, limit=100)
    assert len(ids(wanted)) > 120
    assert found == wanted
    assert (ids(part), part.more, part.facets) == (ids(wanted)[:100], True, wanted.facets)


def test_a_page_takes_few_requests(pair: TwoEngines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request waits for the slowest server: opening takes two, a page of new words up to three, one of words
    asked before takes one. The count of each word of a question is kept as that of the word alone."""
    requests: list[str] = []
    send_once = Client._send_once

    def record(self: Client, method: str, url: str, data: bytes | None) -> object:
        requests.append(url)
        return send_once(self, method, url, data)

    words = [term("领事"), term("公开"), term("申请"), term("工作")]
    with fresh(pair.cluster) as engine:
        engine.snapshot()
        monkeypatch.setattr(Client, "_send_once", record)
        everything(engine.snapshot(), AtLeast(3, tuple(words)), limit=20)
        assert len(requests) == 4, "a point in time, texts to be verified, counts, the hits"
        for word in words:
            requests.clear()
            everything(engine.snapshot(), word, limit=1, facets=())
            assert len(requests) == 1
        requests.clear()
        everything(engine.snapshot(), AtLeast(3, tuple(words)), limit=20)
        assert len(requests) == 1


def test_a_lost_point_in_time_is_replaced(pair: TwoEngines) -> None:
    wanted = everything(pair.memory.snapshot(), term("件"), sort="newest")
    with fresh(pair.cluster) as engine:
        snapshot = engine.snapshot()
        everything(snapshot, phrase("领事"))
        engine.client.delete("/_search/point_in_time/_all")
        found = everything(snapshot, term("件"), sort="newest")
    assert (found.total, ids(found)) == (wanted.total, ids(wanted))


def test_a_query_with_too_many_passages_to_verify_is_refused(
    pair: TwoEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_reader, "FETCH_SIZE", 10)
    monkeypatch.setattr(index_reader, "VERIFY_LIMIT", 5)
    with fresh(pair.cluster) as engine, pytest.raises(RequestError, match="逐段核对") as refused:
        everything(engine.snapshot(), Within((phrase("件"),)))
    assert refused.value.status == 400


def test_a_query_with_more_words_than_the_server_takes_is_refused(pair: TwoEngines) -> None:
    tree = Or(tuple(phrase(f"第{number}次领事保护") for number in range(900)))
    with pytest.raises(RequestError, match="太多"):
        everything(pair.cluster.snapshot(), tree)


def test_three_hundred_alternatives_are_all_hits(pair: TwoEngines) -> None:
    words = [chr(0x4E00 + at) for at in range(299)]
    found, wanted = pair.both(Or((term("领事"), *map(term, words))))
    assert found.total == wanted.total


class fresh:  # noqa: N801  # reads like a verb where it is used
    """The same index opened anew, with empty caches."""

    def __init__(self, engine: OpenSearchEngine) -> None:
        self.folder = engine._file.parent
        self.address = engine.address

    def __enter__(self) -> OpenSearchEngine:
        self.engine = OpenSearchEngine(self.folder, self.address)
        return self.engine

    def __exit__(self, *error: object) -> None:
        self.engine.close()


def indexes(engine: OpenSearchEngine) -> set[str]:
    return set(engine.client.get(f"/{engine.address.name}-*/_settings"))


def opened(cluster: Cluster, name: str, folder: Path) -> OpenSearchEngine:
    engine = open_engine(cluster.address(name), folder)
    assert isinstance(engine, OpenSearchEngine)
    return engine


def test_the_alias_is_moved_and_older_indexes_are_deleted(
    opensearch: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = opened(opensearch, "life", tmp_path)
    names = []
    for at in range(3):
        monkeypatch.setattr(opensearch_engine, "GRACE", -1.0 if at == 2 else 600.0)
        with engine.writer() as writer:
            writer.add([passage(at, f"第{at}段")])
        assert engine.pointer is not None
        names.append(engine.pointer.index)
        assert set(engine.client.get("/_alias/life")) == {names[-1]}
        assert indexes(engine) == set(names if at < 2 else names[1:])
    assert len(set(names)) == 3
    engine.close()


def test_an_error_leaves_no_index_behind(opensearch: Cluster, tmp_path: Path) -> None:
    engine = opened(opensearch, "broken", tmp_path)
    with engine.writer() as writer:
        writer.add(BASIC)
    before = indexes(engine)
    with pytest.raises(ZeroDivisionError):
        fail_after_adding(engine)
    assert indexes(engine) == before
    engine.close()


def fail_after_adding(engine: Engine) -> None:
    with engine.writer() as writer:
        writer.add([passage(9, "新的段落")])
        writer.remove_report("waijiaobu-2014")
        raise ZeroDivisionError


def test_the_previous_generation_keeps_its_index(opensearch: Cluster, tmp_path: Path) -> None:
    """The next generation begins with a hard link to the file that names the index."""
    before, after = tmp_path / "before", tmp_path / "after"
    engine = opened(opensearch, "generations", before)
    with engine.writer() as writer:
        writer.add(BASIC)
    after.mkdir()
    (linked,) = before.iterdir()
    os.link(linked, after / linked.name)
    updated = opened(opensearch, "generations", after)
    with updated.writer() as writer:
        writer.remove_report("waijiaobu-2014")
    assert updated.info() == EngineInfo(4, 3)
    with fresh(engine) as again:
        assert again.info() == EngineInfo(6, 4)
        assert again.snapshot().report_passages("waijiaobu-2014") == BASIC[:2]
    for one in (engine, updated):
        one.close()


def test_a_sealed_or_deleted_index_is_refused_with_a_clear_error(opensearch: Cluster, tmp_path: Path) -> None:
    engine = opened(opensearch, "sealed", tmp_path)
    with engine.writer() as writer:
        writer.add(BASIC)
    assert engine.pointer is not None
    target = {"index": {"_index": engine.pointer.index, "_id": "x"}}
    with pytest.raises(OperatorError, match="拒绝"):
        engine.client.bulk([(target, {"passage": "x"})])
    engine.client.delete("/" + engine.pointer.index)
    with fresh(engine) as again, pytest.raises(OperatorError, match="拒绝"):
        everything(again.snapshot(), phrase("领事"))
    engine.close()


def test_a_node_lost_between_queries(opensearch: Cluster, tmp_path: Path) -> None:
    many = random_passages(120, seed=6)
    engine = opened(opensearch, "queries", tmp_path)
    with engine.writer() as writer:
        writer.add(many)
    opensearch.wait(3, status="green")
    queries = [phrase("领事保护"), term("件"), Or((term("公开"), phrase("2023年"))), phrase("13件")]
    wanted = [everything(engine.snapshot(), query, sort="newest") for query in queries]
    lost = opensearch.nodes[0]
    opensearch.stop(lost, hard=True)
    try:
        with fresh(engine) as again:
            found = [everything(again.snapshot(), query, sort="newest") for query in queries]
        same = [everything(engine.snapshot(), query, sort="newest") for query in queries]
    finally:
        opensearch.start(lost)
        opensearch.wait(3)
    assert [(m.total, ids(m)) for m in found] == [(m.total, ids(m)) for m in wanted]
    assert [(m.total, ids(m)) for m in same] == [(m.total, ids(m)) for m in wanted]
    engine.close()


def test_a_node_lost_while_indexing(
    opensearch: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = random_passages(200, seed=7)
    monkeypatch.setattr(opensearch_engine, "BULK_BYTES", 4000)
    engine = opened(opensearch, "indexing", tmp_path)
    lost = opensearch.nodes[1]
    try:
        with engine.writer() as writer:
            writer.add(many[:60])
            opensearch.wait(3, status="green")
            opensearch.stop(lost, hard=True)
            writer.add(many[60:])
        found = everything(engine.snapshot())
    finally:
        opensearch.start(lost)
        opensearch.wait(3)
    assert set(ids(found)) == {p.id for p in many}
    assert engine.snapshot().passages([many[150].id]) == [many[150]]
    engine.close()


keys = st.builds(
    SortKey,
    st.just(True),
    st.just(0.0),
    st.sampled_from([0, 2008, 2019, 2020]),
    st.sampled_from(["", "2019", "2019-03-31", "2020-01-31"]),
    st.sampled_from(["a-2019", "a-2019-0f3a", "b-nd"]),
    st.integers(0, 12),
)


@given(keys, keys)
def test_sort_keys_of_dates_order_as_memory_does(one: SortKey, other: SortKey) -> None:
    for sort, key in (("newest", newest), ("oldest", oldest)):
        assert (key(one) < key(other)) == (order(one, sort) < order(other, sort))


def test_a_snapshot_of_an_empty_engine_finds_nothing(tmp_path: Path) -> None:
    snapshot: Snapshot = open_engine("opensearch://127.0.0.1:1/x", tmp_path).snapshot()
    assert everything(snapshot, phrase("领事")).hits == ()
