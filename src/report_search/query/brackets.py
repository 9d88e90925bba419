"""Parentheses: which pairs group a query and which are part of a pasted text.

The rule: a pair groups if an operator is inside it or right before it, or if both its outer edges are free (the
ends of the query, white space, ，、；, an operator, another grouping parenthesis). Every other pair is text:
《条例》（以下简称…）, 规章(试行), （一）加强. A parenthesis without a partner is an error where its outer edge is free,
else text; so is the list mark ``1)``.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from msgspec import Struct

_FREE = frozenset(" ,、;|\x00")
_OPERATOR = re.compile(r"(?:OR|AND|NOT|NEAR(?:/\d+)?)[\s(\x00]")
_LIST_MARK = re.compile(r"(?:^|[ ,、;])[0-9a-zA-Z一二三四五六七八九十]{1,3}$")


class Brackets(Struct, frozen=True):
    """Positions of parentheses: ``opens`` leads from each opening one that groups to the one that closes it.

    ``unpaired`` are those that lack a partner and are no text, ``too_deep`` those that nest deeper than is allowed.
    """

    opens: dict[int, int]
    unpaired: tuple[int, ...]
    too_deep: frozenset[int]

    def grouping(self) -> frozenset[int]:
        """Positions of every parenthesis that groups, opening and closing ones."""
        return frozenset(self.opens) | frozenset(self.opens.values())


def find_brackets(masked: str, operators: list[int], *, calls: frozenset[int], depth: int) -> Brackets:
    """Sort the parentheses of ``masked``.

    ``masked`` is the query in half width with its quoted stretches replaced by NUL; ``operators`` are the positions
    of operators in order; ``calls`` those of ``(`` right behind an operator; ``depth`` is how deep groups may nest.

    In ``(规章(试行) OR 条例)`` the outer pair groups, since OR is inside; the inner one is text, since a word is right
    before it. In ``((公司))`` the inner pair groups because the outer one does.
    """
    pairs, unclosed, unopened = _pair(masked)
    text: set[int] = set()
    # From left to right, so that it is settled whether the parenthesis before a pair groups. The one behind it closes
    # a pair that began earlier, and is settled too.
    for start, end in sorted(pairs.items()):
        has_operator = start in calls or _holds(operators, start, end)
        if not has_operator and not _is_free(masked, start, end, text=text):
            text.update((start, end))
    opens, too_deep = _nest(sorted(pairs.keys() - text), pairs, depth)
    unpaired = [at for at in unclosed if at in calls or _is_free_before(masked, at, text)]
    unpaired += [at for at in unopened if _is_stray_close(masked, at, text)]
    return Brackets(opens, tuple(sorted(unpaired)), frozenset(too_deep))


def _nest(starts: list[int], pairs: dict[int, int], depth: int) -> tuple[dict[int, int], set[int]]:
    """The pairs that begin at ``starts``, in order, and the positions of those that are nested too deep."""
    opens: dict[int, int] = {}
    too_deep: set[int] = set()
    around: list[int] = []  # where the groups around the current position end, the innermost last
    for start in starts:
        while around and around[-1] < start:
            around.pop()
        if len(around) >= depth:
            too_deep.update((start, pairs[start]))
        else:
            opens[start] = pairs[start]
            around.append(pairs[start])
    return opens, too_deep


def _is_stray_close(masked: str, at: int, text: set[int]) -> bool:
    """Whether a ``)`` without partner is an error: not inside a word, nor behind the number of an item (1) 加强)."""
    is_list_mark = _LIST_MARK.search(masked[max(0, at - 4) : at]) is not None
    return _is_free_behind(masked, at, text) and not is_list_mark


def _pair(masked: str) -> tuple[dict[int, int], list[int], list[int]]:
    """Partners by nesting alone; then the positions of ``(`` and of ``)`` that have none."""
    pairs: dict[int, int] = {}
    unclosed: list[int] = []
    unopened: list[int] = []
    for at, mark in enumerate(masked):
        if mark == "(":
            unclosed.append(at)
        elif mark == ")" and unclosed:
            pairs[unclosed.pop()] = at
        elif mark == ")":
            unopened.append(at)
    return pairs, unclosed, unopened


def _holds(operators: list[int], start: int, end: int) -> bool:
    """Whether one of ``operators`` is between ``start`` and ``end``."""
    at = bisect_left(operators, start)
    return at < len(operators) and operators[at] < end


def _is_free(masked: str, start: int, end: int, *, text: set[int]) -> bool:
    return _is_free_before(masked, start, text) and _is_free_behind(masked, end, text)


def _is_free_before(masked: str, at: int, text: set[int]) -> bool:
    if at == 0 or masked[at - 1] in _FREE:
        return True
    if masked[at - 1] == "-":
        # Only a minus that excludes is an operator: COVID-(19) is text.
        return at == 1 or masked[at - 2] in " (|"
    return masked[at - 1] == "(" and at - 1 not in text


def _is_free_behind(masked: str, at: int, text: set[int]) -> bool:
    if at + 1 == len(masked) or masked[at + 1] in _FREE or _OPERATOR.match(masked, at + 1):
        return True
    return masked[at + 1] == ")" and at + 1 not in text
