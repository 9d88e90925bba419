"""Single characters: what each one folds to, and which ones depend on their neighbours.

The rule: a character's folding depends on that character alone, so that no part of a word folds differently from
the whole. A character is a cluster here: a base character with its combining marks.

The tables come from libraries and from Unicode's own data: NFKC and case folding (Python's ``unicodedata``), both
radical blocks (EquivalentUnifiedIdeograph.txt), 繁→简 (OpenCC's character tables, that of Hong Kong for what the
general one leaves alone: 衞 敍 粧; asked one character at a time so that its phrase tables have no say), and
``data/oldforms.txt`` for the forms that neither has (靑 鄕 県 → 青 乡 县). They are
filled as characters turn up: nothing is read for a character that no text has.

Quotation marks of every kind, single and double, fold to ``"``: one copy prints “甲‘乙’”, another 「甲『乙』」, a
third 『甲』. Dashes of every kind fold to ``-``. Both sets are Unicode's properties Quotation_Mark and Dash, with the
box line that old pages print for a dash (──), and without the wave dash (〜 folds to ``~``, as the full-width ～ does).
The dots between the parts of a name fold to ``·``. 《》〈〉 are no quotation marks and stay.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal

import opencc

from report_search.data import read_lines

SPECIAL = "\ufdd0"
"""Marks a character that does not fold to one character by itself; a noncharacter that no text should hold."""
SEPARATOR = "\ufdd1"
"""Keeps a digit of ① ² ⑴ ⒈ from joining the number beside it; a noncharacter too."""
DIGITS = "0123456789"

QUOTE = '"'
DASH = "-"
_QUOTES = frozenset("\"'«»‹›「」『』" + "".join(map(chr, range(0x2018, 0x2020))) + "\u2e42〝〞〟")
_DASHES = frozenset(
    "-\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2053\u207b\u208b\u2212"
    "\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u30a0\U00010ead\u2500\u2501"
)
_DOTS = frozenset("·•‧∙⋅・")
_UNIFIED = (
    dict.fromkeys(_QUOTES, QUOTE) | dict.fromkeys(_DASHES, DASH) | dict.fromkeys(_DOTS, "·") | {"〜": "~"}
)
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d\u180f")
_VARIATION_SELECTORS = ("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef")
_IDEOGRAPHS = ("\u2e80", "\u2fdf"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff")

Script = Literal["t2s", "hk2s", "tw2s"]
"""OpenCC's conversions to simplified characters: in general, and of what is printed in Hong Kong and in Taiwan."""


@cache
def _converter(script: Script) -> opencc.OpenCC:
    return opencc.OpenCC(script)


def convert(text: str, script: Script = "t2s") -> str:
    """``text`` by OpenCC, phrases included; a converter is loaded on first use."""
    converted: str = _converter(script).convert(text)
    return converted


@cache
def radicals() -> dict[str, str]:
    """CJK radicals and strokes with the ideograph that each stands for."""
    ideographs: dict[str, str] = {}
    # A line is "2F00 ; 4E00" or "31D2..31D3 ; 4E3F", in hexadecimal.
    for line in read_lines("EquivalentUnifiedIdeograph.txt"):
        codes, ideograph = (part.strip() for part in line.split(";"))
        first, _, last = codes.partition("..")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            ideographs[chr(code)] = chr(int(ideograph, 16))
    return ideographs


@cache
def old_forms() -> dict[str, str]:
    """Old, regional and Japanese forms of characters, each with the simplified character that it is a form of."""
    return {line[0]: line[1] for line in read_lines("oldforms.txt")}


@cache
def is_ignorable(char: str) -> bool:
    """Whether ``char`` has no width: format and control characters, variation selectors, fillers."""
    if char in _FILLERS or _is_between(char, _VARIATION_SELECTORS):
        return True
    return unicodedata.category(char) in ("Cf", "Cc") and not char.isspace()


@cache
def is_combining(char: str) -> bool:
    """Whether ``char`` belongs to the character before it: a combining mark, a vowel or final of Hangul."""
    # The half-width voicing mark of ｶﾞ is a letter until NFKC makes it a combining one.
    first = unicodedata.normalize("NFKC", char)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


@cache
def is_latin(char: str) -> bool:
    """Whether a folded character is a Latin letter or a digit: white space between two of them counts."""
    return char in DIGITS or (char.isalpha() and unicodedata.name(char, "").startswith("LATIN "))


def fold_cluster(raw: str) -> str:
    """The folding of a character with its marks: no, one or several characters."""
    return "".join(map(simplify, _unify(_normalize(raw))))


def fold_cluster_unsimplified(raw: str) -> str:
    """As ``fold_cluster``, but before 繁→简: what OpenCC's phrase table is asked about."""
    return "".join(_unify(_normalize(raw)))


def simplify(char: str) -> str:
    """``char`` by OpenCC's character tables; again where the answer has an entry of its own (薴 苧 苎)."""
    once = convert(char)
    if once == char:
        once = convert(char, "hk2s")
    if once == char:
        once = old_forms().get(char, char)
    return once if once == char else simplify(once)


def has_detached_digits(raw: str, folded: str) -> bool:
    """Whether the digits of ``folded`` come from ① ² ⑴ ⒈ ½ ㎡ and the like, which never join a number."""
    return not folded.isalpha() and any(c in DIGITS for c in folded) and unicodedata.category(raw[0]) != "Nd"


def is_ideograph(char: str) -> bool:
    """Whether ``char`` is a Chinese character or a radical of one."""
    return _is_between(char, _IDEOGRAPHS)


def _is_between(char: str, ranges: tuple[tuple[str, str], ...]) -> bool:
    return any(first <= char <= last for first, last in ranges)


def _normalize(raw: str) -> str:
    """NFKC and case folding, but not where NFKC would put in a space (´ is no accent on the letter before).

    Marks over or under a Chinese character are for emphasis, or dirt: they vanish.
    """
    if is_ideograph(raw[0]):
        raw = raw[0]
    has_space = any(char.isspace() for char in unicodedata.normalize("NFKC", raw))
    form: Literal["NFC", "NFKC"] = "NFC" if has_space else "NFKC"
    # Normalized again at the end: case folding may take a letter apart (ΐ).
    return unicodedata.normalize(form, unicodedata.normalize(form, raw).casefold())


def _unify(text: str) -> list[str]:
    """The characters of a normalized text, each as the one that stands for all its kind, without those of no width."""
    chars = []
    for char in text:
        # A lone surrogate can't be encoded, so neither OpenCC nor an index would take it.
        if "\ud800" <= char <= "\udfff":
            char = "\ufffd"
        char = radicals().get(char, char)
        char = _UNIFIED.get(char, char)
        if not char.isspace() and not is_ignorable(char):
            chars.append(char)
    return chars
