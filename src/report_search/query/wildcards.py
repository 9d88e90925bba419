"""Wildcards in an unquoted stretch: which ``*`` and ``?`` are some, and the pattern that they make.

``*`` stands for some characters, ``?`` for exactly one. The rule: a mark is a wildcard only inside a word. A ``?``
behind what asks something (什么是公开?怎么申请) is a question mark, and so is one at the end of a stretch; in an
address (http://…/a?id=1) it is a part of the address, and a full-width ？ is always a mark of a sentence.
"""

from __future__ import annotations

import re

from report_search.analysis.fold import fold
from report_search.query.ast import Pattern
from report_search.query.questions import asks

STARS = "*＊﹡"
SINGLE = "?"
_MARK = re.compile(f"[{STARS}]+|[{SINGLE}]")
_SINGLE = re.compile(f"(?<=[^\\W_])([{SINGLE}{STARS}]*[{SINGLE}][{SINGLE}{STARS}]*)(?=[^\\W_])")


def has_wildcards(stretch: str) -> bool:
    """Whether there is a wildcard in a stretch without the marks at its edges."""
    return any(star in stretch for star in STARS) or has_single_wildcards(stretch)


def has_single_wildcards(stretch: str) -> bool:
    """Whether a ``?`` in a stretch stands for one character."""
    found = _SINGLE.search(stretch)
    return found is not None and "://" not in stretch and not asks(stretch[: found.start()])


def count_wildcards(stretch: str) -> int:
    """How many wildcards a stretch holds, stars side by side counted once each."""
    return sum(stretch.count(mark) for mark in STARS + SINGLE)


def pattern_of(stretch: str) -> Pattern:
    """The pattern of a stretch with wildcards: 领*?护 has the parts 领, an empty one and 护."""
    has_single = has_single_wildcards(stretch)
    parts, wildcards, at = [], "", 0
    for mark in _MARK.finditer(stretch):
        if mark[0] in SINGLE and not has_single:
            continue
        parts.append(fold(stretch[at : mark.start()]))
        wildcards += "?" if mark[0] in SINGLE else "*"
        at = mark.end()
    parts.append(fold(stretch[at:]))
    return Pattern(stretch, tuple(parts), wildcards=wildcards)
