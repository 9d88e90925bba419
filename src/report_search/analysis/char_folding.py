"""Single characters: what each one folds to, and which ones need a look at their neighbours.

The rule: a character's folding depends on that character alone, so that no part of a word folds differently from
the whole. The tables come from libraries and from Unicode's own data: NFKC and case folding (Python's
``unicodedata``), both radical blocks (EquivalentUnifiedIdeograph.txt), 繁→简 (OpenCC's character tables, that of
Hong Kong for what the general one leaves alone: 衞 敍 粧; asked one character at a time so that its phrase tables
have no say). They are filled as characters turn up: nothing is read for a character that no text has.

Quotation marks of every kind, single and double, fold to ``"``: one copy prints “甲‘乙’”, another 「甲『乙』」, a
third 『甲』. Dashes of every kind fold to ``-``. Both sets are Unicode's properties Quotation_Mark and Dash, with the
box line that old pages print for a dash (──), and the wave dash apart (〜 folds to ``~``, as the full-width ～ does).
The dots between the parts of a name fold to ``·``. 《》〈〉 are no quotation marks and stay.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Literal

import opencc

from report_search.data import read_lines

SPECIAL = "\ufdd0"
"""Stands in a translated text for a character that its neighbours have a say in, or that is not one character."""
SEPARATOR = "\ufdd1"
"""Keeps a digit of ① ² ⑴ ⒈ from joining the number beside it; a noncharacter that no text should hold."""
DIGITS = "0123456789"

QUOTE = '"'
DASH = "-"
_QUOTES = frozenset("\"'«»‹›「」『』" + "".join(map(chr, range(0x2018, 0x2020))) + "\u2e42〝〞〟")
_DASHES = frozenset(
    "-\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2053\u207b\u208b\u2212"
    "\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u30a0\U00010ead\u2500\u2501"
)
_DOTS = frozenset("·•‧∙⋅・")
_SAME = dict.fromkeys(_QUOTES, QUOTE) | dict.fromkeys(_DASHES, DASH) | dict.fromkeys(_DOTS, "·") | {"〜": "~"}
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d\u180f")


_IDEOGRAPHS = ("\u2e80", "\u2fdf"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff")

Script = Literal["t2s", "hk2s", "tw2s"]
"""OpenCC's ways to simplified characters: in general, and from what is printed in Hong Kong and in Taiwan."""


@cache
def _converter(script: Script) -> opencc.OpenCC:
    return opencc.OpenCC(script)


def convert(text: str, script: Script = "t2s") -> str:
    """``text`` by OpenCC, phrases and all; a converter is loaded on first use."""
    converted: str = _converter(script).convert(text)
    return converted


@cache
def radicals() -> dict[str, str]:
    """CJK radicals and strokes with the ideograph that each stands for."""
    found: dict[str, str] = {}
    for line in read_lines("EquivalentUnifiedIdeograph.txt"):
        radical, ideograph = (part.strip() for part in line.split(";"))
        first, _, last = radical.partition("..")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            found[chr(code)] = chr(int(ideograph, 16))
    return found


def is_ignorable(char: str) -> bool:
    """Whether ``char`` is of no width: format and control characters, variation selectors, fillers."""
    if char in _FILLERS or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return True
    return unicodedata.category(char) in ("Cf", "Cc") and not char.isspace()


def is_follower(char: str) -> bool:
    """Whether ``char`` belongs to the character before it: a combining mark, a vowel or final of Hangul."""
    first = unicodedata.normalize("NFKC", char)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


@cache
def is_latin(char: str) -> bool:
    """Whether a folded character is a Latin letter or a digit: white space between two of them counts."""
    return char in DIGITS or (char.isalpha() and unicodedata.name(char, "").startswith("LATIN "))


def fold_chunk(raw: str) -> str:
    """The folding of a character with its marks: no, one or several characters."""
    return _settle(_compatible(raw), simplify)


def plain_chunk(raw: str) -> str:
    """As ``fold_chunk``, but before 繁→简: what OpenCC's phrase table is asked about."""
    return _settle(_compatible(raw), lambda char: char)


def simplify(char: str) -> str:
    """``char`` by OpenCC's character tables; again where the answer has an entry of its own (薴 苧 苎)."""
    once = convert(char)
    if once == char:
        once = convert(char, "hk2s")
    return once if once == char else simplify(once)


def is_loose(raw: str, folded: str) -> bool:
    """Whether the digits of ``folded`` come from ① ² ⑴ ⒈ ½ ㎡ and the like, which never join a number."""
    return not folded.isalpha() and any(c in DIGITS for c in folded) and unicodedata.category(raw[0]) != "Nd"


def is_ideograph(char: str) -> bool:
    """Whether ``char`` is a Chinese character or a radical of one."""
    return any(first <= char <= last for first, last in _IDEOGRAPHS)


def _compatible(raw: str) -> str:
    """NFKC and case folding, but not where NFKC would put in a space (´ is no accent on the letter before).

    Marks over or under a Chinese character are for emphasis, or dirt: they vanish.
    """
    if is_ideograph(raw[0]):
        raw = raw[0]
    spaced = any(char.isspace() for char in unicodedata.normalize("NFKC", raw))
    form: Literal["NFC", "NFKC"] = "NFC" if spaced else "NFKC"
    return unicodedata.normalize(form, unicodedata.normalize(form, raw).casefold())


def _settle(text: str, last: Callable[[str], str]) -> str:
    chars = []
    for char in text:
        if "\ud800" <= char <= "\udfff":
            char = "\ufffd"
        char = radicals().get(char, char)
        char = _SAME.get(char, char)
        if char.isspace() or is_ignorable(char):
            continue
        chars.append(last(char))
    return "".join(chars)
