"""Which of the numbered headings of one style are the sections of a report, and which number a list within one.

The rule: sections are the rising numbers that leave the fewest others unexplained; a list within a section begins
with one. Where known titles begin again with one and no upper number goes on behind them, the sections begin again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from indexer.structure.headings import BY_MARKUP, KNOWN, Heading, is_known

_MOST_CANDIDATES = 400
"""Headings among which the sections are sought: more than any report has, few enough to compare all pairs."""
_LEAST_BEFORE_RESTART = 3
_SPELT_OUT = ("情况", "事项", "措施", "问题", "打算", "方向")
"""How the whole titles of sections end, which items shorten (依申请公开)."""

_Own = tuple[int, Heading]
"""A heading of the top style with its position."""


class SectionChain(Struct, frozen=True):
    """Positions of the headings that are ``sections``, and of those ``within`` one although they look like sections."""

    sections: frozenset[int]
    within: frozenset[int]


def top_style(headings: Sequence[Heading | None]) -> str:
    """The style that numbers the sections of this report."""
    found = [heading for heading in headings if heading]
    styles = {heading.style for heading in found}
    known = Counter(heading.style for heading in found if is_known(heading.title))
    # 1. and （一） number items too; two known section titles prove that they number the sections.
    proven = [style for style in ("number", "han-paren") if known[style] > 1]
    by_certainty = ("part", "han", *proven, BY_MARKUP, KNOWN, "han-paren", "number")
    return next((style for style in by_certainty if style in styles), "")


def section_chain(headings: Sequence[Heading | None], top: str) -> SectionChain:
    """The headings of style ``top`` that are sections, and those in lists of the same style within them."""
    own = [(at, one) for at, one in enumerate(headings) if one and one.style == top]
    if top in (BY_MARKUP, KNOWN):
        least = min((one.level for _, one in own), default=0)
        return SectionChain(frozenset(at for at, one in own if one.level == least), frozenset())
    sections: set[int] = set()
    within: set[int] = set()
    for part in _runs(own[:_MOST_CANDIDATES]):
        chain = _best_chain(part)
        sections.update(part[n][0] for n in chain)
        within.update(_within(part, chain))
    return SectionChain(frozenset(sections), frozenset(within))


def _runs(own: Sequence[_Own]) -> Iterator[Sequence[_Own]]:
    """``own`` cut where the sections begin again with one."""
    start = 0
    for at in range(1, len(own)):
        if _begins_again(own, start, at):
            yield own[start:at]
            start = at
    yield own[start:]


def _begins_again(own: Sequence[_Own], start: int, at: int) -> bool:
    """Whether a second list of sections begins at ``at``, as it does behind a narrative of six sections."""
    # 一 … 六 (总体情况 …), 一、主动公开政府信息情况, 二、收到和处理……: known titles from the first on, no 七 behind.
    # 一、总体情况, 1 … 5 within it, 二、……: the upper number goes on, so that list is within a section.
    first, last = own[at][1], own[at - 1][1]
    if first.value != 1 or at - start < _LEAST_BEFORE_RESTART or not _counts_on(own[start:at]):
        return False
    after = [one for _, one in own[at:]]
    known = sum(is_known(one.title) for one in after[1:])
    goes_on = any(
        one.value == last.value + 1 and before.value != last.value for before, one in pairwise(after)
    )
    return is_known(first.title) and known > 0 and not goes_on


def _counts_on(run: Sequence[_Own]) -> bool:
    """Whether the last numbers of ``run`` follow each other, so that it is a list of its own, not one within."""
    values = [one.value for _, one in run][-_LEAST_BEFORE_RESTART:]
    return all(after == before + 1 for before, after in pairwise(values))


def _best_chain(own: Sequence[_Own]) -> list[int]:
    """Indexes in ``own`` of the rising numbers with the highest score."""
    # 一、总体情况 二、主动公开 (一、宣传 二、培训) 三、存在的问题: the inner list has the same style. A heading scores
    # 1, a known title 2 more, the next number half a point; every number that is skipped and begins or goes on with
    # no list of its own costs one. The best chain that ends at a heading is the best one that ends before it at a
    # smaller number, plus its own score; here the outer 一 二 三 wins.
    best: list[tuple[float, list[int]]] = []
    costs = [_skipped_costs(own, first) for first in range(-1, len(own))]
    for n, (_, one) in enumerate(own):
        score, chain = -costs[0][n], list[int]()
        for before in range(n):
            if own[before][1].value < one.value:
                follows = 0.5 * (one.value == own[before][1].value + 1)
                through = best[before][0] + follows - costs[before + 1][n]
                if through > score:
                    score, chain = through, best[before][1]
        best.append((score + _weight(one), [*chain, n]))
    ends = [(score - costs[n + 1][len(own)], chain) for n, (score, chain) in enumerate(best)]
    return max(ends, key=lambda scored: scored[0])[1] if ends else []


def _skipped_costs(own: Sequence[_Own], first: int) -> dict[int, float]:
    """What it costs to go from index ``first`` straight to each index behind it (``len(own)`` is the end)."""
    costs: dict[int, float] = {}
    cost, last = 0.0, 0
    for n in range(first + 1, len(own)):
        costs[n] = cost
        value = own[n][1].value
        if value == 1 or 0 < last < value:
            last = value
        else:
            cost, last = cost + 1.0, 0
    costs[len(own)] = cost
    return costs


def _weight(heading: Heading) -> float:
    """How much speaks for a heading as a section: a known title, spelt out, on a line of its own, marked."""
    is_spelt_out = heading.title.rstrip("。：: ").endswith(_SPELT_OUT)
    return (
        1.0
        + 2.0 * is_known(heading.title)
        + 0.25 * is_spelt_out
        + 0.5 * bool(heading.level)
        - 0.5 * bool(heading.rest)
    )


def _within(own: Sequence[_Own], chain: Sequence[int]) -> Iterator[int]:
    """Positions of the headings between two sections that make a list from one on."""
    last = 0
    for n, (at, one) in enumerate(own):
        if n in chain:
            last = 0
        elif chain and chain[0] < n < chain[-1] and (one.value == 1 or 0 < last < one.value):
            last = one.value
            yield at
