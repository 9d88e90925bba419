"""The life of an index, run after run: what a run reads, keeps, moves and leaves alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.run import input_fingerprint, pipeline, work_plan, worker_pool
from indexer.run.pipeline import IndexJob, run_job
from indexer.run.summary import Summary
from report_search.analysis import fingerprint as fingerprints
from report_search.errors import GoneError, OperatorError, ReportSearchError
from report_search.generations import Generations
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from tests.indexer import hostile

PROSE = "全年主动公开政府信息，受理依申请公开，按期答复，未收取费用，公众反映良好。"


def write(corpus: Path, name: str, *, agency: str = "水利局", year: int = 2019, text: str = PROSE) -> Path:
    """A small report as a text file."""
    title = f"云州市{agency}{year}年政府信息公开工作年度报告"
    path = corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    body = f"{title}\n\n一、总体情况\n\n{text}\n\n二、主动公开政府信息情况\n\n公开规章三件。\n"
    path.write_text(body, encoding="utf-8")
    return path


class Desk:
    """A corpus and an index, and what one does with them."""

    def __init__(self, root: Path) -> None:
        self.corpus = root / "corpus"
        self.index = root / "index"
        self.corpus.mkdir()

    def run(self, *paths: Path, engine: str = "memory", add: bool = False) -> Summary:
        return run_job(IndexJob(paths or (self.corpus,), self.index, engine, add))

    @property
    def ids(self) -> list[str]:
        return sorted(summary.id for summary in Searcher(self.index).reports())

    @property
    def generation(self) -> str:
        current = Generations(self.index).current()
        return current.id if current else ""

    def found(self, text: str) -> list[str]:
        """The reports that contain an exact wording."""
        page = Searcher(self.index).search(SearchRequest(f"“{text}”", limit=100))
        return sorted(hit.passage.report for hit in page.hits)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("engine", ["memory", "whoosh"])
class TestOnEveryEngine:
    def test_a_second_run_over_the_same_files_does_nothing(self, desk: Desk, engine: str) -> None:
        write(desk.corpus, "a.txt")
        write(desk.corpus, "b.txt", year=2020)
        first = desk.run(engine=engine)
        second = desk.run(engine=engine)
        assert (len(first.read), len(second.read), second.unchanged) == (2, 0, ("a.txt", "b.txt"))
        assert second.generation == first.generation == desk.generation
        assert (second.passages, second.reports) == (first.passages, first.reports) == (4, 2)

    def test_a_changed_file_is_read_again_and_its_old_words_are_gone(self, desk: Desk, engine: str) -> None:
        write(desk.corpus, "a.txt", text="旧的说法甲乙丙丁。")
        write(desk.corpus, "b.txt", year=2020)
        desk.run(engine=engine)
        write(desk.corpus, "a.txt", text="新的说法戊己庚辛。")
        summary = desk.run(engine=engine)
        assert (summary.read, summary.unchanged) == (("a.txt",), ("b.txt",))
        assert desk.found("旧的说法甲乙丙丁") == []
        assert len(desk.found("新的说法戊己庚辛")) == 1

    def test_a_removed_file_leaves_the_index(self, desk: Desk, engine: str) -> None:
        write(desk.corpus, "a.txt", text="只在甲中的话。")
        write(desk.corpus, "b.txt", year=2020)
        desk.run(engine=engine)
        (desk.corpus / "a.txt").unlink()
        summary = desk.run(engine=engine)
        assert (summary.removed, summary.reports) == (("a.txt",), 1)
        assert desk.found("只在甲中的话") == []
        assert not any("2019" in one for one in desk.ids)

    def test_a_second_report_of_one_agency_and_year_moves_nothing(self, desk: Desk, engine: str) -> None:
        write(desk.corpus, "a.txt", text="第一份的内容。")
        desk.run(engine=engine)
        [alone] = desk.ids
        write(desk.corpus, "b.txt", text="第二份的内容。")
        summary = desk.run(engine=engine)
        both = desk.ids
        assert both[0] == alone
        assert both[1].startswith(f"{alone}-")
        assert len(both[1]) == len(alone) + 5
        assert sum(warning.code == "report-shared" for _, warning in summary.warnings) == 2
        assert (desk.found("第一份的内容"), desk.found("第二份的内容")) == ([alone], [both[1]])
        (desk.corpus / "b.txt").unlink()
        desk.run(engine=engine)
        assert desk.ids == [alone]
        assert desk.found("第一份的内容") == [alone]

    def test_a_file_that_becomes_bad_keeps_its_last_good_reading(self, desk: Desk, engine: str) -> None:
        good = write(desk.corpus, "a.txt", text="读得到的内容。")
        write(desk.corpus, "b.txt", year=2020)
        desk.run(engine=engine)
        good.write_bytes(b"\x00\x01\x02\xff" * 100)
        summary = desk.run(engine=engine)
        [failure] = summary.failed
        assert (failure.path, failure.kept, summary.anything_read) == ("a.txt", True, True)
        assert len(desk.found("读得到的内容")) == 1
        again = desk.run(engine=engine)
        assert again.failed == summary.failed
        assert again.generation == summary.generation, "nothing new, so no new generation"
        write(desk.corpus, "a.txt", text="修好的内容。")
        mended = desk.run(engine=engine)
        assert (mended.failed, mended.read) == ((), ("a.txt",))
        assert len(desk.found("修好的内容")) == 1

    def test_a_new_fingerprint_refuses_to_answer_until_index_has_run(
        self, desk: Desk, engine: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bad = write(desk.corpus, "a.txt", text="坏掉之前的内容。")
        write(desk.corpus, "b.txt", year=2020)
        desk.run(engine=engine)
        bad.write_bytes(b"")
        desk.run(engine=engine)
        with another_fingerprint(monkeypatch):
            with pytest.raises(OperatorError) as refused:
                Searcher(desk.index).search(SearchRequest("内容"))
            assert refused.value.code == "index-fingerprint"
            assert "report-search index" in refused.value.hint
            summary = desk.run(engine=engine)
            assert (summary.read, [f.path for f in summary.failed]) == (("b.txt",), ["a.txt"])
            assert len(desk.found("坏掉之前的内容")) == 1


@contextmanager
def another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(fingerprints, "SCHEMA", "other")
        fingerprints.fingerprint.cache_clear()
        yield
    fingerprints.fingerprint.cache_clear()


def test_a_touched_file_is_not_read_again(desk: Desk) -> None:
    path = write(desk.corpus, "a.txt")
    desk.run()
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert desk.run().unchanged == ("a.txt",)


def test_add_keeps_what_is_not_among_the_paths(desk: Desk, tmp_path: Path) -> None:
    write(desk.corpus, "a.txt")
    write(tmp_path / "more", "b.txt", year=2020)
    desk.run()
    summary = desk.run(tmp_path / "more", add=True)
    assert (summary.read, summary.removed, summary.reports) == (("b.txt",), (), 2)
    (desk.corpus / "a.txt").unlink()
    assert desk.run(tmp_path / "more", add=True).reports == 2
    assert desk.run(tmp_path / "more").removed == ("a.txt",)


def test_add_keeps_what_is_known_of_failures_elsewhere(desk: Desk, tmp_path: Path) -> None:
    write(desk.corpus, "a.txt")
    (desk.corpus / "empty.txt").write_bytes(b"")
    write(tmp_path / "more", "b.txt", year=2020)
    desk.run()
    desk.run(tmp_path / "more", add=True)
    current = Generations(desk.index).current()
    assert current is not None
    assert [record.path for record in current.record.sources if record.code] == ["empty.txt"]


def test_two_corpus_folders_may_hold_files_of_the_same_name(desk: Desk, tmp_path: Path) -> None:
    write(desk.corpus, "2019.txt", text="甲处的文字。")
    write(tmp_path / "other", "2019.txt", agency="林业局", text="乙处的文字。")
    both = (desk.corpus, tmp_path / "other")
    assert desk.run(*both).read == ("2019.txt", "2019.txt")
    assert desk.run(*both).unchanged == ("2019.txt", "2019.txt")
    (tmp_path / "other" / "2019.txt").unlink()
    write(tmp_path / "other", "2021.txt", agency="林业局", year=2021)
    summary = desk.run(*both)
    assert (summary.read, summary.unchanged, summary.removed) == (("2021.txt",), ("2019.txt",), ("2019.txt",))
    assert (len(desk.found("甲处的文字")), desk.found("乙处的文字")) == (1, [])


def test_identical_copies_are_both_there_and_named(desk: Desk) -> None:
    path = write(desk.corpus, "a.txt", text="一模一样的内容。")
    (desk.corpus / "copy.txt").write_bytes(path.read_bytes())
    summary = desk.run()
    assert len(set(desk.ids)) == 2
    assert len(desk.found("一模一样的内容")) == 2
    named = [warning.message for _, warning in summary.warnings if warning.code == "report-shared"]
    assert len(named) == 2
    assert all("a.txt" in message and "copy.txt" in message for message in named)


def test_a_bad_file_keeps_its_id_among_reports_that_share_it(desk: Desk) -> None:
    bad = write(desk.corpus, "a.txt", text="第一份的内容。")
    write(desk.corpus, "b.txt", text="第二份的内容。")
    desk.run()
    before = desk.found("第一份的内容")
    bad.write_bytes(b"")
    desk.run()
    assert desk.found("第一份的内容") == before
    desk.run()
    assert desk.found("第一份的内容") == before


BAD = {
    "empty.txt": b"",
    "blank.txt": b" \n\t\n",
    "binary.txt": bytes(range(256)) * 20,
    "latin.txt": "Rapport annuel d\u00e9taill\u00e9 \u00e0 ".encode("latin-1") * 20,
    "notice.txt": "关于做好2019年政府信息公开工作年度报告编制工作的通知\n\n各单位：请认真做好编制工作。\n".encode(),
    "story.txt": ("从前有座山，山里有座庙。" * 30).encode(),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_named_with_a_reason_and_the_run_goes_on(desk: Desk, name: str) -> None:
    write(desk.corpus, "good.txt")
    (desk.corpus / name).write_bytes(BAD[name])
    summary = desk.run()
    [failure] = summary.failed
    assert (failure.path, failure.kept) == (name, False)
    assert failure.code
    assert failure.message
    assert summary.anything_read
    assert any(name in line and failure.message in line for line in summary.lines())
    again = desk.run()
    assert (again.failed, again.generation) == (summary.failed, summary.generation)


def test_what_can_not_be_opened_is_a_failure(desk: Desk) -> None:
    write(desk.corpus, "good.txt")
    (desk.corpus / "dangling.txt").symlink_to(desk.corpus / "nowhere")
    os.mkfifo(desk.corpus / "pipe.txt")
    os.mkfifo(desk.corpus / "pipe.png")
    if os.geteuid():
        write(desk.corpus, "locked.txt", year=2020).chmod(0)
    summary = desk.run()
    assert {failure.code for failure in summary.failed} == {"unreadable"}
    assert {"dangling.txt", "pipe.txt"} <= {failure.path for failure in summary.failed}
    (desk.corpus / "dangling.txt").unlink()
    write(desk.corpus, "dangling.txt", year=2021)
    assert desk.run().read == ("dangling.txt",), "what could not be opened is tried again"


def test_nothing_readable_makes_no_index(desk: Desk) -> None:
    (desk.corpus / "empty.txt").write_bytes(b"")
    summary = desk.run()
    assert not summary.anything_read
    assert (summary.generation, desk.generation) == ("", "")
    assert "没有建立索引" in "\n".join(summary.lines())


def test_nothing_readable_leaves_the_index_as_it_was(desk: Desk) -> None:
    good = write(desk.corpus, "a.txt", text="还在的内容。")
    before = desk.run().generation
    good.unlink()
    (desk.corpus / "empty.txt").write_bytes(b"")
    summary = desk.run()
    assert (summary.anything_read, summary.removed, desk.generation) == (False, (), before)
    assert len(desk.found("还在的内容")) == 1


def test_a_folder_without_reports_or_a_path_that_is_not_there_is_the_operators_affair(desk: Desk) -> None:
    with pytest.raises(OperatorError) as empty:
        desk.run()
    assert empty.value.code == "corpus-empty"
    with pytest.raises(OperatorError) as missing:
        desk.run(desk.corpus / "nowhere")
    assert missing.value.code == "corpus-missing"


def test_a_folder_that_can_not_be_listed_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write(desk.corpus, "a.txt")
    write(desk.corpus, "below/b.txt", year=2020)
    before = desk.run()
    usual = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("below"):
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        with pytest.raises(OperatorError) as error:
            desk.run()
    assert error.value.code == "corpus-unreadable"
    assert (desk.generation, len(desk.ids)) == (before.generation, 2)


class TestManifest:
    def test_an_edited_entry_reads_its_file_again_and_no_other(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        write(desk.corpus, "b.txt", year=2020)
        desk.run()
        manifest = desk.corpus / "manifest.toml"
        manifest.write_text('[[report]]\nfile = "a.txt"\nyear = 2017\n', encoding="utf-8")
        summary = desk.run()
        assert (summary.read, summary.unchanged) == (("a.txt",), ("b.txt",))
        assert [one.rsplit("-", 1)[1] for one in desk.ids] == ["2017", "2020"]
        manifest.unlink()
        assert desk.run().read == ("a.txt",)
        assert [one.rsplit("-", 1)[1] for one in desk.ids] == ["2019", "2020"]

    def test_what_it_leaves_out_leaves_the_index(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        write(desk.corpus, "b.txt", year=2020)
        desk.run()
        manifest = desk.corpus / "manifest.toml"
        manifest.write_text('[[report]]\nfile = "a.txt"\nskip = true\n', encoding="utf-8")
        summary = desk.run(add=True)
        assert (summary.removed, summary.skipped, summary.failed) == (("a.txt",), ("a.txt",), ())
        assert summary.reports == 1
        assert desk.run().generation == summary.generation
        manifest.unlink()
        assert desk.run().read == ("a.txt",)

    def test_a_broken_one_stops_the_run_before_it_begins(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        before = desk.run().generation
        (desk.corpus / "manifest.toml").write_text("[[report]\n", encoding="utf-8")
        with pytest.raises(OperatorError):
            desk.run()
        assert desk.generation == before


def test_another_recipe_reads_everything_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write(desk.corpus, "a.txt")
    desk.run()
    monkeypatch.setattr(work_plan, "base_recipe", lambda: "an edited topic")
    assert desk.run().read == ("a.txt",)
    assert desk.run().unchanged == ("a.txt",)


def test_a_report_kept_by_add_is_read_again_once_its_recipe_is_old(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(desk.corpus, "a.txt")
    write(tmp_path / "more", "b.txt", year=2020)
    desk.run()
    monkeypatch.setattr(work_plan, "base_recipe", lambda: "a better reader")
    desk.run(tmp_path / "more", add=True)
    summary = desk.run(desk.corpus, tmp_path / "more")
    assert (summary.read, summary.unchanged) == (("a.txt",), ("b.txt",))


def test_the_recipe_covers_topics_readers_and_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = input_fingerprint.base_recipe.__wrapped__()
    assert usual == input_fingerprint.base_recipe.__wrapped__()
    monkeypatch.setattr(input_fingerprint, "version", lambda library: "999")
    assert input_fingerprint.base_recipe.__wrapped__() != usual
    named = {source.name for source in input_fingerprint.sources()}
    assert {"topics.toml", "sections.toml", "agencies.toml", "dictionary.txt", "fold.py"} <= named
    assert not {"stopwords.txt", "synonyms.toml"} & named


def test_the_recipe_covers_all_code_that_a_reading_runs() -> None:
    """An edited fold left the topics of the readings before it."""
    program = (
        "import sys, indexer.read_report, report_search.taxonomy.topics, report_search.passages\n"
        "ours = [m for n, m in list(sys.modules.items()) if n.startswith(('report_search.', 'indexer.'))]\n"
        "print(*(getattr(module, '__file__', '') for module in ours))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    hashed = {str(source) for source in input_fingerprint.sources()}
    assert {path for path in loaded.split() if path.endswith(".py")} - hashed == set()


def test_another_engine_rebuilds(desk: Desk) -> None:
    write(desk.corpus, "a.txt")
    first = desk.run(engine="memory")
    second = desk.run(engine="whoosh")
    assert (second.read, Searcher(desk.index).state().engine) == (("a.txt",), "whoosh")
    assert second.generation != first.generation
    assert (second.passages, second.reports) == (first.passages, first.reports)


def test_an_unknown_engine_is_named(desk: Desk) -> None:
    write(desk.corpus, "a.txt")
    with pytest.raises(OperatorError) as error:
        desk.run(engine="lucene")
    assert error.value.code == "engine-unknown"
    assert "whoosh" in error.value.hint


def test_a_second_writer_is_refused(desk: Desk) -> None:
    write(desk.corpus, "a.txt")
    generations = Generations(desk.index)
    with generations.draft(engine="memory", fingerprint="x"), pytest.raises(OperatorError) as refused:
        desk.run()
    assert refused.value.code == "index-locked"
    assert desk.run().read == ("a.txt",)


def test_a_run_that_is_killed_leaves_the_old_index_and_the_next_run_ends_it(desk: Desk) -> None:
    write(desk.corpus, "a.txt", text="先前的内容。")
    before = desk.run().generation
    for year in range(2010, 2019):
        write(desk.corpus, f"{year}.txt", year=year)
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(desk.corpus), str(desk.index)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "filling\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert desk.generation == before
    assert len(desk.found("先前的内容")) == 1
    assert desk.run().reports == 10
    assert sorted(path.name for path in (desk.index / "generations").iterdir() if "draft" in path.name) == []


SLOW = """
import sys, time
from pathlib import Path
from indexer.run.pipeline import IndexJob, run_job

def tell(what, done, total):
    if what == "入库":
        print("filling", flush=True)
        time.sleep(60)

run_job(IndexJob((Path(sys.argv[1]),), Path(sys.argv[2]), "memory"), progress=tell)
"""


def test_a_failed_check_leaves_the_old_index(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write(desk.corpus, "a.txt")
    before = desk.run().generation
    write(desk.corpus, "b.txt", year=2020)

    def broken(*_: object, **__: object) -> None:
        raise OperatorError("index-check", "不对")

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "check_engine", broken)
        with pytest.raises(OperatorError):
            desk.run()
    assert desk.generation == before
    assert desk.run().read == ("b.txt",)


def test_a_searcher_follows_the_index_and_an_old_cursor_is_gone(desk: Desk) -> None:
    write(desk.corpus, "a.txt")
    desk.run()
    searcher = Searcher(desk.index)
    request = SearchRequest("公开", filters=(("year", ("2010..2030",)),), limit=1)
    page = searcher.search(request)
    assert (page.total.passages, bool(page.next)) == (2, True)
    write(desk.corpus, "b.txt", year=2020)
    desk.run()
    assert searcher.search(request).total.passages == 4
    with pytest.raises(GoneError):
        searcher.search(SearchRequest("公开", filters=request.filters, limit=1, cursor=page.next))


class TestWorkers:
    def test_many_files_are_read_in_processes_of_their_own(self, desk: Desk) -> None:
        for year in range(2000, 2012):
            write(desk.corpus, f"{year}.txt", year=year)
        (desk.corpus / "empty.txt").write_bytes(b"")
        seen: list[tuple[str, int, int]] = []
        job = IndexJob((desk.corpus,), desk.index, "memory")
        summary = run_job(job, progress=lambda *told: seen.append(told))
        assert (len(summary.read), [f.path for f in summary.failed]) == (12, ["empty.txt"])
        assert [told for told in seen if told[0] == "读取"] == [("读取", n, 13) for n in range(1, 14)]
        assert [told for told in seen if told[0] == "入库"] == [("入库", n, 12) for n in range(1, 13)]

    def test_an_error_that_nobody_foresaw_is_a_failure_of_its_file(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(desk.corpus, "ZeroDivisionError.txt")
        write(desk.corpus, "b.txt", year=2020)
        monkeypatch.setattr(worker_pool, "READ", hostile.read_job)
        summary = desk.run()
        [failure] = summary.failed
        assert (failure.path, failure.code, summary.read) == (
            "ZeroDivisionError.txt",
            "reader-failed",
            ("b.txt",),
        )
        assert "ZeroDivisionError" in failure.message

    def test_an_error_of_the_operator_stops_the_run(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(desk.corpus, "OperatorError.txt")
        monkeypatch.setattr(worker_pool, "READ", hostile.read_job)
        with pytest.raises(ReportSearchError, match="章节表有误"):
            desk.run()


def test_an_unchanged_run_is_quick(desk: Desk) -> None:
    for year in range(1900, 2020):
        write(desk.corpus, f"{year}.txt", year=year)
    desk.run()
    began = time.monotonic()
    assert len(desk.run().unchanged) == 120
    assert time.monotonic() - began < 2
