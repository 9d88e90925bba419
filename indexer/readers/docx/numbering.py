"""The numbers that Word prints before paragraphs and keeps nowhere in their text: 一、 （一） 1. ①.

Counters run per list as Word counts them: a level starts again behind any higher one, an override where it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: first number, format, pattern (``%1、``), whether all its numbers are Arabic."""

    start: int = 1
    format: str = "decimal"
    pattern: str = ""
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """All lists of a document and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, number: str, level: int) -> str:
        """The printed number of the next paragraph of a list (its ``numId``) at ``level``, "" for a bullet."""
        name = self.lists.get(number, "")
        levels = self.levels.get(name, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(name, {})
        override = self.overrides.get((number, level))
        if override is not None and (number, level) not in self._begun:
            counts[level] = override
        else:
            counts[level] = counts.get(level, levels[level].start - 1) + 1
        self._begun.add((number, level))
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return self._printed(levels, counts, level)

    @staticmethod
    def _printed(levels: dict[int, Level], counts: dict[int, int], level: int) -> str:
        chosen = levels[level]
        if chosen.format in ("bullet", "none"):
            return ""

        def one(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            kind = "decimal" if chosen.legal or at not in levels else levels[at].format
            return formatted(counts.get(at, levels[at].start if at in levels else 1), kind)

        return re.sub(r"%([1-9])", one, chosen.pattern)


def read_numbering(root: etree._Element | None) -> Numbering:
    """The lists of ``numbering.xml``."""
    found = Numbering()
    if root is None:
        return found
    for one in root.iterfind(f"{_W}abstractNum"):
        found.levels[one.get(f"{_W}abstractNumId", "")] = {
            _depth(level): _level(level) for level in one.iterfind(f"{_W}lvl")
        }
    for one in root.iterfind(f"{_W}num"):
        number = one.get(f"{_W}numId", "")
        found.lists[number] = _value(one, "abstractNumId")
        for override in one.iterfind(f"{_W}lvlOverride"):
            start = _value(override, "startOverride")
            if start.isdecimal():
                found.overrides[number, _depth(override)] = int(start[:9])
    return found


def _depth(element: etree._Element) -> int:
    written = element.get(f"{_W}ilvl", "0")
    return int(written[:9]) if written.isdecimal() else 0


def _level(level: etree._Element) -> Level:
    start = _value(level, "start")
    return Level(
        start=int(start[:9]) if start.isdecimal() else 1,
        format=_value(level, "numFmt") or "decimal",
        pattern=_value(level, "lvlText"),
        legal=level.find(f"{_W}isLgl") is not None,
    )


def _value(parent: etree._Element, name: str) -> str:
    child = parent.find(f"{_W}{name}")
    return child.get(f"{_W}val", "") if child is not None else ""


def formatted(number: int, kind: str) -> str:
    """``number`` in one of Word's number formats; Arabic where the format is unknown or has run out."""
    maker = _FORMATS.get(kind)
    return (maker(number) if maker and 0 < number < 10_000 else "") or str(number)


def counted(number: int, *, digits: str = _HAN, units: str = "十百千") -> str:
    """``number`` below 10,000 as it is counted: 十二, 一百零三."""
    if not 0 < number < 10_000:
        return ""
    parts = ""
    gap = False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if not digit:
            gap = bool(parts)
            continue
        parts += ("零" if gap else "") + digits[digit] + (units[power - 1] if power else "")
        gap = False
    return parts.removeprefix(digits[1]) if parts.startswith(digits[1] + "十") else parts


def _spelled(number: int) -> str:
    return "".join(_HAN[int(digit)] for digit in str(number))


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        while number >= value:
            text, number = text + sign, number - value
    return text


def _letters(number: int) -> str:
    repeat, at = divmod(number - 1, 26)
    return chr(ord("a") + at) * (repeat + 1)


def _series(first: str, last: str) -> Callable[[int], str]:
    """Numbers that are characters of their own, from ``first`` (1) to ``last``."""
    return lambda number: chr(ord(first) + number - 1) if ord(first) + number - 1 <= ord(last) else ""


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else ""


def _wide(number: int) -> str:
    return str(number).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


_FORMATS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting"), counted),
    **dict.fromkeys(("taiwaneseCounting", "taiwaneseCountingThousand", "koreanCounting"), counted),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _spelled),
    "chineseLegalSimplified": lambda number: counted(number, digits=_FORMAL, units="拾佰仟"),
    "decimalEnclosedCircle": _series("①", "⑳"),
    "decimalEnclosedCircleChinese": _series("①", "⑳"),
    "decimalEnclosedParen": _series("⑴", "⒇"),
    "decimalEnclosedFullstop": _series("⒈", "⒛"),
    "ideographEnclosedCircle": _series("㊀", "㊉"),
    "decimalFullWidth": _wide,
    "decimalFullWidth2": _wide,
    "decimalZero": lambda number: f"{number:02d}",
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
}
