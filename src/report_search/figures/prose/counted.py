"""The numbers of a sentence that count or measure something, each with its unit, its range and what makes it inexact.

The rule: what a number is worth is read by ``analysis.prose_numbers``, as the query ``数:`` reads it. Here is added
what is a figure without digits (超万条, 播放量破亿, 近三成), two ends of a range become one figure, and what counts
nothing although it has a unit (二级目录, 70周年, 三年行动, “最多跑一次”) is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from report_search.analysis.chinese_numerals import parse
from report_search.analysis.fold import FoldedText
from report_search.analysis.prose_numbers import ProseNumber, quantities, units

PERCENT = "%"
_NO_FIGURE = frozenset(("周年", "届", "级", "层", "版", "号", "任", "章", "节", "款", "页", "卷"))
"""Units behind which a number names a rank, a place or an anniversary."""
_PERIOD = re.compile("(?:以?来|行动|规划|计划|方案|攻坚|任期|期|内)")
_ENDS = re.compile(r"$|[,。;:!?、)\"和与及并]|以[及]|\s")
_TITLE = re.compile("《[^《》]*》")
_HAS_QUOTES = re.compile('[《“‘「"]')
_QUOTED = re.compile('“[^“”]*”|‘[^‘’]*’|「[^「」]*」|"[^"]*"')
_LONGEST_NAME = 12
"""A longer stretch in quotation marks is said, not named."""
_BETWEEN = re.compile("[-~至到]")
_HAN = "一二两三四五六七八九十百千"
_HAN_LOW = re.compile(f"(?<![{_HAN}第])([{_HAN}]+)[-~至到]$")
_CHANGE = re.compile("[由从自][^,。;]{0,12}$")
"""From two numbers to one another: 由2件到5件 is no range."""
_SCALE_BEHIND = re.compile("[余多几]?(?:万亿|亿|万)?[余多几]?")
_ABOUT_BEHIND = re.compile("以上|以下|左右|上下|多|余|\\+")
_LATIN_UNIT = re.compile("(?:km|kg|cm|mm|mg|kw|mw|kwh|kb|mb|gb|tb|ha|g|m)(?![a-z])")
_BARE_SCALE = re.compile(
    "(不足|不到|(?<![链直连间对衔承])接近|超过|突破|将近|上|近|约|超|破|逾|过|达)(百|千)?(万|亿)?(?!分之)"
)
_HAS_SCALE = re.compile("[百千万亿]")
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_BARE_ENDS = re.compile(r"$|[,。;:!?、)]")
_TENTHS = re.compile(
    "(不足|不到|(?<![链直连间对衔承])接近|将近|超过|至少|近|约|超|逾)?([一二两三四五六七八九])成(以上|以下|左右|多|(?=$|[,。;:!?、)的]))"
)
_DIGITS = {char: at for at, char in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_BARE_BEFORE = re.compile("[为达到至量数额率户计共超近约:过逾]$")


class Counted(Struct, frozen=True):
    """``text[start:end]`` of a folded sentence is a figure, with its unit and what makes it inexact.

    ``value`` is in units of one, in per cent where the unit is ``%``; ``high`` is the other end of a range. The unit
    is as folded.
    """

    start: int
    end: int
    value: float
    unit: str
    about: str
    high: float | None = None


def counted(sentence: FoldedText) -> list[Counted]:
    """The figures of a folded sentence in order."""
    numbers = quantities(sentence)
    found = [_counted(sentence, number) for number in numbers]
    named = _names(sentence)
    ranged = _with_ranges(
        sentence.text,
        [one for one, number in zip(found, numbers, strict=True) if _is_figure(sentence.text, one, number)],
    )
    spoken = [one for one in _spoken(sentence.text) if not any(_overlap(one, other) for other in found)]
    return sorted(
        (one for one in (*ranged, *spoken) if not any(start <= one.start < end for start, end in named)),
        key=lambda one: one.start,
    )


def _counted(sentence: FoldedText, number: ProseNumber) -> Counted:
    """A number with what is printed on either side of it as a part of it."""
    text, about = sentence.text, number.qualifier
    lengths = (
        length for length in range(len(about), 0, -1) if text.endswith(about[:length], 0, number.start)
    )
    start = number.start - next(lengths, 0)
    scale = _SCALE_BEHIND.match(text, number.end)
    end = scale.end() if scale else number.end
    unit = PERCENT if number.is_percent else number.unit or _latin_unit(text, end)
    end += len(unit) if text.startswith(unit, end) else 0
    after = _ABOUT_BEHIND.match(text, end)
    if after and about.endswith(after[0]):
        end = after.end()
    return Counted(start, end, number.value, unit, about)


def _latin_unit(text: str, at: int) -> str:
    found = _LATIN_UNIT.match(text, at)
    return found[0] if found else ""


def _is_figure(text: str, one: Counted, number: ProseNumber) -> bool:
    """Whether a quantity counts something that is said of a year."""
    behind = text[one.end : one.end + 4]
    if one.unit in _NO_FIGURE:
        return False
    if one.unit == "年" and not one.about and _PERIOD.match(behind):
        return False
    if text[number.start : number.end] == "一":
        return bool(one.unit) and _ENDS.match(text, one.end) is not None
    if one.unit or one.about or text[number.end - 1] in "万亿":
        return True
    return _BARE_BEFORE.search(text[: one.start]) is not None and _BARE_ENDS.match(text, one.end) is not None


def _with_ranges(text: str, found: Sequence[Counted]) -> list[Counted]:
    """``found`` with two ends of a range as one: 10至15个工作日, 30万至35万, 5%-10%."""
    joined: list[Counted] = []
    for one in found:
        last = joined[-1] if joined else None
        if last is not None and last.high is None and _is_range(text, last, one):
            joined[-1] = Counted(last.start, one.end, last.value, one.unit, last.about + one.about, one.value)
        else:
            joined.append(_with_low_end(text, one))
    return joined


def _with_low_end(text: str, one: Counted) -> Counted:
    """``one`` with the end before it that is a numeral without a unit: 七至三十日, 三到五天."""
    match = _HAN_LOW.search(text, 0, one.start)
    low = parse(match[1]) if match and text[one.start] in _HAN else ""
    if match is None or not low.isdigit() or int(low) >= one.value:
        return one
    return replace(one, start=match.start(), value=float(low), high=one.value)


def _is_range(text: str, one: Counted, other: Counted) -> bool:
    # The unit of the first end is given by the second: it stands right behind the sign.
    between = text[one.end : other.start]
    is_sign = _BETWEEN.fullmatch(between) is not None
    has_order = one.value < other.value and (one.unit == other.unit or not one.unit)
    return is_sign and has_order and _CHANGE.search(text[: one.start]) is None


def _spoken(text: str) -> Iterator[Counted]:
    """Figures without digits: 超万条, 近千万人次, 播放量破亿, 三成多."""
    if _HAS_SCALE.search(text):
        yield from filter(None, (_bare_scale(text, match) for match in _BARE_SCALE.finditer(text)))
    if "成" in text:
        for match in _TENTHS.finditer(text):
            yield Counted(*match.span(), float(_DIGITS[match[2]]), "成", (match[1] or "") + match[3])


def _bare_scale(text: str, match: re.Match[str]) -> Counted | None:
    """超万条 as a figure; None if what was found is no number, or one of nothing."""
    about, hundreds, scale = match.groups("")
    unit = units().match(text, match.end())
    is_counted = unit is not None or _BARE_ENDS.match(text, match.end()) is not None
    if not (hundreds or scale) or not is_counted:
        return None
    end = unit.end() if unit else match.end()
    return Counted(
        match.start(), end, float(_SCALES[hundreds] * _SCALES[scale]), unit[0] if unit else "", about
    )


def _overlap(one: Counted, other: Counted) -> bool:
    return one.start < other.end and other.start < one.end


def _names(sentence: FoldedText) -> list[tuple[int, int]]:
    """The folded stretches that are titles or short names in quotation marks."""
    if not _HAS_QUOTES.search(sentence.original):
        return []
    printed = [match.span() for match in _TITLE.finditer(sentence.original)]
    printed += [
        match.span()
        for match in _QUOTED.finditer(sentence.original)
        if match.end() - match.start() <= _LONGEST_NAME
    ]
    return [
        (bisect_left(sentence.starts, start), bisect_left(sentence.starts, end)) for start, end in printed
    ]
