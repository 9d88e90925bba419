"""How Chinese is pronounced, in pinyin without tones: what is typed wrong usually sounds right.

The rule: a character has all the readings that pypinyin's tables know; two sound alike if they share one, where what
many speakers do not tell apart (zh z, ch c, sh s, n l, ang an …) counts as the same.

pypinyin's tables load on first use, and of its phrases (重庆, 银行) a process holds only those that it needs, unless it
asks for all: they take 45 MB, the characters 8.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Set
from functools import cache
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_FIRST, _LAST = 0xB0, 0xD7
"""The first and last row of GB2312's everyday characters, about 3,750 of them."""
_LETTERS = re.compile("[a-z]+")
_TABLE = "pypinyin.phrases_dict"


@cache
def syllables(char: str) -> frozenset[str]:
    """The readings of a character without tones; none for what is no Chinese character."""
    pypinyin = _pypinyin()
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
    """The syllables of the Chinese characters of a text, as they are read in their words: 重庆 → chong, qing.

    Several texts are read sooner if ``prepare_to_read`` was called with all of them.
    """
    prepare_to_read((text,))
    return tuple(_pypinyin().lazy_pinyin(text, errors="ignore"))


def prepare_to_read(texts: Iterable[str]) -> None:
    """Load the phrases that occur in ``texts``; a tenth of a second, however many texts are new."""
    _phrases().load_for(texts)


def prepare_to_read_all() -> None:
    """Load all phrases and keep them, for a process that reads names which nobody knows before."""
    _phrases().load_all()


@cache
def _pypinyin() -> ModuleType:
    """pypinyin with its characters and without its phrases, if nobody has imported it before."""
    settings = {"PYPINYIN_NO_PHRASES": "1", "PYPINYIN_NO_DICT_COPY": "1"}
    former = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        return import_module("pypinyin")
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Phrases:
    """The phrases that pypinyin knows so far.

    It divides a text into the longest phrases from the left, so a phrase that does not occur in a text has no part in
    how it is read: with those alone that do occur it is read as with all.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._texts: set[str] = set()
        self._has_all = False

    def load_for(self, texts: Iterable[str]) -> None:
        """Load what occurs in ``texts``."""
        with self._lock:
            new = [] if self._has_all else [text for text in texts if text not in self._texts]
            if new:
                self._teach(set().union(*map(_pieces, new)))
                self._texts.update(new)

    def load_all(self) -> None:
        """Load every phrase there is."""
        with self._lock:
            if not self._has_all:
                self._teach(None)
                self._has_all = True

    def _teach(self, wanted: Set[str] | None) -> None:
        """Teach pypinyin the phrases that are ``wanted``, None for all; the rest of its table is dropped again."""
        pypinyin = _pypinyin()
        module: Any = import_module(_TABLE)
        table: Mapping[str, object] = module.phrases_dict
        # The module refers to itself by its function: what it holds would stay until garbage is looked for.
        module.phrases_dict = {}
        del sys.modules[_TABLE]
        delattr(pypinyin, _TABLE.rpartition(".")[2])
        if wanted is not None:
            # Copied, texts too: one that is kept of those that lie side by side would keep the memory of all.
            table = json.loads(json.dumps({phrase: table[phrase] for phrase in wanted & table.keys()}))
        pypinyin.load_phrases_dict(table)


_phrases = cache(_Phrases)
"""Those of this process."""


def _pieces(text: str) -> set[str]:
    """All parts of a text of two characters and more."""
    return {text[at:to] for at in range(len(text)) for to in range(at + 2, len(text) + 1)}


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
