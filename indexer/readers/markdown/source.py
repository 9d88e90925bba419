"""The source of a Markdown file taken apart: numbered lines without the marks of quotes and lists, and HTML tables.

Marks of quotes and lists are taken off line by line, not parsed as blocks: what they hold is read the same with and
without them, and a parser gives up at twenty levels. The rule: numbers of ordered lists were printed and stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from indexer.readers.html.fragment import table_spans

_OPENING = re.compile(r"<!--|<(script|style|table)\b", re.I)
_CLOSINGS = {
    "comment": re.compile("-->"),
    "script": re.compile(r"</script[ \t\n]*>", re.I),
    "style": re.compile(r"</style[ \t\n]*>", re.I),
}
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_QUOTE = re.compile(r"[ \t]*>[ \t]?")
_BULLET = re.compile(r"[ \t]*[-*+][ \t]+(?=\S)")
_MARKS_OF_RULES = "*-_"
_MARGIN = " \t"
_ENOUGH_FOR_A_RULE = 3


class SourceLine(Struct, frozen=True):
    """A line without its marks: ``number`` counts from 1 in the file; ``begins_item`` is True behind a bullet."""

    text: str
    number: int
    begins_item: bool = False


class HtmlTable(Struct, frozen=True):
    """A table in the middle of the text, from ``<table>`` to its ``</table>``."""

    source: str
    number: int


def split_source(text: str, *, first: int) -> Iterator[list[SourceLine] | HtmlTable]:
    """Stretches of lines, and the tables between them, in order. ``first`` is the number of the first line."""
    lines = _Lines(first)
    at = 0
    for start, end, is_table in _unread(text):
        lines.add(text[at:start])
        if is_table:
            table = HtmlTable(text[start:end], lines.number)
            yield lines.taken()
            yield table
        lines.skip(text[start:end])
        at = end
    lines.add(text[at:])
    yield lines.taken()


def _unread(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where text stands that is no Markdown: comments, scripts, styles, and tables (True), none inside another."""
    tables = dict(table_spans(text))
    closings = {name: [one.end() for one in mark.finditer(text)] for name, mark in _CLOSINGS.items()}
    at = 0
    while found := _OPENING.search(text, at):
        name = (found[1] or "comment").lower()
        end = tables.get(found.start(), 0) if name == "table" else _next(closings[name], found.end())
        if end:
            yield found.start(), end, name == "table"
        at = end or found.end()


def _next(ends: list[int], start: int) -> int:
    """The first of ``ends``, ascending, behind ``start``; 0 if there is none: what is never closed was printed."""
    at = bisect_right(ends, start)
    return ends[at] if at < len(ends) else 0


class _Lines:
    """Collects text as numbered lines."""

    def __init__(self, first: int) -> None:
        self.number = first
        self._lines: list[tuple[str, int]] = []
        # The line that goes on: its pieces, and the number of the line it began in.
        self._pieces: list[str] = []
        self._begun = first

    def add(self, text: str) -> None:
        head, *rest = text.split("\n")
        self._pieces.append(head)
        for line in rest:
            self._end_line()
            self.number += 1
            self._pieces, self._begun = [line], self.number

    def skip(self, text: str) -> None:
        """Count the lines of text that is not read; what stands behind it goes on in the line it began in."""
        self.number += text.count("\n")

    def taken(self) -> list[SourceLine]:
        """The lines so far without their marks; collecting goes on behind them."""
        self._end_line()
        lines, self._lines = self._lines, []
        self._pieces, self._begun = [], self.number
        return list(_without_marks(lines))

    def _end_line(self) -> None:
        self._lines.append(("".join(self._pieces), self._begun))


def _without_marks(lines: list[tuple[str, int]]) -> Iterator[SourceLine]:
    fenced = False
    for text, number in lines:
        if _FENCE.match(text):
            fenced = not fenced
            yield SourceLine(text, number)
        elif fenced:
            yield SourceLine(text, number)
        else:
            yield _without_mark(text, number)


def _without_mark(text: str, number: int) -> SourceLine:
    begins_item = False
    at = 0
    marks_from = _end_of_marks(text)
    while mark := _QUOTE.match(text, at) or _bullet(text, at, marks_from):
        begins_item = begins_item or mark[0].strip() != ">"
        at = mark.end()
    return SourceLine(text[at:], number, begins_item)


def _end_of_marks(text: str) -> int:
    """From where on ``text`` is nothing but blanks and one of the marks that rules are made of."""
    bare = text.rstrip(_MARGIN)
    return len(bare.rstrip(bare[-1] + _MARGIN)) if bare[-1:] in tuple(_MARKS_OF_RULES) else len(text)


def _bullet(text: str, at: int, marks_from: int) -> re.Match[str] | None:
    """The bullet at a place, None if there is none or the rest of the line is a rule (``* * *``)."""
    bullet = _BULLET.match(text, at)
    is_rule = (
        bullet is not None and at >= marks_from and text.count(bullet[0].strip(), at) >= _ENOUGH_FOR_A_RULE
    )
    return None if is_rule else bullet
