"""Distinctive words: what a selection of texts says more often than the rest, by Dunning's log-likelihood (G²).

The rule: a word is measured against the lengths of both sides, and both counts are told with it, so that a rare word
of a short text can be seen for what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log

from msgspec import Struct

LEAST_LIKELIHOOD = 10.83
"""G² from which a difference is taken for one: p < 0.001 with one degree of freedom."""


class DistinctiveWord(Struct, frozen=True):
    """A word, how often it stands in the selection and in the rest, and its G²."""

    word: str
    count: int
    rest: int
    likelihood: float


def log_likelihood(count: int, rest: int, *, size: int, rest_size: int) -> float:
    """G² of a word that stands ``count`` times in ``size`` words and ``rest`` times in ``rest_size``."""
    share = (count + rest) / (size + rest_size)
    pairs = ((count, size * share), (rest, rest_size * share))
    return 2 * sum(seen * log(seen / expected) for seen, expected in pairs if seen)


def distinctive_words(selection: Mapping[str, int], rest: Mapping[str, int]) -> list[DistinctiveWord]:
    """The words that the selection has more often than the rest, most distinctive first; [] without a rest."""
    size, rest_size = sum(selection.values()), sum(rest.values())
    if not size or not rest_size:
        return []
    found = _more_often(selection, rest, sizes=(size, rest_size))
    likely = (word for word in found if word.likelihood >= LEAST_LIKELIHOOD)
    return sorted(likely, key=lambda one: (-one.likelihood, one.word))


def _more_often(
    selection: Mapping[str, int], rest: Mapping[str, int], *, sizes: tuple[int, int]
) -> Iterator[DistinctiveWord]:
    size, rest_size = sizes
    for word, count in selection.items():
        elsewhere = rest.get(word, 0)
        if count * rest_size > elsewhere * size:
            likelihood = log_likelihood(count, elsewhere, size=size, rest_size=rest_size)
            yield DistinctiveWord(word, count, elsewhere, likelihood)
