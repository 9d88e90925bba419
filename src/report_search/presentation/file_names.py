"""File names as they can be kept and shown: a system allows any bytes in a name, and a page and a terminal do not.

The rule: a name is kept as printed as long as it is UTF-8; what is not becomes ``\\xc4``, and so does, on a terminal
only, what would move its cursor or turn the direction of its text.
"""

from __future__ import annotations

import os
import unicodedata

_NOT_PRINTED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode: controls, invisible marks such as those of direction, surrogates, breaks of lines."""


def is_utf8(name: str) -> bool:
    """Whether a name, as Python gives it, is UTF-8 on the disk."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def readable_name(name: str) -> str:
    """``name`` with each byte that is not UTF-8 as ``\\xc4``; as it is where there is none."""
    if is_utf8(name):
        return name
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def printable_name(name: str) -> str:
    """``name`` for a terminal: in one line, and with nothing in it that a terminal would obey."""
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _NOT_PRINTED
        else character
        for character in name
    )
