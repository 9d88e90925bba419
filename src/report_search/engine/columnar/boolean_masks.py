"""The meaning of a query tree for all passages at once: ``query.evaluate`` with a mask for each of its three
answers.

The rule: node by node the same as there, and nothing else; what a leaf says of each passage is the engine's
affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple, Protocol

import numpy as np

from report_search.analysis.fold import FoldedText
from report_search.engine.arrays import Mask, nothing
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
from report_search.query.evaluate import require_all


class LeafMasks(Protocol):
    """What an engine says of each passage for a leaf of a tree; every mask is of ``size``."""

    @property
    def size(self) -> int: ...

    def in_text(self, needle: FoldedText) -> Mask:
        """The passages whose own text ``needle`` stands in."""
        ...

    def in_context(self, needle: FoldedText) -> Mask:
        """The passages whose context ``needle`` stands in."""
        ...

    def placed(self, tree: Pattern | Near | Within) -> Mask:
        """The passages for which a node holds that asks for places in the text."""
        ...

    def having(self, field: str, values: Sequence[str]) -> Mask:
        """The passages that have one of ``values`` in ``field``."""
        ...

    def between(self, low: int | None, high: int | None) -> Mask:
        """The passages with a year of ``low`` … ``high``."""
        ...


class MaskOutcome(NamedTuple):
    """For each passage: whether a node holds, holds by a word of its text, holds by no word at all."""

    holds: Mask
    anchored: Mask
    neutral: Mask


def hits(tree: Query, leaves: LeafMasks) -> tuple[Mask, Mask]:
    """The passages that are hits, and those of them that lack no word."""
    found = _evaluate(tree, leaves, context=True)
    every = found.anchored | found.neutral
    strict = require_all(tree)
    if strict == tree:
        return every, every
    whole = _evaluate(strict, leaves, context=True)
    return every, whole.anchored | whole.neutral


def _evaluate(tree: Query, leaves: LeafMasks, *, context: bool) -> MaskOutcome:
    match tree:
        case And(children) | Or(children) | AtLeast(_, children):
            return _combined(tree, [_evaluate(c, leaves, context=context) for c in children], leaves.size)
        case Term():
            return _term(tree, leaves, context=context)
        case Phrase():
            return _own(leaves.in_text(tree.folded))
        case Pattern() | Near() | Within():
            return _own(leaves.placed(tree))
        case Not(child):
            return _neutral(~_evaluate(child, leaves, context=False).holds)
        case IncludeContext(child):
            return _neutral(_evaluate(child, leaves, context=context).holds)
        case InField(field, values):
            return _neutral(leaves.having(field, values))
        case Between(_, low, high):
            return _neutral(leaves.between(low, high))
        case Everything():
            return _neutral(~nothing(leaves.size))


def _term(term: Term, leaves: LeafMasks, *, context: bool) -> MaskOutcome:
    needles = (term.folded, *term.synonyms)
    own = reduce(np.logical_or, map(leaves.in_text, needles))
    holds = reduce(np.logical_or, map(leaves.in_context, needles), own) if context else own
    return MaskOutcome(holds, own, nothing(leaves.size))


def _own(found: Mask) -> MaskOutcome:
    return MaskOutcome(found, found, nothing(len(found)))


def _neutral(found: Mask) -> MaskOutcome:
    return MaskOutcome(found, nothing(len(found)), found)


def _combined(tree: And | Or | AtLeast, outcomes: list[MaskOutcome], size: int) -> MaskOutcome:
    holds = _enough(tree, [outcome.holds for outcome in outcomes], size)
    neutral = _enough(tree, [outcome.neutral for outcome in outcomes], size)
    anchored = reduce(np.logical_or, (outcome.anchored for outcome in outcomes), nothing(size))
    return MaskOutcome(holds, holds & anchored, neutral)


def _enough(tree: And | Or | AtLeast, masks: list[Mask], size: int) -> Mask:
    """Where as many of the masks hold as the node needs."""
    match tree:
        case And():
            return reduce(np.logical_and, masks, ~nothing(size))
        case Or():
            return reduce(np.logical_or, masks, nothing(size))
        case AtLeast(count, _):
            held = np.zeros(size, dtype=np.int32)
            for mask in masks:
                held += mask
            return held >= count
