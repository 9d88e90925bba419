"""Years, dates and document numbers as Chinese documents print them.

The rule: a date is given only if it is whole and exists; everything is read from the print alone.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_HAN_YEAR = re.compile(r"二[〇○零O0][〇○零一二三四五六七八九]{2}(?=\s*年|学年|至|[-—~])")
_DATE = re.compile(
    r"(?<![0-9])(20[0-9]{2})\s*(?:年|[-/.])\s*([01]?[0-9])\s*(?:月|[-/.])\s*([0-3]?[0-9])(?![0-9])\s*日?"
)
_HAN_DATE = re.compile(
    r"(二[〇○零][〇○零一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_COMPACT_DATE = re.compile(r"(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
_DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,12}\s*[〔\[（(［【]\s*20[0-9]{2}\s*[〕\]）)］】]\s*+第?\s*+[0-9]{1,4}\s*号"
)
_ACADEMIC_YEAR = re.compile(
    r"20[0-9]{2}\s*+(?:年)?\s*+[-—–~至到]++\s*+(?:20)?[0-9]{2}\s*+(?:年)?\s*+学\s*+年(?:度)?"
)
REST_OF_YEAR = r"(?:年?[-—–~～至/]{1,2}(?:20)?[0-9]{2})?(?:年|学年)度?"
"""An expression for what follows the first four digits of a year, academic or not: 年, 年度, -2021学年."""
_PERIOD = re.compile(
    r"(20[0-9]{2})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日\s*+(?:起)?\s*+[,，]?\s*+(?:至|到|[-—–~]+)\s*"
    r"(?:(20[0-9]{2})\s*年\s*)?([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日"
)


def with_arabic_years(text: str) -> str:
    """``text`` with width folded and Chinese year numerals as digits (二〇二三年 → 2023年)."""
    folded = unicodedata.normalize("NFKC", text)
    # Some type a letter O for the 〇.
    return _HAN_YEAR.sub(lambda match: match.group(0).translate(_HAN_DIGITS).replace("O", "0"), folded)


def years_in(text: str) -> list[int]:
    """Every year from 2000 to 2099 that ``text`` prints, in order."""
    return [int(year) for year in _YEAR.findall(with_arabic_years(text))]


def date_in(text: str) -> str:
    """The first whole date in ``text`` as ``2014-12-19``, "" if there is none; one in digits comes before any other."""
    for match in _DATE.finditer(with_arabic_years(text)):
        date = _iso(*map(int, match.groups()))
        if date:
            return date
    in_han = (match.groups() for match in _HAN_DATE.finditer(unicodedata.normalize("NFKC", text)))
    dates = (
        _iso(int(year.translate(_HAN_DIGITS)), _han_below_hundred(month), _han_below_hundred(day))
        for year, month, day in in_han
    )
    return next(filter(None, dates), "")


def compact_date_in(text: str) -> str:
    """A date of eight digits (``t20200131_12.html``), "" if there is none."""
    match = _COMPACT_DATE.search(text.replace("_", " ").replace("t", " "))
    return _iso(*map(int, match.groups())) if match else ""


def document_number_in(text: str) -> str:
    """The document number in ``text`` as printed (``沪府办〔2020〕3号``), "" if there is none."""
    match = _DOCUMENT_NUMBER.search(text)
    return match.group(0).strip() if match else ""


def is_document_number(text: str) -> bool:
    """Whether ``text`` is a document number and nothing else."""
    return bool(_DOCUMENT_NUMBER.fullmatch(text.strip()))


def academic_year_in(text: str) -> str:
    """An academic year as printed (``2020-2021学年``), "" if there is none."""
    match = _ACADEMIC_YEAR.search(text)
    return match.group(0) if match else ""


def period_in(text: str) -> tuple[str, str, str]:
    """The first period printed in days that exists: the print, its first and its last day (ISO); else empty texts."""
    for match in _PERIOD.finditer(text):
        first = _iso(int(match[1]), int(match[2]), int(match[3]))
        year = int(match[4] or match[1])
        last = _iso(year, int(match[5]), int(match[6]))
        if last < first and not match[4]:
            # 2019年9月1日至8月31日: an end without a year that comes before the beginning is of the next one.
            last = _iso(year + 1, int(match[5]), int(match[6]))
        if first and first <= last:
            return match.group(0), first, last
    return "", "", ""


def _iso(year: int, month: int, day: int) -> str:
    """The date as ISO text, "" if there is no such day."""
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _han_below_hundred(numeral: str) -> int:
    """The value of a month or day: 三 → 3, 十 → 10, 十二 → 12, 二十 → 20, 三十一 → 31; 0 for what is no numeral."""
    digits = {char: at for at, char in enumerate("一二三四五六七八九", start=1)}
    if "十" not in numeral:
        return digits.get(numeral, 0)
    tens, _, ones = numeral.partition("十")
    return digits.get(tens, 1) * 10 + digits.get(ones, 0)
