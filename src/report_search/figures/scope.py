"""Whose numbers a report's tables give: of the office itself, or of all bodies below it.

Numbers of a whole city and of one office can't be compared. The rule: only what a report says of its own numbers
counts; where it says nothing, nothing is concluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from report_search.model import Paragraph, Report, Table

Scope = Literal["whole", "own", ""]
"""汇总, 本级, or not said."""
SCOPE_LABELS = {"whole": "汇总", "own": "本级", "": "未说明"}
_OF_NUMBERS = re.compile(r"数据|统计|本表|表中|表内")
_OWN = re.compile(r"本级|本机关(?:自身|本部)|机关本部|不含(?:下属|所属|各?区|各?县|乡镇)")
_WHOLE = re.compile(
    r"汇总|全(?:市|省|区|县|州|系统|行业)(?:各级|范围|数据|情况)|含(?:下属|所属|各?区|各?县|乡镇)|各级行政机关"
)
_SENTENCE = re.compile(r"[^。！？；\n]+")


def scope_of(report: Report) -> Scope:
    """What ``report`` says of its numbers; "" for nothing, or for both."""
    said = [text for text in _texts(report) if _OF_NUMBERS.search(text)]
    is_own = any(_OWN.search(text) for text in said)
    is_whole = any(_WHOLE.search(text) and not _OWN.search(text) for text in said)
    if is_own == is_whole:
        return ""
    return "own" if is_own else "whole"


def _texts(report: Report) -> Iterator[str]:
    """Captions and notes of its tables, and the sentences of its paragraphs."""
    for _, section in report.walk():
        for block in section.blocks:
            if isinstance(block, Table):
                yield from (f"本表{text}" for text in (block.caption, *block.notes) if text)
            elif isinstance(block, Paragraph):
                yield from _SENTENCE.findall(block.text)
