"""The words of every different paragraph of a generation, counted over any selection of paragraphs.

Cutting texts into words takes long, so it is done when a generation is built, for new texts alone. The rule: a word has
two characters at least and no digit in it; stop words are in the table, and left out by whoever counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from report_search.analysis.word_segmenter import build_segmenter, query_segmenter

SHORTEST_WORD = 2
_FEW = 500
"""Up to so many texts are cut without a dictionary being loaded, which takes longer than that."""

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]


class WordTable(Struct, frozen=True):
    """Texts by the hashes of their folded form, ascending, and their words.

    ``vocabulary`` is ascending. The words of ``texts[i]``, ``(n_texts,) uint64``, are positions in it, as they come:
    ``words[starts[i]:starts[i + 1]]``; ``starts`` is ``(n_texts + 1,) int64``, ``words`` ``(n_words,) int64``.
    """

    vocabulary: tuple[str, ...]
    texts: Hashes
    starts: Rows
    words: Rows


NO_WORDS = WordTable((), np.zeros(0, np.uint64), np.zeros(1, np.int64), np.zeros(0, np.int64))


def updated_words(former: WordTable, hashes: Hashes, *, new: Mapping[int, str]) -> WordTable:
    """The table of the texts ``hashes``, ascending: those of ``former`` taken over, the others cut, from ``new``."""
    known = np.isin(former.texts, hashes)
    missing = hashes[~np.isin(hashes, former.texts)]
    lists = [former.words[start:stop] for start, stop in _ranges(former, np.flatnonzero(known))]
    number = {word: at for at, word in enumerate(former.vocabulary)}
    cut = _cut([new[one] for one in missing.tolist()])
    lists += [np.array([number.setdefault(word, len(number)) for word in one], np.int64) for one in cut]
    order = np.argsort(np.concatenate([former.texts[known], missing]), kind="stable").tolist()
    ordered = [lists[at] for at in order]
    words = np.concatenate([NO_WORDS.words, *ordered])
    # Only words that are there, ascending, so that the table does not tell what was there before.
    names = list(number)
    used = sorted(np.unique(words).tolist(), key=names.__getitem__)
    place = np.zeros(len(names), dtype=np.int64)
    place[used] = np.arange(len(used))
    starts = np.cumsum([0, *map(len, ordered)])
    return WordTable(tuple(names[at] for at in used), hashes, starts, place[words] if len(names) else words)


def _ranges(table: WordTable, rows: Rows) -> list[tuple[int, int]]:
    return list(zip(table.starts[rows].tolist(), table.starts[rows + 1].tolist(), strict=True))


def _cut(texts: Sequence[str]) -> list[list[str]]:
    if not texts:
        return []
    segmenter = query_segmenter() if len(texts) <= _FEW else build_segmenter()
    return [[word for word in segmenter.words(text) if _counts(word)] for text in texts]


def _counts(word: str) -> bool:
    return len(word) >= SHORTEST_WORD and not any(char.isdigit() for char in word) and word.isalnum()


def count_words(table: WordTable, texts: Hashes) -> Rows:
    """How often each word of the vocabulary stands in ``texts``, each counted as often as it is given."""
    if not len(table.texts):
        return np.zeros(0, dtype=np.int64)
    times = np.bincount(np.searchsorted(table.texts, texts), minlength=len(table.texts))
    weights = np.repeat(times, np.diff(table.starts))
    counts: Rows = np.bincount(table.words, weights=weights, minlength=len(table.vocabulary)).astype(np.int64)
    return counts
