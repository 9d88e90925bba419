"""Where the leaves of a tree occur in a passage's own text, and whether patterns, Near and Within hold there.

A range is a half-open pair of positions in the folded text (its base reading). The rules:

- A pattern's parts occur in their order, with what its gaps allow between them: for ``*`` at most ``gap`` characters,
  for ``?`` exactly one, none of them punctuation (but a printed * is none) or the border of a cell. Only the two ends
  of the whole match must not lie inside a number: 20*年 finds 2019年. White space in exact wording is nothing or the
  borders between cells, and there no part may end inside a number.
- Near: two ranges that do not overlap, in either order, with at most ``distance`` characters and no border of a cell
  between them. An operand of several words occurs wherever its first word does, extended to the nearest range
  of each of the others.
- A sentence ends after 。！？； and their half-width forms, at the border of a cell and at a blank line. A single
  line break ends none: PDF files break lines anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from report_search import deadline
from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import matches, occurs_in
from report_search.fields import BORDER
from report_search.query.ast import (
    And,
    AtLeast,
    Gap,
    IncludeHeadings,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Question,
    Term,
    Within,
)

Range = tuple[int, int]
_STOPS = frozenset("。!?;")
_BLANK_LINE = re.compile(r"\u2029|(?:\r\n|[\n\r\v\f\x85\u2028])[^\S\n\r]*[\n\r\v\f\x85\u2028]")


def holds(tree: Query, text: FoldedText) -> bool:
    """Whether a Phrase, Pattern, Near or Within holds for ``text``."""
    if isinstance(tree, Phrase):
        return occurs_in(tree.folded, text)
    return bool(matched_ranges(tree, text))


def matched_ranges(tree: Query, text: FoldedText) -> list[Range]:
    """The ranges of everything that ``tree`` asks for: of all its leaves except those under a Not."""
    match tree:
        case Term() | Phrase() | Pattern():
            return _leaf_ranges(tree, text)
        case Near():
            return list(chain.from_iterable(_near_pairs(tree, text)))
        case Within():
            sentences_ = _matching_sentences(tree, text)
            return list(chain.from_iterable(_inside(tree, text, sentence) for sentence in sentences_))
        case And(children) | Or(children) | AtLeast(_, children):
            return list(chain.from_iterable(matched_ranges(child, text) for child in children))
        case Question(terms, _, demanded):
            wanted = chain.from_iterable(matched_ranges(child, text) for child in demanded)
            return [*wanted, *chain.from_iterable(_asked_ranges(term, text) for term in terms)]
        case IncludeHeadings(child):
            return matched_ranges(child, text)
        case _:
            return []


def sentences(text: FoldedText) -> list[Range]:
    """The sentences of a text in order, each with the mark that ends it.

    受理13件。办结12件 is two sentences: (0, 6) and (6, 11). Every character belongs to exactly one.
    """
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


def sentences_with(leaves: Iterable[Term | Phrase | Pattern], text: FoldedText) -> list[Range]:
    """The sentences in which one of ``leaves`` stands as a whole, in order."""
    found = [range_ for leaf in leaves for range_ in _leaf_ranges(leaf, text)]
    return [sentence for sentence in sentences(text) if any(_is_inside(one, sentence) for one in found)]


def _breaks_before(text: FoldedText, at: int) -> bool:
    """Whether a blank line was printed between the folded character before ``at`` and the one at ``at``."""
    # White space vanishes in folding or becomes one space, so blank lines are looked for in the original. Between two
    # Latin letters that space is itself the folded character before ``at``: 2014\n\n2015 folds to "2014 2015".
    start = text.starts[at - 1] if text.text[at - 1] == " " else text.ends[at - 1]
    return bool(_BLANK_LINE.search(text.original, start, text.starts[at]))


def _leaf_ranges(leaf: Term | Phrase | Pattern, text: FoldedText) -> list[Range]:
    match leaf:
        case Term():
            needles = (leaf.folded, *leaf.synonyms)
            return sorted({found for needle in needles for found in matches(needle, text)})
        case Phrase():
            return matches(leaf.folded, text)
        case Pattern():
            return _pattern_ranges(leaf, text)


def _asked_ranges(term: Term, text: FoldedText) -> list[Range]:
    """The ranges of a word of a question: its own, or, where it does not occur, those of the shorter words in it."""
    whole = _leaf_ranges(term, text)
    if whole:
        return whole
    return [found for word in term.words if len(word) > 1 for found in matches(fold(word), text)]


def _pattern_ranges(pattern: Pattern, text: FoldedText) -> list[Range]:
    """Every range that the pattern matches: from each start the shortest one.

    For 甲*乙*丙 with a gap of 10 in 甲一乙二乙三丙, the part 甲 ends at 1; from there 乙 can end at 3 or at 5; from
    either of these 丙 ends at 7. The result is (0, 7).
    """
    steps = pattern.steps()
    if BORDER not in text.text and any(gap.cells for _, gap in steps):
        # Where no cell ends it says no more than the exact wording beside it does.
        return []
    # For each range of the first part: every position at which a match that begins there can end by now. All of them
    # are kept, because the nearest occurrence of a part need not be the one from which the next part is in reach.
    ends: dict[Range, set[int]] = {}
    for number, (part, gap) in enumerate(steps):
        deadline.check()
        found = matches(part, text, **_cuts(steps, number))
        if number == 0:
            ends = {first: {first[1]} for first in found}
        else:
            ends = {first: _reachable_ends(text.text, here, found, gap=gap) for first, here in ends.items()}
    return sorted({(first[0], min(reached)) for first, reached in ends.items() if reached})


def _cuts(steps: Sequence[tuple[FoldedText, Gap]], number: int) -> dict[str, bool]:
    """Which ends of a part may lie inside a number: those beside a wildcard."""
    is_last = number + 1 == len(steps)
    return {
        "cut_before": number > 0 and not steps[number][1].cells,
        "cut_after": not is_last and not steps[number + 1][1].cells,
    }


def _reachable_ends(text: str, froms: Iterable[int], found: list[Range], *, gap: Gap) -> set[int]:
    """The ends of those ranges of ``found`` that begin behind one of ``froms`` with what ``gap`` allows between."""
    return {
        end
        for here in froms
        for start, end in found
        if here + gap.low <= start <= here + gap.high and _is_allowed(text[here:start], gap)
    }


def _is_allowed(between: str, gap: Gap) -> bool:
    if gap.cells:
        return between == " " or not between.strip(BORDER)
    return not any(map(_stops_wildcard, between))


def _stops_wildcard(char: str) -> bool:
    """Whether a ``*`` or ``?`` must not match ``char``: punctuation or the border of a cell; 7*24 finds itself."""
    return char == BORDER or (unicodedata.category(char)[0] == "P" and char != "*")


def _near_pairs(near: Near, text: FoldedText) -> list[tuple[Range, Range]]:
    lefts, rights = _operand_ranges(near.left, text), _operand_ranges(near.right, text)
    found = []
    for left in lefts:
        deadline.check()
        found += [
            (left, right) for right in rights if _is_near(text.text, left, right, distance=near.distance)
        ]
    return found


def _is_near(text: str, one: Range, other: Range, *, distance: int) -> bool:
    first, second = sorted((one, other))
    return 0 <= second[0] - first[1] <= distance and BORDER not in text[first[1] : second[0]]


def _operand_ranges(tree: Query, text: FoldedText) -> list[Range]:
    """The ranges of an operand of Near; what has no range (a field, a negation) is near to nothing."""
    match tree:
        case Term() | Phrase() | Pattern():
            return _leaf_ranges(tree, text)
        case Or(children):
            return sorted(set(chain.from_iterable(_operand_ranges(child, text) for child in children)))
        case And(children):
            return _extended([_operand_ranges(child, text) for child in children])
        case AtLeast(count, children):
            occurring = list(filter(None, (_operand_ranges(child, text) for child in children)))
            return _extended(occurring) if len(occurring) >= count else []
        case Near():
            return sorted(set(map(_hull, _near_pairs(tree, text))))
        case Within():
            inside = (_inside(tree, text, sentence) for sentence in _matching_sentences(tree, text))
            return sorted(set(map(_hull, filter(None, inside))))
        case _:
            return []


def _extended(found: list[list[Range]]) -> list[Range]:
    """Each range of the first list, extended to the nearest range of every other list; [] if one list is empty.

    领事 at (0, 2) and (9, 11), 保护 at (3, 5): the ranges (0, 5) and (3, 11).
    """
    if not found or not all(found):
        return []
    first, *others = found
    return sorted({_hull([here, *(_nearest(here, other) for other in others)]) for here in first})


def _nearest(here: Range, others: list[Range]) -> Range:
    """The range of ``others`` with the fewest characters between, the first of them if several have."""
    return min(others, key=lambda other: (max(other[0] - here[1], here[0] - other[1], 0), other))


def _hull(found: Iterable[Range]) -> Range:
    """The smallest range that covers all of ``found``, of which there is at least one."""
    starts, ends = zip(*found, strict=True)
    return min(starts), max(ends)


def _matching_sentences(within: Within, text: FoldedText) -> Iterator[Range]:
    """The sentences in which all operands hold."""
    for sentence in sentences(text):
        deadline.check()
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
            # Both sides have to be in this sentence: one in this and one in the next is near, but not within.
            return any(_is_inside(_hull(pair), sentence) for pair in _near_pairs(tree, text))
        case _:
            return any(_is_inside(found, sentence) for found in matched_ranges(tree, text))


def _inside(within: Within, text: FoldedText, sentence: Range) -> list[Range]:
    """The ranges of all operands that are inside ``sentence``."""
    ranges = chain.from_iterable(matched_ranges(child, text) for child in within.children)
    return [found for found in ranges if _is_inside(found, sentence)]


def _is_inside(found: Range, sentence: Range) -> bool:
    return sentence[0] <= found[0] and found[1] <= sentence[1]
