"""What an engine of arrays is given of a passage, worked out from the passage alone.

The rule: ``prepare`` looks at nothing but its passage, and what it gives is small and can be pickled, so that it
may run in any process.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import msgspec

from report_search.analysis.fold import Variant, fold
from report_search.analysis.word_segmenter import Segmenter
from report_search.engine.columnar.indexed_text import IndexedText, text_of
from report_search.passages import Passage

_BETWEEN = "\n"
"""Stands between two words; folding lets none through."""


class AnalyzedPassage(NamedTuple):
    """A passage prepared: ``packed`` is the passage itself, the next three what is indexed of its folded text.

    ``words`` are its ranking words, each once, with ``counts`` that say how often each stands in the text.
    """

    packed: bytes
    text: str
    variants: tuple[tuple[int, int, str], ...]
    breaks: tuple[int, ...]
    words: str
    counts: tuple[int, ...]


def prepare(passage: Passage, segmenter: Segmenter) -> AnalyzedPassage:
    """Fold, cut and pack a passage."""
    folded = fold(passage.text)
    text = text_of(folded)
    counts = Counter(segmenter.search_words(folded.text))
    return AnalyzedPassage(
        msgspec.msgpack.encode(passage),
        text.text,
        tuple((edge.start, edge.end, edge.text) for edge in text.variants),
        text.breaks,
        _BETWEEN.join(counts),
        tuple(counts.values()),
    )


def text_in(prepared: AnalyzedPassage) -> IndexedText:
    """What is indexed of the text."""
    variants = tuple(Variant(*edge) for edge in prepared.variants)
    return IndexedText(prepared.text, variants, prepared.breaks)


def words_in(prepared: AnalyzedPassage) -> list[str]:
    """The ranking words in the order of their counts."""
    return prepared.words.split(_BETWEEN) if prepared.counts else []


def unpack(packed: bytes) -> Passage:
    """The passage that ``prepare`` packed."""
    return msgspec.msgpack.decode(packed, type=Passage)
