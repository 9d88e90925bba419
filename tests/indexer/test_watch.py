"""``index --watch`` updates after each change that has settled, survives errors, and ends by Ctrl+C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
import pytest
from click.testing import CliRunner

from indexer.run.watch import Pace, Watch
from report_search.cli import cli
from report_search.errors import OperatorError, ReportSearchError
from report_search.generations import Generations

QUICK = Pace(interval=0.02, settle=0.06, longest_settle=0.5, retry=0.2)
REPORT = "外交部{year}年政府信息公开工作年度报告\n\n一、总体情况\n\n{text}\n"


def write(folder: Path, year: int, text: str = "我部开展领事保护工作。") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{year}.txt"
    path.write_text(REPORT.format(year=year, text=text), encoding="utf-8")
    return path


def until(condition: Callable[[], bool], *, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


class Runs:
    """Counts updates, notes when they came, and fails or ends as told."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.told: list[str] = []
        self.fail = False
        self.end = False

    def __call__(self) -> None:
        if self.end:
            raise KeyboardInterrupt
        self.times.append(time.monotonic())
        if self.fail:
            raise OperatorError("disk-full", "磁盘已满。")


@contextmanager
def watched(watch: Watch) -> Iterator[Runs]:
    runs = Runs()

    def tell(error: ReportSearchError | OSError) -> None:
        runs.told.append(str(error))

    def go() -> None:
        with pytest.raises(KeyboardInterrupt):
            watch.run(runs, on_error=tell)

    thread = threading.Thread(target=go)
    thread.start()
    try:
        until(lambda: bool(runs.times))
        yield runs
    finally:
        runs.end = True
        (watch.paths[0] / "last.txt").write_text("end", encoding="utf-8")
        thread.join(20)
        assert not thread.is_alive()


def test_each_change_makes_one_update(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write(corpus, 2019)
    with watched(Watch((corpus,), tmp_path / "index", pace=QUICK)) as runs:
        for change in (
            lambda: write(corpus, 2020),
            lambda: write(corpus, 2020, "改过。"),
            lambda: (corpus / "2020.txt").unlink(),
            lambda: (corpus / "manifest.toml").write_text("", "utf-8"),
        ):
            before = len(runs.times)
            change()
            until(lambda before=before: len(runs.times) > before)  # type: ignore[misc]
        time.sleep(0.3)
        assert len(runs.times) == 5


def test_what_is_still_being_copied_is_waited_for_but_not_for_ever(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    path = write(corpus, 2019)
    with watched(Watch((corpus,), tmp_path / "index", pace=QUICK)) as runs:
        began, copied = time.monotonic(), 0
        while time.monotonic() - began < 0.3:
            copied += 1
            path.write_text("x" * copied, encoding="utf-8")
            time.sleep(0.01)
        assert len(runs.times) == 1
        until(lambda: len(runs.times) == 2)
        while len(runs.times) == 2 and time.monotonic() - began < 20:
            copied += 1
            path.write_text("x" * copied, encoding="utf-8")
            time.sleep(0.01)
        assert len(runs.times) == 3


def test_an_error_is_told_and_tried_again(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write(corpus, 2019)
    with watched(Watch((corpus,), tmp_path / "index", pace=QUICK)) as runs:
        runs.fail = True
        write(corpus, 2020)
        until(lambda: len(runs.told) >= 2)
        runs.fail = False
        count = len(runs.told)
        until(lambda: len(runs.times) > count + 1)
        settled = len(runs.times)
        time.sleep(0.4)
        assert (len(runs.told), len(runs.times)) == (count, settled)


def test_the_index_itself_and_what_is_not_there_are_no_changes(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write(corpus, 2019)
    watch = Watch((corpus, tmp_path / "none"), corpus / "index")
    before = watch.state()
    assert list(before) == [str(corpus / "2019.txt")]
    (corpus / "index").mkdir()
    (corpus / "index" / "current").write_text("x", encoding="utf-8")
    assert watch.state() == before
    write(tmp_path / "none", 2020)
    assert len(watch.state()) == 2


@pytest.mark.parametrize("other", ["--rollback", "--accept-losses"])
def test_what_makes_no_sense_together_is_refused(tmp_path: Path, other: str) -> None:
    told = CliRunner().invoke(cli, ["index", "--watch", other, "--index", str(tmp_path)])
    assert told.exit_code == 2
    assert "--watch" in told.output


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
def test_the_command_updates_waits_for_another_writer_and_ends_by_interrupt(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    write(corpus, 2019)
    command = [sys.executable, "-m", "report_search", "index", str(corpus), "--watch", "--json"]
    with subprocess.Popen(
        [*command, "--engine", "memory", "--index", str(index)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        try:
            assert json.loads(process.stdout.readline())["read"] == ["2019.txt"]
            first = Generations(index).current()
            with filelock.FileLock(index / "lock"):
                write(corpus, 2020)
                time.sleep(5)
                assert Generations(index).current() == first
            told = json.loads(process.stdout.readline())
            assert (told["read"], told["unchanged"]) == (["2020.txt"], ["2019.txt"])
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
        finally:
            process.kill()
