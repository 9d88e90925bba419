"""Printed text made comparable, for everything that recognises words of a report.

The rule: two labels are the same if they differ in width, script, white space, words that copies in traditional
script change, or (for keys) punctuation. What is made here is compared, and never shown or indexed.
"""

from __future__ import annotations

import re
from functools import lru_cache, reduce

from report_search.analysis.fold import fold

_NOT_WORD = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")
_HAN = re.compile("[\u4e00-\u9fff]+")
_LINE_BREAK = re.compile(r"[^\S\n]*\n\s*")
_CHANGED = {
    "资讯": "信息",
    "专案数量": "项目数量",
    "规范性档案": "规范性文件",
    "档案总数": "文件总数",
    "档案数": "文件数",
}
"""Words that copies in traditional script replace by other words, as they are folded, and what they replace."""
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """``text`` with width and script folded (a traditional label is its simplified one) and no white space."""
    folded = fold(text)
    simplified, at = "", 0
    for variant in folded.variants:
        # Of the variants only phrases (答覆 → 答复) are taken, and they are Chinese: a label keeps its numbers.
        if variant.start >= at and _HAN.fullmatch(variant.text):
            simplified += folded.text[at : variant.start] + variant.text
            at = variant.end
    simplified = "".join((simplified + folded.text[at:]).split())
    for word, usual in _CHANGED.items():
        simplified = simplified.replace(word, usual)
    return simplified


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """``plain(text)`` without punctuation: what two printings of one label share."""
    return _NOT_WORD.sub("", plain(text))


def trim(text: str) -> str:
    """``text`` without white space and invisible characters at its ends."""
    return text.strip().strip(_INVISIBLE).strip()


def join(first: str, second: str) -> str:
    """Two pieces of one sentence put together: a space between Latin words, nothing between anything else."""
    if not first or not second:
        return first + second
    space = " " if _is_latin(first[-1]) and _is_latin(second[0]) else ""
    return first + space + second


def one_line(text: str) -> str:
    """A cell or heading as one line: its lines joined, other white space as printed."""
    pieces = [piece for piece in _LINE_BREAK.split(trim(text)) if piece]
    return reduce(join, pieces, "")


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
