"""Where a wording occurs in a text: the reference for exact matching.

The rule, in one sentence: a needle occurs in a text if some reading of it is a substring of some reading of the text,
with neither end inside an Arabic number.

Both sides are lattices: the characters of the base text, and its variants as edges that lead past some of them. A
match may begin and end inside a variant (复申请 occurs in 答覆申請). The lattices are walked together, one character
at a time, each pair of nodes once, so that many variants cost their sum and not their product.

Counting: every position of the text at which a match begins counts once, overlapping matches included; where readings
end at different positions the shortest counts. A needle that folds to nothing occurs nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from report_search.analysis.arabic_numbers import NUMBER_CHARACTERS, inside_number, number_cuts
from report_search.analysis.fold import FoldedText, Variant

Span = tuple[int, int]
Node = tuple[int, int]
"""A node of a lattice. (``_BASE``, i): before character i of the base text, or at its end. (n, i): inside variant
number n, before its character i > 0. The two ends of a variant are nodes of the base text."""
_BASE = -1
_MAX_READINGS = 64


def occurrences(needle: FoldedText, text: FoldedText) -> list[Span]:
    """The spans of all occurrences as code points of ``text.original``, in order of their start."""
    return list(dict.fromkeys(text.span(*match) for match in matches(needle, text)))


def occurs_in(needle: FoldedText, text: FoldedText) -> bool:
    """Whether ``needle`` occurs in ``text``."""
    # Most texts don't hold it, and most have one reading alone.
    if not needle.variants and not text.variants and needle.text not in text.text:
        return False
    return next(_matches(needle, text, _NumberRule(text)), None) is not None


def matches(
    needle: FoldedText, text: FoldedText, *, cut_before: bool = False, cut_after: bool = False
) -> list[Span]:
    """All occurrences as ranges of ``text.text``, in order.

    An end inside a variant is given as the position of the base text below it, or as the end of the variant's range
    where that can't be told (see ``_places_in_base``). ``cut_before`` and ``cut_after`` let that end lie inside a
    number, for the inner ends of a pattern's parts.
    """
    rule = _NumberRule(text, cut_before=cut_before, cut_after=cut_after)
    shortest: dict[int, int] = {}
    for start, end in _matches(needle, text, rule):
        shortest[start] = min(end, shortest.get(start, end))
    return sorted(shortest.items())


def expand_variants(folded: FoldedText, limit: int = _MAX_READINGS) -> list[str] | None:
    """All readings of a folded text, the base text first; None if there are more than ``limit``."""
    unfinished = [("", 0)]
    complete: list[str] = []
    while unfinished:
        if len(unfinished) + len(complete) > limit:
            return None
        reading, at = unfinished.pop()
        if at == len(folded.text):
            complete.append(reading)
            continue
        unfinished.extend((reading + edge.text, edge.end) for edge in folded.variants if edge.start == at)
        # Last in, so first out: the base text is complete before any other reading.
        unfinished.append((reading + folded.text[at], at + 1))
    return complete


def grams(folded: FoldedText) -> set[str]:
    """All substrings of one and of two characters over all readings of a text.

    If a needle occurs in a text, then all grams of at least one of the needle's readings are among the text's.
    """
    text = folded.text
    found = set(text)
    found.update(map(str.__add__, text, text[1:]))
    firsts, lasts = _variant_borders(folded)
    for edge in folded.variants:
        found.update(edge.text)
        found.update(map(str.__add__, edge.text, edge.text[1:]))
        # A variant meets the base text on either side, or another variant that ends or begins there.
        lefts = lasts.get(edge.start, set()) | set(text[max(0, edge.start - 1) : edge.start])
        rights = firsts.get(edge.end, set()) | set(text[edge.end : edge.end + 1])
        found.update(left + edge.text[0] for left in lefts)
        found.update(edge.text[-1] + right for right in rights)
    return found


def _variant_borders(folded: FoldedText) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """By position: the first characters of the variants that begin there, the last ones of those that end there."""
    firsts: dict[int, set[str]] = {}
    lasts: dict[int, set[str]] = {}
    for edge in folded.variants:
        firsts.setdefault(edge.start, set()).add(edge.text[0])
        lasts.setdefault(edge.end, set()).add(edge.text[-1])
    return firsts, lasts


def candidate_grams(needle: FoldedText, limit: int = _MAX_READINGS) -> list[frozenset[str]]:
    """What ``grams`` of a text must hold for ``needle`` to occur in it: all of at least one of these sets.

    One set for each reading, of its pairs of characters (of its character, where it has just one). With more than
    ``limit`` readings it is one set, of the grams that all readings share; that one may be empty, which asks nothing.
    """
    readings = expand_variants(needle, limit)
    if readings is None:
        return [frozenset(_shared_grams(needle))]
    needed = (frozenset(map(str.__add__, reading, reading[1:])) or frozenset(reading) for reading in readings)
    return list(dict.fromkeys(needed))


def _shared_grams(needle: FoldedText) -> Iterator[str]:
    """The grams of the base text that no variant replaces."""
    is_shared = bytearray(b"\1" * len(needle.text))
    for edge in needle.variants:
        is_shared[edge.start : edge.end] = bytes(edge.end - edge.start)
    for at, char in enumerate(needle.text):
        if is_shared[at]:
            yield char
            if at + 1 < len(is_shared) and is_shared[at + 1]:
                yield needle.text[at : at + 2]


class _NumberRule:
    """Which ends of a match may lie inside a number of ``text``: none, except for the parts of a pattern."""

    def __init__(self, text: FoldedText, *, cut_before: bool = False, cut_after: bool = False) -> None:
        self._text = text
        self._cut_before = cut_before
        self._cut_after = cut_after
        self._cuts: bytes | None = None

    def may_begin(self, node: Node) -> bool:
        return self._cut_before or not self._is_inside(*node)

    def may_end(self, node: Node) -> bool:
        return self._cut_after or not self._is_inside(*node)

    def _is_inside(self, edge: int, at: int) -> bool:
        if edge != _BASE:
            return inside_number(self._text.variants[edge].text, at)
        text = self._text.text
        is_within = 0 < at < len(text)
        # Most ends have no digit beside them: the numbers of a text are looked for only when one has.
        if not is_within or text[at] not in NUMBER_CHARACTERS or text[at - 1] not in NUMBER_CHARACTERS:
            return False
        if self._cuts is None:
            self._cuts = number_cuts(text)
        return bool(self._cuts[at])


def _matches(needle: FoldedText, text: FoldedText, rule: _NumberRule) -> Iterator[Span]:
    """Matches in no order, some of them more than once."""
    if needle.is_empty or text.is_empty:
        return
    readings = expand_variants(needle) if needle.variants else [needle.text]
    if readings is None:
        yield from _lattice_matches(needle, text, rule, starts=range(len(text.text)))
        return
    # Nearly every match is one in the base text, where Python's own search is the fastest way.
    for reading in readings:
        yield from _substring_matches(reading, text.text, rule)
    if text.variants:
        yield from _variant_matches(needle, text, rule, readings=readings)


def _substring_matches(needle: str, text: str, rule: _NumberRule) -> Iterator[Span]:
    """Occurrences of one reading in the base text."""
    size = len(needle)
    at = text.find(needle)
    while at >= 0:
        if rule.may_begin((_BASE, at)) and rule.may_end((_BASE, at + size)):
            yield at, at + size
        at = text.find(needle, at + 1)


def _variant_matches(
    needle: FoldedText, text: FoldedText, rule: _NumberRule, *, readings: list[str]
) -> Iterator[Span]:
    """All occurrences that have a part of a variant of the text, and some others."""
    chars = set().union(*readings)
    # A match covers a variant, or ends in it: either way it has a character of it.
    touched = [edge for edge in text.variants if not chars.isdisjoint(edge.text)]
    if touched:
        starts = sorted(_positions_before(touched, max(map(len, readings))))
        yield from _lattice_matches(needle, text, rule, starts=starts)


def _positions_before(edges: Iterable[Variant], size: int) -> set[int]:
    """The positions of the base text from which ``size`` characters reach one of ``edges``."""
    return {at for edge in edges for at in range(max(0, edge.start - size + 1), edge.start + 1)}


@dataclass(slots=True)
class _Lattice:
    """The nodes of a folded text and the characters that lead from one to the next.

    答覆 with the variant 复 over 覆 has the nodes (-1, 0), (-1, 1) and (-1, 2). From the first leads 答, from the
    second both 覆 and 复. A variant of two characters, 子丑 over 覆, has a node inside too: 子 leads from (-1, 1) to
    (0, 1), and 丑 from there to (-1, 2).
    """

    folded: FoldedText
    edges: dict[int, list[int]] = field(init=False)
    """From a position of the base text to the numbers of the variants that begin there."""

    def __post_init__(self) -> None:
        self.edges = {}
        for number, variant in enumerate(self.folded.variants):
            self.edges.setdefault(variant.start, []).append(number)

    def steps(self, node: Node) -> Iterator[tuple[str, Node]]:
        """Every character that may follow ``node``, and the node that it leads to."""
        edge, at = node
        if edge != _BASE:
            yield self.folded.variants[edge].text[at], self._behind(edge, at + 1)
            return
        if at < len(self.folded.text):
            yield self.folded.text[at], (_BASE, at + 1)
        for number in self.edges.get(at, ()):
            yield self.folded.variants[number].text[0], self._behind(number, 1)

    def _behind(self, edge: int, at: int) -> Node:
        """The node before character ``at`` of a variant; at its end that is one of the base text."""
        variant = self.folded.variants[edge]
        return (edge, at) if at < len(variant.text) else (_BASE, variant.end)

    def is_end(self, node: Node) -> bool:
        return node == (_BASE, len(self.folded.text))

    def base_position(self, node: Node, *, is_end: bool) -> int:
        """The position of the base text that is given for a match that begins, or ends, at ``node``."""
        edge, at = node
        if edge == _BASE:
            return at
        variant = self.folded.variants[edge]
        printed_at = _places_in_base(variant, self.folded.text)
        if printed_at is not None:
            return variant.start + (printed_at[at - 1] + 1 if is_end else printed_at[at])
        # 5% over 百分之五: which of the four a position among the two belongs to can't be told, so take them all.
        return variant.end if is_end else variant.start


def _places_in_base(variant: Variant, text: str) -> list[int] | None:
    """For each character of a variant the one of the base text below it, counted from the variant's start.

    Known where a variant is as long as what it replaces (复 over 覆), or only leaves characters out (wifi over wi-fi:
    0, 1, 3, 4; 1234 over 1,234); None for any other.
    """
    if len(variant.text) == variant.end - variant.start:
        return list(range(len(variant.text)))
    base = text[variant.start : variant.end]
    places: list[int] = []
    for char in variant.text:
        place = base.find(char, places[-1] + 1 if places else 0)
        if place < 0:
            return None
        places.append(place)
    return places


def _lattice_matches(
    needle: FoldedText, text: FoldedText, rule: _NumberRule, *, starts: Iterable[int]
) -> Iterator[Span]:
    """The shortest match from each node where one may begin: ``starts`` of the base text, and inside variants."""
    needle_lattice, text_lattice = _Lattice(needle), _Lattice(text)
    firsts = {char for char, _ in needle_lattice.steps((_BASE, 0))}
    for node in _start_nodes(text_lattice, firsts, starts):
        if rule.may_begin(node):
            end = _shortest(needle_lattice, text_lattice, node, rule=rule)
            if end is not None:
                start = text_lattice.base_position(node, is_end=False)
                yield start, text_lattice.base_position(end, is_end=True)


def _start_nodes(text: _Lattice, firsts: set[str], starts: Iterable[int]) -> Iterator[Node]:
    """The nodes among ``starts`` and inside variants from which one of the characters ``firsts`` may lead on."""
    for at in starts:
        if text.folded.text[at] in firsts or at in text.edges:
            yield _BASE, at
    for number, variant in enumerate(text.folded.variants):
        # From 1 on: before its first character a variant has no node of its own.
        yield from ((number, at) for at in range(1, len(variant.text)) if variant.text[at] in firsts)


def _shortest(needle: _Lattice, text: _Lattice, start: Node, *, rule: _NumberRule) -> Node | None:
    """Where the shortest match that begins at ``start`` ends, by its position in the base text.

    Breadth first: ``pairs`` are the nodes of both lattices that equally many equal characters lead to. For 复申 in
    答覆申, whose 覆 has the variant 复 (number 0), from (-1, 1):

        pairs      ((-1, 0), (-1, 1))
        by 复       ((-1, 1), (-1, 2))    over the variant; 覆 is no character of the needle
        by 申       ((-1, 2), (-1, 3))    the needle ends: a match that ends before position 3

    A needle ends more than once where its readings, or those of the text, are not of one length.
    """
    pairs = {((_BASE, 0), start)}
    ends: list[Node] = []
    # However many readings lead to a pair, what follows is the same: it is looked at once.
    seen = set(pairs)
    while pairs:
        pairs = set(_equal_steps(needle, text, pairs)) - seen
        seen |= pairs
        finished = (reached for at, reached in pairs if needle.is_end(at))
        ends.extend(reached for reached in finished if rule.may_end(reached))
    return min(ends, key=lambda end: text.base_position(end, is_end=True), default=None)


def _equal_steps(
    needle: _Lattice, text: _Lattice, pairs: Iterable[tuple[Node, Node]]
) -> Iterator[tuple[Node, Node]]:
    """The pairs of nodes that one more equal character leads to."""
    for at, reached in pairs:
        for wanted, next_at in needle.steps(at):
            for char, next_reached in text.steps(reached):
                if char == wanted:
                    yield next_at, next_reached
