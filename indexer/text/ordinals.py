"""Ordinals that a line begins with: 一、（一） 1. （1） ① 第一部分, half- or full-width.

The rule: an ordinal is read from the print alone; how deep it is, the outline decides.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from msgspec import Struct

Style = Literal["part", "han", "han-paren", "number", "number-paren", "circle"]

_HAN = "一二三四五六七八九十百"
_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100}
_PATTERNS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"(第\s*([{_HAN}]{{1,7}}|[0-9０-９]{{1,3}})\s*(?:部分|章))[、:：.．]?\s*")),
    ("han-paren", re.compile(rf"([（(﹙]\s*([{_HAN}]{{1,7}})\s*[）)﹚])[、.．]?\s*")),
    ("han", re.compile(rf"(([{_HAN}]{{1,7}})\s*[、．.])\s*")),
    ("number-paren", re.compile(r"([（(﹙]\s*([0-9０-９]{1,2})\s*[）)﹚])[、.．]?\s*")),
    ("number-paren", re.compile(r"(([0-9０-９]{1,2})\s*[）)])\s*")),
    ("number", re.compile(r"(([0-9０-９]{1,2})\s*[、．.])(?![0-9０-９])\s*")),
    ("circle", re.compile(r"(([①-⑳⑴-⒇⒈-⒛㈠-㈩]))[、.．]?\s*")),
)
_ENUMERATION = re.compile(rf"(?:[{_HAN}]\s*是|第[{_HAN}](?:是|，|,)|其[{_HAN}](?:是|，|,)|首先|其次)")


class Ordinal(Struct, frozen=True):
    """An ordinal: its style and value, the print (``（一）``), the bare numeral (``一``), and what follows.

    ``mark`` is what is printed between the ordinal and what follows: 、 in （一）、规章, "" in （一）规章.
    """

    style: Style
    value: int
    printed: str
    numeral: str
    rest: str
    mark: str = ""


def ordinal_of(text: str) -> Ordinal | None:
    """The ordinal that ``text`` begins with, None if it begins with none."""
    stripped = text.strip()
    for style, pattern in _PATTERNS:
        match = pattern.match(stripped)
        if match:
            numeral = match.group(2)
            rest, mark = stripped[match.end() :], stripped[match.end(1) : match.end()].strip()
            return Ordinal(style, numeral_value(numeral), match.group(1), numeral, rest, mark)
    return None


def begins_item(text: str) -> bool:
    """Whether ``text`` begins a new item: an ordinal, or 一是, 首先 and their like."""
    return ordinal_of(text) is not None or _ENUMERATION.match(text.strip()) is not None


def numeral_value(numeral: str) -> int:
    """The value of Arabic, circled or Chinese numerals below 1,000; -1 if it is none of these."""
    folded = unicodedata.normalize("NFKC", numeral).strip("().")
    if folded.isdecimal():
        return int(folded)
    # 一百二十三: 1 waits for its unit and becomes 100, 2 becomes 20, 3 is left over. 十 alone is one ten.
    total = current = 0
    for char in folded:
        if char in _UNITS:
            total += (current or 1) * _UNITS[char]
            current = 0
        elif char in _DIGITS:
            current = _DIGITS[char]
        else:
            return -1
    return total + current


def han_numeral(value: int) -> str:
    """``value`` (1 to 99) as Chinese numerals."""
    tens, ones = divmod(value, 10)
    digits = "〇一二三四五六七八九"
    # 12 is 十二, never 一十二.
    head = f"{digits[tens] if tens > 1 else ''}十" if tens else ""
    return head + (digits[ones] if ones else "")
