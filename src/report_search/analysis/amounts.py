"""A single amount as people type it: 1,234.5, 5千万, 五十, 12%, −3.

The rule: it is worth what the same words are worth in running text (``prose_numbers``); what is not one amount from end
to end is none.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from report_search.analysis.chinese_numerals import parse
from report_search.analysis.fold import fold_text
from report_search.analysis.mixed_numerals import parse_mixed

_SCALES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_NUMERALS = "零〇○一二三四五六七八九十百千两廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
AMOUNT = (
    r"[-−]?(?:百分之)?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?[十百千拾佰仟万亿0-9]*"
    rf"|[{_NUMERALS}万亿]+(?:点[{_NUMERALS}]+[万亿]?)?)[%‰]?"
)
"""Something that may be an amount, in a folded text."""
_AMOUNT = re.compile(AMOUNT)
_PLAIN = re.compile(r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)(万亿|万|亿|)")
_POINT = re.compile(r"([^点]+)点([^点万亿]+)([万亿]?)")
_DIGITS = str.maketrans("零〇○一二三四五六七八九", "000123456789")
_ONES = {"零": "0", "〇": "0", "一": "1", "百": "100"}


class Amount(Struct, frozen=True):
    """What an amount is worth: in units of one, or in per cent if ``is_percent``."""

    value: float
    is_percent: bool = False


def read_amount(text: str) -> Amount | None:
    """The amount that ``text`` is; None if it is none."""
    folded = fold_text(text).replace(" ", "")
    if not _AMOUNT.fullmatch(folded):
        return None
    sign, bare = (-1, folded[1:]) if folded[:1] in ("-", "−") else (1, folded)
    is_percent = bare.startswith("百分之") or bare.endswith(("%", "‰"))
    share = Decimal("0.1") if bare.endswith("‰") else Decimal(1)
    number = _number(bare.removeprefix("百分之").rstrip("%‰"))
    return None if number is None else Amount(float(sign * share * number), is_percent)


def _number(text: str) -> Decimal | None:
    if plain := _PLAIN.fullmatch(text):
        return Decimal(plain[1].replace(",", "")) * _SCALES[plain[2]]
    if point := _POINT.fullmatch(text):
        whole, fraction = _number(point[1]), point[2].translate(_DIGITS)
        if whole is None or not (fraction.isascii() and fraction.isdigit()):
            return None
        return (whole + Decimal(f"0.{fraction}")) * _SCALES[point[3]]
    # Either gives Arabic digits, a final 万 or 亿 kept.
    read = _ONES.get(text) or parse(text) or (parse_mixed(text) if text[:1].isdigit() else "")
    return _number(read) if _PLAIN.fullmatch(read) else None
