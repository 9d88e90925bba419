"""Printed text normalized, so that words of a report are recognised however they were printed.

Nothing made here is shown or indexed: it only decides. The rule: width, script, white space, words that copies in
traditional script change, and (for label keys) punctuation never tell two labels apart.
"""

from __future__ import annotations

import re
from functools import lru_cache

from report_search.analysis.fold import fold

_NOT_WORD = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")
_HAN = re.compile("[\u4e00-\u9fff]+")
_BREAK = re.compile(r"(?:(?<![^\S\n])[^\S\n]++)?\n\s*")
_CHANGED = {
    "资讯": "信息",
    "专案数量": "项目数量",
    "规范性档案": "规范性文件",
    "档案总数": "文件总数",
    "档案数": "文件数",
}
"""Words that traditional copies change beyond their characters, as they are folded."""
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """``text`` with width and script folded (a traditional label is its simplified one) and no white space."""
    # 資 訊 公 開（２０１９年） → 信息公开(2019年)
    folded = fold(text)
    normalised, at = "", 0
    for variant in folded.variants:
        # Of overlapping variants the first one counts. Only those in Chinese characters simplify (答覆 → 答复); the
        # others read numbers another way.
        if variant.start >= at and _HAN.fullmatch(variant.text):
            normalised += folded.text[at : variant.start] + variant.text
            at = variant.end
    normalised = "".join((normalised + folded.text[at:]).split())
    for word, usual in _CHANGED.items():
        normalised = normalised.replace(word, usual)
    return normalised


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """``normalise(text)`` without punctuation: what two printings of one label share (``1．总 计：`` → 1总计)."""
    return _NOT_WORD.sub("", normalise(text))


def is_longer(text: str, most: int) -> bool:
    """Whether ``text`` has more than ``most`` characters but blanks, which spares whole paragraphs the folding."""
    return len(text) > most and sum(map(len, text.split())) > most


def trim(text: str) -> str:
    """``text`` without white space and invisible characters at its ends."""
    # Invisible characters are no white space to ``strip``, and white space may be on both sides of them.
    return text.strip().strip(_INVISIBLE).strip()


def join_text(first: str, second: str) -> str:
    """Two stretches of one sentence: a space between Latin words, nothing between anything else."""
    if not first or not second:
        return first + second
    space = " " if _is_latin(first[-1]) and _is_latin(second[0]) else ""
    return first + space + second


def one_line(text: str) -> str:
    """A cell or heading as one line: the pieces between line breaks joined, other white space as printed."""
    pieces: list[str] = []
    for piece in filter(None, _BREAK.split(trim(text))):
        if pieces and _is_latin(pieces[-1][-1]) and _is_latin(piece[0]):
            pieces.append(" ")
        pieces.append(piece)
    return "".join(pieces)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
