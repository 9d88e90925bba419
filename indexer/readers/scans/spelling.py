"""What a recogniser can't tell by looks, put as print has it: the width of marks, a nought from the letter O.

The rule: only what every reader would read so. Beside Chinese, brackets and marks are wide; in a cell that holds a
number and nothing else, letters that look like digits are digits.
"""

from __future__ import annotations

import re

_WIDE = str.maketrans({"(": "（", ")": "）", ",": "，", ":": "：", ";": "；", "?": "？", "!": "！"})
_CHINESE = "[\u3400-\u9fff（）《》“”、。，：；]"
_NARROW = re.compile(rf"(?<={_CHINESE})[(),:;?!]|[(),:;?!](?={_CHINESE})")
_BRACKETED = re.compile(r"\(([^()（）]*[\u3400-\u9fff][^()（）]*)\)")
_PAGE_NUMBER = re.compile(r"[-—–―一_~·.]{1,2}\s*(\d{1,3})\s*[-—–―一_~·.]{1,2}")
"""A number between dashes, which are read as whatever is level."""
_ROUND = re.compile(rf"(?<={_CHINESE})[coO°](?={_CHINESE}|$)")
"""A letter alone among Chinese that is as round as a full stop."""
_LOOKS = str.maketrans(
    {"O": "0", "o": "0", "Ｏ": "0", "〇": "0", "l": "1", "I": "1", "|": "1", "]": "1", "。": ".", "，": ","}
)
_NUMBER = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d+(?:\.\d+)?%?")
_STRAY = " .,，。'’‘`·:：;；)）(（|"
"""What dirt and rests of rulings are taken for at the ends of a number."""


def is_number(text: str) -> bool:
    """Whether ``text`` is a number and nothing else."""
    return bool(_NUMBER.fullmatch(text))


def has_chinese(text: str) -> bool:
    """Whether a character of ``text`` is a Chinese one."""
    return any("\u3400" <= char <= "\u9fff" for char in text)


def spell(text: str) -> str:
    """``text`` with marks as wide as they are printed beside Chinese."""
    if page := _PAGE_NUMBER.fullmatch(text):
        return f"— {page[1]} —"
    text = _BRACKETED.sub(r"（\1）", text)
    text = _ROUND.sub("。", text)
    while (wider := _NARROW.sub(lambda mark: mark[0].translate(_WIDE), text)) != text:
        text = wider
    return text


def spell_cell(text: str) -> str:
    """``text`` of a line of a cell: a number if all of it looks like one."""
    bare = text.strip(_STRAY).translate(_LOOKS).replace(" ", "")
    if any(char.isdigit() for char in text + bare) and _NUMBER.fullmatch(bare):
        return bare
    return spell(text)
