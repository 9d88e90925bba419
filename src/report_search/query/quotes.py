"""Quotation marks as people type them on both keyboards: which stretches of a query are exact wording.

Every pair counts: "…" “…” 「…」 『…』 ＂…＂. Inside a pair other marks are literal. The double marks are also paired
across keyboards (“…", ”…“, “…“), because an input method toggles them whatever the text is. The rule: pairs are found
from left to right and never overlap; a mark without partner is left to the lexer.
"""

from __future__ import annotations

from msgspec import Struct

DOUBLE = {'"': '"', "＂": "＂", "“": "”", "”": "“"}
"""Marks that open, each with the mark that properly closes it."""
CORNER = {"「": "」", "『": "』"}
STRAIGHT = frozenset('"＂')
"""Marks that demand what is in them of a question as well, where the Chinese ones only quote."""
MARKS = frozenset('"＂“”「」『』')
MOST_INSIDE = 100
"""How many other marks a pair may hold; beyond, its first mark has no partner."""
_FREE = frozenset(" \t\r\n\u3000,，、;；。.!！?？:：()（）|｜")


class Quote(Struct, frozen=True):
    """A quoted stretch: ``text[start:end]`` with its marks; the wording lies inside them."""

    start: int
    end: int

    def wording(self, text: str) -> str:
        """What is between the marks."""
        return text[self.start + 1 : self.end - 1]


class Quotes(Struct, frozen=True):
    """The quoted stretches of a text in order, and the positions of marks that found no partner."""

    pairs: tuple[Quote, ...]
    unpaired: tuple[int, ...]


def find_quotes(text: str) -> Quotes:
    """Pair the quotation marks of ``text`` from left to right."""
    pairs: list[Quote] = []
    unpaired: list[int] = []
    marks = [at for at, mark in enumerate(text) if mark in MARKS]
    index = 0
    while index < len(marks):
        found = _closer(text, marks, index)
        if found is None:
            unpaired.append(marks[index])
            index += 1
        else:
            pairs.append(Quote(marks[index], marks[found] + 1))
            index = found + 1
    return Quotes(tuple(pairs), tuple(unpaired))


def _closer(text: str, marks: list[int], opener: int) -> int | None:
    mark = text[marks[opener]]
    if mark in CORNER:
        return _corner_closer(text, marks, opener)
    return _double_closer(text, marks, opener) if mark in DOUBLE else None


def _corner_closer(text: str, marks: list[int], opener: int) -> int | None:
    """The closing corner by nesting: corner marks have a direction, so 『外「中」交』 needs no guessing."""
    mark = text[marks[opener]]
    depth = 0
    for index in range(opener, min(len(marks), opener + MOST_INSIDE)):
        depth += (text[marks[index]] == mark) - (text[marks[index]] == CORNER[mark])
        if depth == 0:
            return index
    return None


def _double_closer(text: str, marks: list[int], opener: int) -> int | None:
    """The proper closing mark; if there is none, or it looks like an opening one, another double mark that ends a word.

    In “外交" “商务” the pair “商务” is literal and skipped, so that " is left to close the first mark. In "外交” "商务”
    the second " looks like an opening one, so ” closes the first.
    """
    proper = DOUBLE[text[marks[opener]]]
    mixed: int | None = None
    index = opener + 1
    while index < min(len(marks), opener + MOST_INSIDE):
        mark = text[marks[index]]
        if mark == proper:
            return mixed if mixed is not None and _opens(text, marks[index]) else index
        partner = _nested(text, marks, index, proper=proper)
        if partner is not None:
            index = partner
        elif mixed is None and mark in DOUBLE and not _opens(text, marks[index]):
            mixed = index
        index += 1
    return mixed


def _nested(text: str, marks: list[int], index: int, *, proper: str) -> int | None:
    """The index of the ” that ends a literal pair beginning at ``index``; None if the pair around it ends first."""
    if text[marks[index]] != "“":
        return None
    for later in range(index + 1, min(len(marks), index + MOST_INSIDE)):
        mark = text[marks[later]]
        if mark == "”":
            return later
        if mark in (proper, "“"):
            return None
    return None


def _opens(text: str, at: int) -> bool:
    """Whether the mark at ``at`` looks like an opening one: nothing before it, a word behind it."""
    free_before = at == 0 or text[at - 1] in _FREE
    free_behind = at + 1 == len(text) or text[at + 1] in _FREE
    return free_before and not free_behind
