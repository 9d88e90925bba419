"""Additional readings of a folded text: each adds hits and none ever takes one away.

- OpenCC's phrase tables, where they differ from folding character by character: 答覆 → 答复, 隨著 → 随着.
- Thousands separators joined (1,234 = 1234), and years whose digits were printed apart (2 0 1 9 年 = 2019年).
- Chinese numerals that stand for numbers (``numerals``).
- The brackets around the year of a document number, which copies print as they like: [2019]60号, （2019）60号 and
  【2019】60号 are 〔2019〕60号.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report_search.analysis import arabic_numbers, char_folding, chinese_numerals

Edge = tuple[int, int, str]
"""``text[start:end]`` may also be read as this."""


OPENING = "〔[(【〖〘{"
CLOSING = "〕])】〗〙}"
"""Brackets of a document number as they are folded, the proper one first."""
DOCUMENT = rf"[{re.escape(OPENING)}](?:19|20)[0-9]{{2}}[{re.escape(CLOSING)}]第?[0-9]{{1,5}}号"
"""A document number in a folded text, from its year on."""
_DOCUMENT = re.compile(DOCUMENT)
_SHARED = "著"
"""Stands for 着 too in Taiwan's print; its phrase table knows where."""


def find_variants(folded: str, plain: str) -> list[Edge]:
    """All additional readings of ``folded`` in order of their start; ``plain`` is the same text before 繁→简."""
    found = [
        *phrases(folded, plain),
        *arabic_numbers.joined_thousands(folded),
        *chinese_numerals.numeral_variants(folded),
    ]
    found += [*arabic_numbers.joined_years(folded), *brackets(folded)]
    found.sort()
    return found


def phrases(folded: str, plain: str) -> Iterator[Edge]:
    """Where OpenCC reads a phrase otherwise than its characters, cut to the characters that differ."""
    yield from _otherwise(folded, plain, char_folding.convert(plain))
    if _SHARED in plain:
        taiwan = char_folding.convert(plain, "tw2s")
        if len(taiwan) == len(plain):
            shared = (b if a == _SHARED else c for a, b, c in zip(plain, taiwan, folded, strict=True))
            yield from _otherwise(folded, plain, "".join(shared))


def _otherwise(folded: str, plain: str, read: str) -> Iterator[Edge]:
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
    return char_folding.convert(plain) != read


def brackets(folded: str) -> Iterator[Edge]:
    """The brackets of document numbers that are not the proper ones, each read as the proper one."""
    for found in _DOCUMENT.finditer(folded):
        for at, proper in ((found.start(), OPENING[0]), (found.start() + 5, CLOSING[0])):
            if folded[at] != proper:
                yield at, at + 1, proper
