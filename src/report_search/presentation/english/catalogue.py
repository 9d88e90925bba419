"""Messages in English, for programs that ask for it. They are made in Chinese, where what they say is known.

``data/english.toml`` is the one catalogue: by the code of an error, hint, warning or check, each Chinese sentence with
its English one, and the same names in both. A message is taken apart by these sentences as gettext would look it up,
but with what stands in it; printed text, names and queries go over as they are. The rule: every code has English words,
so nobody who asked for English is told a message in Chinese; a test finds each place where messages are made and holds
the catalogue to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from msgspec import Struct

from report_search.data import read_toml

CATALOGUE = "english.toml"
ANY, LABELS = "any", "labels"
"""Tables of the catalogue that belong to no code."""
DEFAULT, LIKE = "default", "like"
_NAME = re.compile(r"\{(\w+)(?::(\w+))?\}")
_LIST, _LABEL = "list", "label"
_MOST_SENTENCES = 4


class Sentence(Struct, frozen=True):
    """A sentence of the catalogue: its Chinese, what kind of thing each name is, and the English.

    ``pattern`` takes no full stop for a part of what stands in the sentence; ``loose`` does.
    """

    pattern: re.Pattern[str]
    loose: re.Pattern[str]
    kinds: Mapping[str, str]
    english: str

    def said(self, found: re.Match[str]) -> str:
        """The English for a match."""
        values = {name: _value(found[name], kind) for name, kind in self.kinds.items()}
        return _NAME.sub(lambda name: values[name[1]], self.english)


def english(code: str, text: str) -> str:
    """``text``, a message or hint under ``code``, in English; "" where the catalogue has no words for it.

    A text without Chinese characters of our own making stays as it is.
    """
    if not _is_chinese(text):
        return text
    sentences = _sentences(code)
    return _translated(text, sentences, _MOST_SENTENCES) or _loosely(text, sentences)


@lru_cache(maxsize=4096)
def english_message(code: str, text: str) -> str:
    """The same; where no sentence fits, what is generally said under ``code``."""
    return english(code, text) or _default(code)


def english_label(text: str) -> str:
    """A word of the interface in English; any other text as it is."""
    labels: Mapping[str, str] = _catalogue()[LABELS]
    return labels.get(text, text)


def codes() -> frozenset[str]:
    """Every code that the catalogue has words for."""
    return frozenset(_catalogue()) - {ANY, LABELS}


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    return read_toml(CATALOGUE)


def _table(code: str) -> Mapping[str, str]:
    table = _catalogue().get(code, {})
    return _catalogue()[table[LIKE]] if LIKE in table else table


def _default(code: str) -> str:
    return _table(code).get(DEFAULT) or f"The request can't be answered ({code})."


@cache
def _sentences(code: str) -> tuple[Sentence, ...]:
    """The sentences that may be said under a code; the longest first, so that none hides one that says more."""
    known = {**_catalogue()[ANY], **_table(code)}
    written = ((key, value) for key, value in known.items() if key not in (DEFAULT, LIKE))
    return tuple(
        _sentence(key, value) for key, value in sorted(written, key=lambda one: len(one[0]), reverse=True)
    )


def _sentence(chinese: str, said: str) -> Sentence:
    kinds = {name[1]: name[2] or "" for name in _NAME.finditer(chinese)}
    strict, loose = (re.compile(_expression(chinese, value), re.DOTALL) for value in ("[^。]*?", ".*?"))
    return Sentence(strict, loose, kinds, said)


def _expression(chinese: str, value: str) -> str:
    """The regular expression of a sentence, each name of it a group that matches ``value``."""
    expression, end = "", 0
    for name in _NAME.finditer(chinese):
        expression += f"{re.escape(chinese[end : name.start()])}(?P<{name[1]}>{value})"
        end = name.end()
    return expression + re.escape(chinese[end:])


def _translated(text: str, sentences: tuple[Sentence, ...], most: int) -> str | None:
    """``text`` as one sentence, else as a sentence and what follows it, ``most`` of them at most."""
    for sentence in sentences:
        if found := sentence.pattern.fullmatch(text):
            return sentence.said(found)
    for sentence in sentences if most > 1 else ():
        found = sentence.pattern.match(text)
        if found and 0 < found.end() < len(text):
            rest = _translated(text[found.end() :], sentences, most - 1)
            if rest is not None:
                return f"{sentence.said(found)} {rest}"
    return None


def _loosely(text: str, sentences: tuple[Sentence, ...]) -> str:
    """``text`` as one sentence that has others within it: what was typed may be of any kind."""
    found = ((sentence, sentence.loose.fullmatch(text)) for sentence in sentences)
    return next((sentence.said(match) for sentence, match in found if match), "")


def _value(text: str, kind: str) -> str:
    """What stood in a message, as it stands in the English one."""
    if kind == _LIST:
        return ", ".join(english_label(one) for one in text.split("、"))
    return english_label(text) if kind == _LABEL else text


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)
