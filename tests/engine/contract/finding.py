"""What is found, in which order, and how headings and heads of tables take part."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from report_search.engine.protocol import Engine, EngineInfo, SortKey, Total
from report_search.passages import Passage
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
    Query,
    Within,
)
from tests.engine.contract.given import BASIC, TIERS, FilledEngine, everything, ids
from tests.engine.corpus import passage, phrase, term


class Finding(FilledEngine):
    """Wording, context, numbers, completeness and order."""

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


def sorted_by_position() -> list[Passage]:
    return [TIERS[1], TIERS[2], TIERS[3], TIERS[0]]
