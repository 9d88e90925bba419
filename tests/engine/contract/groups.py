"""Hits that are put together: of one report, and of equal or near texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report_search.analysis.fold import fold
from report_search.engine.protocol import (
    MOST_NAMED,
    Engine,
    HitBehind,
    HitsBehind,
    NearTexts,
    Sort,
    SortKey,
    Total,
)
from report_search.fields import Collapse
from report_search.hashing import hash64
from report_search.passages import Passage
from report_search.query.ast import Query
from tests.engine.contract.given import BASIC, FilledEngine, apart, everything, ids, relaxed
from tests.engine.corpus import filters, passage, passages, trees


class Groups(FilledEngine):
    """What stands first, what stands behind it, and how it is counted."""

    def test_hits_of_a_report_are_put_together_behind_the_first(self, basic: Engine) -> None:
        snapshot = basic.snapshot()
        found = everything(snapshot, sort="newest", collapse="report")
        assert ids(found) == [BASIC[k].id for k in (4, 2, 0, 5)]
        assert [hit.behind for hit in found.hits] == [
            HitsBehind(),
            HitsBehind(1, 1, (HitBehind(BASIC[3].id, BASIC[3].report),)),
            HitsBehind(1, 1, (HitBehind(BASIC[1].id, BASIC[1].report),)),
            HitsBehind(),
        ]
        assert (found.total, found.groups, found.more) == (Total(6, 4, 6), 4, False)
        assert found.facets == everything(snapshot, sort="newest").facets

    def test_equal_texts_are_put_together_however_they_are_printed(self) -> None:
        texts = ("领事保护，1,234件", "領事 保護,1,234件", "领事保护，1,235件", "领事保护\t1,234件")
        made = [passage(at, text, report=at % 4) for at, text in enumerate((*texts, texts[0]))]
        with self.filled(made[:2], made[2:]) as engine:
            found = everything(engine.snapshot(), sort="oldest", collapse="text")
            assert ids(found) == [made[k].id for k in (0, 2, 3)]
            behind = found.hits[0].behind
            assert (behind.passages, behind.reports) == (2, 2)
            assert behind.named == tuple(HitBehind(one.id, one.report) for one in (made[4], made[1]))
            first = everything(engine.snapshot(), sort="oldest", collapse="text", limit=1)
            assert (first.more, first.groups, first.total.passages) == (True, 3, 5)

    def test_near_texts_are_put_together_with_equal_ones_and_told_apart(self) -> None:
        texts = (
            "公开信息三百条",
            "公开信息五百条",
            "公開信息三百条",
            "答复申请十件",
            "公开信息五百条",
            "公开机构",
        )
        made = [passage(at, text, report=at % 4) for at, text in enumerate(texts)]
        three, five, other = (hash64(text) for text in (texts[0], texts[1], texts[3]))
        # What is not in the index changes nothing, be it the text that names its group.
        near = NearTexts({three: 1, five: 1, hash64("公开信息七百条"): 1, other: other})
        with self.filled(made[:3], made[3:]) as engine:
            asked = {"sort": "oldest", "collapse": "text"}
            found = everything(engine.snapshot(), **asked, near=near)
            assert (found.groups, found.total.passages) == (3, 6)
            assert ids(found) == [made[k].id for k in (0, 5, 3)]
            behind = found.hits[0].behind
            assert (behind.passages, behind.near, behind.reports) == (3, 2, 3)
            assert behind.named == (
                HitBehind(made[4].id, made[4].report, is_near=True),
                HitBehind(made[1].id, made[1].report, is_near=True),
                HitBehind(made[2].id, made[2].report),
            )
            assert everything(engine.snapshot(), **asked).groups == 4
            by_report = everything(engine.snapshot(), sort="oldest", collapse="report", near=near)
            assert not any(
                hit.behind.near or any(one.is_near for one in hit.behind.named) for hit in by_report.hits
            )
            first = everything(engine.snapshot(), **asked, near=near, limit=1)
            after = everything(engine.snapshot(), **asked, near=near, after=first.hits[-1].key)
            assert [*ids(first), *ids(after)] == ids(found)

    def test_many_hits_behind_one_are_counted_and_the_first_named(self) -> None:
        made = [passage(at, "同一段话", report=at % 4) for at in range(MOST_NAMED + 5)]
        with self.filled(made) as engine:
            [hit] = everything(engine.snapshot(), collapse="text").hits
            assert (hit.behind.passages, hit.behind.reports) == (MOST_NAMED + 4, 4)
            assert len(hit.behind.named) == MOST_NAMED

    @relaxed
    @given(
        st.lists(passages(most=6), max_size=2),
        trees,
        st.sampled_from(["report", "text"]),
        st.sampled_from(["newest", "oldest", "relevance"]),
        filters,
    )
    def test_groups_hold_every_hit_once_and_stand_where_their_first_hit_stands(
        self,
        batches: list[list[Passage]],
        tree: Query,
        collapse: Collapse,
        sort: Sort,
        chosen: tuple[tuple[str, tuple[str, ...]], ...],
    ) -> None:
        batches = apart(batches)
        group_of = {
            one.id: one.report if collapse == "report" else fold(one.text).text
            for batch in batches
            for one in batch
        }
        with self.filled(*batches) as engine:
            snapshot = engine.snapshot()
            plain = everything(snapshot, tree, sort=sort, filters=chosen)
            whole = everything(snapshot, tree, sort=sort, filters=chosen, collapse=collapse)
            walked: list[str] = []
            after: SortKey | None = None
            for _ in range(len(whole.hits) or 1):
                page = everything(
                    snapshot, tree, sort=sort, filters=chosen, collapse=collapse, limit=1, after=after
                )
                walked += ids(page)
                after = page.hits[-1].key if page.hits else None
                assert (page.total, page.facets, page.groups) == (plain.total, plain.facets, whole.groups)
            assert not page.more
        assert (plain.groups, whole.groups) == (plain.total.passages, len(whole.hits))
        groups: dict[str, list[str]] = {}
        for one in ids(plain):
            groups.setdefault(group_of[one], []).append(one)
        assert [[hit.id, *(one.id for one in hit.behind.named)] for hit in whole.hits] == list(
            groups.values()
        )
        assert walked == ids(whole)
        assert [hit.key for hit in whole.hits] == [h.key for h in plain.hits if h.id in set(walked)]
