"""What the commands print: lines or JSON on standard output, progress on standard error.

The rule: no escape sequence is printed where ``NO_COLOR`` is set (https://no-color.org) or the terminal is a dumb one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from report_search.presentation.site_links import SiteLinks

COLOUR_VARIABLE = "NO_COLOR"


def may_print_escapes() -> bool:
    """Whether escape sequences (colours, bold, erasing a line) are wanted where a terminal shows the output."""
    return not os.environ.get(COLOUR_VARIABLE) and os.environ.get("TERM") != "dumb"


def echo_json(data: Any) -> None:
    """Print ``data``, payloads in it included, as JSON."""
    import json

    import msgspec

    click.echo(json.dumps(msgspec.to_builtins(data), ensure_ascii=False, indent=2))


def site_links() -> SiteLinks:
    """What makes the addresses that commands print: those of the site that is set, else of this machine."""
    from report_search.export.site_address import command_line_site

    return command_line_site().links


def echo_json_line(data: Any) -> None:
    """Print ``data`` as JSON on one line, at once."""
    import json

    click.echo(json.dumps(data, ensure_ascii=False))
    sys.stdout.flush()


def echo_lines(lines: Iterable[str]) -> None:
    """Print each line."""
    for line in lines:
        click.echo(line)


@contextmanager
def progress_line(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A line that says how many of how many are done, removed at the end; nothing if no person is watching."""
    is_shown = sys.stderr.isatty() and not quiet
    line = _ProgressLine()

    def _show(step: str, done: int, total: int) -> None:
        if is_shown:
            line.replace(f"{step} {done}/{total}" if total else f"{step}……")

    try:
        yield _show
    finally:
        # Also after an error or Ctrl+C, so that the message starts on a line of its own.
        if is_shown:
            line.replace("")


class _ProgressLine:
    """One line of a terminal, printed over and over."""

    def __init__(self) -> None:
        self._width = 0

    def replace(self, text: str) -> None:
        """Print ``text`` over what stands on the line."""
        # A Chinese character is at most two columns wide: an upper bound is enough to blank what stood there.
        width = 2 * len(text)
        # ESC [ K erases the rest of the line; without it, blanks do.
        erase = "\x1b[K" if may_print_escapes() else " " * max(0, self._width - len(text))
        back = "" if may_print_escapes() else "\r" + text
        click.echo(f"\r{text}{erase}{back}", nl=False, err=True)
        self._width = width
