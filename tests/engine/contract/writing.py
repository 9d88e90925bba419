"""Writers, snapshots and what an engine holds."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from report_search.engine.protocol import Engine, EngineInfo, EngineRequest, Matches, Total, Writer
from report_search.engine.registry import open_engine
from report_search.query.ast import Everything, Or
from tests.engine.contract.given import BASIC, FilledEngine, everything, ids
from tests.engine.corpus import passage, phrase, term


class Writing(FilledEngine):
    """What a commit changes, and what nothing changes."""

    def test_a_writer_that_adds_nothing_changes_nothing(self, own: Engine) -> None:
        with own.writer():
            pass
        assert own.info() == EngineInfo(6, 4)

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

    def test_passages_come_back_equal_and_in_the_order_asked(self, basic: Engine) -> None:
        snapshot = basic.snapshot()
        asked = [BASIC[4].id, "nothing-here", BASIC[0].id]
        assert snapshot.passages(asked) == [BASIC[4], BASIC[0]]
        assert snapshot.report_passages("waijiaobu-2014") == BASIC[:2]
        assert snapshot.report_passages("nothing-here") == []

    def test_an_empty_index_answers(self) -> None:
        with self.filled() as engine:
            found = engine.snapshot().find(EngineRequest(term("领事")))
            assert found == Matches(Total(0, 0, 0), (), found.facets, False)
            assert all(not facet.values for facet in found.facets)
            assert engine.info() == EngineInfo(0, 0)


def _start_and_fail(writer: Writer) -> None:
    writer.remove_report("waijiaobu-2014")
    writer.add([passage(9, "新的段落")])
    raise ZeroDivisionError
