"""Running a command as a user does, and what it prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent.parent.parent / "corpus"


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


class CommandResult:
    """What a command printed and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


RunCommand = Callable[..., CommandResult]
