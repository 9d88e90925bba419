"""Syntax of other search tools that is none here: regular expressions, ``~``, ``^``, ``&&``, ``!`` and small operators.

Each is noted with a hint that says what to write instead. The rule: it is a hint and never an error, since all of it
may be printed text; but nothing of it is left without a word, lest a search find less or more than was meant in
silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report_search.query.diagnostics import Edit, Problem

_FREE_BEFORE, _FREE_BEHIND = r"(?<![^\s,、;()|\x00])", r"(?![^\s,、;()|\x00])"
_SMALL = re.compile(
    rf"{_FREE_BEFORE}(?!(?-i:OR|AND|NOT|NEAR))(?:or|and|not|near)(?:/\d+)?{_FREE_BEHIND}", re.IGNORECASE
)
_SYMBOLS = re.compile(rf"{_FREE_BEFORE}&&{_FREE_BEHIND}|{_FREE_BEFORE}!(?=[^\W_\x00])")
_MEANT = {"&&": "AND", "!": "-"}
_REGEX = re.compile(r"(?<![^\s(])/(?P<body>[^/\s]+)/[a-z]*(?![^\s)])")
_REGEX_MARKS = re.compile(r"[\[\](){}^$|\\+]")
WEIGHT = re.compile(r"(?:(?<=[^\s\d~^])|(?<=\x00))(?P<sign>[~^])(?:\d+(?:\.\d+)?)?(?![^\s,、;()|])")
"""``~`` or ``^``, with or without a number, at the end of a word or behind a quote; 2014~2019 is a range."""


def foreign_problems(masked: str) -> Iterator[Problem]:
    """The hints on a query in half width, its quoted stretches blanked."""
    yield from _small_operators(masked)
    for found in _SYMBOLS.finditer(masked):
        meant = _MEANT[found[0]]
        message = f"“{found[0]}”不是运算符，已按标点略过；这里写“{meant}”。"
        yield _hint("foreign-operator", message, found.start(), Edit(found.start(), found.end(), meant))
    for found in _REGEX.finditer(masked):
        message = (
            "不支持 /…/ 这样的正则表达式，已按普通字句查找；中间不确定的字用 *（几个字）或 ?（一个字）代替。"
        )
        yield _hint("no-regex", message, found.start(), *_without_regex(found))


def weight_problem(found: re.Match[str]) -> Problem:
    """The hint on a match of ``WEIGHT``."""
    if found["sign"] == "~":
        message = f"“{found[0]}”不起作用：没有模糊查找，已忽略；两个词要离得近，写成“甲 NEAR/5 乙”。"
    else:
        message = f"“{found[0]}”不起作用：词语不能加权，已忽略。"
    return _hint("no-weight", message, found.start(), Edit(found.start(), found.end()))


def _small_operators(masked: str) -> Iterator[Problem]:
    for found in _SMALL.finditer(masked):
        message = f"“{found[0]}”按词语来查；要当作运算符，请用大写 {found[0].upper()}。"
        yield _hint(
            "small-operator", message, found.start(), Edit(found.start(), found.end(), found[0].upper())
        )


def _without_regex(found: re.Match[str]) -> tuple[Edit, ...]:
    """The expression as a word with wildcards, if it has nothing but points and stars."""
    body = re.sub(r"\.[*+]\??", "*", found["body"]).replace(".", "?")
    return () if _REGEX_MARKS.search(body) else (Edit(found.start(), found.end(), body),)


def _hint(code: str, message: str, position: int, *edits: Edit) -> Problem:
    return Problem(code, message, position, edits, fatal=False)
