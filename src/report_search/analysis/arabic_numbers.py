"""Arabic numbers: where they are, and where a match must not begin or end.

A number is its digits, with proper thousands groups (1,234,567) or without, and at most one decimal point followed
by digits. A sign, % and a unit are not part of it. With more than one point (2019.5.1, 10.0.0.1) the digits between
two points are a number by themselves. Letters beside digits change nothing (COVID-19, G20).

The rule: neither end of a match lies inside a number, so that 350条 does not hit 2,350条, nor 5% 12.5%. A position
inside a number is a *cut*: 2,350 at 0 … 5 has cuts at 1, 2, 3 and 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Replacement = tuple[int, int, str]
"""``text[start:end]`` of a folded text may also be read as the third."""

# Grouped: up to three digits without a leading zero, groups of three, a fraction only if no second point follows.
# No number with a point begins behind a digit and a point: 2019.5.1 has no 5.1 in it.
_GROUPED = r"(?<![0-9]\.)[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+(?!\.?[0-9]))?"
_PLAIN = r"(?<![0-9]\.)[0-9]+\.[0-9]+|[0-9]+"
NUMBER = f"{_GROUPED}|{_PLAIN}"
"""A number, as a pattern; more than one point is not looked for."""
_NUMBER = re.compile(rf"{_GROUPED}|(?P<dotted>(?<![0-9]\.)[0-9]+(?:\.[0-9]+){{2,}})|{_PLAIN}")
# Two numbers in a row, as in a table (1 2 0 1 9 年), are no year: no digit and no digit with a space may come before.
_SPACED_YEAR = re.compile("(?<![0-9])(?<![0-9] )(?:1 9|2 0) [0-9] [0-9](?=年)")
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}")
_DIGITS = re.compile(r"[0-9]+")
_CHARACTERS = "0123456789.,"
NUMBER_CHARACTERS = frozenset(_CHARACTERS)


def numbers(text: str) -> Iterator[tuple[int, int]]:
    """The spans of all numbers of a folded text, in order."""
    for match in _NUMBER.finditer(text):
        # 10.0.0.1 is matched as a whole, lest its first two parts be taken for 10.0.
        if match.group("dotted"):
            for digits in _DIGITS.finditer(text, match.start(), match.end()):
                yield digits.span()
        else:
            yield match.span()


def number_cuts(text: str) -> bytes:
    """One byte, 0 or 1, for each position 0 … len(text) of a folded text: 1 where it lies inside a number."""
    flags = bytearray(len(text) + 1)
    for start, end in numbers(text):
        flags[start + 1 : end] = b"\1" * (end - start - 1)
    return bytes(flags)


def inside_number(text: str, at: int) -> bool:
    """Whether position ``at`` of ``text`` lies inside a number: ``number_cuts`` for one position."""
    # Only the digits, points and commas around it decide.
    start = len(text[:at].rstrip(_CHARACTERS))
    end = len(text) - len(text[at:].lstrip(_CHARACTERS))
    if not start < at < end:
        return False
    return any(first < at - start < last for first, last in numbers(text[start:end]))


def joined_thousands(text: str) -> Iterator[Replacement]:
    """Each number with thousands separators, read without them."""
    if _THOUSANDS.search(text):
        for start, end in numbers(text):
            if "," in text[start:end]:
                yield start, end, text[start:end].replace(",", "")


def joined_years(text: str) -> Iterator[Replacement]:
    """Each year whose digits were printed apart (2 0 1 9 年), read as one number."""
    if "年" in text:
        for match in _SPACED_YEAR.finditer(text):
            yield *match.span(), match.group().replace(" ", "")
