"""The numbers in running text: what each is worth, and which stand for no quantity at all.

``举办例行记者会 225 场`` has the number 225 with the unit 场. Years, dates, ordinals, numbers of lists, documents and
articles are numbers too, but nothing was counted: each is given with its *kind*, so that whoever asks why a number was
left out can be told.

- 万 and 亿 are multiplied out (66.7万件 is 667,000 件), Chinese numerals are read where ``chinese_numerals`` reads them
  (十三件), thousands separators are none, 百分之五 is 5%. A percentage is another thing than a number: 5% is not 5.
- 余, 近, 超, 约, 以上 beside a number are kept as its ``qualifier``; its value is that of the number as printed.
- A numeral that counts nothing by itself (一是, 三公, 十三五) is no number here.

The rule: everything is decided on the folded text and what stands right beside the number; where it is between
quantity and date, only a form that can be nothing else is left out (15日 is a date, 15日内 and 3个月 are quantities).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple
from unicodedata import category

from msgspec import Struct
from msgspec.structs import replace

from report_search.analysis.arabic_numbers import numbers
from report_search.analysis.fold import FoldedText
from report_search.analysis.variants import DOCUMENT
from report_search.data import read_lines

NumberKind = Literal["quantity", "year", "date", "ordinal", "list", "document", "name"]
"""What a number stands for; ``name`` is a telephone, a hotline, a code (COVID-19), a ratio or a fraction."""

_SCALES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_SHARES = {"": Decimal(1), "%": Decimal(1), "‰": Decimal("0.1")}
_AS_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)([万亿]?)([%‰]?)")
"""What a variant of the text reads, where it reads a number."""
_BEHIND = re.compile(r"([余多几]?)(万亿|亿|万|)([余多几]?)([%‰]?)")
_BEFORE = re.compile(
    "(?:不超过|不少于|不低于|不高于|不多于|大约|将近|(?<![链直连间对衔承])接近|超过|超出|突破|不足|不到|至少|至多|最多|近|约|超|逾)$"
)
_LONGEST_BEFORE = 3
_ABOUT_BEHIND = re.compile(
    "以上|以下|左右|上下(?![联级功班])|多(?![媒种次个项名元样方渠部年数平])|余(?![下额地])|\\+"
)
"""What says behind the unit that a number is not exact: 100件以上, 三成多, 10万+."""
_MINUS = re.compile("(?:^|[(:,;为率幅长比达\t])-$")
_MINUS_SIGNS = frozenset("-−－﹣")
_LINE_ENDS = frozenset("\n\r\v\f\x85\u2028\u2029")
_RANGE = re.compile("[-~至到]")
_SERIES = re.compile("[-~至到、和与及]")
_ARTICLES = re.compile("([条款项章节])[-~至到、和与及]")
_DATE = re.compile(
    r"(?<![0-9])(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])"
    r"|(?<![0-9])(?:19|20)[0-9]{2}[-/][0-9]{1,2}(?![0-9])|(?<![0-9])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9])"
)
_DOCUMENT = re.compile(DOCUMENT)
_LATIN = re.compile(r"[a-z0-9]+(?:[-._/@:+][a-z0-9]+)*")
_TELEPHONE = re.compile(r"(?<![0-9])[0-9]{3,4}-[0-9]{7,8}(?![0-9])")
_LATIN_UNITS = re.compile(r"[0-9.,]+(?:km|kg|cm|mm|mg|kw|mw|kwh|kb|mb|gb|tb|ha)")
_NAME_AND_COUNT = re.compile(r"[a-z]{2,}([0-9]+)")
_HAS_LETTER = re.compile("[a-z]")
_COUNTED_TIMES = "[件场家条批户篇期]次(?![日年数序月级要品])"
"""Things counted as often as they come up: 12场次; in 3件次日办结 it is another word."""
_POINTS = "分(?=[,。;、)!?和与]|$)"
"""Points of a score, where 分 can be no other word's beginning."""
_FURTHER_UNITS = "组(?![织成合建长])|立方米|千瓦时|千瓦|[枚棵株盒箱幢席]"
_FIXED: tuple[tuple[re.Pattern[str], NumberKind, re.Pattern[str]], ...] = (
    (_DATE, "date", re.compile("[-/.:]")),
    (_TELEPHONE, "name", re.compile("-")),
    (_DOCUMENT, "document", re.compile("号")),
)
"""Stretches of one kind, the later one of two counts, each with a mark without which there is none."""
_SUSPECT_BEFORE = frozenset(("", *'第.之月日午晨上时点大届会("*×x:∶。!?;\t'))
_SUSPECT_BEHIND = frozenset('号届分年版国世季月上中下日时点.、)*×x:∶"')
"""What every rule below that may apply to a number with a unit has beside it."""
_LONGEST = 16
"""A number with so many digits counts nothing."""
_REACH = 12
"""Characters on either side of a number at which its kind is looked for."""


class ProseNumber(Struct, frozen=True):
    """A number: ``text[start:end]`` of the folded text, its sign, 万 or 亿 and % included.

    ``value`` is in units of one, in per cent where ``is_percent``; ``unit`` the measure word behind it, "" for none.
    """

    start: int
    end: int
    value: float
    kind: NumberKind
    unit: str = ""
    is_percent: bool = False
    qualifier: str = ""


class _Digits(NamedTuple):
    """The digits of one number: their place, the digits in Arabic with their separators, and what 万 or % they hold."""

    start: int
    end: int
    digits: str
    scale: str = ""
    percent: str = ""


class _Rule(NamedTuple):
    """A number is of ``kind`` if what stands before and behind it, and its digits, are so.

    With ``bare`` it has neither unit nor scale nor percent sign.
    """

    kind: NumberKind
    before: str = ""
    behind: str = ""
    digits: str = ""
    bare: bool = False


_HOTLINES = "12[0-9]{3}|1(?:10|14|19|20|22)|9[56][0-9]{3}"
_LIST_START = "(?:^|[。!?;:\t])\\(?$"
_RULES = (
    _Rule("year", behind="年", digits="[12][0-9]{3}|0[0-9]|[0-9]{1,2}\\.(?:19|20)[0-9]{2}"),
    _Rule("document", behind="号(?!召)"),
    _Rule("ordinal", before="第\\(?$|no\\.$"),
    _Rule("ordinal", behind="届"),
    _Rule("ordinal", before="[大届会]$", behind="次(?:会议|全会|全体)"),
    _Rule("name", behind="国集团"),
    _Rule("year", behind="版", digits="(?:19|20)[0-9]{2}"),
    _Rule("date", before="上$", behind="个?(?:年|季度|月)", digits="1"),
    _Rule("name", before="分之$"),
    _Rule("name", behind="分之"),
    _Rule("date", behind="年[0-9]{1,2}月|世纪|年代|季度|月?[上中下]旬"),
    _Rule("date", behind="月(?!均)", digits="0?[1-9]|1[0-2]"),
    _Rule("date", before="月$", behind="日"),
    _Rule("date", behind="日(?!之?以?内|均|次)", digits="0?[1-9]|[12][0-9]|3[01]"),
    _Rule("date", before="(?:[上下中]午|凌晨|早上|晚上|日)$", behind="[时点]"),
    _Rule("date", behind="时(?![间候期段效])", digits="[01]?[0-9]|2[0-4]"),
    _Rule("date", before="[时点]$", behind="分(?!钟)"),
    _Rule("list", before=_LIST_START, behind="[.、)](?![0-9])", digits="[0-9]{1,3}"),
    _Rule(
        "list", before="(?:^|[。!?;:\t])$", behind="(?![0-9])", digits="[0-9]{1,2}\\.[0-9]{1,2}", bare=True
    ),
    _Rule("list", before="\\($", behind="\\)", digits="[0-9]{1,2}"),
    _Rule("name", digits="0[0-9]+|[0-9]{16,}"),
    _Rule(
        "name",
        before='(?:电话|传真|邮编|邮政编码|手机|[账帐]号|编号|代码|热线)[:是为("]*$',
        digits="[0-9]{5,}",
        bare=True,
    ),
    _Rule("name", digits="1[3-9][0-9]{9}", bare=True),
    _Rule("name", behind='"?[^。,、;0-9]{0,8}(?:热线|平台|专线|电话|举报)', digits=_HOTLINES, bare=True),
    _Rule("name", before='"$', behind='"', digits="[0-9]{3,6}"),
    _Rule("name", before="[0-9][*×x:∶]$"),
    _Rule("name", behind="[*×x:∶][0-9]", bare=True),
    _Rule("year", digits="(?:19|20)[0-9]{2}", bare=True),
)


class _CompiledRule(NamedTuple):
    kind: NumberKind
    bare: bool
    before: re.Pattern[str]
    digits: re.Pattern[str]
    behind: re.Pattern[str]

    def fits(self, before: str, digits: str, *, behind: str) -> bool:
        """Whether the digits and what is on either side of them are as the rule says."""
        return bool(
            self.behind.match(behind) and self.digits.fullmatch(digits) and self.before.search(before)
        )


@cache
def _compiled_rules() -> list[_CompiledRule]:
    """The rules in their order, compiled when a number is first read: a search for words reads none."""
    return [
        _CompiledRule(
            rule.kind,
            rule.bare,
            re.compile(rule.before),
            re.compile(rule.digits or ".*"),
            re.compile(rule.behind),
        )
        for rule in _RULES
    ]


def read_numbers(text: FoldedText) -> list[ProseNumber]:
    """Every number of a folded text in order, those that stand for no quantity with their kind."""
    digits = list(_all_digits(text))
    if not digits:
        return []
    fixed = _fixed_kinds(text.text)
    found = []
    for one in digits:
        number = _number(text, one)
        kind = fixed.get(one.start) or _kind(text, one, number)
        found.append(number if kind == number.kind else replace(number, kind=kind))
    return _joined(text.text, digits, found)


def quantities(text: FoldedText) -> list[ProseNumber]:
    """The numbers of a folded text that stand for a quantity, in order."""
    return [number for number in read_numbers(text) if number.kind == "quantity"]


def _all_digits(text: FoldedText) -> Iterator[_Digits]:
    """The digits of every number in order: numerals by what they may be read as, others as they stand."""
    read = []
    is_read = bytearray(len(text.text))
    last = 0
    for variant in text.variants:
        match = _AS_NUMBER.fullmatch(variant.text)
        if match is not None and variant.start >= last:
            # 1,234 keeps its separator: a year has none.
            printed = text.text[variant.start : variant.end]
            shown = printed if "," in printed else match[1]
            read.append(_Digits(variant.start, variant.end, shown, match[2], match[3]))
            last = variant.end
            is_read[variant.start : last] = b"\1" * (last - variant.start)
    for start, end in numbers(text.text):
        if not any(is_read[start:end]):
            read.append(_Digits(start, end, text.text[start:end]))
    yield from sorted(read)


def _fixed_kinds(text: str) -> dict[int, NumberKind]:
    """The kind of every position in a stretch whose numbers are all of one kind: dates in figures, document
    numbers, codes, telephones."""
    kinds: dict[int, NumberKind] = {}
    if _HAS_LETTER.search(text):
        for found in _LATIN.finditer(text):
            if _is_code(text, found):
                kinds.update(dict.fromkeys(range(*found.span()), "name"))
    for pattern, kind, mark in _FIXED:
        if mark.search(text):
            for found in pattern.finditer(text):
                kinds.update(dict.fromkeys(range(*found.span()), kind))
    return kinds


def _is_code(text: str, found: re.Match[str]) -> bool:
    """Whether a run of Latin letters and digits is a code (COVID-19, G20) and no number with a unit (12km)."""
    run = found.group()
    has_letters = not run.isdigit() and any(mark.isalpha() for mark in run)
    if not has_letters or _LATIN_UNITS.fullmatch(run):
        return False
    return not (_NAME_AND_COUNT.fullmatch(run) and units().match(text, found.end()))


def _number(text: FoldedText, digits: _Digits) -> ProseNumber:
    """A number with what belongs to it on either side, for the time being a quantity."""
    behind = _BEHIND.match(text.text, digits.end)
    assert behind is not None
    about, scale, about_scale, percent = behind.groups()
    # 十三万 holds its 万 already; what stands behind is another word.
    end = digits.end
    if percent:
        end = behind.end()
    elif scale and not digits.scale:
        end = behind.end(2)
    percent = percent or digits.percent
    start = digits.start - _has_minus(text, digits.start)
    value = Decimal(digits.digits.replace(",", "")) * _SCALES[digits.scale or scale]
    unit = None if percent else units().match(text.text, behind.end())
    after = unit.end() if unit else behind.end()
    return ProseNumber(
        start,
        end,
        float(value.copy_sign(-1 if start < digits.start else 1) * _SHARES[percent]),
        "quantity",
        unit[0] if unit else "",
        bool(percent),
        _qualifier(text.text, start, about or about_scale, after=after),
    )


def _qualifier(text: str, start: int, about: str, *, after: int) -> str:
    """What makes a number inexact: before ``start``, between it and its unit (``about``), and from ``after`` on."""
    before = _BEFORE.search(text[max(0, start - _LONGEST_BEFORE) : start])
    behind = _ABOUT_BEHIND.match(text, after)
    return (before[0] if before else "") + about + (behind[0] if behind else "")


def _has_minus(text: FoldedText, start: int) -> bool:
    """Whether the sign before a number is a minus, and neither a dash nor a hyphen between two things."""
    if start == 0 or text.text[start - 1] != "-":
        return False
    printed = text.original[text.starts[start - 1] : text.ends[start - 1]]
    return printed in _MINUS_SIGNS and _MINUS.search(text.text[max(0, start - 2) : start]) is not None


def _kind(text: FoldedText, digits: _Digits, number: ProseNumber) -> NumberKind:
    """The kind of a number by what stands before and behind it."""
    if category(text.original[text.starts[digits.start]]) == "No":
        return "list"
    before = text.text[max(0, digits.start - _REACH) : digits.start]
    if _begins_line(text, digits.start):
        before = ""
    behind = text.text[digits.end : digits.end + _REACH]
    is_bare = not (_has_scale(digits, behind) or number.unit or number.is_percent)
    # Most numbers are counted things with nothing else on either side of them: 受理13件.
    if not is_bare and _is_plain(before, digits.digits, behind=behind):
        return "quantity"
    rules = (rule for rule in _compiled_rules() if is_bare or not rule.bare)
    return next((rule.kind for rule in rules if rule.fits(before, digits.digits, behind=behind)), "quantity")


def _has_scale(digits: _Digits, behind: str) -> bool:
    """Whether a number counts 万 or 亿."""
    return bool(digits.scale) or behind.startswith(("万", "亿"))


def _is_plain(before: str, digits: str, *, behind: str) -> bool:
    """Whether no rule can apply to a number that is not bare, by the characters right beside it."""
    is_apart = before[-1:] not in _SUSPECT_BEFORE and behind[:1] not in _SUSPECT_BEHIND
    return is_apart and digits[0] != "0" and len(digits) < _LONGEST


def _begins_line(text: FoldedText, at: int) -> bool:
    """Whether a line break was printed before a folded character."""
    between = text.original[text.ends[at - 1] if at else 0 : text.starts[at]]
    return not _LINE_ENDS.isdisjoint(between)


def _joined(text: str, digits: Sequence[_Digits], found: list[ProseNumber]) -> list[ProseNumber]:
    """``found`` with what numbers of one series share: 2015-2018年 are two years, 3至5件 two counts of 件."""
    for at in range(len(found) - 2, -1, -1):
        between = text[digits[at].end : found[at + 1].start]
        if _SERIES.fullmatch(between):
            found[at] = _like_next(found[at], found[at + 1], is_range=bool(_RANGE.fullmatch(between)))
    for at, (one, other) in enumerate(pairwise(found)):
        between = text[digits[at].end : other.start]
        if one.kind == "ordinal" and _continues(text, between, digits[at + 1].end):
            found[at + 1] = replace(other, kind="ordinal")
    return found


def _like_next(one: ProseNumber, other: ProseNumber, *, is_range: bool) -> ProseNumber:
    if one.kind == "quantity" and other.kind in ("year", "date", "document"):
        return replace(one, kind=other.kind)
    # A bare 2000至3000件 was taken for a year.
    is_counted = other.kind == "quantity" and bool(other.unit or other.is_percent)
    if one.kind in ("quantity", "year") and is_counted and not one.unit and is_range:
        return replace(one, kind="quantity", unit=other.unit, is_percent=other.is_percent)
    return one


def _continues(text: str, between: str, end: int) -> bool:
    """Whether a number goes on with the ordinal before it: 第三、四条, 第36条至38条."""
    if _SERIES.fullmatch(between):
        return True
    article = _ARTICLES.fullmatch(between)
    return article is not None and text.startswith(article[1], end)


@cache
def units() -> re.Pattern[str]:
    """A measure word, longest first, as it stands behind a number and its 万 or 亿."""
    listed = {line.partition(" ")[0] for line in read_lines("units.txt")}
    listed |= {"百分点", "月", "元", "人", "天", "字", "兆", "字节", "点", "单"}
    # 万元 and 亿元 are 元 here: what counts them is multiplied out.
    ordered = sorted(map(re.escape, listed - {"万元", "亿元"}), key=len, reverse=True)
    return re.compile(
        f"个(?:百分点|工作日|月|小时|学时|季度)|{_COUNTED_TIMES}|{_POINTS}|{_FURTHER_UNITS}|{'|'.join(ordered)}"
    )
