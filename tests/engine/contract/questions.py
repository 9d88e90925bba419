"""What answers a question, and how it is scored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from report_search.engine.protocol import Matches
from report_search.passages import Passage
from report_search.query.ast import (
    And,
    HasNumber,
    IncludeHeadings,
    InField,
    InReport,
    Not,
    NumberRange,
    Question,
)
from tests.engine.contract.given import TIERS, FilledEngine, apart, everything, ids, relaxed
from tests.engine.corpus import filters, passage, passages, phrase, question, questions
from tests.quality.question_oracle import stated_scores


class Questions(FilledEngine):
    """Scores as they are stated, and what is the measure of them."""

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


def _complete(found: Matches, id_: str) -> bool:
    return any(hit.id == id_ and hit.key.complete for hit in found.hits)
