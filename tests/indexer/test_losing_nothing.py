"""A run that loses nothing: what files, disks, people and other runs do to it, and the index that is left."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.run import pipeline, worker_pool
from indexer.run.check import check_paths, parse_file
from indexer.run.discover import discover
from indexer.run.pipeline import IndexJob, run_job
from indexer.run.work_plan import tasks_of
from report_search.cli import main
from report_search.corpus_coverage import coverage_of
from report_search.errors import GoneError, OperatorError, ReadError
from report_search.generations import Generations
from report_search.generations import draft as draft_module
from report_search.search.searcher import Searcher
from tests.indexer import hostile
from tests.indexer.test_pipeline import Desk, write

GBK = os.fsdecode("年度报告.txt".encode("gbk"))
GBK_SHOWN = r"\xc4\xea\xb6ȱ\xa8\xb8\xe6.txt"
"""Two bytes in the middle happen to be a character in UTF-8."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def years(desk: Desk, first: int, last: int) -> None:
    for year in range(first, last):
        write(desk.corpus, f"{year}.txt", year=year)


class TestLosses:
    def test_a_corpus_that_shrank_is_not_followed_without_a_word(self, desk: Desk) -> None:
        years(desk, 2000, 2020)
        before = desk.run().generation
        for year in range(2000, 2004):
            (desk.corpus / f"{year}.txt").unlink()
        with pytest.raises(OperatorError) as refused:
            desk.run()
        assert refused.value.code == "many-losses"
        assert all(f"{year}.txt" in refused.value.message for year in range(2000, 2004))
        assert "不存在" in refused.value.message
        assert "--accept-losses" in refused.value.hint
        assert "--add" in refused.value.hint
        assert (desk.generation, len(desk.ids)) == (before, 20)
        assert desk.run(add=True).reports == 20
        accepted = run_job(IndexJob((desk.corpus,), desk.index, "memory", accept_losses=True))
        assert (len(accepted.removed), accepted.reports) == (4, 16)

    def test_three_or_a_tenth_may_go(self, desk: Desk) -> None:
        years(desk, 1980, 2020)
        desk.run()
        for year in range(1980, 1984):
            (desk.corpus / f"{year}.txt").unlink()
        assert desk.run().reports == 36, "four of forty are a tenth"
        for year in range(1990, 1994):
            (desk.corpus / f"{year}.txt").unlink()
        with pytest.raises(OperatorError):
            desk.run()
        write(desk.corpus, "1990.txt", year=1990)
        assert desk.run().reports == 33, "three are few"

    def test_paths_that_were_not_given_count(self, desk: Desk, tmp_path: Path) -> None:
        years(desk, 2000, 2010)
        desk.run()
        write(tmp_path / "more", "b.txt", agency="林业局")
        with pytest.raises(OperatorError, match="没有给出"):
            desk.run(tmp_path / "more")
        assert desk.run(tmp_path / "more", add=True).reports == 11

    def test_files_that_can_not_be_read_any_more_count_once(self, desk: Desk) -> None:
        years(desk, 2000, 2010)
        before = desk.run().generation
        for year in range(2000, 2005):
            (desk.corpus / f"{year}.txt").write_bytes(b"\x00\x01\x02\xff" * 100)
        with pytest.raises(OperatorError) as refused:
            desk.run()
        assert "读不出来" in refused.value.message
        assert desk.generation == before
        accepted = run_job(IndexJob((desk.corpus,), desk.index, "memory", accept_losses=True))
        assert (len(accepted.failed), accepted.reports) == (5, 10)
        assert len(desk.run().failed) == 5, "what was accepted is not asked for again"

    def test_files_that_were_never_read_lose_nothing(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        for number in range(20):
            (desk.corpus / f"{number}.txt").write_bytes(b"")
        assert desk.run().reports == 1
        for number in range(20, 40):
            (desk.corpus / f"{number}.txt").write_bytes(b"")
        assert desk.run().reports == 1

    def test_a_report_that_moved_or_was_replaced_is_not_lost(self, desk: Desk) -> None:
        years(desk, 2000, 2010)
        desk.run()
        for year in range(2000, 2005):
            (desk.corpus / f"{year}.txt").rename(desk.corpus / f"moved-{year}.txt")
        for year in range(2005, 2010):
            (desk.corpus / f"{year}.txt").unlink()
            write(desk.corpus, f"new-{year}.txt", year=year, text="换了一份文件，内容也改过。")
        assert desk.run().reports == 10

    def test_what_the_manifest_leaves_out_is_not_lost(self, desk: Desk) -> None:
        years(desk, 2000, 2010)
        desk.run()
        manifest = "".join(f'[[report]]\nfile = "{year}.txt"\nskip = true\n' for year in range(2000, 2008))
        (desk.corpus / "manifest.toml").write_text(manifest, encoding="utf-8")
        assert desk.run().reports == 2


class TestFaultsOfTheMachine:
    @pytest.mark.parametrize("name", ["ENOSPC", "EMFILE", "ENFILE", "ENOMEM"])
    def test_none_of_them_is_kept_as_a_fault_of_a_file(
        self, desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(desk.corpus, "a.txt")
        before = desk.run().generation
        write(desk.corpus, "b.txt", year=2020)
        write(desk.corpus, f"{name}.txt", year=2021)
        with monkeypatch.context() as patch:
            patch.setattr(worker_pool, "READ", hostile.read_job)
            with pytest.raises(OperatorError) as stopped:
                desk.run()
        assert "原来的索引没有变" in stopped.value.hint
        assert desk.generation == before
        assert len(desk.run().read) == 2, "tried again"

    def test_a_disk_that_is_full_when_the_index_is_written(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(desk.corpus, "a.txt")
        before = desk.run().generation
        write(desk.corpus, "b.txt", year=2020)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(draft_module, "sync", full)
            with pytest.raises(OperatorError) as stopped:
                desk.run()
        assert (stopped.value.code, desk.generation) == ("disk-full", before)
        assert not [path for path in (desk.index / "generations").iterdir() if "draft" in path.name]

    def test_a_report_that_can_not_be_kept_is_not_its_files_fault(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        [task] = tasks_of(discover([desk.corpus]))
        with pytest.raises(OperatorError) as stopped:
            list(worker_pool.read_all([task], spool=desk.index / "nowhere"))
        assert stopped.value.code == "spool"

    @pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
    def test_an_index_folder_without_room(self, tmp_path: Path, small_disk: Path, engine: str) -> None:
        if engine == "tantivy":
            pytest.importorskip("tantivy", reason="the extra tantivy is not installed")
        desk = Desk(tmp_path)
        desk.index = small_disk / "index"
        years(desk, 2000, 2003)
        before = desk.run(engine=engine).generation
        write(desk.corpus, "long.txt", agency="林业局", text=f"{'很长的一段话。' * 20000}")
        for number in range(12):
            write(desk.corpus, f"{number}.txt", agency=f"{number}县林业局", text="又是很长的一段话。" * 4000)
        with pytest.raises(OperatorError) as stopped:
            desk.run(engine=engine)
        assert stopped.value.code == "disk-full"
        assert (desk.generation, len(desk.ids)) == (before, 3)

    def test_a_temporary_folder_without_room_loses_nothing(
        self, desk: Desk, small_disk: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        years(desk, 2000, 2015)
        with pytest.raises(OSError, match="No space"):
            (small_disk / "full").write_bytes(b"x" * 4_000_000)
        environment = {**os.environ, "TMPDIR": str(small_disk)}
        command = [*REPORT_SEARCH, "index", str(desk.corpus), "--index", str(desk.index), "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["reports"] == 15
        assert json.loads(done.stdout)["failed"] == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1.5 megabytes; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("no command mount")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)], check=False)
    if made.returncode:
        pytest.skip("only root can mount a file system")
    try:
        yield folder
    finally:
        # A caught error refers to the frames it came through, and they to files of the engine.
        gc.collect()
        subprocess.run(["umount", str(folder)], check=True)


REPORT_SEARCH = [sys.executable, "-m", "report_search"]


@pytest.mark.parametrize("name", ["allocates", "crashes", "exits"])
def test_a_file_that_ends_its_reader_leaves_a_whole_index(
    desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    years(desk, 2010, 2014)
    write(desk.corpus, f"{name}.txt", year=2020)
    monkeypatch.setattr(worker_pool, "READ", hostile.read_job)
    summary = desk.run()
    [failure] = summary.failed
    assert (failure.path, summary.reports) == (f"{name}.txt", 4)
    assert failure.code == ("too-costly" if name == "allocates" else "reader-failed")
    again = desk.run()
    assert (again.failed, again.generation) == (summary.failed, summary.generation), "not tried again"


def test_parse_and_check_end_a_reader_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(desk.corpus, "crashes.txt")
    monkeypatch.setattr(worker_pool, "READ", hostile.read_job)
    checked = check_paths([desk.corpus], progress=lambda what, done, total: None)
    assert [failure.code for failure in checked.failed] == ["reader-failed"]
    monkeypatch.setattr(worker_pool, "read_report_alone", hostile.read_report)
    with pytest.raises(ReadError) as failed:
        parse_file(path)
    assert failed.value.code == "reader-failed"


class TestFileNames:
    def test_a_name_that_is_not_utf8_is_one_files_fault(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        write(desk.corpus, "b.txt", year=2020).rename(desk.corpus / GBK)
        summary = desk.run()
        [failure] = summary.failed
        assert (failure.path, failure.code, summary.read) == (GBK_SHOWN, "file-name", ("a.txt",))
        "\n".join(summary.lines()).encode()
        json.dumps(summary.as_json(), ensure_ascii=False).encode()
        again = desk.run()
        assert (again.failed, again.generation) == (summary.failed, summary.generation)
        checked = check_paths([desk.corpus], progress=lambda what, done, total: None)
        assert [one.code for one in checked.failed] == ["file-name"]
        with pytest.raises(ReadError):
            parse_file(desk.corpus / GBK)
        (desk.corpus / GBK).rename(desk.corpus / "b.txt")
        assert desk.run().read == ("b.txt",)

    def test_a_folder_whose_name_is_not_utf8(self, desk: Desk, tmp_path: Path) -> None:
        write(desk.corpus, "a.txt")
        (desk.corpus / GBK).mkdir()
        write(desk.corpus / GBK, "b.txt", year=2020)
        assert [failure.path for failure in desk.run().failed] == [f"{GBK_SHOWN}/b.txt"]
        # As the folder of the corpus itself it is in nobody's way.
        write(tmp_path / GBK, "c.txt", year=2021)
        assert desk.run(tmp_path / GBK).read == ("c.txt",)
        assert desk.run(tmp_path / GBK).unchanged == ("c.txt",)

    def test_a_terminal_obeys_no_name(self, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
        write(desk.corpus, "a.txt")
        (desk.corpus / "b\x1b[2J\n\u202e.txt").write_bytes(b"")
        with pytest.raises(SystemExit) as ended:
            main(["index", str(desk.corpus), "--index", str(desk.index), "--engine", "memory"])
        printed = capfd.readouterr().out
        assert ended.value.code == 0
        assert r"b\x1b[2J\n\u202e.txt" in printed
        assert "\x1b" not in printed
        assert "\u202e" not in printed


class TestLinks:
    def test_what_leaves_the_corpus_is_not_followed_and_said(self, desk: Desk, tmp_path: Path) -> None:
        write(desk.corpus, "a.txt")
        outside = write(tmp_path / "outside", "secret.txt", year=2020, text="语料之外的内容。")
        (desk.corpus / "file.txt").symlink_to(outside)
        (desk.corpus / "below").mkdir()
        (desk.corpus / "below" / "folder").symlink_to(outside.parent)
        (desk.corpus / "up.txt").symlink_to("../outside/secret.txt")
        summary = desk.run()
        assert {(failure.path, failure.code) for failure in summary.failed} == {
            ("below/folder", "outside-corpus"),
            ("file.txt", "outside-corpus"),
            ("up.txt", "outside-corpus"),
        }
        assert (summary.read, desk.found("语料之外的内容")) == (("a.txt",), [])
        assert desk.run().generation == summary.generation

    def test_a_link_that_stays_inside_and_one_that_was_named_are_followed(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        path = write(desk.corpus, "below/a.txt")
        (desk.corpus / "link.txt").symlink_to(path)
        (desk.corpus / "folder").symlink_to(path.parent)
        circle = desk.corpus / "circle.txt"
        circle.symlink_to(circle)
        summary = desk.run()
        assert summary.reports == 1
        assert [failure.path for failure in summary.failed] == ["circle.txt"]
        (tmp_path / "corpus-link").symlink_to(desk.corpus)
        assert desk.run(tmp_path / "corpus-link").unchanged == ("link.txt",)


class TestWriters:
    def test_a_second_writer_waits_if_it_is_told_to(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        command = [*REPORT_SEARCH, "index", str(desk.corpus), "--index", str(desk.index), "--wait", "--json"]
        with Generations(desk.index).draft(engine="whoosh", fingerprint="x"):
            waiting = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            time.sleep(2.5)
            assert waiting.poll() is None
            write(desk.corpus, "b.txt", year=2020)
        printed, _ = waiting.communicate(timeout=60)
        assert waiting.returncode == 0
        assert json.loads(printed)["read"] == ["a.txt", "b.txt"], "what came while it waited is there"

    def test_waiting_is_told(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        told: list[tuple[str, int, int]] = []
        holder = Generations(desk.index).draft(engine="memory", fingerprint="x")
        holder.__enter__()

        def tell(what: str, done: int, total: int) -> None:
            told.append((what, done, total))
            if what == pipeline.WAITING:
                holder.__exit__(None, None, None)

        run_job(IndexJob((desk.corpus,), desk.index, "memory", wait=True), progress=tell)
        assert told[0] == (pipeline.WAITING, 0, 0)
        assert desk.ids

    @pytest.mark.parametrize("after", [0.3, 1.2, 2.0])
    def test_ctrl_c_ends_a_run_within_two_seconds(self, desk: Desk, after: float) -> None:
        write(desk.corpus, "0.txt", agency="林业局")
        before = desk.run(engine="whoosh").generation
        for number in range(60):
            write(desk.corpus, f"{number}.txt", agency=f"{number}县水利局", text="年度工作情况。\n\n" * 400)
        command = [*REPORT_SEARCH, "index", str(desk.corpus), "--index", str(desk.index)]
        running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(after)
        began = time.monotonic()
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=30)
        assert time.monotonic() - began < 2
        assert running.returncode in (130, -signal.SIGINT), "the latter before the program has begun"
        assert "Traceback" not in said or running.returncode == -signal.SIGINT
        assert desk.generation == before

    def test_add_names_only_new_warnings(self, desk: Desk, tmp_path: Path) -> None:
        write(desk.corpus, "a.txt")
        known = {path for path, _ in desk.run().warnings}
        write(tmp_path / "more", "b.txt", year=2016)
        summary = desk.run(tmp_path / "more", add=True)
        assert known == {"a.txt"}
        assert {path for path, _ in summary.warnings} == {"b.txt"}
        assert "新警告 1 条" in "\n".join(summary.lines())
        assert desk.run(tmp_path / "more", add=True).warnings == ()


class TestWithdrawn:
    def withdraw(
        self, desk: Desk, name: str, reason: str = "内容有误，已由机关撤回", facts: str = ""
    ) -> None:
        entry = f'[[report]]\nfile = "{name}"\nwithdrawn = "{reason}"\n{facts}'
        (desk.corpus / "manifest.toml").write_text(entry, encoding="utf-8")

    @pytest.mark.parametrize("is_deleted", [False, True])
    def test_a_report_leaves_and_its_address_says_so(self, desk: Desk, is_deleted: bool) -> None:
        years(desk, 2014, 2017)
        desk.run()
        [report_id] = [one for one in desk.ids if one.endswith("2015")]
        passage = Searcher(desk.index).report_passages(report_id)[0].id
        self.withdraw(desk, "2015.txt")
        if is_deleted:
            (desk.corpus / "2015.txt").unlink()
        summary = desk.run()
        assert (summary.withdrawn, summary.removed, summary.reports) == (("2015.txt",), ("2015.txt",), 2)
        assert "撤下 1 份" in "\n".join(summary.lines())
        searcher = Searcher(desk.index)
        for ask in (lambda: searcher.report(report_id), lambda: searcher.passage(passage)):
            with pytest.raises(GoneError) as gone:
                ask()
            assert gone.value.code == "withdrawn"
            assert "内容有误，已由机关撤回" in gone.value.message
        [row] = coverage_of(searcher.generation().record).rows
        assert [cell.state for cell in row.cells] == ["in", "withdrawn", "in"]
        assert desk.run().generation == summary.generation, "nothing new"

    def test_many_may_be_withdrawn_and_the_last_one_too(self, desk: Desk) -> None:
        years(desk, 2010, 2016)
        desk.run()
        manifest = "".join(f'[[report]]\nfile = "{y}.txt"\nwithdrawn = "撤回"\n' for y in range(2010, 2016))
        (desk.corpus / "manifest.toml").write_text(manifest, encoding="utf-8")
        summary = desk.run()
        assert (summary.reports, len(summary.withdrawn), summary.anything_read) == (0, 6, True)
        assert desk.ids == []

    def test_it_is_remembered_without_file_and_entry_and_forgotten_when_it_returns(self, desk: Desk) -> None:
        years(desk, 2018, 2021)
        desk.run()
        self.withdraw(desk, "2019.txt")
        desk.run()
        (desk.corpus / "manifest.toml").unlink()
        (desk.corpus / "2019.txt").unlink()
        write(desk.corpus, "2022.txt", year=2022)
        desk.run()
        current = Generations(desk.index).current()
        assert current is not None
        assert [one.path for one in current.record.withdrawn] == ["2019.txt"]
        write(desk.corpus, "2019.txt", year=2019)
        desk.run()
        current = Generations(desk.index).current()
        assert current is not None
        assert current.record.withdrawn == ()

    def test_another_reason_is_taken_over_and_the_day_stays(self, desk: Desk) -> None:
        years(desk, 2018, 2021)
        desk.run()
        for reason in ("原因甲", "原因乙"):
            self.withdraw(desk, "2019.txt", reason)
            desk.run()
        current = Generations(desk.index).current()
        assert current is not None
        assert [one.reason for one in current.record.withdrawn] == ["原因乙"]

    def test_a_file_that_was_never_read_is_known_by_agency_and_year(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        self.withdraw(desk, "lost.pdf", facts='agency = "外交部"\nyear = 2019\n')
        desk.run()
        with pytest.raises(GoneError):
            Searcher(desk.index).report("waijiaobu-2019")

    def test_a_reason_is_asked_for(self, desk: Desk) -> None:
        write(desk.corpus, "a.txt")
        for value in ("true", '""', '"  "'):
            (desk.corpus / "manifest.toml").write_text(
                f'[[report]]\nfile = "a.txt"\nwithdrawn = {value}\n', encoding="utf-8"
            )
            with pytest.raises(OperatorError, match="withdrawn"):
                desk.run()

    def test_check_says_so(self, desk: Desk) -> None:
        years(desk, 2018, 2020)
        agency = (
            run_job(IndexJob((desk.corpus,), desk.index, "memory"))
            and Searcher(desk.index).reports()[0].agency
        )
        self.withdraw(desk, "2019.txt", facts=f'agency = "{agency}"\nyear = 2019\n')
        checked = check_paths([desk.corpus], progress=lambda what, done, total: None)
        assert [report.path for report in checked.reports] == ["2018.txt"]
        assert "2019.txt  按清单撤下：内容有误，已由机关撤回" in "\n".join(checked.lines())
        assert checked.as_json()["withdrawn"][0]["path"] == "2019.txt"
