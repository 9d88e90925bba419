"""Topics are found where a file is read, and stay with their passages whatever id the report is given later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.run.discover import discover
from indexer.run.pipeline import IndexJob, run_job
from indexer.run.work_plan import tasks_of
from indexer.run.worker_pool import FEW, ReadResult, read_all
from report_search.passages import Passage, passages_of
from report_search.search.searcher import Searcher
from report_search.taxonomy import topics
from report_search.taxonomy.topics import assign
from tests.indexer.test_pipeline import write

PROSE = "全年受理依申请公开三件，举办新闻发布会十场，开展领事保护工作。"
COPIES = FEW + 3
"""More files than are read in one process."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Reports of the same agency and year, so that all of them are given other ids than they were read under."""
    folder = tmp_path / "corpus"
    for number in range(COPIES):
        write(folder, f"{number}.txt", text=f"{PROSE}第{number}份。")
    return folder


def _readings(corpus: Path, spool: Path, *, topics: bool) -> list[ReadResult]:
    spool.mkdir()
    return list(read_all(list(tasks_of(discover([corpus]))), spool=spool, topics=topics))


def _assigned(reading: ReadResult) -> list[Passage]:
    report = replace(reading.load(), id="another-2019")
    return reading.assign(report, passages_of(report))


def test_topics_found_when_reading_are_those_found_later(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = [_assigned(reading) for reading in _readings(corpus, tmp_path / "later", topics=False)]
    readings = _readings(corpus, tmp_path / "early", topics=True)
    with monkeypatch.context() as patch:
        patch.setattr(topics, "reasons", lambda text: pytest.fail("looked for again"))
        early = [_assigned(reading) for reading in readings]
    assert early == later
    assert len(early) == COPIES
    assert all(any(passage.topics for passage in passages) for passages in early)
    assert {passage.report for passages in early for passage in passages} == {"another-2019"}


def test_an_index_has_the_topics_of_its_passages(corpus: Path, tmp_path: Path) -> None:
    run_job(IndexJob((corpus,), tmp_path / "index", "whoosh"))
    searcher = Searcher(tmp_path / "index")
    summaries = searcher.reports()
    assert len({summary.id for summary in summaries}) == COPIES
    for summary in summaries:
        report = searcher.report(summary.id)
        assert searcher.report_passages(summary.id) == assign(report, passages_of(report))
