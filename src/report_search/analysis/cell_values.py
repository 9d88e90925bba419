"""The number in a table cell: value, sign and unit as printed.

The rule: an empty cell is not 0, and what is not one number is no number; the printed text is kept beside it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?P<sign>[+\-])?\s*(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?P<part>\.\d+)?"
    r"\s*(?P<unit>[%‰]|[\u4e00-\u9fff]{1,5}|[(][\u4e00-\u9fff]{1,5}[)])?(?:\[\d{1,2}\]|\(\d{1,2}\)|\*)?"
)
_DASHES = str.maketrans("−–—﹣－", "-----")
_MARK = re.compile(r"[①-⑳]$")
_NOTHING = frozenset("/\\-—–－无無空")


@dataclass(frozen=True, slots=True)
class Value:
    """A number (None where there is none) and the unit printed behind it ("" for none)."""

    number: int | float | None
    unit: str = ""


def read_value(text: str) -> Value:
    """The one number that ``text`` is, e.g. ``66.7 万件`` → 66.7 万件, ``+5174`` → 5174, ``6.62 %`` → 6.62 %."""
    bare = _MARK.sub("", text.strip())
    folded = unicodedata.normalize("NFKC", bare).translate(_DASHES).strip()
    match = _NUMBER.fullmatch(folded)
    if not match:
        return Value(None)
    digits = re.sub(r"[, ]", "", match["whole"])
    number: int | float = float(digits + match["part"]) if match["part"] else int(digits)
    return Value(-number if match["sign"] == "-" else number, (match["unit"] or "").strip("()"))


def is_value(text: str) -> bool:
    """Whether ``text`` is what a value cell holds: a number, or a mark for nothing."""
    return is_empty_mark(text) or read_value(text).number is not None


def is_empty_mark(text: str) -> bool:
    """Whether ``text`` is a mark that stands for no value (``/``, ``—``, ``无``)."""
    bare = text.strip()
    return bool(bare) and set(bare) <= _NOTHING
