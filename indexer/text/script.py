"""Whether a text is set in traditional characters.

The rule: only characters that simplify count, so a simplified report that quotes a few old forms stays simplified.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from report_search.analysis.fold import fold
from report_search.model import Script

_SAMPLE = 4_000
_SHARE = 0.08
"""In traditional text about a third of all characters simplify, in simplified text one in thousands."""


def script_of(texts: Iterable[str]) -> Script:
    """``traditional`` if a good part of the Chinese characters in the first ``texts`` are."""
    # Folding simplifies, so a character that differs from its original was a traditional one. Width is folded before,
    # else ， and Ａ would count as changed.
    sample = unicodedata.normalize("NFKC", "".join(_sample_of(texts)))
    folded = fold(sample)
    han = changed = 0
    for char, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        if "\u4e00" <= char <= "\u9fff":
            han += 1
            changed += folded.original[start:end] != char
    return "traditional" if han and changed > _SHARE * han else "simplified"


def _sample_of(texts: Iterable[str]) -> Iterable[str]:
    left = _SAMPLE
    for text in texts:
        yield text[:left]
        left -= len(text)
        if left <= 0:
            return
