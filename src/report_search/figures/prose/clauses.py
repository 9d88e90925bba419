"""The clauses of a sentence around its figures: what stands before each number, and what behind it.

The rule: a bracket is a sentence of its own; what stands in it is no part of the clause around it. A clause ends at a
comma, a colon and at the figure before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from report_search.analysis.fold import FoldedText
from report_search.figures.prose.counted import Counted

_BRACKETS = re.compile(r"\([^()]*\)")
_STOPS = frozenset(",。;:!?")
_RIGHT_ENDS = re.compile(r"[,。;:!?、()\"]")
_LONGEST_RIGHT = 16
_ALL_JOINS = re.compile("[、和与及]|以及")


class Stretch(NamedTuple):
    """Folded characters as they are compared, and each as it was printed."""

    text: str
    printed: str

    def part(self, start: int, end: int | None = None) -> Stretch:
        """``[start:end]`` of it."""
        return Stretch(self.text[start:end], self.printed[start:end])

    def followed_by(self, other: Stretch) -> Stretch:
        """Both as one."""
        return Stretch(self.text + other.text, self.printed + other.printed)

    def without(self, found: re.Match[str] | None) -> Stretch:
        """It without what was found in it."""
        if found is None:
            return self
        return self.part(0, found.start()).followed_by(self.part(found.end()))


NOTHING = Stretch("", "")


class Surroundings(NamedTuple):
    """What stands around a figure.

    ``left`` is what stands before it in its clause, ``right`` what follows at once; ``between`` everything since the
    figure before; ``is_listed`` if no stop stands there; ``inside`` if it stands in brackets, and ``is_detail`` if
    these stand right behind the figure before.
    """

    left: Stretch
    right: Stretch
    between: str
    is_listed: bool
    inside: bool
    is_detail: bool


def clauses(sentence: FoldedText, figures: Sequence[Counted]) -> list[Surroundings]:
    """What stands around each of ``figures``, all that a folded sentence has."""
    reading = _Reading(sentence, figures)
    return [reading.clause(at) for at in range(len(figures))]


def enumerated(text: str, figures: Sequence[Counted], *, start: int) -> int:
    """How many figures from number ``start`` on stand in a list with nothing but 、 or 和 between them."""
    end = start + 1
    while end < len(figures) and _ALL_JOINS.fullmatch(text[figures[end - 1].end : figures[end].start]):
        end += 1
    return end - start


class _Reading:
    def __init__(self, sentence: FoldedText, figures: Sequence[Counted]) -> None:
        self._all = Stretch(sentence.text, _printed(sentence))
        self._figures = figures
        self._brackets = [match.span() for match in _BRACKETS.finditer(sentence.text)]
        self._inside = [self._bracket(one.start) for one in figures]

    def clause(self, at: int) -> Surroundings:
        one, bracket = self._figures[at], self._inside[at]
        before = next((n for n in range(at - 1, -1, -1) if self._inside[n] == bracket), None)
        floor = bracket[0] + 1 if bracket else 0
        if before is not None:
            floor = max(floor, self._figures[before].end)
        since = self._without_brackets(floor, one.start)
        cut = max((n + 1 for n, char in enumerate(since.text) if char in _STOPS), default=0)
        last = self._figures[at - 1].end if at else 0
        return Surroundings(
            left=since.part(cut),
            right=self._right(at),
            between=self._all.text[last : one.start],
            is_listed=before is not None and not cut,
            inside=bracket is not None,
            is_detail=bracket is not None and last == bracket[0],
        )

    def _bracket(self, at: int) -> tuple[int, int] | None:
        return next((span for span in self._brackets if span[0] < at < span[1]), None)

    def _without_brackets(self, start: int, end: int) -> Stretch:
        found = NOTHING
        for opening, closing in self._brackets:
            if start <= opening and closing <= end:
                found = found.followed_by(self._all.part(start, opening))
                start = closing
        return found.followed_by(self._all.part(start, end))

    def _right(self, at: int) -> Stretch:
        """What follows a figure at once, "" where it leads to the next one."""
        start = self._figures[at].end
        following = self._figures[at + 1].start if at + 1 < len(self._figures) else len(self._all.text)
        end = _RIGHT_ENDS.search(self._all.text, start, following)
        if end is None and following < len(self._all.text):
            return NOTHING
        return self._all.part(start, min(end.start() if end else following, start + _LONGEST_RIGHT))


def _printed(sentence: FoldedText) -> str:
    """The printed character of each folded one; the folded one where it is not one character."""
    if sentence.ends == tuple(range(1, len(sentence.original) + 1)):
        return sentence.original
    spans = zip(sentence.starts, sentence.ends, sentence.text, strict=True)
    return "".join(sentence.original[start:end] if end - start == 1 else char for start, end, char in spans)
