"""What the columnar index is given of a passage, computed from the passage alone.

The rule: ``prepare`` depends on nothing but its arguments, and what it returns is small and can be pickled, so that it
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
from report_search.query.numbers.of_passage import PassageNumber, numbers_of

_SEPARATOR = "\n"
"""Divides two words; folding lets none through. One string is pickled faster than a list of them."""


class AnalyzedPassage(NamedTuple):
    """A passage prepared: ``packed`` is the passage itself, the next three are its ``IndexedText``.

    ``variants`` are start, end and text of each; ``words`` are the ranking words, each once, and ``counts`` says how
    often each occurs in the text. ``numbers`` are the fields of each ``PassageNumber``.
    """

    packed: bytes
    text: str
    variants: tuple[tuple[int, int, str], ...]
    breaks: tuple[int, ...]
    words: str
    counts: tuple[int, ...]
    numbers: tuple[tuple[int, int, float, bool, bool], ...]


def prepare(passage: Passage, segmenter: Segmenter) -> AnalyzedPassage:
    """Fold a passage, split its text into ranking words, and pack it."""
    folded = fold(passage.text)
    text = text_of(folded)
    # Words of the folded text, as those of a query are: 領事 and 领事 are one word.
    counts = Counter(segmenter.search_words(folded.text))
    # Variants as tuples, which are pickled in a tenth of the time.
    return AnalyzedPassage(
        msgspec.msgpack.encode(passage),
        text.text,
        tuple((variant.start, variant.end, variant.text) for variant in text.variants),
        text.breaks,
        _SEPARATOR.join(counts),
        tuple(counts.values()),
        tuple((n.start, n.end, n.value, n.is_percent, n.in_cell) for n in numbers_of(passage, folded)),
    )


def text_of_prepared(prepared: AnalyzedPassage) -> IndexedText:
    """The folded text as it is indexed."""
    variants = tuple(Variant(*variant) for variant in prepared.variants)
    return IndexedText(prepared.text, variants, prepared.breaks)


def numbers_of_prepared(prepared: AnalyzedPassage) -> list[PassageNumber]:
    """The numbers of the passage, in order."""
    return [
        PassageNumber(start, end, value, is_percent, in_cell)
        for start, end, value, is_percent, in_cell in prepared.numbers
    ]


def words_of_prepared(prepared: AnalyzedPassage) -> list[str]:
    """The ranking words, in the order of ``counts``."""
    return prepared.words.split(_SEPARATOR) if prepared.counts else []


def unpack(packed: bytes) -> Passage:
    """The passage that ``prepare`` packed."""
    return msgspec.msgpack.decode(packed, type=Passage)
