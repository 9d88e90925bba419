"""Numerals half in Arabic digits, as variants of a text: 5千万 = 5000万, 3千余 = 3000余, 2万5千人 = 25000人.

A numeral is one or more steps, a number with 十, 百, 千, 万 or 亿 behind it (2万, 5千), in descending order. 十, 百 and
千 take one digit (3千; 20千 is nobody's 20000), or a decimal before 万 or 亿 (2.5千万 = 2500万). A final 万 or 亿
stays, as in ``chinese_numerals``: 5千万 is 5000万, 3万亿 is 30000亿, and 80万 is 80万 and not 800000. Digits may
follow only where they fill the places below: 1万2000件 is 12000件, while 3万5 and 5千3 are left alone.

The rule: what is read is what the same numeral in Chinese characters is read as, so that either finds the other. It is
left alone where the character begins another word: 3千米, 5百分点, 2千克.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from report_search.analysis.arabic_numbers import Replacement

_PLACES = {"十": 1, "百": 2, "千": 3, "拾": 1, "佰": 2, "仟": 3, "万": 4, "亿": 8}
"""The power of ten of each place; formal ones stand in amounts."""
_GROUPS = "万亿"
# What stands before keeps a numeral from beginning inside a number; what stands behind, from ending inside one.
_NUMERAL = re.compile(
    r"(?<![0-9a-z零])(?<![0-9][.,])[0-9]+(?:\.[0-9]+)?[十百千拾佰仟万亿]+(?:[0-9]+[十百千拾佰仟万亿]+)*[0-9]*"
    r"(?![一二三四五六七八九零〇两十百千拾佰仟万亿0-9])"
)
_STEP = re.compile(r"([0-9]+(?:\.[0-9]+)?)([十百千拾佰仟]?)([万亿]*)")
_OTHER_WORDS = re.compile("[米克瓦伏卡帕焦赫兆分货姓叶科家字公码周方瓩伏吨]")
"""What behind a final 十, 百 or 千 begins or is another word: 千米, 千瓦, 百分点, 百货, 千字."""


def mixed_numerals(text: str) -> Iterator[Replacement]:
    """Each numeral of a folded text that is half in digits, in order, with the number in Arabic digits."""
    for match in _NUMERAL.finditer(text):
        numeral = match.group()
        is_word = numeral[-1] in "十百千" and _OTHER_WORDS.match(text, match.end())
        number = "" if is_word else parse_mixed(numeral)
        if number and number != numeral:
            yield *match.span(), number


def parse_mixed(numeral: str) -> str:
    """A well-formed numeral half in digits as an Arabic number, a final 万 or 亿 kept; "" for any other.

    3亿5千万 is read step by step: 3 × 10^8, then 5 × 10^3 × 10^4; together 35000 × 10^4, so 35000万.
    """
    kept = numeral[-1] if numeral[-1] in _GROUPS else ""
    steps = _steps(numeral)
    if not steps or not _descend(steps):
        return ""
    total = sum((digits.scaleb(power) for digits, power in steps), Decimal(0))
    value = total.scaleb(-_PLACES.get(kept, 0))
    is_whole = value == value.to_integral_value()
    return f"{int(value)}{kept}" if is_whole else ""


def _steps(numeral: str) -> list[tuple[Decimal, int]]:
    """The steps of a numeral, each its digits and the power of ten that they count; [] if one is not well formed.

    A group counts the steps before it that are smaller than it: in 2千5百万 both 2千 and 5百 are counted by 万.
    """
    steps: list[tuple[Decimal, int]] = []
    for digits, place, groups in _STEP.findall(numeral):
        if not _fits(digits, place, groups, is_first=not steps):
            return []
        steps.append((Decimal(digits), _PLACES.get(place, 0)))
        for group in groups:
            power = _PLACES[group]
            steps = [
                (count, at + power if at < power and count.scaleb(at) < 10**power else at)
                for count, at in steps
            ]
    return steps


def _fits(digits: str, place: str, groups: str, *, is_first: bool) -> bool:
    """Whether one step can be a part of a numeral: 5千, 12万, 2.5千万; not 20千, 0百, 3亿万."""
    is_decimal = "." in digits
    if is_decimal and not (is_first and groups):
        return False
    if digits.startswith("0") and not is_decimal:
        return False
    takes_one_digit = len(digits.partition(".")[0]) == 1
    return groups in ("", "万", "亿", "万亿") and (not place or takes_one_digit)


def _descend(steps: list[tuple[Decimal, int]]) -> bool:
    """Whether each step fits below the one before it, and one without a place fills all places below."""
    for (_, higher), (digits, power) in pairwise(steps):
        if digits.scaleb(power) >= 10**higher:
            return False
    last_digits, last_power = steps[-1]
    has_no_place = last_power == 0 and len(steps) > 1
    return not has_no_place or len(str(last_digits)) == steps[-2][1]
