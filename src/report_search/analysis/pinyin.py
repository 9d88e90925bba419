"""How Chinese is pronounced, in pinyin without tones: what is typed wrong usually sounds right.

The rule: a character has all the readings that pypinyin's tables know; two sound alike if they share one, where what
many speakers do not tell apart (zh z, ch c, sh s, n l, ang an …) counts as the same. The tables load on first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module

_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_FIRST, _LAST = 0xB0, 0xD7
"""The first and last row of GB2312's everyday characters, about 3,750 of them."""
_LETTERS = re.compile("[a-z]+")


@cache
def syllables(char: str) -> frozenset[str]:
    """The readings of a character without tones; none for what is no Chinese character."""
    pypinyin = import_module("pypinyin")
    found = pypinyin.pinyin(char, style=pypinyin.Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(reading for readings in found for reading in readings)


@cache
def spelled(text: str) -> str:
    """A text in pinyin, one reading of each character, without blanks: 护照 → huzhao; "" if it is not all Chinese."""
    readings = read_aloud(text)
    return "".join(readings) if len(readings) == len(text) else ""


@cache
def initials(text: str) -> str:
    """The first letters of a text's pinyin, one of each character: 护照 → hz; "" if it is not all Chinese."""
    readings = read_aloud(text)
    return "".join(reading[0] for reading in readings) if len(readings) == len(text) else ""


@cache
def read_aloud(text: str) -> tuple[str, ...]:
    """The syllables of the Chinese characters of a text, as they are read in their words: 重庆 → chong, qing."""
    return tuple(import_module("pypinyin").lazy_pinyin(text, errors="ignore"))


def sound(syllable: str) -> str:
    """A syllable with what is easily mixed up made one: zhang → zan, ling → nin."""
    for one, other in _ALIKE:
        syllable = syllable.replace(one, other)
    return "n" + syllable[1:] if syllable.startswith("l") else syllable


@cache
def sounds(char: str) -> frozenset[str]:
    """The readings of a character with what is easily mixed up made one."""
    return frozenset(map(sound, syllables(char)))


def sounding_like(char: str) -> list[str]:
    """The other everyday characters that sound like ``char``, those of the very same syllable first."""
    own = syllables(char)
    groups = [_by_syllable().get(syllable, ()) for syllable in sorted(own)]
    groups += [_by_sound().get(sound(syllable), ()) for syllable in sorted(own)]
    return [other for other in dict.fromkeys(one for group in groups for one in group) if other != char]


def is_pinyin(text: str) -> bool:
    """Whether a text can be pinyin: small Latin letters only."""
    return _LETTERS.fullmatch(text) is not None


@cache
def _everyday() -> tuple[str, ...]:
    rows = (bytes((row, column)) for row in range(_FIRST, _LAST + 1) for column in range(0xA1, 0xFF))
    return tuple("".join(row.decode("gb2312", "ignore") for row in rows))


@cache
def _by_syllable() -> dict[str, tuple[str, ...]]:
    return _grouped((syllable, char) for char in _everyday() for syllable in syllables(char))


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    return _grouped((sound(syllable), char) for char in _everyday() for syllable in syllables(char))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for key, char in pairs:
        groups.setdefault(key, []).append(char)
    return {key: tuple(dict.fromkeys(chars)) for key, chars in groups.items()}
