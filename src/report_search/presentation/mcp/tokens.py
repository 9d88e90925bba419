"""How long an answer is for the reader that it is made for, a language model, and how a text is cut to that.

The rule: a token is one Chinese character or four Latin ones; whatever is not ASCII counts as a Chinese character.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

LATIN_PER_TOKEN = 4
ELLIPSIS = "…"
CAPS = (800, 400, 200, 100, 50, 20, 8)
"""Lengths that texts are cut to, one after the other, until what holds them is short enough."""
LONGEST_ADDRESS = 200
FEWEST_KEPT = 3
"""So many items of a list inside an item are kept however short it has to be."""


def tokens_of(text: str) -> int:
    """How many tokens a text has."""
    latin = len(text.encode("ascii", "ignore"))
    return len(text) - latin + -(-latin // LATIN_PER_TOKEN)


def as_text(value: Any) -> str:
    """``value`` as JSON without spaces, Chinese left as it is."""
    return msgspec.json.encode(value).decode()


def cut(text: str, most: int) -> str:
    """``text``, or its first ``most`` characters, the last of them an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + ELLIPSIS


def shortened(value: Any, most: int) -> Any:
    """``value`` with its texts and lists cut until it has at most ``most`` tokens; itself if it is short enough."""
    if tokens_of(as_text(value)) <= most:
        return value
    for cap in CAPS:
        tried = _clipped(value, cap)
        if tokens_of(as_text(tried)) <= most:
            return tried
    return _clipped(value, 1)


def _clipped(value: Any, cap: int) -> Any:
    """``value`` with no text longer than ``cap``, an address excepted, and the fewer items in a list the less it is."""
    if isinstance(value, str):
        return value if _is_address(value) else cut(value, cap)
    if isinstance(value, Mapping):
        return {name: _clipped(one, cap) for name, one in value.items()}
    if isinstance(value, list):
        return [_clipped(one, cap) for one in value[: max(FEWEST_KEPT, cap // 8)]]
    return value


def _is_address(text: str) -> bool:
    """Whether a text is an address or an id: cut, it would lead nowhere."""
    return len(text) <= LONGEST_ADDRESS and " " not in text and text.isascii()


def parts_of(text: str, most: int) -> list[str]:
    """``text`` in parts of at most ``most`` tokens, cut at a full stop where one is near; together they are it."""
    parts = []
    rest = text
    while tokens_of(rest) > most:
        end = _longest(rest, most)
        stop = max(rest.rfind(mark, end * 2 // 3, end) for mark in "。；\n\t")
        end = stop + 1 if stop >= 0 else end
        parts.append(rest[:end])
        rest = rest[end:]
    return [*parts, rest] if rest or not parts else parts


def _longest(text: str, most: int) -> int:
    """How many characters of ``text`` have at most ``most`` tokens; at least one."""
    low, high = 1, min(len(text), most * LATIN_PER_TOKEN)
    while low < high:
        middle = (low + high + 1) // 2
        if tokens_of(text[:middle]) <= most:
            low = middle
        else:
            high = middle - 1
    return low
