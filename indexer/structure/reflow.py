"""Paragraphs that a page or line break tore in two, made whole.

The rule: two pieces are joined only on evidence from both sides of the break. Whatever ends like a sentence, begins
like an item, or stands as a line of its own between empty lines, stays by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.document import Line, Part
from indexer.text.dates import date_in
from indexer.text.ordinals import begins_item, ordinal_of
from report_search.analysis.fold import fold
from report_search.analysis.normalise import join, plain
from report_search.analysis.word_segmenter import query_segmenter
from report_search.taxonomy.sections import is_known_title

_END = re.compile(r"[。！？：；!?;:…][”’」』）)》\"']*\s*$|[：:]\s*$")
_INSIDE = re.compile(r"[，。；：、,]")
_INDENT = re.compile(r"^[ \u3000\xa0]{2,}|^\u3000")
_SENTENCE = re.compile(r"[。；：！？:;]")
_NEVER_FIRST = tuple("，。、；：！？）》」』”’,;!?)")
_LONG = 24
_LONGEST_HEADING = 60
_RAGGED = 4
_LEAST_FULL = 3
_SHORT_REST = 12
_REACH = 8
"""So many characters on either side of a line break are cut into words to see whether one stands across it."""


def heal(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with torn paragraphs joined."""
    indented = _uses_indent(parts)
    wrapped = _wrapped(parts) if _uses_gaps(parts) else frozenset()
    running = running_on(parts)
    whole: list[Part] = []
    for at, part in enumerate(parts):
        last = whole[-1] if whole else None
        if not isinstance(part, Line) or not isinstance(last, Line):
            whole.append(part)
        elif at in running:
            whole[-1] = _joined(last, part)
        elif not _can_go_on(last, part, indented=indented):
            whole.append(part)
        elif _torn_by_page(last, part) if part.gap else at in wrapped or _torn_by_line(last, part):
            whole[-1] = _joined(last, part)
        else:
            whole.append(part)
    return whole


def _joined(first: Line, second: Line) -> Line:
    return replace(first, text=join(first.text.rstrip(), second.text.lstrip()))


def running_on(parts: Sequence[Part]) -> frozenset[int]:
    """Positions of lines that go on a text set to one width although the full line before ends a sentence.

    Only where every paragraph begins behind an empty line or with an indent does a line that has neither go on.
    """
    lines = [part for part in parts if isinstance(part, Line) and "\t" not in part.text]
    margin = _margin(lines)
    habits = [_sets_apart(lines, margin, indent=indent) for indent in (False, True)] if margin else []
    if not any(habits):
        return frozenset()
    return frozenset(
        at
        for at in range(1, len(parts))
        if _is_full(parts[at - 1], margin) and _is_flush(parts[at], gaps=habits[0], indents=habits[1])
    )


def _margin(lines: Sequence[Line]) -> int:
    """The width that lines of prose are set to, 0 if they are not."""
    widths = sorted((_raw_width(line) for line in lines if len(line.text) >= _LONG), reverse=True)
    for width in widths[:2]:
        if sum(width - _RAGGED <= one <= width for one in widths) >= _LEAST_FULL:
            return width
    return 0


def _sets_apart(lines: Sequence[Line], margin: int, *, indent: bool) -> bool:
    """Whether the lines behind those that surely end a paragraph have a gap (or an indent) before them."""
    first = [
        bool(_INDENT.match(after.text)) if indent else after.gap
        for before, after in pairwise(lines)
        if _END.search(before.text)
        and _raw_width(before) < margin - 2 * _RAGGED
        and not begins_item(after.text)
    ]
    return sum(first) >= 2 and sum(first) * 5 >= len(first) * 4


def _is_full(part: Part, margin: int) -> bool:
    return isinstance(part, Line) and not part.level and margin - _RAGGED <= _raw_width(part) <= margin


def _is_flush(part: Part, *, gaps: bool, indents: bool) -> bool:
    if not isinstance(part, Line) or part.level or "\t" in part.text or (gaps and part.gap):
        return False
    apart = _INDENT.match(part.text) or begins_item(part.text) or date_in(part.text)
    return not apart and (indents or not part.gap)


def _raw_width(line: Line) -> int:
    return sum(1 if char.isascii() else 2 for char in line.text.rstrip())


def _wrapped(parts: Sequence[Part]) -> frozenset[int]:
    """Positions of lines that go on a paragraph set to one width: every line of it but the last is full."""
    found: set[int] = set()
    run: list[int] = []
    for at, part in enumerate(parts):
        if run and isinstance(part, Line) and not part.gap and not _ends_run(parts[at - 1], part):
            run.append(at)
            continue
        found |= _full(parts, run)
        run = [at]
    return frozenset(found | _full(parts, run))


def _ends_run(before: Part, line: Line) -> bool:
    text = before.text if isinstance(before, Line) else ""
    heading = begins_item(text) and not _INSIDE.search(text.strip()[4:])
    return (
        heading or not text or bool(_END.search(text)) or begins_item(line.text) or bool(date_in(line.text))
    )


def _full(parts: Sequence[Part], run: Sequence[int]) -> set[int]:
    widths = [_width(part.text) for at in run if isinstance(part := parts[at], Line)]
    if len(widths) < 2:
        return set()
    full = max(widths[:-1])
    even = all(width >= full - max(4, full // 7) for width in widths[:-1])
    return set(run[1:]) if even and widths[-1] <= full + 2 else set()


def _width(text: str) -> int:
    """How wide ``text`` is set, a Chinese character counting as two."""
    return sum(1 if char.isascii() else 2 for char in text.strip())


def _can_go_on(first: Line, second: Line, *, indented: bool) -> bool:
    """Whether nothing forbids that ``second`` continues the sentence that ``first`` breaks off."""
    if first.level or second.level or first.strong != second.strong or "\t" in first.text + second.text:
        return False
    if _END.search(first.text) or begins_item(second.text) or _is_heading(first, second):
        return False
    return not (_INDENT.match(second.text) and (indented or _INDENT.match(first.text)))


def _is_heading(first: Line, second: Line) -> bool:
    """Whether ``first`` is the heading of an item and ``second`` its text, not the rest of a heading."""
    text = first.text.strip()
    if not begins_item(text) or _SENTENCE.search(text) or len(text) > _LONGEST_HEADING:
        return False
    if is_known_title(plain(text)):
        return True
    rest = _SENTENCE.search(second.text.strip())
    return not (len(text) >= _LONG and rest and rest.start() <= _SHORT_REST)


def _torn_by_page(first: Line, second: Line) -> bool:
    """An empty line stands between: only prose that breaks off, and goes on as prose, is one paragraph."""
    return _is_prose(first) and (
        bool(_END.search(second.text)) or _is_prose(second) or _is_open(first, second)
    )


def _torn_by_line(first: Line, second: Line) -> bool:
    """A line break stands between: prose that breaks off, or a break that stands inside a word."""
    return _is_prose(first) or _is_open(first, second) or _word_across(first.text, second.text)


def _is_open(first: Line, second: Line) -> bool:
    """Whether a bracket stays open at the end of ``first``, or a mark that closes or parts opens ``second``."""
    text = first.text
    opened = any(text.count(a) > text.count(b) for a, b in ("（）", "《》", "“”", "()"))
    return len(text.strip()) >= _LONG and (opened or second.text.strip()[:1] in _NEVER_FIRST)


def _word_across(first: str, second: str) -> bool:
    """Whether a word of the dictionary begins in ``first`` and ends in ``second`` (加强领事⏎保护工作)."""
    before, after = fold(first[-_REACH:]).text, fold(second[:_REACH]).text
    at = 0
    for word in query_segmenter().words(before + after):
        at = (before + after).find(word, at)
        if at < len(before) < at + len(word):
            return not word.isascii() and not (word.endswith(after) and word.startswith(before))
        at += len(word)
    return False


def _is_prose(line: Line) -> bool:
    """Whether ``line`` is long and has commas, as the lines of a paragraph do and a name or a label does not."""
    ordinal = ordinal_of(line.text)
    text = ordinal.rest if ordinal else line.text
    return len(line.text.strip()) >= _LONG and bool(_INSIDE.search(text))


def _uses_gaps(parts: Sequence[Part]) -> bool:
    lines = [part for part in parts if isinstance(part, Line)][1:]
    return any(line.gap for line in lines)


def _uses_indent(parts: Sequence[Part]) -> bool:
    lines = [part for part in parts if isinstance(part, Line) and len(part.text) > _LONG]
    return sum(bool(_INDENT.match(line.text)) for line in lines) * 2 > len(lines)
