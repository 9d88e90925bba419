"""``index`` and ``demo``: what they say they did, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import CORPUS, RunCommand


class TestIndex:
    def test_it_says_what_it_did_and_reads_nothing_twice(
        self, run_command: RunCommand, tmp_path: Path
    ) -> None:
        first = run_command("index", CORPUS, "--engine", "memory", "--index", tmp_path / "ix")
        assert (first.code, "读入 2 份" in first.out) == (0, True)
        second = run_command("index", CORPUS, "--engine", "memory", "--index", tmp_path / "ix", "--json").json
        assert (second["read"], second["unchanged"]) == ([], ["mfa-2014.txt", "mfa-2019.md"])

    def test_it_fails_only_if_nothing_could_be_read(self, run_command: RunCommand, tmp_path: Path) -> None:
        corpus, index = tmp_path / "corpus", tmp_path / "ix"
        corpus.mkdir()
        (corpus / "empty.txt").write_bytes(b"")
        result = run_command("index", corpus, "--engine", "memory", "--index", index)
        assert (result.code, "empty.txt" in result.out) == (1, True)
        assert run_command("search", "公开", "--index", index).code == 1
        (corpus / "good.txt").write_bytes((CORPUS / "mfa-2014.txt").read_bytes())
        result = run_command("index", corpus, "--engine", "memory", "--index", index)
        assert (result.code, "失败 1 个" in result.out) == (0, True)

    def test_the_index_can_be_named_by_the_environment(
        self, run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REPORT_SEARCH_INDEX", str(tmp_path / "elsewhere"))
        assert run_command("index", CORPUS, "--engine", "memory").code == 0
        assert (tmp_path / "elsewhere" / "current").is_file()
        assert run_command("search", "领事保护").code == 0


def test_demo_writes_reports_that_say_they_are_synthetic_and_overwrites_nothing(
    run_command: RunCommand, tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    result = run_command("demo", str(folder), "--number", "4", "--format", "md", "--format", "docx", "--json")
    assert result.code == 0
    assert json.loads(result.out)["reports"] == {"docx": 2, "md": 2}
    for path in folder.glob("*.md"):
        assert "合成" in path.read_text(encoding="utf-8")
    again = run_command("demo", str(folder))
    assert again.code == 1
    assert "不是空文件夹" in again.err
    built = run_command("index", str(folder), "--index", str(tmp_path / "index"))
    assert built.code == 0
    assert "读入 4 份" in built.out


def test_demo_makes_bodies_that_report_for_years(run_command: RunCommand, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    asked = ("--agencies", "3", "--years", "2020..2021", "--format", "html", "--json")
    result = run_command("demo", str(folder), *asked)
    # Three bodies, two years, and the edition that one of them corrected.
    assert json.loads(result.out)["reports"] == {"html": 7}
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert truth["years"] == [2020, 2021]
    index = str(tmp_path / "index")
    assert "读入 7 份" in run_command("index", str(folder), "--index", index).out
    listed = run_command("agencies", "--index", index, "--json").json
    assert {one["key"] for one in listed["agencies"]} == {one["key"] for one in truth["agencies"]}
    one = run_command("agencies", "示例甲省国土资源厅", "--index", index)
    assert "2018年机构改革" in one.out
    assert run_command("agencies", "sljszrzyt", "--index", index).out == one.out
    assert run_command("agencies", "示例甲省", "--index", index).out.count("shili-jia") == 2
    assert run_command("agencies", "没有这个机关", "--index", index).code == 2


@pytest.mark.parametrize(
    "wrong", [("--number", "3", "--agencies", "2"), ("--years", "2024..2008"), ("--years", "九年")]
)
def test_demo_refuses_what_it_can_not_make(
    run_command: RunCommand, tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    assert run_command("demo", str(tmp_path / "demo"), *wrong).code == 2
    assert not (tmp_path / "demo").exists()
