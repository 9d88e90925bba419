"""White space that a format adds and no reader of the page sees: indents, line ends inside a sentence.

The rule: what is printed inside a line stays as it is; only what layout put there goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LAYOUT = re.compile(r"[ \t\r\n\f\v]+")
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_WORD = re.compile(r"[0-9A-Za-z]")
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60“”‘’—…《》（），。；：、？！]"
_WRAPPED = re.compile(rf"(?<={_WIDE})[ \t\r]*\n\s*(?={_WIDE})")


def collapse(text: str) -> str:
    """``text`` of a page's source as a browser shows it: layout space is one blank, none inside Chinese."""
    return without_zero_width(_LAYOUT.sub(" ", _WRAPPED.sub("", text)))


def without_zero_width(text: str) -> str:
    """``text`` without the characters that take no room."""
    return text.translate(_ZERO_WIDTH)


def strip(text: str) -> str:
    """``text`` without the indent before it and the blanks after it, Unicode's line separators among them."""
    return text.strip()


def is_indented(text: str) -> bool:
    """Whether ``text`` opens with a printed indent: two blanks wide, or one ideographic space."""
    lead = text[: len(text) - len(text.lstrip())].strip("\n\r")
    return "\u3000" in lead or len(lead) >= 2


def join(parts: Iterable[str]) -> str:
    """The lines of one paragraph as one text: a blank only between two Latin words."""
    joined = ""
    for part in map(strip, parts):
        if not part:
            continue
        if joined and _WORD.match(joined[-1]) and _WORD.match(part):
            joined += " "
        joined += part
    return joined


def cell_text(text: str) -> str:
    """The text of a cell: lines joined, and a number that was broken over two lines without a blank."""
    lines = [line for line in map(strip, text.split("\n")) if line]
    if len(lines) > 1 and all(re.fullmatch(r"[-+]?[\d.,，]+", line) for line in lines):
        return "".join(lines)
    return join(lines)
