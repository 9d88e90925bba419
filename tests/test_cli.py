"""The command line: what it prints, its exit codes, and that nobody ever sees a traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search import __version__
from report_search import cli as command_line
from report_search.cli import cli, main
from report_search.cli.completion import SHELLS
from report_search.cli.loading import LazyCommands
from report_search.cli.output import progress_line
from report_search.search import answering

CORPUS = Path(__file__).parent.parent / "corpus"
COMMANDS = (
    *(
        "index",
        "search",
        "alerts",
        "trend",
        "mentions",
        "export",
        "cite",
        "history",
        "compare",
        "match",
        "concordance",
        "phrases",
        "distinctive",
        "rewriting",
        "references",
        "measures",
        "series",
        "sums",
        "data",
        "show",
        "parse",
        "analyze",
        "check",
        "agencies",
        "collect",
        "serve",
        "snapshot",
        "restore",
        "doctor",
        "mcp",
        "info",
        "demo",
    ),
    "completion",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    run_job(IndexJob((CORPUS,), folder, "memory"))
    return folder


class CommandResult:
    """What a command printed and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


RunCommand = Callable[..., CommandResult]


@pytest.fixture
def run_command(capsys: pytest.CaptureFixture[str]) -> RunCommand:
    def run(*arguments: str | Path) -> CommandResult:
        with pytest.raises(SystemExit) as exited:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        assert isinstance(exited.value.code, int)
        return CommandResult(exited.value.code, printed.out, printed.err)

    return run


class TestReadingCommands:
    def test_search_prints_hits_and_facets(self, run_command: RunCommand, index: Path) -> None:
        result = run_command("search", "领事保护", "--index", index)
        assert result.code == 0
        for expected in (
            "检索式理解为：领事保护〔词〕",
            "外交部 2019",
            "外交部 2014",
            "年份：2019",
            "waijiaobu-2014-",
        ):
            assert expected in result.out

    def test_search_json_has_the_keys_of_the_contract(self, run_command: RunCommand, index: Path) -> None:
        page = run_command("search", "领事保护", "--index", index, "--limit", "2", "--json").json
        assert {"query", "total", "facets", "hits", "next", "index"} <= set(page)
        assert set(page["query"]) == {"text", "read_as", "filters", "since", "hints"}
        assert page["query"]["read_as"][0] == {"text": "领事保护", "as": "word"}
        assert set(page["total"]) == {"passages", "reports", "complete"}
        assert list(page["facets"]) == ["year", "section", "topic", "agency", "type"]
        for values in page["facets"].values():
            assert set(values[0]) == {"value", "label", "passages", "reports", "chosen"}
        wanted = "id report agency year section section_title headings type text spans missing topics score url source"
        for hit in page["hits"]:
            assert set(wanted.split()) <= set(hit)
            assert [hit["text"][start:end] for start, end in hit["spans"]]
        assert set(page["hits"][0]["topics"][0]) == {"key", "because"}
        assert len(page["hits"]) == 2
        assert set(page["index"]) == {"generation", "built"}

    def test_a_cursor_walks_through_all_hits_once(self, run_command: RunCommand, index: Path) -> None:
        search = ["search", "信息公开", "--index", index, "--limit", "7", "--json"]
        page = run_command(*search).json
        seen = [hit["id"] for hit in page["hits"]]
        while page["next"]:
            page = run_command(*search, "--cursor", page["next"]).json
            seen += [hit["id"] for hit in page["hits"]]
        assert len(seen) == len(set(seen)) == page["total"]["passages"] > 14

    def test_filters_repeat_and_agree_with_their_facets(self, run_command: RunCommand, index: Path) -> None:
        every = run_command("search", "信息公开", "--index", index, "--json").json
        for field, values in every["facets"].items():
            for value in values:
                one = run_command(
                    "search", "信息公开", "--index", index, f"--{field}", value["value"], "--json"
                ).json
                assert one["total"]["passages"] == value["passages"]
                assert one["total"]["reports"] == value["reports"]
        both = run_command(
            "search", "信息公开", "--index", index, "--year", "2014", "--year", "2019", "--json"
        ).json
        assert both["total"] == every["total"]
        by_label = run_command(
            "search", "信息公开", "--index", index, "--type", "表格", "--section", "依申请公开"
        ).code
        assert by_label == 0

    def test_an_empty_result_suggests_what_would_find_something(
        self, run_command: RunCommand, index: Path
    ) -> None:
        result = run_command("search", "领事保护", "--index", index, "--year", "2016")
        assert result.code == 0
        assert "没有找到" in result.out
        assert "不限年份（当前：2016）：3 段" in result.out

    def test_show_prints_a_passage_in_its_report_or_a_report(
        self, run_command: RunCommand, index: Path
    ) -> None:
        hit = run_command("search", "领事保护", "--index", index, "--json").json["hits"][0]
        passage = run_command("show", hit["id"], "--index", index, "--json").json
        assert {key: hit[key] for key in passage} == passage
        assert f"编号：{hit['id']}" in run_command("show", hit["id"], "--index", index).out
        report = run_command("show", hit["report"], "--index", index, "--json").json
        assert report["id"] == hit["report"]
        assert report["title"] in run_command("show", hit["report"], "--index", index).out

    def test_show_of_an_unknown_id_is_an_error_of_the_asker(
        self, run_command: RunCommand, index: Path
    ) -> None:
        result = run_command("show", "nobody-2019", "--index", index)
        assert (result.code, "nobody-2019" in result.err) == (2, True)
        assert (
            run_command("show", "nobody-2019", "--index", index, "--json").json["error"]["code"]
            == "no-passage"
        )

    def test_parse_gives_the_report_that_the_index_has(self, run_command: RunCommand, index: Path) -> None:
        for name in ("mfa-2014.txt", "mfa-2019.md"):
            parsed = run_command("parse", CORPUS / name, "--json").json
            shown = run_command("show", parsed["id"], "--index", index, "--json").json
            assert shown["url"] == f"/reports/{parsed['id']}"
            # A file that is in no index has no address yet.
            assert parsed == {**shown, "url": None, "link": None}
            wanted = {
                "id",
                "agency",
                "year",
                "title",
                "published",
                "format",
                "source",
                "sections",
                "warnings",
            }
            assert wanted <= set(parsed)
            assert set(parsed["sections"][0]) == {
                "number",
                "title",
                "kind",
                "passage",
                "blocks",
                "subsections",
            }
            assert parsed["title"] in run_command("parse", CORPUS / name).out

    def test_analyze_needs_no_index(self, run_command: RunCommand, tmp_path: Path) -> None:
        result = run_command("analyze", "領事保護 -公司", "--index", tmp_path / "none", "--json").json
        assert result["folded"] == "领事保护-公司"
        assert result["read_as"][0]["as"] == "word"
        assert set(result) >= {"text", "folded", "variants", "words", "read_as", "hints", "tree"}
        assert "折叠：第十二条" in run_command("analyze", "第十二条").out
        assert "又读：" in run_command("analyze", "第十二条").out

    def test_check_lists_warnings_and_the_matrix(self, run_command: RunCommand) -> None:
        result = run_command("check", CORPUS)
        assert result.code == 0
        assert "section-missing" in result.out
        assert "2014 2015 2016 2017 2018 2019" in result.out
        checked = run_command("check", CORPUS, "--json").json
        assert [report["id"] for report in checked["reports"]] == ["waijiaobu-2014", "waijiaobu-2019"]
        years = checked["coverage"]["rows"][0]["years"]
        assert [years[str(year)]["state"] for year in range(2015, 2019)] == ["missing"] * 4

    def test_info_tells_engine_counts_and_fingerprint(self, run_command: RunCommand, index: Path) -> None:
        result = run_command("info", "--index", index, "--json").json
        assert (result["engine"], result["reports"], result["failed"]) == ("memory", 2, [])
        assert result["passages"] > 40
        assert result["fingerprint"] in run_command("info", "--index", index).out


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


HEAVY = {"numpy", "whoosh", "jieba", "opencc", "flask", "lxml", "msgspec"}
"""What takes a tenth of a second or more, or stands for something that does."""
COMMAND_MODULES = {
    f"report_search.cli.{path.stem}" for path in Path(command_line.__file__).parent.glob("*.py")
}
OF_ALL = {
    f"report_search.cli.{name}"
    for name in ("__init__", "click_zh", "completion", "exit_handling", "loading", "output", "short_process")
}
"""Modules of the command line that are of no command."""
WRITING = {"filelock", "concurrent.futures.process", "report_search.generations.publishing"}
OTHERS = {
    "indexer",
    "webui",
    *(f"report_search.{room}" for room in ("alerts", "figures", "references", "wording")),
}
JSON = {
    "report_search.presentation.json_payload",
    "report_search.presentation.payloads",
    "report_search.export",
}


@pytest.mark.parametrize(
    ("typed", "unwanted"),
    [
        (["--version"], {*HEAVY, *(COMMAND_MODULES - OF_ALL), "json", "traceback"}),
        (["--help"], HEAVY),
        (["search", "--help"], {*HEAVY, "report_search.cli.indexing", "report_search.cli.serving"}),
        (["search", "领事保护"], {"jieba", "flask", "lxml", *WRITING, *OTHERS, *JSON}),
        (["show", "waijiaobu-2019"], {"jieba", "flask", "lxml", *WRITING, *OTHERS, *JSON}),
        (["search", "领事保护", "--json"], {"jieba", "flask", "lxml", *WRITING, *OTHERS}),
    ],
)
def test_what_a_command_does_not_need_is_not_imported(
    index: Path, typed: list[str], unwanted: set[str]
) -> None:
    code = (
        "import sys\nfrom report_search.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    settings = {**os.environ, "REPORT_SEARCH_INDEX": str(index)}
    done = subprocess.run(
        [sys.executable, "-c", code, *typed], capture_output=True, text=True, check=False, env=settings
    )
    assert done.returncode == 0, done.stderr
    assert not unwanted & set(done.stderr.split())


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
