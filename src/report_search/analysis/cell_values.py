"""The number in a table cell: value, sign and unit as printed.

The rule: an empty cell is not 0, and a text that is more than one number is none; the printed text is kept beside it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from msgspec import Struct

# The last part is a footnote mark: 12[1], 12(1), 12*.
_NUMBER = re.compile(
    r"(?P<sign>[+\-])?\s*(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?P<decimals>\.\d+)?"
    r"\s*(?P<unit>[%‰]|[\u4e00-\u9fff]{1,5}|[(][\u4e00-\u9fff]{1,5}[)])?(?:\[\d{1,2}\]|\(\d{1,2}\)|\*)?"
)
_DASHES = str.maketrans("−–—﹣－", "-----")
_MOST_DIGITS = 18
"""A number with more digits than this counts nothing; it may be an account, or dirt."""
_FOOTNOTE = re.compile(r"[①-⑳]$")
_CHANGES = re.compile(r"(?:(?:[+\-]|增加?|减少?)\s*(?:\(\s*\d[\d,]*\s*\)|\d[\d,]*)[\s/,、;]*){1,2}")
"""What rose and what fell in one cell, as ``+(0) -(0)`` or ``增3 减1``."""
_EMPTY_MARKS = frozenset("/\\-—–－无無空")


class Value(Struct, frozen=True):
    """A number (None where there is none) and the unit printed behind it ("" for none)."""

    number: int | float | None
    unit: str = ""


@lru_cache(maxsize=65536)
def read_value(text: str) -> Value:
    """The one number that ``text`` is, e.g. ``66.7 万件`` → 66.7 万件, ``+5174`` → 5174, ``6.62 %`` → 6.62 %."""
    # A circled footnote mark goes before width is folded, else 12① would become 121.
    bare = _FOOTNOTE.sub("", text.strip())
    folded = unicodedata.normalize("NFKC", bare).translate(_DASHES).strip()
    # "-1,234.5 万件[1]": sign, whole part with its separators, decimals, unit; a footnote behind them is left out.
    match = _NUMBER.fullmatch(folded)
    if not match:
        return Value(None)
    digits = re.sub(r"[, ]", "", match["whole"])
    if len(digits) > _MOST_DIGITS:
        return Value(None)
    number: int | float = float(digits + match["decimals"]) if match["decimals"] else int(digits)
    return Value(-number if match["sign"] == "-" else number, (match["unit"] or "").strip("()"))


@lru_cache(maxsize=65536)
def is_value(text: str) -> bool:
    """Whether ``text`` is what a value cell holds: a number, a mark for nothing, or a rise and a fall."""
    return is_empty_mark(text) or read_value(text).number is not None or is_change(text)


def is_change(text: str) -> bool:
    """Whether ``text`` is what rose and what fell, signs and brackets as in ``+(0) -(0)``."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    return bool(_CHANGES.fullmatch(folded))


def is_empty_mark(text: str) -> bool:
    """Whether ``text`` is a mark that means no value (``/``, ``—``, ``无``)."""
    bare = text.strip()
    return bool(bare) and set(bare) <= _EMPTY_MARKS
