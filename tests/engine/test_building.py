"""An index built on all cores is the index that one process builds."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import wait
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from report_search import process_pool
from report_search.engine import parallel
from report_search.engine.parallel import PassagePreparer
from report_search.engine.protocol import Engine, EngineRequest
from report_search.engine.registry import open_engine
from report_search.passages import Passage, TopicReason
from report_search.query.ast import And, Everything, Near, Or
from tests.engine.corpus import HEADINGS, PIECES, TOPICS, passage, phrase, term

NAMES = (
    "whoosh",
    pytest.param(
        "tantivy",
        marks=pytest.mark.skipif(not find_spec("tantivy"), reason="the extra 'tantivy' is not installed"),
    ),
)
QUERIES = (
    Everything(),
    term("领事保护"),
    And((term("公开"), term("申请"))),
    Or((phrase("350条"), phrase("2023年"), phrase("13件"))),
    Near(term("工作"), term("答复"), 8),
)


def corpus(count: int) -> list[Passage]:
    """Passages of every kind of piece, with positions of their own."""
    found = []
    for number in range(count):
        pieces = (PIECES[number * step % len(PIECES)] for step in (1, 7, 11, 13, 5, 3))
        topic = TopicReason(TOPICS[number % 3], ("因",))
        found.append(
            passage(
                number,
                "".join(pieces) + f"第{number}段",
                report=number * 4 // count,
                headings=(HEADINGS[number % len(HEADINGS)],),
                topics=(topic,) if number % 5 else (),
            )
        )
    return found


def build(name: str, folder: Path, passages: list[Passage]) -> Engine:
    """Add the passages fifty at a time, then replace the first report by three of its passages."""
    engine = open_engine(name, folder)
    with engine.writer() as writer:
        for at in range(0, len(passages), 50):
            writer.add(passages[at : at + 50])
        writer.remove_report(passages[0].report)
        writer.add([p for p in passages if p.report == passages[0].report][:3])
    return engine


def answers(engine: Engine) -> list[Any]:
    """All that an engine says."""
    snapshot = engine.snapshot()
    found: list[Any] = [engine.info()]
    for tree in QUERIES:
        matches = snapshot.find(EngineRequest(tree, limit=100))
        facets = {facet.field: set(facet.values) for facet in matches.facets}
        found += [matches.total, matches.hits, facets, snapshot.passages([hit.id for hit in matches.hits])]
    return found


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """All passages but the first ten go to two other processes; gives the number of passages in each chunk."""
    sent: list[int] = []
    start, submit = PassagePreparer._start, PassagePreparer._submit

    def start_and_wait(self: PassagePreparer[Any]) -> None:
        start(self)
        wait(self._loading)

    def counted(self: PassagePreparer[Any], passages: list[Passage]) -> Any:
        sent.append(len(passages))
        return submit(self, passages)

    monkeypatch.setattr(process_pool, "useful", lambda: 2)
    monkeypatch.setattr(parallel, "PROCESSES_FROM", 10)
    monkeypatch.setattr(PassagePreparer, "_start", start_and_wait)
    monkeypatch.setattr(PassagePreparer, "_submit", counted)
    return sent


@pytest.mark.parametrize("name", NAMES)
def test_an_index_built_on_all_cores_answers_as_one_built_alone(
    name: str, tmp_path: Path, shared: list[int]
) -> None:
    passages = corpus(1500)
    with pytest.MonkeyPatch.context() as one:
        one.setattr(process_pool, "useful", lambda: 1)
        alone = build(name, tmp_path / "alone", passages)
    assert not shared
    together = build(name, tmp_path / "together", passages)
    assert sum(shared) > 1400
    assert not multiprocessing.active_children()
    assert answers(together) == answers(alone)
    together.close()
    alone.close()


def test_its_arrays_are_the_same_bytes(tmp_path: Path, shared: list[int]) -> None:
    passages = corpus(300)
    build("whoosh", tmp_path / "together", passages).close()
    assert sum(shared) > 250
    with pytest.MonkeyPatch.context() as one:
        one.setattr(process_pool, "useful", lambda: 1)
        build("whoosh", tmp_path / "alone", passages).close()
    arrays = [
        {path.name: path.read_bytes() for path in (tmp_path / place / "arrays").glob("*/*")}
        for place in ("together", "alone")
    ]
    assert arrays[0]
    assert arrays[0] == arrays[1]


@pytest.mark.parametrize("name", NAMES)
def test_an_error_ends_the_other_processes(name: str, tmp_path: Path, shared: list[int]) -> None:
    engine = open_engine(name, tmp_path)
    with pytest.raises(ZeroDivisionError), engine.writer() as writer:
        _fill_and_fail(writer.add)
    assert shared
    assert not multiprocessing.active_children()
    assert engine.info().passages == 0
    engine.close()


@pytest.mark.parametrize("name", NAMES)
def test_an_update_of_one_report_starts_no_process(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_pool, "useful", lambda: 2)
    monkeypatch.setattr(process_pool, "pool", lambda process_pool: pytest.fail("a process was started"))
    engine = open_engine(name, tmp_path)
    passages = corpus(200)
    for _ in range(2):
        with engine.writer() as writer:
            for report in {p.report for p in passages}:
                writer.remove_report(report)
            writer.add(passages)
    assert engine.info().passages == 200
    engine.close()


def _fill_and_fail(add: Any) -> None:
    add(corpus(300))
    raise ZeroDivisionError
