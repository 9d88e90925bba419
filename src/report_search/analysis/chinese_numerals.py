"""Chinese numerals that stand for numbers, as an additional reading: 第十二条 = 第12条, 二〇二三年 = 2023年.

A numeral is read as a number

- after 第, with or without a bracket between: 第十二条, 第三, 第（一）项, which is also 第1项;
- before a unit of ``data/units.txt``, with 余 or 多 between or not: 十三件, 三百二十一件, 两千个, 二十余次, 十九届;
- if it ends in 万 or 亿, which stay: 十三万元 = 13万元 (80万 is not 800000);
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
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from report_search.analysis.arabic_numbers import NUMBER
from report_search.data import read_lines

Edge = tuple[int, int, str]

_DIGITS = "一二三四五六七八九"
_LETTERS = "o\u03bf\u043e0"
"""Letters and the digit that are typed for 〇: Latin, Greek, Cyrillic."""
_ZEROS = f"零〇○◯{_LETTERS}"
_PLACES = {"": 1, "十": 10, "百": 100, "千": 1000}
_GROUPS = ("万", "亿")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_PLAIN = str.maketrans({"〇": "零", "○": "零", "◯": "零", "廿": "二十", "卅": "三十"})
_VALUES = {char: at + 1 for at, char in enumerate(_DIGITS)} | {"两": 2, "": 1}
_DIGIT_OF = {char: str(at + 1) for at, char in enumerate(_DIGITS)} | dict.fromkeys(_ZEROS, "0")

_CHINESE = f"{_DIGITS}零〇○◯两十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_RUN = re.compile(f"[{_CHINESE}]+")
_PERCENT = re.compile(
    f"([百千])分之(?:({NUMBER})|([{_CHINESE}]+)(?:点([{_DIGITS}零〇○◯]+))?)(?![几多余点{_CHINESE}])"
)
_DECIMAL = re.compile(
    f"(?<!分之)(?<![{_CHINESE}第点])([{_CHINESE}]+)点([{_DIGITS}零〇○◯]+)"
    "(?=[余多]?(?:倍|万|亿|个百分点|公里|平方|公顷|公斤|吨|亩))"
)
_ITEM = re.compile(f"(?<=第)\\(([{_CHINESE}]+|[0-9]+)\\)(?=[项款条目])")
_POSITIONAL = re.compile(f"(?<![{_CHINESE}a-z0-9])[{_DIGITS}{_ZEROS}]{{2,}}(?![{_CHINESE}a-z0-9])")
_ONE_AFTER = re.compile("[统同唯单之专逐划归合如]")
_DIGIT_BEFORE = re.compile("[0-9][.,]?$")
_DIGIT_BEHIND = re.compile("[.,]?[0-9]")
_TEN_AFTER = re.compile("[几数好]")
_GROUPED = re.compile("(?:([^亿万]+)亿)?(?:([^亿万]+)万)?([^亿万]*)")
_TOKENS = re.compile(f"(零?)([{_DIGITS}两]?)([十百千]?)")


def numeral_variants(text: str) -> Iterator[Edge]:
    """Each numeral of a folded text that stands for a number: start, end, reading; in order."""
    found = [*_years(text), *_counted(text), *_fractions(text), *_items(text)]
    if found:
        kept = [phrase.span() for phrase in set_phrases().finditer(text)]
        yield from _apart(text, [edge for edge in sorted(found) if _is_free(text, edge, kept)])


@cache
def set_phrases() -> re.Pattern[str]:
    """The set phrases, longest first."""
    return re.compile("|".join(map(re.escape, sorted(read_lines("setphrases.txt"), key=len, reverse=True))))


@cache
def units() -> re.Pattern[str]:
    """A unit, longest first, with what may stand between the numeral and it."""
    choices = []
    for line in sorted(read_lines("units.txt"), key=lambda line: -len(line.partition(" ")[0])):
        unit, _, other_words = line.partition(" ")
        choices.append(re.escape(unit) + (f"(?![{other_words}])" if other_words else ""))
    return re.compile(f"[余多]?(?:{'|'.join(choices)})|[余多][万亿]")


def _years(text: str) -> Iterator[Edge]:
    """Numbers written digit by digit."""
    for found in _POSITIONAL.finditer(text):
        numeral, before_year = found.group(), text.startswith("年", found.end())
        zero = not set(numeral).isdisjoint(_ZEROS) and not set(numeral).isdisjoint(_DIGITS)
        year = len(numeral) == 4 and numeral[0] in "一二" and (before_year or zero or numeral[1] in "八九")
        counted = zero and (_is_ordinal(text, found.start()) or units().match(text, found.end()) is not None)
        if numeral[0] not in _LETTERS and (year or counted):
            yield found.start(), found.end(), "".join(map(_DIGIT_OF.__getitem__, numeral))


def _counted(text: str) -> Iterator[Edge]:
    """Numbers written with 十百千万, or with one digit."""
    for found in _RUN.finditer(text):
        start, end = found.span()
        if not _is_ordinal(text, start) and text[end - 1] not in _GROUPS and not units().match(text, end):
            continue
        reading = parse(found.group())
        if reading:
            yield start, end, reading


def _items(text: str) -> Iterator[Edge]:
    """Numbers of items whose brackets may as well be missing: 第（一）项 is 第一项."""
    for found in _ITEM.finditer(text):
        reading = found[1] if found[1].isdigit() else parse(found[1])
        if reading.isdigit():
            yield *found.span(), reading


def _fractions(text: str) -> Iterator[Edge]:
    """Percentages, parts of a thousand, and decimals before a unit."""
    if "分之" in text:
        for found in _PERCENT.finditer(text):
            reading = found[2] or _decimal(found[3], found[4] or "")
            if reading:
                yield *found.span(), reading + ("%" if found[1] == "百" else "‰")
    if "点" in text:
        for found in _DECIMAL.finditer(text):
            reading = _decimal(found[1], found[2])
            if reading:
                yield *found.span(), reading


def _decimal(whole: str, fraction: str) -> str:
    """A numeral with what stands behind its 点, in Arabic digits; "" if either is not well formed."""
    value = {"零": "0", "〇": "0", "百": "100"}.get(whole) or parse(whole)
    if not value.isdigit() or (fraction and whole == "百"):
        return ""
    return ".".join(filter(None, (value, "".join(map(_DIGIT_OF.__getitem__, fraction)))))


def parse(numeral: str) -> str:
    """A well-formed numeral in Arabic digits, a final 万 or 亿 kept; "" for any other."""
    if not _RUN.fullmatch(numeral):
        return ""
    if len(numeral) > 1:
        numeral = numeral.translate(_FORMAL)
    numeral = numeral.translate(_PLAIN)
    kept = numeral[-1] if numeral.endswith(_GROUPS) else ""
    body = numeral.removesuffix(kept)
    if kept and any(group in body for group in _GROUPS):
        return ""
    if body == "两":
        return "2" + kept
    value = _value(body)
    return f"{value}{kept}" if value else ""


def _value(numeral: str) -> int:
    """The value of a numeral; 0 if it is not well formed.

    A place that is passed over asks for 零 (一千零五十); behind 万 and 亿 the places passed over at their end do not
    count (二十万三千), but 零 may stand for them.
    """
    groups = _GROUPED.fullmatch(numeral)
    total, last = 0, 10**12
    for part, scale in zip(groups.groups("") if groups else (), (10**8, 10**4, 1), strict=False):
        floor = min(last, scale * 10**4) if total else last
        for zero, digit, place in filter(any, _TOKENS.findall(part)):
            step = _PLACES[place] * scale
            if step >= last or not (part == "两" or _is_token(zero, digit, place)):
                return 0
            if zero and not (total and step * 10 < last):
                return 0
            if total and step * 10 < floor and not zero:
                return 0
            total += _VALUES[digit] * step
            last = floor = step
    return total


def _is_token(zero: str, digit: str, place: str) -> bool:
    """Whether 零, a digit and a place make sense together: 三十, 零五, 十, 两百; not 百, 零, 两十."""
    if digit == "两":
        return place in ("百", "千")
    return bool(digit) or (place == "十" and not zero)


def _is_ordinal(text: str, start: int) -> bool:
    return text.endswith(("第", "第("), 0, start)


def _is_in_a_word(text: str, start: int, end: int) -> bool:
    """Whether what stands before a numeral makes it a part of a word, a fraction or a decimal."""
    before = text[max(0, start - 2) : start]
    if before == "分之" or (before.endswith("点") and before[0] in _CHINESE):
        return True
    if text[start:end] == "一":
        return bool(_ONE_AFTER.match(before[-1:]))
    return text[start] in "十百千" and bool(_TEN_AFTER.match(before[-1:]))


def _is_free(text: str, edge: Edge, kept: list[tuple[int, int]]) -> bool:
    """Whether a numeral stands by itself: in no set phrase, in no word, near no digit that it would join."""
    start, end, _ = edge
    if _is_in_a_word(text, start, end) or any(start < last and first < end for first, last in kept):
        return False
    left, right = text[max(0, start - 2) : start], text[end : end + 2]
    return not _DIGIT_BEFORE.search(left) and not _DIGIT_BEHIND.match(right)


def _apart(text: str, edges: list[Edge]) -> Iterator[Edge]:
    """``edges`` without those that would join with the one before or behind over a point or a comma."""
    for at, edge in enumerate(edges):
        around = edges[max(0, at - 1) : at + 2]
        if not any(_would_join(text, one, other) for one, other in pairwise(around)):
            yield edge


def _would_join(text: str, one: Edge, other: Edge) -> bool:
    between = text[one[1] : other[0]]
    return between in (".", ",") and bool(re.fullmatch(NUMBER, f"{one[2]}{between}{other[2]}"))
