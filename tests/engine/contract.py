"""What every engine promises, written once. An engine's tests are a class that inherits these and gives its name.

What an engine can't do is a test overridden with the reason. The meaning of a tree comes from ``query.evaluate``,
everything else from the engine's own answers: a facet's count is compared with what the click gives, a walk by
cursors with the whole list.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_search.analysis.fold import fold
from report_search.engine.memory import MemorySnapshot
from report_search.engine.protocol import (
    MOST_NAMED,
    Engine,
    EngineInfo,
    EngineRequest,
    HitBehind,
    HitsBehind,
    Matches,
    NearTexts,
    PassageSet,
    Snapshot,
    Sort,
    SortKey,
    Total,
    Writer,
)
from report_search.engine.registry import open_engine
from report_search.fields import FILTER_FIELDS, Collapse
from report_search.hashing import hash64
from report_search.passages import Locator, Passage, values_of
from report_search.query.ast import (
    And,
    AtLeast,
    Everything,
    HasNumber,
    IncludeHeadings,
    InField,
    InReport,
    Near,
    Not,
    NumberRange,
    Or,
    Query,
    Question,
    Within,
)
from report_search.query.evaluate import is_complete, is_hit
from tests.engine.corpus import (
    REPORTS,
    filters,
    passage,
    passages,
    phrase,
    question,
    questions,
    term,
    trees,
)
from tests.quality.question_oracle import stated_scores
from tests.sampling import sampled

BASIC = [
    passage(0, "加强领事保护工作。", report=0, section="preamble"),
    passage(1, "举办新闻发布会13场", report=0),
    passage(0, "领事保护与协助工作，全年办理1,234件", report=1, section="requests"),
    passage(1, "答覆申请二〇二三年", report=1, type="table"),
    passage(0, "共收到申请2,350条", report=2),
    passage(0, "领事 保护", report=3),
]
EXAMPLES = int(os.environ.get("REPORT_SEARCH_EXAMPLES", sampled(60)))
"""Random cases for each property; more of them where there is time."""
relaxed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
"""The same test runs for several classes on purpose; each engine is another case."""


def everything(snapshot: Snapshot, tree: Query = Everything(), **changes: object) -> Matches:  # noqa: B008
    """All hits of a tree in one slice."""
    return snapshot.find(replace(EngineRequest(tree, limit=1000), **changes))  # type: ignore[arg-type]


def ids(matches: Matches) -> list[str]:
    return [hit.id for hit in matches.hits]


class EngineContract:
    """Inherit and set ``name``."""

    name: str

    @classmethod
    @contextmanager
    def filled(cls, *batches: Iterable[Passage]) -> Iterator[Engine]:
        """An engine in a folder of its own, with one commit for each batch."""
        with tempfile.TemporaryDirectory() as folder:
            engine = open_engine(cls.name, Path(folder))
            for batch in batches:
                with engine.writer() as writer:
                    writer.add(batch)
            yield engine
            engine.close()

    @pytest.fixture(scope="class")
    @classmethod
    def basic(cls) -> Iterator[Engine]:
        """One engine for all tests that read."""
        with cls.filled(BASIC[:4], BASIC[4:]) as engine:
            yield engine

    @pytest.fixture(scope="class")
    @classmethod
    def tiers(cls) -> Iterator[Engine]:
        """A heading, the head of a table, a paragraph and a row, for all tests that read."""
        with cls.filled(TIERS) as engine:
            yield engine

    @pytest.fixture
    def own(self) -> Iterator[Engine]:
        """An engine with the same passages for one test, which may write."""
        with self.filled(BASIC[:4], BASIC[4:]) as engine:
            yield engine

    def test_an_empty_index_answers(self) -> None:
        with self.filled() as engine:
            found = engine.snapshot().find(EngineRequest(term("领事")))
            assert found == Matches(Total(0, 0, 0), (), found.facets, False)
            assert all(not facet.values for facet in found.facets)
            assert engine.info() == EngineInfo(0, 0)

    def test_a_writer_that_adds_nothing_changes_nothing(self, own: Engine) -> None:
        with own.writer():
            pass
        assert own.info() == EngineInfo(6, 4)

    def test_passages_come_back_equal_and_in_the_order_asked(self, basic: Engine) -> None:
        snapshot = basic.snapshot()
        asked = [BASIC[4].id, "nothing-here", BASIC[0].id]
        assert snapshot.passages(asked) == [BASIC[4], BASIC[0]]
        assert snapshot.report_passages("waijiaobu-2014") == BASIC[:2]
        assert snapshot.report_passages("nothing-here") == []

    @pytest.mark.parametrize(
        ("wording", "count"),
        [
            ("领事保护", 3),
            ("保护工作", 1),
            ("13场", 1),
            ("3场", 0),
            ("350条", 0),
            ("2350条", 1),
            ("2,350条", 1),
            ("1234件", 1),
            ("234件", 0),
            ("答复申请", 1),
            ("2023年", 1),
            ("。", 1),
            ("领", 3),
            ("作", 2),
            ("领事保护工作会议", 0),
        ],
    )
    def test_exact_wording(self, basic: Engine, wording: str, count: int) -> None:
        assert everything(basic.snapshot(), phrase(wording)).total.passages == count

    def test_a_wording_of_any_length_through_several_readings(self) -> None:
        text = "二〇二三年收到十三件，" * 12
        with self.filled([passage(0, text), passage(1, text.replace("件", "条", 1))]) as engine:
            mixed = phrase(("2023年收到十三件，二〇二三年收到13件，" * 6)[:-1])
            assert ids(everything(engine.snapshot(), mixed)) == [passage(0, "").id]

    def test_a_wording_with_more_readings_than_anyone_lists(self) -> None:
        text = "共1,234件" * 9
        with self.filled([passage(0, text), passage(1, text.replace("件", "条", 1))]) as engine:
            mixed = phrase("共1,234件" * 8 + "共1234件")
            assert ids(everything(engine.snapshot(), mixed)) == [passage(0, "").id]

    def test_context_helps_but_is_not_enough(self, basic: Engine) -> None:
        snapshot = basic.snapshot()
        assert ids(everything(snapshot, And((term("上海市"), term("申请"))))) == [BASIC[4].id]
        assert everything(snapshot, term("上海市")).total.passages == 0
        assert ids(everything(snapshot, And((term("2014年"), Not(term("外交部")), term("领事"))))) == [
            BASIC[0].id
        ]

    def test_a_whole_report_is_asked_of_what_it_holds_now(self, own: Engine) -> None:
        """A passage that was removed, or is in another report, says nothing of a report."""
        both = InReport(And((phrase("领事保护"), phrase("发布会"))))
        without = InReport(Not(phrase("发布会")))
        assert everything(own.snapshot(), both).total == Total(2, 1, 2)
        assert everything(own.snapshot(), without).total == Total(4, 3, 4)
        with own.writer() as writer:
            writer.remove_report("waijiaobu-2014")
            writer.add([passage(0, "领事保护", report=0)])
        assert everything(own.snapshot(), both).total.passages == 0
        assert everything(own.snapshot(), without).total == Total(5, 4, 5)

    def test_numbers_are_compared(self, basic: Engine) -> None:
        above, beside = NumberRange(13, None), (phrase("新闻"),)
        assert set(ids(everything(basic.snapshot(), HasNumber(above)))) == {BASIC[k].id for k in (1, 2, 4)}
        assert ids(everything(basic.snapshot(), HasNumber(above, beside))) == [BASIC[1].id]
        strictly, percent = NumberRange(13, None, (False, True)), NumberRange(13, None, is_percent=True)
        assert everything(basic.snapshot(), HasNumber(strictly)).total.passages == 2
        assert everything(basic.snapshot(), HasNumber(percent)).total.passages == 0

    def test_complete_hits_come_first_and_are_counted(self, basic: Engine) -> None:
        tree = AtLeast(2, (term("领事"), term("保护"), term("协助")))
        found = everything(basic.snapshot(), tree)
        assert ids(found)[0] == BASIC[2].id
        assert found.total == Total(3, 3, 1)
        assert [hit.key.complete for hit in found.hits] == [True, False, False]

    def test_a_word_missing_inside_a_sentence_makes_a_hit_incomplete(self) -> None:
        """Copies of the rule for what is complete did not look under 同句, so engines disagreed."""
        run = AtLeast(2, (term("领事"), term("保护"), term("协助")))
        partial, whole = passage(0, "领事保护工作。"), passage(1, "领事保护和协助。", report=2)
        with self.filled([partial, whole]) as engine:
            found = everything(engine.snapshot(), Within((run,)))
            assert {hit.id: hit.key.complete for hit in found.hits} == {partial.id: False, whole.id: True}
            assert found.total == Total(2, 2, 1)

    @relaxed
    @given(st.lists(passages(most=6), max_size=2), questions, st.booleans(), filters)
    def test_a_question_scores_as_stated_whatever_the_filters(
        self,
        batches: list[list[Passage]],
        asked: Question,
        titles: bool,
        chosen: tuple[tuple[str, tuple[str, ...]], ...],
    ) -> None:
        self.check_question(batches, asked, titles, chosen)

    def check_question(
        self,
        batches: list[list[Passage]],
        asked: Question,
        titles: bool,
        chosen: tuple[tuple[str, tuple[str, ...]], ...],
    ) -> None:
        """Hold what a fresh engine answers to the scores that are stated."""
        batches = apart(batches)
        all_passages = [p for batch in batches for p in batch]
        stated = stated_scores(asked, all_passages)
        tree = IncludeHeadings(asked) if titles else asked
        with self.filled(*batches) as engine:
            found = everything(engine.snapshot(), tree)
            filtered = everything(engine.snapshot(), tree, filters=chosen)
        in_order = [(hit.key.tier, -hit.score) for hit in found.hits]
        assert in_order == sorted(in_order)
        for hit in found.hits:
            assert hit.score == pytest.approx(stated[hit.id], abs=2e-6)
        kept = {hit.id: hit.score for hit in filtered.hits}
        assert kept.items() <= {hit.id: hit.score for hit in found.hits}.items()
        if not asked.demanded:
            # Headings that take no part are neither hits nor the measure of them.
            asked_of = {p.id: stated[p.id] for p in all_passages if titles or p.type != "heading"}
            assert set(ids(found)) <= asked_of.keys()
            least = 0.3 * max(asked_of.values(), default=0.0)
            for id_, score in asked_of.items():
                if abs(score - least) > 1e-5:
                    is_partial = id_ in ids(found) and not _complete(found, id_)
                    assert is_partial == (score > least) or _complete(found, id_)

    def test_a_partial_hit_of_a_question_may_come_before_a_complete_one(self) -> None:
        better = passage(0, "驻外使馆开通领事保护热线，领事保护热线全天有人接听")
        complete = passage(
            1, "领事馆开了会。会后各馆长谈保护文物，" + "其他工作另行通知，" * 12 + "热线开通", report=2
        )
        asked = question(["领事保护", "热线", "开通"], [])
        other = question(["领事保护热线", "通知"], [])
        with self.filled([better, complete]) as engine:
            assert ids(everything(engine.snapshot(), asked))[0] == better.id
            found = everything(engine.snapshot(), other)
            assert ids(found)[0] == better.id
            assert found.total.complete == 0

    def test_what_a_question_demands_is_the_measure_of_its_hits(self) -> None:
        best = passage(0, "领事保护热线开通，领事保护热线开通")
        quoted = passage(1, "张平负责热线", report=2)
        bare = passage(2, "张平到会", report=2)
        with self.filled([best, quoted, bare]) as engine:
            snapshot = engine.snapshot()
            demanded = question(["领事保护", "热线"], [phrase("张平")])
            assert ids(everything(snapshot, demanded)) == [quoted.id]
            unanswered = question(["补助"], [phrase("张平")])
            assert set(ids(everything(snapshot, unanswered))) == {quoted.id, bare.id}
            assert everything(snapshot, question(["补助"], [])).total.passages == 0

    def test_headings_measure_a_question_only_if_they_take_part(self) -> None:
        heading = replace(passage(0, "领事保护热线"), type="heading", locator=TIERS[0].locator)
        long = passage(1, "领事保护" + "，各地另行通知其他工作安排和具体办法" * 8, report=2)
        asked, titles = question(["领事保护", "热线"], []), [heading.id]
        quoted = question(["领事保护", "热线"], [phrase("领事")])
        with self.filled([heading, long]) as engine:
            snapshot = engine.snapshot()
            assert ids(everything(snapshot, asked)) == [long.id]
            # A heading is listed last, whatever it scores; it is the measure that the long passage falls short of.
            for tree in (IncludeHeadings(asked), quoted, And((InField("type", ("heading",)), quoted))):
                assert ids(everything(snapshot, tree)) == titles
            # Asked again, in either order, the answers are the same.
            assert ids(everything(snapshot, asked)) == [long.id]
            for demanded in (InReport(phrase("领事")), Not(phrase("申请"))):
                assert ids(everything(snapshot, question(["领事保护", "热线"], [demanded]))) == [long.id]

    def test_a_question_demands_numbers_and_whole_reports(self) -> None:
        best = passage(0, "领事保护热线开通，领事保护热线开通", report=1)
        with_number = passage(1, "领事保护热线接听120次", report=2)
        beside = passage(2, "张平负责热线", report=2)
        with self.filled([best, with_number, beside]) as engine:
            snapshot = engine.snapshot()
            number = HasNumber(NumberRange(100, None))
            assert ids(everything(snapshot, question(["领事保护", "热线"], [number]))) == [with_number.id]
            of_report = question(["领事保护", "热线"], [InReport(phrase("张平"))])
            assert ids(everything(snapshot, of_report))[0] == with_number.id
            assert best.id not in ids(everything(snapshot, of_report))

    def test_heads_of_tables_answer_a_question_behind_rows(self) -> None:
        head, row = (replace(one, text="领事保护热线") for one in TIERS[1:3])
        row = replace(row, text="领事保护热线\t其他工作")
        with self.filled([head, row]) as engine:
            found = everything(engine.snapshot(), question(["领事保护", "热线"], []))
            assert (ids(found), found.hits[0].score < found.hits[1].score) == ([row.id, head.id], True)

    @pytest.mark.parametrize("words", [("保护", "工作"), ("工作", "保护")])
    def test_contiguous_beats_near_and_near_beats_apart(self, words: tuple[str, str]) -> None:
        apart = passage(0, "保护了许多的文物，然后大家又开了会，再讨论了工作和公开")
        near = passage(1, "讨论了许多的文物，然后大家又开了会，再保护了工作和公开")
        together = passage(2, f"讨论了许多的文物，然后大家又开了会，再将{''.join(words)}和公开")
        with self.filled([apart, near, together]) as engine:
            found = everything(engine.snapshot(), And(tuple(map(term, words))))
            assert ids(found) == [together.id, near.id, apart.id]

    def test_orders_by_date(self, basic: Engine) -> None:
        snapshot = basic.snapshot()
        newest = [BASIC[4], BASIC[2], BASIC[3], BASIC[0], BASIC[1], BASIC[5]]
        oldest = [BASIC[0], BASIC[1], BASIC[2], BASIC[3], BASIC[4], BASIC[5]]
        assert ids(everything(snapshot, sort="newest")) == [p.id for p in newest]
        assert ids(everything(snapshot, sort="oldest")) == [p.id for p in oldest]
        assert ids(everything(snapshot)) == [p.id for p in newest]

    @pytest.mark.parametrize(
        ("tree", "asks"),
        [
            (phrase("领事"), True),
            (Near(term("领事"), term("工作"), 9), True),
            (Within((term("领事"), term("工作"))), True),
            (And((phrase("领事"), term("工作"))), True),
            (And((term("领事"), Not(phrase("申请")))), False),
            (Not(phrase("申请")), False),
            (term("领事"), False),
            (IncludeHeadings(term("领事")), True),
            (And((InField("type", ("heading",)), phrase("领事"))), True),
            (InField("type", ("heading",)), False),
            (Everything(), False),
        ],
    )
    def test_headings_take_part_only_if_exact_wording_asks_for_them(
        self, tiers: Engine, tree: Query, asks: bool
    ) -> None:
        snapshot = tiers.snapshot()
        found = everything(snapshot, tree)
        types = {value.value: value.passages for f in found.facets if f.field == "type" for value in f.values}
        assert types.get("heading", 0) == asks
        # The filter changes nothing of it.
        narrowed = everything(snapshot, tree, filters=(("type", ("heading",)),))
        assert ids(narrowed) == ([TIERS[0].id] if asks else [])
        assert narrowed.total == Total(asks, asks, asks)

    def test_heads_of_tables_rank_behind_rows_and_headings_behind_all(self, tiers: Engine) -> None:
        snapshot = tiers.snapshot()
        # The shorter ones would come first by their scores, and the partial row last.
        tree = AtLeast(1, (phrase("领事"), phrase("工作")))
        found = everything(snapshot, tree)
        wanted = [TIERS[2], TIERS[3], TIERS[1], TIERS[0]]
        assert ids(found) == [one.id for one in wanted]
        walked: list[str] = []
        after: SortKey | None = None
        for _ in wanted:
            page = everything(snapshot, tree, limit=1, after=after)
            walked, after = walked + ids(page), page.hits[-1].key
        assert (walked, page.more) == (ids(found), False)
        assert ids(everything(snapshot, tree, sort="newest")) == [one.id for one in sorted_by_position()]

    def test_headings_are_in_no_count_of_what_an_engine_holds(self) -> None:
        alone = replace(TIERS[0], id="shanghai-2019-h00000000", report="shanghai-2019")
        with self.filled(TIERS, [alone]) as engine:
            assert engine.info() == EngineInfo(3, 1)
            assert engine.snapshot().passages([TIERS[0].id]) == [TIERS[0]]
            assert engine.snapshot().report_passages("waijiaobu-2019") == sorted_by_position()

    def test_limit_more_and_a_cursor_of_a_passage_that_is_gone(self, basic: Engine) -> None:
        snapshot = basic.snapshot()
        first = everything(snapshot, sort="newest", limit=2)
        assert (len(first.hits), first.more, first.total.passages) == (2, True, 6)
        gone = SortKey(True, 0.0, 2019, "2020-01-31", "waijiaobu-2019", 0)
        assert ids(everything(snapshot, sort="newest", after=gone)) == [BASIC[k].id for k in (3, 0, 1, 5)]
        between = replace(gone, report="waijiaobu-2018", position=7)
        assert ids(everything(snapshot, sort="newest", after=between))[0] == BASIC[2].id
        last = everything(snapshot, sort="newest", limit=6)
        assert not last.more

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

    def test_an_error_inside_a_writer_leaves_the_engine_untouched(self, own: Engine) -> None:
        with pytest.raises(ZeroDivisionError), own.writer() as writer:
            _start_and_fail(writer)
        assert own.info() == EngineInfo(6, 4)
        assert ids(everything(own.snapshot(), phrase("新的"))) == []
        with own.writer() as writer:
            writer.add([passage(9, "新的段落")])
        assert ids(everything(own.snapshot(), phrase("新的"))) == [passage(9, "").id]

    def test_one_writer_at_a_time(self, own: Engine) -> None:
        with own.writer(), pytest.raises(Exception, match="写入"), own.writer():
            pass
        with own.writer():
            pass

    def test_a_removed_report_is_gone_from_everything(self, own: Engine) -> None:
        with own.writer() as writer:
            writer.remove_report("waijiaobu-2019")
            writer.remove_report("never-there")
        snapshot = own.snapshot()
        found = everything(snapshot)
        assert own.info() == EngineInfo(4, 3)
        assert found.total == Total(4, 3, 4)
        assert "waijiaobu-2019" not in {hit.key.report for hit in found.hits}
        assert snapshot.passages([BASIC[2].id]) == []
        assert snapshot.report_passages("waijiaobu-2019") == []
        assert [
            v for f in found.facets if f.field == "section" for v in f.values if v.value == "requests"
        ] == []

    def test_a_report_is_replaced_in_one_writer(self, own: Engine) -> None:
        fresh = passage(0, "全新的领事工作", report=0)
        with own.writer() as writer:
            writer.add([passage(7, "先加后删", report=0)])
            writer.remove_report("waijiaobu-2014")
            writer.add([fresh])
        assert own.snapshot().report_passages("waijiaobu-2014") == [fresh]
        assert own.info() == EngineInfo(5, 4)

    def test_a_snapshot_never_changes(self, own: Engine) -> None:
        before = own.snapshot()
        with own.writer() as writer:
            writer.remove_report("waijiaobu-2014")
            writer.add([passage(9, "领事保护又一段")])
        assert everything(before, phrase("领事保护")).total.passages == 3
        assert before.passages([BASIC[0].id]) == [BASIC[0]]
        assert everything(own.snapshot(), phrase("领事保护")).total.passages == 3
        assert own.snapshot().passages([BASIC[0].id]) == []

    def test_what_was_committed_is_there_when_opened_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            engine = open_engine(self.name, Path(folder))
            with engine.writer() as writer:
                writer.add(BASIC)
            engine.close()
            again = open_engine(self.name, Path(folder))
            assert again.info() == EngineInfo(6, 4)
            assert ids(everything(again.snapshot(), phrase("13场"))) == [BASIC[1].id]
            again.close()

    def test_many_small_commits(self) -> None:
        single = [[passage(number, f"第{number}段领事保护", report=number % 4)] for number in range(40)]
        with self.filled(*single) as engine:
            found = everything(engine.snapshot(), phrase("领事保护"), sort="newest")
            assert len(set(ids(found))) == 40
            assert engine.info() == EngineInfo(40, 4)
            assert engine.snapshot().passages([passage(33, "", report=1).id]) == single[33]

    def test_one_snapshot_serves_many_threads(self, basic: Engine) -> None:
        snapshot = basic.snapshot()
        queries = [term("领事保护"), phrase("申请"), Or((term("工作"), phrase("13场"))), Everything()] * 10
        alone = [everything(snapshot, query) for query in queries]
        fresh = basic.snapshot()
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda query: everything(fresh, query), queries)) == alone

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


def _complete(found: Matches, id_: str) -> bool:
    return any(hit.id == id_ and hit.key.complete for hit in found.hits)


def _start_and_fail(writer: Writer) -> None:
    writer.remove_report("waijiaobu-2014")
    writer.add([passage(9, "新的段落")])
    raise ZeroDivisionError


TIERS = [
    passage(0, "领事工作", position=9, type="heading", locator=Locator("waijiaobu-2019", (0,), -1)),
    passage(1, "领事\t工作", type="table", locator=Locator("waijiaobu-2019", (0,), 1, -1)),
    passage(2, "我们做了许多领事方面的工作，开了许多的会议，并且讨论了文物的保护和公开"),
    passage(3, "领事\t3\t5", type="table", locator=Locator("waijiaobu-2019", (0,), 1, 2)),
]
"""A heading, the head of a table, a paragraph and a row, which has only one of two words."""


def sorted_by_position() -> list[Passage]:
    return [TIERS[1], TIERS[2], TIERS[3], TIERS[0]]


def apart(batches: list[list[Passage]]) -> list[list[Passage]]:
    """The batches with positions and ids that no two passages share."""
    found, number = [], 0
    for batch in batches:
        found.append([])
        for item in batch:
            found[-1].append(replace(item, id=f"{item.report}-{number:08x}", position=number))
            number += 1
    return found


def test_the_basic_corpus_uses_every_report() -> None:
    assert {p.report for p in BASIC} == {name for name, *_ in REPORTS}
