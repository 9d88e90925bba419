"""Exit codes and messages: whoever can put it right is told how, and nobody ever sees a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from report_search.cli import main
from report_search.search import answering
from tests.cli.running import RunCommand

ASKER_ERRORS = {
    "a quote that stays open": (("search", "“领事保护"), "unbalanced-quote"),
    "an unknown section": (("search", "公开", "--section", "nonsense"), "unknown-value"),
    "an unknown topic": (("search", "公开", "--topic", "nonsense"), "unknown-value"),
    "an unknown type": (("search", "公开", "--type", "nonsense"), "unknown-value"),
    "a year that is none": (("search", "公开", "--year", "now"), "bad-year"),
    "years the wrong way round": (("search", "公开", "--year", "2019..2014"), "bad-year"),
    "a limit too low": (("search", "公开", "--limit", "0"), "bad-limit"),
    "a limit too high": (("search", "公开", "--limit", "101"), "bad-limit"),
    "a limit that is no number": (("search", "公开", "--limit", "many"), "usage"),
    "a cursor that is none": (("search", "公开", "--cursor", "x"), "bad-cursor"),
    "half a surrogate pair": (("search", "公开\udc80"), "bad-text"),
    "an unknown order": (("search", "公开", "--sort", "best"), "usage"),
    "an unknown option": (("search", "公开", "--yaer", "2019"), "usage"),
    "one word too many": (("search", "公开", "报告"), "usage"),
}


@pytest.mark.parametrize("name", sorted(ASKER_ERRORS))
def test_an_error_of_the_asker_exits_with_2(run_command: RunCommand, index: Path, name: str) -> None:
    arguments, code = ASKER_ERRORS[name]
    result = run_command(*arguments, "--index", index)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("错误：")
    error = run_command(*arguments, "--index", index, "--json").json["error"]
    assert error["code"] == code
    assert {"code", "message", "position", "hint"} <= set(error)
    assert error["message"]


def test_an_unknown_value_names_the_choices(run_command: RunCommand, index: Path) -> None:
    assert "总体情况" in run_command("search", "公开", "--section", "x", "--index", index).err
    assert "领事保护与服务" in run_command("search", "公开", "--topic", "x", "--index", index).err


def test_a_missing_index_is_an_error_of_the_operator(run_command: RunCommand, tmp_path: Path) -> None:
    for command in (("search", "公开"), ("show", "x"), ("info",)):
        result = run_command(*command, "--index", tmp_path / "none")
        assert (result.code, "report-search index" in result.err) == (1, True)
        assert (
            run_command(*command, "--index", tmp_path / "none", "--json").json["error"]["code"] == "no-index"
        )


def test_files_that_can_not_be_read_are_errors_of_the_operator(
    run_command: RunCommand, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    for path in (empty, tmp_path / "nowhere.txt", tmp_path):
        result = run_command("parse", path)
        assert (result.code, result.err.startswith("错误：")) == (1, True)
    assert run_command("check", empty).code == 1
    assert run_command("check", tmp_path / "nowhere").code == 1
    assert run_command("index", tmp_path / "nowhere", "--index", tmp_path / "ix").code == 1


class TestUnexpectedErrors:
    def test_an_unexpected_error_is_reported_without_a_traceback(
        self, run_command: RunCommand, index: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REPORT_SEARCH_DEBUG", raising=False)
        monkeypatch.setattr(answering, "_find", lambda *_: 1 // 0)
        result = run_command("search", "公开", "--index", index)
        assert (result.code, "ZeroDivisionError" in result.err) == (1, True)
        assert "REPORT_SEARCH_DEBUG" in result.err
        error = run_command("search", "公开", "--index", index, "--json").json["error"]
        assert error["code"] == "internal-error"

    def test_the_traceback_is_printed_on_request(
        self, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("REPORT_SEARCH_DEBUG", "1")
        monkeypatch.setattr(answering, "_find", lambda *_: 1 // 0)
        with pytest.raises(SystemExit):
            main(["search", "公开", "--index", str(index)])
        assert "Traceback" in capsys.readouterr().err

    def test_an_interrupt_is_reported(
        self, run_command: RunCommand, index: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(answering, "_find", interrupted)
        result = run_command("search", "公开", "--index", index)
        assert (result.code, result.err) == (130, "已中止。\n")

    def test_a_reader_that_stops_reading_is_no_error(self, index: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "report_search",
            "search",
            "公开",
            "--index",
            str(index),
            "--limit",
            "50",
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        process.stderr.close()
        assert (process.wait(), errors) == (0, b"")

    def test_an_output_that_can_not_show_chinese_still_gets_an_answer(self, index: Path) -> None:
        command = [sys.executable, "-m", "report_search", "search", "公开", "--index", str(index)]
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "waijiaobu-2014" in done.stdout.decode("utf-8")
