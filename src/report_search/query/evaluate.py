"""What a tree says of one passage: the meaning of every node, which each engine has to agree with.

A node says three things of a passage: whether it *holds*; whether it holds *anchored*, by a word of the passage's
own text; and whether it holds *neutrally*, by no word at all (a field, a negation, everything). A passage is a hit
if its tree holds anchored or neutrally; a tree that needs the context and nothing but the context is no hit.

=========  ========================================  ======================================  =======================
node       holds                                     anchored                                neutral
=========  ========================================  ======================================  =======================
Term       in the text or in the context             in the text                             never
Phrase …   in the text                               in the text                             never
And        all children hold                         it holds and a child is anchored        all children are neutral
Or         a child holds                             a child is anchored                     a child is neutral
AtLeast    ``count`` children hold                   it holds and a child is anchored        ``count`` are neutral
Not        the child does not hold in the text       never                                   when it holds
Anywhere   the child holds                           never                                   when it holds
a field    it has one of the values                  never                                   when it holds
=========  ========================================  ======================================  =======================

Phrase … is Phrase, Pattern, Near and Within, for which ``query.places`` finds the places in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import occurs_in
from report_search.fields import FILTER_FIELDS
from report_search.passages import Passage, values_of
from report_search.query import positions
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    IncludeContext,
    InField,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
)

_NO_CONTEXT = fold("")


@dataclass(frozen=True, slots=True)
class View:
    """A passage as a query sees it: folded text, folded context, and the values of its fields."""

    text: FoldedText
    context: FoldedText
    fields: dict[str, frozenset[str]]
    year: int | None


class Verdict(NamedTuple):
    """What a node says of a passage; anchored and neutral each imply that it holds."""

    holds: bool
    anchored: bool
    neutral: bool


def view(passage: Passage) -> View:
    """Fold a passage for evaluation."""
    fields = {field: frozenset(values_of(passage, field)) for field in FILTER_FIELDS}
    return View(fold(passage.text), fold(passage.context), fields, passage.year)


def is_hit(tree: Query, seen: View) -> bool:
    """Whether a passage is a hit."""
    outcome = evaluate(tree, seen)
    return outcome.anchored or outcome.neutral


def is_complete(tree: Query, seen: View) -> bool:
    """Whether a passage is a hit that lacks no word: every AtLeast asks for all of its children."""
    return is_hit(require_all(tree), seen)


def spans(tree: Query, seen: View) -> list[tuple[int, int]]:
    """The stretches of the original text that the tree found, in order, merged where they overlap or touch.

    Everything but what stands under a Not; of Near the pairs that are near, of Within what stands in a sentence
    that has it all.
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(seen.text.span(*found) for found in positions.marked(tree, seen.text)):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def missing(tree: Query, seen: View) -> list[str]:
    """The counted words that neither text nor context has, as typed, in order."""
    return list(dict.fromkeys(_missing(tree, seen)))


def evaluate(tree: Query, seen: View) -> Verdict:
    """What ``tree`` says of a passage."""
    match tree:
        case And(children) | Or(children) | AtLeast(_, children):
            return _combined(tree, [evaluate(child, seen) for child in children])
        case Term():
            anchored = _has(tree, seen.text)
            return Verdict(anchored or _has(tree, seen.context), anchored, False)
        case Phrase() | Pattern() | Near() | Within():
            found = positions.holds(tree, seen.text)
            return Verdict(found, found, False)
        case Not(child):
            return _neutral(not evaluate(child, replace(seen, context=_NO_CONTEXT)).holds)
        case IncludeContext(child):
            return _neutral(evaluate(child, seen).holds)
        case InField(field, values):
            return _neutral(not seen.fields.get(field, frozenset()).isdisjoint(values))
        case Between(_, low, high):
            return _neutral(_lies_between(seen.year, low, high))
        case Everything():
            return _neutral(True)


def _combined(tree: And | Or | AtLeast, outcomes: list[Verdict]) -> Verdict:
    needed = _needed(tree)
    holds = sum(o.holds for o in outcomes) >= needed
    anchored = any(o.anchored for o in outcomes)
    return Verdict(holds, holds and anchored, sum(o.neutral for o in outcomes) >= needed)


def _needed(tree: And | Or | AtLeast) -> int:
    match tree:
        case And(children):
            return len(children)
        case Or():
            return 1
        case AtLeast(count, _):
            return count


def _neutral(holds: bool) -> Verdict:
    return Verdict(holds, False, holds)


def _has(term: Term, text: FoldedText) -> bool:
    return any(occurs_in(needle, text) for needle in (term.folded, *term.synonyms))


def _lies_between(year: int | None, low: int | None, high: int | None) -> bool:
    return year is not None and (low is None or low <= year) and (high is None or year <= high)


def require_all(tree: Query) -> Query:
    """The tree with every AtLeast asking for all of its children, under Near and Within too: what lacks no word."""
    match tree:
        case AtLeast(_, children):
            return And(tuple(map(require_all, children)))
        case And(children):
            return And(tuple(map(require_all, children)))
        case Or(children):
            return Or(tuple(map(require_all, children)))
        case Within(children):
            return Within(tuple(map(require_all, children)))
        case IncludeContext(child):
            return IncludeContext(require_all(child))
        case Near(left, right, distance):
            return Near(require_all(left), require_all(right), distance)
        case _:
            return tree


def _missing(tree: Query, seen: View) -> Iterator[str]:
    match tree:
        case AtLeast(_, children):
            for child in children:
                if not evaluate(child, seen).holds:
                    yield from _words(child)
        case And(children) | Or(children) | Within(children):
            for child in children:
                yield from _missing(child, seen)
        case IncludeContext(child):
            yield from _missing(child, seen)
        case Near(left, right):
            yield from (*_missing(left, seen), *_missing(right, seen))
        case _:
            return


def _words(tree: Query) -> Iterator[str]:
    match tree:
        case Term(text) | Phrase(text) | Pattern(text):
            yield text
        case Near(left, right):
            yield from (*_words(left), *_words(right))
        case And(children) | Or(children) | AtLeast(_, children) | Within(children):
            for child in children:
                yield from _words(child)
        case _:
            return
