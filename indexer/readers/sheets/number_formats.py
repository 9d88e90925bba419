"""Values as a sheet prints them: 0.125 under ``0.0%`` is 12.5%, a date under ``yyyy"年"m"月"`` is 2021年3月.

The rule: a format that is not understood prints the value in full, never a rounded or a wrong one.

    [Red]"约" #,##0.00 ;- #,##0.00        two sections: for numbers from 0 on, and below
         prefix pattern suffix
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from msgspec import Struct

Value = int | float | str | bool | date | datetime | time | timedelta
"""What a cell holds."""
GENERAL = "General"
BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    41: "#,##0",
    42: "#,##0",
    43: "#,##0.00",
    44: "#,##0.00",
    45: "mm:ss",
    46: "h:mm:ss",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
"""Formats that files name by number alone, as a Chinese system shows them."""
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|([yYmMdDhHsS]+|上午/下午|AM/PM|[0#?]|.)', re.DOTALL)
_SECTIONS = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*')
_MOMENTS = frozenset("yYmMdDhHsS")
"""What the parts of dates and times begin with."""
_SIGNIFICANT = 15
"""Digits that a spreadsheet keeps of a number."""
_SHOWN = 11
"""Digits that it shows of a fraction where no format says how many."""
_LONG = 10**9
"""A number from here on is shown with all its digits."""


def printed(value: Value, code: str = GENERAL) -> str:
    """``value`` under the format ``code``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, code or GENERAL)
    return _moment(value, code)


def _number(value: int | float, code: str) -> str:
    try:
        exact = Decimal(f"{value:.{_SIGNIFICANT}g}")
    except InvalidOperation:  # infinite, or no number
        return ""
    if not exact.is_finite():
        return ""
    section, magnitude = _section(exact, code)
    if not section and code:
        return ""
    pattern = _Pattern.of(section)
    return pattern.shown(magnitude) if pattern else _general(exact)


def _general(value: Decimal) -> str:
    """A number without a format: as many digits as it has, up to those that are shown."""
    if value == value.to_integral_value():
        return str(int(value))
    shown = Decimal(f"{value:.{_SHOWN}g}") if abs(value) < _LONG else value
    return f"{shown:f}".rstrip("0").rstrip(".")


def _section(value: Decimal, code: str) -> tuple[str, Decimal]:
    """The part of a format that a number falls under, and the number that is shown by it."""
    sections = _sections(code)
    if value < 0:
        if len(sections) > 1:
            # The part for numbers below zero has its own sign. One that is empty shows nothing.
            return sections[1], -value
        return sections[0], value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _sections(code: str) -> list[str]:
    sections = []
    at = 0
    while at <= len(code):
        found = _SECTIONS.match(code, at)
        end = found.end() if found else len(code)
        sections.append(code[at:end])
        at = end + 1
    return sections


class _Pattern(Struct):
    """How a number is set: what is printed around it, its digits, how it is scaled."""

    prefix: str = ""
    suffix: str = ""
    digits: int = 0
    places: int = 0
    fewest_places: int = 0
    has_groups: bool = False
    percents: int = 0
    thousands: int = 0
    is_number: bool = False
    has_point: bool = False

    @classmethod
    def of(cls, section: str) -> _Pattern | None:
        """The pattern of a section; None for one that is not understood: a fraction, powers, or none at all."""
        if section.strip().lower() in ("", "general", "g/通用格式", "@"):
            return None
        pattern = cls()
        for token in _TOKEN.finditer(section):
            quoted, escaped, plain = token.groups()
            if plain is None:
                pattern._text(quoted if quoted is not None else escaped or "")
            elif plain in "0#?":
                if pattern.suffix.strip("%"):
                    return None
                pattern._digit(plain)
            elif plain[0] in _MOMENTS or (pattern.is_number and plain in "E/"):
                return None
            else:
                pattern._mark(plain)
        return pattern

    def _mark(self, sign: str) -> None:
        """Take a mark that is no digit: a point, a comma, a percent sign, or what is printed as it is."""
        if sign == "." and not self.has_point:
            self.has_point = True
        elif sign == "," and self.is_number:
            self.thousands += 1
        else:
            self.percents += sign == "%"
            self._text(sign)

    def _text(self, text: str) -> None:
        if self.is_number:
            self.suffix += text
        else:
            self.prefix += text

    def _digit(self, sign: str) -> None:
        self.is_number = True
        if self.has_point:
            self.places += 1
            self.fewest_places += sign == "0"
            return
        self.digits += sign == "0"
        # A comma between digits groups them; one behind the last of them divides by a thousand.
        self.has_groups = self.has_groups or self.thousands > 0
        self.thousands = 0

    def shown(self, value: Decimal) -> str:
        """``value`` under this pattern."""
        if not self.is_number:
            return (self.prefix + self.suffix).strip()
        scaled = value.scaleb(2 * self.percents - 3 * self.thousands)
        rounded = abs(scaled).quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)
        whole, _, places = f"{rounded:f}".partition(".")
        while len(places) > self.fewest_places and places.endswith("0"):
            places = places[:-1]
        whole = whole.lstrip("0").rjust(self.digits, "0")
        if self.has_groups:
            whole = f"{int(whole or 0):,}" if whole else whole
        sign = "-" if scaled < 0 and rounded else ""
        return f"{sign}{self.prefix}{whole}{'.' if places else ''}{places}{self.suffix}".strip()


def _moment(value: date | datetime | time | timedelta, code: str) -> str:
    """A date or time under a format; as ISO writes it where the format says nothing of dates."""
    if isinstance(value, timedelta):
        return _duration(value)
    tokens = [token.groups() for token in _TOKEN.finditer(_sections(code)[0])]
    plains = [plain for _, _, plain in tokens if plain]
    if not _MOMENTS.difference("mM").intersection(plain[0] for plain in plains):
        return _plain_moment(value)
    shown = ""
    has_hours = False
    for quoted, escaped, plain in tokens:
        if plain is None:
            shown += _literal(quoted, escaped)
            continue
        key = plain.lower()
        has_hours = (has_hours or key[0] in "hs") and key[0] not in "yd"
        shown += _component(value, key, is_minutes=_is_minutes(plains, plain, has_hours=has_hours))
    return shown.strip()


def _literal(quoted: str | None, escaped: str | None) -> str:
    return quoted or escaped or ""


def _is_minutes(plains: list[str], plain: str, *, has_hours: bool) -> bool:
    """Whether a token is that of minutes: m is months, but for one beside hours or seconds."""
    return plain[0] in "mM" and (has_hours or _seconds_follow(plains, plain))


def _seconds_follow(plains: list[str], plain: str) -> bool:
    rest = plains[plains.index(plain) + 1 :]
    return any(one[0] in "sS" for one in rest[:2])


def _component(value: date | datetime | time, key: str, *, is_minutes: bool) -> str:
    """What one token of a format prints of a moment; the token itself if it is none."""
    if is_minutes:
        return f"{getattr(value, 'minute', 0):0{min(len(key), 2)}d}"
    match key[0], len(key):
        case "y", length:
            year = getattr(value, "year", 1900)
            return f"{year}" if length > 2 else f"{year % 100:02d}"
        case "m", 3 | 4:
            return f"{getattr(value, 'month', 1)}月"
        case "m", length:
            return f"{getattr(value, 'month', 1):0{length}d}"
        case "d", 3 | 4:
            return "星期" + "一二三四五六日"[value.weekday()] if isinstance(value, date) else ""
        case "d", length:
            return f"{getattr(value, 'day', 1):0{length}d}"
        case "h", length:
            return f"{getattr(value, 'hour', 0):0{min(length, 2)}d}"
        case "s", length:
            return f"{getattr(value, 'second', 0):0{min(length, 2)}d}"
        case _:
            return "" if key in ("am/pm", "上午/下午", "@") else key


def _plain_moment(value: date | datetime | time) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
