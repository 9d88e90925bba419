"""Any tree over any passages, held to what the tree means and to the engine's own other answers."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from report_search.engine.memory import MemorySnapshot
from report_search.engine.protocol import Matches, PassageSet, Sort, SortKey
from report_search.fields import FILTER_FIELDS
from report_search.passages import Passage, values_of
from report_search.query.ast import Query
from report_search.query.evaluate import is_complete, is_hit
from tests.engine.contract.given import FilledEngine, apart, everything, ids, relaxed
from tests.engine.corpus import filters, passages, trees


class RandomTrees(FilledEngine):
    """Hits, counts, tallies, sets of passages and walks."""

    @relaxed
    @given(st.lists(passages(most=6), max_size=2), trees)
    def test_hits_are_those_that_the_tree_means(self, batches: list[list[Passage]], tree: Query) -> None:
        batches = apart(batches)
        with self.filled(*batches) as engine:
            found = everything(engine.snapshot(), tree)
        all_passages = tuple(p for batch in batches for p in batch)
        seen = list(zip(all_passages, MemorySnapshot(all_passages).views_for(tree), strict=True))
        assert set(ids(found)) == {p.id for p, v in seen if is_hit(tree, v)}
        assert {h.id for h in found.hits if h.key.complete} == {p.id for p, v in seen if is_complete(tree, v)}

    @relaxed
    @given(passages(), trees, filters)
    def test_a_count_is_what_the_click_gives(
        self, corpus: list[Passage], tree: Query, chosen: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> None:
        with self.filled(apart([corpus])[0]) as engine:
            snapshot = engine.snapshot()
            found = everything(snapshot, tree, filters=chosen)
            assert found.total.passages == len(found.hits)
            assert found.total.reports == len({hit.key.report for hit in found.hits})
            for facet in found.facets:
                others = tuple(pair for pair in chosen if pair[0] != facet.field)
                for value in facet.values:
                    alone = (*others, (facet.field, (value.value,)))
                    clicked = everything(snapshot, tree, filters=alone).total
                    assert (clicked.passages, clicked.reports) == (value.passages, value.reports)

    @relaxed
    @given(passages(), trees, filters)
    def test_tallies_count_the_complete_hits_that_pass_every_filter(
        self, corpus: list[Passage], tree: Query, chosen: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> None:
        with self.filled(apart([corpus])[0]) as engine:
            found = everything(engine.snapshot(), tree, filters=chosen, tallies=FILTER_FIELDS)
        by_id = {item.id: item for item in apart([corpus])[0]}
        complete = [by_id[hit.id] for hit in found.hits if hit.key.complete]
        assert tuple(tally.field for tally in found.tallies) == FILTER_FIELDS
        for tally in found.tallies:
            having: dict[str, list[str]] = {}
            for item in complete:
                for value in values_of(item, tally.field):
                    having.setdefault(value, []).append(item.report)
            counted = {count.value: (count.passages, count.reports) for count in tally.values}
            assert counted == {value: (len(own), len(set(own))) for value, own in having.items()}

    @relaxed
    @given(passages(), trees, filters, st.randoms(use_true_random=False))
    def test_a_set_of_passages_narrows_totals_and_every_facet(
        self,
        corpus: list[Passage],
        tree: Query,
        chosen: tuple[tuple[str, tuple[str, ...]], ...],
        source: Random,
    ) -> None:
        held = apart([corpus])[0]
        among = passage_set(held, source)
        asked: dict[str, Any] = {"filters": chosen, "tallies": FILTER_FIELDS, "sort": "newest"}
        with self.filled(held) as engine:
            snapshot = engine.snapshot()
            whole = everything(snapshot, tree, **asked)
            found = everything(snapshot, tree, among=among, **asked)
            again = everything(snapshot, tree, **asked)
        by_id = {item.id: item for item in held}
        assert ids(found) == [one for one in ids(whole) if among.has(one, by_id[one].report)]
        # The same as where only those passages may be hits; a set that was asked for once changes nothing later.
        oracle = everything(MemorySnapshot(tuple(held)), tree, among=among, **asked)
        assert (found.total, found.groups) == (oracle.total, oracle.groups)
        assert counts_of(found) == counts_of(oracle)
        assert (ids(again), counts_of(again)) == (ids(whole), counts_of(whole))

    @relaxed
    @given(passages(), trees, st.sampled_from(["relevance", "newest", "oldest"]), st.integers(1, 4))
    def test_a_walk_by_cursors_gives_each_hit_once(
        self, corpus: list[Passage], tree: Query, sort: Sort, limit: int
    ) -> None:
        with self.filled(apart([corpus])[0]) as engine:
            snapshot = engine.snapshot()
            whole = everything(snapshot, tree, sort=sort)
            walked: list[str] = []
            after: SortKey | None = None
            while True:
                page = everything(snapshot, tree, sort=sort, limit=limit, after=after)
                walked += ids(page)
                assert page.total == whole.total
                if not page.more:
                    break
                after = page.hits[-1].key
            assert walked == ids(whole)


def passage_set(held: list[Passage], source: Random) -> PassageSet:
    """Some passages, told in every way: whole reports, all but some of one, some of one; and some that are nowhere."""
    named = {item.id for item in held if source.random() < 0.4} | {"nowhere"}
    reports = {item.report for item in held if source.random() < 0.3}
    but = {item.id for item in held if item.report in reports and source.random() < 0.3}
    return PassageSet(frozenset(reports), frozenset(but), frozenset(named - but))


def counts_of(found: Matches) -> dict[tuple[str, str], set[object]]:
    """What each facet and each tally counts, whatever the order."""
    facets = {("facet", one.field): set(one.values) for one in found.facets}
    return {**facets, **{("tally", one.field): set(one.values) for one in found.tallies}}
