"""Patterns, nearness and sentences over many texts at once: ``query.positions`` for whole arrays.

Matches are spans of positions, counted through all texts laid end to end. That gives a certain answer for everything
that stands in the base reading of a text or runs through one additional reading of it. Texts are verified one by one,
by ``query.positions`` itself, in two cases: where a match may run through several additional readings; and, all
candidates, where a tree asks for too much to lay out.

The rule: the answer is that of ``query.positions`` for each text; candidates only spare it the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from report_search import deadline
from report_search.analysis.fold import FoldedText, fold
from report_search.engine.arrays import Mask, all_false
from report_search.engine.columnar.readings import NoArrayFormError, Readings
from report_search.engine.columnar.text_index import TextIndex
from report_search.fields import BORDER
from report_search.query.ast import (
    And,
    Leaf,
    Near,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
    leaves,
)
from report_search.query.positions import holds


def texts_matching(tree: Pattern | Near | Within, index: TextIndex) -> Mask:
    """The texts for which ``tree`` holds, ``(n_texts,) bool``."""
    try:
        found = Readings(index).texts(tree)
        maybe = _through_several(tree, index)
    except NoArrayFormError:
        found = all_false(index.size)
        maybe = ~found
    if not maybe.any():
        return found
    # Texts found already are verified too: from one start the shortest match counts, and one through several variants
    # may be shorter, so that less is near it.
    for text in np.flatnonzero(maybe & _candidates(tree, index)):
        deadline.check()
        found[text] = holds(tree, index.folded(int(text)))
    return found


def sentences_matching(leaf: Leaf, index: TextIndex) -> tuple[Mask, Mask]:
    """The sentences in which ``leaf`` stands for certain, ``(n_sentences,) bool``, and a superset of the texts in which
    it may stand anywhere else, ``(n_texts,) bool``: through several additional readings, or because it has no array
    form.
    """
    try:
        return Readings(index).sentences(leaf), _through_several(leaf, index)
    except NoArrayFormError:
        return all_false(len(index.sentence_starts)), _candidates(leaf, index)


def _through_several(tree: Query, index: TextIndex) -> Mask:
    """A superset of the texts in which a match of a leaf, one under a Not included, runs through several variants."""
    needles = dict.fromkeys(needle for leaf in leaves(tree, negated=True) for needle in _needles(leaf))
    return reduce(np.logical_or, map(index.through_several, needles), all_false(index.size))


def _candidates(tree: Query, index: TextIndex) -> Mask:
    """A superset of the texts for which ``tree`` holds: those that have the words without which it can't."""
    match tree:
        case Term(_, folded, _, synonyms):
            return reduce(np.logical_or, map(index.containing, (folded, *synonyms)))
        case Phrase(_, folded):
            return index.containing(folded)
        case Pattern():
            # The inner ends of a part may lie inside a number, so ``containing`` would ask too much.
            wanted = map(index.candidates, _wanted_characters(tree))
            return reduce(np.logical_and, wanted, ~all_false(index.size))
        case Near(left, right):
            return _candidates(left, index) & _candidates(right, index)
        case And(children) | Within(children):
            everything = ~all_false(index.size)
            return reduce(np.logical_and, (_candidates(child, index) for child in children), everything)
        case Or(children):
            nothing = all_false(index.size)
            return reduce(np.logical_or, (_candidates(child, index) for child in children), nothing)
        case _:
            return ~all_false(index.size)


def _wanted_characters(pattern: Pattern) -> Iterator[FoldedText]:
    """The parts of a pattern; a border with them where one has to be in the text."""
    steps = pattern.steps()
    yield from (part for part, _ in steps)
    if any(gap.cells for _, gap in steps):
        yield fold(BORDER)


def _needles(leaf: Leaf) -> tuple[FoldedText, ...]:
    """The wordings that a leaf is made of."""
    match leaf:
        case Term(_, folded, _, synonyms):
            return (folded, *synonyms)
        case Phrase(_, folded):
            return (folded,)
        case Pattern():
            return tuple(part for part, _ in leaf.steps())
