"""A report is encoded once and its passages, topics included, are made once, whatever id it is given later."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.run import apply
from indexer.run.discover import discover
from indexer.run.pipeline import IndexJob, run_job
from indexer.run.spool import SpooledReport
from indexer.run.work_plan import tasks_of
from indexer.run.worker_pool import FILES_A_PROCESS, read_all
from report_search.generations import Generations, draft
from report_search.generations.draft import SPOOL_FOLDER
from report_search.passages import passages_of, passages_with_headings, with_report_id
from report_search.search.searcher import Searcher
from report_search.taxonomy.topics import assign
from tests.indexer.test_pipeline import write

PROSE = "全年受理依申请公开三件，举办新闻发布会十场，开展领事保护工作。"
COPIES = 2 * FILES_A_PROCESS + 3
"""More files than are read in one process."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Reports of the same agency and year, so that all of them are given other ids than they were read under."""
    folder = tmp_path / "corpus"
    for number in range(COPIES):
        write(folder, f"{number}.txt", text=f"{PROSE}第{number}份。\n\n{PROSE}第{number}份。")
    return folder


def _spooled(corpus: Path, spool: Path) -> list[SpooledReport]:
    spool.mkdir()
    results = read_all(list(tasks_of(discover([corpus]))), spool=spool)
    return [result.spooled for result in results if result.spooled]


def test_passages_of_the_spool_are_those_made_later_under_another_id(corpus: Path, tmp_path: Path) -> None:
    spooled = _spooled(corpus, tmp_path / "spool")
    early = [with_report_id(one.passages(), "another-2019") for one in spooled]
    reports = [replace(one.report(), id="another-2019") for one in spooled]
    assert early == [assign(report, passages_with_headings(report)) for report in reports]
    assert len(early) == COPIES
    assert all(any(passage.topics for passage in passages) for passages in early)
    assert {passage.report for passages in early for passage in passages} == {"another-2019"}
    assert any(passage.id.count("-") > 2 for passage in early[0]), "equal texts are told apart"


def test_nothing_is_spooled_where_no_spool_is_given(corpus: Path) -> None:
    results = list(read_all(list(tasks_of(discover([corpus])))))
    assert [result.passages for result in results] == [3] * COPIES
    assert all(result.header and not result.spooled for result in results)


def test_a_report_that_keeps_its_id_is_moved_into_the_draft_as_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in (2019, 2020):
        write(tmp_path / "corpus", f"{year}.txt", year=year, text=PROSE)
    monkeypatch.setattr(draft, "encode_report", lambda report: pytest.fail("encoded again"))
    monkeypatch.setattr(apply, "passages_with_headings", lambda report: pytest.fail("made again"))
    monkeypatch.setattr(apply, "assign", lambda report, passages: pytest.fail("looked for again"))
    summary = run_job(IndexJob((tmp_path / "corpus",), tmp_path / "index", "whoosh"))
    current = Generations(tmp_path / "index").current()
    assert current
    assert (summary.reports, len(list((current.folder / "reports").iterdir()))) == (2, 2)
    assert not list(current.folder.rglob(SPOOL_FOLDER))


def test_an_index_has_the_topics_of_its_passages(corpus: Path, tmp_path: Path) -> None:
    run_job(IndexJob((corpus,), tmp_path / "index", "whoosh"))
    searcher = Searcher(tmp_path / "index")
    summaries = searcher.reports()
    assert len({summary.id for summary in summaries}) == COPIES
    for summary in summaries:
        report = searcher.report(summary.id)
        assert searcher.report_passages(summary.id) == assign(report, passages_of(report))
