"""Printed labels against those of an official form: equal, explained, or misprinted but near enough.

The rule: a label that is not as the form has it is only looked for among those that its table lacks, between its
neighbours in the order of the form, and whoever uses the match is told what it was taken for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from report_search.analysis.normalise import label_key
from report_search.analysis.similarity import similarity

NEAR_ENOUGH = 0.6
"""2.其他法律行政止公开 stands at 0.87 to its label; labels of one form stand at most at 0.6 to their neighbours."""
CLEAR_LEAD = 0.1
"""By so much the nearest label must be nearer than the next one."""
_ABRIDGED = 0.9
"""How near a label is that leaves out the end of the official one, or adds to it."""
_SHORTEST_ABRIDGED = 4
_ORDINAL = re.compile(r"^[一二三四五六七八九十\d]{1,2}(?=\D)")
_SHORTEST_BARE = 4
"""Labels of fewer characters are not told without their ordinals."""


class LabelMatch(Struct, frozen=True):
    """``index`` of the official label that a printed one is, None if it can't be told; ``note`` if it is misprinted."""

    index: int | None = None
    note: str = ""


def match_in_order(printed: Sequence[str], official: Sequence[str]) -> list[LabelMatch]:
    """Which of the ``official`` labels each of the ``printed`` ones is; both stand in the order of their table.

    No official label is given to two: the first that prints it exactly has it.
    """
    keys = {key: at for at, label in enumerate(official) for key in _keys_of(label)}
    taken: set[int] = set()
    found: list[LabelMatch] = []
    for label in printed:
        at = keys.get(label_key(label))
        if at is None or at in taken:
            found.append(LabelMatch())
            continue
        taken.add(at)
        found.append(LabelMatch(at))
    for number, match in enumerate(found):
        # A label that is printed exactly but was taken before is a second table's, not a misprint.
        if match.index is None and label_key(printed[number]) not in keys:
            found[number] = _nearest(printed[number], official, between=_gap(found, number, len(official)))
    return found


def nearest_label(printed: str, official: Sequence[str], *, least: float = NEAR_ENOUGH) -> str:
    """The one of ``official`` that ``printed`` is a misprint of, "" if none is near enough or two are."""
    scored = sorted(((_nearness(printed, label), label) for label in official), reverse=True)
    if not scored or scored[0][0] < least:
        return ""
    is_clear = len(scored) == 1 or scored[0][0] - scored[1][0] >= CLEAR_LEAD
    return scored[0][1] if is_clear else ""


def misprint(printed: str, official: str) -> str:
    """What is said of a label that was taken for another."""
    return f"栏目原文为“{printed}”，按最接近的“{official}”归类"


def known_label(printed: str, official: Mapping[str, str]) -> str:
    """The key in ``official`` (printed labels to keys) of a label that may have an explanation behind it, else ""."""
    name = label_key(printed)
    by_length = sorted(official, key=len, reverse=True)
    found = next((label for label in by_length if name.startswith(label_key(label))), "")
    return official.get(found, "")


def _keys_of(label: str) -> tuple[str, ...]:
    whole = label_key(label)
    bare = _ORDINAL.sub("", whole)
    return (whole, bare) if len(bare) >= _SHORTEST_BARE else (whole,)


def _gap(found: Sequence[LabelMatch], number: int, size: int) -> range:
    """The official labels between the nearest matches before and behind a printed one."""
    before = (match.index for match in reversed(found[:number]) if match.index is not None)
    behind = (match.index for match in found[number + 1 :] if match.index is not None)
    return range(next(before, -1) + 1, next(behind, size))


def _nearest(printed: str, official: Sequence[str], *, between: range) -> LabelMatch:
    label = nearest_label(printed, [official[at] for at in between])
    if not label:
        return LabelMatch()
    at = next(at for at in between if official[at] == label)
    return LabelMatch(at, misprint(printed, label))


def _nearness(printed: str, official: str) -> float:
    first, second = label_key(printed), label_key(official)
    short, long = sorted((first, second), key=len)
    is_abridged = len(short) >= _SHORTEST_ABRIDGED and long.startswith(short)
    return max(similarity(first, second), _ABRIDGED if is_abridged else 0.0)
