"""What depends on the terminal: escapes, standard input, completion."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from report_search.cli.completion import SHELLS
from report_search.cli.output import progress_line
from tests.cli.running import RunCommand


class TestTerminal:
    """Manners towards a terminal and its shell."""

    def test_no_escape_is_printed_where_none_are_wanted(
        self, index: Path, monkeypatch: pytest.MonkeyPatch, run_command: RunCommand
    ) -> None:
        terminal = io.StringIO()
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("NO_COLOR", "1")
        with progress_line(quiet=False) as progress:
            progress("读入", 1, 20)
            progress("发布", 0, 0)
        assert "\x1b" not in terminal.getvalue()
        last_shown = terminal.getvalue().split("\r")[-2]
        assert not last_shown.strip(), "the line is blank when the work is done"
        monkeypatch.delenv("NO_COLOR")
        with progress_line(quiet=False) as progress:
            progress("读入", 1, 20)
        assert "\x1b[K" in terminal.getvalue()

    def test_a_query_can_come_from_standard_input(
        self, run_command: RunCommand, index: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("“领事保护”\n"))
        piped = run_command("search", "-", "--index", index, "--json").json
        assert piped["query"]["text"] == "“领事保护”"
        assert piped["total"]["passages"]

    def test_serve_refuses_a_missing_index_and_names_the_command(
        self, run_command: RunCommand, tmp_path: Path
    ) -> None:
        result = run_command("serve", "--index", tmp_path / "none", "--port", "0")
        assert result.code == 1
        assert f"report-search index --index {tmp_path / 'none'}" in result.err
        assert "http://" not in result.out

    @pytest.mark.parametrize("shell", SHELLS)
    def test_the_script_for_a_shell_is_printed(self, run_command: RunCommand, shell: str) -> None:
        result = run_command("completion", shell)
        assert result.code == 0
        assert "_REPORT_SEARCH_COMPLETE" in result.out

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("report-search se", {"search", "series", "serve"}),
            ("report-search search --sort ne", {"newest"}),
            ("report-search search --section over", {"overview"}),
            ("report-search search --topic consular", {"consular-protection"}),
        ],
    )
    def test_a_shell_gets_what_may_follow(self, line: str, expected: set[str]) -> None:
        words = line.split(" ")
        asked = {
            "_REPORT_SEARCH_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        }
        done = subprocess.run(
            [sys.executable, "-m", "report_search"],
            env={**os.environ, **asked},
            capture_output=True,
            text=True,
            check=True,
        )
        assert {answer.partition(",")[2] for answer in done.stdout.splitlines()} == expected
