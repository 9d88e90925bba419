"""The score of a hit: one stated formula for every engine that works it out itself.

    score = section × ( WORD  × Σ BM25 of the query's ranking words
                      + PAIR  × Σ BM25 of the pairs of neighbouring characters in them
                      + JOIN  × Σ BM25 of the pairs where one word of the query meets the next
                      + NEAR  × Σ idf × (1 − gap / (REACH + 1)) of words of the query that stand near
                      + CONTEXT × Σ idf of the words that stand in the passage's context )

BM25 is Lucene's and tantivy's: idf = ln(1 + (N − n + ½) / (n + ½)), and a count c weighs
c·(k₁ + 1) / (c + k₁·(1 − b + b·length / average)). Words are counted against the passage's ranking words,
pairs against its characters. Joins are what makes contiguous beat near: they stand only where two words of
the query follow each other as typed. Nearness makes near beat apart: each word is looked for beside the next two of
the query, and the fewer characters lie between them (their gap), the better; its idf is that of standing near.

Every engine adds the same numbers in the same order, so that scores are equal to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from typing import Protocol

import numpy as np

from report_search.engine.arrays import Array, Floats, Ints
from report_search.engine.proximity import REACH
from report_search.query.ast import (
    And,
    AtLeast,
    IncludeContext,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    children,
    leaves,
)

K1 = 1.2
B = 0.75
WORD = 2.0
PAIR = 1.0
JOIN = 1.0
NEAR = 1.0
CONTEXT = 0.3
SYNONYM = 0.7
"""What a pair of a synonym weighs beside a pair of the word itself."""
AHEAD = 2
"""Each word of a query is looked for near so many of those behind it."""
MOST_NEAR = 24
"""So many pairs of words are looked for near each other at most, the first of a query."""
SECTIONS = {"preamble": 0.9}
"""Sections whose passages weigh less than 1: the preamble says of every report what the report is."""


@dataclass(frozen=True, slots=True)
class ScoringPlan:
    """What of a query is scored, each thing once and in the query's order; weights beside the pairs.

    ``near`` holds the folded words that are looked for near each other, two and two.
    """

    words: tuple[str, ...]
    pairs: tuple[tuple[str, float], ...]
    near: tuple[tuple[str, str], ...]
    terms: tuple[Term, ...]


class Statistics(Protocol):
    """What a formula needs of the passages of a fixed state; rows count from 0, those deleted never occur."""

    size: int
    passages: int

    def words(self, word: str) -> tuple[Ints, Ints]:
        """The rows that have a ranking word, and how often each."""
        ...

    def pairs(self, pair: str) -> tuple[Ints, Ints]:
        """The rows whose folded text has two characters side by side, and how often each."""
        ...

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        """The rows in whose folded text two wordings are near, and the gap in each, as ``nearness`` says."""
        ...

    def in_context(self, term: Term) -> Ints:
        """The rows whose context a term (or a synonym of it) stands in."""
        ...

    def word_lengths(self) -> tuple[Ints, float]:
        """The ranking words of each row, and their average over the passages."""
        ...

    def text_lengths(self) -> tuple[Ints, float]:
        """The characters of each row's folded text, and their average over the passages."""
        ...

    def sections(self, section: str) -> Ints:
        """The rows of a section."""
        ...

    def kept(self, key: tuple[str, str], make: Callable[[], tuple[Ints, Floats]]) -> tuple[Ints, Floats]:
        """What ``make`` gives, perhaps from an earlier time: it is the same whatever the query."""
        ...


def plan(tree: Query) -> ScoringPlan:
    """What of ``tree`` is scored: all its words but those under a Not."""
    scored = list(leaves(tree, negated=False))
    words = dict.fromkeys(word for leaf in scored for word in _words(leaf))
    pairs: dict[str, float] = {}
    for leaf in scored:
        for text, weight in _texts(leaf):
            for pair in map(str.__add__, text, text[1:]):
                pairs[pair] = max(pairs.get(pair, 0.0), weight)
    runs = list(_runs(tree))
    for one, two in chain.from_iterable(map(pairwise, runs)):
        pairs.setdefault(one[-1] + two[0], JOIN)
    near = dict.fromkeys(pair for run in runs for pair in _ahead(run))
    terms = dict.fromkeys(leaf for leaf in scored if isinstance(leaf, Term))
    return ScoringPlan(tuple(words), tuple(pairs.items()), tuple(near)[:MOST_NEAR], tuple(terms))


def scores(plan: ScoringPlan, known: Statistics) -> Floats:
    """The score of every row; rows that nothing of the plan stands in have 0."""
    total = np.zeros(known.size, dtype=np.float64)
    for word in plan.words:
        rows, gain = known.kept(("word", word), partial(word_gain, word, known))
        total[rows] += WORD * gain
    for pair, weight in plan.pairs:
        rows, gain = known.kept(("pair", pair), partial(pair_gain, pair, known))
        total[rows] += weight * gain
    for one, two in plan.near:
        rows, gain = known.kept(("near", f"{one}\0{two}"), partial(near_gain, one, two, known=known))
        total[rows] += NEAR * gain
    for term in plan.terms:
        rows = known.in_context(term)
        total[rows] += CONTEXT * idf(len(rows), known.passages)
    for section, weight in SECTIONS.items():
        total[known.sections(section)] *= weight
    return total


def word_gain(word: str, known: Statistics) -> tuple[Ints, Floats]:
    """The rows that have a ranking word, and its BM25 in each."""
    rows, counts = known.words(word)
    lengths, average = known.word_lengths()
    return rows, bm25(counts, lengths[rows] / average, weight=idf(len(rows), known.passages))


def pair_gain(pair: str, known: Statistics) -> tuple[Ints, Floats]:
    """The rows that have a pair of characters, and its BM25 in each."""
    rows, counts = known.pairs(pair)
    lengths, average = known.text_lengths()
    return rows, bm25(counts, lengths[rows] / average, weight=idf(len(rows), known.passages))


def near_gain(one: str, two: str, *, known: Statistics) -> tuple[Ints, Floats]:
    """The rows in which two wordings are near, and what that is worth in each."""
    rows, gaps = known.gaps(one, two)
    return rows, idf(len(rows), known.passages) * (1 - gaps / (REACH + 1))


def idf(rows: int, passages: int) -> float:
    """What it says about a passage to have something that ``rows`` of ``passages`` have."""
    return math.log(1 + (passages - rows + 0.5) / (rows + 0.5))


def bm25(counts: Array, length: Array, *, weight: float) -> Floats:
    """BM25 of something that occurs ``counts`` times in passages of relative ``length``."""
    gain: Floats = weight * (counts * (K1 + 1)) / (counts + K1 * (1 - B + B * length))
    return gain


def _words(leaf: Term | Phrase | Pattern) -> tuple[str, ...]:
    return () if isinstance(leaf, Pattern) else leaf.words


def _texts(leaf: Term | Phrase | Pattern) -> Iterator[tuple[str, float]]:
    """The folded texts of a leaf, each with the weight of its pairs."""
    match leaf:
        case Term():
            yield leaf.folded.text, PAIR
            for synonym in leaf.synonyms:
                yield synonym.text, PAIR * SYNONYM
        case Phrase():
            yield leaf.folded.text, PAIR
        case Pattern(_, parts):
            for part in parts:
                yield part.text, PAIR


def _runs(tree: Query) -> Iterator[list[str]]:
    """The folded texts of words that follow each other in the query."""
    if isinstance(tree, And | AtLeast):
        texts = [child.folded.text for child in tree.children if isinstance(child, Term | Phrase)]
        yield list(dict.fromkeys(filter(None, texts)))
    if isinstance(tree, And | AtLeast | Or | IncludeContext):
        for child in children(tree):
            yield from _runs(child)


def _ahead(run: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each word of a run with the ``AHEAD`` next of it."""
    for at, one in enumerate(run):
        yield from ((one, two) for two in run[at + 1 : at + 1 + AHEAD] if two != one)
