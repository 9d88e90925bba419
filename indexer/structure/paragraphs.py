"""A paragraph as printed: its ordinal, and the sentence behind it that serves as the item's heading.

The rule: the text stays whole; ordinal and lead only point into it.
"""

from __future__ import annotations

import re

from indexer.text.ordinals import ordinal_of
from report_search.analysis.normalise import one_line
from report_search.model import Paragraph

_LONGEST = 45
_LEAD = re.compile(r"([^。！？；：:;\n]+?)([。：])(?=.)", re.DOTALL)
_COUNTED = re.compile(
    r"\d+(?:\.\d+)?\s*(?:余|多)?(?:[万亿]?(?:件|条|次|个|篇|场|份|人|起|项|元|期|家|部|张)|万|亿|%)"
)


def read_paragraph(text: str) -> Paragraph:
    """``text`` as a paragraph, without the line breaks inside it."""
    whole = one_line(text)
    ordinal = ordinal_of(whole)
    if ordinal is None:
        return Paragraph(whole)
    return Paragraph(whole, ordinal=ordinal.printed, lead=_lead(ordinal.rest))


def _lead(text: str) -> str:
    """The first sentence of ``text`` if it heads what follows: short, no figures of its own."""
    # 深化主动公开。全年发布…… → 深化主动公开; 全年发布信息30条。其中…… says something itself, so it is no heading.
    match = _LEAD.match(text)
    if not match:
        return ""
    sentence, end = match.groups()
    if len(sentence) > _LONGEST or _COUNTED.search(sentence):
        return ""
    introduces_list = end == "：" and "，" in sentence
    return "" if introduces_list else sentence.strip()
