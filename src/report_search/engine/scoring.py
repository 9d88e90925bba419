"""The score of a hit: one stated formula for every engine that computes scores itself.

    score = section × ( WORD  × Σ BM25 of the query's ranking words
                      + PAIR  × Σ BM25 of the pairs of neighbouring characters (bigrams) in them
                      + JOIN  × Σ BM25 of the pairs where one word of the query meets the next
                      + NEAR  × Σ idf × (1 − gap / (REACH + 1)) of words of the query that are near each other
                      + CONTEXT × Σ idf of the words that occur in the passage's context )

BM25 is Lucene's and tantivy's: idf = ln(1 + (N − n + ½) / (n + ½)), and a count c weighs
c·(k₁ + 1) / (c + k₁·(1 − b + b·length / average)). Words are counted against the number of ranking words of the
passage, pairs against its number of characters.

For 领事 保护 the words are 领事 and 保护, the pairs 领事 and 保护, and the join is 事保: only a passage with 领事保护
in one piece has it, so contiguous beats near. Nearness makes near beat apart: each word is looked for beside the next
two of the query, and the fewer characters lie between them (their gap), the better; its idf is that of being near.

The rule: every engine adds the same numbers in the same order, so that scores are equal to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import Protocol, TypeVar

import numpy as np
from msgspec import Struct

from report_search.engine.arrays import Array, Floats, Ints
from report_search.engine.proximity import REACH
from report_search.query.ast import (
    And,
    AtLeast,
    IncludeHeadings,
    Leaf,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    children,
    leaves,
)

Numbers = TypeVar("Numbers", Ints, Floats)
K1 = 1.2
B = 0.75
WORD = 2.0
PAIR = 1.0
JOIN = 1.0
NEAR = 1.0
CONTEXT = 0.3
SYNONYM = 0.7
"""The weight of a pair of a synonym, where a pair of the word itself has 1."""
LOOKAHEAD = 2
"""Each word of a query is looked for near this many of those that follow it."""
MAX_NEAR_PAIRS = 24
"""At most this many pairs of words are looked for near each other: the first of a query."""
SECTIONS = {"preamble": 0.9}
"""Sections whose passages weigh less than 1: the preamble of every report says what the report is."""


class ScoringPlan(Struct, frozen=True):
    """What of a query is scored, each item once and in the query's order.

    ``pairs`` are pairs of characters with the weight of each; ``near`` are pairs of folded words that are looked for
    near each other.
    """

    words: tuple[str, ...]
    pairs: tuple[tuple[str, float], ...]
    near: tuple[tuple[str, str], ...]
    terms: tuple[Term, ...]


class Statistics(Protocol):
    """What the formula needs of the passages of a fixed state.

    Rows are ascending int64, each once, and never those of deleted passages, which have row numbers all the same:
    ``size`` is the number of rows with them, ``passages`` the number without.
    """

    size: int
    passages: int

    def words(self, word: str) -> tuple[Ints, Ints]:
        """The rows that have a ranking word, and its count in each."""
        ...

    def pairs(self, pair: str) -> tuple[Ints, Ints]:
        """The rows whose folded text has two characters side by side, and how often."""
        ...

    def characters(self, char: str) -> tuple[Ints, Ints]:
        """The rows whose folded text has a character, and how often."""
        ...

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        """The rows in whose folded text two wordings are near, and the smallest gap in each: ``engine.proximity``."""
        ...

    def in_context(self, term: Term) -> Ints:
        """The rows whose context contains a term or a synonym of it."""
        ...

    def word_lengths(self) -> tuple[Ints, float]:
        """The number of ranking words of each row, ``(size,)`` integers, and its average over live passages."""
        ...

    def text_lengths(self) -> tuple[Ints, float]:
        """The number of characters of each row's folded text, ``(size,)`` integers, and its average."""
        ...

    def sections(self, section: str) -> Ints:
        """The rows of a section; here those of deleted passages may be among them."""
        ...

    def cached(self, key: tuple[str, str], make: Callable[[], tuple[Ints, Numbers]]) -> tuple[Ints, Numbers]:
        """The result of ``make``, perhaps from a cache: for one key it is the same in every query."""
        ...


def plan(tree: Query) -> ScoringPlan:
    """What of ``tree`` is scored: all its words except those under a Not."""
    scored = list(leaves(tree, negated=False))
    sequences = list(_consecutive_words(tree))
    words = dict.fromkeys(word for leaf in scored for word in _words(leaf))
    near = dict.fromkeys(pair for sequence in sequences for pair in _near_pairs(sequence))
    terms = dict.fromkeys(leaf for leaf in scored if isinstance(leaf, Term))
    pairs = _weighted_pairs(scored, sequences)
    return ScoringPlan(tuple(words), tuple(pairs.items()), tuple(near)[:MAX_NEAR_PAIRS], tuple(terms))


def _weighted_pairs(scored: Sequence[Leaf], sequences: Sequence[Sequence[str]]) -> dict[str, float]:
    """The pairs of characters of all leaves, then the joins of consecutive words, each with its weight."""
    pairs: dict[str, float] = {}
    for leaf in scored:
        for text, weight in _weighted_texts(leaf):
            for pair in map(str.__add__, text, text[1:]):
                pairs[pair] = max(pairs.get(pair, 0.0), weight)
    for one, two in chain.from_iterable(map(pairwise, sequences)):
        # A join that is also a pair inside some word has its weight already.
        pairs.setdefault(one[-1] + two[0], JOIN)
    return pairs


def scores(plan: ScoringPlan, statistics: Statistics) -> Floats:
    """The score of every row, ``(size,) float64``; 0 for rows in which nothing of the plan occurs."""
    # Rows of one array are different, so ``total[rows] += …`` adds to each once. The order of the loops is part of the
    # formula: adding floats in another order would change the last bits.
    total = np.zeros(statistics.size, dtype=np.float64)
    for word in plan.words:
        rows, gain = statistics.cached(("word", word), partial(word_gain, word, statistics))
        total[rows] += WORD * gain
    for pair, weight in plan.pairs:
        rows, gain = statistics.cached(("pair", pair), partial(pair_gain, pair, statistics))
        total[rows] += weight * gain
    for one, two in plan.near:
        rows, gain = statistics.cached(
            ("near", f"{one}\0{two}"), partial(near_gain, one, two, statistics=statistics)
        )
        total[rows] += NEAR * gain
    for term in plan.terms:
        rows = statistics.in_context(term)
        total[rows] += CONTEXT * idf(len(rows), statistics.passages)
    # Last, since a section's weight is a factor of the whole sum.
    for section, weight in SECTIONS.items():
        total[statistics.sections(section)] *= weight
    return total


def word_gain(word: str, statistics: Statistics) -> tuple[Ints, Floats]:
    """The rows that have a ranking word, and its BM25 in each."""
    rows, counts = statistics.words(word)
    lengths, average = statistics.word_lengths()
    return rows, bm25(counts, lengths[rows] / average, weight=idf(len(rows), statistics.passages))


def pair_gain(pair: str, statistics: Statistics) -> tuple[Ints, Floats]:
    """The rows that have a pair of characters, and its BM25 in each."""
    rows, counts = statistics.pairs(pair)
    lengths, average = statistics.text_lengths()
    return rows, bm25(counts, lengths[rows] / average, weight=idf(len(rows), statistics.passages))


def near_gain(one: str, two: str, *, statistics: Statistics) -> tuple[Ints, Floats]:
    """The rows in which two wordings are near, and the score of that in each."""
    rows, gaps = statistics.gaps(one, two)
    # From full idf side by side down to a 21st of it at the largest gap that counts.
    return rows, idf(len(rows), statistics.passages) * (1 - gaps / (REACH + 1))


def idf(rows: int, passages: int) -> float:
    """The inverse document frequency of something that ``rows`` of ``passages`` have."""
    return math.log(1 + (passages - rows + 0.5) / (rows + 0.5))


def bm25(counts: Array, length: Array, *, weight: float) -> Floats:
    """BM25 of something that occurs ``counts`` times in passages of ``length``, where 1 is the average length."""
    gain: Floats = weight * (counts * (K1 + 1)) / (counts + K1 * (1 - B + B * length))
    return gain


def _words(leaf: Leaf) -> tuple[str, ...]:
    return () if isinstance(leaf, Pattern) else leaf.words


def _weighted_texts(leaf: Leaf) -> Iterator[tuple[str, float]]:
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


def _consecutive_words(tree: Query) -> Iterator[list[str]]:
    """For each node whose children are typed one after another, the folded texts of its words, each once."""
    if isinstance(tree, And | AtLeast):
        # A filter or a group between two words is no word, so the words on either side of it follow each other.
        texts = [child.folded.text for child in tree.children if isinstance(child, Term | Phrase)]
        yield list(dict.fromkeys(filter(None, texts)))
    if isinstance(tree, And | AtLeast | Or | IncludeHeadings):
        for child in children(tree):
            yield from _consecutive_words(child)


def _near_pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each word with the ``LOOKAHEAD`` words that follow it."""
    for at, one in enumerate(words):
        yield from ((one, two) for two in words[at + 1 : at + 1 + LOOKAHEAD] if two != one)
