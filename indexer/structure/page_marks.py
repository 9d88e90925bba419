"""Marks of printed pages (— 3 —, 第3页 共12页): they go, and a sentence that one of them cut in two is whole again.

The rule: two lines are joined over a mark only if the first breaks off and the second goes on; a heading, an item, a
date or a signature at the end of a page stays by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from indexer.document import Line, Part
from indexer.structure.report_titles import is_report_title
from indexer.text.dates import date_in
from indexer.text.ordinals import begins_item
from indexer.text.torn_words import is_word_across
from report_search.analysis.normalise import is_longer, join_text, normalise
from report_search.model import recognised_of
from report_search.taxonomy.sections import is_known_title

_MARK = re.compile(
    r"[(（]?[—–―\-‐－﹣_~·•]{1,3}\d{1,4}[—–―\-‐－﹣_~·•]{1,3}[)）]?"
    r"|第\d{1,4}页([,，/共]*\d{1,4}页)?|共\d{1,4}页[,，]?第\d{1,4}页|\d{1,4}/\d{1,4}页|page\d{1,4}(of\d{1,4})?",
    re.IGNORECASE,
)
_LONGEST_MARK = 40
"""More characters are no mark, even if some of them can't be seen."""
_END = re.compile(r"[。！？：；!?;:…][”’」』）)》\"']*\s*$")
_INSIDE = re.compile(r"[，。；：、,]")
_LEAST = 8
"""A line of fewer characters is a label or a name, no sentence that breaks off."""
_LONGEST = 4_000
"""A text with more characters is several paragraphs already, whatever it lacks at its end."""
_LONGEST_DATE_LINE = 20


def is_page_mark(text: str) -> bool:
    """Whether ``text`` is the mark of a page and nothing else."""
    return not is_longer(text, _LONGEST_MARK) and bool(_MARK.fullmatch(normalise(text)))


def join_over_page_marks(parts: Sequence[Part]) -> list[Part]:
    """``parts`` without the marks of pages, sentences cut by one joined."""
    # ……全年共受理申请 / — 3 — / 12件，均已办结。 → ……全年共受理申请12件，均已办结。
    whole: list[Part] = []
    behind_mark = False
    for part in parts:
        if isinstance(part, Line) and is_page_mark(part.text):
            behind_mark = True
            continue
        last = whole[-1] if whole else None
        if behind_mark and isinstance(last, Line) and isinstance(part, Line) and _is_cut(last, part):
            whole[-1] = replace(
                last,
                text=join_text(last.text.rstrip(), part.text.lstrip()),
                recognised=recognised_of((last.recognised, part.recognised)),
            )
        else:
            whole.append(part)
        behind_mark = False
    return whole


def _is_cut(first: Line, second: Line) -> bool:
    """Whether the sentence that ``first`` breaks off goes on in ``second``."""
    if len(first.text) > _LONGEST:
        return False
    one, other = first.text.strip(), second.text.strip()
    differs_in_setting = first.level or second.level or first.strong != second.strong
    if differs_in_setting or "\t" in one + other or not _breaks_off(one):
        return False
    goes_on = not begins_item(other) and not _stands_alone(other)
    return goes_on and (_is_sentence(one, other) or is_word_across(one, other))


def _is_sentence(first: str, second: str) -> bool:
    """Whether two lines look like one sentence: the first is no mere label, and one of them has a comma inside."""
    return len(first) >= _LEAST and bool(_INSIDE.search(first) or _INSIDE.search(second))


def _breaks_off(text: str) -> bool:
    """Whether ``text`` can be a sentence without its end."""
    is_heading = begins_item(text) and not _INSIDE.search(text[4:])
    return not _END.search(text) and not is_heading and not _stands_alone(text)


def _stands_alone(text: str) -> bool:
    """Whether ``text`` is a title, a date or a known heading: nothing that a sentence goes on from or to."""
    is_date = len(text) <= _LONGEST_DATE_LINE and bool(date_in(text))
    return is_date or is_report_title(text) or is_known_title(normalise(text))
