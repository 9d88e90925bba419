"""Where a needle stands in a text: the oracle of exact wording.

The rule, in one sentence: a needle stands in a text if some reading of it stands in some reading of the text, with
neither end inside an Arabic number.

Both sides are lattices: the characters of the base reading, and the additional readings as edges over them. A match
may begin and end inside an edge (复申请 stands in 答覆申請). The lattices are walked together, one character at a
time, each pair of places once, so that many additional readings cost their sum and not their product.

Counting: every place of the text at which a match begins counts once, overlapping ones included; where readings
end at different places the shortest counts. A needle that folds to nothing stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from report_search.analysis.arabic_numbers import NUMBER_CHARACTERS, inside_number, number_cuts
from report_search.analysis.fold import FoldedText, Variant

Span = tuple[int, int]
Place = tuple[int, int]
"""(-1, at): before the base character ``at``. (edge, at): inside that edge, before its character ``at`` > 0."""
READINGS = 64


def occurrences(needle: FoldedText, text: FoldedText) -> list[Span]:
    """The spans of all occurrences as code points of ``text.original``, in order of their start."""
    return list(dict.fromkeys(text.span(*found) for found in matches(needle, text)))


def stands_in(needle: FoldedText, text: FoldedText) -> bool:
    """Whether ``needle`` stands in ``text``."""
    return next(_matches(needle, text, _Rule(text)), None) is not None


def matches(
    needle: FoldedText, text: FoldedText, *, cut_before: bool = False, cut_after: bool = False
) -> list[Span]:
    """All occurrences as ranges of ``text.text``, in order.

    An end inside an additional reading is given as the place of the base reading below it, or as the end of that
    stretch where the two are not of one length. ``cut_before`` and ``cut_after`` let that end lie inside a number,
    for the inner ends of a pattern's parts.
    """
    rule = _Rule(text, cut_before=cut_before, cut_after=cut_after)
    found: dict[int, int] = {}
    for start, end in _matches(needle, text, rule):
        found[start] = min(end, found.get(start, end))
    return sorted(found.items())


def expand_variants(folded: FoldedText, limit: int = READINGS) -> list[str] | None:
    """All readings of a folded text, the base reading first; None if there are more than ``limit``."""
    found = [("", 0)]
    complete: list[str] = []
    while found:
        if len(found) + len(complete) > limit:
            return None
        read, at = found.pop()
        if at == len(folded.text):
            complete.append(read)
            continue
        found.extend((read + edge.text, edge.end) for edge in folded.variants if edge.start == at)
        found.append((read + folded.text[at], at + 1))
    return complete


def grams(folded: FoldedText) -> set[str]:
    """All runs of one and of two characters over all readings of a text.

    If a needle stands in a text, then all grams of at least one of the needle's readings are among the text's.
    """
    text = folded.text
    found = set(text)
    found.update(map(str.__add__, text, text[1:]))
    firsts, lasts = _edges_by_place(folded)
    for edge in folded.variants:
        found.update(edge.text)
        found.update(map(str.__add__, edge.text, edge.text[1:]))
        lefts = lasts.get(edge.start, set()) | set(text[max(0, edge.start - 1) : edge.start])
        rights = firsts.get(edge.end, set()) | set(text[edge.end : edge.end + 1])
        found.update(left + edge.text[0] for left in lefts)
        found.update(edge.text[-1] + right for right in rights)
    return found


def _edges_by_place(folded: FoldedText) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """The first characters of the edges that begin at each place, the last ones of those that end there."""
    firsts: dict[int, set[str]] = {}
    lasts: dict[int, set[str]] = {}
    for edge in folded.variants:
        firsts.setdefault(edge.start, set()).add(edge.text[0])
        lasts.setdefault(edge.end, set()).add(edge.text[-1])
    return firsts, lasts


def candidate_grams(needle: FoldedText, limit: int = READINGS) -> list[frozenset[str]]:
    """What ``grams`` of a text must hold for ``needle`` to stand in it: all of at least one of these sets.

    One set for each reading, of its runs of two characters (of one, where it is a single character). With more than
    ``limit`` readings it is one set, of the grams that all readings share; that one may be empty, which asks nothing.
    """
    found = expand_variants(needle, limit)
    if found is None:
        return [frozenset(_shared_grams(needle))]
    return list(
        dict.fromkeys(frozenset(map(str.__add__, read, read[1:])) or frozenset(read) for read in found)
    )


def _shared_grams(needle: FoldedText) -> Iterator[str]:
    free = bytearray(b"\1" * len(needle.text))
    for edge in needle.variants:
        free[edge.start : edge.end] = bytes(edge.end - edge.start)
    for at, char in enumerate(needle.text):
        if free[at]:
            yield char
            if at + 1 < len(free) and free[at + 1]:
                yield needle.text[at : at + 2]


class _Rule:
    """Which ends of a match may lie inside a number of ``text``: none, but for the parts of a pattern."""

    def __init__(self, text: FoldedText, *, cut_before: bool = False, cut_after: bool = False) -> None:
        self._text = text
        self._cut_before = cut_before
        self._cut_after = cut_after
        self._cuts: bytes | None = None

    def may_begin(self, place: Place) -> bool:
        return self._cut_before or not self._is_inside(*place)

    def may_end(self, place: Place) -> bool:
        return self._cut_after or not self._is_inside(*place)

    def _is_inside(self, edge: int, at: int) -> bool:
        if edge >= 0:
            return inside_number(self._text.variants[edge].text, at)
        text = self._text.text
        if (
            not 0 < at < len(text)
            or text[at] not in NUMBER_CHARACTERS
            or text[at - 1] not in NUMBER_CHARACTERS
        ):
            return False
        if self._cuts is None:
            self._cuts = number_cuts(text)
        return bool(self._cuts[at])


def _matches(needle: FoldedText, text: FoldedText, rule: _Rule) -> Iterator[Span]:
    if needle.is_empty or text.is_empty:
        return
    all_readings = expand_variants(needle) if needle.variants else [needle.text]
    if all_readings is None:
        yield from _walk(_Lattice(needle), text, rule, starts=None)
        return
    for reading in all_readings:
        yield from _plain(reading, text.text, rule)
    if text.variants:
        yield from _beside_edges(needle, text, rule, all_readings=all_readings)


def _plain(needle: str, text: str, rule: _Rule) -> Iterator[Span]:
    """Occurrences of the base reading in the base reading, by Python's own search."""
    size = len(needle)
    at = text.find(needle)
    while at >= 0:
        if rule.may_begin((-1, at)) and rule.may_end((-1, at + size)):
            yield at, at + size
        at = text.find(needle, at + 1)


def _beside_edges(
    needle: FoldedText, text: FoldedText, rule: _Rule, *, all_readings: list[str]
) -> Iterator[Span]:
    """Occurrences that may have a part of an additional reading of the text; only those with a character of it do."""
    chars = set().union(*all_readings)
    touching = [edge for edge in text.variants if not chars.isdisjoint(edge.text)]
    if touching:
        starts = _before(touching, max(map(len, all_readings)))
        yield from _walk(_Lattice(needle), text, rule, starts=starts)


def _before(edges: Iterable[Variant], size: int) -> set[int]:
    """The places of the base reading from which ``size`` characters reach one of ``edges``."""
    return {at for edge in edges for at in range(max(0, edge.start - size + 1), edge.start + 1)}


@dataclass(slots=True)
class _Lattice:
    """The places of a folded text and the characters that lead from one to the next."""

    folded: FoldedText
    edges: dict[int, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.edges = {}
        for number, variant in enumerate(self.folded.variants):
            self.edges.setdefault(variant.start, []).append(number)

    def steps(self, place: Place) -> Iterator[tuple[str, Place]]:
        """Every character that may follow ``place``, and where it leads."""
        edge, at = place
        if edge >= 0:
            yield self.folded.variants[edge].text[at], self._inside(edge, at + 1)
            return
        if at < len(self.folded.text):
            yield self.folded.text[at], (-1, at + 1)
        for number in self.edges.get(at, ()):
            yield self.folded.variants[number].text[0], self._inside(number, 1)

    def _inside(self, edge: int, at: int) -> Place:
        variant = self.folded.variants[edge]
        return (edge, at) if at < len(variant.text) else (-1, variant.end)

    def is_end(self, place: Place) -> bool:
        return place == (-1, len(self.folded.text))

    def base(self, place: Place, *, end: bool) -> int:
        """The place of the base reading that stands for ``place``."""
        edge, at = place
        if edge < 0:
            return at
        variant = self.folded.variants[edge]
        if len(variant.text) == variant.end - variant.start:
            return variant.start + at
        return variant.end if end else variant.start


def _walk(needle: _Lattice, text: FoldedText, rule: _Rule, *, starts: Iterable[int] | None) -> Iterator[Span]:
    """The shortest match from each place where one may begin: ``starts`` of the base reading and inside edges."""
    lattice = _Lattice(text)
    firsts = {char for char, _ in needle.steps((-1, 0))}
    base = range(len(text.text)) if starts is None else sorted(starts)
    inner = (
        (n, at)
        for n, edge in enumerate(text.variants)
        for at in range(1, len(edge.text))
        if edge.text[at] in firsts
    )
    for place in (*((-1, at) for at in base), *inner):
        if place[0] < 0 and place[1] not in lattice.edges and text.text[place[1]] not in firsts:
            continue
        if rule.may_begin(place):
            end = _shortest(needle, lattice, place, rule=rule)
            if end is not None:
                yield lattice.base(place, end=False), lattice.base(end, end=True)


def _shortest(needle: _Lattice, text: _Lattice, start: Place, *, rule: _Rule) -> Place | None:
    """Where the shortest match that begins at ``start`` ends, by the place of the base reading."""
    pairs = {((-1, 0), start)}
    ends: list[Place] = []
    seen = set(pairs)
    while pairs:
        following = set()
        for left, right in pairs:
            for char, after in needle.steps(left):
                for other, reached in text.steps(right):
                    if char == other and (after, reached) not in seen:
                        seen.add((after, reached))
                        following.add((after, reached))
        finished = (right for left, right in following if needle.is_end(left))
        ends.extend(right for right in finished if rule.may_end(right))
        pairs = following
    return min(ends, key=lambda end: text.base(end, end=True), default=None)
