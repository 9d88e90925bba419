"""What is wrong with a query, where, and how it would be put right.

A problem carries the edit that repairs it. Applying the edits of all problems gives the query that is suggested:
one that the strict parser takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Put ``text`` in the place of ``start`` … ``end`` (code points of the query)."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read as it stands.

    ``code`` is stable English, ``message`` Chinese, ``position`` a code-point offset into the query. A problem
    that is not ``fatal`` is only ever a hint. ``edits`` repair it; none for what can't be repaired.
    """

    code: str
    message: str
    position: int
    edits: tuple[Edit, ...] = ()
    fatal: bool = True


def repaired(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with the edits made that do not overlap an earlier one, blanks tidied."""
    parts: list[str] = []
    at = 0
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end)):
        if edit.start < at:
            continue
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return tidy("".join((*parts, text[at:])))


def tidy(text: str) -> str:
    """Runs of blanks as one, none at the ends."""
    return re.sub(r"[ \u3000]{2,}", " ", text).strip()
