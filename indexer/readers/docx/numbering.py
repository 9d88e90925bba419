"""The numbers that Word prints before paragraphs and keeps nowhere in their text: 一、 （一） 1. ①.

The rule: each list counts as Word counts it. A level starts again after any higher one, an override where it says:

    level 0  一、 …                counts {0: 1}
    level 1    （一） …            counts {0: 1, 1: 1}
    level 1    （二） …            counts {0: 1, 1: 2}
    level 0  二、 …                counts {0: 2}           deeper levels are forgotten
    level 1    （一） …            counts {0: 2, 1: 1}
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree
from msgspec import Struct, field

from indexer.readers.docx.styles import W, child_value

_HAN = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Level(Struct, frozen=True):
    """One level of a list: first number, format, pattern (``%1、``), whether all its numbers are Arabic."""

    start: int = 1
    format: str = "decimal"
    pattern: str = ""
    legal: bool = False


class Numbering(Struct):
    """All lists of a document and how far each has counted.

    ``levels`` are those of an abstract list by its id; ``lists`` leads from the ``numId`` that a paragraph names to
    the abstract list: two that share one count on together. ``overrides`` are numbers to start with, by ``numId`` and
    level.
    """

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
            # Only the first paragraph of this ``numId`` starts with it.
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

        def number_at(match: re.Match[str]) -> str:
            """The number of the level that ``%1`` … ``%9`` names; one that has not begun is printed all the same."""
            at = int(match[1]) - 1
            named = levels.get(at, Level())
            kind = "decimal" if chosen.legal else named.format
            return formatted(counts.get(at, named.start), kind)

        return re.sub(r"%([1-9])", number_at, chosen.pattern)


def read_numbering(root: etree._Element | None) -> Numbering:
    """The lists of ``numbering.xml``."""
    found = Numbering()
    if root is None:
        return found
    for one in root.iterfind(f"{W}abstractNum"):
        found.levels[one.get(f"{W}abstractNumId", "")] = {
            _depth(level): _level(level) for level in one.iterfind(f"{W}lvl")
        }
    for one in root.iterfind(f"{W}num"):
        number = one.get(f"{W}numId", "")
        found.lists[number] = child_value(one, "abstractNumId")
        for override in one.iterfind(f"{W}lvlOverride"):
            start = child_value(override, "startOverride")
            if start.isdecimal():
                found.overrides[number, _depth(override)] = int(start[:9])
    return found


def _depth(element: etree._Element) -> int:
    written = element.get(f"{W}ilvl", "0")
    return int(written[:9]) if written.isdecimal() else 0


def _level(level: etree._Element) -> Level:
    start = child_value(level, "start")
    return Level(
        start=int(start[:9]) if start.isdecimal() else 1,
        format=child_value(level, "numFmt") or "decimal",
        pattern=child_value(level, "lvlText"),
        legal=level.find(f"{W}isLgl") is not None,
    )


def formatted(number: int, kind: str) -> str:
    """``number`` in one of Word's number formats; Arabic where the format is unknown or has run out."""
    maker = _FORMATS.get(kind)
    return (maker(number) if maker and 0 < number < 10_000 else "") or str(number)


def counted(number: int, *, digits: str = _HAN, units: str = "十百千") -> str:
    """``number`` below 10,000 as it is counted: 十二, 一百零三; "" for any other."""
    if not 0 < number < 10_000:
        return ""
    text = ""
    skipped = False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if not digit:
            # One 零 for any zeros between two digits: 1003 is 一千零三; none at the end: 1300 is 一千三百.
            skipped = bool(text)
            continue
        text += ("零" if skipped else "") + digits[digit] + (units[power - 1] if power else "")
        skipped = False
    # 12 is 十二 and not 一十二.
    return text.removeprefix(digits[1]) if text.startswith(digits[1] + "十") else text


def _spelled(number: int) -> str:
    return "".join(_HAN[int(digit)] for digit in str(number))


def _roman(number: int) -> str:
    text = ""
    for amount, sign in _ROMAN:
        while number >= amount:
            text, number = text + sign, number - amount
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
