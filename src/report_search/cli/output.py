"""What the commands print: lines or JSON on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click


def echo_json(data: Any) -> None:
    """Print ``data`` as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def echo_lines(lines: Iterable[str]) -> None:
    """Print each line."""
    for line in lines:
        click.echo(line)


@contextmanager
def progress_line(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A line that says how many of how many are done, removed at the end; nothing if no person is watching."""
    is_shown = sys.stderr.isatty() and not quiet

    def _show(step: str, done: int, total: int) -> None:
        if is_shown:
            # Back to the start of the line; ESC [ K removes what is left of a longer line before.
            count = f" {done}/{total}" if total else "……"
            click.echo(f"\r{step}{count}\x1b[K", nl=False, err=True)

    yield _show
    if is_shown:
        click.echo("\r\x1b[K", nl=False, err=True)
