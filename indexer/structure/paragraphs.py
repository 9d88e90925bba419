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
    """The paragraph that ``text`` is, line breaks inside it healed."""
    whole = one_line(text)
    ordinal = ordinal_of(whole)
    if ordinal is None:
        return Paragraph(whole)
    return Paragraph(whole, ordinal=ordinal.printed, lead=_lead(ordinal.rest))


def _lead(text: str) -> str:
    """The first sentence of ``text`` if it heads what follows: short, no figures of its own."""
    match = _LEAD.match(text)
    if not match or len(match.group(1)) > _LONGEST or _COUNTED.search(match.group(1)):
        return ""
    if match.group(2) == "：" and "，" in match.group(1):
        return ""
    return match.group(1).strip()
