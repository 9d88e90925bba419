"""Arabic numbers: where they are, and where a text must not be cut.

A number is its digits, with proper thousands groups (1,234,567) or without, and at most one decimal point followed
by digits. A sign, % and a unit are not part of it. With more than one point (2019.5.1, 10.0.0.1) each run of digits
is a number by itself. Letters beside digits change nothing (COVID-19, G20).

The rule: neither end of a match lies inside a number, so that 350条 does not hit 2,350条, nor 5% 12.5%.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_GROUPED = r"(?<![0-9]\.)[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+(?!\.?[0-9]))?"
_PLAIN = r"(?<![0-9]\.)[0-9]+\.[0-9]+|[0-9]+"
NUMBER = f"{_GROUPED}|{_PLAIN}"
"""A number, as a pattern; more than one point is not looked for."""
_NUMBER = re.compile(rf"{_GROUPED}|(?P<dotted>(?<![0-9]\.)[0-9]+(?:\.[0-9]+){{2,}})|{_PLAIN}")
_SPACED_YEAR = re.compile("(?<![0-9])(?<![0-9] )(?:1 9|2 0) [0-9] [0-9](?=年)")
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}")
_RUN = re.compile(r"[0-9]+")
NUMBER_CHARACTERS = frozenset("0123456789.,")


def numbers(text: str) -> Iterator[tuple[int, int]]:
    """The spans of all numbers of a folded text, in order."""
    for found in _NUMBER.finditer(text):
        if found.group("dotted"):
            for run in _RUN.finditer(text, found.start(), found.end()):
                yield run.span()
        else:
            yield found.span()


def number_cuts(text: str) -> bytes:
    """One byte for each position 0 … len(text) of a folded text: 1 where a cut there lies inside a number."""
    flags = bytearray(len(text) + 1)
    for start, end in numbers(text):
        flags[start + 1 : end] = b"\1" * (end - start - 1)
    return bytes(flags)


def inside_number(text: str, at: int) -> bool:
    """Whether a cut of ``text`` before position ``at`` lies inside a number."""
    if not 0 < at < len(text) or text[at - 1] not in NUMBER_CHARACTERS or text[at] not in NUMBER_CHARACTERS:
        return False
    start = end = at
    while start and text[start - 1] in NUMBER_CHARACTERS:
        start -= 1
    while end < len(text) and text[end] in NUMBER_CHARACTERS:
        end += 1
    return any(first < at - start < last for first, last in numbers(text[start:end]))


def joined_thousands(text: str) -> Iterator[tuple[int, int, str]]:
    """Each number with thousands separators, read without them: start, end, reading."""
    if _THOUSANDS.search(text):
        for start, end in numbers(text):
            if "," in text[start:end]:
                yield start, end, text[start:end].replace(",", "")


def joined_years(text: str) -> Iterator[tuple[int, int, str]]:
    """Each year whose digits were printed apart (2 0 1 9 年), read as one number."""
    if "年" in text:
        for found in _SPACED_YEAR.finditer(text):
            yield *found.span(), found.group().replace(" ", "")
