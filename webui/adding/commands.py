"""What the page does, by the commands that anybody types: ``parse``, ``collect import``, ``index``.

Readers are no part of the reading side. The rule: each command is a process of its own, with no shell between, and its
answer is the JSON that it prints.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from report_search.errors import OperatorError

_PARSE_SECONDS = 120.0
_INDEX_SECONDS = 1800.0
_PROGRAM = (sys.executable, "-m", "report_search")


class CommandError(OperatorError):
    """A command ended with an error; code, message and hint are its own."""


def parse(path: Path) -> dict[str, Any]:
    """What is read of a file. Raises ``CommandError`` for what is no report."""
    return _run(_PARSE_SECONDS, "parse", "--json", "--", str(path))


def import_report(path: Path, folder: Path, *, facts: dict[str, str]) -> dict[str, Any]:
    """Take a file into the corpus folder with what a person says of it. Raises ``CommandError``."""
    options = [part for name, value in facts.items() for part in (f"--{name}={value}",)]
    return _run(
        _INDEX_SECONDS, "collect", "import", "--json", f"--folder={folder}", *options, "--", str(path)
    )


def index_folder(folder: Path, index: Path, *, engine: str) -> dict[str, Any]:
    """Bring the index up to date with the corpus folder; reports of other folders stay, and so does the engine.

    Raises ``CommandError``.
    """
    where = (f"--index={index}", f"--engine={engine}")
    return _run(_INDEX_SECONDS, "index", "--add", "--wait", "--json", *where, "--", str(folder))


def _run(seconds: float, *arguments: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [*_PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise CommandError("timed-out", "处理超过时限，已经停止。", hint="请改用命令行。") from error
    except ValueError as error:
        raise CommandError("failed", "处理没有完成。", hint="请改用命令行查看原因。") from error
    if not isinstance(told, dict) or "error" in told:
        said = told.get("error", {}) if isinstance(told, dict) else {}
        raise CommandError(said.get("code", "failed"), said.get("message", ""), hint=said.get("hint", ""))
    return told
