"""Whether a text is set in traditional characters.

The rule: only characters that simplify count, so a simplified report that quotes a few old forms stays simplified.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache

from report_search.analysis.char_folding import fold_cluster
from report_search.model import Script

_SAMPLE = 4_000
_SHARE = 0.08
"""In traditional text about a third of all characters simplify, in simplified text one in thousands."""


def script_of(texts: Iterable[str]) -> Script:
    """``traditional`` if a good part of the Chinese characters in the first ``texts`` are."""
    counts = Counter(unicodedata.normalize("NFKC", "".join(_sample_of(texts))))
    han = {char: count for char, count in counts.items() if "\u4e00" <= char <= "\u9fff"}
    changed = sum(count for char, count in han.items() if _is_traditional(char))
    return "traditional" if han and changed > _SHARE * sum(han.values()) else "simplified"


@cache
def _is_traditional(char: str) -> bool:
    # Folding simplifies, so a character that differs from its folding is a traditional one.
    return fold_cluster(char) != char


def _sample_of(texts: Iterable[str]) -> Iterable[str]:
    left = _SAMPLE
    for text in texts:
        yield text[:left]
        left -= len(text)
        if left <= 0:
            return
