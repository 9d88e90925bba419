"""Exports, citations, and wording through the years."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import RunCommand


class TestTakingOut:
    def test_the_suffix_of_the_file_names_the_format(
        self, run_command: RunCommand, index: Path, tmp_path: Path
    ) -> None:
        for suffix, start in (
            ("csv", b"\xef\xbb\xbfid,"),
            ("xlsx", b"PK"),
            ("ndjson", b"{"),
            ("txt", b"\xef\xbb\xbf"),
        ):
            target = tmp_path / f"结果.{suffix}"
            result = run_command("export", "领事保护", "--index", index, "--output", target)
            assert (result.code, result.out) == (0, "")
            assert target.read_bytes().startswith(start)
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "结果.csv",
            "结果.ndjson",
            "结果.txt",
            "结果.xlsx",
        ]

    def test_citations_are_a_format_with_a_style(self, run_command: RunCommand, index: Path) -> None:
        result = run_command("export", "领事保护", "--index", index, "--style", "bibtex")
        assert result.out.count("@techreport{") == 3
        wrong = run_command("export", "a", "--index", index, "--style", "ris", "--format", "csv")
        assert (wrong.code, wrong.out) == (2, "")

    def test_chosen_passages_alone_are_exported(self, run_command: RunCommand, index: Path) -> None:
        hits = run_command("search", "领事保护", "--index", index, "--json").json["hits"]
        last, first = hits[-1]["id"], hits[0]["id"]
        result = run_command(
            "export", "领事保护", "--index", index, "--pick", last, "--pick", first, "--format", "ndjson"
        )
        assert [json.loads(line)["id"] for line in result.out.splitlines()] == [last, first]

    def test_an_export_that_fails_leaves_no_file(
        self, run_command: RunCommand, index: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "old.csv"
        target.write_text("as it was", encoding="utf-8")
        for arguments in (("“未闭合",), ("a", "--pick", "nobody-2019-00000000")):
            assert run_command("export", *arguments, "--index", index, "--output", target).code == 2
        assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]
        assert target.read_text(encoding="utf-8") == "as it was"
        missing = run_command("export", "a", "--index", index, "--output", tmp_path / "no" / "x.csv")
        assert (missing.code, "Traceback" in missing.err) == (1, False)

    def test_a_passage_and_a_report_are_cited(
        self, run_command: RunCommand, index: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hit = run_command("search", "领事保护", "--index", index, "--json").json["hits"][0]
        local = run_command("cite", hit["id"], "--index", index)
        assert f"http://127.0.0.1:8000/passages/{hit['id']} （本机地址" in local.out
        monkeypatch.setenv("REPORT_SEARCH_URL", "https://reports.example.org/gk/")
        cited = run_command("cite", hit["report"], "--style", "text", "--index", index, "--json").json
        assert cited["style"] == "text"
        assert cited["text"].endswith(f"查阅，https://reports.example.org/gk/reports/{hit['report']}")
        assert run_command("cite", "nobody-2019", "--index", index).code == 2
        monkeypatch.setenv("REPORT_SEARCH_URL", "example.org")
        assert run_command("cite", hit["id"], "--index", index).code == 1


class TestWording:
    def test_a_sentence_has_a_history(self, run_command: RunCommand, index: Path) -> None:
        hit = run_command("search", "外交小灵通 732", "--index", index, "--json").json["hits"][0]
        plain = run_command("history", hit["id"], "--index", index)
        assert plain.code == 0
        assert "未收录" in plain.out
        found = run_command("history", hit["id"], "--sentence", "0", "--index", index, "--json").json
        assert [row["year"] for row in found["rows"]] == [2019, 2018, 2017, 2016, 2015, 2014]
        assert run_command("history", hit["id"], "--sentence", "99", "--index", index).code == 2
        assert run_command("history", "nobody-2019-00000000", "--index", index).code == 2

    def test_two_reports_are_compared(self, run_command: RunCommand, index: Path) -> None:
        plain = run_command("compare", "waijiaobu-2014", "waijiaobu-2019", "--index", index)
        assert "外交小灵通" in plain.out
        found = run_command("compare", "waijiaobu-2014", "waijiaobu-2019", "--index", index, "--json").json
        assert 0.9 < found["rewritten"] < 1
        assert run_command("compare", "waijiaobu-2014", "waijiaobu-2014", "--index", index).code == 2

    def test_a_file_is_matched(self, run_command: RunCommand, index: Path, tmp_path: Path) -> None:
        hit = run_command("search", "外交小灵通 732", "--index", index, "--json").json["hits"][0]
        draft = tmp_path / "draft.txt"
        draft.write_bytes(
            "部官方新媒体账号“外交小灵通”全年发布微博 800 条，微信文章 925 篇。\n".encode() + b"\xff\xfe\n"
        )
        found = run_command("match", draft, "--lines", "--index", index, "--json").json
        assert [piece["error"] is None for piece in found["pieces"]] == [True, False]
        near = next(row for row in found["pieces"][0]["rows"] if row["state"] == "near")
        assert near["passage"] == hit["id"]
        assert "相近 1 份" in run_command("match", draft, "--lines", "--index", index).out
        assert run_command("match", tmp_path / "nowhere.txt", "--index", index).code == 2
