"""Additional readings of a folded text: each adds hits and none ever takes one away.

Three kinds: OpenCC's phrase table where it differs from folding character by character (答覆 → 答复), thousands
separators joined (1,234 = 1234), and Chinese numerals that stand for numbers (``numerals``).
"""

from __future__ import annotations

from collections.abc import Iterator

from report_search.analysis import characters, numbers, numerals

Edge = tuple[int, int, str]
"""``text[start:end]`` may also be read as this."""


def readings(folded: str, plain: str) -> list[Edge]:
    """All additional readings of ``folded`` in order of their start; ``plain`` is the same text before 繁→简."""
    found = [*phrases(folded, plain), *numbers.joined_thousands(folded), *numerals.readings(folded)]
    found.sort()
    return found


def phrases(folded: str, plain: str) -> Iterator[Edge]:
    """Where OpenCC reads a phrase otherwise than its characters, cut to the characters that differ."""
    read = characters.convert(plain)
    if read == folded or len(read) != len(folded):
        return
    start = None
    for at in range(len(folded) + 1):
        differs = at < len(folded) and read[at] != folded[at] and _is_phrase(plain[at], read[at])
        if differs and start is None:
            start = at
        elif not differs and start is not None:
            yield start, at, read[start:at]
            start = None


def _is_phrase(plain: str, read: str) -> bool:
    """Whether a phrase had its say: OpenCC reads the character by itself in another way."""
    return characters.convert(plain) != read
