"""A folded text as it is indexed: its base reading, its additional readings, and where blank lines end a sentence.

The rule: what is here is all that an index knows of a text, and ``as_folded`` gives back a text that matches and
divides into sentences as the original did.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from msgspec import Struct

from report_search.analysis.fold import FoldedText, Variant
from report_search.fields import BORDER
from report_search.query.positions import sentences

TEXT_END = "\0"
"""Follows every text in an index; folding lets none through."""
ENDS_SENTENCE = frozenset("。!?;" + BORDER)
"""The characters that end a sentence, as ``query.positions`` says; a blank line does so too."""
_LINE_ENDS = "\n\r\v\f\x85\u2028"
_BLANK = "\u2029"
"""A paragraph separator: a blank line by itself, and white space that folding drops."""


class IndexedText(Struct, frozen=True):
    """A folded text without what was printed, in a tenth of the memory of a ``FoldedText``.

    ``breaks`` are the offsets, ascending, before which a blank line alone ends a sentence.
    """

    text: str
    variants: tuple[Variant, ...]
    breaks: tuple[int, ...]


def text_of(folded: FoldedText) -> IndexedText:
    """What is indexed of a folded text."""
    return IndexedText(folded.text, folded.variants, _breaks(folded))


def as_folded(text: IndexedText) -> FoldedText:
    """A folded text that is its own original, with a blank line before each of its breaks."""
    base, breaks = text.text, list(text.breaks)
    if not breaks:
        offsets = tuple(range(len(base) + 1))
        return FoldedText(base, base, offsets[:-1], offsets[1:], text.variants)
    # 发布新闻举行活动 with a break at 4 becomes the original 发布新闻¶举行活动: the characters from offset 4 on came
    # from one place later, so ``starts`` are 0 1 2 3 5 6 7 8.
    inserted = np.zeros(len(base), dtype=np.int64)
    inserted[breaks] = len(_BLANK)
    starts = (np.arange(len(base)) + np.cumsum(inserted)).tolist()
    parts = [base[a:b] for a, b in pairwise([0, *breaks, len(base)])]
    return FoldedText(_BLANK.join(parts), base, tuple(starts), tuple(at + 1 for at in starts), text.variants)


def _breaks(text: FoldedText) -> tuple[int, ...]:
    """The offsets at which a sentence begins behind a blank line and nothing else that ends one."""
    # Dividing into sentences is slow, and a text with fewer than two line ends has no blank line.
    if _BLANK not in text.original and sum(map(text.original.count, _LINE_ENDS)) < 2:
        return ()
    return tuple(at for at, _ in sentences(text)[1:] if text.text[at - 1] not in ENDS_SENTENCE)
