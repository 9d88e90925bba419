"""Paragraphs that a page or line break tore in two, made whole.

The rule: two pieces are joined only on evidence from both sides of the break. Whatever ends like a sentence, begins
like an item, or stands as a line of its own between empty lines, stays by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.document import Line, Part
from indexer.ordinals import begins_item
from indexer.plain import join

_END = re.compile(r"[。！？：；!?;:…][”’」』）)》\"']*\s*$|[：:]\s*$")
_INSIDE = re.compile(r"[，。；：、,]")
_INDENT = re.compile(r"^[ \u3000\xa0]{2,}|^\u3000")
_SENTENCE = re.compile(r"[。；：！？:;]")
_LONG = 24
_LONGEST_HEADING = 60
_SHORT_REST = 12


def heal(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with torn paragraphs joined."""
    indented = _uses_indent(parts)
    spaced = _uses_gaps(parts)
    whole: list[Part] = []
    for part in parts:
        last = whole[-1] if whole else None
        if (
            isinstance(part, Line)
            and isinstance(last, Line)
            and _is_torn(last, part, indented=indented, spaced=spaced)
        ):
            whole[-1] = replace(last, text=join(last.text.rstrip(), part.text.lstrip()))
        else:
            whole.append(part)
    return whole


def _is_torn(first: Line, second: Line, *, indented: bool, spaced: bool) -> bool:
    """Whether ``second`` continues the sentence that ``first`` breaks off."""
    if first.level or second.level or first.strong != second.strong or "\t" in first.text + second.text:
        return False
    if _END.search(first.text) or begins_item(second.text) or _is_heading(first, second):
        return False
    if _INDENT.match(second.text) and (indented or _INDENT.match(first.text)):
        return False
    return _torn_by_page(first, second) if second.gap else _torn_by_line(first, second, spaced)


def _is_heading(first: Line, second: Line) -> bool:
    """Whether ``first`` is the heading of an item and ``second`` its text, not the rest of a heading."""
    text = first.text.strip()
    if not begins_item(text) or _SENTENCE.search(text) or len(text) > _LONGEST_HEADING:
        return False
    rest = _SENTENCE.search(second.text.strip())
    return not (len(text) >= _LONG and rest and rest.start() <= _SHORT_REST)


def _torn_by_page(first: Line, second: Line) -> bool:
    """An empty line stands between: only prose that breaks off, and goes on as prose, is one paragraph."""
    broken = len(first.text.strip()) >= _LONG and _INSIDE.search(first.text)
    return bool(
        broken
        and (_END.search(second.text) or (len(second.text.strip()) >= _LONG and _INSIDE.search(second.text)))
    )


def _torn_by_line(first: Line, second: Line, spaced: bool) -> bool:
    """No empty line between: one paragraph where empty lines part them, else only if ``first`` is long prose."""
    if spaced:
        return True
    return len(first.text.strip()) >= _LONG and bool(_INSIDE.search(first.text))


def _uses_gaps(parts: Sequence[Part]) -> bool:
    lines = [part for part in parts if isinstance(part, Line)][1:]
    return any(line.gap for line in lines)


def _uses_indent(parts: Sequence[Part]) -> bool:
    lines = [part for part in parts if isinstance(part, Line) and len(part.text) > _LONG]
    return sum(bool(_INDENT.match(line.text)) for line in lines) * 2 > len(lines)
