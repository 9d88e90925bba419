"""A folded text as it is indexed: its readings, and where a sentence begins behind a blank line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from report_search.analysis.fold import FoldedText, Variant
from report_search.fields import BORDER
from report_search.query.positions import sentences

END = "\0"
"""Stands behind every text; folding lets none through."""
ENDS_SENTENCE = frozenset("。!?;" + BORDER)
"""What a sentence ends behind, besides a blank line, as ``query.places`` says."""
_LINE_ENDS = "\n\r\v\f\x85\u2028"
_BLANK = "\u2029"


@dataclass(frozen=True, slots=True)
class IndexedText:
    """A folded text without what was printed.

    It takes a tenth of the memory of a ``FoldedText``, since it has no way back to that.
    """

    text: str
    variants: tuple[Variant, ...]
    breaks: tuple[int, ...]


def text_of(folded: FoldedText) -> IndexedText:
    """What is indexed of a folded text."""
    return IndexedText(folded.text, folded.variants, _breaks(folded))


def unfolded(text: IndexedText) -> FoldedText:
    """A folded text that is its own original, with a blank line before each of its breaks."""
    base, breaks = text.text, list(text.breaks)
    if not breaks:
        at = tuple(range(len(base) + 1))
        return FoldedText(base, base, at[:-1], at[1:], text.variants)
    shift = np.zeros(len(base), dtype=np.int64)
    shift[breaks] = len(_BLANK)
    starts = (np.arange(len(base)) + np.cumsum(shift)).tolist()
    parts = [base[a:b] for a, b in pairwise([0, *breaks, len(base)])]
    return FoldedText(_BLANK.join(parts), base, tuple(starts), tuple(at + 1 for at in starts), text.variants)


def _breaks(text: FoldedText) -> tuple[int, ...]:
    """Where in ``text`` a sentence begins behind a blank line."""
    if "\u2029" not in text.original and sum(map(text.original.count, _LINE_ENDS)) < 2:
        return ()
    return tuple(at for at, _ in sentences(text)[1:] if text.text[at - 1] not in ENDS_SENTENCE)
