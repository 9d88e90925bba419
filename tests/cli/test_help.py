"""Every command explains itself, in Chinese and with examples."""

from __future__ import annotations

import click
import pytest

from report_search import __version__
from report_search.cli import cli
from report_search.cli.loading import LazyCommands
from tests.cli.running import COMMANDS, RunCommand


class TestHelp:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_explains_itself_in_chinese_with_examples(
        self, run_command: RunCommand, name: str
    ) -> None:
        result = run_command(name, "--help")
        assert result.code == 0
        for expected in ("用法：", "选项:", "例:", f"report-search {name}", "显示帮助。"):
            assert expected in result.out
        for english in ("Usage", "Options", "Show this message", "default:"):
            assert english not in result.out

    def test_the_first_page_lists_every_command(self, run_command: RunCommand) -> None:
        result = run_command("--help")
        assert tuple(cli.commands) == COMMANDS
        assert all(f"  {name}  " in result.out for name in COMMANDS)

    @pytest.mark.parametrize("typed", [(), ("help",), ("--help",)])
    def test_who_types_no_command_gets_the_help(
        self, run_command: RunCommand, typed: tuple[str, ...]
    ) -> None:
        result = run_command(*typed)
        assert (result.code, result.err) == (0, "")
        assert result.out == run_command("-h").out

    def test_help_of_a_command_can_be_asked_for_as_a_command(self, run_command: RunCommand) -> None:
        assert run_command("help", "search").out == run_command("search", "--help").out

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("serach", "search"), ("Search", "search"), ("indx", "index"), ("anaylze", "analyze")],
    )
    def test_a_mistyped_command_is_corrected(self, run_command: RunCommand, typed: str, meant: str) -> None:
        result = run_command(typed, "领事保护")
        assert result.code == 2
        assert f"没有 {typed} 这个命令，也许是 {meant}" in result.err

    def test_the_version_is_a_bare_line(self, run_command: RunCommand) -> None:
        assert run_command("--version").out == f"report-search {__version__}\n"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_option_is_explained(self, name: str) -> None:
        options = [param for param in cli.commands[name].params if isinstance(param, click.Option)]
        assert all(option.help for option in options)

    def test_reading_commands_speak_json(self) -> None:
        for name in ("index", "search", "show", "parse", "analyze", "check", "info"):
            assert "as_json" in {param.name for param in cli.commands[name].params}

    def test_a_command_is_imported_when_it_is_asked_for(self) -> None:
        commands = LazyCommands({"mcp": "report_search.cli.mcp", "none": "report_search.cli.missing"})
        assert "none" in commands
        assert list(commands) == ["mcp", "none"]
        assert commands["mcp"].name == "mcp"
        with pytest.raises(KeyError):
            commands["never"]
