"""What a command does not need is not imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from report_search import cli as command_line

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
