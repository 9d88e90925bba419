"""Plain BM25 over bags of tokens, to compare rankings with: what anybody gets with little effort.

Texts and questions are folded alike before they are tokenized, so that only the ranking is compared. A token that a
question has twice counts twice.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from report_search.analysis.fold import fold
from report_search.analysis.word_segmenter import build_segmenter

Tokenizer = Callable[[str], list[str]]
K1, B = 1.2, 0.75


def words(text: str) -> list[str]:
    """jieba's words, one after another, none within another."""
    return build_segmenter().words(fold(text).text)


def search_words(text: str) -> list[str]:
    """jieba's words and the shorter ones inside them (search mode)."""
    return build_segmenter().search_words(fold(text).text)


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of the characters that are letters or digits; a single one by itself."""
    runs = "".join(char if char.isalnum() else " " for char in fold(text).text).split()
    return [run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1))]


BASELINES: dict[str, Tokenizer] = {"jieba": words, "search mode": search_words, "bigrams": bigrams}


class Bm25:
    """Texts that are ranked for questions."""

    def __init__(self, texts: Sequence[str], tokenize: Tokenizer) -> None:
        self._tokenize, self._size = tokenize, len(texts)
        counted = [Counter(tokenize(text)) for text in texts]
        lengths = np.array([counts.total() for counts in counted], dtype=np.float64)
        # The part of BM25's denominator that a text's length gives, float64 of shape (n_texts,).
        self._norm = K1 * (1 - B + B * lengths / (lengths.mean() or 1.0))
        postings: dict[str, list[tuple[int, int]]] = {}
        for row, counts in enumerate(counted):
            for token, count in counts.items():
                postings.setdefault(token, []).append((row, count))
        # For each token int64 of shape (n_texts_with_it, 2): the text and how often it has the token.
        self._postings = {token: np.array(rows) for token, rows in postings.items()}

    def ranked(self, question: str, limit: int = 10) -> list[int]:
        """The best ``limit`` texts by number; those that share no token are left out."""
        scores: npt.NDArray[np.float64] = np.zeros(self._size)
        for token in self._tokenize(question):
            if token in self._postings:
                rows, counts = self._postings[token].T
                idf = math.log(1 + (self._size - len(rows) + 0.5) / (len(rows) + 0.5))
                scores[rows] += idf * counts * (K1 + 1) / (counts + self._norm[rows])
        best = np.argsort(-scores, kind="stable")[:limit]
        return [int(row) for row in best if scores[row] > 0]
