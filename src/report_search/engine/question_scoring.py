"""The score of a passage for a question in plain Chinese: one stated formula for every engine.

    base  = Σ BM25 of the pairs of neighbouring characters of the question
          + WORD × Σ BM25 of the ranking words of its words
    score = section × ( base + CHARACTER × Σ BM25 of the characters of its words
                             + NEAR × Σ weight × (1 − gap / (REACH + 1)) of words that are near each other
                             + CONTEXT × Σ idf of its words that occur in the passage's context )
                    × ( 1 + COVERAGE × Σ idf of those of its characters that occur / Σ idf of all of them )

and 0 where the base is 0: single characters, or words of headings, make no answer by themselves. BM25 and idf are
those of ``engine.scoring``. Pairs run over the whole question, also where one word meets the next and through words
that do not count, so that words side by side as they were asked weigh more than the same words apart. Coverage lifts
a passage that has a little of all that was asked over one that repeats a single word. Each word is looked for near
the next two; the nearness of two words weighs as much as the lesser of them does, a word as much as the rarest of its
ranking words.

The rule: every engine adds the same numbers in the same order, in float64, and rounds the sum, so that scores are
equal. A passage *answers* if it scores at least ``SHARE`` of the best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal, NamedTuple, Protocol

import numpy as np

from report_search.engine.arrays import Floats, Ints, Mask
from report_search.engine.proximity import REACH
from report_search.engine.scoring import (
    LOOKAHEAD,
    MAX_NEAR_PAIRS,
    SECTIONS,
    Statistics,
    bm25,
    idf,
    pair_gain,
    word_gain,
)
from report_search.query.ast import Question, Term
from report_search.query.evaluate import DECIMALS

WORD = 0.5
CHARACTER = 0.4
COVERAGE = 1.0
NEAR = 0.8
CONTEXT = 0.3
SHARE = 0.3
"""A passage answers a question if it scores at least this share of the best one."""
MOST_CHARACTERS = 200
"""So many different characters of a question are looked for, the first."""
Kind = Literal["word", "pair", "character"]


class Gain(NamedTuple):
    """The rows that have something, ascending, its BM25 in each of them, and its idf."""

    rows: Ints
    bm25: Floats
    idf: float


class Gains(Protocol):
    """What the formula needs of the passages of a fixed state; ``size`` is the number of rows."""

    @property
    def size(self) -> int: ...

    def of(self, kind: Kind, token: str) -> Gain:
        """What a ranking word, a pair of characters or a character is worth."""
        ...

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        """The rows in which two wordings are near, and the smallest gap in each: ``engine.proximity``."""
        ...

    def in_context(self, term: Term) -> tuple[Ints, float]:
        """The rows whose context contains a term or a synonym of it, and the idf of that."""
        ...

    def sections(self, section: str) -> Ints:
        """The rows of a section."""
        ...


class StatisticsGains:
    """Gains worked out from the statistics of all passages."""

    def __init__(self, statistics: Statistics) -> None:
        self.size = statistics.size
        self._statistics = statistics

    def of(self, kind: Kind, token: str) -> Gain:
        makers: Mapping[Kind, Callable[..., tuple[Ints, Floats]]] = {
            "word": word_gain,
            "pair": pair_gain,
            "character": _character_gain,
        }
        rows, gain = self._statistics.cached((kind, token), partial(makers[kind], token, self._statistics))
        return Gain(rows, gain, idf(len(rows), self._statistics.passages))

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        return self._statistics.cached(("gap", f"{one}\0{two}"), partial(self._statistics.gaps, one, two))

    def in_context(self, term: Term) -> tuple[Ints, float]:
        rows = self._statistics.in_context(term)
        return rows, idf(len(rows), self._statistics.passages)

    def sections(self, section: str) -> Ints:
        return self._statistics.sections(section)


def ranking_words(question: Question) -> tuple[str, ...]:
    """The ranking words of the words of a question, each once."""
    return tuple(dict.fromkeys(word for term in question.terms for word in term.words))


def characters(question: Question) -> tuple[str, ...]:
    """The letters and digits of the words of a question, each once."""
    found = dict.fromkeys(char for term in question.terms for char in term.folded.text if char.isalnum())
    return tuple(found)[:MOST_CHARACTERS]


def near_pairs(question: Question) -> tuple[tuple[Term, Term], ...]:
    """Each word of a question with the next two, as long as there are not too many."""
    terms = question.terms
    found = [(one, two) for at, one in enumerate(terms) for two in terms[at + 1 : at + 1 + LOOKAHEAD]]
    return tuple(found)[:MAX_NEAR_PAIRS]


def question_scores(question: Question, gains: Gains) -> Floats:
    """The score of every row for a question, ``(size,) float64``; 0 for rows that have no pair and no word of it."""
    # The order of the loops is part of the formula: adding floats in another order would change the last bits.
    total = np.zeros(gains.size, dtype=np.float64)
    for gram in question.grams:
        rows, gain, _ = gains.of("pair" if len(gram) == 2 else "character", gram)
        total[rows] += gain
    for word in ranking_words(question):
        rows, gain, _ = gains.of("word", word)
        total[rows] += WORD * gain
    has_nothing = total == 0
    covered = _add_characters(total, question, gains)
    for one, two in near_pairs(question):
        rows, gaps = gains.gaps(one.folded.text, two.folded.text)
        weight = min(_weight(one, gains), _weight(two, gains))
        total[rows] += NEAR * weight * (1 - gaps / (REACH + 1))
    for term in question.terms:
        rows, weight = gains.in_context(term)
        total[rows] += CONTEXT * weight
    total *= 1 + COVERAGE * covered
    for section, factor in SECTIONS.items():
        total[gains.sections(section)] *= factor
    total[has_nothing] = 0
    return np.round(total, DECIMALS)


def _weight(term: Term, gains: Gains) -> float:
    return max((gains.of("word", word).idf for word in term.words), default=0.0)


def _add_characters(total: Floats, question: Question, gains: Gains) -> Floats:
    """Add what the characters of a question are worth; the share of their weight that each row covers."""
    covered = np.zeros(gains.size, dtype=np.float64)
    weight_of_all = 0.0
    for char in characters(question):
        rows, gain, weight = gains.of("character", char)
        total[rows] += CHARACTER * gain
        covered[rows] += weight
        weight_of_all += weight
    covered /= weight_of_all or 1.0
    return covered


def answering(question: Question, scores: Floats, *, among: Mask) -> Mask:
    """The rows of ``among`` that answer a question, ``(size,) bool``, by the scores of all rows.

    Where nothing that has what is demanded scores, all that has it answers.
    """
    best = float(scores.max(initial=0.0, where=among))
    enough: Mask = among & (scores >= np.round(SHARE * best, DECIMALS))
    if not question.demanded:
        enough &= scores > 0
    return enough


def _character_gain(char: str, statistics: Statistics) -> tuple[Ints, Floats]:
    rows, counts = statistics.characters(char)
    lengths, average = statistics.text_lengths()
    return rows, bm25(counts, lengths[rows] / average, weight=idf(len(rows), statistics.passages))
