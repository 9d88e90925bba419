"""Chinese numerals that stand for numbers, as variants of a text: 第十二条 = 第12条, 二〇二三年 = 2023年.

A numeral is read as a number

- after 第, with or without a bracket between: 第十二条, 第三, 第（一）项, which is also 第1项;
- before a unit of ``data/units.txt``, with 余 or 多 between or not: 十三件, 三百二十一件, 两千个, 二十余次, 十九届;
- before 余 or 多, if it ends in 十, 百 or 千: 受理三千余 = 3000余;
- if it ends in 万 or 亿, which stay: 十三万元 = 13万元 (80万 is not 800000), 三亿五千万 = 35000万, 三万亿 = 30000亿;
- half in digits, as ``mixed_numerals`` says: 5千万 = 5000万;
- digit by digit, if it is a year: 二〇二三, 二○二三, 二零二三, 二0二三, 一九九八年; other numbers that are written so
  need a zero in them and 第 or a unit: 第一〇五号, 〇八年. A letter that looks like a zero will do for one: 二О一三;
- in 百分之 and 千分之: 百分之五 = 5%, 百分之三点五 = 3.5%, 百分之5 = 5%;
- with a 点 in it, before a unit that is no time of day: 三点五亿元 = 3.5亿元, 一点二倍 = 1.2倍.

It has to be well formed: 三百二十一, 一千零五十, 一万二千, 廿一, 伍拾; not 三五, 七八十, 一百五, nor 百, 千, 万 without
a digit before them. It is left alone inside a set phrase of ``data/setphrases.txt`` (一带一路, 三微一体, 四个全面),
where the unit begins another word (统一部署), behind a character that makes a word of it (统一, 之一, 数十), in other
fractions and decimals (三分之二, 三点五), and wherever its digits would run into others. A bare numeral is never a
number: 一是, （一）, 十九大.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from report_search.analysis.arabic_numbers import NUMBER, Replacement
from report_search.analysis.mixed_numerals import mixed_numerals
from report_search.data import read_lines

_DIGITS = "一二三四五六七八九"
_LETTERS = "o\u03bf\u043e0"
"""Letters and the digit that are typed for 〇: Latin, Greek, Cyrillic."""
_ZEROS = f"零〇○◯{_LETTERS}"
_PLACES = {"": 1, "十": 10, "百": 100, "千": 1000}
_GROUPS = ("万", "亿")
_ABOUT = ("余", "多")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_PLAIN = str.maketrans({"〇": "零", "○": "零", "◯": "零", "廿": "二十", "卅": "三十"})
_VALUES = {char: at + 1 for at, char in enumerate(_DIGITS)} | {"两": 2, "": 1}
"""The value of a digit; 十 without one is 一十."""
_ARABIC = str.maketrans({char: str(at + 1) for at, char in enumerate(_DIGITS)} | dict.fromkeys(_ZEROS, "0"))

_CHINESE = f"{_DIGITS}零〇○◯两十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMERAL = re.compile(f"[{_CHINESE}]+")
_PERCENT = re.compile(
    f"([百千])分之(?:({NUMBER})|([{_CHINESE}]+)(?:点([{_DIGITS}零〇○◯]+))?)(?![几多余点{_CHINESE}])"
)
_DECIMAL = re.compile(
    f"(?<!分之)(?<![{_CHINESE}第点])([{_CHINESE}]+)点([{_DIGITS}零〇○◯]+)"
    "(?=[余多]?(?:倍|万|亿|个百分点|公里|平方|公顷|公斤|吨|亩))"
)
_ITEM = re.compile(f"(?<=第)\\(([{_CHINESE}]+|[0-9]+)\\)(?=[项款条目])")
_DIGIT_BY_DIGIT = re.compile(f"(?<![{_CHINESE}a-z0-9])[{_DIGITS}{_ZEROS}]{{2,}}(?![{_CHINESE}a-z0-9])")
_BEFORE_ONE_IN_A_WORD = re.compile("[统同唯单之专逐划归合如]")
_BEFORE_TEN_IN_A_WORD = re.compile("[几数好]")
_DIGIT_BEFORE = re.compile("[0-9][.,]?$")
_DIGIT_BEHIND = re.compile("[.,]?[0-9]")
_GROUPED = re.compile("(?:([^亿万]+)亿)?(?:([^亿万]+)万)?([^亿万]*)")
_TOKENS = re.compile(f"(零?)([{_DIGITS}两]?)([十百千]?)")
_ABOVE_ALL_PLACES = 10**12


def numeral_variants(text: str) -> Iterator[Replacement]:
    """Each numeral of a folded text that stands for a number, in order, with the number in Arabic digits."""
    numerals = [
        *_digit_by_digit(text),
        *_with_places(text),
        *_percentages(text),
        *_decimals(text),
        *_items(text),
        *mixed_numerals(text),
    ]
    if numerals:
        phrases = [phrase.span() for phrase in set_phrases().finditer(text)]
        yield from _without_joining(text, [one for one in sorted(numerals) if _is_free(text, one, phrases)])


@cache
def set_phrases() -> re.Pattern[str]:
    """The set phrases, longest first."""
    return re.compile("|".join(map(re.escape, sorted(read_lines("setphrases.txt"), key=len, reverse=True))))


@cache
def _units() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The listed units by their first character: each with the characters that, behind it, make another word of it.

    A table and no pattern, which would take longer to compile than a search takes to read its passages.
    """
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    # A line is a unit and, behind a blank, such characters: "部 署门" is not 部 in 部署.
    for line in read_lines("units.txt"):
        unit, _, other_words = line.partition(" ")
        found[unit[0]].append((unit, other_words))
    return {first: tuple(units) for first, units in found.items()}


def _digit_by_digit(text: str) -> Iterator[Replacement]:
    """Numbers written digit by digit: years, and what has a zero in it and 第 or a unit beside it.

    In 二〇二三年第一〇五号 both are: 二〇二三 has four digits and begins like a year, 一〇五 stands behind 第.
    """
    for match in _DIGIT_BY_DIGIT.finditer(text):
        numeral, start, end = match.group(), *match.span()
        has_zero = not set(numeral).isdisjoint(_ZEROS) and not set(numeral).isdisjoint(_DIGITS)
        is_year = _is_year(numeral, has_zero=has_zero, is_before_year=text.startswith("年", end))
        is_counted = has_zero and (_is_ordinal(text, start) or _is_before_unit(text, end))
        # A letter is a zero only inside a numeral: o一 is none.
        if numeral[0] not in _LETTERS and (is_year or is_counted):
            yield start, end, numeral.translate(_ARABIC)


def _is_year(numeral: str, *, has_zero: bool, is_before_year: bool) -> bool:
    """Whether digits are a year: before 年 any from 1000 to 2999, elsewhere only what is hardly anything else."""
    has_form = len(numeral) == 4 and numeral[0] in "一二"
    return has_form and (is_before_year or has_zero or numeral[1] in "八九")


def _with_places(text: str) -> Iterator[Replacement]:
    """Numbers written with 十百千万, or with one digit."""
    for match in _NUMERAL.finditer(text):
        start, end = match.span()
        keeps_its_group = text[end - 1] in _GROUPS
        if _is_ordinal(text, start) or keeps_its_group or _is_before_unit(text, end):
            number = parse(match.group())
            if number:
                yield start, end, number


def _items(text: str) -> Iterator[Replacement]:
    """Numbers of items whose brackets may as well be missing: 第（一）项 is 第一项."""
    for match in _ITEM.finditer(text):
        number = match[1] if match[1].isdigit() else parse(match[1])
        if number.isdigit():
            yield *match.span(), number


def _percentages(text: str) -> Iterator[Replacement]:
    """Percentages and parts of a thousand: 百分之三点五 is 3.5%."""
    if "分之" in text:
        for match in _PERCENT.finditer(text):
            base, arabic, whole, fraction = match.groups()
            number = arabic or _decimal(whole, fraction or "")
            if number:
                yield *match.span(), number + ("%" if base == "百" else "‰")


def _decimals(text: str) -> Iterator[Replacement]:
    """Decimals before a unit that has them: 三点五亿."""
    if "点" in text:
        for match in _DECIMAL.finditer(text):
            number = _decimal(match[1], match[2])
            if number:
                yield *match.span(), number


def _decimal(whole: str, fraction: str) -> str:
    """A numeral with what stands behind its 点, in Arabic digits; "" if either is not well formed."""
    # These two stand for a number only here: 百分之百, 零点五.
    value = {"零": "0", "〇": "0", "百": "100"}.get(whole) or parse(whole)
    if not value.isdigit() or (fraction and whole == "百"):
        return ""
    return f"{value}.{fraction.translate(_ARABIC)}" if fraction else value


def parse(numeral: str) -> str:
    """A well-formed numeral in Arabic digits, a final 万 or 亿 kept; "" for any other.

    十三万 → 13万; 三万亿 → 30000亿, where 万 is a part of what 亿 counts; 三亿五千万 → 35000万, where 亿 is not.
    """
    if not _NUMERAL.fullmatch(numeral):
        return ""
    # Formal digits are used in amounts only: 伍拾 is 50, 陆 by itself is a name.
    if len(numeral) > 1:
        numeral = numeral.translate(_FORMAL)
    numeral = numeral.translate(_PLAIN)
    kept = numeral[-1] if numeral.endswith(_GROUPS) else ""
    body = numeral.removesuffix(kept)
    # In 三亿五千万, 万 counts 五千 only, and 三亿 beside it are 30000 of them.
    is_counted_whole = kept == "万" and "亿" in body
    value = _value(numeral) // 10**4 if is_counted_whole else _value(body)
    return f"{value}{kept}" if value else ""


def _value(numeral: str) -> int:
    """The value of a numeral; 0 if it is not well formed.

    It is read group by group (亿, 万, the rest) and in each token by token: 零 or not, a digit, a place. For
    二十万零三百 that is

        token      step       total
        二十       100,000    200,000    the place times that of the group: 10 × 10,000
        零三百     100        200,300    thousands are passed over, which 零 says

    Steps have to descend: after 十 comes no 百 in the same group.
    """
    groups = _GROUPED.fullmatch(numeral)
    total, last = 0, _ABOVE_ALL_PLACES
    for group, scale in zip(groups.groups("") if groups else (), (10**8, 10**4, 1), strict=False):
        for zero, digit, place in filter(any, _TOKENS.findall(group)):
            step = _PLACES[place] * scale
            is_token = group == "两" or _is_token(zero, digit, place)
            if step >= last or not is_token:
                return 0
            zero_fits = _is_zero_right(zero, step, last=last, scale=scale) if total else not zero
            if not zero_fits:
                return 0
            total += _VALUES[digit] * step
            last = step
    return total


def _is_zero_right(zero: str, step: int, *, last: int, scale: int) -> bool:
    """Whether 零 stands before a token, or is missing, as it should.

    It has to stand where a place is passed over (一千零五十, not 一千五十). Places passed over at the end of the
    group before do not count, but may have it too: 二十万三千 and 二十万零三千.
    """
    if zero:
        return step * 10 < last
    # The place above the highest of this group, unless something of the group was read already.
    next_above = min(last, scale * 10**4)
    return step * 10 >= next_above


def _is_token(zero: str, digit: str, place: str) -> bool:
    """Whether 零, a digit and a place make sense together: 三十, 零五, 十, 两百; not 百, 零, 两十."""
    if digit == "两":
        return place in ("百", "千")
    return bool(digit) or (place == "十" and not zero)


def _is_ordinal(text: str, start: int) -> bool:
    return text.endswith(("第", "第("), 0, start)


def _is_before_unit(text: str, end: int) -> bool:
    is_about = text[end - 1] in _PLACES and text[end : end + 1] in _ABOUT
    if is_about or _begins_unit(text, end):
        return True
    # 三十余件, 二十多万
    return text[end : end + 1] in _ABOUT and (
        text[end + 1 : end + 2] in _GROUPS or _begins_unit(text, end + 1)
    )


def _begins_unit(text: str, at: int) -> bool:
    """Whether a listed unit begins at ``at``, and no other word that begins like it."""
    return any(
        text.startswith(unit, at) and text[at + len(unit) : at + len(unit) + 1] not in (*other_words,)
        for unit, other_words in _units().get(text[at : at + 1], ())
    )


def _is_in_a_word(text: str, start: int, end: int) -> bool:
    """Whether what stands before a numeral makes it a part of a word, a fraction or a decimal."""
    before = text[max(0, start - 2) : start]
    if before == "分之" or (before.endswith("点") and before[0] in _CHINESE):
        return True
    if text[start:end] == "一":
        return bool(_BEFORE_ONE_IN_A_WORD.match(before[-1:]))
    return text[start] in "十百千" and bool(_BEFORE_TEN_IN_A_WORD.match(before[-1:]))


def _is_in_a_phrase(start: int, end: int, phrases: list[tuple[int, int]]) -> bool:
    """Whether one of ``phrases``, ascending and apart from each other, holds a part of ``start`` … ``end``."""
    # Only the last phrase that begins before ``end`` can reach behind ``start``.
    at = bisect_left(phrases, (end, end)) - 1
    return at >= 0 and phrases[at][1] > start


def _is_free(text: str, numeral: Replacement, phrases: list[tuple[int, int]]) -> bool:
    """Whether a numeral stands by itself: in no set phrase, in no word, near no digit that it would join."""
    start, end, _ = numeral
    if _is_in_a_word(text, start, end) or _is_in_a_phrase(start, end, phrases):
        return False
    left, right = text[max(0, start - 2) : start], text[end : end + 2]
    return not _DIGIT_BEFORE.search(left) and not _DIGIT_BEHIND.match(right)


def _without_joining(text: str, numerals: list[Replacement]) -> Iterator[Replacement]:
    """``numerals`` without those that would join with the one before or behind over a point or a comma.

    第十二,三百四十五条 would read 第12,345条, one number that nobody printed: both stay as they are.
    """
    for at, numeral in enumerate(numerals):
        neighbours = numerals[max(0, at - 1) : at + 2]
        if not any(_would_join(text, one, other) for one, other in pairwise(neighbours)):
            yield numeral


def _would_join(text: str, one: Replacement, other: Replacement) -> bool:
    between = text[one[1] : other[0]]
    return between in (".", ",") and bool(re.fullmatch(NUMBER, f"{one[2]}{between}{other[2]}"))
