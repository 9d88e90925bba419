"""Parentheses: which pairs group a query and which are part of a pasted text.

The rule: a pair groups if an operator stands inside it or right before it, or if both its outer edges are free (the
ends of the query, white space, ，、；, an operator, another grouping parenthesis). Every other pair is text:
《条例》（以下简称…）, 规章(试行), （一）加强. One without a partner is an error where its outer edge is free, else
text; so is the list mark ``1)``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

_FREE = frozenset(" ,、;|\x00")
_OPERATOR = re.compile(r"(?:OR|AND|NOT|NEAR(?:/\d+)?)[\s(\x00]")
_LIST_MARK = re.compile(r"(?:^|[ ,、;])[0-9a-zA-Z一二三四五六七八九十]{1,3}$")


@dataclass(frozen=True, slots=True)
class Brackets:
    """Positions of parentheses that group (``opens`` to its close), that lack a partner, that lie too deep."""

    opens: dict[int, int]
    unpaired: tuple[int, ...]
    too_deep: frozenset[int]

    def grouping(self) -> frozenset[int]:
        """Positions of every parenthesis that groups, opening and closing ones."""
        return frozenset(self.opens) | frozenset(self.opens.values())


def find_brackets(masked: str, operators: list[int], *, calls: frozenset[int], depth: int) -> Brackets:
    """Sort the parentheses of ``masked``.

    ``masked`` is the query in half width with its quoted stretches blanked by NUL; ``operators`` are the positions
    of operators in order; ``calls`` those of ``(`` right behind an operator; ``depth`` is how deep groups may nest.
    """
    pairs, open_, close = _pair(masked)
    kept: dict[int, int] = {}
    too_deep: set[int] = set()
    text: set[int] = set()
    ends: list[int] = []
    for start, end in sorted(pairs.items()):
        while ends and ends[-1] < start:
            ends.pop()
        if not (start in calls or _holds(operators, start, end) or _is_free(masked, start, end, text=text)):
            text.update((start, end))
        elif len(ends) >= depth:
            too_deep.update((start, end))
        else:
            kept[start] = end
            ends.append(end)
    unpaired = [at for at in open_ if at in calls or _free_before(masked, at, text)]
    unpaired += [
        at
        for at in close
        if _free_behind(masked, at, text) and not _LIST_MARK.search(masked[max(0, at - 4) : at])
    ]
    return Brackets(kept, tuple(sorted(unpaired)), frozenset(too_deep))


def _pair(masked: str) -> tuple[dict[int, int], list[int], list[int]]:
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    unopened: list[int] = []
    for at, mark in enumerate(masked):
        if mark == "(":
            waiting.append(at)
        elif mark == ")" and waiting:
            pairs[waiting.pop()] = at
        elif mark == ")":
            unopened.append(at)
    return pairs, waiting, unopened


def _holds(operators: list[int], start: int, end: int) -> bool:
    at = bisect_left(operators, start)
    return at < len(operators) and operators[at] < end


def _is_free(masked: str, start: int, end: int, *, text: set[int]) -> bool:
    return _free_before(masked, start, text) and _free_behind(masked, end, text)


def _free_before(masked: str, at: int, text: set[int]) -> bool:
    if at == 0 or masked[at - 1] in _FREE:
        return True
    if masked[at - 1] == "-":
        return at == 1 or masked[at - 2] in " (|"
    return masked[at - 1] == "(" and at - 1 not in text


def _free_behind(masked: str, at: int, text: set[int]) -> bool:
    if at + 1 == len(masked) or masked[at + 1] in _FREE or _OPERATOR.match(masked, at + 1):
        return True
    return masked[at + 1] == ")" and at + 1 not in text
