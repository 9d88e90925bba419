"""Variants of a folded text, its additional readings: each adds hits and none ever takes one away.

- OpenCC's phrase tables, where they differ from folding character by character: 答覆 → 答复, 隨著 → 随着.
- Other spellings of a word (覆核, 台帐, 身分), by ``data/spellings.txt``: 复核, 台账, 身份.
- The hyphens inside a Latin word left out: wi-fi = wifi, e-mail = email. None beside a digit (covid-19).
- Thousands separators joined (1,234 = 1234), and years whose digits were printed apart (2 0 1 9 年 = 2019年).
- Chinese numerals that stand for numbers (``chinese_numerals``).
- The brackets around the year of a document number, which copies print as they like: [2019]60号, （2019）60号 and
  【2019】60号 are 〔2019〕60号.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from report_search.analysis import arabic_numbers, char_folding, chinese_numerals
from report_search.analysis.arabic_numbers import Replacement
from report_search.data import read_lines

OPENING = "〔[(【〖〘{"
CLOSING = "〕])】〗〙}"
"""Brackets of a document number as they are folded, the proper one first."""
DOCUMENT = rf"[{re.escape(OPENING)}](?:19|20)[0-9]{{2}}[{re.escape(CLOSING)}]第?[0-9]{{1,5}}号"
"""A document number in a folded text, from its year on."""
_DOCUMENT = re.compile(DOCUMENT)
# Letters on both sides of a hyphen are of one word; COVID-19 and 2019-2020 are two.
_HYPHENED = re.compile(r"(?<![a-z0-9])[a-z0-9]+(?:(?<=[a-z])-(?=[a-z])[a-z0-9]+)+")
_AMBIGUOUS = "著"
"""Is 着 too in Taiwan's print; which of the two it is, its phrase table knows."""


def find_variants(folded: str, unsimplified: str) -> list[Replacement]:
    """All variants of ``folded`` in order of their start; ``unsimplified`` is the same text before 繁→简."""
    by_phrase = list(phrases(folded, unsimplified))
    converted = {at for start, end, _ in by_phrase for at in range(start, end)}
    return sorted(
        [
            *by_phrase,
            # Of 反反覆覆 OpenCC reads both characters together, so the list has nothing to add to the first.
            *(spelled for spelled in spellings(folded) if spelled[0] not in converted),
            *hyphens(folded),
            *arabic_numbers.joined_thousands(folded),
            *chinese_numerals.numeral_variants(folded),
            *arabic_numbers.joined_years(folded),
            *brackets(folded),
        ]
    )


def phrases(folded: str, unsimplified: str) -> Iterator[Replacement]:
    """Where OpenCC reads a phrase otherwise than its characters, narrowed to the characters that differ."""
    yield from _differences(folded, unsimplified, char_folding.convert(unsimplified))
    if _AMBIGUOUS in unsimplified:
        taiwan = char_folding.convert(unsimplified, "tw2s")
        if len(taiwan) == len(unsimplified):
            # Taken from Taiwan's conversion is this character only, everything else is as folded.
            chars = zip(unsimplified, taiwan, folded, strict=True)
            by_phrase = "".join(read if char == _AMBIGUOUS else base for char, read, base in chars)
            yield from _differences(folded, unsimplified, by_phrase)


def _differences(folded: str, unsimplified: str, converted: str) -> Iterator[Replacement]:
    """The stretches in which ``converted`` differs from ``folded`` because of a phrase.

    With the phrase 答覆 → 答复, and 覆 by itself staying 覆: folded 已答覆 and converted 已答复 give (2, 3, 复).
    """
    # A conversion of another length can't be laid over the text.
    if converted == folded or len(converted) != len(folded):
        return
    differing = [
        at
        for at, (base, read) in enumerate(zip(folded, converted, strict=True))
        if read != base and _is_by_phrase(unsimplified[at], read)
    ]
    for start, end in _stretches(differing):
        yield start, end, converted[start:end]


def _is_by_phrase(char: str, read: str) -> bool:
    """Whether OpenCC made ``read`` of ``char`` because of a phrase: by itself it is converted otherwise."""
    return char_folding.convert(char) != read


def _stretches(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending positions with neighbours joined: 3, 4, 7 → (3, 5), (7, 8)."""
    start = end = -1
    for at in positions:
        if at != end:
            if start >= 0:
                yield start, end
            start = at
        end = at + 1
    if start >= 0:
        yield start, end


def spellings(folded: str) -> Iterator[Replacement]:
    """Words that older or regional print spells otherwise, narrowed to what differs: 台帐 → (1, 2, 账)."""
    differing, spelled = _listed_spellings()
    for match in differing.finditer(folded):
        at = match.start()
        for start in (at - 1, at):
            today = spelled.get(folded[max(0, start) : start + 2])
            if today is not None and today[at - start] != folded[at]:
                yield at, at + 1, today[at - start]


@cache
def _listed_spellings() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The characters in which a listed word differs from today's spelling, and that spelling of each word."""
    spelled = dict(line.split() for line in read_lines("spellings.txt"))
    differing = {
        one for old, today in spelled.items() for one, other in zip(old, today, strict=True) if one != other
    }
    return re.compile(f"[{''.join(sorted(differing))}]"), spelled


def hyphens(folded: str) -> Iterator[Replacement]:
    """Each Latin word with hyphens inside, read without them."""
    if char_folding.DASH in folded:
        for match in _HYPHENED.finditer(folded):
            yield *match.span(), match.group().replace(char_folding.DASH, "")


def brackets(folded: str) -> Iterator[Replacement]:
    """The brackets of document numbers that are not the proper ones, each read as the proper one."""
    for match in _DOCUMENT.finditer(folded):
        opening, closing = match.start(), match.start() + len("〔2019")
        for at, proper in ((opening, OPENING[0]), (closing, CLOSING[0])):
            if folded[at] != proper:
                yield at, at + 1, proper
