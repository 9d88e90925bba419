"""Where the positive parts of a tree stand in a passage's own text: exact wording, patterns, nearness, sentences.

Places are ranges of the folded text (its base reading). The rules:

- A pattern's parts stand in their order, with at most ``gap`` characters for each ``*``, none of them punctuation or
  the border of a cell. Only the two ends of the whole may not lie inside a number: 20*年 finds 2019年.
- Near: two places that do not overlap, in either order, with at most ``distance`` characters and no border of a cell
  between them. An operand of several words stands where one of its words stands, stretched to the nearest place
  of each of the others.
- A sentence ends behind 。！？； and their half-width forms, at the border of a cell and at a blank line. A single
  line break ends none: PDF files break lines anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from report_search.analysis.fold import FoldedText
from report_search.analysis.matching import matches, occurs_in
from report_search.fields import BORDER
from report_search.query.ast import (
    And,
    AtLeast,
    IncludeContext,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
)

Range = tuple[int, int]
_STOPS = frozenset("。!?;")
_BLANK_LINE = re.compile(r"\u2029|(?:\r\n|[\n\r\v\f\x85\u2028])[^\S\n\r]*[\n\r\v\f\x85\u2028]")


def holds(tree: Query, text: FoldedText) -> bool:
    """Whether a Phrase, Pattern, Near or Within stands in ``text``."""
    if isinstance(tree, Phrase):
        return occurs_in(tree.folded, text)
    return bool(marked(tree, text))


def marked(tree: Query, text: FoldedText) -> list[Range]:
    """The places of everything that ``tree`` asks for: all its leaves but those under a Not."""
    match tree:
        case Term() | Phrase() | Pattern():
            return _leaf(tree, text)
        case Near():
            return [place for pair in _pairs(tree, text) for place in pair]
        case Within():
            return [place for sentence in _fulfilled(tree, text) for place in _inside(tree, text, sentence)]
        case And(children) | Or(children) | AtLeast(_, children):
            return [place for child in children for place in marked(child, text)]
        case IncludeContext(child):
            return marked(child, text)
        case _:
            return []


def sentences(text: FoldedText) -> list[Range]:
    """The sentences of a text in order, the marks that end them included."""
    found = []
    start = 0
    for at, char in enumerate(text.text):
        if at > start and _breaks_before(text, at):
            found.append((start, at))
            start = at
        if char in _STOPS or char == BORDER:
            found.append((start, at + 1))
            start = at + 1
    return [*found, (start, len(text.text))] if start < len(text.text) else found


def _breaks_before(text: FoldedText, at: int) -> bool:
    """Whether a blank line lies between two folded characters, or in the white space that the first one is."""
    start = text.starts[at - 1] if text.text[at - 1] == " " else text.ends[at - 1]
    return bool(_BLANK_LINE.search(text.original, start, text.starts[at]))


def _leaf(leaf: Term | Phrase | Pattern, text: FoldedText) -> list[Range]:
    match leaf:
        case Term():
            needles = (leaf.folded, *leaf.synonyms)
            return sorted({place for needle in needles for place in matches(needle, text)})
        case Phrase():
            return matches(leaf.folded, text)
        case Pattern():
            return _pattern(leaf, text)


def _pattern(pattern: Pattern, text: FoldedText) -> list[Range]:
    """Every place at which the pattern begins, with its shortest end."""
    parts = [(at, part) for at, part in enumerate(pattern.parts) if not part.is_empty]
    if not parts:
        return []
    before, ends = parts[0][0], {}
    for number, (at, part) in enumerate(parts):
        found = matches(part, text, cut_before=number > 0, cut_after=number + 1 < len(parts))
        if number == 0:
            ends = {place: {place[1]} for place in found}
            continue
        reach = pattern.gap * (at - before)
        ends = {first: _reached(text.text, reached, found, reach=reach) for first, reached in ends.items()}
        before = at
    return sorted({(first[0], min(reached)) for first, reached in ends.items() if reached})


def _reached(text: str, froms: Iterable[int], found: list[Range], *, reach: int) -> set[int]:
    return {
        end
        for here in froms
        for start, end in found
        if here <= start <= here + reach and not any(map(_parts, text[here:start]))
    }


def _parts(char: str) -> bool:
    return char == BORDER or unicodedata.category(char)[0] == "P"


def _pairs(near: Near, text: FoldedText) -> list[tuple[Range, Range]]:
    lefts, rights = _stretches(near.left, text), _stretches(near.right, text)
    return [
        (left, right)
        for left in lefts
        for right in rights
        if _is_near(text.text, left, right, distance=near.distance)
    ]


def _is_near(text: str, one: Range, other: Range, *, distance: int) -> bool:
    first, second = sorted((one, other))
    return 0 <= second[0] - first[1] <= distance and BORDER not in text[first[1] : second[0]]


def _stretches(tree: Query, text: FoldedText) -> list[Range]:
    """The places of an operand of Near."""
    match tree:
        case Term() | Phrase() | Pattern():
            return _leaf(tree, text)
        case Or(children):
            return sorted({place for child in children for place in _stretches(child, text)})
        case And(children):
            return _hulls([_stretches(child, text) for child in children])
        case AtLeast(count, children):
            found = [places for child in children if (places := _stretches(child, text))]
            return _hulls(found) if len(found) >= count else []
        case Near():
            return sorted({_hull(pair) for pair in _pairs(tree, text)})
        case Within():
            inside = (_inside(tree, text, sentence) for sentence in _fulfilled(tree, text))
            return sorted({_hull(places) for places in inside if places})
        case _:
            return []


def _hulls(found: list[list[Range]]) -> list[Range]:
    """For each place of the first, the stretch from it to the nearest places of all the others."""
    if not found or not all(found):
        return []
    first, *others = found
    return sorted({_hull([place, *(_nearest(place, other) for other in others)]) for place in first})


def _nearest(place: Range, others: list[Range]) -> Range:
    return min(others, key=lambda other: (max(other[0] - place[1], place[0] - other[1], 0), other))


def _hull(found: Iterable[Range]) -> Range:
    starts, ends = zip(*found, strict=True)
    return min(starts), max(ends)


def _fulfilled(within: Within, text: FoldedText) -> Iterator[Range]:
    """The sentences in which all operands hold."""
    for sentence in sentences(text):
        if all(_holds_inside(child, text, sentence) for child in within.children):
            yield sentence


def _holds_inside(tree: Query, text: FoldedText, sentence: Range) -> bool:
    match tree:
        case And(children) | Within(children):
            return all(_holds_inside(child, text, sentence) for child in children)
        case Or(children):
            return any(_holds_inside(child, text, sentence) for child in children)
        case AtLeast(count, children):
            return sum(_holds_inside(child, text, sentence) for child in children) >= count
        case Not(child):
            return not _holds_inside(child, text, sentence)
        case Near():
            return any(_lies_in(_hull(pair), sentence) for pair in _pairs(tree, text))
        case _:
            return any(_lies_in(place, sentence) for place in marked(tree, text))


def _inside(within: Within, text: FoldedText, sentence: Range) -> list[Range]:
    return [place for child in within.children for place in marked(child, text) if _lies_in(place, sentence)]


def _lies_in(place: Range, sentence: Range) -> bool:
    return sentence[0] <= place[0] and place[1] <= sentence[1]
