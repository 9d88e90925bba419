"""Numbers in a query: ``数:>100``, ``数:10..20``, ``number:=3``, 数：≥５千万.

What stands behind the colon is a comparison or a range with both its ends; signs and digits may be full-width,
numerals Chinese, 万 and 亿 are multiplied out, and % is compared with percentages only. The rule: what can't be read
is never guessed at; the problem says how it is written, with a repaired query where one is near.
"""

from __future__ import annotations

import re

from report_search.analysis.amounts import AMOUNT, Amount, read_amount
from report_search.analysis.fold import fold_text
from report_search.fields import NUMBER_NAMES
from report_search.query.ast import HasNumber, NumberRange
from report_search.query.diagnostics import Edit, Problem
from report_search.query.fields import VALUE_ENDS, Clause, FieldSource, Misread

_NAME = re.compile(f"({'|'.join(NUMBER_NAMES)}):[ \t]*(?:[<>=≤≥≦≧⩽⩾]+[ \t]*)?", re.IGNORECASE)
_SIGNS = str.maketrans("≦≧⩽⩾", "≤≥≤≥")
# Texts and not compiled: hardly a query asks for a number, and these are the longest patterns of all.
_COMPARISON = rf"(<=|=<|≤|<|>=|=>|≥|>|==?|)({AMOUNT})"
_ENDS = r"(?:\.{2,}|[-~至到])"
_RANGE = rf"({AMOUNT}){_ENDS}({AMOUNT})"
_HALF_OPEN = rf"(?:({AMOUNT}){_ENDS}|{_ENDS}({AMOUNT}))"
_WITH_UNIT = rf"((?:<=|=<|≤|<|>=|=>|≥|>|==?|)(?:{AMOUNT}{_ENDS})?{AMOUNT})[^0-9<>=.,]{{1,4}}"
_HOW = "写成 数:>100、数:<=5、数:=3 或 数:10..20"


def read_number(source: FieldSource, at: int) -> Clause | Misread | None:
    """The comparison that begins at ``at``; None if none does."""
    name = _NAME.match(source.masked, at)
    if name is None:
        return None
    start = source.masked.index(":", at) + 1
    start += len(source.masked[start:]) - len(source.masked[start:].lstrip(" \t"))
    end, raw = _raw(source, start, name.end())
    if not raw.strip("<>=≤≥≦≧⩽⩾＜＞＝ \t"):
        typed = source.text[at : name.end(1)]
        edit = Edit(name.end(1), max(end, name.end()), " ")
        problem = Problem("empty-value", f"“{typed}”后面没有数；{_HOW}。", at, (edit,))
        return Misread(problem, at, name.end(1))
    wanted = parse_range(raw)
    if wanted is not None:
        return Clause("number", HasNumber(wanted), end)
    return Misread(_unreadable(raw, at, (start, end)), start, end)


def parse_range(raw: str) -> NumberRange | None:
    """The range of numbers that ``raw`` asks for; None if it is none."""
    text = _folded(raw)
    if both := re.fullmatch(_RANGE, text):
        return _between(read_amount(both[1]), read_amount(both[2]))
    compared = re.fullmatch(_COMPARISON, text)
    amount = read_amount(compared[2]) if compared else None
    return _compared(compared[1], amount) if compared and amount else None


def _folded(raw: str) -> str:
    return fold_text(raw).translate(_SIGNS).replace(" ", "").replace("…", "..")


def _raw(source: FieldSource, start: int, behind_sign: int) -> tuple[int, str]:
    """Where the value that begins at ``start`` ends, and the value; blanks may stand behind its sign."""
    if start in source.quotes:
        end = source.quotes[start]
        return end, source.text[start + 1 : end - 1]
    end = max(start, behind_sign)
    while end < len(source.masked) and end not in source.stops and not _ends_value(source.masked, end):
        end += 1
    return end, source.text[start:end]


def _ends_value(masked: str, at: int) -> bool:
    """Whether a value ends before ``at``; the comma in 1,000 is a part of it."""
    mark = masked[at]
    is_in_number = mark == "," and masked[at - 1].isdigit() and masked[at + 1 : at + 2].isdigit()
    return mark in VALUE_ENDS and not is_in_number


def _between(low: Amount | None, high: Amount | None) -> NumberRange | None:
    if low is None or high is None or low.value > high.value:
        return None
    # 5..10% is 5% to 10%.
    return NumberRange(low.value, high.value, is_percent=low.is_percent or high.is_percent)


def _compared(sign: str, amount: Amount) -> NumberRange:
    includes = (True, True) if sign not in ("<", ">") else (False, False)
    low = None if sign.replace("≤", "<").strip("=") == "<" else amount.value
    high = None if sign.replace("≥", ">").strip("=") == ">" else amount.value
    return NumberRange(low, high, includes, amount.is_percent)


def _unreadable(raw: str, at: int, place: tuple[int, int]) -> Problem:
    """What is wrong with a value, and the query that may have been meant."""
    start, end = place
    listed = [one for one in re.split("[,，]", raw) if parse_range(one) is not None]
    if len(listed) > 1:
        meant = " OR ".join(f"数:{one}" for one in listed)
        message = f"“{raw}”不是一个数；写成 {meant}。"
        return Problem("unknown-value", message, start, (Edit(at, end, f"({meant})"),))
    meant, what = _meant(_folded(raw))
    if meant and parse_range(meant) is not None:
        return Problem("unknown-value", f"“{raw}”{what} 数:{meant}。", start, (Edit(start, end, meant),))
    return Problem("unknown-value", f"“{raw}”不是数；{_HOW}。", start, (Edit(at, start),))


def _meant(text: str) -> tuple[str, str]:
    """What a value that is none may have been meant to be, and what is wrong with it; "" for nothing near."""
    if both := re.fullmatch(_RANGE, text):
        return f"{both[2]}..{both[1]}", "的两个数颠倒了；写成"
    if half := re.fullmatch(_HALF_OPEN, text):
        return (f">={half[1]}" if half[1] else f"<={half[2]}"), "缺了一个数；只有一端时写成"
    if with_unit := re.fullmatch(_WITH_UNIT, text):
        return with_unit[1], "带有单位；这里只写数，如"
    return "", ""
