"""Documents under test: links resolve, commands and fields that exist are documented, examples can be read."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from report_search.cli import cli
from report_search.engine.registry import ENGINES
from report_search.fields import FILTER_FIELDS
from report_search.passages import Locator, Passage
from report_search.query.ast import Everything
from report_search.query.evaluate import is_hit, view
from report_search.query.interpret import read
from report_search.search.corpus_lexicon import lexicon_of

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "corpus" / "README.md"])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_resolves(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_documents_name_files_that_exist() -> None:
    named = re.findall(r"`((?:src|indexer|webui|tests|docs|corpus)/[\w./-]+\.\w+)`", text("ARCHITECTURE.md"))
    assert named
    for name in named:
        assert (ROOT / name).exists(), f"ARCHITECTURE.md names {name}"


def test_every_command_and_option_has_help() -> None:
    for name, command in cli.commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.opts}"


def test_every_command_is_documented() -> None:
    documents = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    for name in cli.commands:
        assert re.search(rf"(report-search|start\.py) {name}\b", documents), name


def test_every_engine_is_in_the_changelog() -> None:
    for name in ENGINES:
        assert f"`{name}`" in text("CHANGELOG.md")


def test_every_filter_is_in_the_api_document() -> None:
    for field in FILTER_FIELDS:
        assert f"`{field}`" in text("docs/api.md")


def test_the_json_examples_of_the_api_document_are_json() -> None:
    blocks = re.findall(r"```json\n(.*?)```", text("docs/api.md"), re.S)
    assert blocks
    for block in blocks:
        assert json.loads(block)


def guide_queries() -> list[str]:
    rows = re.findall(
        r"^\|[^|]*\|(.+)\|[^|]*\|$", text("docs/guide.zh.md").replace("微博 | 微信", "微博 ｜ 微信"), re.M
    )
    fields = re.findall(r"^\| (`(?:年份|章节|主题|机关|类型).*?) \|", text("docs/guide.zh.md"), re.M)
    return [query for row in (*rows, *fields) for query in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("query", guide_queries())
def test_the_examples_of_the_guide_are_read_without_an_error_or_a_hint(query: str) -> None:
    reading = read(query, lexicon_of(["外交部"]), strict=True)
    assert reading.tree != Everything()
    assert reading.hints == ()


def guide_contrasts() -> list[tuple[str, str, str]]:
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([是否])：[^|]+ \|$", text("docs/guide.zh.md"), re.M)
    assert len(rows) >= 20
    return rows


@pytest.mark.parametrize(("query", "printed", "answer"), guide_contrasts())
def test_the_contrasts_of_the_guide_are_true(query: str, printed: str, answer: str) -> None:
    tree = read(query, lexicon_of(["外交部"]), strict=True).tree
    seen = view(Passage("", "", "paragraph", printed, Locator("", (), 0), 0, "", "", None, "", "", "", ""))
    assert is_hit(tree, seen) is (answer == "是")


def test_the_guide_teaches_every_field_and_operator() -> None:
    guide = text("docs/guide.zh.md")
    for word in (
        "年份:",
        "章节:",
        "主题:",
        "机关:",
        "类型:",
        "year:",
        "OR",
        "NEAR/",
        "同句(",
        "数:",
        "整份:",
        "*",
        "-",
        "“",
    ):
        assert word in guide


def test_the_pictures_of_the_guide_are_all_shown_and_small() -> None:
    shown = set(re.findall(r"\]\(images/guide/([\w-]+)\.webp\)", text("docs/guide.zh.md")))
    pictures = list((ROOT / "docs" / "images" / "guide").iterdir())
    taken = set(re.findall(r'^    Picture\(\s*"([\w-]+)"', text("docs/images/guide.py"), re.M))
    assert shown == taken == {path.stem for path in pictures}
    assert sum(path.stat().st_size for path in pictures) < 1_200_000


def test_every_link_within_the_guide_leads_to_a_heading_of_it() -> None:
    guide = text("docs/guide.zh.md")
    headings = {re.sub(r"[，、。：“”]", "", heading) for heading in re.findall(r"^##+ (.+)$", guide, re.M)}
    linked = re.findall(r"\]\(#([^)]+)\)", guide)
    assert linked
    assert set(linked) <= headings


def commands(name: str) -> list[str]:
    """The lines of the shell blocks of a document, without what is said behind them."""
    blocks = re.findall(r"```sh\n(.*?)```", text(name), re.S)
    return [line.partition(" #")[0].rstrip() for block in blocks for line in block.splitlines()]


def test_both_readmes_give_the_same_commands() -> None:
    assert commands("README.zh.md") == commands("README.md")


def test_every_command_of_the_readme_can_be_read() -> None:
    for line in commands("README.md"):
        program, *words = shlex.split(line)
        if program != "python3" or words[1:2] in ([], ["test"], ["--help"]):
            continue
        command = cli.commands[words[1]]
        command.make_context(words[1], words[2:], resilient_parsing=False)
